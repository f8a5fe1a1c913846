/// A quasi-affine integer expression over loop indices, symbols and point coordinates.
///
/// Sums, products with constants, floor division and modulo by positive constants, minimum and maximum: what Z3 decides
/// in linear integer arithmetic, what a loop can step, and what hardware address generators compute.
/// Loop indices are written by name; the coordinates of a region's points are `$0`, `$1`, ….
public indirect enum Expression: Hashable, Sendable {
    case constant(Int)
    case variable(String)
    /// Coordinate along a region's dimension.
    case coordinate(Int)
    case sum(Expression, Expression)
    case product(Expression, Int)
    /// Rounds toward negative infinity; the divisor is positive.
    case quotient(Expression, Int)
    /// In 0 ..< divisor; the divisor is positive.
    case remainder(Expression, Int)
    case minimum(Expression, Expression)
    case maximum(Expression, Expression)
}

extension Expression: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self = .constant(value) }
}

extension Expression {
    /// The value when the expression is a constant.
    public var constantValue: Int? {
        if case .constant(let value) = self { value } else { nil }
    }

    public static func + (a: Expression, b: Expression) -> Expression {
        switch (a, b) {
        case (.constant(let x), .constant(let y)): .constant(x + y)
        case (.constant(0), _): b
        case (_, .constant(0)): a
        case (.sum(let x, .constant(let y)), .constant(let z)): x + .constant(y + z)
        case (.constant, _): .sum(b, a)
        default: .sum(a, b)
        }
    }

    public static func - (a: Expression, b: Expression) -> Expression { a + b * -1 }

    public static func * (a: Expression, b: Int) -> Expression {
        switch a {
        case .constant(let x): .constant(x * b)
        case _ where b == 0: .constant(0)
        case _ where b == 1: a
        case .product(let x, let y): x * (y * b)
        case .sum(let x, .constant(let y)): x * b + .constant(y * b)
        default: .product(a, b)
        }
    }

    public static func / (a: Expression, b: Int) -> Expression {
        switch a {
        case .constant(let x): .constant(floorDivide(x, b))
        case _ where b == 1: a
        default: .quotient(a, b)
        }
    }

    public static func % (a: Expression, b: Int) -> Expression {
        switch a {
        case .constant(let x): .constant(floorRemainder(x, b))
        case _ where b == 1: .constant(0)
        default: .remainder(a, b)
        }
    }

    public static func min(_ a: Expression, _ b: Expression) -> Expression {
        if let x = a.constantValue, let y = b.constantValue { return .constant(Swift.min(x, y)) }
        return a == b ? a : .minimum(a, b)
    }

    public static func max(_ a: Expression, _ b: Expression) -> Expression {
        if let x = a.constantValue, let y = b.constantValue { return .constant(Swift.max(x, y)) }
        return a == b ? a : .maximum(a, b)
    }

    /// Value under an assignment of the variables and coordinates; `nil` when one of them has no value.
    public func evaluate(_ variables: [String: Int] = [:], at coordinates: [Int] = []) -> Int? {
        switch self {
        case .constant(let value): return value
        case .variable(let name): return variables[name]
        case .coordinate(let index): return index < coordinates.count ? coordinates[index] : nil
        case .sum(let a, let b): return both(a, b, variables, coordinates, +)
        case .product(let a, let factor): return a.evaluate(variables, at: coordinates).map { $0 * factor }
        case .quotient(let a, let divisor): return a.evaluate(variables, at: coordinates).map { floorDivide($0, divisor) }
        case .remainder(let a, let divisor):
            return a.evaluate(variables, at: coordinates).map { floorRemainder($0, divisor) }
        case .minimum(let a, let b): return both(a, b, variables, coordinates, Swift.min)
        case .maximum(let a, let b): return both(a, b, variables, coordinates, Swift.max)
        }
    }

    private func both(
        _ a: Expression, _ b: Expression, _ variables: [String: Int], _ coordinates: [Int], _ combine: (Int, Int) -> Int
    ) -> Int? {
        guard let x = a.evaluate(variables, at: coordinates), let y = b.evaluate(variables, at: coordinates) else { return nil }
        return combine(x, y)
    }

