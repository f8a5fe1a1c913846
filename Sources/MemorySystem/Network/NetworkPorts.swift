/// Where channels and terminals meet routers: ports numbered through the whole network, those of a router next to each other.
///
/// A router's output ports are its channels in the order of the topology, then the terminals that it ejects to, then the unit that
/// combines reductions; input ports likewise. Behind all routers' output ports come those of the terminals' injection queues.
struct NetworkPorts: Sendable {
    /// What an output port leads to, or an input port comes from.
    enum End: Hashable, Sendable {
        case channel(Int)
        case terminal(Int)
        case combiner
    }

    /// First output port of each router, and one behind the last.
    var outputBase: [Int] = [0]
    var inputBase: [Int] = [0]
    var outputRouter: [Int] = []
    var inputRouter: [Int] = []
    var outputEnd: [End] = []
    var inputEnd: [End] = []
    /// By channel.
    var channelOutput: [Int]
    var channelInput: [Int]
    /// By terminal: the router's port.
    var ejectionOutput: [Int]
    var injectionInput: [Int]

    /// - Parameter inputSpeedup: crossbar inputs for each input port; a router gets a combining unit where its switch has room.
    init(_ topology: NetworkTopology, inputSpeedup: Int) {
        let routers = topology.routers
        var outgoing = Array(repeating: [Int](), count: routers)
        var incoming = Array(repeating: [Int](), count: routers)
        for (index, channel) in topology.channels.enumerated() {
            outgoing[channel.from].append(index)
            incoming[channel.to].append(index)
        }
        var ejecting = Array(repeating: [Int](), count: routers)
        var injecting = Array(repeating: [Int](), count: routers)
        for terminal in 0..<topology.terminals {
            injecting[topology.injectionRouters[terminal]].append(terminal)
            ejecting[topology.ejectionRouters[terminal]].append(terminal)
        }
        channelOutput = Array(repeating: -1, count: topology.channels.count)
        channelInput = channelOutput
        ejectionOutput = Array(repeating: -1, count: topology.terminals)
        injectionInput = ejectionOutput
        for router in 0..<routers {
            for channel in outgoing[router] {
                channelOutput[channel] = outputEnd.count
                outputEnd.append(.channel(channel))
            }
            for terminal in ejecting[router] {
                ejectionOutput[terminal] = outputEnd.count
                outputEnd.append(.terminal(terminal))
            }
            let inputCount = incoming[router].count + injecting[router].count
            let outputCount = outgoing[router].count + ejecting[router].count
            let hasCombiner = max((inputCount + 1) * inputSpeedup, outputCount + 1) <= NetworkTopology.portLimit
            if hasCombiner { outputEnd.append(.combiner) }
            for channel in incoming[router] {
                channelInput[channel] = inputEnd.count
                inputEnd.append(.channel(channel))
            }
            for terminal in injecting[router] {
                injectionInput[terminal] = inputEnd.count
                inputEnd.append(.terminal(terminal))
            }
            if hasCombiner { inputEnd.append(.combiner) }
            while outputRouter.count < outputEnd.count { outputRouter.append(router) }
            while inputRouter.count < inputEnd.count { inputRouter.append(router) }
            outputBase.append(outputEnd.count)
            inputBase.append(inputEnd.count)
        }
    }

    /// The router's output port to its combining unit, or `nil`.
    func combiner(_ router: Int) -> Int? {
        let last = outputBase[router + 1] - 1
        return last >= outputBase[router] && outputEnd[last] == .combiner ? last : nil
    }

    var outputs: Int { outputEnd.count }
    var inputs: Int { inputEnd.count }
}
