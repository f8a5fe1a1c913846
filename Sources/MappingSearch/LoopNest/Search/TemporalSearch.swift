/// The cheapest temporal loops for a skeleton, proved: a shortest path over what the loops have covered so far.
///
/// What a loop moves depends on the loops within it only through the extents that they cover together and on which tiles have
/// moved since they were filled, and not on the order of the loops below. So the loops are placed from the innermost outwards, one
/// prime factor at a time, and of all partial nests that cover the same extents only those remain that no other one beats, whatever
/// follows. The number of these is small where the number of mappings is astronomical.
///
/// Two things are taken at their best, so that the result is a lower bound that need not be reached: what a tile that is still
/// sliding could save when the level that feeds it is complete, and blocks of which a sliding tile needs a part. How much that can be is
/// counted for each partial nest; `visitAll` leaves out only what another one beats in spite of it.
struct TemporalSearch {
    struct Outcome {
        /// Picojoules, at least; infinite when nothing is below the budget.
        var bound: Double
        /// Loops, innermost first: level, dimension, rounds.
        var loops: [Loop]
    }

    struct Loop {
        var level: Int
        var dimension: Int
        var rounds: Int
    }

    /// Of the partial nests that cover the same extents, those that go on.
    enum Dominance {
        /// Only the cheapest: quick, and the bound is none.
        case greedy
        /// Those that no other one beats if both are as cheap as they can be.
        case best
        /// Those that no other one beats even if it is as dear as it can be.
        case certain
    }

    let problem: LoopNestProblem
    let hierarchy: MemoryHierarchy
    let skeleton: MapspaceSkeleton
    let cost: SkeletonCost
    let space: TemporalSpace
    let open: OpenBoundaries
    private let phases: [TemporalPhase]
    /// By level: what all boundaries that open there or further out cost at least.
    let futureFloor: [Double]
    /// By tensor times dimensions plus dimension: 0 irrelevant, 1 moves the tile for good, 2 + index of the sliding.
    let relevance: [Int]
    /// By dimension: tensors, as bits, that a loop over it does not move for good.
    let survivors: [UInt8]
    /// By level: words that fit; `.max` without limit.
    let capacities: [Int]
    /// Boundaries of all tensors in a row, and where each tensor's begin.
    let boundaries: [SkeletonCost.Boundary]
    let firstBoundary: [Int]
    /// Coordinates of all tensors in a row: for each its terms, dimension and coefficient.
    let firstRank: [Int]
    let firstTerm: [Int]
    let termDimension: [Int]
    let termCoefficient: [Int]

    var labels = TemporalLabels()
    var heads: [Int32]
    /// By extents: 0 not looked at, 1 fits, 2 does not.
    var fits: [UInt8]
    var dominance = Dominance.best
    private(set) var effort = 0

    static let spaceLimit = 4_000_000

