/// Which channels a packet can hold while it waits for which others (Dally and Seitz, IEEE Trans. Computers 1987).
///
/// A deterministic routing function is free of deadlock exactly when this graph has no cycle. For adaptive routing the graph of the
/// escape channels with their direct and indirect dependencies is examined instead (Duato, IEEE Trans. Parallel and Distributed
/// Systems 1993): a packet may hold an escape channel, go on over adaptive ones and ask for another escape channel later.
struct ChannelDependencyGraph {
    /// Channel × classes + class.
    let vertices: Int
    private var successors: [[Int32]]
    private var seen: Set<Int> = []

    init(vertices: Int) {
        self.vertices = vertices
        successors = Array(repeating: [], count: vertices)
    }

    /// Dependencies in all.
    var edges: Int { seen.count }

    mutating func add(_ from: Int, _ to: Int) {
        guard seen.insert(from * vertices + to).inserted else { return }
        successors[from].append(Int32(to))
    }

    /// The vertices of some cycle in order; empty when there is none.
    func cycle() -> [Int] {
        enum Colour { case white, grey, black }
        var colour = Array(repeating: Colour.white, count: vertices)
        var path: [Int] = []
        var next: [Int] = []
        for start in 0..<vertices where colour[start] == .white {
            path = [start]
            next = [0]
            colour[start] = .grey
            while let current = path.last {
                let position = next[next.count - 1]
                guard position < successors[current].count else {
                    colour[current] = .black
                    path.removeLast()
                    next.removeLast()
                    continue
                }
                next[next.count - 1] += 1
                let target = Int(successors[current][position])
                switch colour[target] {
                case .black: break
                case .white:
                    colour[target] = .grey
                    path.append(target)
                    next.append(0)
                case .grey:
                    guard let first = path.firstIndex(of: target) else { return path }
                    return Array(path[first...])
                }
            }
        }
        return []
    }
}

extension RoutingTable {
    /// Largest network, in routers² × terminals, whose adaptive routing is examined in full; the built-in algorithms are free of
    /// deadlock by construction beyond it as well.
    private static let adaptiveCheckLimit = 1 << 24

    mutating func checkDeadlock(_ topology: NetworkTopology, _ ports: NetworkPorts, routing: String, allowed: Bool) throws(NetworkError) {
        if isAdaptive {
            let size = topology.routers * topology.routers * terminals
            if case .custom = topology.kind {
                try NetworkTopology.require(size, "routers² × terminals for adaptive routing", in: 1...Self.adaptiveCheckLimit)
            }
            let all = dependencies(topology, ports, adaptive: true)
            isAcyclic = all.cycle().isEmpty
            if isAcyclic {
                deadlock = .adaptive(dependencies: all.edges)
            } else if size > Self.adaptiveCheckLimit {
                deadlock = .escape(classes: classes, dependencies: nil)
            } else {
                let graph = escapeDependencies(topology, ports)
                try judge(graph.cycle(), topology, allowed: allowed, free: .escape(classes: classes, dependencies: graph.edges))
            }
        } else {
            try checkPaths(topology, ports)
            let graph = dependencies(topology, ports, adaptive: false)
            let free = DeadlockVerdict.deterministic(
                routing: routing, channels: topology.channels.count, classes: classes, dependencies: graph.edges)
            try judge(graph.cycle(), topology, allowed: allowed, free: free)
        }
    }

    private mutating func judge(
        _ cycle: [Int], _ topology: NetworkTopology, allowed: Bool, free: DeadlockVerdict
    ) throws(NetworkError) {
        guard !cycle.isEmpty else {
            deadlock = free
            return
        }
        let names = cycle.map { vertex in
            let channel = topology.channels[vertex / classes]
            return "channel \(channel.from)→\(channel.to)" + (classes > 1 ? " class \(vertex % classes)" : "")
        }
        guard allowed else { throw .cyclicDependency(names) }
        deadlock = .possible(names)
    }

