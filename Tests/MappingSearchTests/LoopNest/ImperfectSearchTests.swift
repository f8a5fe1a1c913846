import MappingSearch
import Testing

/// Factors that need not divide, against all extents up to half as long again.
@Suite struct ImperfectSearchTests {
    @Test(arguments: [(5, 3, 4, 4), (7, 2, 3, 3), (5, 5, 2, 4)]) func theBoundHoldsAndTheSearchIsNeverWorse(_ m: Int, _ n: Int, _ k: Int, _ units: Int) throws {
        let problem = try LoopNestProblem.matrixProduct(m: m, n: n, k: k)
        let hierarchy = try MapspaceSearchTests.machine(inner: 12, outer: 60, units: units)
        var least: [MapspaceObjective: Double] = [:]
        // Every mapping of every product that is as long or longer in each dimension.
        for longerM in m...(m + m / 2) { for longerN in n...(n + n / 2) { for longerK in k...(k + k / 2) {
            let longer = try LoopNestProblem.matrixProduct(m: longerM, n: longerN, k: longerK)
            for objective in MapspaceObjective.allCases {
                let outcome = try MapspaceSearch(longer, on: hierarchy).run(objective)
                least[objective] = min(least[objective] ?? .infinity, outcome.value)
            }
        } } }
        for objective in MapspaceObjective.allCases {
            let perfect = try MapspaceSearch(problem, on: hierarchy).run(objective)
            let outcome = try ImperfectSearch(problem, on: hierarchy).run(objective, from: perfect)
            let there = try #require(least[objective])
            #expect(outcome.bound <= there * (1 + 1e-9), "\(objective): the bound \(outcome.bound) is above \(there)")
            #expect(outcome.outcome.value <= perfect.value * (1 + 1e-9))
            #expect(outcome.outcome.value >= there * (1 - 1e-9) || outcome.problem.dimensions.map(\.extent) != problem.dimensions.map(\.extent))
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
        let perfect = try MapspaceSearch(problem, on: hierarchy).run(.delay)
        let outcome = try ImperfectSearch(problem, on: hierarchy).run(.delay, from: perfect)
        #expect(perfect.value == 13)
        #expect(outcome.outcome.value == 12 && outcome.problem.dimensions[1].extent == 16)
        #expect(outcome.bound <= 12 && outcome.bound >= 10)
    }
}
