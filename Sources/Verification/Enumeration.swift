import Programs

/// Walks loops on numbers.
enum Enumeration {
    /// More iterations than this are not walked.
    static let limit = 2_000_000

    /// Calls `body` for every iteration of the loops in which the guards hold. Returns false when there are too many iterations, when
    /// a bound or guard has no value, or when `body` returns false.
    static func walk(
        _ loops: [LoopFrame], guards: [Condition], _ variables: [String: Int] = [:], budget: inout Int, _ body: ([String: Int]) -> Bool
    ) -> Bool {
        var variables = variables
        return walk(loops[...], guards, &variables, &budget, body)
    }

    private static func walk(
        _ loops: ArraySlice<LoopFrame>, _ guards: [Condition], _ variables: inout [String: Int], _ budget: inout Int, _ body: ([String: Int]) -> Bool
    ) -> Bool {
        guard let loop = loops.first else {
            budget -= 1
            guard budget >= 0 else { return false }
            for condition in guards {
                guard let a = condition.left.evaluate(variables), let b = condition.right.evaluate(variables) else { return false }
                if !condition.relation.holds(a, b) { return true }
            }
            return body(variables)
        }
        guard let bound = loop.bound.evaluate(variables) else { return false }
        for index in 0..<max(0, bound) {
            variables[loop.variable] = index
            guard walk(loops.dropFirst(), guards, &variables, &budget, body) else { return false }
        }
        variables[loop.variable] = nil
        return true
    }

    /// The loops that bind the variables, and those that their bounds need.
    static func loops(_ loops: [LoopFrame], for variables: Set<String>) -> [LoopFrame] {
        var needed = variables
        for loop in loops.reversed() where needed.contains(loop.variable) { needed.formUnion(loop.bound.variables) }
        return loops.filter { needed.contains($0.variable) }
    }
}

extension Region {
    /// Bits from the base to the first and behind the last element that the region touches in any iteration; `nil` when that is not
    /// known. Exact where the index is linear in the coordinates.
    func reach(_ loops: [LoopFrame], guards outer: [Condition], _ variables: [String: Int]) -> Range<Int>? {
        let form = AffineForm(index)
        var names = form.variables
        for extent in extents { names.formUnion(extent.variables) }
        for condition in guards { names.formUnion(condition.left.variables); names.formUnion(condition.right.variables) }
        let needed = Enumeration.loops(loops, for: names)
        let bound = Set(needed.map(\.variable))
        let known = outer.filter { condition in Set(condition.left.variables + condition.right.variables).isSubset(of: bound) }
        var low = Int.max
        var high = Int.min
        var budget = 200_000
        let isDone = Enumeration.walk(needed, guards: known, variables, budget: &budget) { values in
            var ranges: [ClosedRange<Int>] = []
            for extent in extents {
                guard let size = extent.evaluate(values) else { return false }
                if size <= 0 { return true }
                ranges.append(0...(size - 1))
            }
            guard let range = index.interval(values.mapValues { $0...$0 }, at: ranges) else { return false }
            low = min(low, range.lowerBound)
            high = max(high, range.upperBound)
            return true
        }
        guard isDone, low <= high else { return isDone ? 0..<0 : nil }
        return (low * element.bits)..<((high + 1) * element.bits)
    }
}
