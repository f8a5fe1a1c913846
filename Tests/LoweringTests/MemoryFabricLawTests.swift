import Architecture
import Lowering
import MemorySystem
import Quantities
import Simulation
import Testing

/// Random networks on random machines whose DMA engines reach memory over networks on chip, through queues and caches.
@Suite struct MemoryFabricLawTests {
    private static let topologies = [
        "{ kind: mesh, columns: 3, rows: 3 }", "{ kind: torus, columns: 4, rows: 2 }", "{ kind: crossbar, terminals: 6 }", "{ kind: ring, routers: 5 }",
        "{ kind: bus, terminals: 7 }", "{ kind: fat-tree, arity: 2, levels: 3 }", "{ kind: h-tree, arity: 2, levels: 3 }",
    ]

    /// The machine with every DRAM command simulated and, drawn from the seed, parts in front of its memory; `nil` where arrays use DRAM directly.
    static func machine(_ law: LawCase, seed: Int, network: String?, cache: Bool = false, frontEnd: Bool = false) throws -> Architecture? {
        var machine = BankedMonotonicityLawTests.banked(law.machine, seed: seed)
        guard !machine.engines.contains(where: { if case .dma = $0.kind { false } else { $0.reads.contains("dram") } }) else { return nil }
        if let model = network {
            machine.networks = try Architecture.decode(
                text: """
                    architecture: parts
                    clock: 1 GHz
                    memories:
                      dram: { kind: dram, standard: DDR4-2400, capacity: 1 GiB, model: banks }
                      spad: { kind: sram, capacity: 1 KiB, width: 8 B }
                    engines:
                      load: { kind: dma, width: 8 B, reads: dram, writes: spad }
                    networks:
                      noc:
                        model: \(model)
                        clock: \([500, 1000, 1300][seed % 3]) MHz
                        flit: \([8, 32, 64, 256][seed % 4]) B
                        topology: \(topologies[seed % topologies.count])
                        router: { virtual-channels: 4, virtual-networks: \(1 + seed % 2), buffer: \(1 + seed % 8) }
                    """, file: "parts.yaml"
            ).networks
        }
        if cache {
            let line = [64, 128, 256][seed % 3], ways = [1, 2, 8][seed / 3 % 3]
            machine.caches = [
                MemoryCache(
                    name: "l2", of: "dram", capacity: Bytes(line * ways << (seed % 6)), line: Bytes(line), ways: ways,
                    replacement: MemoryCache.Replacement.allCases[seed % 3], latency: seed % 7, missRegisters: 1 + seed % 9, targets: 1 + seed % 4)
            ]
        }
        if frontEnd {
            machine = BankedMonotonicityLawTests.changed(machine) { $0.frontEnd = [1, 2, 7, 100][seed % 4] }
        }
        return machine
    }

    private static func forEach(_ family: RandomWorkload.Family, _ seeds: Range<Int>, _ body: (LawCase, Int) throws -> Void) {
        TimingLawTests.forEach(family, seeds: seeds) { law in try body(law, law.workload.graph.values.count + law.machine.engines.count * 7 + law.program.operators.count) }
    }

    @Test("An ideal network changes nothing", arguments: RandomWorkload.Family.allCases)
    func ideal(_ family: RandomWorkload.Family) {
        Self.forEach(family, 1300..<1306) { law, seed in
            guard let without = try Self.machine(law, seed: seed, network: nil), let with = try Self.machine(law, seed: seed, network: "ideal") else { return }
            var expected = try law.run(without).record, record = try law.run(with).record
            #expect(record.networks.count == 1)
            record.networks = []
            for index in record.memories.indices {
                // Losses by operator are kept only where engines ask the memory themselves.
                record.memories[index].dram?.losses = []
                expected.memories[index].dram?.losses = []
                record.memories[index].dram?.lossRules = []
                expected.memories[index].dram?.lossRules = []
            }
            #expect(record.difference(from: expected) == nil, "\(law.name)")
        }
    }

