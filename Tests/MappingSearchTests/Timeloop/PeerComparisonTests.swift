import MappingSearch
import Testing
import TimeloopFiles

/// Our search against Timeloop's on the same mapspaces and energies: figures of reference/mapping.md §1.4 (Timeloop 4cf6d4c, one thread,
/// about 20 CPU seconds each, 100 for conv4's EDP).
@Suite struct PeerComparisonTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var machine: String
        var layer: String
        var objective: String
        /// Cycles, and microjoules as printed.
        var cycles: Int
        var energy: Double
        var testDescription: String { "\(machine) \(layer) \(objective)" }
    }

    static let rows: [Row] = [
        Row(machine: "eyeriss", layer: "alexnet_conv3", objective: "edp", cycles: 1_038_336, energy: 450.45),
        Row(machine: "eyeriss", layer: "bert_base_ffn1_seq128", objective: "edp", cycles: 2_334_720, energy: 1111.555),
        Row(machine: "eyeriss", layer: "gpt2_qkv_seq1024", objective: "edp", cycles: 18_874_368, energy: 6713.126),
        Row(machine: "eyeriss", layer: "resnet50_conv1", objective: "edp", cycles: 1_278_704, energy: 360.051),
        Row(machine: "eyeriss", layer: "resnet50_conv2_3x3", objective: "edp", cycles: 1_204_224, energy: 425.285),
        Row(machine: "eyeriss", layer: "resnet50_conv3_1x1up", objective: "edp", cycles: 458_752, energy: 202.093),
        Row(machine: "eyeriss", layer: "resnet50_conv4_3x3", objective: "delay", cycles: 688_128, energy: 1429.172),
        Row(machine: "eyeriss", layer: "resnet50_conv4_3x3", objective: "edp", cycles: 688_128, energy: 419.513),
        Row(machine: "eyeriss", layer: "resnet50_conv4_3x3", objective: "energy", cycles: 57_802_752, energy: 389.61),
        Row(machine: "eyeriss", layer: "resnet50_conv5_1x1up", objective: "edp", cycles: 458_752, energy: 200.517),
        Row(machine: "simba", layer: "alexnet_conv3", objective: "edp", cycles: 3_115_008, energy: 2887.497),
        Row(machine: "simba", layer: "bert_base_ffn1_seq128", objective: "edp", cycles: 1_572_864, energy: 6912.47),
        Row(machine: "simba", layer: "gpt2_qkv_seq1024", objective: "edp", cycles: 37_748_736, energy: 73723.97),
        Row(machine: "simba", layer: "resnet50_conv1", objective: "edp", cycles: 4_917_248, energy: 1322.692),
        Row(machine: "simba", layer: "resnet50_conv2_3x3", objective: "edp", cycles: 903_168, energy: 1388.32),
        Row(machine: "simba", layer: "resnet50_conv3_1x1up", objective: "edp", cycles: 1_605_632, energy: 1536.772),
        Row(machine: "simba", layer: "resnet50_conv4_3x3", objective: "delay", cycles: 3_612_672, energy: 9047.617),
        Row(machine: "simba", layer: "resnet50_conv4_3x3", objective: "edp", cycles: 3_612_672, energy: 3005.167),
        Row(machine: "simba", layer: "resnet50_conv4_3x3", objective: "energy", cycles: 7_225_344, energy: 2208.989),
        Row(machine: "simba", layer: "resnet50_conv5_1x1up", objective: "edp", cycles: 401_408, energy: 1121.543),
    ]

    static func specification(_ row: Row) throws -> TimeloopSpecification {
        let layer = try #require(PeerMachines.layers.first { $0.name == row.layer }).text
        let text = row.machine == "eyeriss" ? PeerMachines.eyeriss(layer, objective: row.objective) : PeerMachines.simba(layer, objective: row.objective)
        return try TimeloopSpecification(files: [("\(row.machine).yaml", text)])
    }

    @Test(arguments: rows) func neverWorseThanTimeloop(_ row: Row) throws {
        let specification = try Self.specification(row)
        let objective = try #require(specification.metrics.first.flatMap { MappingObjective(timeloopName: $0.rawValue) })
        let outcome = try MapspaceSearch(specification.problem, on: specification.hierarchy, constraints: specification.constraints).run(objective)
        let theirs: Double =
            switch objective {
            case .edp: row.energy * 1e6 * Double(row.cycles)
            case .energy, .traffic: row.energy * 1e6
            case .cycles: Double(row.cycles)
            }
        // Their microjoules are printed with up to three digits after the point.
        #expect(outcome.value <= theirs * 1.000_01)
        #expect(outcome.isProved, "\(outcome.gap)")
        #expect(specification.constraints.violations(by: outcome.mapping, specification.problem, on: specification.hierarchy) == [])
        // What was written is read again, and counted to the same.
        let text = TimeloopMappingText.yaml(outcome.mapping, specification.problem, on: specification.hierarchy)
        let layer = try #require(PeerMachines.layers.first { $0.name == row.layer }).text
        let machine = row.machine == "eyeriss" ? PeerMachines.eyeriss(layer) : PeerMachines.simba(layer)
        let again = try TimeloopSpecification(files: [("machine.yaml", machine), ("best.map.yaml", text)])
        let mapping = try #require(again.mapping)
        #expect(try LoopNestAnalysis(again.problem, on: again.hierarchy).report(mapping) == outcome.report)
    }

    /// A mapping of Timeloop's, and the statistics that it printed for it.
    @Test func aSearchedMappingOfTheirsComesOutTheSame() throws {
        let mapping = """
            mapping:
              - {target: psum, type: temporal, factors: C1 M1 R1 S1 N1 P1 Q1, permutation: CMRSNPQ}
              - {target: psum, type: datatype, keep: [Outputs], bypass: [Weights, Inputs]}
              - {target: weights, type: temporal, factors: C1 M1 R3 S1 N1 P1 Q1, permutation: RCMSNPQ}
              - {target: weights, type: datatype, keep: [Weights], bypass: [Inputs, Outputs]}
              - {target: ifmap, type: datatype, keep: [Inputs], bypass: [Weights, Outputs]}
              - {target: rows, type: spatial, factors: C2 M2 R1 S3 N1 P1 Q1, permutation: SCMRNPQ, split: 0}
              - {target: columns, type: spatial, factors: C1 M8 R1 S1 N1 P1 Q1, permutation: MCRSNPQ, split: 1}
              - {target: glb, type: temporal, factors: C4 M2 R1 S1 N1 P56 Q14, permutation: PMQCRSN}
              - {target: glb, type: datatype, keep: [Inputs, Outputs], bypass: [Weights]}
              - {target: DRAM, type: temporal, factors: C8 M2 R1 S1 N1 P1 Q4, permutation: CMQRSNP}

            """
        let layer = PeerMachines.layer(c: 64, m: 64, r: 3, s: 3, p: 56, q: 56, mapping: mapping)
        let specification = try TimeloopSpecification(files: [("conv2.yaml", PeerMachines.eyeriss(layer))])
        let found = try #require(specification.mapping)
        let report = try LoopNestAnalysis(specification.problem, on: specification.hierarchy).report(found)
        #expect(report.cycles == 1_204_224)
        #expect(abs(report.energy / Double(report.computes) * 1000 - 3678.76) < 0.01)
        func counts(_ level: String, _ tensor: String) throws -> [Int] {
            let index = try #require(specification.hierarchy.level(named: level)), space = try #require(specification.problem.dataSpace(named: tensor))
            let entry = report.levels[index]
            let counted = try #require(entry.tensors[space])
            return [entry.instances, counted.reads, counted.fills, counted.updates]
        }
        #expect(try counts("psum", "Outputs") == [96, 1_191_680, 388_864, 1_204_224])
        #expect(try counts("weights", "Weights") == [96, 1_204_224, 21_504, 0])
        #expect(try counts("ifmap", "Inputs") == [96, 1_204_224, 415_744, 0])
        #expect(try counts("glb", "Inputs") == [1, 2_494_464, 475_136, 0])
        #expect(try counts("glb", "Outputs") == [1, 6_221_824, 0, 6_422_528])
        #expect(try counts("DRAM", "Weights") == [1, 2_064_384, 0, 0])
    }
}
