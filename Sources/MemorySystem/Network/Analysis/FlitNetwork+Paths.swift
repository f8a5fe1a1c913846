extension FlitNetwork {
    /// The paths of deterministic routing, or of its escape channels, to one terminal: a tree of routers with the terminal's at its root.
    struct PathTree {
        /// By router: the channel taken next; -1 at the root and where nothing leads on.
        var channel: [Int]
        /// Routers that lead to the root, each before the router it goes to.
        var order: [Int]
    }

    func pathTree(to terminal: Int) -> PathTree {
        let root = topology.ejectionRouters[terminal]
        var channel = Array(repeating: -1, count: topology.routers)
        var missing = Array(repeating: 0, count: topology.routers)
        for router in 0..<topology.routers where router != root {
            let port = routing.escapePort[router * topology.terminals + terminal]
            guard port != RoutingTable.none, case .channel(let next) = ports.outputEnd[ports.outputBase[router] + Int(port)] else { continue }
            channel[router] = next
            missing[topology.channels[next].to] += 1
        }
        var order = (0..<topology.routers).filter { missing[$0] == 0 }
        var position = 0
        while position < order.count {
            let router = order[position]
            position += 1
            guard channel[router] >= 0 else { continue }
            let next = topology.channels[channel[router]].to
            missing[next] -= 1
            if missing[next] == 0 { order.append(next) }
        }
        return PathTree(channel: channel, order: order)
    }

    /// Share of each source's packets that goes to a destination: the same for all, or to one only.
    private func weights(_ pattern: NetworkTraffic) throws(NetworkError) -> (fixed: [Int]?, toEach: Double, hotspot: (terminal: Int, share: Double)?) {
        let fixed = try pattern.destinations(in: topology)
        if case .hotspot(let terminal, let share) = pattern {
            return (nil, (1 - share) / Double(topology.terminals), (terminal, share))
        }
        return (fixed, 1 / Double(topology.terminals), nil)
    }

    /// Flits a cycle over each channel, and those that each terminal takes, when every terminal sends one flit a cycle; `nil` with
    /// adaptive routing, which has no fixed paths.
    ///
    /// One over the largest of them is the most load that the network can carry, whatever its buffers (Dally and Towles 2004,
    /// section 3.3; from memory of the literature).
    public func channelLoads(under pattern: NetworkTraffic) throws(NetworkError) -> (channels: [Double], terminals: [Double])? {
        guard !routing.isAdaptive else { return nil }
        let (fixed, toEach, hotspot) = try weights(pattern)
        var channels = Array(repeating: 0.0, count: topology.channels.count)
        var taken = Array(repeating: 0.0, count: topology.terminals)
        var senders = Array(repeating: 0.0, count: topology.routers)
        for router in topology.injectionRouters { senders[router] += 1 }
        var sources = Array(repeating: [Int](), count: topology.terminals)
        for (source, destination) in (fixed ?? []).enumerated() { sources[destination].append(source) }
        for destination in 0..<topology.terminals {
            var flow = Array(repeating: 0.0, count: topology.routers)
            if fixed != nil {
                guard !sources[destination].isEmpty else { continue }
                for source in sources[destination] { flow[topology.injectionRouters[source]] += 1 }
            } else {
                let share = toEach + (hotspot?.terminal == destination ? hotspot?.share ?? 0 : 0)
                for router in flow.indices { flow[router] = senders[router] * share }
            }
            let tree = pathTree(to: destination)
            for router in tree.order where tree.channel[router] >= 0 && flow[router] > 0 {
                channels[tree.channel[router]] += flow[router]
                flow[topology.channels[tree.channel[router]].to] += flow[router]
            }
            taken[destination] = flow[topology.ejectionRouters[destination]]
        }
        return (channels, taken)
    }

    /// Cycles from creation to delivery in an empty network, over the packets of a pattern: mean, least and most. With adaptive
    /// routing over its escape channels, which take shortest paths in all families of topologies.
    public func zeroLoadLatency(under pattern: NetworkTraffic, flits: Int) throws(NetworkError) -> (mean: Double, least: Int, most: Int) {
        let (fixed, toEach, hotspot) = try weights(pattern)
        var sum = 0.0
        var least = Int.max
        var most = 0
        var sources = Array(repeating: [Int](), count: topology.terminals)
        for (source, destination) in (fixed ?? []).enumerated() { sources[destination].append(source) }
        for destination in 0..<topology.terminals {
            if fixed != nil && sources[destination].isEmpty { continue }
            // From each router to the terminal: the same sum as in `zeroLoadLatency(from:to:flits:)`, from the end backwards.
            let tree = pathTree(to: destination)
            var latency = Array(repeating: 0, count: topology.routers)
            latency[topology.ejectionRouters[destination]] = parameters.timing.hop(wire: topology.terminalLatency)
            for router in tree.order.reversed() where tree.channel[router] >= 0 {
                let channel = topology.channels[tree.channel[router]]
                latency[router] = parameters.timing.hop(wire: channel.latency) + latency[channel.to]
            }
            let share = toEach + (hotspot?.terminal == destination ? hotspot?.share ?? 0 : 0)
            for source in fixed == nil ? Array(0..<topology.terminals) : sources[destination] {
                let total = 1 + topology.terminalLatency + flits - 1 + latency[topology.injectionRouters[source]]
                sum += Double(total) * (fixed == nil ? share : 1)
                least = min(least, total)
                most = max(most, total)
            }
        }
        return (sum / Double(topology.terminals), least, most)
    }
}
