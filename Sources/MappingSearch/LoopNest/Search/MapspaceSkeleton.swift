/// The part of a mapping that is settled before its temporal loops are: who keeps what, what is side by side, and the factors that
/// the user has fixed. Given a skeleton, the cycles without limits of bandwidth are known.
struct MapspaceSkeleton {
    /// By level and dimension.
    var spatial: [[Int]]
    var isAlongY: [[Bool]]
    /// By level and tensor.
    var keeps: [[Bool]]
    /// By level and dimension: the rounds that the temporal loop has; 0 for as many as it likes.
    var fixed: [[Int]]
}

/// Writes down all skeletons of a mapspace.
struct SkeletonEnumeration {
    private let problem: LoopNestProblem
    private let hierarchy: MemoryHierarchy
    private let constraints: MapspaceConstraints
    private let choices: SkeletonChoices
    let table: DivisorTable
    private(set) var skeletons: [MapspaceSkeleton] = []
    /// There were more than `limit`.
    private(set) var isComplete = true

    static let limit = 400_000
    private let limit: Int
    /// Choices that may be made; `isComplete` is false when there were more.
    private var effort = 0
    private static let effortLimit = 20_000_000

    init(_ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints, limit: Int = SkeletonEnumeration.limit) {
        self.limit = limit
        self.problem = problem
        table = DivisorTable(problem)
        self.hierarchy = hierarchy
        self.constraints = constraints
        choices = SkeletonChoices(problem: problem, hierarchy: hierarchy, constraints: constraints)
        let levels = hierarchy.levels.count, dimensions = problem.dimensions.count
        let none = [[Int]](repeating: [Int](repeating: 1, count: dimensions), count: levels)
        var skeleton = MapspaceSkeleton(
            spatial: none, isAlongY: [[Bool]](repeating: [Bool](repeating: false, count: dimensions), count: levels), keeps: [],
            fixed: none)
        guard problem.dimensions.indices.allSatisfy(hasFactors) else { return }
        for keeps in choices.keepOptions() {
            skeleton.keeps = keeps
            var rest = problem.dimensions.map(\.extent)
            spread(0, 0, &skeleton, &rest)
        }
    }

    /// Whether a dimension has factors that every level accepts, the others aside.
    private func hasFactors(_ dimension: Int) -> Bool {
        var rests: Set<Int> = [problem.dimensions[dimension].extent]
        for (level, wishes) in constraints.levels.enumerated() {
            let fanOut = hierarchy.fanOut(level)
            for range in [wishes.spatial[dimension].clamped(to: 1...max(1, fanOut.x * fanOut.y, wishes.spatial[dimension].lowerBound)), wishes.temporal[dimension]] {
                var next: Set<Int> = []
                for rest in rests { for factor in table.divisors(dimension, of: rest, upTo: range.upperBound) where range.contains(factor) { next.insert(rest / factor) } }
                rests = next
            }
        }
        return rests.contains(1)
    }

    /// Chooses the factors of one level and dimension, and then of the next.
    private mutating func spread(_ level: Int, _ dimension: Int, _ skeleton: inout MapspaceSkeleton, _ rest: inout [Int]) {
        effort += 1
        guard skeletons.count < limit, effort < (limit == 1 ? Self.effortLimit / 200 : Self.effortLimit) else {
            isComplete = false
            return
        }
        guard level < hierarchy.levels.count else {
            var isPossible = true
            // A dimension that every level has fixed has to come out even.
            for index in rest.indices where rest[index] > 1 && !skeleton.fixed.contains(where: { $0[index] == 0 }) { isPossible = false }
            if isPossible { skeletons.append(skeleton) }
            return
        }
        guard dimension < rest.count else {
            if let along = choices.axes(of: skeleton.spatial[level], level) {
                let parallelism = skeleton.spatial[level].reduce(1, *)
                guard parallelism >= constraints.levels[level].minimumParallelism else { return }
                skeleton.isAlongY[level] = along
                spread(level + 1, 0, &skeleton, &rest)
            }
            return
        }
        let wishes = constraints.levels[level]
        let fanOut = hierarchy.fanOut(level)
        let used = skeleton.spatial[level][..<dimension].reduce(1, *)
        let before = rest[dimension]
        effort += table.count(dimension) / 16
        for factor in table.divisors(dimension, of: before, upTo: fanOut.x * fanOut.y / used) where wishes.spatial[dimension].contains(factor) {
            skeleton.spatial[level][dimension] = factor
            let range = wishes.temporal[dimension]
            if range == 1...1 {
                skeleton.fixed[level][dimension] = 1
                rest[dimension] = before / factor
                spread(level, dimension + 1, &skeleton, &rest)
            } else if range == 1...Int.max {
                skeleton.fixed[level][dimension] = 0
                rest[dimension] = before / factor
                spread(level, dimension + 1, &skeleton, &rest)
            } else {
                effort += table.count(dimension) / 16
                for rounds in table.divisors(dimension, of: before / factor, upTo: range.upperBound) where range.contains(rounds) {
                    skeleton.fixed[level][dimension] = rounds
                    rest[dimension] = before / factor / rounds
                    spread(level, dimension + 1, &skeleton, &rest)
                }
            }
        }
        rest[dimension] = before
        skeleton.spatial[level][dimension] = 1
        skeleton.fixed[level][dimension] = 1
    }
}
