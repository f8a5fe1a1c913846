import Architecture
import Foundation
import GraphImport
import Lowering
import Quantities
import Simulation
import Testing

/// Every shipped network on two of the shipped machines each: lowered, valid, run, and every cycle accounted for.
@Suite struct ShippedCombinationTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func files(_ folder: String, _ extensions: Set<String>) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
        return names.filter { extensions.contains(($0 as NSString).pathExtension) }.sorted()
    }

    /// Those whose requests are simulated packet by packet and page by page have smaller networks in `WeightsInFlashTests`.
    private static let architectures = files("Architectures", ["yaml"]).filter {
        !["embedded-cache.yaml", "four-core-mesh.yaml", "weights-in-flash.yaml"].contains($0)
    }
    private static let workloads = files("Workloads", ["onnx", "csv"])

    private static let pairs: [(String, String)] = workloads.enumerated().flatMap { index, workload in
        [0, 2].map { (architectures[(index + $0) % architectures.count], workload) }
    }

    @Test func thereAreEnough() {
        #expect(Self.architectures.count >= 5)
        #expect(Self.workloads.count >= 12)
    }

    @Test(arguments: pairs) func runs(_ architectureName: String, _ workloadName: String) throws {
        let architecture = try Architecture.load(
            path: Self.root.appendingPathComponent("Architectures/\(architectureName)").path, overrides: [:])
        var options = ImportOptions()
        options.readsWeights = false
        let graph = try WorkloadImport.load(path: Self.root.appendingPathComponent("Workloads/\(workloadName)").path, options: options)
        let lowered = try Lowering.lower(graph, to: architecture)
        try lowered.program.validate(on: architecture)
        let record = try Simulation.run(lowered.program, on: architecture).record
        #expect(record.cycles > 0)
        for unit in record.units { #expect(unit.activity.total == record.cycles) }
        #expect(record.operators.reduce(0) { $0 + $1.cycles } == record.cycles)
        for step in record.operators { #expect(step.activity.total == step.cycles) }
        #expect(record.macs == lowered.program.operators.reduce(0) { $0 + $1.macs })
        for memory in record.memories { #expect(memory.allocatedBytes <= memory.capacityBytes) }
        #expect(record.utilization > 0 && record.utilization <= 1)

        // The same program with DRAM of bandwidth and latency, once and twice as much of it.
        let cycles = try [1.0, 2.0].map { factor in
            var machine = architecture
            for index in machine.memories.indices {
                guard case .dram(var dram) = machine.memories[index].kind else { continue }
                dram.model = .bandwidth
                dram.bandwidth = Bandwidth(bytesPerSecond: dram.bandwidth.bytesPerSecond * factor)
                machine.memories[index].kind = .dram(dram)
            }
            return try Simulation.run(lowered.program, on: machine).record.cycles
        }
        #expect(cycles[1] <= cycles[0], "twice the bandwidth makes \(cycles[0]) cycles \(cycles[1])")
    }
}
