import Programs

extension Region {
    /// Bits from the base to the first and behind the last element that the region touches in any iteration; `nil` when that is not
    /// known. Exact where the index is linear in the coordinates, nothing guards it, and no part of it that shares loops has too many
    /// iterations to look at each; never too small.
    ///
    /// An index is a sum: the parts of it that share no loop take their extremes independently of each other, so that each is walked by
    /// itself.
    package func reach(_ loops: [LoopFrame], guards outer: [Condition], _ variables: [String: Int]) -> Range<Int>? {
        let form = AffineForm(index)
        var names = form.variables
        for extent in extents { names.formUnion(extent.variables) }
        for condition in guards { names.formUnion(condition.left.variables); names.formUnion(condition.right.variables) }
        let needed = Enumeration.loops(loops, for: names)
        let bound = Set(needed.map(\.variable))
        let known = outer.filter { condition in Set(condition.left.variables + condition.right.variables).isSubset(of: bound) }
        guard guards.isEmpty, form.isLinearInCoordinates else { return guardedReach(needed, known, variables) }
        var (low, high) = (form.constant, form.constant)
        for part in IndexPart.parts(of: form, extents, needed, known) {
            switch part.bounds(extents, needed, variables) {
            case .unknown: return nil
            case .none: return 0..<0
            case .tooMany: return reach(anywhereIn: needed, variables, nil)
            case .known(let range):
                let (first, last) = (low.addingReportingOverflow(range.lowerBound), high.addingReportingOverflow(range.upperBound))
                guard !first.overflow, !last.overflow else { return nil }
                (low, high) = (first.partialValue, last.partialValue)
            }
        }
        return bits(low...high)
    }

    /// The same where guards narrow the index, or it is not linear: all loops together, by intervals over the coordinates.
    private func guardedReach(_ loops: [LoopFrame], _ known: [Condition], _ variables: [String: Int]) -> Range<Int>? {
        let shape = guards.isEmpty ? nil : IndexBounds(self)
        guard let space = IterationSpace(loops, guards: known, variables) else { return nil }
        var sizes: [SlotExpression] = []
        for extent in extents {
            guard let size = space.slots(extent) else { return nil }
            sizes.append(size)
        }
        var low = Int.max
        var high = Int.min
        var budget = 200_000
        let isDone = space.walk(budget: &budget) { values in
            var ranges: [ClosedRange<Int>] = []
            ranges.reserveCapacity(sizes.count)
            for size in sizes {
                let count = size.value(values)
                if count <= 0 { return true }
                ranges.append(0...(count - 1))
            }
            let here = space.named(values).mapValues { $0...$0 }
            let range: ClosedRange<Int>
            if let shape {
                guard let bounds = shape.bounds(here, at: ranges) else { return false }
                guard case .known(let own) = bounds else { return true }
                range = own
            } else {
                guard let own = index.interval(here, at: ranges) else { return false }
                range = own
            }
            low = min(low, range.lowerBound)
            high = max(high, range.upperBound)
            return true
        }
        if !isDone, budget < 0 { return reach(anywhereIn: loops, variables, shape) }
        guard isDone, low <= high else { return isDone ? 0..<0 : nil }
        return bits(low...high)
    }

    /// The same by intervals, each loop's index anywhere between its first and its last.
    private func reach(anywhereIn loops: [LoopFrame], _ variables: [String: Int], _ shape: IndexBounds?) -> Range<Int>? {
        var values = variables.mapValues { $0...$0 }
        for loop in loops {
            guard let bound = loop.bound.interval(values) else { return nil }
            if bound.upperBound <= 0 { return 0..<0 }
            values[loop.variable] = 0...(bound.upperBound - 1)
        }
        var coordinates: [ClosedRange<Int>] = []
        for extent in extents {
            guard let size = extent.interval(values) else { return nil }
            if size.upperBound <= 0 { return 0..<0 }
            coordinates.append(0...(size.upperBound - 1))
        }
        if let shape {
            guard let bounds = shape.bounds(values, at: coordinates) else { return nil }
            guard case .known(let own) = bounds else { return 0..<0 }
            return bits(own)
        }
        guard let own = index.interval(values, at: coordinates) else { return nil }
        return bits(own)
    }

    /// From the first bit of the first element to behind the last one's last; `nil` when 64 bits do not hold it.
    private func bits(_ elements: ClosedRange<Int>) -> Range<Int>? {
        let low = elements.lowerBound.multipliedReportingOverflow(by: element.bits)
        let next = elements.upperBound.addingReportingOverflow(1)
        let end = next.partialValue.multipliedReportingOverflow(by: element.bits)
        guard !low.overflow, !next.overflow, !end.overflow else { return nil }
        return low.partialValue..<end.partialValue
    }
}
