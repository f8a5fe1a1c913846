import Architecture
import Foundation
import GraphImport
import Lowering
import Mapping
import OperatorGraph
import Programs
import Simulation
import Testing

/// A mapping that was drawn among all that fit.
struct RandomMapper: MatmulMapper {
    let seed: Int

    func map(_ problem: MatmulProblem, on resources: MatmulResources) -> MatmulMapping? {
        var random = RandomStream(seed &* 7919 &+ problem.m &* 31 &+ problem.k &* 17 &+ problem.n)
        func size(_ dimension: MatmulDimension) -> Int {
            let (extent, unit) = (problem.extent(of: dimension), problem.unit(of: dimension))
            if random.oneIn(4) { return extent }
            var size = min(extent, max(1, random.int(1...max(1, (extent + unit - 1) / unit))) * unit)
            if dimension == .k, problem.dividesK { while extent % size != 0 { size -= unit } }
            return size
        }
        for attempt in 0..<200 {
            var mapping = MatmulMapping(
                tileM: size(.m), tileN: size(.n), tileK: size(.k), order: random.pick(MatmulMapping.Order.allCases),
                left: random.pick(MatmulMapping.Stay.allCases), right: random.pick(MatmulMapping.Stay.allCases),
                split: random.pick(MatmulMapping.Split.allCases))
            // Few tiles, so that the run is short, but for a while only.
            if attempt < 100, mapping.tilesM(of: problem) * mapping.tilesN(of: problem) * mapping.tilesK(of: problem) > 400 { continue }
            if resources.dataflow == .inputStationary { mapping.split = .rows }
            if MatmulAllocation(mapping, problem).fits(resources) { return mapping }
        }
        return HeuristicMatmulMapper().map(problem, on: resources)
    }
}

/// What a mapping is predicted to move off chip is what the simulation counts, for each operator, to the byte.
@Suite struct MappingTrafficTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func architecture(_ name: String) throws -> Architecture {
        try Architecture.load(path: root.appendingPathComponent("Architectures/\(name).yaml").path)
    }

    static func workload(_ name: String) throws -> Graph {
        var options = ImportOptions()
        options.readsWeights = false
        return try WorkloadImport.load(path: root.appendingPathComponent("Workloads/\(name)").path, options: options)
    }

    /// Predicted and counted bytes of off-chip memory for every product; operators that are repeated are counted one by one.
    static func compare(_ lowered: LoweredWorkload, _ architecture: Architecture, _ name: String) throws -> Int {
        let record = try Simulation.run(lowered.program, on: architecture).record
        let dram = try #require(record.memories.firstIndex { $0.kind == .dram })
        var predicted: [Int: (read: Int, written: Int)] = [:]
        for product in lowered.products {
            let traffic = try #require(product.traffic)
            predicted[product.operatorIndex, default: (0, 0)].read += traffic.read
            predicted[product.operatorIndex, default: (0, 0)].written += traffic.written
        }
        for (index, traffic) in predicted.sorted(by: { $0.key < $1.key }) {
            let step = record.operators[index]
            let detail = "\(name): \(step.name) \(lowered.products.filter { $0.operatorIndex == index }.map { "\($0.mapping)" })"
            #expect(step.readBytes[dram] == traffic.read, "\(detail)")
            #expect(step.writeBytes[dram] == traffic.written, "\(detail)")
        }
        return predicted.count
    }

    private static let cases: [(String, String)] = [
        ("tpu-v1", "resnet50-int8.onnx"), ("gemmini", "resnet18-int8.onnx"), ("gemmini", "alexnet-layers.csv"), ("eyeriss", "resnet18.onnx"),
        ("tpu-v4-core", "resnet18.onnx"), ("tpu-v4-core", "bert-large-products.csv"), ("tpu-v1", "gpt2.onnx"), ("scalesim-google", "resnet50-layers.csv"),
        ("eyeriss", "mobilenet-v2.onnx"), ("tpu-v4-core", "llama-15m.onnx"), ("gemmini", "shufflenet-v2.onnx"), ("weights-in-flash", "squeezenet1-1.onnx"),
        ("four-core-mesh", "squeezenet1-1.onnx"),
    ]

    @Test(arguments: cases) func shippedMachines(_ machine: String, _ workload: String) throws {
        let architecture = try Self.architecture(machine)
        let graph = try Self.workload(workload)
        let count = try Self.compare(try Lowering.lower(graph, to: architecture), architecture, "\(machine) \(workload)")
        #expect(count > 5)
    }

    @Test func randomMappings() throws {
        for (index, (machine, workload)) in Self.cases.prefix(6).enumerated() {
            let architecture = try Self.architecture(machine)
            let graph = try Self.workload(workload)
            let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapper: RandomMapper(seed: index)))
            _ = try Self.compare(lowered, architecture, "random \(machine) \(workload)")
        }
    }

    @Test(arguments: [RandomWorkload.Family.convolution, .integerConvolution, .gemm, .matmul, .integerMatmul, .quantizedChain, .attention, .productsOfViews])
    func randomProductsOnRandomMachines(_ family: RandomWorkload.Family) throws {
        for seed in 0..<40 {
            guard let law = try? LawCase(family, seed: seed, options: LoweringOptions(mapper: RandomMapper(seed: seed))) else { continue }
            // Weights straight from DRAM do not go through a DMA engine.
            guard law.machine.engine(named: "mxu")?.reads.last != "dram" else { continue }
            _ = try Self.compare(law.lowered, law.machine, law.name)
        }
    }

    /// Any mapping that fits computes what the workload means.
    @Test(arguments: [RandomWorkload.Family.convolution, .integerConvolution, .gemm, .matmul, .integerMatmul, .quantizedChain, .attention, .productsOfViews, .layers])
    func randomMappingsComputeTheReference(_ family: RandomWorkload.Family) throws {
        for seed in 0..<25 {
            guard let law = try? LawCase(family, seed: seed, options: LoweringOptions(mapper: RandomMapper(seed: seed))) else { continue }
            let tensors = law.tensors()
            let outcome = try law.run(values: tensors)
            let difference = law.difference(of: outcome, from: try law.reference(tensors))
            #expect(difference == nil, "\(law.name): \(law.lowered.products.map(\.mapping))")
        }
    }
}
