import CZ3

/// Values that satisfy what was asserted. To be checked by plain code before anything is built on them.
public final class Model {
    public let context: Context
    private let raw: Z3_model

    init(_ context: Context, _ raw: Z3_model) {
        self.context = context
        self.raw = raw
        Z3_model_inc_ref(context.raw, raw)
    }

    deinit { Z3_model_dec_ref(context.raw, raw) }

    public func value(of term: Formula) throws(SMTError) -> Bool {
        let node = try evaluate(term)
        switch withExtendedLifetime(node, { Z3_get_bool_value(context.raw, node.raw) }) {
        case Z3_L_TRUE: return true
        case Z3_L_FALSE: return false
        default: throw .value("\(term) has no value in the model")
        }
    }

    public func value(of term: IntegerTerm) throws(SMTError) -> Int {
        let node = try evaluate(term)
        var value: Int64 = 0
        let fits = try numeral(node, term) { Z3_get_numeral_int64($0, $1, &value) }
        guard fits else { throw .value("the value of \(term), \(Term<IntegerSort>(node)), does not fit into 64 bits") }
        return Int(value)
    }

    public func value(of term: BitVectorTerm) throws(SMTError) -> UInt64 {
        let node = try evaluate(term)
        var value: UInt64 = 0
        let fits = try numeral(node, term) { Z3_get_numeral_uint64($0, $1, &value) }
        guard fits else { throw .value("the value of \(term), \(Term<BitVectorSort>(node)), does not fit into 64 bits") }
        return value
    }

    /// Numerator and denominator, in lowest terms with a denominator above 0.
    public func value(of term: RealTerm) throws(SMTError) -> (numerator: Int, denominator: Int) {
        let node = try evaluate(term)
        var (numerator, denominator): (Int64, Int64) = (0, 1)
        let fits = try numeral(node, term) { Z3_get_numeral_small($0, $1, &numerator, &denominator) }
        guard fits else { throw .value("the value of \(term), \(Term<RealSort>(node)), does not fit into a fraction of 64 bits") }
        return (Int(numerator), Int(denominator))
    }

    private func numeral<Sort>(_ node: Node, _ term: Term<Sort>, _ get: (Z3_context, Z3_ast) -> Bool) throws(SMTError) -> Bool {
        guard Z3_get_ast_kind(context.raw, node.raw) == Z3_NUMERAL_AST else { throw .value("\(term) has no value in the model") }
        return withExtendedLifetime(node) { get(context.raw, node.raw) }
    }

    private func evaluate<Sort>(_ term: Term<Sort>) throws(SMTError) -> Node {
        precondition(term.context === context, "a term of another context")
        var value: Z3_ast?
        let isEvaluated = try context.checked { context in
            withExtendedLifetime(term) { Z3_model_eval(context, raw, term.node.raw, true, &value) }
        }
        guard isEvaluated, let value else { throw .value("\(term) cannot be evaluated in the model") }
        return Node(context, value)
    }
}
