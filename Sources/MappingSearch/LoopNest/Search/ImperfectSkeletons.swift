/// Skeletons whose factors need not divide the extents: every number of parts side by side, with as many rounds as then are needed.
///
/// Left out is what does the same with a part less: another skeleton then has the same rounds, and costs no more.
struct ImperfectSkeletons {
    struct Entry {
        var skeleton: MapspaceSkeleton
        /// Parts side by side and rounds that are fixed, of all levels, by dimension.
        var covered: [Int]
        /// Rounds of the other temporal loops, at least.
        var rounds: [Int]
        /// Levels whose loops over a dimension are free.
        var loops: [Int]
    }

    private(set) var entries: [Entry] = []
    /// There were no more than `limit`.
    private(set) var isComplete = true

    static let limit = 40_000
    private static let effortLimit = 4_000_000
    private let problem: LoopNestProblem
    private let hierarchy: MemoryHierarchy
    private let constraints: MapspaceConstraints
    private let choices: SkeletonChoices
    private var effort = 0

    init(_ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints) {
        self.problem = problem
        self.hierarchy = hierarchy
        self.constraints = constraints
        choices = SkeletonChoices(problem: problem, hierarchy: hierarchy, constraints: constraints)
        let levels = hierarchy.levels.count, dimensions = problem.dimensions.count
        let none = [[Int]](repeating: [Int](repeating: 1, count: dimensions), count: levels)
        var skeleton = MapspaceSkeleton(
            spatial: none, isAlongY: [[Bool]](repeating: [Bool](repeating: false, count: dimensions), count: levels), keeps: [], fixed: none)
        var covered = [Int](repeating: 1, count: dimensions)
        spread(0, 0, &skeleton, &covered)
        let options = choices.keepOptions()
        guard entries.count * options.count <= Self.limit else {
            isComplete = false
            return
        }
        entries = options.flatMap { keeps in
            entries.map { entry in
                var entry = entry
                entry.skeleton.keeps = keeps
                return entry
            }
        }
    }

    /// So many rounds of `parts` cover an extent.
    static func rounds(_ extent: Int, _ parts: Int) -> Int { (extent + parts - 1) / parts }

    /// Chooses the factors of one level and dimension, and then of the next.
    private mutating func spread(_ level: Int, _ dimension: Int, _ skeleton: inout MapspaceSkeleton, _ covered: inout [Int]) {
        effort += 1
        guard entries.count < Self.limit, effort < Self.effortLimit else {
            isComplete = false
            return
        }
        guard level < hierarchy.levels.count else {
            append(skeleton, covered)
            return
        }
        guard dimension < covered.count else {
            guard let along = choices.axes(of: skeleton.spatial[level], level), skeleton.spatial[level].reduce(1, *) >= constraints.levels[level].minimumParallelism
            else { return }
            skeleton.isAlongY[level] = along
            spread(level + 1, 0, &skeleton, &covered)
            return
        }
        let wishes = constraints.levels[level]
        let fanOut = hierarchy.fanOut(level)
        let used = skeleton.spatial[level][..<dimension].reduce(1, *)
        let before = covered[dimension]
        let least = wishes.spatial[dimension].lowerBound
        let most = min(wishes.spatial[dimension].upperBound, fanOut.x * fanOut.y / used, max(least, Self.rounds(problem.dimensions[dimension].extent, before)))
        guard least <= most else { return }
        for factor in least...most {
            skeleton.spatial[level][dimension] = factor
            covered[dimension] = before * factor
            let range = wishes.temporal[dimension]
            if range == 1...1 || range == 1...Int.max {
                skeleton.fixed[level][dimension] = range.upperBound == 1 ? 1 : 0
                spread(level, dimension + 1, &skeleton, &covered)
                continue
            }
            let wanted = max(range.lowerBound, Self.rounds(problem.dimensions[dimension].extent, before * factor))
            for rounds in range.lowerBound...max(range.lowerBound, min(range.upperBound, wanted)) {
                skeleton.fixed[level][dimension] = rounds
                covered[dimension] = before * factor * rounds
                spread(level, dimension + 1, &skeleton, &covered)
                if !isComplete { break }
            }
        }
        covered[dimension] = before
        skeleton.spatial[level][dimension] = 1
        skeleton.fixed[level][dimension] = 1
    }

    private mutating func append(_ skeleton: MapspaceSkeleton, _ covered: [Int]) {
        var rounds = covered
        var loops = covered
        for dimension in covered.indices {
            let extent = problem.dimensions[dimension].extent
            rounds[dimension] = Self.rounds(extent, covered[dimension])
            loops[dimension] = skeleton.fixed.count { $0[dimension] == 0 }
            if rounds[dimension] > 1, loops[dimension] == 0 { return }
            for (level, wishes) in constraints.levels.enumerated() where wishes.minimumParallelism <= 1 {
                let factor = skeleton.spatial[level][dimension]
                guard factor > wishes.spatial[dimension].lowerBound else { continue }
                if covered[dimension] / factor * (factor - 1) * rounds[dimension] >= extent { return }
            }
        }
        entries.append(Entry(skeleton: skeleton, covered: covered, rounds: rounds, loops: loops))
    }
}
