import MappingSearch
import Testing

/// Factors that need not divide, against all extents up to half as long again.
@Suite struct ImperfectSearchTests {
    @Test(arguments: [(5, 3, 4, 4), (7, 2, 3, 3), (5, 5, 2, 4)]) func theBoundHoldsAndTheSearchIsNeverWorse(_ m: Int, _ n: Int, _ k: Int, _ units: Int) throws {
        let problem = try LoopNestProblem.matrixProduct(m: m, n: n, k: k)
        let hierarchy = try MapspaceSearchTests.machine(inner: 12, outer: 60, units: units)
        var least: [MappingObjective: Double] = [:]
        // Every mapping of every product that is as long or longer in each dimension.
        for longerM in m...(m + m / 2) { for longerN in n...(n + n / 2) { for longerK in k...(k + k / 2) {
            let longer = try LoopNestProblem.matrixProduct(m: longerM, n: longerN, k: longerK)
            for objective in MappingObjective.allCases {
                let outcome = try MapspaceSearch(longer, on: hierarchy).run(objective)
                least[objective] = min(least[objective] ?? .infinity, outcome.value)
            }
        } } }
        for objective in MappingObjective.allCases {
            let perfect = try MapspaceSearch(problem, on: hierarchy).run(objective)
            let outcome = try ImperfectSearch(problem, on: hierarchy).run(objective, from: perfect)
            let there = try #require(least[objective])
            #expect(outcome.bound <= there * (1 + 1e-9), "\(objective): the bound \(outcome.bound) is above \(there)")
            #expect(outcome.outcome.value <= perfect.value * (1 + 1e-9))
            #expect(outcome.isProved, "\(objective): \(outcome.gap)")
            #expect(outcome.outcome.value <= there * (1 + 1e-9), "\(objective): there is \(there)")
            // What is reported is a mapping of the longer problem, and counts to what is said.
            let report = try LoopNestAnalysis(outcome.problem, on: hierarchy).report(outcome.outcome.mapping)
            #expect(MapspaceSearchTests.value(objective, report) == outcome.outcome.value)
            #expect(zip(outcome.problem.dimensions, problem.dimensions).allSatisfy { $0.extent >= $1.extent })
        }
    }

    /// 13 on 4 multipliers: only 4 rounds of which the last is a quarter full are quick; no factor of 13 but itself and 1 divides it.
    @Test func aPrimeExtentIsSpread() throws {
        let problem = try LoopNestProblem.matrixProduct(m: 13, n: 1, k: 3)
        let hierarchy = try MapspaceSearchTests.machine(inner: 12, outer: 60, units: 4)
        let perfect = try MapspaceSearch(problem, on: hierarchy).run(.cycles)
        let outcome = try ImperfectSearch(problem, on: hierarchy).run(.cycles, from: perfect)
        #expect(perfect.value == 13)
        #expect(outcome.outcome.value == 12 && outcome.problem.dimensions[1].extent == 16)
        #expect(outcome.bound <= 12 && outcome.bound >= 10)
    }

    /// Four levels and two fan-outs: the best of all extents up to twice as long, each searched by itself, is what is proved.
    @Test(arguments: [(5, 3, 3), (7, 2, 2), (3, 3, 5)]) func fourLevels(_ m: Int, _ n: Int, _ k: Int) throws {
        var memory = MemoryHierarchy.Level("memory")
        (memory.blockSize, memory.energy) = (4, .init(read: 200, write: 210))
        var buffer = MemoryHierarchy.Level("buffer", capacity: 40)
        (buffer.blockSize, buffer.energy) = (2, .init(read: 11, write: 13, leak: 0.01))
        var part = MemoryHierarchy.Level("part", capacity: 16)
        (part.energy, part.instances, part.meshX) = (.init(read: 3, write: 4), 2, 2)
        var registers = MemoryHierarchy.Level("registers", capacity: 6)
        (registers.energy, registers.instances, registers.meshX, registers.meshY) = (.init(read: 0.5, write: 0.7), 6, 2, 3)
        var compute = MemoryHierarchy.Compute("mac")
        (compute.energy, compute.instances, compute.meshX, compute.meshY) = (0.3, 6, 2, 3)
        let hierarchy = try MemoryHierarchy(levels: [memory, buffer, part, registers], compute: compute)
        let problem = try LoopNestProblem.matrixProduct(m: m, n: n, k: k)
        var constraints = MapspaceConstraints(problem, on: hierarchy)
        for level in 1..<4 { for space in 0..<3 { constraints.levels[level].keeps[space] = true } }
        for objective in [MappingObjective.cycles, .energy, .edp] {
            var there = Double.infinity
            for longerM in m..<(2 * m) { for longerN in n..<(2 * n) { for longerK in k..<(2 * k) {
                let longer = try LoopNestProblem.matrixProduct(m: longerM, n: longerN, k: longerK)
                there = min(there, try MapspaceSearch(longer, on: hierarchy, constraints: constraints).run(objective).value)
            } } }
            let outcome = try ImperfectSearch(problem, on: hierarchy, constraints: constraints).run(objective)
            #expect(outcome.isProved && abs(outcome.outcome.value / there - 1) < 1e-9, "\(objective): \(outcome.outcome.value), at least \(outcome.bound), there is \(there)")
        }
    }
}
