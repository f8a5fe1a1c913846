import CZ3

extension Context {
    public func integer(_ name: String) -> IntegerTerm { IntegerTerm(variable(name, Z3_mk_int_sort(raw))) }
    public func integer(_ value: Int) -> IntegerTerm { IntegerTerm(make(or: nil) { Z3_mk_int64($0, Int64(value), Z3_mk_int_sort($0)) }) }
    public func freshInteger(_ prefix: String) -> IntegerTerm {
        IntegerTerm(make(or: nil) { Z3_mk_fresh_const($0, prefix, Z3_mk_int_sort($0)) })
    }

    public func real(_ name: String) -> RealTerm { RealTerm(variable(name, Z3_mk_real_sort(raw))) }

    /// The fraction, exact. A denominator of 0 is an error.
    public func real(_ numerator: Int, over denominator: Int = 1) -> RealTerm {
        if denominator == 0 { note(.argument("the fraction \(numerator)/0")) }
        // Z3 reads a sign in front, and none below the line.
        let sign = (numerator < 0) != (denominator < 0) ? "-" : ""
        let text = "\(sign)\(numerator.magnitude)/\(max(1, denominator.magnitude))"
        return RealTerm(make(or: nil) { Z3_mk_numeral($0, text, Z3_mk_real_sort($0)) })
    }

    /// 0 for none.
    public func sum(_ terms: [IntegerTerm]) -> IntegerTerm {
        switch terms.count {
        case 0: integer(0)
        case 1: terms[0]
        default: gather(terms.map(\.node)) { Z3_mk_add($0, $1, $2) }
        }
    }
}

extension Term where Sort: ArithmeticSort {
    public static func + (a: Term, b: Term) -> Term { a.context.gather([a.node, b.node], or: a.node) { Z3_mk_add($0, $1, $2) } }
    public static func - (a: Term, b: Term) -> Term { a.context.gather([a.node, b.node], or: a.node) { Z3_mk_sub($0, $1, $2) } }
    /// Where both are variables the logic is no longer linear: Z3 may answer unknown.
    public static func * (a: Term, b: Term) -> Term { a.context.gather([a.node, b.node], or: a.node) { Z3_mk_mul($0, $1, $2) } }
    public static prefix func - (a: Term) -> Term { a.map(Z3_mk_unary_minus, or: a.node) }

    public static func < (a: Term, b: Term) -> Formula { a.combine(b) { Z3_mk_lt($0, $1, $2) } }
    public static func <= (a: Term, b: Term) -> Formula { a.combine(b) { Z3_mk_le($0, $1, $2) } }
    public static func > (a: Term, b: Term) -> Formula { a.combine(b) { Z3_mk_gt($0, $1, $2) } }
    public static func >= (a: Term, b: Term) -> Formula { a.combine(b) { Z3_mk_ge($0, $1, $2) } }

    public func minimum(_ other: Term) -> Term { (self <= other).then(self, else: other) }
    public func maximum(_ other: Term) -> Term { (self <= other).then(other, else: self) }
}

extension Term where Sort == IntegerSort {
    public static func + (a: IntegerTerm, b: Int) -> IntegerTerm { a + a.context.integer(b) }
    public static func + (a: Int, b: IntegerTerm) -> IntegerTerm { b.context.integer(a) + b }
    public static func - (a: IntegerTerm, b: Int) -> IntegerTerm { a - a.context.integer(b) }
    public static func - (a: Int, b: IntegerTerm) -> IntegerTerm { b.context.integer(a) - b }
    public static func * (a: IntegerTerm, b: Int) -> IntegerTerm { a * a.context.integer(b) }
    public static func * (a: Int, b: IntegerTerm) -> IntegerTerm { b.context.integer(a) * b }
    public static func < (a: IntegerTerm, b: Int) -> Formula { a < a.context.integer(b) }
    public static func <= (a: IntegerTerm, b: Int) -> Formula { a <= a.context.integer(b) }
    public static func > (a: IntegerTerm, b: Int) -> Formula { a > a.context.integer(b) }
    public static func >= (a: IntegerTerm, b: Int) -> Formula { a >= a.context.integer(b) }
    public static func == (a: IntegerTerm, b: Int) -> Formula { a == a.context.integer(b) }
    public static func != (a: IntegerTerm, b: Int) -> Formula { a != a.context.integer(b) }

    /// The quotient rounded down for a divisor above 0, as in SMT-LIB; any value for a divisor of 0.
    public func quotient(by divisor: IntegerTerm) -> IntegerTerm { combine(divisor, or: node) { Z3_mk_div($0, $1, $2) } }
    public func quotient(by divisor: Int) -> IntegerTerm { quotient(by: context.integer(divisor)) }
    /// From 0 up to the divisor's magnitude, as in SMT-LIB; any value for a divisor of 0.
    public func remainder(by divisor: IntegerTerm) -> IntegerTerm { combine(divisor, or: node) { Z3_mk_mod($0, $1, $2) } }
    public func remainder(by divisor: Int) -> IntegerTerm { remainder(by: context.integer(divisor)) }

    public var real: RealTerm { map(Z3_mk_int2real) }
}

extension Term where Sort == RealSort {
    public static func / (a: RealTerm, b: RealTerm) -> RealTerm { a.combine(b, or: a.node) { Z3_mk_div($0, $1, $2) } }
    /// The greatest integer that is not above.
    public var roundedDown: IntegerTerm { map(Z3_mk_real2int, or: context.integer(0).node) }
}
