extension NetworkTopology {
    /// Most input or output ports of a router; port sets are one machine word.
    public static let portLimit = 64
    static let latencyLimit = 1 << 15

    /// Checks everything but deadlock, which depends on the routing function as well.
    ///
    /// - Throws: `NetworkError` naming the first rule that is broken: empty or too large networks, indices out of range, latencies
    ///   out of range, too many ports, no path between two terminals.
    public func validate() throws(NetworkError) {
        try Self.require(routers, "number of routers", in: 1...Self.countLimit)
        try Self.require(terminals, "number of terminals", in: 1...Self.countLimit)
        try Self.require(routers * terminals, "routers × terminals", in: 1...(1 << 24))
        try Self.require(ejectionRouters.count, "number of ejection routers", in: terminals...terminals)
        try Self.require(terminalLatency, "latency of terminals", in: 1...Self.latencyLimit)
        var inputs = Array(repeating: 0, count: routers)
        var outputs = Array(repeating: 0, count: routers)
        for channel in channels {
            try Self.require(channel.from, "source router of a channel", in: 0...(routers - 1))
            try Self.require(channel.to, "target router of a channel", in: 0...(routers - 1))
            try Self.require(channel.latency, "latency of a channel", in: 1...Self.latencyLimit)
            guard channel.from != channel.to else {
                throw .invalid(parameter: "channel target", value: channel.to, rule: "a channel must lead to another router")
            }
            outputs[channel.from] += 1
            inputs[channel.to] += 1
        }
        for terminal in 0..<terminals {
            try Self.require(injectionRouters[terminal], "router of terminal \(terminal)", in: 0...(routers - 1))
            try Self.require(ejectionRouters[terminal], "router of terminal \(terminal)", in: 0...(routers - 1))
            inputs[injectionRouters[terminal]] += 1
            outputs[ejectionRouters[terminal]] += 1
        }
        for router in 0..<routers {
            let ports = max(inputs[router], outputs[router])
            guard ports <= Self.portLimit else { throw .radix(router: router, ports: ports, limit: Self.portLimit) }
        }
        try checkConnected()
    }

    /// Every terminal must reach every other. It is enough that all reach one and one reaches all, where routers of injection
    /// and ejection are the same; elsewhere each injecting router is searched from.
    private func checkConnected() throws(NetworkError) {
        var checked = Array(repeating: false, count: routers)
        for source in 0..<terminals where !checked[injectionRouters[source]] {
            checked[injectionRouters[source]] = true
            let distance = distances(from: injectionRouters[source], forward: true)
            if let target = (0..<terminals).first(where: { distance[ejectionRouters[$0]] < 0 }) {
                throw .disconnected(from: source, to: target)
            }
            guard injectionRouters == ejectionRouters else { continue }
            let back = distances(from: injectionRouters[source], forward: false)
            if let other = (0..<terminals).first(where: { back[injectionRouters[$0]] < 0 }) {
                throw .disconnected(from: other, to: source)
            }
            return
        }
    }

    /// Channels between `router` and each router, -1 where there is no path; against the direction of channels when not `forward`.
    func distances(from router: Int, forward: Bool) -> [Int] {
        let neighbours = adjacency(forward: forward)
        var distance = Array(repeating: -1, count: routers)
        distance[router] = 0
        var queue = [router]
        var next = 0
        while next < queue.count {
            let current = queue[next]
            next += 1
            for other in neighbours[current] where distance[other] < 0 {
                distance[other] = distance[current] + 1
                queue.append(other)
            }
        }
        return distance
    }

    func adjacency(forward: Bool) -> [[Int]] {
        var neighbours = Array(repeating: [Int](), count: routers)
        for channel in channels {
            if forward { neighbours[channel.from].append(channel.to) } else { neighbours[channel.to].append(channel.from) }
        }
        return neighbours
    }
}
