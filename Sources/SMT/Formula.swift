import CZ3

extension Context {
    public func boolean(_ name: String) -> Formula { Formula(variable(name, Z3_mk_bool_sort(raw))) }

    /// A variable that no other term has.
    public func freshBoolean(_ prefix: String) -> Formula { Formula(make(or: nil) { Z3_mk_fresh_const($0, prefix, Z3_mk_bool_sort($0)) }) }

    public func constant(_ value: Bool) -> Formula { Formula(make(or: nil) { value ? Z3_mk_true($0) : Z3_mk_false($0) }) }

    /// True for none.
    public func all(_ formulas: [Formula]) -> Formula {
        switch formulas.count {
        case 0: constant(true)
        case 1: formulas[0]
        default: gather(formulas.map(\.node)) { Z3_mk_and($0, $1, $2) }
        }
    }

    /// False for none.
    public func any(_ formulas: [Formula]) -> Formula {
        switch formulas.count {
        case 0: constant(false)
        case 1: formulas[0]
        default: gather(formulas.map(\.node)) { Z3_mk_or($0, $1, $2) }
        }
    }

    /// At most `limit` of the formulas hold.
    public func atMost(_ limit: Int, of formulas: [Formula]) -> Formula {
        if limit < 0 { return constant(false) }
        if limit >= formulas.count { return constant(true) }
        return gather(formulas.map(\.node)) { Z3_mk_atmost($0, $1, $2, UInt32(limit)) }
    }

    /// At least `limit` of the formulas hold.
    public func atLeast(_ limit: Int, of formulas: [Formula]) -> Formula {
        if limit <= 0 { return constant(true) }
        if limit > formulas.count { return constant(false) }
        return gather(formulas.map(\.node)) { Z3_mk_atleast($0, $1, $2, UInt32(limit)) }
    }

    public func exactlyOne(of formulas: [Formula]) -> Formula { atMost(1, of: formulas) && any(formulas) }

    /// The weights of those that hold sum to at most `limit`: a pseudo-Boolean constraint.
    ///
    /// Z3 takes weights and limits of 32 bits; what is larger is written as a sum of integers, with the same meaning.
    public func weightedSum(_ terms: [(weight: Int, formula: Formula)], isAtMost limit: Int) -> Formula {
        let total = terms.reduce(0) { $0 &+ Swift.abs($1.weight) }
        guard total < Int(Int32.max), Swift.abs(limit) < Int(Int32.max), !terms.isEmpty else {
            return sum(terms.map { $0.formula.then(integer($0.weight), else: integer(0)) }) <= limit
        }
        let weights = terms.map { Int32($0.weight) }
        return gather(terms.map(\.formula.node)) { Z3_mk_pble($0, $1, $2, weights, Int32(limit)) }
    }
}

extension Term where Sort == BooleanSort {
    public static prefix func ! (a: Formula) -> Formula { a.map(Z3_mk_not) }
    public static func && (a: Formula, b: Formula) -> Formula { a.context.gather([a.node, b.node]) { Z3_mk_and($0, $1, $2) } }
    public static func || (a: Formula, b: Formula) -> Formula { a.context.gather([a.node, b.node]) { Z3_mk_or($0, $1, $2) } }
    public static func ^ (a: Formula, b: Formula) -> Formula { a.combine(b) { Z3_mk_xor($0, $1, $2) } }

    public func implies(_ other: Formula) -> Formula { combine(other) { Z3_mk_implies($0, $1, $2) } }
    public func isEquivalent(to other: Formula) -> Formula { combine(other) { Z3_mk_iff($0, $1, $2) } }

    /// One of two terms.
    public func then<Result>(_ a: Term<Result>, else b: Term<Result>) -> Term<Result> {
        precondition(context === a.context && context === b.context, "terms of two contexts")
        return withExtendedLifetime((node, a.node, b.node)) {
            Term<Result>(context.make(or: a.node) { Z3_mk_ite($0, node.raw, a.node.raw, b.node.raw) })
        }
    }
}
