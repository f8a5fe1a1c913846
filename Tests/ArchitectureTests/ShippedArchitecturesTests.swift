import Architecture
import Foundation
import Quantities
import Testing

let shippedArchitectures = [
    "embedded-cache", "eyeriss", "four-core-mesh", "gemmini", "scalesim-google", "tpu-v1", "tpu-v4-core", "weights-in-flash",
]

@Suite("Architectures that are shipped") struct ShippedArchitecturesTests {
    @Test("The folder holds these and no others") func folder() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: repositoryFile("Architectures"))
        #expect(files.filter { $0.hasSuffix(".yaml") }.sorted() == shippedArchitectures.map { $0 + ".yaml" })
    }

    @Test("Each is valid, runs networks and says where every parameter comes from", arguments: shippedArchitectures)
    func valid(name: String) throws {
        let architecture = try Architecture.load(path: repositoryFile("Architectures/\(name).yaml"))
        #expect(architecture.missingNetworkPaths() == [])
        try architecture.validateRunnable(file: name)
        for parameter in architecture.parameters {
            #expect(parameter.isDefault || parameter.source?.isEmpty == false, "\(parameter.path) has no source")
            #expect(!parameter.help.isEmpty)
        }
    }

    @Test(
        "Peak throughput is that of the papers",
        arguments: [
            ("tpu-v1", 65_536, 91.75e12), ("tpu-v4-core", 65_536, 131.07e12), ("eyeriss", 168, 67.2e9), ("gemmini", 256, 512e9),
            ("scalesim-google", 65_536, 131.07e12),
        ]) func peak(name: String, macs: Int, operations: Double) throws {
        let description = ArchitectureDescription(try Architecture.load(path: repositoryFile("Architectures/\(name).yaml")))
        #expect(description.peakMACsPerCycle == macs)
        #expect(abs(description.peakOperationsPerSecond / operations - 1) < 0.001)
    }

    @Test("Off-chip bandwidth is that of the papers") func bandwidth() throws {
        func total(_ name: String, _ memory: String) throws -> Double {
            let architecture = try Architecture.load(path: repositoryFile("Architectures/\(name).yaml"))
            guard case .dram(let dram)? = architecture.memory(named: memory)?.kind else { return 0 }
            return dram.bandwidth.bytesPerSecond * Double(dram.channels)
        }
        // The paper rounds 2 × 2133 MT/s × 8 B.
        #expect(abs(try total("tpu-v1", "weights") / 34e9 - 1) < 0.005)
        #expect(abs(try total("tpu-v4-core", "hbm") - 614.4e9) < 1e6)
    }

    @Test("A description shows units, peak, memories, links and parameters with their sources") func description() throws {
        let text = ArchitectureDescription(try Architecture.load(path: repositoryFile("Architectures/tpu-v1.yaml"))).text
        for expected in [
            "tpu-v1", "65,536 MACs/cycle, 91.75 TOPS", "256 × 256 weight-stationary, int8 → int32, preload overlapped", "24 MiB", "34128 MB/s",
            "unified → mxu", "engines.mxu.rows", "Networks run on this machine.", "28 nm", "default",
        ] { #expect(text.contains(expected), "\(expected) is missing") }
        #expect(!text.contains("not stated"))
        // No line ends in a blank.
        #expect(!text.contains(" \n"))
    }
}

@Suite("Machines that can run networks") struct NetworkPathTests {
    @Test("The small machine can") func small() throws {
        #expect(try Architecture.decode(text: smallMachine, file: "s.yaml").missingNetworkPaths().isEmpty)
    }

    @Test(
        "What is missing is named",
        arguments: [
            ("  load: { kind: dma, width: 16 B, reads: dram, writes: spad }\n", "engines.mxu: nothing brings activations from dram to \"spad\"; add an engine {kind: dma, reads: dram, writes: spad}"),
            ("  store: { kind: dma, width: 16 B, reads: spad, writes: dram }\n", "engines.mxu: nothing takes results from \"spad\" to dram; add an engine {kind: dma, reads: spad, writes: dram}"),
            ("  vpu: { kind: vector, lanes: 16, reads: [sums, spad], writes: spad }\n", "engines.mxu: no vector unit reads \"sums\" and \"spad\" and writes \"spad\"; add an engine {kind: vector, reads: [sums, spad], writes: spad}"),
        ]) func missing(line: String, message: String) throws {
        let text = smallMachine.replacing(line, with: "")
        let machine = try Architecture.decode(text: text, file: "s.yaml")
        #expect(machine.missingNetworkPaths().map(\.description) == [message])
        let error = try #require(throws: ArchitectureError.self) { try machine.validateRunnable(file: "s.yaml") }
        #expect(error.description == "s.yaml: \(message)")
    }

    @Test("Weights of their own memory need their own path; no array, no network") func weights() throws {
        let text = smallMachine.replacing("reads: [spad]", with: "reads: [spad, sums]")
        let messages = try Architecture.decode(text: text, file: "s.yaml").missingNetworkPaths().map(\.message)
        #expect(messages == ["nothing brings weights from dram to \"sums\"; add an engine {kind: dma, reads: dram, writes: sums}"])
        var noArray = try Architecture.decode(text: smallMachine, file: "s.yaml")
        noArray.engines.removeAll { $0.name == "mxu" }
        #expect(noArray.missingNetworkPaths().map(\.engine) == [""])
    }
}
