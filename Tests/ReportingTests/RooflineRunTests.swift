import Architecture
import Foundation
import GraphImport
import Lowering
import MemorySystem
import Reporting
import Simulation
import Testing

/// Runs of shipped machines under their roofs.
@Suite struct RooflineRunTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// The same machine with a memory of bandwidth and latency only.
    private static let bandwidth = ["memories.hbm.model": "bandwidth", "memories.hbm.latency": "100ns"]

    static func report(_ machine: String, _ workload: String, element: String? = nil, _ overrides: [String: String] = [:]) throws -> RunReport {
        let path = workload.hasPrefix("/") ? workload : root.appendingPathComponent("Workloads/\(workload)").path
        let architecture = try Architecture.load(path: root.appendingPathComponent("Architectures/\(machine).yaml").path, overrides: overrides)
        var options = ImportOptions()
        options.readsWeights = false
        if let element { options.settings["element"] = element }
        let graph = try WorkloadImport.load(path: path, options: options)
        let lowered = try Lowering.lower(graph, to: architecture)
        let record = try Simulation.run(lowered.program, on: architecture).record
        return RunReport(record: record, architecture: architecture, workload: RunReportTests.workload)
    }

    /// A product of m × k and k × n.
    static func product(_ m: Int, _ n: Int, _ k: Int, on machine: String, element: String, _ overrides: [String: String] = [:]) throws -> RooflineDistance {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("roofline-\(m)-\(n)-\(k)-\(UUID().uuidString).csv")
        try "product, M, N, K,\nproduct, \(m), \(n), \(k),\n".write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try #require(try report(machine, file.path, element: element, overrides).operators.first?.roofline)
    }

    static let pairs: [(String, String, [String: String])] = [
        ("tpu-v1", "resnet50-int8.onnx", [:]), ("tpu-v1", "resnet50-int8.onnx", ["memories.weights.model": "bandwidth"]),
        ("tpu-v4-core", "resnet18.onnx", [:]), ("tpu-v4-core", "resnet18.onnx", bandwidth), ("tpu-v4-core", "gpt2-products.csv", [:]),
        ("gemmini", "resnet18-int8.onnx", [:]), ("gemmini", "mobilenet-v1-layers.csv", [:]),
        ("eyeriss", "alexnet-layers.csv", [:]), ("scalesim-google", "vgg16-layers.csv", [:]), ("tpu-v4-core", "bert-base.onnx", [:]),
    ]

    @Test("No operator is above its roof, and what it loses is divided without remainder", arguments: pairs)
    func operatorsLieUnderTheirRoofs(_ machine: String, _ workload: String, _ overrides: [String: String]) throws {
        let report = try Self.report(machine, workload, overrides)
        let period = Double(report.record.clockPeriodFemtoseconds) * 1e-15
        var distances = 0
        // Accesses that a controller's write queue answers do not use the data bus; which operator's they are is not recorded.
        var merged = 0.0
        for dram in report.record.memories.compactMap(\.dram) where dram.mergedAccesses > 0 {
            merged += Double(dram.mergedAccesses * (try DRAMStandard(named: dram.standard)).organization.accessBytes)
        }
        for (operation, figures) in zip(report.record.operators, report.operators) {
            // Whatever the definition of an operator's time: nothing was computed or moved faster than the machine can.
            let window = Double(operation.end - operation.start)
            #expect(Double(operation.macs) <= Double(report.record.peakMacsPerCycle) * window, "\(operation.name)")
            let bytes = Double(figures.dramReadBytes + figures.dramWriteBytes)
            #expect(bytes - merged <= report.peakDRAMBytesPerSecond * period * window * 1.000001, "\(operation.name)")
            guard let distance = figures.roofline else {
                #expect(operation.macs == 0 && bytes == 0 || operation.cycles == 0)
                continue
            }
            distances += 1
            #expect(distance.attained <= 1, "\(operation.name): \(distance)")
            #expect(distance.attained > 0)
            #expect(distance.lostCycles.allSatisfy { $0 >= 0 })
            #expect(distance.lostCycles.reduce(0, +) == distance.cycles - distance.roofCycles, "\(operation.name): \(distance)")
            if !distance.lostToDRAM.isEmpty {
                #expect(distance.lostToDRAM.reduce(0) { $0 + $1.cycles } == distance[.dram], "\(operation.name)")
            }
            #expect(operation.transferActivity.total == (operation.transferUnit.isEmpty ? 0 : operation.cycles), "\(operation.name)")
        }
        #expect(distances > 5)
    }

    @Test("Large products reach the roof of arithmetic", arguments: [("tpu-v4-core", 4096, "bf16"), ("tpu-v4-core", 5120, "bf16")])
    func largeProducts(_ machine: String, _ size: Int, _ element: String) throws {
        for overrides in [[:], Self.bandwidth] {
            let distance = try Self.product(size, size, size, on: machine, element: element, overrides)
            #expect(distance.bound == .compute)
            #expect(distance.attained >= 0.9, "\(distance)")
        }
    }

    /// Of Eyeriss' DRAM, 12.8 GB/s, the chip's link lets 720 MB/s through: a sixteenth of the roof, for that reason.
    @Test(
        "A product with a vector reaches the roof of bandwidth, or what the way to the memory leaves of it",
        arguments: [("tpu-v4-core", "bf16", 1), ("tpu-v1", "int8", 1), ("eyeriss", "int16", 0.05625)])
    func productsWithVectors(_ machine: String, _ element: String, _ share: Double) throws {
        let distance = try Self.product(1, 4096, 4096, on: machine, element: element)
        #expect(distance.bound == .memory)
        #expect(distance.attained >= 0.8 * share, "\(distance)")
        if share < 1 {
            #expect(distance.attained <= 1.05 * share, "\(distance)")
            #expect(distance.reason.hasPrefix("DMA engine"), "\(distance)")
        }
    }

    /// DDR3-2133 in TPU v1: at best a read every tCCD, but for the refresh: (tREFI - tRFC) / tREFI of the peak.
    @Test("With every command simulated, a stream of weights reaches what refresh leaves of the roof")
    func weightsWithBanks() throws {
        let standard = try DRAMStandard(named: "DDR3-2133"), bounds = DRAMBounds(standard)
        let best = bounds.bandwidth(cyclesPerAccess: bounds.stream.cycles) / bounds.peakBandwidth
        let distance = try Self.product(1, 4096, 4096, on: "tpu-v1", element: "int8")
        #expect(distance.bound == .memory)
        // A last refresh may fall behind the end of the run.
        #expect(distance.attained <= best * 1.01, "\(distance), at best \(best)")
        #expect(distance.attained >= best * 0.95, "\(distance), at best \(best)")
    }

    /// The arrays of TPU v1 take a tile of weights for each vector: with more bandwidth than that needs, filling them is the limit.
    @Test("The reason follows the machine")
    func reasons() throws {
        func reason(_ overrides: [String: String], m: Int = 1, n: Int = 4096) throws -> String {
            try Self.product(m, n, 4096, on: "tpu-v1", element: "int8", overrides).reason
        }
        #expect(try reason(["memories.weights.channels": "64", "memories.weights.capacity": "256 GiB", "engines.weightFetch.width": "4 KiB", "engines.weightFetch.request": "64 KiB"]).hasPrefix("fill and drain of the array"))
        #expect(try reason(["engines.weightFetch.width": "4 B"]).hasPrefix("DMA engine"))
        #expect(try reason(["memories.weights.latency": "10 us", "engines.weightFetch.outstanding": "1"]).hasPrefix("DRAM: of its losses no request under way"))
        let wide = try Self.product(
            16_384, 12, 4096, on: "tpu-v4-core", element: "bf16", ["memories.hbm.model": "bandwidth", "memories.hbm.bandwidth": "1 TB/s"])
        #expect(wide.reason.hasPrefix("array too wide for the operator (12 of 128 columns)"), "\(wide)")
        #expect(wide[.arrayShape] * 2 > wide.cycles)
    }
}
