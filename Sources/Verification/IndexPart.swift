import Programs

/// A part of an index that shares no loop with the others: its terms, and the coordinates whose extents depend on the same loops.
struct IndexPart {
    enum Bounds {
        case known(ClosedRange<Int>)
        /// No iteration reaches an element.
        case none
        case tooMany
        /// A bound, an extent or a condition has no value in 64 bits.
        case unknown
    }

    /// More iterations than this are not walked.
    private static let limit = 200_000

    private var variables: Set<String>
    private var terms: [(atom: Expression, factor: Int)] = []
    /// Coordinates, with their factors in the index: those of no factor count too, where their extent may be empty.
    private var coordinates: [(dimension: Int, factor: Int)] = []
    private var conditions: [Condition] = []

    /// The parts of an index that is linear in its coordinates.
    static func parts(of form: AffineForm, _ extents: [Expression], _ loops: [LoopFrame], _ conditions: [Condition]) -> [IndexPart] {
        var parts: [IndexPart] = []
        func join(_ names: [String], _ add: (inout IndexPart) -> Void) {
            var joined = IndexPart(variables: Set(Enumeration.loops(loops, for: Set(names)).map(\.variable)))
            parts.removeAll { other in
                guard !other.variables.isDisjoint(with: joined.variables) else { return false }
                joined.variables.formUnion(other.variables)
                joined.terms += other.terms
                joined.coordinates += other.coordinates
                joined.conditions += other.conditions
                return true
            }
            add(&joined)
            parts.append(joined)
        }
        for term in form.terms where !term.atom.hasCoordinates { join(term.atom.variables) { $0.terms.append(term) } }
        for (dimension, extent) in extents.enumerated() {
            join(extent.variables) { $0.coordinates.append((dimension, form.stride(of: dimension))) }
        }
        for condition in conditions { join(condition.left.variables + condition.right.variables) { $0.conditions.append(condition) } }
        return parts
    }

    /// Least and greatest values over all iterations of its loops in which every extent has an element.
    func bounds(_ extents: [Expression], _ all: [LoopFrame], _ given: [String: Int]) -> Bounds {
        let loops = all.filter { variables.contains($0.variable) }
        if let range = endpoints(extents, loops) { return range.map { .known($0) } ?? .none }
        guard let space = IterationSpace(loops, guards: conditions, given) else { return .unknown }
        var sizes: [(size: SlotExpression, factor: Int)] = []
        for (dimension, factor) in coordinates {
            guard let size = space.slots(extents[dimension]), let most = space.range(of: extents[dimension])?.upperBound,
                !most.multipliedReportingOverflow(by: factor).overflow
            else { return .unknown }
            sizes.append((size, factor))
        }
        guard let sum = space.slots(terms.reduce(Expression.constant(0)) { $0 + $1.atom * $1.factor }) else { return .unknown }
        var (low, high) = (Int.max, Int.min)
        var budget = Self.limit
        let isDone = space.walk(budget: &budget) { values in
            let start = sum.value(values)
            var (first, last) = (start, start)
            for (size, factor) in sizes {
                let count = size.value(values)
                if count <= 0 { return true }
                let end = (count - 1).multipliedReportingOverflow(by: factor).partialValue
                if end < 0 { first = first &+ end } else { last = last &+ end }
            }
            low = min(low, first)
            high = max(high, last)
            return true
        }
        guard isDone else { return .tooMany }
        return low <= high ? .known(low...high) : .none
    }

    /// The same from the loops' ends alone, where all is a sum of indices that do not depend on each other; `nil` where it is not, and inside
    /// of it `nil` where nothing is reached.
    private func endpoints(_ extents: [Expression], _ loops: [LoopFrame]) -> ClosedRange<Int>?? {
        guard conditions.isEmpty else { return nil }
        var (low, high) = (0, 0)
        /// Whether 64 bits hold it.
        func add(_ count: Int, _ factor: Int) -> Bool {
            let end = (count - 1).multipliedReportingOverflow(by: factor)
            let sum = (end.partialValue < 0 ? low : high).addingReportingOverflow(end.partialValue)
            if end.partialValue < 0 { low = sum.partialValue } else { high = sum.partialValue }
            return !end.overflow && !sum.overflow
        }
        for (dimension, factor) in coordinates {
            guard let count = extents[dimension].constantValue else { return nil }
            if count <= 0 { return .some(nil) }
            guard add(count, factor) else { return nil }
        }
        var counts: [String: Int] = [:]
        for loop in loops {
            guard let count = loop.bound.constantValue else { return nil }
            if count <= 0 { return .some(nil) }
            counts[loop.variable] = count
        }
        for term in terms {
            guard case .variable(let name) = term.atom, let count = counts[name], add(count, term.factor) else { return nil }
        }
        return .some(low...high)
    }
}
