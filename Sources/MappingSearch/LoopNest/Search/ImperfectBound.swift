/// What no mapping of a problem on a hierarchy can be below, whether its factors divide the extents or leave a last round that is only
/// partly filled.
///
/// Cycles: however the dimensions are spread, each takes its extent over its parts side by side, rounded up. Energy: every multiplication, its
/// operands from the innermost level that can keep them, shared by as many multipliers within it as can have the same ones, and every element once into each level that
/// has to be passed. Not reached as a rule, since no mapping does best in all of these at once.
struct ImperfectBound {
    private let problem: LoopNestProblem
    private let hierarchy: MemoryHierarchy
    private let constraints: MapspaceConstraints

    /// Choices of parts side by side that are looked at; beyond, all multipliers count as used.
    private static let effortLimit = 2_000_000

    init(_ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints) {
        self.problem = problem
        self.hierarchy = hierarchy
        self.constraints = constraints
    }

    func value(_ objective: MappingObjective) -> Double {
        switch objective {
        case .edp: cycles * energy
        // Of a machine on which words cost energy (`TrafficHierarchy`).
        case .energy, .traffic: energy
        case .cycles: cycles
        }
    }

    var cycles: Double {
        let units = hierarchy.compute.instances
        let ideal = (Double(problem.computes) / Double(units)).rounded(.up)
        // Dimensions that may be spread at all, and over how many at most.
        let most = problem.dimensions.indices.map { dimension in
            var product = 1
            for (level, wishes) in constraints.levels.enumerated() {
                let fanOut = hierarchy.fanOut(level)
                product = min(units, product * min(fanOut.x * fanOut.y, wishes.spatial[dimension].upperBound))
            }
            return min(product, problem.dimensions[dimension].extent)
        }
        var best = Double.infinity
        var effort = 0
        func spread(_ dimension: Int, _ left: Int, _ steps: Double) {
            effort += 1
            guard effort <= Self.effortLimit, steps < best else { return }
            guard dimension < most.count else {
                best = steps
                return
            }
            let extent = problem.dimensions[dimension].extent
            var parts = min(most[dimension], left)
            while parts >= 1 {
                let rounds = (extent + parts - 1) / parts
                // Fewer parts with as many rounds leave more for the others.
                parts = (extent + rounds - 1) / rounds
                spread(dimension + 1, left / parts, steps * Double(rounds))
                parts -= 1
            }
        }
        spread(0, units, 1)
        return effort > Self.effortLimit ? ideal : max(ideal, best)
    }

    /// Picojoules.
    var energy: Double {
        var total = Double(problem.computes) * hierarchy.compute.energy
        let outermost = hierarchy.levels.firstIndex(where: \.holdsData) ?? 0
        for (space, entry) in problem.dataSpaces.enumerated() {
            let size = Double(distinctElements(space))
            // By the level that feeds the multipliers: what it is read, and what it costs to get everything there at all.
            var least = Double.infinity
            for level in hierarchy.levels.indices where mayKeep(level, space) {
                let own = hierarchy.levels[level]
                let sharing = sharing(space, from: level) * Double(own.clusterSize)
                let accesses = Double(problem.computes) / sharing / Double(own.blockSize)
                var cost = accesses * (entry.isResult ? own.energy.update : own.energy.read)
                // Every level further in bypasses the tensor; further out, what has to keep it passes it on.
                if hierarchy.levels.indices.contains(where: { $0 > level && constraints.levels[$0].keeps[space] == true }) { continue }
                if level != outermost, mayKeep(outermost, space), constraints.levels[outermost].keeps[space] ?? true {
                    let outer = hierarchy.levels[outermost]
                    cost += size / Double(outer.blockSize) * (entry.isResult ? outer.energy.update : outer.energy.read)
                }
                for between in hierarchy.levels.indices where between > outermost && between < level && constraints.levels[between].keeps[space] == true {
                    let passing = hierarchy.levels[between]
                    cost += size / Double(passing.blockSize) * (entry.isResult ? passing.energy.update : passing.energy.read + passing.energy.write)
                }
                least = min(least, cost)
            }
            if least.isFinite { total += least }
        }
        return total
    }

    /// Multipliers at most that get one and the same word of a tensor from an instance of a level.
    private func sharing(_ space: Int, from level: Int) -> Double {
        hierarchy.levels.indices[level...].reduce(1) { product, inner in
            let fanOut = hierarchy.fanOut(inner)
            var most = 1
            for dimension in problem.dimensions.indices {
                // Along a coordinate of several dimensions the same word can be needed at several places too.
                let isShared = problem.dataSpaces[space].ranks.allSatisfy { rank in rank.count > 1 || !rank.contains { $0.dimension == dimension } }
                if isShared { most = min(fanOut.x * fanOut.y, most * min(fanOut.x * fanOut.y, constraints.levels[inner].spatial[dimension].upperBound)) }
            }
            return product * Double(most)
        }
    }

    private func mayKeep(_ level: Int, _ space: Int) -> Bool { hierarchy.levels[level].holdsData && constraints.levels[level].keeps[space] != false }

    /// At least so many: a coordinate of several dimensions has at least as many values as its longest has rounds.
    private func distinctElements(_ space: Int) -> Int {
        var seen = Set<Int>()
        return problem.dataSpaces[space].ranks.reduce(1) { product, rank in
            let fresh = rank.filter { seen.insert($0.dimension).inserted }
            return product * (fresh.map { problem.dimensions[$0.dimension].extent }.max() ?? 1)
        }
    }
}
