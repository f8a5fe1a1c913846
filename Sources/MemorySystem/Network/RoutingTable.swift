/// A routing function, worked out for each router and each terminal that packets go to.
///
/// The next hop depends on where a packet is and where it goes, not on where it comes from. `escape` holds one channel and its
/// class, which a packet may always ask for; `adaptive` the set of further channels that it may take.
struct RoutingTable: Sendable {
    static let none = UInt8.max

    let terminals: Int
    /// Classes of virtual channels that the escape channels are divided into.
    var classes = 1
    /// By router × terminals + terminal: output port within the router.
    var escapePort: [UInt8]
    var escapeClass: [UInt8]
    /// Sets of output ports within the router; empty when routing is deterministic.
    var adaptive: [UInt64] = []
    /// The whole relation is free of cycles, so that no channels are set aside for escape.
    var isAcyclic = false

    /// What the examination found.
    var deadlock = DeadlockVerdict(isFree: false, argument: "not examined")

    var isAdaptive: Bool { !adaptive.isEmpty }

    /// - Throws: `NetworkError` where the algorithm does not fit the topology or can deadlock.
    init(_ topology: NetworkTopology, ports: NetworkPorts, parameters: NetworkParameters) throws(NetworkError) {
        terminals = topology.terminals
        escapePort = Array(repeating: Self.none, count: topology.routers * terminals)
        escapeClass = Array(repeating: 0, count: topology.routers * terminals)
        switch parameters.routing {
        case .table(let next): try fill(topology, ports, next: next)
        case .spanningTree: try fillSpanningTree(topology, ports)
        case .standard, .minimalAdaptive: try fillStandard(topology, ports)
        case .dimensionOrder:
            switch topology.kind {
            case .mesh(let dimensions): fillGrid(topology, ports, dimensions: dimensions, wraps: false)
            case .torus(let dimensions): fillGrid(topology, ports, dimensions: dimensions, wraps: true)
            default:
                throw .unsupported(
                    routing: parameters.routing.name, topology: topology.name, remedy: "use it on a mesh, a torus or a ring, or write routing: standard")
            }
        }
        for terminal in 0..<terminals {
            escapePort[topology.ejectionRouters[terminal] * terminals + terminal] =
                UInt8(ports.ejectionOutput[terminal] - ports.outputBase[topology.ejectionRouters[terminal]])
        }
        if case .minimalAdaptive = parameters.routing { fillAdaptive(topology, ports) }
        try checkDeadlock(topology, ports, routing: parameters.routing.name, allowed: parameters.allowsCyclicDependencies)
        try checkVirtualChannels(parameters)
        try checkReuse(parameters)
    }

    private mutating func fillStandard(_ topology: NetworkTopology, _ ports: NetworkPorts) throws(NetworkError) {
        switch topology.kind {
        case .mesh(let dimensions): fillGrid(topology, ports, dimensions: dimensions, wraps: false)
        case .torus(let dimensions): fillGrid(topology, ports, dimensions: dimensions, wraps: true)
        case .fatTree(let arity, let levels): fillFatTree(topology, ports, arity: arity, levels: levels)
        case .bus, .crossbar, .hTree, .custom: fillShortestPaths(topology, ports)
        }
    }

    /// Output port, within `router`, of the first channel to `neighbour`.
    private func port(from router: Int, to neighbour: Int, _ topology: NetworkTopology, _ ports: NetworkPorts) -> UInt8 {
        for output in ports.outputBase[router]..<ports.outputBase[router + 1] {
            if case .channel(let channel) = ports.outputEnd[output], topology.channels[channel].to == neighbour {
                return UInt8(output - ports.outputBase[router])
            }
        }
        return Self.none
    }

