/// The Pareto front and the best points of a sweep that is read point by point, without keeping the others.
public struct FrontCollector {
    private let objectives: [SweepObjective]
    /// Feasible points that none seen so far beats, by number.
    public private(set) var front: [EvaluatedPoint] = []
    /// For each objective the best feasible point, the first of equals.
    public private(set) var best: [EvaluatedPoint?]
    /// By status, in the order of `EvaluatedPoint.Status.allCases`.
    public private(set) var counts = [Int](repeating: 0, count: EvaluatedPoint.Status.allCases.count)
    /// Why points failed, most frequent first once sorted.
    public private(set) var reasons: [String: Int] = [:]
    /// Reasons that are told apart.
    private static let maximumReasons = 1_000

    public init(_ objectives: [SweepObjective]) {
        self.objectives = objectives
        best = Array(repeating: nil, count: objectives.count)
    }

    public mutating func add(_ point: EvaluatedPoint) {
        for (index, status) in EvaluatedPoint.Status.allCases.enumerated() where status == point.status { counts[index] += 1 }
        if point.status != .finished {
            // Of a limit that is broken, the limit without the values behind it.
            let reason = point.status == .beyondLimit ? String(point.reason.prefix { $0 != ":" }) : point.reason
            if reasons[reason] != nil || reasons.count < Self.maximumReasons { reasons[reason, default: 0] += 1 }
            return
        }
        for (index, objective) in objectives.enumerated() {
            guard let known = best[index], objective.cost(known.objectives[index]) <= objective.cost(point.objectives[index]) else {
                best[index] = point
                continue
            }
        }
        guard !front.contains(where: { isAsGood($0, point) }) else { return }
        front = front.filter { !isAsGood(point, $0) } + [point]
    }

    public func count(_ status: EvaluatedPoint.Status) -> Int { EvaluatedPoint.Status.allCases.firstIndex(of: status).map { counts[$0] } ?? 0 }

    /// Whether `a` is at least as good as `b` in everything.
    private func isAsGood(_ a: EvaluatedPoint, _ b: EvaluatedPoint) -> Bool {
        for (index, objective) in objectives.enumerated() where objective.cost(a.objectives[index]) > objective.cost(b.objectives[index]) { return false }
        return true
    }
}
