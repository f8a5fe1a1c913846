extension NetworkTopology {
    /// Largest number of routers or terminals; tables are of size routers × terminals.
    static let countLimit = 1 << 16

    /// Kinds of topologies by the names that users write, with what their sizes mean.
    public static let kinds: [(name: String, sizes: String)] = [
        ("bus", "terminals"), ("crossbar", "terminals"), ("mesh", "routers in each dimension"), ("torus", "routers in each dimension"),
        ("ring", "routers"), ("h-tree", "arity and levels"), ("fat-tree", "arity and levels"),
    ]

    /// A topology by the name of its kind and its sizes: `mesh` and `[8, 8]`.
    ///
    /// - Throws: `NetworkError` for a kind that does not exist, sizes of the wrong number, or sizes out of range.
    public static func named(_ kind: String, sizes: [Int], latency: Int = 1) throws(NetworkError) -> NetworkTopology {
        func need(_ count: Int) throws(NetworkError) {
            guard sizes.count == count else {
                let meaning = kinds.first { $0.name == kind }?.sizes ?? ""
                throw .packet("a \(kind) takes \(count) size\(count == 1 ? "" : "s") (\(meaning)), not \(sizes.count)")
            }
        }
        switch kind {
        case "bus":
            try need(1)
            return try bus(terminals: sizes[0], latency: latency)
        case "crossbar":
            try need(1)
            return try crossbar(terminals: sizes[0])
        case "mesh": return try mesh(sizes, latency: latency)
        case "torus": return try torus(sizes, latency: latency)
        case "ring":
            try need(1)
            return try ring(sizes[0], latency: latency)
        case "h-tree":
            try need(2)
            return try hTree(arity: sizes[0], levels: sizes[1], latency: latency)
        case "fat-tree":
            try need(2)
            return try fatTree(arity: sizes[0], levels: sizes[1], latency: latency)
        default:
            throw .packet("\"\(kind)\" is not a kind of network; there are \(kinds.map(\.name).joined(separator: ", "))")
        }
    }

    /// A channel that all terminals share. A packet passes the arbiter, the channel and the distributor.
    public static func bus(terminals: Int, latency: Int = 1) throws(NetworkError) -> NetworkTopology {
        try require(terminals, "terminals", in: 1...countLimit)
        return NetworkTopology(
            kind: .bus, routers: 2, channels: [Channel(from: 0, to: 1, latency: latency)],
            injectionRouters: Array(repeating: 0, count: terminals), ejectionRouters: Array(repeating: 1, count: terminals))
    }

    /// One router between all terminals.
    public static func crossbar(terminals: Int) throws(NetworkError) -> NetworkTopology {
        try require(terminals, "terminals", in: 1...countLimit)
        return NetworkTopology(
            kind: .crossbar, routers: 1, channels: [], injectionRouters: Array(repeating: 0, count: terminals))
    }

    /// A grid of any number of dimensions.
    public static func mesh(_ dimensions: [Int], terminalsPerRouter: Int = 1, latency: Int = 1) throws(NetworkError)
        -> NetworkTopology
    {
        try grid(dimensions, wraps: false, terminalsPerRouter: terminalsPerRouter, latency: latency)
    }

    /// A grid whose rows close to rings. A row of two routers needs no second pair of channels and gets none.
    public static func torus(_ dimensions: [Int], terminalsPerRouter: Int = 1, latency: Int = 1) throws(NetworkError)
        -> NetworkTopology
    {
        try grid(dimensions, wraps: true, terminalsPerRouter: terminalsPerRouter, latency: latency)
    }

    /// Routers in a circle, with channels both ways.
    public static func ring(_ routers: Int, terminalsPerRouter: Int = 1, latency: Int = 1) throws(NetworkError) -> NetworkTopology {
        try grid([routers], wraps: true, terminalsPerRouter: terminalsPerRouter, latency: latency)
    }

    /// A tree with `arity` to the power of `levels` terminals.
    ///
    /// - Parameter wiresDouble: channels grow to twice the length from one level to the next towards the root, as the wires of an
    ///   H-tree of arity 4 do.
    public static func hTree(arity: Int, levels: Int, latency: Int = 1, wiresDouble: Bool = false) throws(NetworkError)
        -> NetworkTopology
    {
        try require(arity, "arity", in: 2...64)
        try require(levels, "levels", in: 1...16)
        let terminals = try power(arity, levels)
        var channels: [Channel] = []
        var routers = 0
        // Level by level from the root; a level begins behind all routers of the levels above it.
        var width = 1
        for level in 0..<levels {
            if level > 0 {
                let distance = levels - 1 - level
                let length = wiresDouble ? latency << distance : latency
                for index in 0..<width {
                    let parent = routers - width / arity + index / arity
                    channels.append(Channel(from: parent, to: routers + index, latency: length))
                    channels.append(Channel(from: routers + index, to: parent, latency: length))
                }
            }
            routers += width
            width *= arity
        }
        let firstLeaf = routers - width / arity
        return NetworkTopology(
            kind: .hTree(arity: arity, levels: levels), routers: routers, channels: channels,
            injectionRouters: (0..<terminals).map { firstLeaf + $0 / arity })
    }

    /// A k-ary n-tree: `arity` to the power of `levels` terminals, `levels` rows of switches, full bisection bandwidth.
    public static func fatTree(arity: Int, levels: Int, latency: Int = 1) throws(NetworkError) -> NetworkTopology {
        try require(arity, "arity", in: 2...32)
        try require(levels, "levels", in: 1...16)
        let terminals = try power(arity, levels)
        let row = terminals / arity
        try require(row * levels, "switches", in: 1...countLimit)
        var channels: [Channel] = []
        var stride = 1
        for level in 0..<(levels - 1) {
            for switchIndex in 0..<row {
                let digit = switchIndex / stride % arity
                for up in 0..<arity {
                    let above = switchIndex + (up - digit) * stride
                    channels.append(Channel(from: level * row + switchIndex, to: (level + 1) * row + above, latency: latency))
                    channels.append(Channel(from: (level + 1) * row + above, to: level * row + switchIndex, latency: latency))
                }
            }
            stride *= arity
        }
        return NetworkTopology(
            kind: .fatTree(arity: arity, levels: levels), routers: row * levels, channels: channels,
            injectionRouters: (0..<terminals).map { $0 / arity })
    }

    private static func grid(_ dimensions: [Int], wraps: Bool, terminalsPerRouter: Int, latency: Int) throws(NetworkError)
        -> NetworkTopology
    {
        try require(dimensions.count, "number of dimensions", in: 1...8)
        try require(terminalsPerRouter, "terminals per router", in: 1...64)
        var routers = 1
        for size in dimensions {
            try require(size, "size of a dimension", in: 1...countLimit)
            routers *= size
            try require(routers * terminalsPerRouter, "number of terminals", in: 1...countLimit)
        }
        var channels: [Channel] = []
        for router in 0..<routers {
            var stride = 1
            for size in dimensions {
                let position = router / stride % size
                if position + 1 < size {
                    channels.append(Channel(from: router, to: router + stride, latency: latency))
                } else if wraps && size > 2 {
                    channels.append(Channel(from: router, to: router - (size - 1) * stride, latency: latency))
                }
                if position > 0 {
                    channels.append(Channel(from: router, to: router - stride, latency: latency))
                } else if wraps && size > 2 {
                    channels.append(Channel(from: router, to: router + (size - 1) * stride, latency: latency))
                }
                stride *= size
            }
        }
        return NetworkTopology(
            kind: wraps ? .torus(dimensions: dimensions) : .mesh(dimensions: dimensions), routers: routers, channels: channels,
            injectionRouters: (0..<routers * terminalsPerRouter).map { $0 / terminalsPerRouter })
    }

    private static func power(_ base: Int, _ exponent: Int) throws(NetworkError) -> Int {
        var value = 1
        for _ in 0..<exponent {
            value *= base
            try require(value, "number of terminals", in: 1...countLimit)
        }
        return value
    }

    static func require(_ value: Int, _ parameter: String, in range: ClosedRange<Int>) throws(NetworkError) {
        guard range.contains(value) else {
            throw .invalid(parameter: parameter, value: value, rule: "it must lie in \(range.lowerBound)…\(range.upperBound)")
        }
    }
}
