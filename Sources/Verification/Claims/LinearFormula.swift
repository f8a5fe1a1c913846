/// A claim over unknown integers: comparisons of linear terms, joined.
///
/// Comparisons are kept in one form, divided by what divides all of their factors: claims that say the same of other addresses are the
/// same, and what has no unknown is decided at once.
indirect enum LinearFormula {
    case constant(Bool)
    case atMostZero(LinearTerm)
    case zero(LinearTerm)
    case negation(LinearFormula)
    case conjunction([LinearFormula])
    case disjunction([LinearFormula])

    static func isAtMostZero(_ term: LinearTerm) -> LinearFormula {
        guard !term.parts.isEmpty else { return .constant(term.constant <= 0) }
        let divisor = term.parts.reduce(0) { greatestCommonDivisor($0, abs($1.factor)) }
        guard divisor > 1 else { return .atMostZero(term) }
        // parts + constant ≤ 0, so that parts / divisor ≤ ⌊−constant / divisor⌋.
        var scaled = (term - term.constant).divided(by: divisor).whole
        scaled.constant = -floorDivided(-term.constant, divisor)
        return .atMostZero(scaled)
    }

    static func isZero(_ term: LinearTerm) -> LinearFormula {
        guard let first = term.parts.first else { return .constant(term.constant == 0) }
        let divisor = term.parts.reduce(0) { greatestCommonDivisor($0, abs($1.factor)) }
        guard term.constant % divisor == 0 else { return .constant(false) }
        let scaled = term.divided(by: divisor).whole
        return .zero(first.factor < 0 ? scaled * -1 : scaled)
    }

    private static func floorDivided(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((-a + b - 1) / b) }

    static func all(_ formulas: [LinearFormula]) -> LinearFormula {
        var kept: [LinearFormula] = []
        for formula in formulas {
            switch formula {
            case .constant(true): continue
            case .constant(false): return formula
            case .conjunction(let inner): kept += inner
            default: kept.append(formula)
            }
        }
        return kept.isEmpty ? .constant(true) : kept.count == 1 ? kept[0] : .conjunction(kept)
    }

    static func any(_ formulas: [LinearFormula]) -> LinearFormula {
        var kept: [LinearFormula] = []
        for formula in formulas {
            switch formula {
            case .constant(false): continue
            case .constant(true): return formula
            case .disjunction(let inner): kept += inner
            default: kept.append(formula)
            }
        }
        return kept.isEmpty ? .constant(false) : kept.count == 1 ? kept[0] : .disjunction(kept)
    }

    static func && (a: LinearFormula, b: LinearFormula) -> LinearFormula { all([a, b]) }
    static func || (a: LinearFormula, b: LinearFormula) -> LinearFormula { any([a, b]) }

    static prefix func ! (a: LinearFormula) -> LinearFormula {
        switch a {
        case .constant(let value): .constant(!value)
        case .negation(let inner): inner
        case .atMostZero(let term): isAtMostZero(LinearTerm(1) - term)
        default: .negation(a)
        }
    }

    /// Calls `body` for every unknown, some of them several times.
    func forEachUnknown(_ body: (Int) -> Void) {
        switch self {
        case .constant: break
        case .atMostZero(let term), .zero(let term): for part in term.parts { body(part.unknown) }
        case .negation(let inner): inner.forEachUnknown(body)
        case .conjunction(let list), .disjunction(let list): for inner in list { inner.forEachUnknown(body) }
        }
    }

    /// Whether it holds for these values of the unknowns.
    func holds(_ value: (Int) -> Int) -> Bool {
        func sum(_ term: LinearTerm) -> Int { term.parts.reduce(term.constant) { $0 + $1.factor * value($1.unknown) } }
        return switch self {
        case .constant(let own): own
        case .atMostZero(let term): sum(term) <= 0
        case .zero(let term): sum(term) == 0
        case .negation(let inner): !inner.holds(value)
        case .conjunction(let list): list.allSatisfy { $0.holds(value) }
        case .disjunction(let list): list.contains { $0.holds(value) }
        }
    }
}
