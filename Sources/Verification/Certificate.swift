/// What was asked about a program and what came out: obligations in the order of the program, each with its verdict.
public struct Certificate: Sendable, Equatable {
    public var program: String
    public var architecture: String
    /// Of the solver.
    public var solverVersion: String
    public var obligations: [Obligation]

    public init(program: String, architecture: String, solverVersion: String, obligations: [Obligation]) {
        self.program = program; self.architecture = architecture; self.solverVersion = solverVersion; self.obligations = obligations
    }

    /// Notes where the statements of counterexamples stand in the program's text.
    mutating func locate(_ lines: ProgramLines) {
        for index in obligations.indices {
            if case .refuted(let example) = obligations[index].verdict { obligations[index].verdict = .refuted(example.located(lines)) }
        }
    }

    public var isProved: Bool { obligations.allSatisfy { $0.verdict == .proved } }
    public var refuted: [Obligation] { obligations.filter { if case .refuted = $0.verdict { true } else { false } } }
    public var open: [Obligation] { obligations.filter { if case .open = $0.verdict { true } else { false } } }
}

/// One thing that has to hold.
public struct Obligation: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Every region lies in its tensor, or in its memory.
        case bounds
        /// Every element of a result is written exactly once, by tiles none of which is empty.
        case coverage
        /// Every multiply-accumulate of a product is executed exactly once.
        case iterations
        /// Transfers bring an operand's elements without gaps.
        case operands
        /// Tiles of a dimension are right for every size of it.
        case sizes
        /// What is read on chip is what the transfer meant for it brought.
        case loaded
        /// Accesses of two units to the same bytes are ordered by semaphores alone, whatever anything takes.
        case order
        /// Sums start once and are taken once, complete.
        case accumulators
        /// Semaphores are given as often as they are taken.
        case balance
        /// No unit waits for ever.
        case progress
        /// Operators that touch the same memory are ordered.
        case operatorOrder = "operator-order"
    }

    /// How it was decided.
    public enum Method: String, Sendable, CaseIterable {
        /// Z3, linear integer arithmetic, loop indices symbolic.
        case solver = "z3-qf-lia"
        /// Interval arithmetic over loop indices.
        case intervals
        /// Each dimension by itself, over all values of its loop indices.
        case dimensions = "per-dimension-enumeration"
        /// All steps, in an order that semaphores allow, with vector clocks.
        case exhaustive
        /// Counting.
        case counting
    }

    public enum Verdict: Sendable, Equatable {
        case proved
        case refuted(Counterexample)
        /// Not decided, and why.
        case open(String)
    }

    public var kind: Kind
    /// Operator of the workload, the first of those that a loop over layers stands for; `nil` for the whole program.
    public var operatorIndex: Int?
    /// Operators that the same proof serves.
    public var repeats: Int
    public var claim: String
    public var method: Method
    public var verdict: Verdict
    /// Of the solver, in its own units.
    public var resources: UInt64
    /// Queries of the solver.
    public var queries: Int
    /// The most resources that one query was given.
    public var limit: UInt64
    /// Whether it holds for every size of the operator's dimensions, and not only for this one.
    public var holdsForAllSizes: Bool

    public init(
        _ kind: Kind, operatorIndex: Int?, repeats: Int = 1, claim: String, method: Method, verdict: Verdict, resources: UInt64 = 0,
        queries: Int = 0, limit: UInt64 = 0, holdsForAllSizes: Bool = false
    ) {
        self.kind = kind; self.operatorIndex = operatorIndex; self.repeats = repeats; self.claim = claim; self.method = method
        self.verdict = verdict; self.resources = resources; self.queries = queries; self.limit = limit
        self.holdsForAllSizes = holdsForAllSizes
    }
}
