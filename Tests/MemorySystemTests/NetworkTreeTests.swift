import MemorySystem
import Testing

/// Multicast and reduction in the routers.
@Suite struct NetworkTreeTests {
    static let parameters = NetworkParameters(virtualChannels: 4, bufferDepth: 8, reuse: .whenEmpty)

    @Test("A multicast reaches each destination when a single packet would, and crosses each channel of its tree once")
    func multicast() throws {
        var network = try FlitNetwork(.mesh([4, 4]), Self.parameters)
        let destinations = [3, 12, 15, 5, 0]
        try network.injectMulticast(NetworkPacket(source: 0, destination: 0, flits: 6, tag: 1), to: destinations, at: 0)
        try network.drain()
        let deliveries = network.takeDeliveries()
        #expect(deliveries.map(\.destination).sorted() == destinations.sorted())
        for delivery in deliveries {
            #expect(delivery.latency == network.zeroLoadLatency(from: 0, to: delivery.destination, flits: 6))
        }
        // Dimension order from router 0: 0→1→2→3, 1→5, 3→7→11→15, 0→4→8→12: 10 channels; 5 ejections and 1 injection.
        let crossings: Int = 10 + 5 + 1
        #expect(network.flitsSent.reduce(0, +) == 6 * crossings)
        #expect(network.isIdle && network.flitsInFlight == 0)
    }

    @Test("Many multicasts and single packets at once: every destination gets each once, and nothing is left")
    func manyMulticasts() throws {
        for topology in [try NetworkTopology.mesh([4, 4]), try .torus([4, 4]), try .hTree(arity: 4, levels: 2), try .bus(terminals: 16)] {
            var network = try FlitNetwork(topology, Self.parameters)
            var random = Xorshift64Star(seed: 8)
            var expected: [Int: Int] = [:]
            for tag in 0..<600 {
                let source = random.below(16)
                let flits = 1 + random.below(8)
                var targets = [random.below(16)]
                if tag % 2 == 0 { for terminal in 0..<16 where random.below(3) == 0 && terminal != targets[0] { targets.append(terminal) } }
                expected[tag] = targets.reduce(0) { $0 | 1 << $1 }
                try network.injectMulticast(NetworkPacket(source: source, destination: source, flits: flits, tag: tag), to: targets, at: tag)
            }
            try network.drain()
            for delivery in network.takeDeliveries() {
                let bit = 1 << delivery.destination
                #expect(expected[delivery.tag, default: 0] & bit != 0, "\(topology.name)")
                expected[delivery.tag, default: 0] &= ~bit
            }
            #expect(expected.values.allSatisfy { $0 == 0 })
            #expect(network.isIdle && network.flitsInFlight == 0)
        }
    }

    @Test("A multicast that cannot be free of deadlock is refused")
    func refusals() throws {
        func failure(_ parameters: NetworkParameters, flits: Int, to targets: [Int]) throws -> String {
            var network = try FlitNetwork(.mesh([2, 2]), parameters)
            do {
                try network.injectMulticast(NetworkPacket(source: 0, destination: 0, flits: flits), to: targets, at: 0)
                return "accepted"
            } catch { return "\(error)" }
        }
        #expect(try failure(Self.parameters, flits: 9, to: [1, 2]).contains("does not fit in a buffer of 8"))
        #expect(try failure(NetworkParameters(), flits: 2, to: [1, 2]).contains("whenEmpty"))
        #expect(try failure(Self.parameters, flits: 1, to: []).contains("at least one"))
        #expect(try failure(Self.parameters, flits: 1, to: [1, 1]).contains("twice"))
    }

    @Test("A reduction delivers one packet with the sum of all contributions, over each channel of its tree once")
    func reduction() throws {
        var network = try FlitNetwork(.mesh([4, 4]), Self.parameters)
        let contributions = (0..<16).map { FlitNetwork.Contribution(terminal: $0, value: $0 * $0 + 1) }
        try network.injectReduction(contributions, root: 5, flits: 4, tag: 9, at: 0)
        try network.drain()
        let deliveries = network.takeDeliveries()
        #expect(deliveries.count == 1)
        #expect(deliveries.first?.destination == 5 && deliveries.first?.tag == 9)
        #expect(deliveries.first?.value == contributions.reduce(0) { $0 + $1.value })
        // 16 injections, 15 channels of the tree, 1 ejection; and into combining units: 16 own contributions and 15 over channels,
        // but for those of the 8 leaves, which pass.
        let crossings: Int = 16 + 15 + 1 + (16 + 15 - 8)
        #expect(network.flitsSent.reduce(0, +) == 4 * crossings)
        #expect(network.isIdle && network.flitsInFlight == 0)
    }

    @Test("Two contributions on a line: the closed form of two routers and one combination")
    func reductionLatency() throws {
        var parameters = Self.parameters
        parameters.reductionLatency = 6
        var network = try FlitNetwork(.mesh([2]), parameters)
        try network.injectReduction([.init(terminal: 0, value: 1), .init(terminal: 1, value: 2)], root: 1, flits: 3, at: 0)
        try network.drain()
        let delivery = try #require(network.takeDeliveries().first)
        // From terminal 0: to router 1 as any packet (2 + 5), there into the combining unit (routing 1, allocation 1, switch 2, two
        // more flits), 6 cycles to combine, and out as from any input (5, two more flits).
        let toCombiner: Int = 2 + 5 + (1 + 1 + 2 + 2)
        let onwards: Int = 6 + 5 + 2
        #expect(delivery.delivered == toCombiner + onwards)
        #expect(delivery.value == 3)
    }

    @Test("As many reductions at once as there are virtual channels, with other traffic, all right; one more is refused")
    func manyReductions() throws {
        for topology in [try NetworkTopology.mesh([4, 4]), try .torus([4, 4]), try .fatTree(arity: 4, levels: 2)] {
            var network = try FlitNetwork(topology, Self.parameters)
            var random = Xorshift64Star(seed: 4)
            for round in 0..<10 {
                for reduction in 0..<4 {
                    let members = (0..<16).filter { _ in random.below(2) == 0 } + []
                    let contributions = (members.isEmpty ? [3] : members).map { FlitNetwork.Contribution(terminal: $0, value: 1 << $0) }
                    try network.injectReduction(
                        contributions, root: random.below(16), flits: 1 + random.below(8), tag: contributions.reduce(0) { $0 + $1.value },
                        at: network.now + reduction)
                }
                #expect(throws: NetworkError.self) {
                    try network.injectReduction([.init(terminal: 0, value: 1)], root: 1, flits: 1, at: network.now)
                }
                for _ in 0..<40 {
                    try network.inject(NetworkPacket(source: random.below(16), destination: random.below(16), flits: 5, tag: -1), at: network.now)
                }
                try network.drain()
                let results = network.takeDeliveries().filter { $0.tag >= 0 }
                #expect(results.count == 4, "\(topology.name) in round \(round)")
                for result in results { #expect(result.value == result.tag) }
            }
            #expect(network.isIdle && network.flitsInFlight == 0)
        }
    }
}