    @Test("Bytes are conserved and Little's law holds on every queue", arguments: RandomWorkload.Family.allCases)
    func conservation(_ family: RandomWorkload.Family) {
        var packets = 0
        Self.forEach(family, 1310..<1318) { law, seed in
            guard let plain = try Self.machine(law, seed: seed, network: nil),
                let machine = try Self.machine(law, seed: seed, network: "flits", cache: seed % 3 == 0, frontEnd: seed % 2 == 0)
            else { return }
            let expected = try law.run(plain).record, record = try law.run(machine).record
            let network = try #require(record.networks.first)
            packets += network.packets
            #expect(network.inside.entered == network.packets && network.inside.remaining == 0, "\(law.name)")
            #expect(network.inside.occupancyCycles == network.inside.stayCycles, "\(law.name)")
            #expect(network.latencyCycles >= network.leastLatencyCycles, "\(law.name)")
            #expect(network.channelUtilization.allSatisfy { $0 <= 1 }, "\(law.name)")
            for queue in record.frontEnds.flatMap({ [$0.waiting, $0.heldBack] }) {
                // In femtoseconds they are equal; a cycle may be lost in dividing.
                #expect(queue.occupancyCycles == queue.stayCycles && queue.remaining == 0, "\(law.name): \(queue)")
            }
            for unit in record.units where unit.kind == .dma { #expect(unit.requests.occupancyCycles == unit.requests.stayCycles, "\(law.name)") }
            for unit in record.units { #expect(unit.activity.total == record.cycles, "\(law.name)") }
            let index = try #require(record.memories.firstIndex { $0.name == "dram" })
            let dram = try #require(record.memories[index].dram)
            let access = try DRAMStandard(named: dram.standard).organization.accessBytes
            // What operators are charged with is what the controllers took.
            #expect(record.operators.reduce(0) { $0 + $1.readBytes[index] } == dram.reads * access, "\(law.name)")
            #expect(record.operators.reduce(0) { $0 + $1.writeBytes[index] } == dram.writes * access, "\(law.name)")
            if let cache = record.caches.first {
                #expect(cache.readBytes == dram.reads * access && cache.writeBytes == dram.writes * access, "\(law.name)")
                #expect(cache.accesses == cache.hits + cache.misses + cache.secondaryMisses, "\(law.name)")
                #expect(cache.onTheWay.stayCycles == cache.onTheWay.occupancyCycles, "\(law.name)")
            } else {
                #expect(dram.reads == expected.memories[index].dram?.reads && dram.writes == expected.memories[index].dram?.writes, "\(law.name)")
            }
            // On chip everything is as it was.
            for (ours, theirs) in zip(record.memories, expected.memories) where ours.kind == .sram {
                #expect(ours.readBytes == theirs.readBytes && ours.writeBytes == theirs.writeBytes, "\(law.name)")
            }
        }
        #expect(packets > 0)
    }

    @Test("Registers and events agree, and equal runs are equal", arguments: RandomWorkload.Family.allCases)
    func fidelities(_ family: RandomWorkload.Family) {
        Self.forEach(family, 1320..<1323) { law, seed in
            guard let machine = try Self.machine(law, seed: seed, network: "flits", cache: seed % 2 == 0, frontEnd: seed % 3 == 0) else { return }
            let tensors = law.tensors()
            let event = try law.run(machine, values: tensors), register = try law.run(machine, fidelity: .register, values: tensors)
            // How bytes fall into the history's steps depends on how far the memory was simulated at once: see above.
            #expect(register.record.difference(from: event.record) == nil, "\(law.name)")
            #expect(register.tensors == event.tensors, "\(law.name)")
            #expect(register.record.networks.map(\.latencyCycles) == event.record.networks.map(\.latencyCycles), "\(law.name)")
            #expect(register.record.caches.map(\.hits) == event.record.caches.map(\.hits), "\(law.name)")
            let again = try law.run(machine, values: tensors)
            #expect(again.record.difference(from: event.record) == nil, "\(law.name)")
        }
    }

    @Test("A cache that holds everything reads each line once", arguments: RandomWorkload.Family.allCases)
    func workingSet(_ family: RandomWorkload.Family) {
        Self.forEach(family, 1330..<1334) { law, seed in
            guard var machine = try Self.machine(law, seed: seed, network: nil, cache: true), machine.caches.count == 1 else { return }
            machine.caches[0].ways = 16
            machine.caches[0].capacity = Bytes(1 << 24)
            machine.caches[0].replacement = .leastRecentlyUsed
            let record = try law.run(machine).record
            let cache = try #require(record.caches.first), dram = try #require(record.memories.first { $0.name == "dram" })
            #expect(cache.writeBacks == 0 && dram.writeBytes == 0, "\(law.name)")
            #expect(cache.misses <= (dram.allocatedBytes + cache.lineBytes - 1) / cache.lineBytes + law.program.tensors.count, "\(law.name)")
            #expect(dram.readBytes == cache.fetches * cache.lineBytes, "\(law.name)")
        }
    }
}
