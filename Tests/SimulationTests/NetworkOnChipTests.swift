import Architecture
import MemorySystem
import Programs
import Simulation
import Testing

/// A machine whose DMA engines reach their memory over a network, against figures that are known without it.
@Suite struct NetworkOnChipTests {
    /// - Parameters:
    ///   - network: the section `networks`, indented by two; `nil` for none.
    ///   - dram: further parameters of the memory.
    static func machine(
        network: String?, channels: Int = 1, startup: Int = 2, outstanding: Int = 1, request: Int = 64, width: Int = 64, dram: String = "",
        more: String = ""
    ) throws -> Architecture {
        try Architecture.decode(
            text: """
                architecture: tiny
                clock: 1 GHz
                memories:
                  dram: { kind: dram, standard: HBM2-2000, channels: \(channels), capacity: 64 MiB, latency: 0 ns, model: banks\(dram) }
                  spad: { kind: sram, capacity: 1 MiB, width: 1 KiB, ports: 8, latency: 0 }
                \(more)
                engines:
                  vpu: { kind: vector, lanes: 8, reads: spad, writes: spad }
                  load: { kind: dma, width: \(width) B, request: \(request) B, outstanding: \(outstanding), startup: \(startup), reads: dram, writes: spad }
                  store: { kind: dma, width: \(width) B, request: \(request) B, outstanding: \(outstanding), startup: \(startup), reads: spad, writes: dram }
                \(network.map { "networks:\n" + $0 } ?? "")
                """, file: "tiny.yaml")
    }

    static func mesh(_ model: String = "flits", nodes: String = "", router: String = "") -> String {
        """
          noc:
            model: \(model)
            flit: 64 B
            topology: { kind: mesh, columns: 4, rows: 2 }
            router: { virtual-networks: 2, virtual-channels: 4, buffer: 8\(router) }
        \(nodes.isEmpty ? "" : "    nodes: \(nodes)")
        """
    }

    static func run(_ body: String, on machine: Architecture, options: SimulationOptions = SimulationOptions()) throws -> ExecutionRecord {
        let program = try Program.parse("program \"test\" on \"tiny\"\n\noperator 0 \"o\" Copy\n" + body, file: "test")
        return try Simulation.run(program, on: machine, options: options).record
    }

    static func read(_ bytes: Int, from address: Int = 0) -> String {
        "stream load\n  copy #0 from: dram@\(address) int8[\(bytes)], to: spad@0 int8[\(bytes)]\n"
    }
    static func write(_ bytes: Int, to address: Int = 0) -> String {
        "stream store\n  copy #0 from: spad@0 int8[\(bytes)], to: dram@\(address) int8[\(bytes)]\n"
    }

    /// A lone request takes what it takes without the network, asked for later by its packet's way there, and the answer's way back.
    @Test("The network adds its zero-load latency exactly", arguments: [0, 1, 3, 6], [1, 4, 7])
    func zeroLoad(_ unit: Int, _ memory: Int) throws {
        let placed = try Self.machine(network: Self.mesh(nodes: "{ load: \(unit), store: \(unit), dram: \(memory) }"))
        let network = try NetworkDescription(placed.networks[0], in: placed)
        let flits = try FlitNetwork(network.topology, network.experiment.parameters)
        func way(_ from: Int, _ to: Int, _ flitCount: Int) -> Int { flits.zeroLoadLatency(from: from, to: to, flits: flitCount) }

        // One access of the memory, so that its data come all at once, there as here.
        for (body, there, back) in [(Self.read(32), 1, 2), (Self.write(32), 2, 1)] {
            let later = try Self.machine(network: nil, startup: 2 + way(unit, memory, there))
            let without = try Self.run(body, on: later), with = try Self.run(body, on: placed)
            #expect(with.cycles == without.cycles + way(memory, unit, back))
            let record = try #require(with.networks.first)
            #expect(record.packets == 2 && record.requests == 1 && record.flits == 3 && record.payloadBytes == 32)
            #expect(record.latencyCycles == way(unit, memory, there) + way(memory, unit, back))
            #expect(record.latencyCycles == record.leastLatencyCycles && record.stallShare == 0)
            #expect(record.topology == "4×2 mesh")
        }
    }

