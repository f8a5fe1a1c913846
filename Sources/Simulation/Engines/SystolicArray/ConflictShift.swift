import Programs

extension CompiledProgram {
    /// Whether the bank conflicts of a matmul's operand are those of the first iteration in every one of the shift.
    ///
    /// They are when no vector can be late at all; or when every address moves by whole lines and every guard
    /// comes out as before.
    @inline(__always)
    func conflictsAreUniform(_ region: CompiledRegion, under shift: IndexShift) -> Bool {
        region.implicit < 0 || conflictsAreUniform(implicitOperands[region.implicit], extents: region.extents, under: shift)
    }

    private func conflictsAreUniform(_ implicit: ImplicitOperand, extents: [Int], under shift: IndexShift) -> Bool {
        if implicit.isConflictFree(extents, under: shift, expressions) { return true }
        var shift = shift
        for extent in extents {
            let value = expressions.value(extent, under: shift)
            guard value.isBounded else { return false }
            shift.coordinates.append(0...max(0, value.high &- 1))
        }
        guard let moved = expressions.value(implicit.wholeIndex, under: shift).change,
            let base = expressions.value(implicit.base, under: shift).change,
            (moved &* implicit.elementBits &+ base &* 8) % implicit.lineBits == 0
        else { return false }
        return implicit.guards.allSatisfy { condition in
            let difference = expressions.value(condition.left, under: shift) - expressions.value(condition.right, under: shift)
            if difference.change == 0 { return true }
            return difference.isBounded && ShiftAnalysis.outcomeIsConstant(condition.relation, difference.low, difference.high)
        }
    }
}
