import CZ3

extension Context {
    /// - Parameter width: in bits, from 1 on.
    public func bitVector(_ name: String, width: Int) -> BitVectorTerm {
        guard isWidth(width) else { return bits(0, width: 1) }
        return BitVectorTerm(variable(name, Z3_mk_bv_sort(raw, UInt32(width)), or: bits(0, width: 1).node))
    }

    /// The low bits of `value`.
    public func bits(_ value: UInt64, width: Int) -> BitVectorTerm {
        let width = isWidth(width) ? width : 1
        return BitVectorTerm(make(or: nil) { Z3_mk_unsigned_int64($0, value, Z3_mk_bv_sort($0, UInt32(width))) })
    }

    private func isWidth(_ width: Int) -> Bool {
        if (1...65536).contains(width) { return true }
        note(.argument("a bit vector of \(width) bits; give from 1 to 65536"))
        return false
    }
}

extension Term where Sort == BitVectorSort {
    /// In bits.
    public var width: Int {
        withExtendedLifetime(node) { Int(Z3_get_bv_sort_size(context.raw, Z3_get_sort(context.raw, node.raw))) }
    }

    // Arithmetic wraps. Both sides have one width; anything else is an error of the context.
    public static func + (a: BitVectorTerm, b: BitVectorTerm) -> BitVectorTerm { a.combine(b, or: a.node) { Z3_mk_bvadd($0, $1, $2) } }
    public static func - (a: BitVectorTerm, b: BitVectorTerm) -> BitVectorTerm { a.combine(b, or: a.node) { Z3_mk_bvsub($0, $1, $2) } }
    public static func * (a: BitVectorTerm, b: BitVectorTerm) -> BitVectorTerm { a.combine(b, or: a.node) { Z3_mk_bvmul($0, $1, $2) } }
    public static func & (a: BitVectorTerm, b: BitVectorTerm) -> BitVectorTerm { a.combine(b, or: a.node) { Z3_mk_bvand($0, $1, $2) } }
    public static func | (a: BitVectorTerm, b: BitVectorTerm) -> BitVectorTerm { a.combine(b, or: a.node) { Z3_mk_bvor($0, $1, $2) } }
    public static func ^ (a: BitVectorTerm, b: BitVectorTerm) -> BitVectorTerm { a.combine(b, or: a.node) { Z3_mk_bvxor($0, $1, $2) } }
    public static prefix func ~ (a: BitVectorTerm) -> BitVectorTerm { a.map(Z3_mk_bvnot, or: a.node) }
    public static prefix func - (a: BitVectorTerm) -> BitVectorTerm { a.map(Z3_mk_bvneg, or: a.node) }

    public func shiftedLeft(by other: BitVectorTerm) -> BitVectorTerm { combine(other, or: node) { Z3_mk_bvshl($0, $1, $2) } }
    public func shiftedRightLogically(by other: BitVectorTerm) -> BitVectorTerm { combine(other, or: node) { Z3_mk_bvlshr($0, $1, $2) } }
    public func shiftedRightArithmetically(by other: BitVectorTerm) -> BitVectorTerm { combine(other, or: node) { Z3_mk_bvashr($0, $1, $2) } }
    public func unsignedQuotient(by other: BitVectorTerm) -> BitVectorTerm { combine(other, or: node) { Z3_mk_bvudiv($0, $1, $2) } }
    public func unsignedRemainder(by other: BitVectorTerm) -> BitVectorTerm { combine(other, or: node) { Z3_mk_bvurem($0, $1, $2) } }

    public func isUnsignedLess(than other: BitVectorTerm) -> Formula { combine(other) { Z3_mk_bvult($0, $1, $2) } }
    public func isUnsignedAtMost(_ other: BitVectorTerm) -> Formula { combine(other) { Z3_mk_bvule($0, $1, $2) } }
    public func isSignedLess(than other: BitVectorTerm) -> Formula { combine(other) { Z3_mk_bvslt($0, $1, $2) } }
    public func isSignedAtMost(_ other: BitVectorTerm) -> Formula { combine(other) { Z3_mk_bvsle($0, $1, $2) } }

    /// This one's bits above the other's.
    public func followed(by low: BitVectorTerm) -> BitVectorTerm { combine(low, or: node) { Z3_mk_concat($0, $1, $2) } }

    /// Some of the bits, counted from the lowest.
    public func bits(_ range: Range<Int>) -> BitVectorTerm {
        guard range.lowerBound >= 0, range.upperBound <= width, !range.isEmpty else {
            context.note(.argument("bits \(range.lowerBound)..<\(range.upperBound) of a vector of \(width)"))
            return self
        }
        return map({ Z3_mk_extract($0, UInt32(range.upperBound - 1), UInt32(range.lowerBound), $1) }, or: node)
    }

    /// Wider by `count` bits: zeros, or copies of the sign.
    public func extended(by count: Int, signed: Bool) -> BitVectorTerm {
        guard (0...65536).contains(count) else {
            context.note(.argument("an extension by \(count) bits"))
            return self
        }
        return map({ signed ? Z3_mk_sign_ext($0, UInt32(count), $1) : Z3_mk_zero_ext($0, UInt32(count), $1) }, or: node)
    }
}
