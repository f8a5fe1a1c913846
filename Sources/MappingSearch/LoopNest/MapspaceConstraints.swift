/// What a mapping has to be like, beyond fitting: the user's wishes and what the machine's wires allow.
public struct MapspaceConstraints: Sendable, Hashable {
    public struct Level: Sendable, Hashable {
        /// Rounds that the level's temporal loop over a dimension may have.
        public var temporal: [ClosedRange<Int>]
        /// Parts of a dimension that may be side by side.
        public var spatial: [ClosedRange<Int>]
        /// Dimensions whose temporal loops are innermost, in this order; the others lie around them as they like.
        public var innermost: [Int] = []
        /// Whether a dimension's parts lie along Y; `nil` as it fits.
        public var isAlongY: [Bool?]
        /// Whether a tensor is kept; `nil` as it suits.
        public var keeps: [Bool?]
        /// At least so many of the instances within are in use.
        public var minimumParallelism = 1

        public init(dimensions: Int, dataSpaces: Int) {
            temporal = [ClosedRange<Int>](repeating: 1...Int.max, count: dimensions)
            spatial = [ClosedRange<Int>](repeating: 1...Int.max, count: dimensions)
            isAlongY = [Bool?](repeating: nil, count: dimensions)
            keeps = [Bool?](repeating: nil, count: dataSpaces)
        }
    }

    /// Outermost first, one for each level of the hierarchy.
    public var levels: [Level]

    public init(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy) {
        levels = hierarchy.levels.map { _ in Level(dimensions: problem.dimensions.count, dataSpaces: problem.dataSpaces.count) }
    }

    /// Says in which respects a mapping does not obey, in words; empty when it does. By plain comparison, and without the search's help.
    public func violations(by mapping: LoopNestMapping, _ problem: LoopNestProblem, on hierarchy: MemoryHierarchy) -> [String] {
        var found: [String] = []
        for (index, (level, part)) in zip(levels, mapping.levels).enumerated() {
            let name = hierarchy.levels[index].name
            for (dimension, entry) in problem.dimensions.enumerated() {
                if !level.temporal[dimension].contains(part.temporal[dimension]) {
                    found.append("\(name): the temporal factor \(entry.name)=\(part.temporal[dimension]) is not \(Self.text(level.temporal[dimension]))")
                }
                if !level.spatial[dimension].contains(part.spatial[dimension]) {
                    found.append("\(name): the spatial factor \(entry.name)=\(part.spatial[dimension]) is not \(Self.text(level.spatial[dimension]))")
                }
                if let isAlongY = level.isAlongY[dimension], part.spatial[dimension] > 1, part.isAlongY[dimension] != isAlongY {
                    found.append("\(name): \(entry.name) lies along \(isAlongY ? "X" : "Y") and has to lie along \(isAlongY ? "Y" : "X")")
                }
            }
            // Loops of one round are nowhere.
            let wanted = level.innermost.filter { part.temporal[$0] > 1 }
            let actual = part.order.filter { part.temporal[$0] > 1 }
            if !actual.starts(with: wanted) {
                found.append("\(name): the innermost loops are \(Self.names(actual, problem)), and have to be \(Self.names(wanted, problem))")
            }
            for (space, entry) in problem.dataSpaces.enumerated() {
                if let keeps = level.keeps[space], part.keeps[space] != keeps {
                    found.append("\(name): \(entry.name) is \(keeps ? "bypassed and has to be kept" : "kept and has to bypass it")")
                }
            }
            let parallelism = part.spatial.reduce(1, *)
            if parallelism < level.minimumParallelism {
                found.append("\(name): \(parallelism) instances are in use, and there have to be \(level.minimumParallelism)")
            }
        }
        return found
    }

    static func text(_ range: ClosedRange<Int>) -> String {
        if range.lowerBound == range.upperBound { return "\(range.lowerBound)" }
        if range.upperBound == .max { return "at least \(range.lowerBound)" }
        return range.lowerBound == 1 ? "at most \(range.upperBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func names(_ dimensions: [Int], _ problem: LoopNestProblem) -> String {
        dimensions.isEmpty ? "none" : dimensions.map { problem.dimensions[$0].name }.joined(separator: ", ")
    }
}