    @Test("An ideal network is none", arguments: [1, 4, 16])
    func ideal(_ outstanding: Int) throws {
        let body = Self.read(64 * 1024) + Self.write(32 * 1024, to: 1 << 20)
        let without = try Self.run(body, on: Self.machine(network: nil, channels: 8, outstanding: outstanding, request: 512))
        let with = try Self.run(body, on: Self.machine(network: Self.mesh("ideal"), channels: 8, outstanding: outstanding, request: 512))
        #expect(with.cycles == without.cycles)
        #expect(with.units.map(\.activity) == without.units.map(\.activity))
        #expect(with.memories.map(\.readBytes) == without.memories.map(\.readBytes))
        #expect(with.memories[0].dram?.rowHits == without.memories[0].dram?.rowHits)
        #expect(with.memories[0].dram?.readQueue == without.memories[0].dram?.readQueue)
        #expect(with.networks[0].payloadBytes == 96 * 1024)
        let real = try Self.run(body, on: Self.machine(network: Self.mesh(), channels: 8, outstanding: outstanding, request: 512))
        #expect(real.cycles > without.cycles)
        #expect(real.networks[0].payloadBytes == 96 * 1024)
        #expect(real.networks[0].packets == with.networks[0].packets)
    }

    /// Flits of data, in a stream: one a cycle leaves the memory's only node.
    @Test("A node's wire is the limit of a stream")
    func wire() throws {
        let machine = try Self.machine(
            network: Self.mesh(nodes: "{ load: 0, store: 0, dram: 7 }").replacing("flit: 64 B", with: "flit: 16 B"), channels: 8, outstanding: 32, request: 256,
            width: 256)
        let record = try Self.run(Self.read(256 * 1024), on: machine)
        // 256 B are 16 flits behind a header: 17 cycles a packet.
        let packets = 1024
        #expect(record.networks[0].flits == packets * (1 + 17))
        #expect(record.cycles >= packets * 17 && record.cycles <= packets * 17 + 400)
        #expect(record.networks[0].highestUtilization > 0.95 && record.networks[0].highestUtilization <= 1)
    }

    @Test("Little's law on the network, on shared wires")
    func little() throws {
        let body = Self.read(128 * 1024) + Self.write(128 * 1024, to: 1 << 20)
        let record = try Self.run(body, on: Self.machine(network: Self.mesh(), channels: 4, outstanding: 32, request: 512))
        let network = try #require(record.networks.first)
        #expect(network.inside.entered == network.packets && network.inside.remaining == 0)
        #expect(network.inside.occupancyCycles == network.inside.stayCycles)
        #expect(network.latencyCycles > network.leastLatencyCycles && network.stallShare > 0)
    }

    @Test("Routing that can deadlock is named when it does")
    func deadlock() throws {
        // A ring of one class of channels, all ways clockwise.
        let ring = """
              noc:
                topology: { kind: custom, routers: 4, terminals: [0, 1, 2, 3], channels: [{from: 0, to: 1}, {from: 1, to: 2}, {from: 2, to: 3}, {from: 3, to: 0}] }
                router: { virtual-channels: 1, buffer: 1 }
            """
        let machine = try Self.machine(network: ring, channels: 2)
        do {
            _ = try Self.run(Self.read(64), on: machine)
            Issue.record("it was taken")
        } catch let error as SimulationError {
            #expect(error.description.contains("tiny.yaml") && error.description.contains("networks.noc.router") && error.description.contains("can deadlock"))
        }
        let allowed = ring.replacing("buffer: 1", with: "buffer: 1, cycles-of-channels: allow").replacing("channels: 1,", with: "channels: 1,")
        let many = try Self.machine(network: allowed + "\n    nodes: { load: 0, store: 2, dram: [1, 3] }", channels: 2, outstanding: 64, request: 2048)
        let body = Self.read(256 * 1024) + Self.write(256 * 1024, to: 1 << 20)
        do {
            _ = try Self.run(body, on: many)
            Issue.record("it came to its end")
        } catch let error as SimulationError {
            guard case .deadlock(let text) = error else { throw error }
            #expect(text.contains("noc") && text.contains("waits for"))
        }
    }

    @Test("What cannot be is refused with its place", arguments: [
        ("{ kind: mesh, columns: 4, rows: 2 }", "{ load: 9, store: 0, dram: 1 }", "terminal 9 does not exist; the network has 8"),
        ("{ kind: custom, routers: 2, terminals: [0, 1] }", "{ load: 0, store: 0, dram: 1 }", "disconnected"),
    ])
    func refusedWhenBuilt(_ topology: String, _ nodes: String, _ message: String) throws {
        let machine = try Self.machine(network: "  noc:\n    topology: \(topology)\n    nodes: \(nodes)\n", channels: 4)
        do {
            _ = try Self.run(Self.read(64), on: machine)
            Issue.record("it was taken")
        } catch let error as SimulationError {
            #expect(error.description.contains(message) && error.description.contains("tiny.yaml:"), "\(error)")
        }
    }
}
