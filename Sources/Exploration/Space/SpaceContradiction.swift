/// Whether constraints leave any point, and which of them do not go together.
enum SpaceContradiction {
    enum Verdict: Equatable {
        /// There is a point.
        case allowed
        /// There is none: these constraints cannot hold together, and without any one of them the others can, as far as that was decided.
        case contradiction([Int])
        /// Neither a point nor a proof was found within the budget: these constraints hold at no point that was drawn.
        case notFound([Int])
    }

    /// Choices that are tried: a fraction of a second.
    static let budget = 1_000_000

    static func check(_ constraints: [CompiledExpression], _ numbers: [[Double]], budget: Int = budget) -> Verdict {
        guard let isEmpty = isEmpty(constraints, numbers, budget) else {
            var generator = RandomGenerator(seed: 1)
            for _ in 0..<20_000 {
                let slots = numbers.map { $0[generator.next(below: $0.count)] }
                if constraints.allSatisfy({ $0.holds(slots) }) { return .allowed }
            }
            return .notFound(neverHolding(constraints, numbers, &generator))
        }
        guard isEmpty else { return .allowed }
        // What can be left out while the rest still contradicts is left out.
        var core = Array(constraints.indices)
        for constraint in constraints.indices {
            let rest = core.filter { $0 != constraint }
            if Self.isEmpty(rest.map { constraints[$0] }, numbers, budget) == true { core = rest }
        }
        return .contradiction(core)
    }

    /// `nil` when the budget ends first.
    private static func isEmpty(_ constraints: [CompiledExpression], _ numbers: [[Double]], _ budget: Int) -> Bool? {
        var walk = SpaceWalk(constraints: constraints, numbers: numbers)
        if walk.next(steps: budget) != nil { return false }
        return walk.isFinished ? true : nil
    }

    private static func neverHolding(_ constraints: [CompiledExpression], _ numbers: [[Double]], _ generator: inout RandomGenerator) -> [Int] {
        var never = Set(constraints.indices)
        for _ in 0..<20_000 where !never.isEmpty {
            let slots = numbers.map { $0[generator.next(below: $0.count)] }
            never = never.filter { !constraints[$0].holds(slots) }
        }
        return never.sorted()
    }
}
