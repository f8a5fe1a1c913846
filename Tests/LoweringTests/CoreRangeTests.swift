import Architecture
import Foundation
import Lowering
import Mapping
import OperatorGraph
import Programs
import Simulation
import Testing

extension LawCase {
    /// A random workload on a random machine of some cores, each of its operators on random ones of them.
    init(_ family: RandomWorkload.Family, seed: Int, cores: Int) throws {
        workload = try RandomWorkload(family, seed: seed)
        name = "\(family.rawValue) \(seed)"
        var objection: LoweringError?
        for var machine in RandomMachine.draws(seed: seed, input: workload.input) {
            machine.cores = cores
            for index in machine.memories.indices where machine.memories[index].scope == .shared && !machine.memories[index].isDRAM {
                machine.memories[index].capacity.count *= cores
            }
            do {
                let plain = try Lowering.lower(workload.graph, to: machine)
                var random = RandomStream(seed &* 71 &+ 5)
                var mapping = WorkloadMapping(architecture: "", workload: "")
                for operation in plain.operatorOrder where !random.oneIn(4) {
                    let first = random.int(0...cores - 1)
                    var entry = AssignedCores(name: operation, cores: first...random.int(first...cores - 1))
                    if plain.products.contains(where: { $0.request.operatorName == operation }), random.oneIn(2) { entry.division = random.pick(AssignedCores.Division.allCases) }
                    mapping.cores.append(entry)
                }
                lowered = try Lowering.lower(workload.graph, to: machine, options: LoweringOptions(mapping: mapping))
                self.machine = machine
                return
            } catch {
                objection = error
            }
        }
        throw objection ?? LoweringError("", "there is no machine")
    }
}

/// Operators on parts of a machine's cores: the same values whatever the parts, and every mistake in a file explained.
@Suite struct CoreRangeTests {
    @Test(arguments: RandomWorkload.Family.allCases)
    func valuesEqualTheReferenceOnAnyCores(_ family: RandomWorkload.Family) throws {
        var assigned = 0
        for seed in 0..<12 {
            do {
                let law = try LawCase(family, seed: seed, cores: 2 + seed % 3)
                assigned += law.lowered.cores.count
                let tensors = law.tensors()
                let difference = law.difference(of: try law.run(values: tensors), from: try law.reference(tensors))
                #expect(difference == nil, "\(law.name)")
            } catch {
                Issue.record("\(family.rawValue) \(seed): \(error)")
            }
        }
        #expect(assigned > 0)
    }

