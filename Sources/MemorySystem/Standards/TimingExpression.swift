import Architecture
import Quantities

/// An arithmetic expression over timing parameters: `CWL + burst + tWTR_L`, `max(4, 7.5 ns)`, `tREFI / banks`.
///
/// Everything is a whole number of clock cycles. A plain number is cycles; a number with a unit of time is rounded to cycles
/// by the standard's rule where it stands; a quotient is rounded up, so that no rule becomes shorter than what was written.
package indirect enum TimingExpression: Sendable, Equatable {
    case cycles(Int)
    case femtoseconds(Int)
    case name(String)
    case sum(TimingExpression, TimingExpression)
    case difference(TimingExpression, TimingExpression)
    case product(TimingExpression, TimingExpression)
    case quotient(TimingExpression, TimingExpression)
    case maximum([TimingExpression])
    case minimum([TimingExpression])

    /// Why a text is not an expression, or has no value.
    package struct Failure: Error, Sendable {
        package var message: String
        package var suggestion: String?

        package init(_ message: String, suggestion: String? = nil) {
            self.message = message
            self.suggestion = suggestion
        }
    }

    /// The largest value an expression or a part of it may have: half a second at 4 GHz.
    package static let limit = 2_000_000_000

    package init(parsing text: String) throws(Failure) {
        guard text.utf8.count <= 200 else { throw Failure("is longer than 200 characters") }
        var parser = TimingExpressionParser(text)
        self = try parser.parse()
    }

    /// Every name in the expression, in the order of writing.
    package var names: [String] {
        switch self {
        case .cycles, .femtoseconds: []
        case .name(let name): [name]
        case .sum(let a, let b), .difference(let a, let b), .product(let a, let b), .quotient(let a, let b): a.names + b.names
        case .maximum(let parts), .minimum(let parts): parts.flatMap(\.names)
        }
    }

    /// The value in cycles.
    ///
    /// - Parameters:
    ///   - rounding: turns durations into cycles.
    ///   - value: looks up names.
    package func evaluate(
        rounding: CycleRounding, value: (String) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        let result: Int
        switch self {
        case .cycles(let count): result = count
        case .femtoseconds(let duration): result = rounding.cycles(duration)
        case .name(let name): result = try value(name)
        case .sum(let a, let b):
            result = try a.evaluate(rounding: rounding, value: value) + b.evaluate(rounding: rounding, value: value)
        case .difference(let a, let b):
            result = try a.evaluate(rounding: rounding, value: value) - b.evaluate(rounding: rounding, value: value)
        case .product(let a, let b):
            // Both are within the limit, so that the product fits 63 bits.
            result = try a.evaluate(rounding: rounding, value: value) * b.evaluate(rounding: rounding, value: value)
        case .quotient(let a, let b):
            let dividend = try a.evaluate(rounding: rounding, value: value)
            let divisor = try b.evaluate(rounding: rounding, value: value)
            guard divisor > 0 else { throw Failure("divides by \(divisor)") }
            result = dividend <= 0 || rounding.isLongest ? dividend / divisor : (dividend + divisor - 1) / divisor
        case .maximum(let parts):
            var largest = Int.min
            for part in parts { largest = max(largest, try part.evaluate(rounding: rounding, value: value)) }
            result = largest
        case .minimum(let parts):
            var smallest = Int.max
            for part in parts { smallest = min(smallest, try part.evaluate(rounding: rounding, value: value)) }
            result = smallest
        }
        guard abs(result) <= Self.limit else { throw Failure("is more than \(Self.limit) cycles") }
        return result
    }
}

/// How a duration of a datasheet becomes a whole number of clock cycles.
///
/// A clock period is itself rounded (2400 MT/s is a period of 0.833 ns), so that a plain "round up" would add a cycle to times
/// that are meant to be a multiple of it; each JEDEC standard says how much is to be forgiven.
package struct CycleRounding: Sendable, Equatable {
    package enum Rule: String, CaseIterable, Sendable {
        /// The smallest count that is not shorter.
        case up
        /// JESD79-4C 13.3: what exceeds a whole cycle by no more than 0.026 of one is forgiven.
        case ddr4
        /// JESD79-5 13.2: the time is shortened by 0.3 %, then rounded up.
        case ddr5
    }

    package var rule: Rule
    /// In femtoseconds.
    package var clockPeriod: Int
    /// For times that must not be exceeded instead of kept: the interval between refreshes.
    package var isLongest = false

    package init(rule: Rule, clockPeriod: Int) {
        self.rule = rule
        self.clockPeriod = clockPeriod
    }

    package func cycles(_ femtoseconds: Int) -> Int {
        // The period of 1200 MHz is no whole number of femtoseconds, and 350 ns are 420 of it all the same.
        let slack = femtoseconds / 100_000
        if isLongest { return (femtoseconds + slack) / clockPeriod }
        let allowed =
            switch rule {
            case .up: femtoseconds - slack
            case .ddr4: femtoseconds - clockPeriod * 26 / 1000
            case .ddr5: femtoseconds - femtoseconds / 1000 * 3
            }
        return allowed <= 0 ? 0 : (allowed + clockPeriod - 1) / clockPeriod
    }
}
