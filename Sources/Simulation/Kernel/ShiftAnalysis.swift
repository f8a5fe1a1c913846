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

    init?(_ simulator: borrowing Simulator, unit: Int, slot: Int, from: Int, step: Int) {
        let state = simulator.units[unit]
        let first = simulator.code.streams[state.stream].first
        let bound = simulator.bounds[state.variables + slot]
        guard let loop = Self.loopOf(slot, around: state.pc, simulator.code, first: first) else { return nil }
        var fixed = IndexShift(slot: slot, step: step, slots: state.slots)
        for place in simulator.code.enclosing(loop) {
            let outer = simulator.code.enclosingSlots[place]
            let value = simulator.variables[state.variables + outer]
            fixed.ranges[outer] = value...value
        }
        let body = (loop + 1)..<(simulator.code.instructions[loop].c - 1)
        var request = 1
        if case .dma(let engine) = simulator.machine.units[unit].kind { request = engine.request.count }
        // The last iteration often has a partial tile; then all but the last may still repeat.
        for cut in 0...2 {
            let last = bound - 1 - cut
            guard last > from + step else { return nil }
            fixed.ranges[slot] = from...last
            if Self.isUniform(simulator.code, simulator.machine.memories, body, fixed, request: request) {
                // The place after `last` still has to be reached by stepping.
                end = last
                return
            }
        }
        return nil
    }

    private static func loopOf(_ slot: Int, around pc: Int, _ code: CompiledProgram, first: Int) -> Int? {
        var index = pc - 1
        var depth = 0
        while index >= first {
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
        _ code: CompiledProgram, _ memories: [Machine.MemoryPart], _ body: Range<Int>, _ fixed: IndexShift, request: Int
    ) -> Bool {
        var shift = fixed
        func moves(_ expression: Int, byMultipleOf alignment: Int) -> Bool {
            guard let delta = code.expressions.value(expression, under: shift).change else { return false }
            return delta % alignment == 0
        }
        var pc = body.lowerBound
        while pc < body.upperBound {
            let instruction = code.instructions[pc]
            defer { pc += 1 }
            switch instruction.code {
            case .loop:
                let bound = code.expressions.value(instruction.b, under: shift)
                guard bound.change == 0, bound.isBounded else { return false }
                shift.ranges[instruction.a] = 0...max(0, bound.high - 1)
            case .endLoop, .end: break
            case .read: return false
            case .when:
                for index in instruction.b..<(instruction.b + instruction.d) {
                    let condition = code.conditions[index]
                    let difference = code.expressions.value(condition.left, under: shift) - code.expressions.value(condition.right, under: shift)
                    guard let delta = difference.change else { return false }
                    let isConstant = difference.isBounded && outcomeIsConstant(condition.relation, difference.low, difference.high)
                    if isConstant, !condition.relation.holds(difference.low, 0) {
                        // Never runs in this range.
                        pc = instruction.c - 1
                        break
                    }
                    // Where the difference moves, the outcome must not.
                    guard delta == 0 || isConstant else { return false }
                }
            case .acquire, .release: guard code.expressions.isInvariant(instruction.b, under: shift) else { return false }
            case .command:
                let command = instruction.a
                // Counts are kept by operator.
                guard code.expressions.isInvariant(code.commands[command].operatorIndex, under: shift) else { return false }
                for attribute in code.commands[command].attributes where !code.expressions.isInvariant(attribute, under: shift) { return false }
                for operand in code.commands[command].operands.indices {
                    for extent in code.commands[command].operands[operand].extents where !code.expressions.isInvariant(extent, under: shift) {
                        return false
                    }
                    guard code.conflictsAreUniform(code.commands[command].operands[operand], under: shift) else { return false }
                    guard memories[code.commands[command].operands[operand].memory].isDRAM else { continue }
                    var alignment = memories[code.commands[command].operands[operand].memory].alignment
                    // Long runs are cut where requests' size divides the address.
                    if Self.longestRun(code.commands[command].operands[operand], code, shift) > request {
                        alignment = leastCommonMultiple(alignment, request)
                    }
                    guard alignment > 1 else { continue }
                    let bits = code.commands[command].operands[operand].element.bits
                    guard moves(code.commands[command].operands[operand].base, byMultipleOf: alignment),
                        moves(code.commands[command].operands[operand].offset, byMultipleOf: max(1, alignment * 8 / bits))
                    else { return false }
                }
            }
        }
        return true
    }

    /// Bytes that follow each other in a region, at most; `Int.max` when that is not known.
    private static func longestRun(_ region: CompiledProgram.CompiledRegion, _ code: CompiledProgram, _ shift: IndexShift) -> Int {
        guard let strides = region.strides else { return Int.max }
        var elements = 1
        for dimension in strides.indices.sorted(by: { abs(strides[$0]) < abs(strides[$1]) }) where abs(strides[dimension]) <= elements {
            let extent = code.expressions.value(region.extents[dimension], under: shift)
            guard extent.isBounded else { return Int.max }
            let (product, overflow) = elements.multipliedReportingOverflow(by: max(1, extent.high))
            guard !overflow else { return Int.max }
            elements = product
        }
        let (bits, overflow) = elements.multipliedReportingOverflow(by: region.element.bits)
        return overflow ? Int.max : (bits + 7) / 8
    }

    /// Whether a comparison with zero comes out alike for all differences from `low` to `high`.
    static func outcomeIsConstant(_ relation: Condition.Relation, _ low: Int, _ high: Int) -> Bool {
        switch relation {
        case .less, .greaterOrEqual: high < 0 || low >= 0
        case .lessOrEqual, .greater: high <= 0 || low > 0
        case .equal, .notEqual: high < 0 || low > 0 || low == high
        }
    }
}

private func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
    var (x, y) = (a, b)
    while y != 0 { (x, y) = (y, x % y) }
    return a / x * b
}
