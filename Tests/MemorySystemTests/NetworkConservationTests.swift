import MemorySystem
import Testing

/// What must hold on any network under any traffic.
@Suite struct NetworkConservationTests {
    static func networks() throws -> [(NetworkTopology, NetworkParameters)] {
        let adaptive = NetworkParameters(routing: .minimalAdaptive, virtualChannels: 4, bufferDepth: 4, reuse: .whenEmpty)
        let tight = NetworkParameters(virtualChannels: 2, bufferDepth: 2)
        return [
            (try .mesh([4, 4]), tight), (try .mesh([4, 4]), adaptive), (try .torus([4, 4]), tight), (try .torus([5, 5]), adaptive),
            (try .ring(8), tight), (try .ring(6), adaptive), (try .bus(terminals: 8), tight), (try .crossbar(terminals: 16), tight),
            (try .hTree(arity: 4, levels: 2), tight), (try .fatTree(arity: 2, levels: 4), tight), (try .fatTree(arity: 4, levels: 2), adaptive),
            (try .fatTree(arity: 2, levels: 3), NetworkParameters(routing: .minimalAdaptive, virtualChannels: 1, bufferDepth: 2)),
            (try .mesh([3, 3, 3], latency: 4), NetworkParameters(virtualChannels: 4, bufferDepth: 3, virtualNetworks: 2, allocator: .separableInputFirst)),
            (try .torus([2, 3]), NetworkParameters(virtualChannels: 6, bufferDepth: 2, inputSpeedup: 3, allocator: .iSLIP(iterations: 3))),
        ]
    }

    @Test("Every packet arrives once, whole, at its terminal, and never faster than in an empty network; then the network is empty")
    func conservation() throws {
        for (topology, parameters) in try Self.networks() {
            var network = try FlitNetwork(topology, parameters)
            let empty = network
            var random = Xorshift64Star(seed: 42)
            var sent: [NetworkPacket] = []
            for _ in 0..<1500 {
                let packet = NetworkPacket(
                    source: random.below(topology.terminals), destination: random.below(topology.terminals), flits: 1 + random.below(7),
                    tag: sent.count, virtualNetwork: random.below(parameters.virtualNetworks))
                sent.append(packet)
                try network.inject(packet, at: random.below(600))
            }
            try network.drain()
            let deliveries = network.takeDeliveries()
            #expect(deliveries.count == sent.count, "\(topology.name)")
            #expect(Set(deliveries.map(\.tag)).count == sent.count)
            for delivery in deliveries {
                let packet = sent[delivery.tag]
                #expect(delivery.destination == packet.destination && delivery.flits == packet.flits && delivery.source == packet.source)
                #expect(delivery.latency >= empty.zeroLoadLatency(from: packet.source, to: packet.destination, flits: packet.flits))
            }
            #expect(network.isIdle && network.flitsInFlight == 0)
        }
    }

    @Test("With one channel for each direction packets of a pair arrive in the order in which they were sent")
    func order() throws {
        var network = try FlitNetwork(.mesh([4, 4]), NetworkParameters(virtualChannels: 1, bufferDepth: 4))
        var random = Xorshift64Star(seed: 3)
        for tag in 0..<2000 {
            try network.inject(
                NetworkPacket(source: random.below(16), destination: random.below(16), flits: 1 + random.below(4), tag: tag), at: tag / 4)
        }
        try network.drain()
        var last: [Int: Int] = [:]
        for delivery in network.takeDeliveries() {
            let pair = delivery.source * 16 + delivery.destination
            #expect(last[pair] ?? -1 < delivery.tag)
            last[pair] = delivery.tag
        }
    }

    @Test("Jumping over idle cycles, in steps of any size, gives the same deliveries as cycle by cycle")
    func jumping() throws {
        func run(_ step: Int) throws -> [Delivery] {
            var network = try FlitNetwork(.torus([4, 4], latency: 3))
            var random = Xorshift64Star(seed: 9)
            for tag in 0..<300 {
                try network.inject(NetworkPacket(source: random.below(16), destination: random.below(16), flits: 3, tag: tag), at: random.below(20_000))
            }
            var deliveries: [Delivery] = []
            while network.now < 30_000 {
                try network.advance(to: network.now + step)
                deliveries += network.takeDeliveries()
            }
            return deliveries
        }
        let single = try run(1)
        #expect(single.count == 300)
        #expect(try run(7) == single)
        #expect(try run(30_000) == single)
    }

    @Test("A state moved in time is the same state, and does the same as the original")
    func shifting() throws {
        for (topology, parameters) in try Self.networks() {
            var network = try FlitNetwork(topology, parameters)
            var random = Xorshift64Star(seed: 5)
            for tag in 0..<400 {
                try network.inject(
                    NetworkPacket(source: random.below(topology.terminals), destination: random.below(topology.terminals), flits: 4, tag: tag),
                    at: random.below(200))
            }
            try network.advance(to: 100)
            _ = network.takeDeliveries()
            var moved = network
            moved.shift(by: 12_345)
            var before: [Int] = []
            var after: [Int] = []
            network.writeState(into: &before)
            moved.writeState(into: &after)
            #expect(before == after)
            try network.drain()
            try moved.drain()
            let original = network.takeDeliveries()
            #expect(!original.isEmpty)
            #expect(moved.takeDeliveries().map { $0.delivered - 12_345 } == original.map(\.delivered))
            #expect(moved.now == network.now + 12_345)
        }
    }

    @Test("A shared channel carries one flit a cycle, whoever sends")
    func busThroughput() throws {
        var network = try FlitNetwork(.bus(terminals: 8), NetworkParameters(virtualChannels: 8, bufferDepth: 16))
        for source in 0..<8 {
            for _ in 0..<100 { try network.inject(NetworkPacket(source: source, destination: (source + 1) % 8, flits: 5), at: 0) }
        }
        try network.drain()
        let last = network.takeDeliveries().map(\.delivered).max() ?? 0
        let floor = 8 * 100 * 5
        #expect(last >= floor && last < floor + floor / 50 + 40, "\(last)")
    }

    @Test("A permutation passes a crossbar at full rate")
    func crossbarThroughput() throws {
        var network = try FlitNetwork(.crossbar(terminals: 16), NetworkParameters(virtualChannels: 4, bufferDepth: 16))
        for source in 0..<16 {
            for _ in 0..<50 { try network.inject(NetworkPacket(source: source, destination: (source + 5) % 16, flits: 8), at: 0) }
        }
        try network.drain()
        let last = network.takeDeliveries().map(\.delivered).max() ?? 0
        #expect(last < 400 + 20)
    }
}
