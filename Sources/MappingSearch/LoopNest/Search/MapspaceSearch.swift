/// Why a mapspace cannot be searched.
public enum MapspaceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No mapping obeys all constraints and fits.
    case empty(String)
    case tooLarge(String)

    public var description: String {
        switch self {
        case .empty(let text), .tooLarge(let text): text
        }
    }
}

/// A value of the objective, and what decides between equals.
struct Merit: Comparable {
    var first: Double
    var second: Double

    static let none = Merit(first: .infinity, second: .infinity)

    static func < (a: Merit, b: Merit) -> Bool { a.first == b.first ? a.second < b.second : a.first < b.first }
}

/// The best mapping that was found, and how good any mapping can be at most.
public struct MapspaceOutcome: Sendable {
    public var mapping: LoopNestMapping
    public var report: LoopNestReport
    public var objective: MappingObjective
    /// In the objective's unit: cycles, picojoules, picojoules times cycles, or words at the outermost level.
    public var value: Double
    /// No mapping is below; equal to the value when it is proved optimal.
    public var bound: Double
    /// Skeletons that there are, and those that had to be searched.
    public var skeletons: Int
    public var searchedSkeletons: Int
    /// Partial loop nests that were made.
    public var labels: Int
    /// Ended by whoever asked for progress.
    public var isInterrupted: Bool

    public var isProved: Bool { value <= bound * (1 + 1e-9) }
    /// How far above the bound the value is, as a share.
    public var gap: Double { bound > 0 ? max(0, value / bound - 1) : .infinity }
}

/// Finds the best mapping of a problem on a hierarchy, of all whose factors divide the extents, and proves that it is.
///
/// The mapspace is cut into skeletons (`MapspaceSkeleton`): spatial factors and who keeps what. Each has a floor; by ascending
/// floors, each gets its best temporal loops (`TemporalSearch`), until no floor is below the best mapping. Every mapping that
/// becomes the best is counted anew by `LoopNestAnalysis` and checked against the constraints.
public struct MapspaceSearch {
    public let problem: LoopNestProblem
    public let hierarchy: MemoryHierarchy
    public let constraints: MapspaceConstraints
    /// Partial loop nests that may be made in all: a limit of work that is the same on every machine.
    public var labelLimit = 60_000_000
    /// Of them, for one skeleton.
    public var skeletonLabelLimit = 8_000_000
    /// Further ones, to close what bounds have left open.
    public var closingLabelLimit = 4_000_000

    public init(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy, constraints: MapspaceConstraints? = nil) {
        self.problem = problem
        self.hierarchy = hierarchy
        self.constraints = constraints ?? MapspaceConstraints(problem, on: hierarchy)
    }

