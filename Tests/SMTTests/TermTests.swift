import SMT
import Testing

@Suite("Terms mean what Swift's operators mean")
struct TermTests {

    @Test func bitVectorsWrap() throws {
        let context = Context()
        var random = Numbers(seed: 1)
        let solver = try Solver(context)
        try solver.check()
        let model = try solver.model()
        for _ in 0..<200 {
            let (a, b) = (UInt8(random.below(256)), UInt8(random.below(256)))
            let (x, y) = (context.bits(UInt64(a), width: 8), context.bits(UInt64(b), width: 8))
            #expect(try model.value(of: x + y) == UInt64(a &+ b))
            #expect(try model.value(of: x - y) == UInt64(a &- b))
            #expect(try model.value(of: x * y) == UInt64(a &* b))
            #expect(try model.value(of: x & y) == UInt64(a & b))
            #expect(try model.value(of: x | y) == UInt64(a | b))
            #expect(try model.value(of: x ^ y) == UInt64(a ^ b))
            #expect(try model.value(of: ~x) == UInt64(~a))
            #expect(try model.value(of: -x) == UInt64(0 &- a))
            #expect(try model.value(of: x.isUnsignedLess(than: y)) == (a < b))
            #expect(try model.value(of: x.isUnsignedAtMost(y)) == (a <= b))
            #expect(try model.value(of: x.isSignedLess(than: y)) == (Int8(bitPattern: a) < Int8(bitPattern: b)))
            #expect(try model.value(of: x.isSignedAtMost(y)) == (Int8(bitPattern: a) <= Int8(bitPattern: b)))
            if b != 0 {
                #expect(try model.value(of: x.unsignedQuotient(by: y)) == UInt64(a / b))
                #expect(try model.value(of: x.unsignedRemainder(by: y)) == UInt64(a % b))
            }
            let shift = context.bits(UInt64(b % 8), width: 8)
            #expect(try model.value(of: x.shiftedLeft(by: shift)) == UInt64(a << (b % 8)))
            #expect(try model.value(of: x.shiftedRightLogically(by: shift)) == UInt64(a >> (b % 8)))
            #expect(try model.value(of: x.shiftedRightArithmetically(by: shift)) == UInt64(UInt8(bitPattern: Int8(bitPattern: a) >> (b % 8))))
            #expect(try model.value(of: x.followed(by: y)) == UInt64(a) << 8 | UInt64(b))
            #expect(try model.value(of: x.bits(2..<5)) == UInt64(a >> 2 & 7))
            #expect(try model.value(of: x.extended(by: 4, signed: true)) == UInt64(Int64(Int8(bitPattern: a)) & 0xFFF))
            #expect(try model.value(of: x.extended(by: 4, signed: false)) == UInt64(a))
        }
        #expect(context.bits(1, width: 8).followed(by: context.bits(1, width: 3)).width == 11)
    }

    /// SMT-LIB's quotient rounds so that the remainder is never negative.
    @Test func integerDivisionIsEuclidean() throws {
        let context = Context()
        let solver = try Solver(context)
        try solver.check()
        let model = try solver.model()
        for a in -13...13 {
            for b in [-5, -3, -1, 1, 2, 7] {
                let quotient = try model.value(of: context.integer(a).quotient(by: b))
                let remainder = try model.value(of: context.integer(a).remainder(by: b))
                #expect(quotient * b + remainder == a && remainder >= 0 && remainder < abs(b), "\(a) by \(b)")
            }
        }
        #expect(try model.value(of: context.integer(3).minimum(context.integer(-2))) == -2)
        #expect(try model.value(of: context.integer(3).maximum(context.integer(-2))) == 3)
        #expect(try model.value(of: 2 * context.integer(5) - 3 + 1 - context.integer(1)) == 7)
        #expect(try model.value(of: -context.integer(5)) == -5)
        #expect(try model.value(of: context.integer(.min)) == .min)
    }

    @Test func realsAreExact() throws {
        let context = Context()
        let solver = try Solver(context)
        let x = context.real("x")
        try solver.assert(x * context.real(3) == context.real(1))
        #expect(try solver.check() == .satisfiable)
        let model = try solver.model()
        #expect(try model.value(of: x) == (1, 3))
        #expect(try model.value(of: context.real(1, over: 3) + context.real(1, over: 6)) == (1, 2))
        #expect(try model.value(of: context.real(7, over: -2).roundedDown) == -4)
        #expect(try model.value(of: context.integer(3).real / context.real(4)) == (3, 4))
    }

    /// Truth tables, and counts of the true among five against counting.
    @Test func formulasFollowTheirTables() throws {
        let context = Context()
        let solver = try Solver(context)
        try solver.check()
        let model = try solver.model()
        for bits in 0..<32 {
            let values = (0..<5).map { bits >> $0 & 1 == 1 }
            let terms = values.map { context.constant($0) }
            let (a, b, x, y) = (values[0], values[1], terms[0], terms[1])
            #expect(try model.value(of: x && y) == (a && b))
            #expect(try model.value(of: x || y) == (a || b))
            #expect(try model.value(of: x ^ y) == (a != b))
            #expect(try model.value(of: !x) == !a)
            #expect(try model.value(of: x.implies(y)) == (!a || b))
            #expect(try model.value(of: x.isEquivalent(to: y)) == (a == b))
            #expect(try model.value(of: context.all(terms)) == !values.contains(false))
            #expect(try model.value(of: context.any(terms)) == values.contains(true))
            let count = values.count { $0 }
            for limit in -1...6 {
                #expect(try model.value(of: context.atMost(limit, of: terms)) == (count <= limit))
                #expect(try model.value(of: context.atLeast(limit, of: terms)) == (count >= limit))
            }
            #expect(try model.value(of: context.exactlyOne(of: terms)) == (count == 1))
            for scale in [1, 1 << 40] {
                let weight = values.indices.reduce(0) { $0 + (values[$1] ? ($1 * 3 - 4) * scale : 0) }
                for limit in stride(from: -8, through: 20, by: 4) {
                    let weighted = terms.indices.map { (weight: ($0 * 3 - 4) * scale, formula: terms[$0]) }
                    #expect(try model.value(of: context.weightedSum(weighted, isAtMost: limit * scale)) == (weight <= limit * scale))
                }
            }
        }
        #expect(try model.value(of: context.areDistinct([context.integer(1), context.integer(2), context.integer(1)])) == false)
        #expect(try model.value(of: context.areDistinct([context.integer(1)])))
    }

    @Test func variablesAreTheirNamesUnlessFresh() throws {
        let context = Context()
        let solver = try Solver(context)
        try solver.assert(context.integer("x") != context.integer("x"))
        #expect(try solver.check() == .unsatisfiable)
        let other = try Solver(context)
        try other.assert(context.freshInteger("x") != context.freshInteger("x"))
        try other.assert(context.freshBoolean("b") != context.freshBoolean("b"))
        #expect(try other.check() == .satisfiable)
        #expect((context.integer("x") + 0).simplified.description == "x")
    }
}

/// The same pseudo-random numbers everywhere.
struct Numbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % bound
    }
}
