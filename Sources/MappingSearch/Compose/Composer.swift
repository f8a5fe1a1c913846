import SMT

/// Finds the best composition: dynamic programming, with bounds from windows of layers; Z3 where too many tensors are live for
/// that. Plans are evaluated by plain code before they come out.
public struct Composer: Sendable {
    /// States that come up in one search.
    public var searchLimit = 4_000_000
    /// States kept at each layer of the first look.
    public var beamWidth = 200
    /// Layers in a window.
    public var window = 8
    /// Z3 gets problems of at most so many layers.
    public var largestQuery = 64
    public var minimizer = Minimizer(limits: QueryLimits(resources: 100_000_000))
    /// Points of the front of latency and energy that are looked for.
    public var frontPoints = 400

    public init() {}

    /// - Parameter isCancelled: asked now and then; true makes the search return the best so far.
    public func compose(
        _ problem: ComposeProblem, for objective: MappingObjective, isCancelled: () -> Bool = { false }
    ) throws(ComposeFailure) -> ComposeOutcome {
        let structure = ComposeStructure(problem)
        switch objective {
        case .cycles: return try minimize(structure, ComposeWeights(cycles: 1), isCancelled)
        case .energy: return try minimize(structure, ComposeWeights(energy: 1), isCancelled)
        case .traffic: return try minimize(structure, ComposeWeights(bytes: 1), isCancelled)
        case .edp: return try product(structure, isCancelled)
        }
    }

    /// The least of a weighted sum of figures.
    public func compose(
        _ problem: ComposeProblem, weights: ComposeWeights, isCancelled: () -> Bool = { false }
    ) throws(ComposeFailure) -> ComposeOutcome { try minimize(ComposeStructure(problem), weights, isCancelled) }

    func minimize(
        _ structure: ComposeStructure, _ weights: ComposeWeights, _ isCancelled: () -> Bool
    ) throws(ComposeFailure) -> ComposeOutcome {
        var search = ComposeSearch(structure, weights)
        search.prepare(width: window, limit: searchLimit / 8)
        let first = search.run(width: beamWidth, limit: .max)
        var effort = ComposeEffort(candidates: first.candidates, records: [])
        var (plan, cost, bound) = (first.plan, first.cost, first.lowerBound)
        if !first.isComplete && !isCancelled() {
            let result = search.run(width: nil, limit: searchLimit, costLimit: plan == nil ? .max : cost, isCancelled: isCancelled)
            effort.candidates += result.candidates
            if let better = result.plan { (plan, cost) = (better, result.cost) }
            bound = max(bound, result.lowerBound)
        }
        let encoding = ComposeEncoding(structure: structure, weights: weights)
        if bound < cost, structure.problem.layers <= largestQuery, encoding.isPossible, !isCancelled() {
            let answer = try solve(encoding, known: plan == nil ? nil : cost, isCancelled)
            effort.records += answer.records
            if let decisions = answer.decisions, let less = answer.cost, plan == nil || less < cost { (plan, cost) = (encoding.plan(decisions), less) }
            bound = max(bound, answer.lowerBound)
        }
        guard let plan else { throw .none }
        do throws(ComposeViolation) {
            let figures = try structure.problem.evaluate(plan)
            guard weights.cost(figures) == cost, bound <= cost else { throw .count }
            return ComposeOutcome(plan: plan, figures: figures, cost: Double(cost), lowerBound: Double(bound), isOptimal: cost == bound, effort: effort)
        } catch { throw .unsound(error) }
    }

    private func solve(
        _ encoding: ComposeEncoding, known: Int?, _ isCancelled: () -> Bool
    ) throws(ComposeFailure) -> Minimizer.Result {
        do throws(SMTError) {
            return try minimizer.minimize(known: known, isCancelled: isCancelled) { context throws(SMTError) in encoding.build(context) }
        } catch { throw .solver(error) }
    }

    /// The same by Z3 alone, which knows nothing of the search.
    package func solve(_ problem: ComposeProblem, _ weights: ComposeWeights) throws(ComposeFailure) -> (plan: ComposePlan?, result: Minimizer.Result) {
        let encoding = ComposeEncoding(structure: ComposeStructure(problem), weights: weights)
        let result = try solve(encoding, known: nil, { false })
        return (result.decisions.map { encoding.plan($0) }, result)
    }
}

public struct ComposeOutcome: Sendable {
    public var plan: ComposePlan
    public var figures: ComposeFigures
    /// In terms of the objective: cycles, energy, bytes, or energy times cycles.
    public var cost: Double
    /// No plan costs less.
    public var lowerBound: Double
    /// Whether that is proved of the plan.
    public var isOptimal: Bool
    public var effort: ComposeEffort
}

/// What it took.
public struct ComposeEffort: Sendable, Hashable {
    /// States that came up.
    public var candidates: Int
    public var records: [QueryRecord]
}

public enum ComposeFailure: Error, Sendable, Equatable, CustomStringConvertible {
    case solver(SMTError)
    case none
    /// A plan did not pass its check: a fault of Cyclewright.
    case unsound(ComposeViolation)

    public var description: String {
        switch self {
        case .solver(let error): error.description
        case .none: "no composition was found before the search was stopped"
        case .unsound(let violation): "a composition was found that breaks a rule (\(violation)); please report this with the input files"
        }
    }
}
