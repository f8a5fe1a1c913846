import Exploration
import Testing

/// What holds for every strategy.
@Suite("Search strategies")
struct StrategyTests {
    static let names = Strategies.names.filter { $0 != "command" }

    private static func sphere(_ point: DesignPoint) -> [Double] { [point.choices.reduce(0.0) { $0 + Double(($1 - 5) * ($1 - 5)) }] }

    /// Every allowed point comes once, and then there are none; failures do not stop it.
    @Test(arguments: names, [1, 7, 64])
    func exhaustsASmallSpace(name: String, batch: Int) throws {
        let space = try StrategyDriver.space([7, 5, 4], constraints: ["x0 + x1 <= 8", "x2 != name3 or x0 > 3"], names: [2])
        var expected: Set<DesignPoint> = []
        for a in 0..<7 { for b in 0..<5 { for c in 0..<4 where a + b <= 8 && (c != 3 || a > 3) { expected.insert(DesignPoint(choices: [a, b, c])) } } }
        let driver = StrategyDriver(space: space) { ($0.choices[0] + $0.choices[1]) % 3 == 0 ? nil : Self.sphere($0) }
        let points = try driver.run(name, seed: 5, points: 1_000, batch: batch)
        #expect(points.count == expected.count)
        #expect(Set(points.map(\.point)) == expected)
    }

    /// The same seed gives the same points, another seed others.
    @Test(arguments: names)
    func isReproducible(name: String) throws {
        let driver = StrategyDriver(space: try StrategyDriver.space([30, 30, 5], objectives: 2, names: [2])) {
            [Double($0.choices[0] + $0.choices[2]), Double(abs($0.choices[1] - $0.choices[0]))]
        }
        let first = try driver.run(name, seed: 11, points: 120).map(\.point)
        #expect(try driver.run(name, seed: 11, points: 120).map(\.point) == first)
        if name != "grid" { #expect(try driver.run(name, seed: 12, points: 120).map(\.point) != first) }
        #expect(Set(first).count == 120)
    }

    /// A sweep that was stopped after any batch goes on as if it had not been: a new strategy is told what the old one was.
    @Test(arguments: names)
    func resumesByReplay(name: String) throws {
        let driver = StrategyDriver(space: try StrategyDriver.space([40, 40], objectives: 2, points: 96)) {
            $0.choices[0] == 3 ? nil : [Double($0.choices[0]), Double(40 - $0.choices[1])]
        }
        let whole = try driver.run(name, seed: 2, points: 96)
        for stop in [0, 8, 40, 88] {
            var strategy = try Strategies.make(name: name, options: [], space: driver.space, seed: 2)
            for batch in stride(from: 0, to: 96, by: 8) {
                let asked = try strategy.ask(8)
                #expect(asked == whole[batch..<(batch + 8)].map(\.point))
                // Up to the stop from the record, then anew.
                try strategy.tell(batch < stop ? Array(whole[batch..<(batch + 8)]) : asked.enumerated().map { driver.evaluate($1, batch + $0) })
            }
        }
    }

    /// A space of 10^9 points is not materialised by anything, and batches of any size are served.
    @Test(arguments: names)
    func largeSpacesAreNoBurden(name: String) throws {
        let driver = StrategyDriver(space: try StrategyDriver.space([1_000, 1_000, 1_000])) { Self.sphere($0) }
        #expect(driver.space.cardinality == 1e9)
        #expect(try driver.run(name, seed: 1, points: 200, batch: 50).count == 200)
    }

    /// Searching beats drawing: on the sphere, with 150 of 68,921 points, the median over seeds is nearer to the optimum than that of random.
    @Test(arguments: ["bayesian", "genetic", "annealing", "ant-colony", "hill-climbing"])
    func findsTheBottomOfASphere(name: String) throws {
        let driver = StrategyDriver(space: try StrategyDriver.space([41, 41, 41], points: 150)) { point in
            [point.choices.enumerated().reduce(0.0) { $0 + Double(($1.element - 13 - 4 * $1.offset) * ($1.element - 13 - 4 * $1.offset)) }]
        }
        func median(_ name: String) throws -> Double {
            try (1...7).map { seed in try driver.run(name, seed: UInt64(seed), points: 150).map { $0.objectives[0] }.min() ?? .infinity }.sorted()[3]
        }
        let (found, random) = (try median(name), try median("random"))
        #expect(found * 2 <= random, "\(name) \(found), random \(random)")
    }

    /// The Gaussian process finds the optimum itself, which random search would in one of 1,700 draws.
    @Test func bayesianFindsTheOptimum() throws {
        let driver = StrategyDriver(space: try StrategyDriver.space([41, 41], points: 60)) {
            [Double(($0.choices[0] - 13) * ($0.choices[0] - 13) + 2 * ($0.choices[1] - 29) * ($0.choices[1] - 29))]
        }
        for seed in 1...5 {
            let points = try driver.run("bayesian", seed: UInt64(seed), points: 60, batch: 4)
            #expect(points.contains { $0.objectives[0] <= 1 }, "seed \(seed): \(points.map { $0.objectives[0] }.min() ?? -1)")
        }
    }

    /// Infeasible and failed points are left behind: the optimum of the rest is found though most of the space fails.
    @Test(arguments: ["bayesian", "genetic", "annealing", "ant-colony", "hill-climbing"])
    func failuresDoNotMislead(name: String) throws {
        let driver = StrategyDriver(space: try StrategyDriver.space([30, 30], points: 200)) {
            $0.choices[0] + $0.choices[1] < 30 ? nil : [Double($0.choices[0] + 2 * $0.choices[1])]
        }
        let best = try (1...5).map { try driver.run(name, seed: $0, points: 200).compactMap(\.objectives.first).min() ?? .infinity }.sorted()[2]
        // (29, 1) gives 31; the mean of all that succeed is 58.
        #expect(best <= 34, "\(name) \(best)")
    }

    @Test(arguments: [("genetc", "genetic"), ("baysian", "bayesian"), ("latin", "latin-hypercube"), ("hill-climb", "hill-climbing")])
    func misspeltNames(name: String, suggestion: String) throws {
        let space = try StrategyDriver.space([2])
        let error = #expect(throws: StrategyError.self) { try Strategies.make(name: name, options: [], space: space, seed: 1) }
        #expect(error?.suggestion == suggestion)
    }

    @Test func wrongOptions() throws {
        let space = try StrategyDriver.space([2])
        func error(_ name: String, _ option: StrategyOption) -> StrategyError? {
            #expect(throws: StrategyError.self) { try Strategies.make(name: name, options: [option], space: space, seed: 1) }
        }
        #expect(error("annealing", .init("chain", ["2"]))?.suggestion == "chains")
        #expect(error("annealing", .init("chains", ["0"]))?.message.contains("from 1 to 1000") == true)
        #expect(error("annealing", .init("chains", ["many"]))?.message.contains("not a number") == true)
        #expect(error("grid", .init("chains", ["2"]))?.message.contains("no options") == true)
    }
}
