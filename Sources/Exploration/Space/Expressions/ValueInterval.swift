/// All values that a part of an expression can take while some parameters are not chosen yet.
struct ValueInterval: Sendable, Hashable {
    var low: Double
    var high: Double

    static let all = ValueInterval(low: -.infinity, high: .infinity)
    static let either = ValueInterval(low: 0, high: 1)

    init(low: Double, high: Double) { self.low = low; self.high = high }
    init(_ value: Double) { low = value; high = value }

    var isPoint: Bool { low == high }

    /// Spanned by the values, all numbers if one of them is none.
    init(hull values: Double...) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values {
            guard !value.isNaN else { self = .all; return }
            low = min(low, value)
            high = max(high, value)
        }
        self.init(low: low, high: high)
    }

    /// A step wider on both sides: for functions of the C library, which are not monotone to the last bit.
    var widened: ValueInterval { ValueInterval(low: low.nextDown, high: high.nextUp) }
}

extension CompiledExpression {
    /// What the expression can be while every slot is somewhere in its interval. The values of every combination are within; the interval may
    /// be larger than it need be.
    ///
    /// Sums, products and the like take their extremes at corners, and IEEE 754 rounds monotonically: what holds for reals holds here.
    func bounds(_ slots: [ValueInterval]) -> ValueInterval {
        withUnsafeTemporaryAllocation(of: ValueInterval.self, capacity: depth) { stack in
            var top = -1
            for instruction in instructions {
                let operation = instruction.operation
                switch operation.operands {
                case 0:
                    top += 1
                    stack.initializeElement(at: top, to: operation == .constant ? ValueInterval(instruction.value) : slots[Int(instruction.slot)])
                case 1: stack[top] = Self.bounds(operation, stack[top])
                default:
                    top -= 1
                    stack[top] = Self.bounds(operation, stack[top], stack[top + 1])
                }
            }
            return stack[0]
        }
    }

    /// No choice within the intervals makes it true.
    func cannotHold(_ slots: [ValueInterval]) -> Bool { bounds(slots).high < 1 }

    private static func bounds(_ operation: Operation, _ a: ValueInterval) -> ValueInterval {
        switch operation {
        case .not: return ValueInterval(low: 1 - a.high, high: 1 - a.low)
        case .magnitude:
            let hull = ValueInterval(hull: abs(a.low), abs(a.high))
            return a.low < 0 && a.high > 0 ? ValueInterval(low: 0, high: hull.high) : hull
        case .squareRoot, .logarithm:
            if a.low < 0 { return .all }
            let hull = ValueInterval(hull: apply(operation, a.low), apply(operation, a.high))
            return a.isPoint ? hull : hull.widened
        default: return ValueInterval(hull: apply(operation, a.low), apply(operation, a.high))
        }
    }

    private static func bounds(_ operation: Operation, _ a: ValueInterval, _ b: ValueInterval) -> ValueInterval {
        if a.isPoint, b.isPoint {
            let value = apply(operation, a.low, b.low)
            return value.isNaN ? .all : ValueInterval(value)
        }
        switch operation {
        case .add: return ValueInterval(hull: a.low + b.low, a.high + b.high)
        case .subtract: return ValueInterval(hull: a.low - b.high, a.high - b.low)
        case .multiply: return ValueInterval(hull: a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high)
        case .divide:
            if b.low <= 0, b.high >= 0 { return .all }
            return ValueInterval(hull: a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high)
        case .remainder: return .all
        case .power:
            if a.low <= 0 { return .all }
            return ValueInterval(hull: power(a.low, b.low), power(a.low, b.high), power(a.high, b.low), power(a.high, b.high)).widened
        case .minimum: return ValueInterval(low: min(a.low, b.low), high: min(a.high, b.high))
        case .maximum: return ValueInterval(low: max(a.low, b.low), high: max(a.high, b.high))
        case .less: return a.high < b.low ? ValueInterval(1) : a.low >= b.high ? ValueInterval(0) : .either
        case .lessOrEqual: return a.high <= b.low ? ValueInterval(1) : a.low > b.high ? ValueInterval(0) : .either
        case .greater: return a.low > b.high ? ValueInterval(1) : a.high <= b.low ? ValueInterval(0) : .either
        case .greaterOrEqual: return a.low >= b.high ? ValueInterval(1) : a.high < b.low ? ValueInterval(0) : .either
        case .equal: return a.high < b.low || b.high < a.low ? ValueInterval(0) : .either
        case .unequal: return a.high < b.low || b.high < a.low ? ValueInterval(1) : .either
        // Truths are 0, 1 or either.
        case .and: return ValueInterval(low: min(a.low, b.low), high: min(a.high, b.high))
        default: return ValueInterval(low: max(a.low, b.low), high: max(a.high, b.high))
        }
    }
}
