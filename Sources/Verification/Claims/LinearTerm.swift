/// An integer expression of a claim: a constant and unknowns, each with a factor.
struct LinearTerm {
    var constant: Int
    /// In ascending order of the unknown's number; no factor is zero.
    private(set) var parts: [(unknown: Int, factor: Int)]

    init(_ constant: Int) {
        self.constant = constant
        parts = []
    }

    init(unknown: Int) {
        constant = 0
        parts = [(unknown, 1)]
    }

    var constantValue: Int? { parts.isEmpty ? constant : nil }

    static func + (a: LinearTerm, b: LinearTerm) -> LinearTerm { a.adding(b, times: 1) }
    static func - (a: LinearTerm, b: LinearTerm) -> LinearTerm { a.adding(b, times: -1) }

    static func * (a: LinearTerm, factor: Int) -> LinearTerm {
        guard factor != 0 else { return LinearTerm(0) }
        var result = a
        result.constant *= factor
        for place in result.parts.indices { result.parts[place].factor *= factor }
        return result
    }

    static func + (a: LinearTerm, b: Int) -> LinearTerm {
        var result = a
        result.constant += b
        return result
    }

    static func - (a: LinearTerm, b: Int) -> LinearTerm { a + -b }

    private func adding(_ other: LinearTerm, times factor: Int) -> LinearTerm {
        var result = LinearTerm(constant + other.constant * factor)
        result.parts.reserveCapacity(parts.count + other.parts.count)
        var (a, b) = (0, 0)
        while a < parts.count || b < other.parts.count {
            if b == other.parts.count || (a < parts.count && parts[a].unknown < other.parts[b].unknown) {
                result.parts.append(parts[a])
                a += 1
            } else if a == parts.count || other.parts[b].unknown < parts[a].unknown {
                result.parts.append((other.parts[b].unknown, other.parts[b].factor * factor))
                b += 1
            } else {
                let sum = parts[a].factor + other.parts[b].factor * factor
                if sum != 0 { result.parts.append((parts[a].unknown, sum)) }
                (a, b) = (a + 1, b + 1)
            }
        }
        return result
    }

    /// whole · divisor + rest, where no part of the rest has a factor that the divisor divides, and its constant is in 0 ..< divisor.
    func divided(by divisor: Int) -> (whole: LinearTerm, rest: LinearTerm) {
        let remainder = ((constant % divisor) + divisor) % divisor
        var (whole, rest) = (LinearTerm((constant - remainder) / divisor), LinearTerm(remainder))
        for part in parts {
            if part.factor % divisor == 0 { whole.parts.append((part.unknown, part.factor / divisor)) } else { rest.parts.append(part) }
        }
        return (whole, rest)
    }

    // MARK: Comparing

    static func <= (a: LinearTerm, b: LinearTerm) -> LinearFormula { .isAtMostZero(a - b) }
    static func < (a: LinearTerm, b: LinearTerm) -> LinearFormula { .isAtMostZero(a - b + 1) }
    static func >= (a: LinearTerm, b: LinearTerm) -> LinearFormula { b <= a }
    static func > (a: LinearTerm, b: LinearTerm) -> LinearFormula { b < a }
    static func == (a: LinearTerm, b: LinearTerm) -> LinearFormula { .isZero(a - b) }
    static func != (a: LinearTerm, b: LinearTerm) -> LinearFormula { !.isZero(a - b) }

    static func <= (a: LinearTerm, b: Int) -> LinearFormula { .isAtMostZero(a - b) }
    static func < (a: LinearTerm, b: Int) -> LinearFormula { .isAtMostZero(a - b + 1) }
    static func >= (a: LinearTerm, b: Int) -> LinearFormula { .isAtMostZero(LinearTerm(b) - a) }
    static func > (a: LinearTerm, b: Int) -> LinearFormula { .isAtMostZero(LinearTerm(b + 1) - a) }
    static func == (a: LinearTerm, b: Int) -> LinearFormula { .isZero(a - b) }
    static func != (a: LinearTerm, b: Int) -> LinearFormula { !.isZero(a - b) }
}
