/// Looks for mappings whose factors multiply to more than the extents where there are too many skeletons to go through all.
///
/// From the extents as they are, one dimension after the other is made as long as a number of units side by side divides, while that makes things
/// better. This goes not through everything; `ImperfectBound` says what there could be at most.
struct ImperfectLengthening {
    let problem: LoopNestProblem
    let hierarchy: MemoryHierarchy
    let constraints: MapspaceConstraints
    /// Partial loop nests that may be made in all.
    var labelLimit: Int
    /// Extents that are tried.
    var searchLimit = 48

    /// Extents become longer by at most this share of themselves.
    private static let mostWaste = 1.0 / 3

    /// - Parameters:
    ///   - perfect: the best mapping whose factors divide; `nil` where there is none, for the reason `failure`.
    ///   - least: no mapping is below.
    func run(
        _ objective: MappingObjective, from perfect: MapspaceOutcome?, _ failure: MapspaceError?, least: Double
    ) throws(MapspaceError) -> ImperfectOutcome {
        var labels = 0, searches = 0
        var best: (problem: LoopNestProblem, outcome: MapspaceOutcome)?
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
        if let perfect { best = (problem, perfect) }
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
