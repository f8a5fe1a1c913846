/// Dimensions whose loops may come next in the nest, at one level.
struct TemporalPhase {
    var level: Int
    var isAllowed: [Bool]
    /// Rounds of loops of fixed length, by dimension; 0 for none.
    var jumps: [Int]
    /// The level's tile is complete after it.
    var isLast: Bool

    var hasLoops: Bool { isAllowed.contains(true) || jumps.contains { $0 > 1 } }

    /// All phases, innermost first: a level's loops that the constraints put innermost come one by one, the others together.
    static func all(
        _ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints, _ skeleton: MapspaceSkeleton
    ) -> [TemporalPhase] {
        var phases: [TemporalPhase] = []
        let dimensions = problem.dimensions.indices
        for level in hierarchy.levels.indices.reversed() {
            let fixed = skeleton.fixed[level]
            let prefix = constraints.levels[level].innermost.filter { fixed[$0] != 1 && problem.dimensions[$0].extent > 1 }
            let rest = dimensions.filter { !prefix.contains($0) && fixed[$0] != 1 }
            for group in prefix.map({ [$0] }) + [rest] {
                phases.append(
                    TemporalPhase(
                        level: level, isAllowed: dimensions.map { group.contains($0) && fixed[$0] == 0 },
                        jumps: dimensions.map { group.contains($0) && fixed[$0] > 1 ? fixed[$0] : 0 }, isLast: false))
            }
            phases[phases.count - 1].isLast = true
        }
        return phases
    }
}
