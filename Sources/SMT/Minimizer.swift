/// What has to hold, what it costs where something does not, and what is asked for.
public struct Minimization {
    public var hard: [Formula]
    /// Weights at least 1.
    public var soft: [(formula: Formula, weight: Int)]
    /// The values that are wanted.
    public var decisions: [Formula]

    public init(hard: [Formula] = [], soft: [(formula: Formula, weight: Int)] = [], decisions: [Formula] = []) {
        self.hard = hard
        self.soft = soft
        self.decisions = decisions
    }
}

/// Minimises the weights of soft constraints that do not hold: core-guided MaxSAT first, and where that reaches its limit, ever
/// cheaper models from the best known one on. Neither is better everywhere.
public struct Minimizer: Sendable {
    /// Of each query.
    public var limits: QueryLimits
    public var engine: Optimizer.Engine
    /// Queries of the descent.
    public var descentSteps = 40

    public init(limits: QueryLimits = QueryLimits(), engine: Optimizer.Engine = .maxResolution) {
        self.limits = limits
        self.engine = engine
    }

    public struct Result: Sendable {
        /// Of the best model; `nil` where none costs less than what was known, or none was found.
        public var decisions: [Bool]?
        /// Of the best model, or what was known.
        public var cost: Int?
        /// No model costs less.
        public var lowerBound: Int
        /// Whether the hard constraints cannot hold.
        public var isInfeasible = false
        public var records: [QueryRecord]

        /// Whether the cost is proved to be the least.
        public var isOptimal: Bool { cost == lowerBound }
    }

    /// - Parameters:
    ///   - known: the cost of a solution that is known, in the same weights.
    ///   - build: writes the problem into a fresh context; called for each kind of query.
    public func minimize(
        known: Int? = nil, isCancelled: () -> Bool = { false }, _ build: (Context) throws(SMTError) -> Minimization
    ) throws(SMTError) -> Result {
        var result = try maximumSatisfiability(build)
        if result.isInfeasible || result.cost != nil { return result }
        result.cost = known
        if !isCancelled() { try descend(&result, isCancelled, build) }
        return result
    }

    private func maximumSatisfiability(_ build: (Context) throws(SMTError) -> Minimization) throws(SMTError) -> Result {
        let context = Context()
        let problem = try build(context)
        let optimizer = try Optimizer(context, limits: limits, engine: engine)
        try optimizer.assert(problem.hard)
        var objective: Optimizer.Objective?
        for soft in problem.soft { objective = try optimizer.prefer(soft.formula, weight: soft.weight) }
        let verdict = try optimizer.check()
        var result = Result(lowerBound: 0, records: optimizer.record.map { [$0] } ?? [])
        switch verdict {
        case .satisfiable:
            let model = try optimizer.model()
            let cost = try self.cost(problem, model)
            (result.decisions, result.cost, result.lowerBound) = (try values(problem, model), cost, cost)
        case .unsatisfiable:
            result.isInfeasible = true
        case .limitReached, .unknown:
            if let objective { result.lowerBound = max(0, try optimizer.bounds(of: objective).lower ?? 0) }
        }
        return result
    }

    /// Asks for less and less; the step doubles with each success and halves with each failure.
    private func descend(
        _ result: inout Result, _ isCancelled: () -> Bool, _ build: (Context) throws(SMTError) -> Minimization
    ) throws(SMTError) {
        let context = Context()
        let problem = try build(context)
        let solver = try Solver(context, limits: limits)
        try solver.assert(problem.hard)
        let unit = problem.soft.reduce(0) { Self.commonDivisor($0, $1.weight) }
        var step = max(1, unit)
        for _ in 0..<descentSteps {
            if result.isOptimal || isCancelled() { return }
            try solver.push()
            var target: Int?
            if let cost = result.cost {
                target = max(result.lowerBound, cost - step)
                try solver.assert(context.weightedSum(problem.soft.map { ($0.weight, !$0.formula) }, isAtMost: target ?? 0))
            }
            let verdict = try solver.check()
            if let record = solver.record { result.records.append(record) }
            switch verdict {
            case .satisfiable:
                let model = try solver.model()
                result.cost = try cost(problem, model)
                result.decisions = try values(problem, model)
                step *= 2
            case .unsatisfiable:
                guard let target, let cost = result.cost else {
                    result.isInfeasible = true
                    return
                }
                // Costs are multiples of the unit.
                result.lowerBound = min(cost, target / max(1, unit) * max(1, unit) + max(1, unit))
                step = max(unit, step / 4)
            case .limitReached, .unknown:
                return
            }
            try solver.pop()
        }
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }

    private func cost(_ problem: Minimization, _ model: Model) throws(SMTError) -> Int {
        var cost = 0
        for soft in problem.soft where !(try model.value(of: soft.formula)) { cost += soft.weight }
        return cost
    }

    private func values(_ problem: Minimization, _ model: Model) throws(SMTError) -> [Bool] {
        var values: [Bool] = []
        for decision in problem.decisions { values.append(try model.value(of: decision)) }
        return values
    }
}
