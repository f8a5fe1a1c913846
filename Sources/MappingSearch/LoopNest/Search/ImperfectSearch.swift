/// The best mapping whose factors need not divide the extents that was found, and how good any can be at most.
public struct ImperfectOutcome: Sendable {
    /// The problem with the extents that the factors multiply to: the last rounds compute on zeros, and cost what the others do.
    public var problem: LoopNestProblem
    /// For `problem`; its own bound and proof are those of the factors that divide these extents.
    public var outcome: MapspaceOutcome
    /// No mapping at all of the problem as it was given is below.
    public var bound: Double
    /// Skeletons, each with some numbers of rounds, whose temporal loops were searched.
    public var searches: Int

    public var isProved: Bool { outcome.value <= bound * (1 + 1e-9) }
    public var gap: Double { bound > 0 ? max(0, outcome.value / bound - 1) : .infinity }
}

/// Finds the best mapping of all whose factors multiply to the extents or to more, on hierarchies of any depth, and proves that it is.
///
/// Such a mapping is one of the problem with longer extents, whose factors divide. Taken apart: numbers of parts side by side
/// (`ImperfectSkeletons`), and for each dimension the rounds that its temporal loops make, at least as many as are needed. With both given, the
/// extents are, and `TemporalSearch` finds the best loops. More rounds cost more as long as the loops may be cut freely, so that each skeleton with its
/// rounds has a floor that those with more rounds cannot be below either: by ascending floors all are looked at until none is below the best
/// mapping (`ImperfectQueue`). Rounds that no cut makes worth it are left out (`RoundCounts`). At the limit of work the next floor is the bound.
public struct ImperfectSearch {
    public let problem: LoopNestProblem
    public let hierarchy: MemoryHierarchy
    public let constraints: MapspaceConstraints
    /// Partial loop nests that may be made in all, and as many again to close what bounds have left open.
    public var labelLimit = 3_000_000

    /// What a search of temporal loops costs besides its partial nests, in these.
    private static let searchEffort = 60

    public init(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy, constraints: MapspaceConstraints? = nil) {
        self.problem = problem
        self.hierarchy = hierarchy
        self.constraints = constraints ?? MapspaceConstraints(problem, on: hierarchy)
    }

    /// - Parameter perfect: the best mapping whose factors divide, where it is known already.
    /// - Throws: what `MapspaceSearch` throws, when there is no mapping with other factors either.
    public func run(_ objective: MappingObjective, from perfect: MapspaceOutcome? = nil) throws(MapspaceError) -> ImperfectOutcome {
        if objective == .traffic { return try leastTraffic() }
        var failure: MapspaceError?
        var known = perfect
        if known == nil {
            var search = MapspaceSearch(problem, on: hierarchy, constraints: constraints)
            search.labelLimit = labelLimit
            do throws(MapspaceError) { known = try search.run(objective) } catch { failure = error }
        }
        let least = ImperfectBound(problem, hierarchy, constraints).value(objective)
        let skeletons = constraints.levels.count == hierarchy.levels.count ? ImperfectSkeletons(problem, hierarchy, constraints) : nil
        guard let skeletons, skeletons.isComplete, isMonotonic else {
            let lengthening = ImperfectLengthening(problem: problem, hierarchy: hierarchy, constraints: constraints, labelLimit: labelLimit)
            return try lengthening.run(objective, from: known, failure, least: least)
        }
        var run = ImperfectRun(problem, hierarchy, constraints, skeletons.entries, objective)
        if let known { run.best = (problem, known.mapping, known.report, MapspaceSearch.value(objective, known.report.energy, Double(known.report.cycles))) }
        run.search(labelLimit: labelLimit, atLeast: least, searchEffort: Self.searchEffort)
        run.close(labelLimit: labelLimit)
        guard let best = run.best else { throw failure ?? .empty("no mapping was found") }
        let bound = min(best.value.first, max(least, run.openBound.first))
        return ImperfectOutcome(
            problem: best.problem,
            outcome: MapspaceOutcome(
                mapping: best.mapping, report: best.report, objective: objective, value: best.value.first, bound: bound,
                skeletons: skeletons.entries.count, searchedSkeletons: run.searches, labels: run.labels, isInterrupted: false),
            bound: bound, searches: run.searches)
    }

    private func leastTraffic() throws(MapspaceError) -> ImperfectOutcome {
        let frugal = try run(.energy)
        guard let machine = TrafficHierarchy.counting(hierarchy, leastEnergy: frugal.outcome.value) else { throw .empty("the outermost level's words cannot be counted") }
        var search = ImperfectSearch(problem, on: machine, constraints: constraints)
        search.labelLimit = labelLimit
        var outcome = try search.run(.energy)
        outcome.outcome.count(outcome.problem, on: hierarchy)
        outcome.bound = min(outcome.outcome.value, outcome.bound.rounded(.down))
        return outcome
    }

    /// Whether more rounds never cost less: not said where a result's element is at several places of the nest, so that first touches, which
    /// find nothing to be read, could grow faster than accesses.
    private var isMonotonic: Bool {
        problem.dataSpaces.allSatisfy { space in
            !space.isResult || (space.ranks.allSatisfy { $0.count == 1 } && Set(space.ranks.flatMap { $0.map(\.dimension) }).count == space.ranks.count)
        }
    }
}
