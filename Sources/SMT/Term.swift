import CZ3

/// What a term stands for.
public protocol TermSort {}
public enum BooleanSort: TermSort {}
/// Unbounded integers.
public enum IntegerSort: ArithmeticSort {}
/// Real numbers, exact.
public enum RealSort: ArithmeticSort {}
/// Bits of a width that each term knows.
public enum BitVectorSort: TermSort {}
/// Sorts with sums, products and an order.
public protocol ArithmeticSort: TermSort {}

/// A value of the solver's logic: a variable, a constant, or what operators make of them.
public struct Term<Sort: TermSort> {
    let node: Node

    init(_ node: Node) { self.node = node }

    public var context: Context { node.context }

    /// The term in SMT-LIB's notation.
    public var description: String {
        withExtendedLifetime(node) { String(cString: Z3_ast_to_string(context.raw, node.raw)) }
    }

    /// A term that equals this one, in a simpler form.
    public var simplified: Term { Term(context.make(or: node) { Z3_simplify($0, node.raw) }) }
}

public typealias Formula = Term<BooleanSort>
public typealias IntegerTerm = Term<IntegerSort>
public typealias RealTerm = Term<RealSort>
public typealias BitVectorTerm = Term<BitVectorSort>

extension Term: CustomStringConvertible {}

extension Term {
    /// The term of a Z3 call on one argument.
    func map<Result>(_ call: (Z3_context, Z3_ast) -> Z3_ast?, or fallback: Node? = nil) -> Term<Result> {
        withExtendedLifetime(node) { Term<Result>(context.make(or: fallback) { call($0, node.raw) }) }
    }

    /// The term of a Z3 call on two arguments.
    func combine<Result>(_ other: Term<some TermSort>, or fallback: Node? = nil, _ call: (Z3_context, Z3_ast, Z3_ast) -> Z3_ast?) -> Term<Result> {
        precondition(context === other.context, "terms of two contexts")
        return withExtendedLifetime((node, other.node)) { Term<Result>(context.make(or: fallback) { call($0, node.raw, other.node.raw) }) }
    }

    public static func == (a: Term, b: Term) -> Formula { a.combine(b) { Z3_mk_eq($0, $1, $2) } }
    public static func != (a: Term, b: Term) -> Formula { !(a == b) }
}

extension Context {
    /// The term of a Z3 call on a list.
    func gather<Result>(_ nodes: [Node], or fallback: Node? = nil, _ call: (Z3_context, UInt32, UnsafePointer<Z3_ast?>?) -> Z3_ast?) -> Term<Result> {
        for node in nodes { precondition(node.context === self, "terms of two contexts") }
        let raw: [Z3_ast?] = nodes.map(\.raw)
        return withExtendedLifetime(nodes) {
            raw.withUnsafeBufferPointer { list in Term<Result>(make(or: fallback) { call($0, UInt32(list.count), list.baseAddress) }) }
        }
    }

    /// A variable by its name; the same name and sort again is the same variable.
    func variable(_ name: String, _ sort: Z3_sort?, or fallback: Node? = nil) -> Node {
        make(or: fallback) { Z3_mk_const($0, Z3_mk_string_symbol($0, name), sort) }
    }

    /// All different.
    public func areDistinct<Sort>(_ terms: [Term<Sort>]) -> Formula {
        terms.count < 2 ? constant(true) : gather(terms.map(\.node)) { Z3_mk_distinct($0, $1, $2) }
    }
}