    /// The expression with every variable that `replacement` knows replaced.
    public func substituting(_ replacement: (String) -> Expression?) -> Expression {
        switch self {
        case .constant, .coordinate: self
        case .variable(let name): replacement(name) ?? self
        case .sum(let a, let b): a.substituting(replacement) + b.substituting(replacement)
        case .product(let a, let factor): a.substituting(replacement) * factor
        case .quotient(let a, let divisor): a.substituting(replacement) / divisor
        case .remainder(let a, let divisor): a.substituting(replacement) % divisor
        case .minimum(let a, let b): .min(a.substituting(replacement), b.substituting(replacement))
        case .maximum(let a, let b): .max(a.substituting(replacement), b.substituting(replacement))
        }
    }

    /// Names of all variables, in order of appearance, without repetition.
    public var variables: [String] {
        var found: [String] = []
        collectVariables(into: &found)
        return found
    }

    private func collectVariables(into found: inout [String]) {
        switch self {
        case .constant, .coordinate: break
        case .variable(let name): if !found.contains(name) { found.append(name) }
        case .product(let a, _), .quotient(let a, _), .remainder(let a, _): a.collectVariables(into: &found)
        case .sum(let a, let b), .minimum(let a, let b), .maximum(let a, let b):
            a.collectVariables(into: &found)
            b.collectVariables(into: &found)
        }
    }
}

/// Division that rounds toward negative infinity. The divisor is positive.
@inlinable
public func floorDivide(_ a: Int, _ b: Int) -> Int {
    let quotient = a / b
    return a % b < 0 ? quotient - 1 : quotient
}

/// What `floorDivide` leaves, in 0 ..< b. The divisor is positive.
@inlinable
public func floorRemainder(_ a: Int, _ b: Int) -> Int {
    let remainder = a % b
    return remainder < 0 ? remainder + b : remainder
}

/// Division that rounds up, of a non-negative number by a positive one.
@inlinable
public func ceilingDivide(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

extension Expression: CustomStringConvertible {
    /// The expression as programs write it. Different trees have different texts: constants that the operators would
    /// have folded stand in parentheses.
    public var description: String { text(.whole) }

    /// The text in parentheses unless it is a single term.
    var asFactor: String {
        if case .constant = self { description } else { text(.factor) }
    }

    /// Where an expression stands decides whether it needs parentheses.
    private enum Place {
        case whole
        /// After "+".
        case addend
        /// After "-".
        case subtracted
        /// Before "/" or "%".
        case divided
        /// After "c*".
        case factor
    }

    private func text(_ place: Place) -> String {
        switch self {
        case .constant(let value): return wrapped("\(value)", place != .whole && place != .addend)
        case .variable(let name): return ProgramNames.variable(name)
        case .coordinate(let index): return "$\(index)"
        case .sum(let a, let b): return wrapped(Self.sumText(a, b), place != .whole)
        case .product(let a, let factor):
            return wrapped("\(factor)*\(a.text(.factor))", place == .subtracted || place == .factor)
        case .quotient(let a, let divisor):
            return wrapped("\(a.text(.divided))/\(divisor)", place == .divided || place == .factor)
        case .remainder(let a, let divisor):
            return wrapped("\(a.text(.divided))%\(divisor)", place == .divided || place == .factor)
        case .minimum(let a, let b): return "min(\(a), \(b))"
        case .maximum(let a, let b): return "max(\(a), \(b))"
        }
    }

    private static func sumText(_ a: Expression, _ b: Expression) -> String {
        let left = a.description
        switch (a, b) {
        // The operators put constants last; people write "576 - 256*k".
        case (.product(let subtracted, let factor), .constant) where factor < 0 && factor > Int.min:
            return "\(b) - \(factor == -1 ? "" : "\(-factor)*")\(subtracted.text(factor == -1 ? .subtracted : .factor))"
        case (.constant, .product(_, let factor)) where factor < 0 && factor > Int.min: return "\(left) + (\(b))"
        case (.constant, .constant(let value)): return "\(left) + (\(value))"
        case (_, .constant(let value)) where value < 0 && value > Int.min: return "\(left) - \(-value)"
        case (_, .product(let subtracted, -1)): return "\(left) - \(subtracted.text(.subtracted))"
        case (_, .product(let subtracted, let factor)) where factor < 0 && factor > Int.min:
            return "\(left) - \(-factor)*\(subtracted.text(.factor))"
        default: return "\(left) + \(b.text(.addend))"
        }
    }

    private func wrapped(_ text: String, _ needsParentheses: Bool) -> String { needsParentheses ? "(\(text))" : text }
}
