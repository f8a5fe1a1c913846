import Exploration
import Testing

@Suite("Pareto fronts")
struct ParetoFrontTests {
    private func results(_ costs: [[Double]], goals: [SweepObjective.Goal]) -> SweepResults {
        SweepResults(
            name: "space", architecture: "machine", workloads: [.init(name: "work")],
            parameters: [SpaceParameter(name: "x", targets: ["x"], values: costs.indices.map { .integer($0) })],
            objectives: goals.enumerated().map { SweepObjective(name: "o\($0)", expression: "o\($0)", goal: $1) }, strategy: "grid", seed: 1,
            version: "test",
            points: costs.enumerated().map {
                EvaluatedPoint(number: $0, point: DesignPoint(choices: [$0]), status: .finished, objectives: $1)
            })
    }

    /// A staircase of random points has the front that comparing all pairs gives, for two and for three objectives.
    @Test(arguments: [1, 2, 3])
    func frontEqualsThatOfAllPairs(dimensions: Int) {
        var state: UInt64 = 7
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double((state >> 33) % 12)
        }
        for _ in 0..<50 {
            let goals: [SweepObjective.Goal] = (0..<dimensions).map { $0 == 1 ? .maximize : .minimize }
            let results = results((0..<40).map { _ in (0..<dimensions).map { _ in next() } }, goals: goals)
            func costs(_ point: EvaluatedPoint) -> [Double] { (0..<dimensions).map { results.objectives[$0].cost(point.objectives[$0]) } }
            let expected = results.points.filter { point in
                !results.points.contains { other in
                    let pairs = zip(costs(other), costs(point))
                    return pairs.allSatisfy { $0 <= $1 } && (costs(other) != costs(point) || other.number < point.number)
                        && other.number != point.number
                }
            }
            #expect(Set(results.paretoFront(Array(0..<dimensions))) == Set(expected.map(\.number)))
        }
    }

    @Test func pointsBeyondLimitsAreOnNoFront() {
        var results = results([[1, 1], [2, 2]], goals: [.minimize, .minimize])
        results.points[0].status = .beyondLimit
        #expect(results.paretoFront([0, 1]) == [1])
    }
}
