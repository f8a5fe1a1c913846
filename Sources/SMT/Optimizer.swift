import CZ3

/// Hard and soft constraints, and objectives.
///
/// Soft constraints are Z3's strength: a cost written as one soft constraint per step is minimised far faster than the same
/// cost as a sum of integers.
public final class Optimizer {
    /// A quantity to minimise or maximise, of one optimizer.
    public struct Objective {
        fileprivate let index: UInt32
        fileprivate let isMaximum: Bool
    }

    /// What is known of an objective.
    public struct Bounds: Sendable, Hashable {
        /// No solution is below; `nil` when not known.
        public var lower: Int?
        /// No solution is above; `nil` when not known.
        public var upper: Int?

        public init(lower: Int?, upper: Int?) {
            self.lower = lower
            self.upper = upper
        }
    }

    /// How soft constraints are minimised.
    public enum Engine: String, Sendable, Hashable, CaseIterable {
        /// Guided by the cores of what cannot hold together (Narodytska and Bacchus, AAAI 2014).
        case maxResolution = "maxres"
        /// The same, from both sides.
        case primalDualMaxResolution = "pd-maxres"
        /// Better and better models, until there is none.
        case weightedSearch = "wmax"
    }

    public let context: Context
    public let limits: QueryLimits
    public private(set) var record: QueryRecord?
    private let raw: Z3_optimize

    public init(_ context: Context, limits: QueryLimits = QueryLimits(), engine: Engine = .maxResolution) throws(SMTError) {
        guard let made = try context.checked({ Z3_mk_optimize($0) }) else { throw .outOfMemory }
        Z3_optimize_inc_ref(context.raw, made)
        self.context = context
        self.limits = limits
        raw = made
        // An optimizer has no seed of its own in Z3's settings; it always starts from the same one.
        try Parameters.apply([("rlimit", limits.resources)], words: [("maxsat_engine", engine.rawValue)], in: context) {
            Z3_optimize_set_params($0, made, $1)
        }
    }

    deinit { Z3_optimize_dec_ref(context.raw, raw) }

    public func assert(_ formula: Formula) throws(SMTError) {
        precondition(formula.context === context, "a term of another context")
        try context.checked { context in withExtendedLifetime(formula) { Z3_optimize_assert(context, raw, formula.node.raw) } }
    }

    public func assert(_ formulas: [Formula]) throws(SMTError) {
        for formula in formulas { try assert(formula) }
    }

    /// Adds a formula that costs `weight` where it does not hold.
    ///
    /// - Parameters:
    ///   - weight: at least 1.
    ///   - group: those of one name are summed; several groups are minimised one after the other.
    /// - Returns: the group's cost.
    @discardableResult
    public func prefer(_ formula: Formula, weight: Int = 1, group: String = "cost") throws(SMTError) -> Objective {
        precondition(formula.context === context, "a term of another context")
        guard weight >= 1 else { throw .argument("a soft constraint of weight \(weight); give at least 1") }
        let index = try context.checked { context in
            withExtendedLifetime(formula) {
                Z3_optimize_assert_soft(context, raw, formula.node.raw, "\(weight)", Z3_mk_string_symbol(context, group))
            }
        }
        return Objective(index: index, isMaximum: false)
    }

    public func minimize(_ term: IntegerTerm) throws(SMTError) -> Objective {
        precondition(term.context === context, "a term of another context")
        let index = try context.checked { context in withExtendedLifetime(term) { Z3_optimize_minimize(context, raw, term.node.raw) } }
        return Objective(index: index, isMaximum: false)
    }

    public func maximize(_ term: IntegerTerm) throws(SMTError) -> Objective {
        precondition(term.context === context, "a term of another context")
        let index = try context.checked { context in withExtendedLifetime(term) { Z3_optimize_maximize(context, raw, term.node.raw) } }
        return Objective(index: index, isMaximum: true)
    }

    public func push() throws(SMTError) { try context.checked { Z3_optimize_push($0, raw) } }
    public func pop() throws(SMTError) { try context.checked { Z3_optimize_pop($0, raw) } }

    /// Optimises. Satisfiable says that the model is optimal in every objective, one after the other; when the limit is reached
    /// ``bounds(of:)`` is what is known.
    @discardableResult
    public func check() throws(SMTError) -> Verdict {
        let record = try QueryRecord.measure(
            limits: limits, resources: { statistics.resources },
            reason: { String(cString: Z3_optimize_get_reason_unknown(context.raw, raw)) }
        ) { () throws(SMTError) in
            try RunningChecks.add(context) { () throws(SMTError) in try context.checked { Z3_optimize_check($0, raw, 0, nil) } }
        }
        self.record = record
        return record.verdict
    }

    /// The values of an optimal solution.
    public func model() throws(SMTError) -> Model {
        guard record?.verdict == .satisfiable else { throw .unavailable("a model, as the last check was not satisfiable") }
        guard let model = try context.checked({ Z3_optimize_get_model($0, raw) }) else { throw .unavailable("a model") }
        return Model(context, model)
    }

    /// What the last check found out about an objective; both equal where it is optimal.
    public func bounds(of objective: Objective) throws(SMTError) -> Bounds {
        guard record != nil else { throw .unavailable("bounds before a check") }
        return Bounds(
            lower: try number { Z3_optimize_get_lower($0, self.raw, objective.index) },
            upper: try number { Z3_optimize_get_upper($0, self.raw, objective.index) })
    }

    /// `nil` for infinities and for terms that are not plain numbers.
    private func number(_ get: (Z3_context) -> Z3_ast?) throws(SMTError) -> Int? {
        guard let term = try context.checked(get) else { return nil }
        let node = Node(context, term)
        guard Z3_get_ast_kind(context.raw, node.raw) == Z3_NUMERAL_AST else { return nil }
        var value: Int64 = 0
        return withExtendedLifetime(node) { Z3_get_numeral_int64(context.raw, node.raw, &value) } ? Int(value) : nil
    }

    public var statistics: SolverStatistics { SolverStatistics(context, Z3_optimize_get_statistics(context.raw, raw)) }
}
