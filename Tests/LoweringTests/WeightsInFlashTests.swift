import Architecture
import Foundation
import GraphImport
import Lowering
import OperatorGraph
import Programs
import Simulation
import Testing

/// Machines that keep weights in flash, and the shipped machines with parts between engines and memory.
@Suite struct WeightsInFlashTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func machine(_ name: String, _ overrides: [String: String] = [:]) throws -> Architecture {
        try Architecture.load(path: root.appendingPathComponent("Architectures/\(name).yaml").path, overrides: overrides)
    }

    private static func workload(_ name: String) throws -> Graph {
        var options = ImportOptions()
        options.readsWeights = false
        return try WorkloadImport.load(path: root.appendingPathComponent("Workloads/\(name)").path, options: options)
    }

    @Test("Constant weights lie in flash and are read page by page, once")
    func residency() throws {
        let machine = try Self.machine("weights-in-flash")
        let lowered = try Lowering.lower(try Self.workload("resnet18-int8.onnx"), to: machine)
        try lowered.program.validate(on: machine)
        let held = lowered.program.tensors.filter { $0.memory == "flash" }
        #expect(held.count >= 20)
        #expect(held.allSatisfy { $0.role == .parameter || $0.role == .constant })
        // A byte for each weight of ResNet-18's 20 convolutions, and of its last layer (He et al., CVPR 2016: 11.7 million with norms and biases).
        let bytes = held.reduce(0) { $0 + $1.bytes }
        #expect(bytes == 11_166_912 + 512 * 1000)
        let record = try Simulation.run(lowered.program, on: machine).record
        let flash = try #require(record.memories.first { $0.name == "flash" }), pages = try #require(flash.flash)
        #expect(flash.kind == .flash && flash.writeBytes == 0)
        #expect(flash.readBytes == pages.pagesRead * pages.pageBytes)
        // Every byte once, but for pages at the ends of tensors and those that were dropped from the buffer between two visits.
        #expect(flash.readBytes >= bytes && flash.readBytes < 2 * bytes)
        // No faster than the buses.
        #expect(Double(flash.readBytes) / record.seconds <= flash.peakBytesPerSecond)
        #expect(pages.busUtilization.allSatisfy { $0 > 0 && $0 <= 1 })
        // The stream brings the weights and nothing else.
        let stream = try #require(record.units.first { $0.name == "stream" })
        #expect(stream.requests.entered > 0 && stream.requests.occupancyCycles == stream.requests.stayCycles)
        #expect(record.operators.reduce(0) { $0 + $1.cycles } == record.cycles)
    }

    /// One page of a sleeping flash: command, sensing, command and transfer of the page and its spare bytes, the controller's way.
    @Test("A page takes its time to the cycle")
    func page() throws {
        let machine = try Architecture.decode(
            text: """
                architecture: one-page
                clock: 1 GHz
                memories:
                  flash: { kind: flash, capacity: 1 MiB, cells: multi-level, page: 4 KiB, spare: 0 B, bus: 1 GB/s, command: 100 ns, latency: 500 ns }
                  dram: { kind: dram, capacity: 1 MiB, bandwidth: 8 GB/s }
                  spad: { kind: sram, capacity: 64 KiB, width: 4 KiB, ports: 4, latency: 0 }
                engines:
                  load: { kind: dma, width: 4 KiB, request: 4 KiB, outstanding: 1, startup: 2, reads: flash, writes: spad }
                """, file: "page.yaml")
        func cycles(_ copies: String) throws -> Int {
            let text = "program \"t\" on \"one-page\"\n\noperator 0 \"o\" Copy\nstream load\n" + copies
            return try Simulation.run(try Program.parse(text, file: "t"), on: machine).record.cycles
        }
        let copy = "  copy #0 from: flash@0 int8[4096], to: spad@0 int8[4096]\n"
        // 2 + 100 + 48,000 (tR of the first kind of page) + 100 + 4,096 + 500, and a cycle through the engine.
        #expect(try cycles(copy) == 2 + 100 + 48_000 + 100 + 4_096 + 500 + 1)
        // Again from the buffer: startup, the controller's way, a cycle.
        #expect(try cycles(copy + copy) == 2 + 100 + 48_000 + 100 + 4_096 + 500 + 1 + 2 + 500 + 1)
    }

    @Test("Values are those of the reference wherever weights lie")
    func values() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("Architectures/weights-in-flash.yaml"), encoding: .utf8)
        let machine = try Architecture.decode(text: text, file: "weights-in-flash.yaml")
        var held = 0
        for (family, seed) in [RandomWorkload.Family.integerMatmul, .integerConvolution, .layers].flatMap({ family in (1400..<1403).map { (family, $0) } }) {
            let workload = try RandomWorkload(family, seed: seed)
            guard workload.input == .int8, let lowered = try? Lowering.lower(workload.graph, to: machine) else { continue }
            held += lowered.program.tensors.filter { $0.memory == "flash" }.count
            var law = try LawCase(workload, seed: seed)
            (law.machine, law.lowered) = (machine, lowered)
            let tensors = law.tensors()
            let outcome = try law.run(values: tensors)
            #expect(law.difference(of: outcome, from: try law.reference(tensors)) == nil, "\(law.name)")
        }
        #expect(held > 0)
    }

    @Test("Shipped machines with parts run a network", arguments: [("four-core-mesh", "squeezenet1-1.onnx"), ("embedded-cache", "resnet18-int8.onnx")])
    func shipped(_ name: String, _ workloadName: String) throws {
        let machine = try Self.machine(name)
        let lowered = try Lowering.lower(try Self.workload(workloadName), to: machine)
        let record = try Simulation.run(lowered.program, on: machine).record
        #expect(record.operators.reduce(0) { $0 + $1.cycles } == record.cycles)
        #expect(record.networks.count == machine.networks.count && record.caches.count == machine.caches.count && record.frontEnds.count == 1)
        if let network = record.networks.first {
            #expect(network.inside.remaining == 0 && network.inside.stayCycles == network.inside.occupancyCycles)
            let ideal = try Simulation.run(lowered.program, on: try Self.machine(name, ["networks.noc.model": "ideal"])).record
            // Nothing says which of the two is the faster: other arrivals make other orders at the controllers.
            #expect(ideal.networks[0].latencyCycles == 0 && network.latencyCycles >= network.leastLatencyCycles && network.leastLatencyCycles > 0)
            #expect(ideal.networks[0].payloadBytes == network.payloadBytes)
        }
        if let cache = record.caches.first {
            let dram = try #require(record.memories.first { $0.name == "dram" })
            #expect(dram.readBytes == cache.readBytes && dram.writeBytes == cache.writeBytes)
            #expect(cache.hitRate > 0 && cache.hitRate < 1)
        }
    }
}
