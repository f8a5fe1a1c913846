import Architecture
import Foundation
import GraphImport
import Lowering
import Quantities
import Simulation
import Testing

/// The same program of a shipped network on a shipped machine, with more and more bandwidth off chip. The machines' DRAM is one of
/// bandwidth and latency here: channels of a standard have the bandwidth that they have.
///
/// In one order of service it is a law. Without one no memory that serves what waits can promise it where engines compete
/// (`MemoryAnomalyTests`): then these are the pairs for which it is so. Random machines are in `FixedOrderLawTests` and
/// `MonotonicityLawTests`.
@Suite struct ShippedBandwidthLawTests {
    private static func machine(_ name: String) throws -> Architecture {
        var machine = try Architecture.load(path: root.appendingPathComponent("Architectures/\(name).yaml").path)
        for index in machine.memories.indices {
            guard case .dram(var dram) = machine.memories[index].kind else { continue }
            dram.model = .bandwidth
            machine.memories[index].kind = .dram(dram)
        }
        return machine
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test(
        "More bandwidth is never slower on shipped machines",
        arguments: ["tpu-v1", "tpu-v4-core", "gemmini"], ["resnet18-int8.onnx", "resnet18.onnx", "bert-base.onnx", "mobilenet-v2.onnx"])
    func moreBandwidthIsNeverSlower(_ machine: String, _ workload: String) throws {
        let architecture = try Self.machine(machine)
        var options = ImportOptions()
        options.readsWeights = false
        let graph = try WorkloadImport.load(path: Self.root.appendingPathComponent("Workloads/\(workload)").path, options: options)
        let program = try Lowering.lower(graph, to: architecture).program
        var last = Int.max
        for factor in [1, 1.1, 1.5, 2, 4] {
            var faster = architecture
            for index in faster.memories.indices {
                guard case .dram(var dram) = faster.memories[index].kind else { continue }
                dram.bandwidth = Bandwidth(bytesPerSecond: dram.bandwidth.bytesPerSecond * factor)
                faster.memories[index].kind = .dram(dram)
            }
            let cycles = try Simulation.run(program, on: faster).record.cycles
            #expect(cycles <= last, "\(factor) times the bandwidth makes \(last) cycles \(cycles)")
            last = cycles
        }
    }

    @Test(
        "In one order more bandwidth is never slower, by whatever factor",
        arguments: ["tpu-v1", "tpu-v4-core", "gemmini", "eyeriss"], ["resnet18-int8.onnx", "mobilenet-v2.onnx", "llama-15m.onnx"])
    func moreBandwidthIsNeverSlowerInOneOrder(_ machine: String, _ workload: String) throws {
        let architecture = try Self.machine(machine)
        var options = ImportOptions()
        options.readsWeights = false
        let graph = try WorkloadImport.load(path: Self.root.appendingPathComponent("Workloads/\(workload)").path, options: options)
        let program = try Lowering.lower(graph, to: architecture).program
        let free = try Simulation.run(program, on: architecture, options: SimulationOptions(recordsOrder: true))
        let order: ServiceOrder = try #require(free.order)
        // Lowering has every semaphore acquired by one unit.
        #expect(order.queues.allSatisfy { $0.kind != .semaphore })
        var last = free.record.cycles
        for factor in [1, 1.01, 1.1, 1.5, 2, 3, 8] {
            var faster = architecture
            for index in faster.memories.indices {
                guard case .dram(var dram) = faster.memories[index].kind else { continue }
                dram.bandwidth = Bandwidth(bytesPerSecond: dram.bandwidth.bytesPerSecond * factor)
                faster.memories[index].kind = .dram(dram)
            }
            let cycles = try Simulation.run(program, on: faster, options: SimulationOptions(order: order)).record.cycles
            #expect(cycles <= last, "\(factor) times the bandwidth makes \(last) cycles \(cycles)")
            if factor == 1 { #expect(cycles == last) }
            last = cycles
        }
    }
}