    /// Follows the table from every router that injects to every terminal; a table that leads in circles is refused.
    private func checkPaths(_ topology: NetworkTopology, _ ports: NetworkPorts) throws(NetworkError) {
        for terminal in 0..<terminals {
            // 1: leads to the terminal.
            var known = Array(repeating: false, count: topology.routers)
            known[topology.ejectionRouters[terminal]] = true
            for source in 0..<terminals {
                var router = topology.injectionRouters[source]
                var walked: [Int] = []
                while !known[router] {
                    walked.append(router)
                    let port = escapePort[router * terminals + terminal]
                    guard port != Self.none, walked.count <= topology.routers,
                        case .channel(let channel) = ports.outputEnd[ports.outputBase[router] + Int(port)]
                    else {
                        throw .packet(
                            "routing never reaches terminal \(terminal) from terminal \(source): it stays among routers "
                                + walked.suffix(4).map(String.init).joined(separator: ", "))
                    }
                    router = topology.channels[channel].to
                }
                for router in walked { known[router] = true }
            }
        }
    }

    /// Channels that a packet to `terminal` can ask for at `router`, with their classes.
    private func options(_ router: Int, _ terminal: Int, _ topology: NetworkTopology, _ ports: NetworkPorts, adaptive: Bool) -> [Int] {
        let entry = router * terminals + terminal
        var result: [Int] = []
        if adaptive {
            var set = self.adaptive[entry]
            while set != 0 {
                let port = set.trailingZeroBitCount
                set &= set - 1
                if case .channel(let channel) = ports.outputEnd[ports.outputBase[router] + port] { result.append(channel * classes) }
            }
        } else if escapePort[entry] != Self.none,
            case .channel(let channel) = ports.outputEnd[ports.outputBase[router] + Int(escapePort[entry])]
        {
            result.append(channel * classes + Int(escapeClass[entry]))
        }
        return result
    }

    /// Dependencies between channels that follow each other on the way of some packet.
    private func dependencies(_ topology: NetworkTopology, _ ports: NetworkPorts, adaptive: Bool) -> ChannelDependencyGraph {
        var graph = ChannelDependencyGraph(vertices: topology.channels.count * classes)
        var sources: [Int] = []
        var isSource = Array(repeating: false, count: topology.routers)
        for router in topology.injectionRouters where !isSource[router] {
            isSource[router] = true
            sources.append(router)
        }
        for terminal in 0..<terminals {
            var visited = Array(repeating: false, count: topology.routers)
            var stack = sources
            while let router = stack.popLast() {
                guard !visited[router] else { continue }
                visited[router] = true
                for vertex in options(router, terminal, topology, ports, adaptive: adaptive) {
                    let target = topology.channels[vertex / classes].to
                    for next in options(target, terminal, topology, ports, adaptive: adaptive) { graph.add(vertex, next) }
                    stack.append(target)
                }
            }
        }
        return graph
    }

    /// Dependencies between escape channels, over any number of adaptive channels in between.
    private func escapeDependencies(_ topology: NetworkTopology, _ ports: NetworkPorts) -> ChannelDependencyGraph {
        var graph = ChannelDependencyGraph(vertices: topology.channels.count * classes)
        for terminal in 0..<terminals {
            for router in 0..<topology.routers {
                guard let held = options(router, terminal, topology, ports, adaptive: false).first else { continue }
                var visited = Array(repeating: false, count: topology.routers)
                var stack = [topology.channels[held / classes].to]
                while let next = stack.popLast() {
                    guard !visited[next] else { continue }
                    visited[next] = true
                    if let wanted = options(next, terminal, topology, ports, adaptive: false).first { graph.add(held, wanted) }
                    for vertex in options(next, terminal, topology, ports, adaptive: true) {
                        stack.append(topology.channels[vertex / classes].to)
                    }
                }
            }
        }
        return graph
    }
}