    /// - Parameter progress: told the best value so far and the bound; returns false to stop.
    public func run(_ objective: MappingObjective, progress: (Double, Double) -> Bool = { _, _ in true }) throws(MapspaceError) -> MapspaceOutcome {
        guard constraints.levels.count == hierarchy.levels.count else { throw .empty("the constraints are for another hierarchy") }
        if objective == .traffic { return try leastTraffic(try run(.energy).value, progress: progress) }
        let enumeration = SkeletonEnumeration(problem, hierarchy, constraints)
        guard enumeration.isComplete else {
            throw .tooLarge("there are more than \(SkeletonEnumeration.limit) ways to spread the dimensions and to bypass levels; constrain them")
        }
        guard !enumeration.skeletons.isEmpty else {
            let (wishes, isMinimal) = constraints.conflict(problem, on: hierarchy)
            let extent = isMinimal ? "; without any one of them the others can" : ""
            throw .empty("these requirements cannot hold together\(extent):" + wishes.map { "\n  \($0)" }.joined())
        }
        var candidates: [(skeleton: MapspaceSkeleton, cost: SkeletonCost, floor: Merit)] = []
        for skeleton in enumeration.skeletons {
            let cost = SkeletonCost(problem, hierarchy, skeleton)
            candidates.append((skeleton, cost, Self.value(objective, cost.floor, cost.steps)))
        }
        let order = candidates.indices.sorted { candidates[$0].floor == candidates[$1].floor ? $0 < $1 : candidates[$0].floor < candidates[$1].floor }
        let analysis = LoopNestAnalysis(problem, on: hierarchy)
        var best: (mapping: LoopNestMapping, report: LoopNestReport, value: Merit)?
        // The least that skeletons which have been searched can have: those whose best mapping is dearer than its bound, and the others.
        var open: [(index: Int, bound: Merit)] = []
        var openBound = Merit.none
        var labels = 0, searched = 0, isInterrupted = false
        func budget(_ steps: Double) -> Double { best.map { Self.budget(objective, $0.value, steps) } ?? .infinity }
        func consider(_ skeleton: MapspaceSkeleton, _ loops: [TemporalSearch.Loop]) {
            let mapping = LoopNestMapping(problem, on: hierarchy, constraints, skeleton, loops)
            do throws(LoopNestError) {
                let report = try analysis.report(mapping)
                let value = Self.value(objective, report.energy, Double(report.cycles))
                precondition(constraints.violations(by: mapping, problem, on: hierarchy).isEmpty, "a search obeys its constraints")
                if value < best?.value ?? .none { best = (mapping, report, value) }
            } catch {
                preconditionFailure("a search makes mappings that can be: \(error)")
            }
        }
        for (position, index) in order.enumerated() {
            let candidate = candidates[index]
            if let best, best.value <= candidate.floor { break }
            if labels > labelLimit {
                openBound = min(openBound, candidate.floor)
                break
            }
            searched += 1
            guard var search = TemporalSearch(problem, hierarchy, constraints, candidate.skeleton, candidate.cost, enumeration.table) else {
                throw .tooLarge("the problem has more divisors than are searched, or a tensor with a coordinate of more than two dimensions")
            }
            // Something to beat.
            if best == nil, let outcome = search.run(below: .infinity, limit: skeletonLabelLimit, isGreedy: true), outcome.bound < .infinity {
                consider(candidate.skeleton, outcome.loops)
            }
            let outcome = search.run(below: budget(candidate.cost.steps), limit: skeletonLabelLimit)
            labels += search.effort
            guard let outcome else {
                openBound = min(openBound, candidate.floor)
                continue
            }
            // Nothing in the skeleton is below what has been found.
            guard outcome.bound < .infinity else { continue }
            open.append((index, Self.value(objective, outcome.bound, candidate.cost.steps)))
            consider(candidate.skeleton, outcome.loops)
            let next = position + 1 < order.count ? candidates[order[position + 1]].floor : .none
            if let best, !progress(best.value.first, min(best.value.first, openBound.first, next.first, open.map { $0.bound.first }.min() ?? .infinity)) {
                openBound = min(openBound, next)
                isInterrupted = true
                break
            }
        }
        // Where a bound is below what has been found, all that could be below it is looked at.
        var closingLabels = 0
        for (index, bound) in open where !isInterrupted {
            let candidate = candidates[index]
            guard let value = best?.value, bound.first < value.first * (1 - 1e-12) else { continue }
            var isClosed = false
            // Cycles that a bandwidth adds are not searched for.
            if objective != .cycles, closingLabels < closingLabelLimit, var search = TemporalSearch(problem, hierarchy, constraints, candidate.skeleton, candidate.cost, enumeration.table) {
                isClosed = search.visitAll(below: budget(candidate.cost.steps), limit: closingLabelLimit - closingLabels) {
                    consider(candidate.skeleton, $0)
                    return budget(candidate.cost.steps)
                }
                closingLabels += search.effort
            }
            if !isClosed { openBound = min(openBound, bound) }
        }
        if isInterrupted { openBound = open.reduce(openBound) { min($0, $1.bound) } }
        labels += closingLabels
        guard let best else {
            if labels > labelLimit || openBound.first < .infinity || !open.isEmpty { throw .tooLarge("no mapping was found within \(labelLimit) steps; constrain the search") }
            throw .empty("no mapping fits: the smallest tiles that the constraints allow are larger than a level")
        }
        return MapspaceOutcome(
            mapping: best.mapping, report: best.report, objective: objective, value: best.value.first, bound: min(best.value.first, openBound.first),
            skeletons: candidates.count, searchedSkeletons: searched, labels: labels, isInterrupted: isInterrupted)
    }

    static func value(_ objective: MappingObjective, _ energy: Double, _ cycles: Double) -> Merit {
        switch objective {
        case .edp: Merit(first: energy * cycles, second: cycles)
        // Of a machine on which words cost energy (`TrafficHierarchy`).
        case .energy, .traffic: Merit(first: energy, second: cycles)
        case .cycles: Merit(first: cycles, second: energy)
        }
    }

    /// Picojoules that a mapping of so many steps has to be below in order to be better.
    static func budget(_ objective: MappingObjective, _ best: Merit, _ steps: Double) -> Double {
        switch objective {
        case .edp: best.first / steps
        case .energy, .traffic: best.first
        case .cycles: steps < best.first ? .infinity : best.second
        }
    }
}
