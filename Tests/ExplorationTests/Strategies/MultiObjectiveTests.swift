import Exploration
import Testing

/// Problems whose Pareto fronts are known in closed form.
@Suite("Several objectives")
struct MultiObjectiveTests {
    /// ZDT1 (Zitzler, Deb and Thiele 2000, doi:10.1162/106365600568202) with six variables in steps of 1/50: the front is f2 = 1 − √f1 where the
    /// others are 0.
    static func zdt1(_ point: DesignPoint) -> [Double] {
        let x = point.choices.map { Double($0) / 50 }
        let g = 1 + 9 * x.dropFirst().reduce(0, +) / Double(x.count - 1)
        return [x[0], g * (1 - (x[0] / g).squareRoot())]
    }

    /// Area that the points dominate within the corner (1.1, 11).
    static func hypervolume(_ points: [[Double]]) -> Double {
        var (area, height) = (0.0, 11.0)
        let sorted = points.sorted { $0.lexicographicallyPrecedes($1) }
        for point in sorted where point[1] < height && point[0] < 1.1 {
            area += (1.1 - point[0]) * (height - point[1])
            height = point[1]
        }
        return area
    }

    @Test func hypervolumeOfTheWholeFrontIsItsIntegral() {
        let front = (0...50).map { i in [Double(i) / 50, 1 - (Double(i) / 50).squareRoot()] }
        // 1.1 · 10 above f2 = 1, and below the staircase over √f1, whose integral is 2/3, and 0.1 · 1 behind it.
        let staircase = (0..<50).reduce(0.0) { $0 + (Double($1) / 50).squareRoot() / 50 } + 0.1
        #expect(abs(Self.hypervolume(front) - (11 + staircase)) < 1e-9)
    }

    @Test(arguments: ["genetic", "bayesian"])
    func dominatesMoreThanRandom(name: String) throws {
        let driver = StrategyDriver(space: try StrategyDriver.space(Array(repeating: 51, count: 6), objectives: 2, points: 300), function: Self.zdt1)
        func median(_ name: String) throws -> Double {
            try (1...5).map { Self.hypervolume(try driver.run(name, seed: $0, points: 300, batch: 10).map(\.objectives)) }.sorted()[2]
        }
        let (found, random) = (try median(name), try median("random"))
        #expect(found > random, "\(name) \(found), random \(random)")
    }

    /// With 3,000 points NSGA-II is at the front: 99 % of the area that the whole front dominates.
    @Test func geneticReachesTheFront() throws {
        let driver = StrategyDriver(space: try StrategyDriver.space(Array(repeating: 51, count: 6), objectives: 2), function: Self.zdt1)
        let whole = Self.hypervolume((0...50).map { i in [Double(i) / 50, 1 - (Double(i) / 50).squareRoot()] })
        for seed in 1...3 {
            let found = Self.hypervolume(try driver.run("genetic", seed: UInt64(seed), points: 3_000, batch: 40).map(\.objectives))
            #expect(found > 0.99 * whole && found <= whole + 1e-9, "\(found) of \(whole)")
        }
    }

    /// The fast sort agrees with the definition: a point's front is one behind the last front that has a point which dominates it.
    @Test func frontsFollowTheDefinition() {
        var generator = RandomGenerator(seed: 4)
        for dimensions in 1...3 {
            let entries = (0..<60).map { _ in
                NondominatedSort.Entry(grade: generator.next(below: 2), costs: (0..<dimensions).map { _ in Double(generator.next(below: 8)) })
            }
            func beats(_ a: NondominatedSort.Entry, _ b: NondominatedSort.Entry) -> Bool {
                a.grade < b.grade || a.grade == b.grade && a.costs != b.costs && zip(a.costs, b.costs).allSatisfy { $0 <= $1 }
            }
            var left = Set(entries.indices)
            for front in NondominatedSort.fronts(entries) {
                let expected = left.filter { index in !left.contains { beats(entries[$0], entries[index]) } }
                #expect(Set(front) == expected)
                left.subtract(front)
            }
            #expect(left.isEmpty)
        }
    }

    /// Reckoned by hand: ends are infinite, the middle has (4 − 0) / 4 + (9 − 1) / 8.
    @Test func crowdingOfThreePoints() {
        let entries = [[0.0, 9.0], [1, 3], [4, 1]].map { NondominatedSort.Entry(grade: 0, costs: $0) }
        #expect(NondominatedSort.crowding([0, 1, 2], entries) == [.infinity, 2, .infinity])
    }
}