    private mutating func fill(_ topology: NetworkTopology, _ ports: NetworkPorts, next: [[Int]]) throws(NetworkError) {
        try NetworkTopology.require(next.count, "rows of the routing table", in: topology.routers...topology.routers)
        for router in 0..<topology.routers {
            try NetworkTopology.require(next[router].count, "columns of the routing table", in: terminals...terminals)
            for terminal in 0..<terminals where topology.ejectionRouters[terminal] != router {
                let target = next[router][terminal]
                let port = port(from: router, to: target, topology, ports)
                guard port != Self.none else {
                    throw .invalid(
                        parameter: "next[\(router)][\(terminal)]", value: target, rule: "no channel leads there from router \(router)")
                }
                escapePort[router * terminals + terminal] = port
            }
        }
    }

    /// Dimension order. On a torus a packet uses class 0 of a ring while it has yet to pass the ring's end and class 1 from there
    /// on, which leaves class 0 of the first channel behind the end unused by it (Dally and Seitz 1987). At half the way round
    /// both directions are as short, and even routers go up, odd ones down.
    private mutating func fillGrid(_ topology: NetworkTopology, _ ports: NetworkPorts, dimensions: [Int], wraps: Bool) {
        var hasRings = false
        var portTo: [[UInt8]] = []
        for router in 0..<topology.routers {
            var row: [UInt8] = []
            var stride = 1
            for size in dimensions {
                let position = router / stride % size
                let up = router + ((position + 1) % size - position) * stride
                let down = router + ((position + size - 1) % size - position) * stride
                row.append(port(from: router, to: up, topology, ports))
                row.append(port(from: router, to: down, topology, ports))
                stride *= size
            }
            portTo.append(row)
        }
        for router in 0..<topology.routers {
            for terminal in 0..<terminals {
                let target = topology.ejectionRouters[terminal]
                var stride = 1
                for (dimension, size) in dimensions.enumerated() {
                    let here = router / stride % size
                    let there = target / stride % size
                    stride *= size
                    guard here != there else { continue }
                    let isRing = wraps && size > 2
                    let ahead = (there - here + size) % size
                    let goesUp = isRing ? (2 * ahead < size || (2 * ahead == size && here % 2 == 0)) : there > here
                    escapePort[router * terminals + terminal] = portTo[router][2 * dimension + (goesUp ? 0 : 1)]
                    if isRing {
                        hasRings = true
                        let passesEnd = goesUp ? there < here : there > here
                        escapeClass[router * terminals + terminal] = passesEnd ? 0 : 1
                    }
                    break
                }
            }
        }
        if hasRings { classes = 2 }
    }

    /// Up to the lowest common ancestor, by the destination's digits so that all paths to one terminal share their way down, then
    /// down (d-mod-k).
    private mutating func fillFatTree(_ topology: NetworkTopology, _ ports: NetworkPorts, arity: Int, levels: Int) {
        let row = topology.routers / levels
        for router in 0..<topology.routers {
            let level = router / row
            let index = router % row
            for terminal in 0..<terminals {
                let leaf = terminal / arity
                var above = 1
                for _ in 0..<level { above *= arity }
                let neighbour: Int
                if index / above == leaf / above {
                    guard level > 0 else { continue }
                    let below = above / arity
                    neighbour = (level - 1) * row + index + (leaf / below % arity - index / below % arity) * below
                } else {
                    neighbour = (level + 1) * row + index + (terminal / above % arity - index / above % arity) * above
                }
                escapePort[router * terminals + terminal] = port(from: router, to: neighbour, topology, ports)
            }
        }
    }

    /// Breadth-first from each target against the channels; of several shortest paths the one over the channel first listed.
    private mutating func fillShortestPaths(_ topology: NetworkTopology, _ ports: NetworkPorts) {
        var distanceTo: [Int: [Int]] = [:]
        for terminal in 0..<terminals {
            let target = topology.ejectionRouters[terminal]
            let distance = distanceTo[target] ?? topology.distances(from: target, forward: false)
            distanceTo[target] = distance
            for router in 0..<topology.routers where router != target && distance[router] > 0 {
                for output in ports.outputBase[router]..<ports.outputBase[router + 1] {
                    if case .channel(let channel) = ports.outputEnd[output],
                        distance[topology.channels[channel].to] == distance[router] - 1
                    {
                        escapePort[router * terminals + terminal] = UInt8(output - ports.outputBase[router])
                        break
                    }
                }
            }
        }
    }