    private static func lower(_ machine: String, _ workload: String, _ mapping: WorkloadMapping? = nil) throws -> (LoweredWorkload, Graph, Architecture) {
        let architecture = try MappingTrafficTests.architecture(machine)
        let graph = try MappingTrafficTests.workload(workload)
        return (try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: mapping)), graph, architecture)
    }

    /// Units that have something to do for an operator.
    private static func units(_ lowered: LoweredWorkload, _ index: Int) -> Set<String> {
        var units: Set<String> = []
        for stream in lowered.program.streams {
            func serves(_ body: [Statement]) -> Bool {
                body.contains { statement in
                    switch statement {
                    case .loop(_, _, let inner), .when(_, let inner): serves(inner)
                    case .command(let command): command.operatorIndex == .constant(index)
                    default: false
                    }
                }
            }
            if serves(stream.body) { units.insert(stream.unit) }
        }
        return units
    }

    @Test func operatorsRunWhereTheFileSays() throws {
        let (plain, _, _) = try Self.lower("four-core-mesh", "squeezenet1-1.onnx")
        var mapping = WorkloadMapping(architecture: "", workload: "")
        let names = plain.operatorOrder
        mapping.cores = [AssignedCores(name: names[2], cores: 1...2), AssignedCores(name: names[4], cores: 3...3, division: .rows)]
        let (moved, graph, architecture) = try Self.lower("four-core-mesh", "squeezenet1-1.onnx", mapping)
        #expect(moved.cores == mapping.cores)
        for (name, cores) in [(names[2], [1, 2]), (names[4], [3])] {
            let index = try #require(moved.program.operators.firstIndex { $0.name == name })
            let units = Self.units(moved, index)
            #expect(!units.isEmpty)
            #expect(units.allSatisfy { unit in cores.contains { unit.hasPrefix("core\($0).") } }, "\(units)")
        }
        // Written, read and followed again it is the same program.
        let text = moved.mapping(of: graph, on: architecture).text
        let read = try WorkloadMapping(text: text, file: "m.yaml")
        #expect(read.text == text && read.cores == mapping.cores)
        let (again, _, _) = try Self.lower("four-core-mesh", "squeezenet1-1.onnx", read)
        #expect(again.program.text == moved.program.text)
        // All cores by the rule is what there is without a file.
        mapping.cores = names.map { AssignedCores(name: $0, cores: 0...3) }
        let (same, _, _) = try Self.lower("four-core-mesh", "squeezenet1-1.onnx", mapping)
        #expect(same.program.text == plain.program.text && same.cores.isEmpty)
    }

    /// Branches on cores of their own take less time than one after the other on the same core.
    @Test func branchesRunSideBySide() throws {
        func cycles(_ cores: [ClosedRange<Int>]) throws -> Int {
            let (plain, graph, architecture) = try Self.lower("four-core-mesh", "squeezenet1-1.onnx")
            var mapping = WorkloadMapping(architecture: "", workload: "")
            // Both ways through a fire module: 1 × 1 and 3 × 3.
            for (index, name) in plain.operatorOrder.enumerated() { mapping.cores.append(AssignedCores(name: name, cores: cores[index % cores.count])) }
            let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: mapping))
            return try Simulation.run(lowered.program, on: architecture).record.cycles
        }
        let one = try cycles([0...0])
        let other = try cycles([0...0, 1...1, 2...2, 3...3])
        #expect(other < one)
    }

    private static let head = "mapping: 1\narchitecture: four-core-mesh\nworkload: squeezenet1_1\ncores:\n"

    @Test(arguments: ["0-1-2", "1-0", "all", "0 -1", "0-1 by", "0-1 by depth", "-1", "0-", "99999999", "99999999999999999999", "0-1 in rows"])
    func unreadableCores(_ text: String) throws {
        let error = try #require(throws: ArchitectureError.self) { try WorkloadMapping(text: Self.head + "  conv: \"\(text)\"\n", file: "m.yaml") }
        #expect(error.description.contains("m.yaml:5: cores.conv: \"\(text)\" names no cores; write one core, 0, a range of them, 0-1"), "\(error.description)")
    }

    @Test func unsuitedCores() throws {
        let (plain, graph, _) = try Self.lower("four-core-mesh", "squeezenet1-1.onnx")
        let products = Set(plain.products.map(\.request.operatorName))
        let product = try #require(plain.products.first?.request.operatorName)
        let other = try #require(plain.operatorOrder.first { !products.contains($0) })
        func message(_ lines: String, on machine: String = "four-core-mesh") throws -> String {
            let text = "mapping: 1\narchitecture: \(machine)\nworkload: \(graph.name)\ncores:\n\(lines)\n"
            let mapping = try WorkloadMapping(text: text, file: "m.yaml")
            let error = try #require(throws: LoweringError.self) { try Self.lower(machine, "squeezenet1-1.onnx", mapping) }
            #expect(error.isAboutMapping)
            return error.description
        }
        #expect(try message("  \"\(product)x\": 0").contains("m.yaml:5: cores.\(product)x: the workload has no operator \"\(product)x\"; did you mean \"\(product)\"?"))
        #expect(try message("  \"\(product)\": 2-4").contains("m.yaml:5: cores.\(product): four-core-mesh has no core 4; its cores are 0 to 3"))
        #expect(try message("  \"\(other)\": 0-1 by rows").contains("the operator is no product, of which rows could be divided; write 0-1"))
        #expect(try message("  \"\(product)\": 0", on: "tpu-v1").contains("tpu-v1 has one core, which runs everything; leave cores: out"))
    }
}
