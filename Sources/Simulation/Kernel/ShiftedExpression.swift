import Programs

/// What is known of loop indices while one of them goes on by a fixed amount: a range for each slot, or nothing.
struct IndexShift {
    var slot: Int
    var step: Int
    /// By slot.
    var ranges: [ClosedRange<Int>?]
    /// By dimension of the region that is looked at; empty where coordinates are not spoken of.
    var coordinates: [ClosedRange<Int>] = []

    /// Nothing moves.
    init(_ ranges: [ClosedRange<Int>?]) {
        slot = -1
        step = 0
        self.ranges = ranges
    }

    init(slot: Int, step: Int, slots: Int) {
        self.slot = slot
        self.step = step
        ranges = Array(repeating: nil, count: slots)
    }
}

/// A value seen over all iterations of a shift.
struct ShiftedValue {
    /// Smallest and largest value, by interval arithmetic: never too narrow.
    var low = 0
    var high = 0
    /// False when a variable has no known range; the bounds then mean nothing.
    var isBounded = true
    /// By how much the value changes at every step, wherever in the range; `nil` when that differs.
    var change: Int? = 0

    var isSingle: Bool { isBounded && low == high }

    static func - (a: ShiftedValue, b: ShiftedValue) -> ShiftedValue {
        ShiftedValue(
            low: a.low &- b.high, high: a.high &- b.low, isBounded: a.isBounded && b.isBounded, change: combine(a.change, b.change, &-))
    }

    static func combine(_ a: Int?, _ b: Int?, _ operation: (Int, Int) -> Int) -> Int? {
        guard let a, let b else { return nil }
        return operation(a, b)
    }
}

extension ExpressionTable {
    /// Whether the expression keeps its value at every step.
    func isInvariant(_ index: Int, under shift: IndexShift) -> Bool {
        guard isAffine(index) else { return value(index, under: shift).change == 0 }
        return coefficient(index, ofSlot: shift.slot) &* shift.step == 0
    }

    /// The expression over all iterations of the shift.
    func value(_ index: Int, under shift: IndexShift) -> ShiftedValue {
        guard isAffine(index) else { return postfix(index, under: shift) }
        var result = ShiftedValue(change: coefficient(index, ofSlot: shift.slot) &* shift.step)
        (result.low, result.high) = (constantTerm(index), constantTerm(index))
        forEachTerm(index) { slot, coefficient in
            guard let range = shift.ranges[slot] else { result.isBounded = false; return }
            let (first, second) = (range.lowerBound &* coefficient, range.upperBound &* coefficient)
            result.low &+= min(first, second)
            result.high &+= max(first, second)
        }
        return result
    }

    private func postfix(_ index: Int, under shift: IndexShift) -> ShiftedValue {
        withUnsafeTemporaryAllocation(of: ShiftedValue.self, capacity: stepCount(index)) { stack in
            var top = 0
            forEachStep(index) { operation, operand in
                switch operation {
                case .constant:
                    stack[top] = ShiftedValue(low: operand, high: operand)
                    top += 1
                case .slot:
                    let range = shift.ranges[operand]
                    stack[top] = ShiftedValue(
                        low: range?.lowerBound ?? 0, high: range?.upperBound ?? 0, isBounded: range != nil,
                        change: operand == shift.slot ? shift.step : 0)
                    top += 1
                case .coordinate:
                    stack[top] = ShiftedValue(isBounded: false)
                    if shift.coordinates.indices.contains(operand) {
                        let range = shift.coordinates[operand]
                        stack[top] = ShiftedValue(low: range.lowerBound, high: range.upperBound)
                    }
                    top += 1
                case .multiply: stack[top - 1] = Self.multiply(stack[top - 1], operand)
                case .quotient: stack[top - 1] = Self.divide(stack[top - 1], operand)
                case .remainder: stack[top - 1] = Self.remainder(stack[top - 1], operand)
                case .add:
                    top -= 1
                    stack[top - 1] = Self.add(stack[top - 1], stack[top])
                case .minimum, .maximum:
                    top -= 1
                    stack[top - 1] = Self.extremum(stack[top - 1], stack[top], isMinimum: operation == .minimum)
                }
            }
            return stack[0]
        }
    }

    private static func add(_ a: ShiftedValue, _ b: ShiftedValue) -> ShiftedValue {
        ShiftedValue(
            low: a.low &+ b.low, high: a.high &+ b.high, isBounded: a.isBounded && b.isBounded,
            change: ShiftedValue.combine(a.change, b.change, &+))
    }

    private static func multiply(_ a: ShiftedValue, _ factor: Int) -> ShiftedValue {
        let (first, second) = (a.low &* factor, a.high &* factor)
        return ShiftedValue(low: min(first, second), high: max(first, second), isBounded: a.isBounded, change: a.change.map { $0 &* factor })
    }

    private static func divide(_ a: ShiftedValue, _ divisor: Int) -> ShiftedValue {
        var result = ShiftedValue(low: floorDivide(a.low, divisor), high: floorDivide(a.high, divisor), isBounded: a.isBounded)
        if !result.isSingle { result.change = a.change.flatMap { $0 % divisor == 0 ? $0 / divisor : nil } }
        return result
    }

    private static func remainder(_ a: ShiftedValue, _ divisor: Int) -> ShiftedValue {
        var result = ShiftedValue(low: 0, high: divisor - 1, isBounded: a.isBounded)
        let quotient = floorDivide(a.low, divisor)
        if quotient == floorDivide(a.high, divisor) {
            (result.low, result.high) = (a.low &- quotient &* divisor, a.high &- quotient &* divisor)
        }
        if !result.isSingle { result.change = a.change.flatMap { $0 % divisor == 0 ? 0 : nil } }
        return result
    }

    /// A minimum or maximum changes as its operands do when both change alike, or as the one that counts over the whole range.
    private static func extremum(_ a: ShiftedValue, _ b: ShiftedValue, isMinimum: Bool) -> ShiftedValue {
        var result = ShiftedValue(
            low: isMinimum ? min(a.low, b.low) : max(a.low, b.low), high: isMinimum ? min(a.high, b.high) : max(a.high, b.high),
            isBounded: a.isBounded && b.isBounded)
        if result.isSingle { return result }
        let difference = a - b
        if let change = a.change, change == b.change {
            result.change = change
        } else if difference.isBounded, difference.high <= 0 {
            result.change = isMinimum ? a.change : b.change
        } else if difference.isBounded, difference.low >= 0 {
            result.change = isMinimum ? b.change : a.change
        } else {
            result.change = nil
        }
        return result
    }
}