    /// Breadth-first tree from router 0: a packet goes down to the child whose subtree holds its target, up otherwise.
    private mutating func fillSpanningTree(_ topology: NetworkTopology, _ ports: NetworkPorts) throws(NetworkError) {
        let forward = topology.adjacency(forward: true)
        var parent = Array(repeating: -1, count: topology.routers)
        var order = [0]
        parent[0] = 0
        var next = 0
        while next < order.count {
            let router = order[next]
            next += 1
            for child in forward[router] where parent[child] < 0 && forward[child].contains(router) {
                parent[child] = router
                order.append(child)
            }
        }
        guard order.count == topology.routers else {
            throw .unsupported(
                routing: "spanning-tree", topology: topology.name, remedy: "it needs channels in both directions between all its routers")
        }
        for terminal in 0..<terminals {
            // The way from the target up to the root is the way down from there.
            var downTo: [Int: Int] = [:]
            var router = topology.ejectionRouters[terminal]
            while router != 0 {
                downTo[parent[router]] = router
                router = parent[router]
            }
            for router in 0..<topology.routers where router != topology.ejectionRouters[terminal] {
                escapePort[router * terminals + terminal] = port(from: router, to: downTo[router] ?? parent[router], topology, ports)
            }
        }
    }

    /// All channels that bring a packet nearer to its target.
    private mutating func fillAdaptive(_ topology: NetworkTopology, _ ports: NetworkPorts) {
        adaptive = Array(repeating: 0, count: topology.routers * terminals)
        var distanceTo: [Int: [Int]] = [:]
        for terminal in 0..<terminals {
            let target = topology.ejectionRouters[terminal]
            let distance = distanceTo[target] ?? topology.distances(from: target, forward: false)
            distanceTo[target] = distance
            for router in 0..<topology.routers where router != target {
                var set: UInt64 = 0
                for output in ports.outputBase[router]..<ports.outputBase[router + 1] {
                    if case .channel(let channel) = ports.outputEnd[output],
                        distance[topology.channels[channel].to] == distance[router] - 1
                    {
                        set |= 1 << UInt64(output - ports.outputBase[router])
                    }
                }
                adaptive[router * terminals + terminal] = set
            }
        }
    }

    private func checkVirtualChannels(_ parameters: NetworkParameters) throws(NetworkError) {
        let have = parameters.virtualChannels / parameters.virtualNetworks
        let need = classes + (isAdaptive && !isAcyclic ? 1 : 0)
        guard have >= need else {
            throw .virtualChannels(
                have: have, need: need,
                reason: isAdaptive && !isAcyclic
                    ? "adaptive routing with \(classes) escape class\(classes == 1 ? "" : "es")" : "each ring's \(classes) classes of channels")
        }
    }

    /// Escape channels keep adaptive routing free of deadlock only if no two packets share a buffer (Duato's condition): one at the
    /// front that waits would tie the other to channels outside of its own choice.
    private func checkReuse(_ parameters: NetworkParameters) throws(NetworkError) {
        guard isAdaptive, !isAcyclic, parameters.reuse != .whenEmpty else { return }
        throw .unsupported(
            routing: parameters.routing.name, topology: "network whose buffers may hold two packets", remedy: "let them be reused only when-empty")
    }

    /// Virtual channels of one virtual network that a packet may use on its escape channel.
    func escapeMask(class channelClass: Int, virtualChannels: Int) -> UInt64 {
        if isAdaptive && !isAcyclic { return 1 << UInt64(channelClass) }
        let low = channelClass * virtualChannels / classes
        let high = (channelClass + 1) * virtualChannels / classes
        return Self.ones(high) & ~Self.ones(low)
    }

    /// Virtual channels of one virtual network for adaptive use.
    func adaptiveMask(virtualChannels: Int) -> UInt64 {
        Self.ones(virtualChannels) & ~(isAcyclic ? 0 : Self.ones(classes))
    }

    static func ones(_ count: Int) -> UInt64 { count >= 64 ? .max : (1 << UInt64(count)) - 1 }
}
