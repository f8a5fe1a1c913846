extension CollectiveOperation {
    /// Names that users write.
    public static let names = ["all-reduce", "all-gather", "reduce-scatter", "all-to-all", "broadcast"]

    /// An operation by its name.
    ///
    /// - Throws: `CollectiveError` for a name that does not exist.
    public init(named name: String, algorithm: CollectiveAlgorithm) throws(CollectiveError) {
        switch name {
        case "all-reduce": self = .allReduce(algorithm)
        case "all-gather": self = .allGather(algorithm)
        case "reduce-scatter": self = .reduceScatter(algorithm)
        case "all-to-all": self = .allToAll
        case "broadcast": self = .broadcast(root: 0)
        default: throw .init("\"\(name)\" is not a collective operation; there are \(Self.names.joined(separator: ", "))")
        }
    }

    public var name: String {
        switch self {
        case .allReduce: "all-reduce"
        case .allGather: "all-gather"
        case .reduceScatter: "reduce-scatter"
        case .allToAll: "all-to-all"
        case .broadcast: "broadcast"
        }
    }

    /// What the algorithm is called in reports.
    public var algorithmName: String {
        switch self {
        case .allReduce(let algorithm), .allGather(let algorithm), .reduceScatter(let algorithm): algorithm.rawValue
        case .allToAll: "direct"
        case .broadcast: CollectiveAlgorithm.tree.rawValue
        }
    }

    /// Bus bandwidth over algorithm bandwidth: the bytes that every rank has to send at least, over the size of the operation, which
    /// makes figures for different numbers of ranks comparable with a link's bandwidth.
    ///
    /// Source: NVIDIA nccl-tests, doc/PERFORMANCE.md at commit 03a204a.
    public func busFactor(ranks: Int) -> Double {
        let share = Double(ranks - 1) / Double(ranks)
        return switch self {
        case .allReduce: 2 * share
        case .allGather, .reduceScatter, .allToAll: share
        case .broadcast: 1
        }
    }

    /// Femtoseconds without contention, in closed form: the α-β model (Thakur, Rabenseifner and Gropp, IJHPCA 2005; from memory of
    /// the literature), with S bytes in each buffer, n ranks, α for the links' latency, and d(b) for the time that b bytes occupy a
    /// link, packets and line code included.
    ///
    /// | operation | algorithm | time |
    /// | --- | --- | --- |
    /// | all-reduce | ring | 2 (n − 1) (α + d(S / n)) |
    /// | | halving-doubling | 2 Σ (α + d(S / 2ⁱ)), i from 1 to log₂ n |
    /// | | tree | 2 ⌈log₂ n⌉ (α + d(S)) |
    /// | all-gather, reduce-scatter | both | half of the all-reduce |
    /// | all-to-all | direct | α + ⌈(n − 1) / k⌉ d(S / n) over k links of a chip |
    /// | broadcast | tree | ⌈log₂ n⌉ (α + d(S)) |
    ///
    /// Steps that reduce take the time to combine what has come in on top. A part of a buffer that does not divide evenly counts with
    /// the largest part.
    ///
    /// - Parameters:
    ///   - hops: links between two partners that are next to each other: 2 behind a switch.
    ///   - linksPerChip: over which a chip sends at once.
    public func time(
        ranks: Int, bytes: Int, link: ChipLink, hops: Int = 1, linksPerChip: Int = 1, reduceBytesPerSecond: Double? = nil
    ) -> Int {
        guard ranks > 1 else { return 0 }
        var depth = 0
        while 1 << depth < ranks { depth += 1 }
        let alpha = hops * link.latency
        func step(_ part: Int) -> Int { alpha + link.duration(part) }
        func reducing(_ part: Int) -> Int {
            step(part) + (reduceBytesPerSecond.map { Int((Double(part) * 1e15 / $0).rounded(.up)) } ?? 0)
        }
        func sum(_ algorithm: CollectiveAlgorithm, _ step: (Int) -> Int) -> Int {
            switch algorithm {
            case .ring: (ranks - 1) * step((bytes + ranks - 1) / ranks)
            case .halvingDoubling: (1...depth).reduce(0) { $0 + step((bytes + (1 << $1) - 1) >> $1) }
            case .tree: depth * step(bytes)
            }
        }
        switch self {
        case .allReduce(let algorithm): return sum(algorithm, reducing) + sum(algorithm, step)
        case .reduceScatter(let algorithm): return sum(algorithm, reducing)
        case .allGather(let algorithm): return sum(algorithm, step)
        case .allToAll:
            let messages = (ranks - 2 + linksPerChip) / linksPerChip
            return alpha + messages * link.duration((bytes + ranks - 1) / ranks)
        case .broadcast: return sum(.tree, step)
        }
    }

    /// Messages of the schedule, to be known before it is made.
    func messages(ranks: Int, flows: Int) -> Int {
        func count(_ algorithm: CollectiveAlgorithm) -> Int {
            switch algorithm {
            case .ring: ranks * (ranks - 1)
            case .halvingDoubling: ranks * (Int.bitWidth - ranks.leadingZeroBitCount)
            case .tree: ranks
            }
        }
        let once =
            switch self {
            case .allReduce(let algorithm): 2 * count(algorithm)
            case .allGather(let algorithm), .reduceScatter(let algorithm): count(algorithm)
            case .allToAll: ranks * ranks
            case .broadcast: ranks
            }
        return once * flows
    }
}
