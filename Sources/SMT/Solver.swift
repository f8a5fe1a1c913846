import CZ3

/// Assertions, and checks whether they can hold together.
public final class Solver {
    /// Which of Z3's procedures answers.
    public enum Procedure: Sendable, Hashable {
        /// Z3's choice by the assertions.
        case standard
        /// The incremental core alone.
        case simple
        /// Made for one of SMT-LIB's logics, such as "QF_LIA" or "QF_BV".
        case logic(String)
    }

    public let context: Context
    public let limits: QueryLimits
    /// What the last check found; `nil` before the first.
    public private(set) var record: QueryRecord?
    let raw: Z3_solver
    private var depth = 0

    public init(_ context: Context, limits: QueryLimits = QueryLimits(), procedure: Procedure = .standard) throws(SMTError) {
        let made = try context.checked { context -> Z3_solver? in
            switch procedure {
            case .standard: Z3_mk_solver(context)
            case .simple: Z3_mk_simple_solver(context)
            case .logic(let name): Z3_mk_solver_for_logic(context, Z3_mk_string_symbol(context, name))
            }
        }
        guard let made else { throw .outOfMemory }
        Z3_solver_inc_ref(context.raw, made)
        self.context = context
        self.limits = limits
        raw = made
        try Parameters.apply([("random_seed", limits.seed), ("rlimit", limits.resources)], in: context) { Z3_solver_set_params($0, made, $1) }
    }

    deinit { Z3_solver_dec_ref(context.raw, raw) }

    /// Adds a formula that has to hold.
    public func assert(_ formula: Formula) throws(SMTError) {
        precondition(formula.context === context, "a term of another context")
        try context.checked { context in withExtendedLifetime(formula) { Z3_solver_assert(context, raw, formula.node.raw) } }
    }

    public func assert(_ formulas: [Formula]) throws(SMTError) {
        for formula in formulas { try assert(formula) }
    }

    /// Opens a scope; ``pop()`` forgets what was asserted since.
    public func push() throws(SMTError) {
        try context.checked { Z3_solver_push($0, raw) }
        depth += 1
    }

    public func pop() throws(SMTError) {
        guard depth > 0 else { throw .unavailable("there is no scope to leave") }
        try context.checked { Z3_solver_pop($0, raw, 1) }
        depth -= 1
    }

    /// Whether all that is asserted, and the assumptions, can hold together.
    ///
    /// - Parameter assumptions: Boolean variables and their negations; only those can be in an ``unsatisfiableCore()``.
    @discardableResult
    public func check(assuming assumptions: [Formula] = []) throws(SMTError) -> Verdict {
        for assumption in assumptions { precondition(assumption.context === context, "a term of another context") }
        let list: [Z3_ast?] = assumptions.map(\.node.raw)
        let record = try QueryRecord.measure(
            limits: limits, resources: { statistics.resources },
            reason: { String(cString: Z3_solver_get_reason_unknown(context.raw, raw)) }
        ) { () throws(SMTError) in
            try RunningChecks.add(context) { () throws(SMTError) in
                try context.checked { context in
                    withExtendedLifetime(assumptions) {
                        list.isEmpty ? Z3_solver_check(context, raw) : Z3_solver_check_assumptions(context, raw, UInt32(list.count), list)
                    }
                }
            }
        }
        self.record = record
        return record.verdict
    }

    /// Values of the variables after a satisfiable check.
    public func model() throws(SMTError) -> Model {
        guard record?.verdict == .satisfiable else { throw .unavailable("a model, as the last check was not satisfiable") }
        guard let model = try context.checked({ Z3_solver_get_model($0, raw) }) else { throw .unavailable("a model") }
        return Model(context, model)
    }

    /// The positions of the assumptions that cannot hold together with the assertions; not necessarily a smallest set.
    func core(of assumptions: [Formula]) throws(SMTError) -> [Int] {
        guard record?.verdict == .unsatisfiable else { throw .unavailable("a core, as the last check was not unsatisfiable") }
        guard let vector = try context.checked({ Z3_solver_get_unsat_core($0, raw) }) else { throw .unavailable("a core") }
        Z3_ast_vector_inc_ref(context.raw, vector)
        defer { Z3_ast_vector_dec_ref(context.raw, vector) }
        var positions: [Int] = []
        for index in 0..<Z3_ast_vector_size(context.raw, vector) {
            guard let member = Z3_ast_vector_get(context.raw, vector, index) else { continue }
            let identity = Z3_get_ast_id(context.raw, member)
            if let position = assumptions.firstIndex(where: { Z3_get_ast_id(context.raw, $0.node.raw) == identity }) {
                positions.append(position)
            }
        }
        return positions.sorted()
    }

    public var statistics: SolverStatistics { SolverStatistics(context, Z3_solver_get_statistics(context.raw, raw)) }

    /// The assertions in SMT-LIB's notation, for other solvers to read.
    public var text: String { String(cString: Z3_solver_to_string(context.raw, raw)) }
}
