import SMT

/// The best schedule there is, with Z3's proof that none is better; where its work is limited, the best found and a bound.
///
/// Starts from the best heuristic. Each query asks for less than the best known value; a model is checked by ``TaskSchedule/violations(_:)``
/// before it is believed, and "unsatisfiable" is the proof. Where a query reaches its limit, a smaller value, which is easier to refute, is asked
/// for instead, so that the bound is as good as the work allows.
public struct ExactTaskScheduler: Sendable {
    /// Of each query; the seed and the version of Z3 make it the same everywhere.
    public var limits: QueryLimits
    /// Queries at most.
    public var maximumQueries = 40
    /// Tasks at most: orders of pairs are written out.
    public static let maximumTasks = 200

    public init(limits: QueryLimits = QueryLimits(resources: 200_000_000)) { self.limits = limits }

    public func schedule(
        _ problem: TaskProblem, objective: TaskObjective = .makespan, isCancelled: () -> Bool = { false }
    ) throws(SMTError) -> TaskOutcome {
        let candidates = TaskHeuristic.allCases.map { $0.schedule(problem) }
        let best = candidates.min { $0.value(objective, problem) < $1.value(objective, problem) } ?? TaskSchedule(placements: [])
        var outcome = TaskOutcome(
            schedule: best, value: best.value(objective, problem), lowerBound: TaskBounds(problem).lowerBound(objective), objective: objective)
        guard problem.tasks.count <= Self.maximumTasks else { return outcome }
        // Below the value asked for last that was not decided.
        var ceiling = Int.max
        for _ in 0..<maximumQueries {
            let target = ceiling == Int.max ? outcome.value - 1 : outcome.lowerBound + (ceiling - outcome.lowerBound) / 2
            guard !outcome.isOptimal, target >= outcome.lowerBound, target < ceiling, !isCancelled() else { break }
            switch try ask(problem, objective, target, &outcome) {
            case .satisfiable: break
            case .unsatisfiable: outcome.lowerBound = target + 1
            case .limitReached, .unknown: ceiling = target
            }
        }
        return outcome
    }

    private func ask(
        _ problem: TaskProblem, _ objective: TaskObjective, _ target: Int, _ outcome: inout TaskOutcome
    ) throws(SMTError) -> Verdict {
        let context = Context()
        let solver = try Solver(context, limits: limits)
        let encoding = TaskEncoding(problem: problem, objective: objective)
        let horizon = objective == .makespan ? target : target + (problem.arrivals.max() ?? 0)
        let terms = try encoding.build(context, solver, horizon: horizon)
        try solver.assert(terms.value <= target)
        let verdict = try solver.check()
        if let record = solver.record { outcome.queries.append(.init(target: target, record: record)) }
        if verdict == .satisfiable {
            let schedule = try encoding.schedule(terms, solver.model())
            let value = schedule.value(objective, problem)
            guard schedule.violations(problem).isEmpty, value <= target else {
                throw .value("the schedule that Z3 gave for a \(objective.rawValue) of \(target) is none: \(schedule.violations(problem).first ?? "\(value)")")
            }
            (outcome.schedule, outcome.value) = (schedule, value)
        } else if verdict == .unsatisfiable {
            outcome.proof = solver.text
        }
        return verdict
    }
}

/// A schedule and how good it is known to be.
public struct TaskOutcome: Sendable {
    /// One question to Z3: is there a schedule with this value or less?
    public struct Query: Sendable, Hashable {
        public var target: Int
        public var record: QueryRecord
    }

    public var schedule: TaskSchedule
    /// Of the objective.
    public var value: Int
    /// No schedule has less.
    public var lowerBound: Int
    public var objective: TaskObjective
    public var queries: [Query] = []
    /// The last question that had no answer, in SMT-LIB's notation, for another solver to confirm; `nil` where there was none.
    public var proof: String?

    public init(schedule: TaskSchedule, value: Int, lowerBound: Int, objective: TaskObjective) {
        self.schedule = schedule; self.value = value; self.lowerBound = lowerBound; self.objective = objective
    }

    public var isOptimal: Bool { value <= lowerBound }
}

/// What no schedule can beat, from the graph alone.
struct TaskBounds {
    let problem: TaskProblem

    init(_ problem: TaskProblem) { self.problem = problem }

    func lowerBound(_ objective: TaskObjective) -> Int {
        let (heads, tails) = (problem.heads, problem.tails)
        var ends = problem.arrivals
        for (index, task) in problem.tasks.enumerated() { ends[task.job] = max(ends[task.job], heads[index] + tails[index]) }
        switch objective {
        case .makespan:
            let work = problem.tasks.reduce(0) { $0 + $1.leastCost }
            let share = (work + problem.processors.count - 1) / max(1, problem.processors.count)
            return max(ends.max() ?? 0, (problem.tasks.map(\.release).min() ?? 0) + share)
        case .latency:
            return zip(ends, problem.arrivals).reduce(0) { $0 + $1.0 - $1.1 }
        }
    }
}
