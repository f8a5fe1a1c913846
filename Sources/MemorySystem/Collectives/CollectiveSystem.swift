/// Chips and the links between them, by the names that users write.
public struct CollectiveSystem: Sendable {
    public var topology: NetworkTopology
    /// Chips reach the network over links of their own, as they do a switch; otherwise every router is part of a chip.
    public var hasTerminalLinks: Bool
    /// Chips in an order in which neighbours are joined, where the topology has one: the way round for ring algorithms.
    public var ringOrder: [Int]?

    public static let kinds = ["ring", "mesh", "torus", "switch", "fully-connected"]

    /// Chips in one of the usual ways. Meshes and tori have two dimensions, as nearly square as the number of chips allows.
    ///
    /// - Throws: `CollectiveError` for a kind that does not exist or so many chips that no switch or chip has the ports.
    public init(_ kind: String, chips: Int) throws(CollectiveError) {
        guard (1...(1 << 12)).contains(chips) else { throw .init("\(chips) chips; there must be 1 to \(1 << 12)") }
        do throws(NetworkError) {
            switch kind {
            case "ring": topology = try .ring(chips)
            case "mesh": topology = try .mesh(Self.sides(chips))
            case "torus": topology = try .torus(Self.sides(chips))
            case "switch": topology = try .crossbar(terminals: chips)
            case "fully-connected":
                var channels: [NetworkTopology.Channel] = []
                // More have no ports for it; validation says so before they are made.
                if chips <= 2 * NetworkTopology.portLimit {
                    for from in 0..<chips { channels += (0..<chips).filter { $0 != from }.map { .init(from: from, to: $0) } }
                }
                guard chips <= NetworkTopology.portLimit else { throw .radix(router: 0, ports: chips, limit: NetworkTopology.portLimit) }
                topology = NetworkTopology(routers: chips, channels: channels, injectionRouters: Array(0..<chips))
            default: throw .packet("\"\(kind)\" is not a way to join chips; there are \(Self.kinds.joined(separator: ", "))")
            }
            try topology.validate()
        } catch { throw CollectiveError(error.description) }
        hasTerminalLinks = kind == "switch"
        ringOrder = topology.gridSizes.flatMap(Self.circle)
    }

    /// The chips at the terminals of a network. A router with one terminal is part of that chip where all are so.
    public init(_ topology: NetworkTopology) {
        self.topology = topology
        hasTerminalLinks = topology.injectionRouters != Array(0..<topology.routers) || topology.ejectionRouters != topology.injectionRouters
            || topology.channels.isEmpty
        ringOrder = hasTerminalLinks ? nil : topology.gridSizes.flatMap(Self.circle)
    }

    public var chips: Int { topology.terminals }

    /// Links in one direction.
    public var links: Int { topology.channels.count + (hasTerminalLinks ? 2 * chips : 0) }

    /// Links that the fewest have to send over at once.
    var linksPerChip: Int {
        guard !hasTerminalLinks else { return 1 }
        var outgoing = Array(repeating: 0, count: topology.routers)
        for channel in topology.channels { outgoing[channel.from] += 1 }
        return max(1, outgoing.min() ?? 1)
    }

    public func network(link: ChipLink) throws(CollectiveError) -> LinkNetwork {
        try LinkNetwork(topology, link: link, terminalLink: hasTerminalLinks ? link : nil)
    }

    /// Two factors as near to each other as there are, the larger first.
    private static func sides(_ chips: Int) -> [Int] {
        var side = 1
        for candidate in 1...chips where candidate * candidate <= chips && chips % candidate == 0 { side = candidate }
        return side == 1 ? [chips] : [chips / side, side]
    }

    /// A way through all routers of a grid of two dimensions over its channels, and back to the first; `nil` where there is none, or
    /// none is known. Out along the first row, to and fro through the others without their first router, and back along the column
    /// of those.
    private static func circle(_ sizes: [Int]) -> [Int]? {
        guard sizes.count == 2, sizes.allSatisfy({ $0 > 1 }) else { return nil }
        let (columns, rows) = (sizes[0], sizes[1])
        if rows % 2 != 0 {
            guard columns % 2 == 0, let turned = circle([rows, columns]) else { return nil }
            return turned.map { $0 % rows * columns + $0 / rows }
        }
        var order = Array(0..<columns)
        for row in 1..<rows {
            let others = (1..<columns).map { row * columns + $0 }
            order += row % 2 == 0 ? others : others.reversed()
        }
        return order + (1..<rows).reversed().map { $0 * columns }
    }
}
