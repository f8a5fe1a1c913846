/// The best mapping whose factors need not divide the extents that was found, and how good any can be at most.
public struct ImperfectOutcome: Sendable {
    /// The problem with the extents that the factors multiply to: the last rounds compute on zeros, and cost what the others do.
    public var problem: LoopNestProblem
    /// For `problem`; its own bound and proof are those of the factors that divide these extents.
    public var outcome: MapspaceOutcome
    /// No mapping at all of the problem as it was given is below.
    public var bound: Double
    /// Extents for which mappings were searched.
    public var searches: Int

    public var isProved: Bool { outcome.value <= bound * (1 + 1e-9) }
    public var gap: Double { bound > 0 ? max(0, outcome.value / bound - 1) : .infinity }
}

/// Looks for mappings whose factors multiply to more than the extents.
///
/// Such a mapping is one of the problem with longer extents, whose factors divide. Which extents can be worth it is a matter of fan-outs: those
/// that a number of units side by side divides. From the extents as they are, one dimension after the other is lengthened while that makes
/// things better. This goes not through everything; `ImperfectBound` says what there could be at most.
public struct ImperfectSearch {
    public let problem: LoopNestProblem
    public let hierarchy: MemoryHierarchy
    public let constraints: MapspaceConstraints
    /// Extents that are tried.
    public var searchLimit = 48
    /// Partial loop nests that may be made in all.
    public var labelLimit = 3_000_000

    /// Extents become longer by at most this share of themselves.
    private static let mostWaste = 1.0 / 3

    public init(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy, constraints: MapspaceConstraints? = nil) {
        self.problem = problem
        self.hierarchy = hierarchy
        self.constraints = constraints ?? MapspaceConstraints(problem, on: hierarchy)
    }

    /// - Parameter perfect: the best mapping whose factors divide, where it is known already.
    /// - Throws: what `MapspaceSearch` throws for the extents as they are, when no longer ones have a mapping either.
    public func run(_ objective: MapspaceObjective, from perfect: MapspaceOutcome? = nil) throws(MapspaceError) -> ImperfectOutcome {
        var labels = 0, searches = 0
        func search(_ problem: LoopNestProblem) throws(MapspaceError) -> MapspaceOutcome {
            var search = MapspaceSearch(problem, on: hierarchy, constraints: constraints)
            search.labelLimit = max(1, labelLimit - labels)
            search.skeletonLabelLimit = min(search.skeletonLabelLimit, search.labelLimit)
            search.closingLabelLimit = 0
            searches += 1
            let outcome = try search.run(objective)
            labels += outcome.labels
            return outcome
        }
        var best: (problem: LoopNestProblem, outcome: MapspaceOutcome)?
        var failure: MapspaceError?
        if let perfect {
            best = (problem, perfect)
        } else {
            do throws(MapspaceError) { best = (problem, try search(problem)) } catch { failure = error }
        }
        let bound = ImperfectBound(problem, hierarchy, constraints)
        let least = bound.value(objective)
        var isBetter = true
        var tried: Set<[Int]> = [problem.dimensions.map(\.extent)]
        while isBetter {
            isBetter = false
            for dimension in problem.dimensions.indices {
                for extent in longerExtents(dimension) {
                    guard searches < searchLimit, labels < labelLimit, (best?.outcome.value ?? .infinity) > least * (1 + 1e-9) else { break }
                    var dimensions = (best?.problem ?? problem).dimensions
                    dimensions[dimension].extent = extent
                    guard tried.insert(dimensions.map(\.extent)).inserted,
                        let longer = try? LoopNestProblem(name: problem.name, dimensions: dimensions, dataSpaces: problem.dataSpaces), let outcome = try? search(longer)
                    else { continue }
                    if let old = best?.outcome.value, outcome.value >= old * (1 - 1e-12) { continue }
                    best = (longer, outcome)
                    isBetter = true
                }
            }
        }
        guard let best else { throw failure ?? .empty("no mapping was found") }
        return ImperfectOutcome(problem: best.problem, outcome: best.outcome, bound: min(least, best.outcome.value), searches: searches)
    }

    /// Extents that a number of units which does not divide the extent itself divides, shortest first.
    private func longerExtents(_ dimension: Int) -> [Int] {
        let extent = problem.dimensions[dimension].extent
        guard extent > 1 else { return [] }
        var found: Set<Int> = []
        for (level, wishes) in constraints.levels.enumerated() {
            let fanOut = hierarchy.fanOut(level)
            for side in Set([fanOut.x, fanOut.y, fanOut.x * fanOut.y]) {
                // A side, and its divisors and parts down to a half, which leave room for another dimension.
                for units in stride(from: min(side, wishes.spatial[dimension].upperBound, 4096), to: 1, by: -1) where side % units == 0 || units > side / 2 {
                    let longer = (extent + units - 1) / units * units
                    if longer > extent, Double(longer - extent) <= Double(extent) * Self.mostWaste { found.insert(longer) }
                }
            }
        }
        return Array(found.sorted().prefix(12))
    }
}
