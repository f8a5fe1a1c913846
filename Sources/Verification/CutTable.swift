import Programs

/// Cuts that were proved, and how often it took numbers instead.
final class CutTable {
    private let proof: SizeProof
    private var known: [DimensionCut: Bool] = [:]
    /// Dimensions decided by a cut's proof, and by their numbers.
    private(set) var proved = 0
    private(set) var enumerated = 0

    init(_ solver: ClaimSolver) { proof = SizeProof(solver: solver) }

    func holds(_ cut: DimensionCut) -> Bool {
        if let known = known[cut] { return known }
        let holds = proof.holds(cut)
        known[cut] = holds
        return holds
    }

    func noteEnumeration() { enumerated += 1 }

    /// What one dimension's parts cover.
    enum Span: Equatable {
        /// Exactly once these indices.
        case box(start: Int, extent: Int)
        /// Each index at most once, and not the first of these, before the part of an iteration.
        case gap(Range<Int>, [String: Int])
    }

    /// What one dimension's parts cover, where they are tiles of tiles, each cut into parts in a way that was proved; `nil` where numbers have to
    /// tell.
    func span(start: AffineForm, extent: Expression, _ loops: [LoopFrame], _ guards: [Condition]) -> Span? {
        var loops = loops
        for condition in guards {
            // The first few tiles, which have a statement of their own.
            guard case .variable(let name) = condition.left, let limit = condition.right.constantValue, let place = loops.firstIndex(where: { $0.variable == name }),
                let bound = loops[place].bound.constantValue
            else { return nil }
            switch condition.relation {
            case .less: loops[place].bound = .constant(min(bound, limit))
            case .lessOrEqual: loops[place].bound = .constant(min(bound, limit + 1))
            default: return nil
            }
        }
        guard start.terms.count == loops.count, let tiling = tiling(start.terms, extent, loops) else { return nil }
        proved += 1
        if let gap = tiling.gap {
            return .gap((start.constant + gap.missing.lowerBound)..<(start.constant + gap.missing.upperBound), gap.values)
        }
        return .box(start: start.constant, extent: tiling.length)
    }

    /// Parts from index 0 to the last one's end, none of which meet, and the first indices between two of them.
    private struct Tiling {
        var length: Int
        var gap: (missing: Range<Int>, values: [String: Int])?
    }

    /// Part by part along the loop with the longest steps, none of which reaches into the next one's step. All but the last are alike.
    private func tiling(_ terms: [(atom: Expression, factor: Int)], _ extent: Expression, _ loops: [LoopFrame]) -> Tiling? {
        guard let outer = terms.max(by: { $0.factor < $1.factor }) else { return extent.constantValue.flatMap { $0 > 0 ? Tiling(length: $0) : nil } }
        guard case .variable(let name) = outer.atom, outer.factor > 0, let loop = loops.first(where: { $0.variable == name }),
            let count = loop.bound.constantValue, count > 0
        else { return nil }
        let step = outer.factor
        let inner = terms.filter { $0.atom != outer.atom }
        let rest = loops.filter { $0.variable != name }
        /// Without the loop's index, which is below the last, or the last.
        func fixed(_ isLast: Bool) -> Tiling? {
            guard let size = Self.fixing(extent, name, count, isLast) else { return nil }
            var frames: [LoopFrame] = []
            for frame in rest {
                guard let bound = Self.fixing(frame.bound, name, count, isLast) else { return nil }
                frames.append(LoopFrame(variable: frame.variable, bound: bound, identity: frame.identity))
            }
            return tiling(inner, size, frames)
        }
        guard let last = fixed(true), count == 1 || last.length <= step else { return nil }
        guard holds(DimensionCut(name: "", tile: step, fold: 0)) else { return nil }
        guard count > 1 else { return Tiling(length: last.length, gap: last.gap.map { ($0.missing, $0.values.merging([name: 0]) { a, _ in a }) }) }
        guard let first = fixed(false), first.length <= step else { return nil }
        var result = Tiling(length: (count - 1) * step + last.length)
        if let gap = first.gap {
            result.gap = (gap.missing, gap.values.merging([name: 0]) { a, _ in a })
        } else if first.length < step {
            // Before the next one's first part.
            var values = Dictionary(rest.map { ($0.variable, 0) }) { a, _ in a }
            values[name] = 1
            result.gap = (first.length..<step, values)
        } else if let gap = last.gap {
            let start = (count - 1) * step
            result.gap = ((start + gap.missing.lowerBound)..<(start + gap.missing.upperBound), gap.values.merging([name: count - 1]) { a, _ in a })
        }
        return result
    }

    /// An expression for all indices of a loop but the last, or for the last alone; `nil` where indices before the last differ.
    private static func fixing(_ expression: Expression, _ name: String, _ count: Int, _ isLast: Bool) -> Expression? {
        guard expression.variables.contains(name) else { return expression }
        if isLast { return expression.substituting { $0 == name ? .constant(count - 1) : nil } }
        func both(_ a: Expression, _ b: Expression, _ combine: (Expression, Expression) -> Expression) -> Expression? {
            guard let x = fixing(a, name, count, false), let y = fixing(b, name, count, false) else { return nil }
            return combine(x, y)
        }
        switch expression {
        case .constant, .coordinate: return expression
        case .variable: return nil
        case .minimum(.constant(let tile), let rest) where AffineForm(rest).terms.count == 1 && AffineForm(rest).terms[0].atom == .variable(name):
            let form = AffineForm(rest)
            // The least that is left before the last is a whole tile.
            let ends = [form.constant, form.constant + form.terms[0].factor * (count - 2)]
            return count > 1 && ends.allSatisfy({ $0 >= tile }) ? .constant(tile) : nil
        case .minimum(let a, let b): return both(a, b) { .min($0, $1) }
        case .maximum(let a, let b): return both(a, b) { .max($0, $1) }
        case .sum(let a, let b): return both(a, b) { $0 + $1 }
        case .product(let a, let factor): return fixing(a, name, count, false).map { $0 * factor }
        case .quotient(let a, let divisor): return fixing(a, name, count, false).map { $0 / divisor }
        case .remainder(let a, let divisor): return fixing(a, name, count, false).map { $0 % divisor }
        }
    }
}
