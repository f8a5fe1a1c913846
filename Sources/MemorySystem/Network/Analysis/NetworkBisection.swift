/// How many channels join two halves of the terminals, for the division that has fewest.
///
/// Known in closed form for the families of topologies: meshes and tori after Aroca and Fernández Anta, "Bisection (Band)Width of
/// Product Networks with Application to Data Centers" (from memory of the literature; tests compare it with all divisions of small
/// networks), trees by counting subtrees, fat trees because every switch has as many channels up as down. Others are
/// searched: all divisions of up to 12 terminals, beyond that divisions along breadth-first orders, improved by exchanging terminals.
public struct NetworkBisection: Hashable, Sendable {
    /// Flits a cycle that can go from one half to the other, in each direction.
    public var channels: Int
    /// Both directions share them, as on a bus.
    public var isShared = false
    /// The best division that was found; there may be a narrower one.
    public var isUpperBound = false

    public init(_ topology: NetworkTopology) {
        let half = topology.terminals / 2
        switch topology.kind {
        case .bus: (channels, isShared) = (min(1, half), true)
        case .crossbar, .fatTree: channels = half
        case .hTree(let arity, let levels): channels = arity % 2 == 0 ? arity / 2 : levels * (arity - 1) / 2
        case .mesh(let sizes), .torus(let sizes):
            var wraps = false
            if case .torus = topology.kind { wraps = true }
            if let known = Self.grid(sizes.filter { $0 > 1 }, wraps: wraps, isConcentrated: topology.terminals > topology.routers) {
                channels = known
            } else {
                (channels, isUpperBound) = BisectionSearch(topology).best()
            }
        case .custom: (channels, isUpperBound) = BisectionSearch(topology).best()
        }
    }

    /// Σ over dimensions, largest first, up to the first even one, of the product of the sizes behind it; twice that on a torus.
    private static func grid(_ sizes: [Int], wraps: Bool, isConcentrated: Bool) -> Int? {
        let sorted = sizes.sorted(by: >)
        // Rings of two routers have one pair of channels, and routers with several terminals may be divided themselves.
        if wraps && sorted.contains(2) { return nil }
        if isConcentrated && sorted.first.map({ $0 % 2 != 0 }) ?? true { return nil }
        guard !sorted.isEmpty else { return nil }
        var sum = 0
        for index in sorted.indices {
            sum += sorted[(index + 1)...].reduce(1, *)
            if sorted[index] % 2 == 0 { break }
        }
        return wraps ? 2 * sum : sum
    }
}

/// Looks for the narrowest division by the maximum flow between two halves.
struct BisectionSearch {
    private static let exhaustiveLimit = 12
    private static let exchangeLimit = 32
    private static let startLimit = 16

    private let topology: NetworkTopology
    /// Residual edges in pairs: 2 i leads one way, 2 i + 1 back.
    private var targets: [Int] = []
    private var edges: [[Int]]
    private let source: Int
    private let sink: Int

    init(_ topology: NetworkTopology) {
        self.topology = topology
        source = topology.routers + topology.terminals
        sink = source + 1
        edges = Array(repeating: [], count: sink + 1)
        for channel in topology.channels { join(channel.from, channel.to) }
        for terminal in 0..<topology.terminals {
            // A terminal sends and takes one flit a cycle; the same node serves both, as it is on one side only.
            join(topology.routers + terminal, topology.injectionRouters[terminal])
            join(topology.ejectionRouters[terminal], topology.routers + terminal)
        }
        for terminal in 0..<topology.terminals {
            join(source, topology.routers + terminal)
            join(topology.routers + terminal, sink)
        }
    }

    private mutating func join(_ from: Int, _ to: Int) {
        edges[from].append(targets.count)
        targets.append(to)
        edges[to].append(targets.count)
        targets.append(from)
    }

    /// The fewest channels found, and whether there may be fewer.
    func best() -> (channels: Int, isUpperBound: Bool) {
        let count = topology.terminals
        guard count > 1 else { return (0, false) }
        if count <= Self.exhaustiveLimit {
            var fewest = Int.max
            for set in 0..<(1 << count) where set.nonzeroBitCount == count / 2 {
                fewest = min(fewest, width((0..<count).map { set >> $0 & 1 == 1 }))
            }
            return (fewest, false)
        }
        var fewest = Int.max
        for start in 0..<min(count, Self.startLimit) {
            var half = halves(from: topology.injectionRouters[start * count / min(count, Self.startLimit)])
            var current = width(half)
            if count <= Self.exchangeLimit { improve(&half, &current) }
            fewest = min(fewest, current)
        }
        return (fewest, true)
    }

    /// The terminals nearest to a router, half of them.
    private func halves(from router: Int) -> [Bool] {
        let distance = topology.distances(from: router, forward: true)
        let order = (0..<topology.terminals).sorted {
            (distance[topology.ejectionRouters[$0]], $0) < (distance[topology.ejectionRouters[$1]], $1)
        }
        var half = Array(repeating: false, count: topology.terminals)
        for terminal in order.prefix(topology.terminals / 2) { half[terminal] = true }
        return half
    }

    private func improve(_ half: inout [Bool], _ current: inout Int) {
        var isBetter = true
        while isBetter {
            isBetter = false
            for a in half.indices where half[a] {
                for b in half.indices where !half[b] && half[a] {
                    half.swapAt(a, b)
                    let changed = width(half)
                    if changed < current { (current, isBetter) = (changed, true) } else { half.swapAt(a, b) }
                }
            }
        }
    }

    /// The narrower of the two directions.
    private func width(_ half: [Bool]) -> Int { min(flow(half), flow(half.map { !$0 })) }

    /// Flits a cycle from the terminals of a set to the others: augmenting paths, shortest first.
    private func flow(_ half: [Bool]) -> Int {
        var room = Array(repeating: false, count: targets.count)
        for edge in stride(from: 0, to: targets.count, by: 2) { room[edge] = true }
        // The last pairs of edges are those to the source and the sink, in turn.
        let first = targets.count - 4 * topology.terminals
        for terminal in 0..<topology.terminals {
            room[first + 4 * terminal] = half[terminal]
            room[first + 4 * terminal + 2] = !half[terminal]
        }
        var total = 0
        var cameBy = Array(repeating: -1, count: edges.count)
        while true {
            for node in cameBy.indices { cameBy[node] = -1 }
            var queue = [source]
            var next = 0
            search: while next < queue.count {
                let node = queue[next]
                next += 1
                for edge in edges[node] where room[edge] && cameBy[targets[edge]] < 0 && targets[edge] != source {
                    cameBy[targets[edge]] = edge
                    if targets[edge] == sink { break search }
                    queue.append(targets[edge])
                }
            }
            guard cameBy[sink] >= 0 else { return total }
            total += 1
            var node = sink
            while node != source {
                let edge = cameBy[node]
                room[edge] = false
                room[edge ^ 1] = true
                node = targets[edge ^ 1]
            }
        }
    }
}
