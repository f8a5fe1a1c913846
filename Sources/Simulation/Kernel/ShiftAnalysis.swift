import Programs

/// Decides from a stream's text until which iteration a loop repeats itself.
///
/// A loop index that goes on by `step` leaves an iteration's timing unchanged when every extent, bound, condition,
/// attribute and semaphore index in the loop's body keeps its value, and every address moves by a multiple of its memory's
/// alignment. Expressions change by a constant under the shift, or the answer is no; for minima and maxima interval arithmetic
/// decides which side counts over the whole range. When the last iterations differ (partial tiles) the range is cut short.
struct ShiftAnalysis {
    /// First value of the index that is not known to behave like the earlier ones.
    private(set) var end: Int

    private struct Environment {
        /// Smallest and largest value by slot.
        var intervals: [Int: ClosedRange<Int>]
        var slot: Int
        var step: Int
        var scope: [String: Int]
    }

    init?(_ simulator: borrowing Simulator, unit: Int, slot: Int, from: Int, step: Int) {
        let state = simulator.units[unit]
        let stream = simulator.code.streams[state.stream]
        let bound = simulator.bounds[state.variables + slot]
        guard let loop = Self.loopOf(slot, around: state.pc, simulator.code, stream) else { return nil }
        var fixed: [Int: ClosedRange<Int>] = [:]
        for outer in stream.enclosing[loop - stream.first] {
            let value = simulator.variables[state.variables + outer]
            fixed[outer] = value...value
        }
        let body = (loop + 1)..<(simulator.code.instructions[loop].c - 1)
        // The last iteration often has a partial tile; then all but the last may still repeat.
        for cut in 0...2 {
            let last = bound - 1 - cut
            guard last > from + step else { return nil }
            var environment = fixed
            environment[slot] = from...last
            if Self.isUniform(simulator, body, environment, slot: slot, step: step, unit: unit) {
                // The place after `last` still has to be reached by stepping.
                end = last
                return
            }
        }
        return nil
    }

    private static func loopOf(_ slot: Int, around pc: Int, _ code: CompiledProgram, _ stream: CompiledProgram.Stream) -> Int? {
        var index = pc - 1
        var depth = 0
        while index >= stream.first {
            switch code.instructions[index].code {
            case .endLoop: depth += 1
            case .loop:
                if depth == 0 {
                    if code.instructions[index].a == slot { return index }
                } else {
                    depth -= 1
                }
            default: break
            }
            index -= 1
        }
        return nil
    }

    private static func isUniform(
        _ simulator: borrowing Simulator, _ body: Range<Int>, _ outer: [Int: ClosedRange<Int>], slot: Int, step: Int, unit: Int
    ) -> Bool {
        var intervals = outer
        let code = simulator.code
        func isInvariant(_ expression: Int) -> Bool {
            change(code.expressions.sources[expression], code.expressions.scopes[expression], intervals, slot, step) == 0
        }
        func moves(_ expression: Int, byMultipleOf alignment: Int) -> Bool {
            guard let delta = change(code.expressions.sources[expression], code.expressions.scopes[expression], intervals, slot, step) else { return false }
            return delta % alignment == 0
        }
        var pc = body.lowerBound
        while pc < body.upperBound {
            let instruction = code.instructions[pc]
            defer { pc += 1 }
            switch instruction.code {
            case .loop:
                guard isInvariant(instruction.b) else { return false }
                let range = interval(code.expressions.sources[instruction.b], code.expressions.scopes[instruction.b], intervals)
                guard let range else { return false }
                intervals[instruction.a] = 0...max(0, range.upperBound - 1)
            case .endLoop, .end: break
            case .read: return false
            case .when:
                for index in instruction.b..<(instruction.b + instruction.d) {
                    let condition = code.conditions[index]
                    let difference = code.expressions.sources[condition.left] - code.expressions.sources[condition.right]
                    let scope = code.expressions.scopes[condition.left].merging(code.expressions.scopes[condition.right]) { a, _ in a }
                    guard let delta = change(difference, scope, intervals, slot, step) else { return false }
                    let range = interval(difference, scope, intervals)
                    if let range, outcomeIsConstant(condition.relation, range), !condition.relation.holds(range.lowerBound, 0) {
                        // Never runs in this range.
                        pc = instruction.c - 1
                        break
                    }
                    if delta == 0 { continue }
                    // The difference moves: the outcome must not.
                    guard let range, outcomeIsConstant(condition.relation, range) else { return false }
                }
            case .acquire, .release: guard isInvariant(instruction.b) else { return false }
            case .command:
                let command = code.commands[instruction.a]
                for attribute in command.attributes where !isInvariant(attribute) { return false }
                for region in command.operands {
                    for extent in region.extents where !isInvariant(extent) { return false }
                    let memory = simulator.machine.memories[region.memory]
                    if !memory.isDRAM || memory.alignment <= 1 { continue }
                    let bits = region.element.bits
                    guard moves(region.base, byMultipleOf: memory.alignment),
                        moves(region.offset, byMultipleOf: max(1, memory.alignment * 8 / bits))
                    else { return false }
                }
            }
        }
        return true
    }

