import MemorySystem
import Testing

/// Single packets through empty networks against the closed form, and the closed form against BookSim's published results.
@Suite struct NetworkZeroLoadTests {
    /// Every pair of terminals, one packet at a time.
    private func check(_ topology: NetworkTopology, _ parameters: NetworkParameters, flits: Int, stride: Int = 1) throws {
        var network = try FlitNetwork(topology, parameters)
        for source in Swift.stride(from: 0, to: topology.terminals, by: stride) {
            for destination in 0..<topology.terminals {
                let start = network.now + 3
                try network.inject(NetworkPacket(source: source, destination: destination, flits: flits, tag: 7), at: start)
                try network.drain()
                let deliveries = network.takeDeliveries()
                #expect(deliveries.count == 1)
                guard let delivery = deliveries.first else { return }
                #expect(delivery.destination == destination && delivery.source == source && delivery.tag == 7)
                #expect(delivery.created == start && delivery.injected == start)
                #expect(delivery.latency == network.zeroLoadLatency(from: source, to: destination, flits: flits))
            }
        }
    }

    @Test("One packet at a time takes exactly the closed form's time, between all terminals of an 8×8 mesh", arguments: [1, 5, 20])
    func mesh(flits: Int) throws {
        let parameters = NetworkParameters(virtualChannels: 8, bufferDepth: 8)
        #expect(try FlitNetwork(.mesh([8, 8]), parameters).creditRoundTrip(wire: 1) <= 8)
        try check(.mesh([8, 8]), parameters, flits: flits, stride: 5)
    }

    @Test("… of other topologies, timings and speedups")
    func others() throws {
        let slow = NetworkParameters(
            virtualChannels: 4, bufferDepth: 16,
            timing: RouterTiming(routing: 2, virtualChannelAllocation: 3, switchAllocation: 2, switchTraversal: 1, creditDelay: 2),
            inputSpeedup: 2, allocator: .separableInputFirst)
        let ahead = NetworkParameters(virtualChannels: 4, bufferDepth: 16, timing: RouterTiming(routing: 0, switchTraversal: 0), reuse: .whenEmpty)
        for parameters in [slow, ahead] {
            try check(.torus([5, 4], latency: 2), parameters, flits: 3)
            try check(.ring(7), parameters, flits: 2)
            try check(.bus(terminals: 6), parameters, flits: 4)
            try check(.crossbar(terminals: 9), parameters, flits: 4)
            try check(.hTree(arity: 4, levels: 3, wiresDouble: true), parameters, flits: 2, stride: 5)
            try check(.fatTree(arity: 2, levels: 4), parameters, flits: 2)
            try check(.mesh([3, 2, 2], terminalsPerRouter: 2, latency: 3), parameters, flits: 1)
        }
    }

    @Test("The closed form is what BookSim 2 reports for an 8×8 mesh")
    func published() throws {
        // Look-ahead routing, packets of 20 flits (its examples/mesh88_lat): smallest flit latency 6, packets from 25 cycles up to 65
        // at 11 routers, and with 6.25 routers on average 46 (public logs of shiruimin123/IL2236_project, figure1).
        let ahead = try FlitNetwork(.mesh([8, 8]), NetworkParameters(timing: RouterTiming(routing: 0, creditDelay: 2)))
        #expect(ahead.zeroLoadLatency(from: 0, to: 0, flits: 1) == 6)
        #expect(ahead.zeroLoadLatency(from: 0, to: 0, flits: 20) == 25)
        #expect(ahead.zeroLoadLatency(from: 0, to: 59, flits: 20) == 65)
        #expect(ahead.meanZeroLoadLatency(flits: 20) == 46)
        #expect(ahead.meanZeroLoadLatency(flits: 1) == 27)
        // Default stages, packets of one flit: 33.25 (public curve of jandersson/Booksim_Projects, 33.2…33.3 at loads up to 0.04).
        let standard = try FlitNetwork(.mesh([8, 8]), NetworkParameters(virtualChannels: 16))
        #expect(standard.meanZeroLoadLatency(flits: 1) == 33.25)
    }

    @Test("Mean hops of uniform traffic are the closed form of Dally and Towles, 2 (k² − 1) / 3k between routers")
    func hops() throws {
        let network = try FlitNetwork(.mesh([8, 8]))
        // Five cycles a router, two more for the way in.
        let routers = (network.meanZeroLoadLatency(flits: 1) - 2) / 5
        let expected: Double = 1 + 126.0 / 24
        #expect(routers == expected)
    }
}
