import Architecture
import Foundation
import Testing

/// Networks, caches and flash in architecture files: what is taken, and what is refused with the rule that it breaks.
@Suite struct MemoryPartTests {
    private static func text(
        dram: String = "model: banks, channels: 4", cache: String = "capacity: 64 KiB, ways: 4", network: String = "topology: { kind: mesh, columns: 2, rows: 2 }",
        more: String = "", engines: String = ""
    ) -> String {
        """
        architecture: parts
        clock: 1 GHz
        cores: 2
        memories:
          dram: { kind: dram, standard: HBM2-2000, capacity: 1 GiB, \(dram) }
          l2: { kind: cache, of: dram, \(cache) }
          spad: { kind: sram, capacity: 64 KiB, width: 16 B }
          \(more)
        engines:
          load: { kind: dma, width: 16 B, reads: dram, writes: spad }
          store: { kind: dma, width: 16 B, reads: spad, writes: dram }
          \(engines)
        networks:
          noc: { \(network) }
        """
    }

    private static func problems(_ text: String, file: String = "parts.yaml") -> String {
        do throws(ArchitectureError) {
            _ = try Architecture.decode(text: text, file: file)
            return ""
        } catch {
            return error.description
        }
    }

    @Test("Parts are read with their parameters and sources") func decoded() throws {
        let machine = try Architecture.decode(text: Self.text(), file: "parts.yaml")
        #expect(machine.caches == [MemoryCache(name: "l2", of: "dram", capacity: .init(65_536), ways: 4)])
        #expect(machine.memories.map(\.name) == ["dram", "spad"])
        #expect(machine.networks.map(\.name) == ["noc"] && machine.networks[0].placesByDefault)
        #expect(machine.memories(on: machine.networks[0]).map(\.name) == ["dram"])
        for path in ["networks.noc.topology.columns", "networks.noc.router.buffer", "memories.l2.mshrs", "networks.noc.model"] {
            #expect(machine.parameters.contains { $0.path == path }, "\(path)")
        }
        let text = ArchitectureDescription(machine).text
        #expect(text.contains("256 sets × 4 ways × 64 B") && text.contains("mesh, columns 2, rows 2"))
        let changed = try Architecture.decode(text: Self.text(), file: "parts.yaml", overrides: ["networks.noc.router.buffer": "3", "networks.noc.model": "ideal", "memories.l2.ways": "8"])
        #expect(changed.networks[0].model == .ideal && changed.caches[0].ways == 8)
        #expect(changed.parameters.first { $0.path == "networks.noc.router.buffer" }?.value == "3")
    }

    @Test("A shipped network by name") func file() throws {
        let folder = repositoryFile("Architectures")
        let machine = try Architecture.decode(text: Self.text(network: "file: mesh-8x8, nodes: { cores: [0, 63], dram: [7, 56] }"), file: folder + "/parts.yaml")
        #expect(machine.networks[0].nodes?.map(\.terminals) == [[0, 63], [7, 56]])
        #expect(Self.problems(Self.text(network: "file: mesh-9x9"), file: folder + "/parts.yaml").contains("there is no network file \"mesh-9x9\""))
        #expect(Self.problems(Self.text(network: "file: mesh-8x8, topology: { kind: ring, routers: 4 }"), file: folder + "/parts.yaml").contains("stands beside `file`"))
    }

    @Test("What cannot be is refused", arguments: [
        (text(dram: "model: bandwidth"), "parts.yaml:6: memories.l2.of: \"dram\" has model: bandwidth, which knows no single requests; set memories.dram.model: banks"),
        (text(cache: "capacity: 64 KiB, ways: 0"), "memories.l2.ways: 0 is outside of 1 … 1024"),
        (text(cache: "capacity: 60 KiB, ways: 4"), "memories.l2.capacity: 60 KiB makes 240 sets"),
        (text(cache: "capacity: 100 B, ways: 4"), "memories.l2.capacity: 100 B is not a multiple of line × ways"),
        (text(cache: "capacity: 64 KiB, line: 48 B"), "memories.l2.line: 48 B is not a power of two"),
        (text(cache: "capacity: 3 KiB, ways: 3, replacement: tree-plru"), "memories.l2.ways: 3 ways have no tree"),
        (text(cache: "capacity: 64 KiB, mshrs: 0"), "memories.l2.mshrs: 0 is outside of 1 … 4096"),
        (text(cache: "capacity: 64 KiB").replacing("of: dram", with: "of: spad"), "\"spad\" is on chip"),
        (text(cache: "capacity: 64 KiB").replacing("load: { kind: dma, width: 16 B, reads: dram", with: "load: { kind: dma, width: 16 B, reads: l2"), "\"l2\" is a cache; name the memory behind it"),
        (text(network: "flit: 32 B"), "networks.noc.topology: is missing"),
        (text(network: "topology: { kind: mush }"), "did you mean \"mesh\"?"),
        (text(network: "topology: { kind: mesh, columns: 2 }, nodes: { load: 0, dram: 1 }"), "networks.noc.nodes: \"store\" has no node on it"),
        (text(network: "topology: { kind: mesh, columns: 2 }, nodes: { cores: [0], dram: 1 }"), "has 1 terminals; there are 2 cores"),
        (text(network: "topology: { kind: mesh, columns: 2 }, nodes: { cores: [0, 1], dram: [0, 1, 1] }"), "4 channels cannot be shared evenly"),
        (text(network: "topology: { kind: mesh, columns: 2 }, nodes: { cores: [0, 1], spad: 0, dram: 1 }"), "is on chip; only DMA engines"),
        (text(network: "topology: { kind: mesh, columns: 2 }, nodes: { cores: [0, 1] }"), "has no off-chip memory on it"),
        (text(network: "topology: { kind: mesh, columns: 2 }, nodes: { cores: [0, 1], dram: -1 }"), "is not a terminal or a list of terminals"),
        (text(engines: "mxu: { kind: systolic-array, rows: 2, columns: 2, reads: [spad, dram], writes: spad }"), "\"mxu\" uses \"dram\" directly"),
        (text(more: "flash: { kind: flash, capacity: 1 GiB, holds: weights }"), "memories.flash.holds: nothing brings weights from here"),
        (text(more: "flash: { kind: flash, capacity: 1 GiB }", engines: "burn: { kind: dma, width: 16 B, reads: spad, writes: flash }"), "is flash, which is only read"),
        (text(more: "flash: { kind: flash, capacity: 1 GiB, page: 512 B, spare: 1 KiB }"), "memories.flash.spare: 1 KiB is more than the page"),
    ]) func refused(_ text: String, _ message: String) {
        let problems = Self.problems(text)
        #expect(problems.contains(message), "\(problems)")
    }
}
