/// What can be said of a network without simulating it.
public struct NetworkAnalysis: Sendable {
    public var terminals: Int
    public var routers: Int
    /// Unidirectional ones between routers.
    public var channels: Int
    /// Input or output ports of the largest router, terminals' among them.
    public var largestRadix: Int
    /// Channels on the longest of the shortest paths between two terminals.
    public var diameter: Int
    /// Channels on a shortest path, over all pairs of terminals, a terminal and itself included.
    public var meanDistance: Double
    public var bisection: NetworkBisection
    public var deadlock: DeadlockVerdict
    /// Cycles from creation to delivery in an empty network, over the packets of the pattern.
    public var zeroLoadLatency: (mean: Double, least: Int, most: Int)
    /// The most load, in flits per terminal and cycle, that the busiest channel lets through; `nil` with adaptive routing.
    public var bound: (load: Double, by: String)?

    /// - Throws: `NetworkError` for a network that cannot be built or a pattern that does not fit it.
    public init(_ experiment: NetworkExperiment) throws(NetworkError) {
        let topology = experiment.topology
        let network = try FlitNetwork(topology, experiment.parameters)
        terminals = topology.terminals
        routers = topology.routers
        channels = topology.channels.count
        deadlock = network.routing.deadlock
        bisection = NetworkBisection(topology)
        zeroLoadLatency = try network.zeroLoadLatency(under: experiment.pattern, flits: experiment.packetFlits)
        largestRadix = Self.radix(topology)
        (diameter, meanDistance) = Self.distances(topology)
        bound = try network.channelLoads(under: experiment.pattern).map { Self.bound($0.channels, $0.terminals, topology) }
    }

    /// The busiest of channels and terminals; a terminal sends one flit a cycle at most.
    private static func bound(_ channels: [Double], _ terminals: [Double], _ topology: NetworkTopology) -> (load: Double, by: String) {
        var worst = (flow: 1.0, by: "each terminal sends one flit a cycle")
        // Sums of shares: equal flows differ in their last digits.
        func isMore(_ flow: Double) -> Bool { flow > worst.flow * (1 + 1e-9) }
        for (terminal, flow) in terminals.enumerated() where isMore(flow) {
            worst = (flow, "terminal \(terminal) takes one flit a cycle")
        }
        for (index, flow) in channels.enumerated() where isMore(flow) {
            let channel = topology.channels[index]
            worst = (flow, "channel \(channel.from)→\(channel.to) carries \(Self.round(flow)) flits for each that a terminal sends")
        }
        return (1 / worst.flow, worst.by)
    }

    /// "2", "1.875".
    private static func round(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    private static func radix(_ topology: NetworkTopology) -> Int {
        var inputs = Array(repeating: 0, count: topology.routers)
        var outputs = inputs
        for channel in topology.channels {
            outputs[channel.from] += 1
            inputs[channel.to] += 1
        }
        for router in topology.injectionRouters { inputs[router] += 1 }
        for router in topology.ejectionRouters { outputs[router] += 1 }
        return max(inputs.max() ?? 0, outputs.max() ?? 0)
    }

    private static func distances(_ topology: NetworkTopology) -> (diameter: Int, mean: Double) {
        var injecting = Array(repeating: 0, count: topology.routers)
        var ejecting = injecting
        for router in topology.injectionRouters { injecting[router] += 1 }
        for router in topology.ejectionRouters { ejecting[router] += 1 }
        var diameter = 0
        var sum = 0
        for source in 0..<topology.routers where injecting[source] > 0 {
            let distance = topology.distances(from: source, forward: true)
            for target in 0..<topology.routers where ejecting[target] > 0 {
                diameter = max(diameter, distance[target])
                sum += distance[target] * injecting[source] * ejecting[target]
            }
        }
        return (diameter, Double(sum) / Double(topology.terminals * topology.terminals))
    }
}
