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

    /// The box that one dimension's parts cover exactly once, where they are tiles of tiles, each cut into parts in a way that was proved;
    /// `nil` where numbers have to tell.
    func box(start: AffineForm, extent: Expression, _ loops: [LoopFrame], _ guards: [Condition]) -> (start: Int, extent: Int)? {
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
        guard start.terms.count == loops.count, let length = length(start.terms, extent, loops) else { return nil }
        proved += 1
        return (start.constant, length)
    }

    /// How many indices, from 0, parts cover exactly once: part by part along the loop with the longest steps, all but the last of which are
    /// as long as a step.
    private func length(_ terms: [(atom: Expression, factor: Int)], _ extent: Expression, _ loops: [LoopFrame]) -> Int? {
        guard let outer = terms.max(by: { $0.factor < $1.factor }) else { return extent.constantValue.flatMap { $0 > 0 ? $0 : nil } }
        guard case .variable(let name) = outer.atom, outer.factor > 0, let loop = loops.first(where: { $0.variable == name }),
            let count = loop.bound.constantValue, count > 0
        else { return nil }
        let step = outer.factor
        let inner = terms.filter { $0.atom != outer.atom }
        let rest = loops.filter { $0.variable != name }
        /// Without the loop's index, which is below `end` or, for `end` = `nil`, the last.
        func fixed(_ isLast: Bool) -> Int? {
            guard let size = Self.fixing(extent, name, count, isLast) else { return nil }
            var frames: [LoopFrame] = []
            for frame in rest {
                guard let bound = Self.fixing(frame.bound, name, count, isLast) else { return nil }
                frames.append(LoopFrame(variable: frame.variable, bound: bound, identity: frame.identity))
            }
            return length(inner, size, frames)
        }
        guard let last = fixed(true) else { return nil }
        if count > 1 { guard fixed(false) == step, last <= step else { return nil } }
        guard holds(DimensionCut(name: "", tile: step, fold: 0)) else { return nil }
        return (count - 1) * step + last
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
