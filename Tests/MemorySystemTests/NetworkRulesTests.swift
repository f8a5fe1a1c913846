import MemorySystem
import Testing

/// Networks that must not be built, and patterns.
@Suite struct NetworkRulesTests {
    @Test("A network in two parts is refused, with two terminals that cannot reach each other")
    func disconnected() {
        let parts = NetworkTopology(
            routers: 4, channels: [.init(from: 0, to: 1), .init(from: 1, to: 0), .init(from: 2, to: 3), .init(from: 3, to: 2)],
            injectionRouters: [0, 1, 2, 3])
        #expect(failure { _ = try FlitNetwork(parts) }.contains("disconnected: no path leads from terminal 0 to terminal 2"))
        let oneWay = NetworkTopology(routers: 2, channels: [.init(from: 0, to: 1)], injectionRouters: [0, 1])
        #expect(failure { _ = try FlitNetwork(oneWay) }.contains("no path leads from terminal 1 to terminal 0"))
    }

    @Test("Impossible sizes and parameters are refused with the rule")
    func sizes() {
        #expect(failure { _ = try NetworkTopology.mesh([]) }.contains("number of dimensions is 0"))
        #expect(failure { _ = try NetworkTopology.mesh([0, 4]) }.contains("size of a dimension is 0"))
        #expect(failure { _ = try NetworkTopology.mesh([1 << 20, 1 << 20]) }.contains("size of a dimension"))
        #expect(failure { _ = try NetworkTopology.crossbar(terminals: 0) }.contains("terminals is 0"))
        #expect(failure { _ = try FlitNetwork(.crossbar(terminals: 65)) }.contains("at most 64"))
        #expect(failure { _ = try FlitNetwork(.mesh([2, 2], latency: 0)) }.contains("latency of a channel is 0"))
        #expect(failure { _ = try FlitNetwork(.mesh([2, 2]), NetworkParameters(virtualChannels: 0)) }.contains("virtualChannels is 0"))
        #expect(failure { _ = try FlitNetwork(.mesh([2, 2]), NetworkParameters(bufferDepth: 0)) }.contains("bufferDepth is 0"))
        #expect(failure { _ = try FlitNetwork(.mesh([2, 2]), NetworkParameters(virtualChannels: 3, virtualNetworks: 2)) }.contains("multiple"))
        #expect(failure { _ = try FlitNetwork(.torus([4, 4]), NetworkParameters(virtualChannels: 1)) }.contains("at least 2"))
        #expect(failure { _ = try FlitNetwork(.mesh([4, 4]), NetworkParameters(routing: .minimalAdaptive)) }.contains("when-empty"))
        #expect(
            failure {
                _ = try FlitNetwork(.mesh([4, 4]), NetworkParameters(routing: .minimalAdaptive, virtualChannels: 1, reuse: .whenEmpty))
            }.contains("at least 2"))
        #expect(failure { _ = try FlitNetwork(.fatTree(arity: 2, levels: 3), NetworkParameters(routing: .dimensionOrder)) }.contains("2-ary 3-tree"))
        let loop = NetworkTopology(routers: 1, channels: [.init(from: 0, to: 0)], injectionRouters: [0])
        #expect(failure { _ = try FlitNetwork(loop) }.contains("another router"))
        let outside = NetworkTopology(routers: 1, channels: [.init(from: 0, to: 5)], injectionRouters: [0])
        #expect(failure { _ = try FlitNetwork(outside) }.contains("target router of a channel is 5"))
    }

    @Test("Topologies by name and sizes; a wrong name or number of sizes is refused with what there is")
    func named() throws {
        #expect(try NetworkTopology.named("mesh", sizes: [4, 2]) == .mesh([4, 2]))
        #expect(try NetworkTopology.named("fat-tree", sizes: [2, 3]) == .fatTree(arity: 2, levels: 3))
        #expect(try NetworkTopology.named("ring", sizes: [5]).name == "ring of 5 routers")
        for (kind, _) in NetworkTopology.kinds {
            let sizes = kind.hasSuffix("tree") ? [2, 2] : [4]
            _ = try FlitNetwork(.named(kind, sizes: sizes))
        }
        #expect(failure { _ = try NetworkTopology.named("mash", sizes: [4]) }.contains("bus, crossbar, mesh, torus, ring, h-tree, fat-tree"))
        #expect(failure { _ = try NetworkTopology.named("h-tree", sizes: [4]) }.contains("2 sizes (arity and levels), not 1"))
    }

    @Test("Packets that no network could carry are refused")
    func packets() throws {
        var network = try FlitNetwork(.mesh([2, 2]))
        #expect(failure { try network.inject(NetworkPacket(source: 0, destination: 4), at: 0) }.contains("terminal 4 does not exist"))
        #expect(failure { try network.inject(NetworkPacket(source: 0, destination: 1, flits: 0), at: 0) }.contains("0 flits"))
        #expect(failure { try network.inject(NetworkPacket(source: 0, destination: 1, virtualNetwork: 1), at: 0) }.contains("virtual network 1"))
        try network.advance(to: 10)
        #expect(failure { try network.inject(NetworkPacket(source: 0, destination: 1), at: 9) }.contains("has passed"))
    }

    /// A ring in which packets only go up: the textbook's deadlock.
    private func upward(_ routers: Int) -> [[Int]] {
        (0..<routers).map { router in Array(repeating: (router + 1) % routers, count: routers) }
    }

    @Test("A ring without classes is refused with the circle of channels; with dimension order it is accepted")
    func cyclicRing() throws {
        let message = failure { _ = try FlitNetwork(.ring(4), NetworkParameters(routing: .table(self.upward(4)))) }
        #expect(message.contains("channel 0→1 → channel 1→2 → channel 2→3 → channel 3→0"), "\(message)")
        _ = try FlitNetwork(.ring(4))
    }

    @Test("Shortest paths around a square of routers can deadlock; a spanning tree cannot")
    func cyclicGraph() throws {
        // Five routers in a circle: shortest paths of length two all the way round.
        var channels: [NetworkTopology.Channel] = []
        for router in 0..<5 {
            channels.append(.init(from: router, to: (router + 1) % 5))
            channels.append(.init(from: (router + 1) % 5, to: router))
        }
        let graph = NetworkTopology(routers: 5, channels: channels, injectionRouters: Array(0..<5))
        #expect(failure { _ = try FlitNetwork(graph) }.contains("can deadlock"))
        _ = try FlitNetwork(graph, NetworkParameters(routing: .spanningTree))
    }

    @Test("Let in all the same, the ring deadlocks and the watchdog names the channels that wait for each other")
    func watchdog() throws {
        var network = try FlitNetwork(
            .ring(4),
            NetworkParameters(routing: .table(upward(4)), virtualChannels: 1, bufferDepth: 2, allowsCyclicDependencies: true))
        for source in 0..<4 { try network.inject(NetworkPacket(source: source, destination: (source + 3) % 4, flits: 16), at: 0) }
        var deadlock: NetworkDeadlock?
        do { try network.advance(to: 10_000) } catch { deadlock = error }
        let found = try #require(deadlock)
        #expect(found.waiting.count == 4)
        #expect(Set(found.waiting) == ["channel 0→1 virtual channel 0", "channel 1→2 virtual channel 0", "channel 2→3 virtual channel 0", "channel 3→0 virtual channel 0"])
        // The same traffic over the two classes of dimension order arrives.
        var safe = try FlitNetwork(.ring(4), NetworkParameters(virtualChannels: 2, bufferDepth: 2))
        for source in 0..<4 { try safe.inject(NetworkPacket(source: source, destination: (source + 3) % 4, flits: 16), at: 0) }
        try safe.drain()
        #expect(safe.takeDeliveries().count == 4)
    }

    @Test("A table that leads in circles is refused")
    func endlessTable() throws {
        let topology = try NetworkTopology.mesh([3])
        let message = failure { _ = try FlitNetwork(topology, NetworkParameters(routing: .table([[0, 1, 1], [0, 1, 0], [1, 1, 2]]))) }
        #expect(message.contains("never reaches terminal 2"), "\(message)")
    }

    @Test("Patterns are permutations where they should be, and as the textbook defines them")
    func patterns() throws {
        let mesh = try NetworkTopology.mesh([8, 8])
        for (name, pattern) in NetworkTraffic.named {
            guard let targets = try pattern.destinations(in: mesh) else { continue }
            #expect(Set(targets).count == 64, "\(name)")
        }
        #expect(try NetworkTraffic.transpose.destinations(in: mesh)?[8 * 2 + 5] == 8 * 5 + 2)
        #expect(try NetworkTraffic.bitComplement.destinations(in: mesh)?[0] == 63)
        #expect(try NetworkTraffic.bitReverse.destinations(in: mesh)?[0b000011] == 0b110000)
        #expect(try NetworkTraffic.shuffle.destinations(in: mesh)?[0b100001] == 0b000011)
        // ⌈8 / 2⌉ − 1 = 3 in each dimension.
        #expect(try NetworkTraffic.tornado.destinations(in: mesh)?[0] == 3 * 8 + 3)
        #expect(try NetworkTraffic.neighbour.destinations(in: mesh)?[7] == 8)
        #expect(failure { _ = try NetworkTraffic.bitComplement.destinations(in: .mesh([3, 3])) }.contains("power of two"))
    }
}
