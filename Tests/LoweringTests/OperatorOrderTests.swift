import Architecture
import Foundation
import Lowering
import Mapping
import OperatorGraph
import Programs
import Simulation
import Testing

/// The order of operators in mapping files and schedules, and products that a file moves to the arrays.
@Suite struct OperatorOrderTests {
    private static func lower(_ machine: String, _ workload: String, _ mapping: WorkloadMapping? = nil) throws -> (LoweredWorkload, Architecture) {
        let architecture = try MappingTrafficTests.architecture(machine)
        let graph = try MappingTrafficTests.workload(workload)
        return (try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: mapping)), architecture)
    }

    private static func mapping(_ names: [String]) -> WorkloadMapping {
        var mapping = WorkloadMapping(file: "m.yaml", architecture: "", workload: "")
        mapping.order = names.enumerated().map { OrderedOperator(name: $1, line: $0 + 1) }
        return mapping
    }

    /// An operator that the file lists first runs behind what it needs and before all else.
    @Test func aLaterBranchRunsFirst() throws {
        let (plain, _) = try Self.lower("tpu-v1", "googlenet.onnx")
        let names = plain.operatorOrder
        #expect(names.count > 50)
        for index in [7, 20, 33] {
            let (moved, architecture) = try Self.lower("tpu-v1", "googlenet.onnx", Self.mapping([names[index]]))
            #expect(Set(moved.operatorOrder) == Set(names) && moved.operatorOrder.count == names.count)
            let place = try #require(moved.operatorOrder.firstIndex(of: names[index]))
            #expect(place <= index)
            // The others keep their order among themselves, those that it needs and those that it does not.
            let needed = Set(moved.operatorOrder[..<place])
            #expect(moved.operatorOrder[..<place].map { $0 } == names.filter { needed.contains($0) })
            #expect(moved.operatorOrder[(place + 1)...].map { $0 } == names.filter { !needed.contains($0) && $0 != names[index] })
            let record = try Simulation.run(moved.program, on: architecture).record
            #expect(record.macs == (try Simulation.run(plain.program, on: architecture).record).macs)
        }
        // A written order, read again, is the same program.
        let (moved, _) = try Self.lower("tpu-v1", "googlenet.onnx", Self.mapping([names[20]]))
        let (again, _) = try Self.lower("tpu-v1", "googlenet.onnx", Self.mapping(moved.operatorOrder))
        #expect(again.program.text == moved.program.text)
    }

    /// In any order that is possible a workload computes the same.
    @Test(arguments: [RandomWorkload.Family.branches, .layers, .attention, .gluedProducts, .append])
    func valuesAreThoseOfTheReference(_ family: RandomWorkload.Family) throws {
        var moved = 0
        for seed in 0..<12 {
            guard let plain = try? LawCase(family, seed: seed) else { continue }
            for name in plain.lowered.operatorOrder.suffix(6) {
                guard let law = try? LawCase(family, seed: seed, options: LoweringOptions(mapping: Self.mapping([name]))) else { continue }
                if law.lowered.operatorOrder != plain.lowered.operatorOrder { moved += 1 }
                let tensors = law.tensors()
                let difference = law.difference(of: try law.run(values: tensors), from: try law.reference(tensors))
                #expect(difference == nil, "\(law.name): \(name) first")
            }
        }
        if family == .branches { #expect(moved > 0) }
    }

    @Test func impossibleOrdersAreExplained() throws {
        let (plain, _) = try Self.lower("tpu-v1", "squeezenet1-1.onnx")
        let names = plain.operatorOrder
        func message(_ list: [String]) throws -> String {
            let error = try #require(throws: LoweringError.self) { try Self.lower("tpu-v1", "squeezenet1-1.onnx", Self.mapping(list)) }
            #expect(error.isAboutMapping)
            return error.description
        }
        #expect(try message([names[1], names[0]]).contains("m.yaml:1: order: \"\(names[1])\" cannot run before \"\(names[0])\", whose result it needs; list it behind that one"))
        #expect(try message([names[0], names[1] + "x"]).contains("m.yaml:2: order: the workload has no operator \"\(names[1])x\"; did you mean \"\(names[1])\"?"))
        let head = "mapping: 1\narchitecture: a\nworkload: b\n"
        for (text, part) in [("order: conv\n", "m.yaml:4: order: is a single value where a list of operators belongs"), ("order: [a, b, a]\n", "\"a\" is listed twice")] {
            let error = try #require(throws: ArchitectureError.self) { try WorkloadMapping(text: head + text, file: "m.yaml") }
            #expect(error.description.contains(part), "\(error.description)")
        }
    }

    /// Depthwise convolutions run on the vector unit where that is faster, and on the arrays where a file has tiles for them.
    @Test func tilesMoveADepthwiseConvolutionToTheArrays() throws {
        let (plain, architecture) = try Self.lower("tpu-v1", "mobilenet-v2.onnx")
        let onArrays = Set(plain.products.map(\.request.operatorName))
        let depthwise = try #require(plain.graph.nodes.first { node in
            guard node.operation.hasPrefix("Conv"), case .int(let groups)? = node.attributes["group"], groups > 1 else { return false }
            return !onArrays.contains(node.name)
        })
        let output = try #require(depthwise.outputs.first ?? nil)
        let shape = plain.graph.values[output].type.shape
        var mapping = WorkloadMapping(file: "m.yaml", architecture: "", workload: "")
        mapping.operators = [
            MappedOperator(
                name: depthwise.name, product: nil,
                mapping: MatmulMapping(tileM: shape[2] * shape[3], tileN: 1, tileK: 9, order: .rowsOuter, left: .streamed, right: .streamed, split: .rows))
        ]
        let (moved, _) = try Self.lower("tpu-v1", "mobilenet-v2.onnx", mapping)
        let product = try #require(moved.products.first { $0.request.operatorName == depthwise.name })
        #expect(product.isGiven && product.mapping.tileM == shape[2] * shape[3])
        #expect(moved.products.count == plain.products.count + 1)
        _ = try MappingTrafficTests.compare(moved, architecture, "depthwise")
    }

    @Test func aSchedulesOrderAndPlacesAreKept() throws {
        let (plain, _) = try Self.lower("tpu-v1", "googlenet.onnx")
        let names = plain.operatorOrder
        // The last operator of a block waits for nothing but its own branch and the block before.
        let index = try #require((10..<names.count).first { index in
            guard let (moved, _) = try? Self.lower("tpu-v1", "googlenet.onnx", Self.mapping([names[index]])) else { return false }
            return moved.operatorOrder.firstIndex(of: names[index]) != index
        })
        let tensor = try #require(plain.tensors.last { $0.place == .onChip })
        let text = """
            # Written by cyclewright schedule.
            schedule: 1
            architecture: "tpu-v1"
            workload: "googlenet"
            order: joint
            capacity: 1048576
            proved-optimal: true
            steps:
              - operator: "\(names[index])"
                on-chip: 5
                make:
                  - { tensor: "\(tensor.name)", bytes: 5 }
                write: ["\(tensor.name)"]
                leave: ["\(tensor.name)"]

            """
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("schedule-\(UUID().uuidString).yaml").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let schedule = try WorkloadMapping.load(path: path)
        #expect(schedule.order == [OrderedOperator(name: names[index])] && schedule.reached.contains("proved optimal"))
        let (moved, _) = try Self.lower("tpu-v1", "googlenet.onnx", schedule)
        #expect(try #require(moved.operatorOrder.firstIndex(of: names[index])) < index)
        #expect(moved.tensors.first { $0.name == tensor.name }?.place == .offChip)
    }
}
