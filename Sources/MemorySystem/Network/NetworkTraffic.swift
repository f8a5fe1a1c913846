/// Where the packets of each terminal go, as in Dally and Towles 2004, section 3.2.
public enum NetworkTraffic: Hashable, Sendable {
    /// Any terminal, the source included, with equal chance.
    case uniform
    /// Rows and columns change places: the halves of the address's bits, or the coordinates of a square grid.
    case transpose
    /// All bits of the address inverted.
    case bitComplement
    /// The bits of the address in reverse.
    case bitReverse
    /// The bits of the address rotated left by one.
    case shuffle
    /// In each dimension almost half-way round.
    case tornado
    /// In each dimension one further.
    case neighbour
    /// A share of the packets, from 0 to 1, goes to one terminal and the others anywhere.
    case hotspot(terminal: Int, share: Double)
    /// By source.
    case permutation([Int])

    /// By name, as users write it; those with parameters are not among them.
    public static let named: [(name: String, pattern: NetworkTraffic)] = [
        ("uniform", .uniform), ("transpose", .transpose), ("bit-complement", .bitComplement), ("bit-reverse", .bitReverse),
        ("shuffle", .shuffle), ("tornado", .tornado), ("neighbour", .neighbour),
    ]

    /// The destination of each terminal, or `nil` where it is drawn for each packet.
    ///
    /// - Throws: `NetworkError` where the pattern is not defined for so many terminals.
    public func destinations(in topology: NetworkTopology) throws(NetworkError) -> [Int]? {
        let terminals = topology.terminals
        var bits = 0
        while 1 << bits < terminals { bits += 1 }
        func needBits(even: Bool = false) throws(NetworkError) {
            guard 1 << bits == terminals, !even || bits % 2 == 0 else {
                throw .invalid(
                    parameter: "number of terminals", value: terminals,
                    rule: "this pattern needs a power of \(even ? "four" : "two"); use uniform or a permutation instead")
            }
        }
        switch self {
        case .uniform: return nil
        case .hotspot(let terminal, let share):
            try NetworkTopology.require(terminal, "hotspot terminal", in: 0...(terminals - 1))
            guard share >= 0, share <= 1 else { throw .packet("the hotspot's share is \(share); it must lie in 0…1") }
            return nil
        case .permutation(let targets):
            try NetworkTopology.require(targets.count, "length of the permutation", in: terminals...terminals)
            for target in targets { try NetworkTopology.require(target, "destination", in: 0...(terminals - 1)) }
            return targets
        case .bitComplement:
            try needBits()
            return (0..<terminals).map { terminals - 1 - $0 }
        case .bitReverse:
            try needBits()
            return (0..<terminals).map { source in (0..<bits).reduce(0) { $0 | (source >> $1 & 1) << (bits - 1 - $1) } }
        case .shuffle:
            try needBits()
            return (0..<terminals).map { ($0 << 1 | $0 >> max(0, bits - 1)) & (terminals - 1) }
        case .transpose:
            if let sizes = topology.gridSizes, sizes.count == 2, sizes[0] == sizes[1], terminals == topology.routers {
                return (0..<terminals).map { $0 / sizes[0] + $0 % sizes[0] * sizes[0] }
            }
            try needBits(even: true)
            let half = bits / 2
            return (0..<terminals).map { $0 >> half | ($0 & ((1 << half) - 1)) << half }
        case .tornado: return steps(topology) { ($0 + 1) / 2 - 1 }
        case .neighbour: return steps(topology) { _ in 1 }
        }
    }

    /// Each coordinate moved on by a number of steps that depends on the size of its dimension.
    private func steps(_ topology: NetworkTopology, by distance: (Int) -> Int) -> [Int] {
        let perRouter = topology.gridSizes == nil ? 1 : topology.terminals / topology.routers
        let sizes = topology.gridSizes ?? [topology.terminals]
        return (0..<topology.terminals).map { terminal in
            let router = terminal / perRouter
            var target = 0
            var stride = 1
            for size in sizes {
                target += (router / stride % size + distance(size)) % size * stride
                stride *= size
            }
            return target * perRouter + terminal % perRouter
        }
    }
}

extension NetworkTopology {
    /// Sizes of a mesh's or torus's dimensions; `nil` for other topologies.
    public var gridSizes: [Int]? {
        switch kind {
        case .mesh(let dimensions), .torus(let dimensions): dimensions
        default: nil
        }
    }
}

/// Packets that terminals create at random: in each cycle each with the same chance (a Bernoulli process).
public struct PacketGenerator: Sendable {
    private let fixed: [Int]?
    private let hotspot: (terminal: Int, threshold: UInt64)?
    private let terminals: Int
    private let threshold: UInt64
    private let flits: Int
    private var random: Xorshift64Star

    /// - Parameter load: flits per terminal and cycle, from 0 to 1; a packet is created with a chance of `load / flits`.
    /// - Throws: `NetworkError` where the pattern does not fit the network or the load is out of range.
    public init(_ pattern: NetworkTraffic, load: Double, flits: Int, topology: NetworkTopology, seed: UInt64) throws(NetworkError) {
        fixed = try pattern.destinations(in: topology)
        guard load >= 0, load <= 1 else { throw .packet("a load of \(load) flits per terminal and cycle is not in 0…1") }
        try NetworkTopology.require(flits, "flits of a packet", in: 1...(1 << 20))
        if case .hotspot(let terminal, let share) = pattern {
            hotspot = (terminal, Xorshift64Star.threshold(share))
        } else {
            hotspot = nil
        }
        terminals = topology.terminals
        threshold = Xorshift64Star.threshold(load / Double(flits))
        self.flits = flits
        random = Xorshift64Star(seed: seed)
    }

    /// Hands the network the packets of its present cycle. `tag` goes with all of them.
    public mutating func inject(into network: inout FlitNetwork, tag: Int = 0) {
        for source in 0..<terminals where random.chance(threshold) {
            let destination: Int
            if let fixed {
                destination = fixed[source]
            } else if let hotspot, random.chance(hotspot.threshold) {
                destination = hotspot.terminal
            } else {
                destination = random.below(terminals)
            }
            network.enqueue(
                network.newPacket(NetworkPacket(source: source, destination: destination, flits: flits, tag: tag), at: network.now),
                at: network.now)
        }
    }
}