    private static func outcomeIsConstant(_ relation: Condition.Relation, _ difference: ClosedRange<Int>) -> Bool {
        switch relation {
        case .less, .greaterOrEqual: difference.upperBound < 0 || difference.lowerBound >= 0
        case .lessOrEqual, .greater: difference.upperBound <= 0 || difference.lowerBound > 0
        case .equal, .notEqual: difference.upperBound < 0 || difference.lowerBound > 0 || difference.lowerBound == difference.upperBound
        }
    }

    /// By how much the expression changes when the index goes on by `step`, wherever in the range; `nil` when that differs.
    private static func change(
        _ expression: Expression, _ scope: [String: Int], _ intervals: [Int: ClosedRange<Int>], _ slot: Int, _ step: Int
    ) -> Int? {
        switch expression {
        case .constant, .coordinate: return 0
        case .variable(let name): return scope[name] == slot ? step : 0
        case .sum(let a, let b):
            guard let x = change(a, scope, intervals, slot, step), let y = change(b, scope, intervals, slot, step) else { return nil }
            return x + y
        case .product(let a, let factor): return change(a, scope, intervals, slot, step).map { $0 * factor }
        case .quotient(let a, let divisor):
            if let range = interval(expression, scope, intervals), range.lowerBound == range.upperBound { return 0 }
            guard let x = change(a, scope, intervals, slot, step), x % divisor == 0 else { return nil }
            return x / divisor
        case .remainder(let a, let divisor):
            if let range = interval(expression, scope, intervals), range.lowerBound == range.upperBound { return 0 }
            guard let x = change(a, scope, intervals, slot, step), x % divisor == 0 else { return nil }
            return 0
        case .minimum(let a, let b), .maximum(let a, let b):
            if let range = interval(expression, scope, intervals), range.lowerBound == range.upperBound { return 0 }
            let x = change(a, scope, intervals, slot, step)
            let y = change(b, scope, intervals, slot, step)
            if let x, let y, x == y { return x }
            guard let difference = interval(a - b, scope, intervals) else { return nil }
            let isMinimum = if case .minimum = expression { true } else { false }
            if difference.upperBound <= 0 { return isMinimum ? x : y }
            if difference.lowerBound >= 0 { return isMinimum ? y : x }
            return nil
        }
    }

    /// Smallest and largest value that the expression can take; `nil` when a variable has no known range.
    private static func interval(
        _ expression: Expression, _ scope: [String: Int], _ intervals: [Int: ClosedRange<Int>]
    ) -> ClosedRange<Int>? {
        switch expression {
        case .constant(let value): return value...value
        case .coordinate: return nil
        case .variable(let name): return scope[name].flatMap { intervals[$0] }
        case .sum(let a, let b):
            guard let x = interval(a, scope, intervals), let y = interval(b, scope, intervals) else { return nil }
            return (x.lowerBound + y.lowerBound)...(x.upperBound + y.upperBound)
        case .product(let a, let factor):
            guard let x = interval(a, scope, intervals) else { return nil }
            return factor >= 0 ? (x.lowerBound * factor)...(x.upperBound * factor) : (x.upperBound * factor)...(x.lowerBound * factor)
        case .quotient(let a, let divisor):
            guard let x = interval(a, scope, intervals) else { return nil }
            return floorDivide(x.lowerBound, divisor)...floorDivide(x.upperBound, divisor)
        case .remainder(let a, let divisor):
            guard let x = interval(a, scope, intervals) else { return nil }
            if floorDivide(x.lowerBound, divisor) == floorDivide(x.upperBound, divisor) {
                let shift = floorDivide(x.lowerBound, divisor) * divisor
                return (x.lowerBound - shift)...(x.upperBound - shift)
            }
            return 0...(divisor - 1)
        case .minimum(let a, let b):
            guard let x = interval(a, scope, intervals), let y = interval(b, scope, intervals) else { return nil }
            return min(x.lowerBound, y.lowerBound)...min(x.upperBound, y.upperBound)
        case .maximum(let a, let b):
            guard let x = interval(a, scope, intervals), let y = interval(b, scope, intervals) else { return nil }
            return max(x.lowerBound, y.lowerBound)...max(x.upperBound, y.upperBound)
        }
    }
}