    /// - Returns: `nil` when the skeleton's extents have too many divisors, or the problem's coordinates more than two dimensions.
    init?(
        _ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints, _ skeleton: MapspaceSkeleton, _ cost: SkeletonCost, _ table: DivisorTable
    ) {
        guard let space = TemporalSpace(cost.extents, table, limit: Self.spaceLimit), let open = OpenBoundaries(problem, cost.extents) else { return nil }
        // Places in a sliding have eight bits.
        guard space.divisors.allSatisfy({ $0.count <= 256 }) else { return nil }
        self.problem = problem
        self.hierarchy = hierarchy
        self.skeleton = skeleton
        self.cost = cost
        self.space = space
        self.open = open
        phases = TemporalPhase.all(problem, hierarchy, constraints, skeleton)
        guard phases.allSatisfy({ $0.jumps.count { $0 > 1 } <= 8 }) else { return nil }
        futureFloor = hierarchy.levels.indices.map { level in
            cost.boundaries.reduce(0) { $1.reduce($0) { $1.child <= level ? $0 + $1.energy($1.floor) : $0 } }
        }
        let relevance = problem.dataSpaces.enumerated().map { index, entry in
            problem.dimensions.indices.map { dimension in
                let ranks = entry.ranks.indices.filter { entry.ranks[$0].contains { $0.dimension == dimension } }
                if ranks.isEmpty { return 0 }
                if ranks.count == 1, let sliding = open.fields[index].slidings.firstIndex(where: { $0.rank == ranks[0] }) { return 2 + sliding }
                return 1
            }
        }
        self.relevance = relevance.flatMap { $0 }
        survivors = problem.dimensions.indices.map { dimension in
            relevance.indices.reduce(0) { relevance[$1][dimension] != 1 ? $0 | 1 << UInt8($1) : $0 }
        }
        capacities = hierarchy.levels.map { $0.effectiveCapacity ?? .max }
        boundaries = cost.boundaries.flatMap { $0 }
        firstBoundary = cost.boundaries.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        let ranks = problem.dataSpaces.flatMap(\.ranks)
        firstRank = problem.dataSpaces.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.ranks.count) }
        firstTerm = ranks.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        termDimension = ranks.flatMap { $0.map(\.dimension) }
        termCoefficient = ranks.flatMap { $0.map(\.coefficient) }
        heads = [Int32](repeating: -1, count: space.count)
        fits = [UInt8](repeating: 0, count: space.count)
    }

    /// - Parameters:
    ///   - budget: picojoules; what costs as much or more is not looked for.
    ///   - limit: partial nests that may be made; when there are more, the bound is what is known without this search.
    /// - Returns: `nil` at the limit.
    mutating func run(below budget: Double, limit: Int, isGreedy: Bool = false) -> Outcome? {
        dominance = isGreedy ? .greedy : .best
        switch makeLabels(below: budget, limit: limit) {
        case nil: return nil
        case false?: return Outcome(bound: .infinity, loops: [])
        case true?: break
        }
        let complete = labels.list(heads[space.count - 1])
        guard let best = complete.min(by: { labels.costs[$0] < labels.costs[$1] }), labels.costs[best] < budget else { return Outcome(bound: .infinity, loops: []) }
        return Outcome(bound: labels.costs[best], loops: loops(best))
    }

    /// Goes through all nests that could be below a budget, the ones with the lowest bounds first.
    ///
    /// - Parameters:
    ///   - budget: picojoules; lowered to what `visit` returns.
    ///   - limit: partial nests that may be made.
    ///   - visit: takes the loops of a nest, and returns the budget for the others.
    /// - Returns: false at the limit, where some have been left out.
    mutating func visitAll(below budget: Double, limit: Int, _ visit: ([Loop]) -> Double) -> Bool {
        dominance = .certain
        guard let isAny = makeLabels(below: budget, limit: limit) else { return false }
        guard isAny else { return true }
        var budget = budget
        for label in labels.list(heads[space.count - 1]).sorted(by: { (labels.costs[$0], $0) < (labels.costs[$1], $1) }) {
            if labels.costs[label] >= budget { break }
            budget = min(budget, visit(loops(label)))
        }
        return true
    }

    /// - Returns: whether any are complete; `nil` at the limit.
    private mutating func makeLabels(below budget: Double, limit: Int) -> Bool? {
        labels.removeAll()
        for index in heads.indices { heads[index] = -1 }
        append(key: 0, cost: cost.settled, error: cost.isExact ? 0 : .infinity, parent: -1, level: 0, dimension: 0, rounds: 1, at: 0)
        defer { effort += labels.keys.count }
        for phase in phases {
            if phase.hasLoops {
                for index in fits.indices { fits[index] = 0 }
                extend(phase, below: budget, limit: limit)
            }
            guard labels.keys.count <= limit else { return nil }
            guard finish(phase, below: budget) else { return false }
        }
        return labels.keys.count <= limit ? true : nil
    }

    private func loops(_ label: Int) -> [Loop] {
        var loops: [Loop] = []
        var current = label
        while labels.parents[current] >= 0 {
            if labels.rounds[current] > 1 { loops.append(Loop(level: Int(labels.levels[current]), dimension: Int(labels.dimensions[current]), rounds: labels.rounds[current])) }
            current = Int(labels.parents[current])
        }
        return loops.reversed()
    }
}
