import Exploration
import Reporting
import Testing

@Suite("What a sweep's report computes")
struct SweepAnalysisTests {
    // MARK: Hypervolume

    /// Areas and volumes of boxes that overlap, added up by hand.
    @Test(arguments: [
        ([[3.0]], [10.0], 7.0),
        // Strips (5−1)·(5−4), (5−2)·(4−2), (5−4)·(2−1).
        ([[1, 4], [2, 2], [4, 1]], [5, 5], 4 + 6 + 1),
        // A dominated point and one outside of the reference add nothing.
        ([[1, 4], [2, 2], [4, 1], [3, 3], [6, 0]], [5, 5], 11),
        ([[1, 1], [1, 1]], [2, 3], 2),
        // Two boxes of 2·1·1 and 1·2·2 that share a unit cube.
        ([[0, 1, 1], [1, 0, 0]], [2, 2, 2], 2 + 4 - 1),
        // Inclusion and exclusion over three boxes: 3·1·1 + 1·3·1 + 1·1·3 − 3·1 + 1.
        ([[0, 2, 2], [2, 0, 2], [2, 2, 0]], [3, 3, 3], 9 - 3 + 1),
        ([[0, 0, 0], [1, 1, 1]], [2, 2, 2], 8),
        ([[3, 3]], [3, 4], 0),
    ] as [([[Double]], [Double], Double)])
    func hypervolumeByHand(_ points: [[Double]], _ reference: [Double], _ expected: Double) {
        #expect(abs(Hypervolume.exact(points, reference: reference) - expected) < 1e-12)
        #expect(abs(Hypervolume.exact(points.reversed(), reference: reference) - expected) < 1e-12)
    }

    /// Against counting cells: points and reference on a grid of whole numbers.
    @Test func hypervolumeIsTheNumberOfDominatedCells() {
        var state: UInt64 = 7
        for _ in 0..<40 {
            let points = (0..<12).map { _ in (0..<3).map { _ in Double(SyntheticSweep.next(&state) % 9) } }
            var cells = 0
            for x in 0..<8 { for y in 0..<8 { for z in 0..<8 {
                if points.contains(where: { $0[0] <= Double(x) && $0[1] <= Double(y) && $0[2] <= Double(z) }) { cells += 1 }
            } } }
            #expect(abs(Hypervolume.exact(points, reference: [8, 8, 8]) - Double(cells)) < 1e-9)
        }
    }

    // MARK: Convergence

    @Test func convergenceEndsAtTheWholeFrontAndNeverFalls() throws {
        let results = SyntheticSweep.results(1500)
        let report = SweepReport(results)
        let steps = report.convergence.hypervolume
        #expect(steps.count <= 201 && steps.last?.points == 1500)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.value <= $1.value + 1e-12 && $0.points < $1.points })
        let costs = results.feasible.map { point in zip(results.objectives, point.objectives).map { $0.cost($1) } }
        let least = (0..<3).map { index in costs.map { $0[index] }.min() ?? 0 }, most = (0..<3).map { index in costs.map { $0[index] }.max() ?? 0 }
        let box = zip(least, most).reduce(1) { $0 * ($1.1 - $1.0) }
        let front = report.front.map { index in zip(results.objectives, results.points[index].objectives).map { $0.cost($1) } }
        let expected = Hypervolume.exact(front, reference: most) / box
        #expect(abs(try #require(steps.last).value - expected) < 1e-9)
        for (index, objective) in results.objectives.enumerated() {
            let best = results.feasible.map { $0.objectives[index] }.min { objective.cost($0) < objective.cost($1) }
            #expect(report.convergence.best[index].last?.value == best)
        }
    }

    /// Four objectives: the estimate against the exact volume of one box, 1/2 · 1/2 · 1/2 · 1/2 … of the corners that span the unit box.
    @Test func hypervolumeIsEstimatedAboveThreeObjectives() throws {
        let corners: [[Double]] = [[0.5, 0.5, 0.5, 0.5], [0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]]
        var results = SyntheticSweep.grid([5]) { $0[0] }
        results.objectives = (0..<4).map { SweepObjective(name: "y\($0)", expression: "y\($0)") }
        for index in results.points.indices { results.points[index].objectives = corners[index] }
        let convergence = SweepReport(results).convergence
        #expect(convergence.isEstimated && convergence.dimensions == 4)
        #expect(abs(try #require(convergence.hypervolume.last).value - 1.0 / 16) < 0.004)
    }

    // MARK: Sensitivity

    /// y = 3 x₀ + x₁ over a grid: the variance of each term in the sum of both. Values 0…3 have variance 5/4, values 0…4 have 2.
    @Test func sharesOfAnAdditiveFunctionAreItsVariances() {
        let results = SyntheticSweep.grid([4, 5, 3]) { 3 * $0[0] + $0[1] }
        let total = 9 * 1.25 + 2
        let found = SweepReport(results).sensitivities[0]
        #expect(results.isFullGrid && found.count == 3)
        for (sensitivity, expected) in zip(found, [9 * 1.25 / total, 2 / total, 0]) { #expect(abs(sensitivity.share - expected) < 1e-12) }
        #expect(abs(found[0].levels[2].mean - (6 + 2)) < 1e-12 && found[0].levels[2].least == 6 && found[0].levels[2].most == 10)
    }

    /// y = x₀ · x₁ of centred values: all interaction, no main effect. A product of powers is additive in its logarithm.
    @Test func interactionIsNobodysAlone() {
        let interaction = SweepReport(SyntheticSweep.grid([3, 3]) { ($0[0] - 1) * ($0[1] - 1) }).sensitivities[0]
        #expect(interaction.allSatisfy { $0.share < 1e-12 && $0.logarithmicShare == nil })
        let powers = SweepReport(SyntheticSweep.grid([4, 4]) { [1.0, 2, 4, 8][Int($0[0])] * [1.0, 4, 16, 64][Int($0[1])] }).sensitivities[0]
        // Logarithms to base two: x₀ and 2 x₁, variances 1 : 4.
        #expect(abs((powers[0].logarithmicShare ?? 0) - 0.2) < 1e-12 && abs((powers[1].logarithmicShare ?? 0) - 0.8) < 1e-12)
    }

    /// The mean over all orders of the values is (levels − 1) / (points − 1), here over all 720 orders of six values in three pairs.
    @Test func chanceIsTheMeanOverAllOrders() {
        let values = [1.0, 2, 4, 8, 16, 31]
        var shares: [Double] = []
        var chance = 0.0
        func visit(_ order: [Double], _ rest: [Double]) {
            guard !rest.isEmpty else {
                var results = SyntheticSweep.grid([3, 2]) { _ in 0 }
                for index in order.indices { results.points[index].objectives = [order[index]] }
                let found = ParameterSensitivity.all(of: results, values: order)[0]
                shares.append(found.share)
                chance = found.chance
                return
            }
            for index in rest.indices { visit(order + [rest[index]], rest.enumerated().filter { $0.offset != index }.map(\.element)) }
        }
        visit([], values)
        #expect(shares.count == 720 && abs(shares.reduce(0, +) / 720 - chance) < 1e-12 && abs(chance - 2.0 / 5) < 1e-12)
    }

    /// A thousand values in 24 groups of neighbours: y = x has the variance between the groups' means, 1 − (1/24)² of the whole up to the ends.
    @Test func manyValuesAreTakenInGroups() throws {
        let found = try #require(SweepReport(SyntheticSweep.grid([1000]) { $0[0] }).sensitivities[0].first)
        #expect(found.levels.count == 24 && found.levels.map(\.count).reduce(0, +) == 1000)
        #expect(abs(found.share - (1 - 1.0 / 576)) < 1e-4)
        #expect(found.levels.first?.choice == 0 && found.levels.last?.lastChoice == 999)
        for (first, second) in zip(found.levels, found.levels.dropFirst()) { #expect(first.lastChoice + 1 == second.choice) }
        #expect(found.levels.allSatisfy { $0.count == $0.lastChoice - $0.choice + 1 && $0.least == Double($0.choice) && $0.most == Double($0.lastChoice) })
    }

    @Test func anObjectiveThatDoesNotVaryHasNoShares() {
        let found = SweepReport(SyntheticSweep.grid([3, 3]) { _ in 0.1 + 0.2 }).sensitivities[0]
        #expect(found.allSatisfy { $0.share == 0 })
    }

    // MARK: Failures, breakdowns

    @Test func reasonsThatDifferInNumbersAreOne() {
        let report = SweepReport(SyntheticSweep.results(2000))
        #expect(report.failures.count == 2)
        let counts = report.failures.map(\.points.count)
        #expect(counts.reduce(0, +) == report.results.points.filter { $0.status != .finished }.count)
    }

    @Test func partsOfABreakdownAddUp() throws {
        let report = SweepReport(SyntheticSweep.results(500))
        let areas = try #require(report.areas), energies = try #require(report.energies)
        for index in report.front {
            let point = report.results.points[index]
            #expect(abs(areas.total(index) - (point[figure: "area"] ?? 0)) < 1e-9)
            #expect(abs(energies.total(index) / (point[figure: "energy"] ?? 1) - 1) < 1e-9)
        }
        #expect(areas.components.first == "mesh")
    }

    /// Areas of tiles are to scale, tiles fill the square and do not overlap.
    @Test func tilesAreToScale() {
        let values = [6.0, 6, 4, 3, 2, 2, 1]
        let tiles = Treemap.tiles(values, width: 600, height: 400)
        for (tile, value) in zip(tiles, values) {
            #expect(abs(tile.width * tile.height - value * 10_000) < 1e-6)
            #expect(tile.x >= -1e-9 && tile.y >= -1e-9 && tile.x + tile.width <= 600 + 1e-9 && tile.y + tile.height <= 400 + 1e-9)
        }
        for (index, first) in tiles.enumerated() {
            for second in tiles[(index + 1)...] {
                let width = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
                let height = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
                #expect(width < 1e-9 || height < 1e-9)
            }
        }
        // The example of Bruls, Huizing and van Wijk, section 3.1: the first two tiles stand on each other, 3 wide and 2 high of 6 by 4.
        #expect(abs(tiles[0].width - 300) < 1e-9 && abs(tiles[0].height - 200) < 1e-9 && abs(tiles[1].y - 200) < 1e-9)
        #expect(Treemap.tiles([], width: 1, height: 1).isEmpty && Treemap.tiles([0], width: 1, height: 1).isEmpty)
    }

    @Test(arguments: [
        ("cycles", 1_234_567.0, "1.23 M cycles"), ("cycles", 980, "980 cycles"), ("s", 0.00123, "1.23 ms"), ("J·s", 4.2e-7, "420 nJ·s"),
        ("%", 0.456, "45.6 %"), ("mm²", 12.34, "12.3 mm²"), ("", 0.5, "0.500"), ("B", 4096, "4.00 KiB"), ("s", .nan, "–"), ("W", 1234, "1.23 kW"),
    ] as [(String, Double, String)])
    func valuesAreWrittenForPeople(_ unit: String, _ value: Double, _ expected: String) { #expect(MeasureText(unit: unit)(value) == expected) }

    @Test(arguments: [
        ("resnet18.energy", "J"), ("area.mesh", "mm²"), ("energy.buffer", "J"), ("cycles", "cycles"), ("dramReadBytes", "B"), ("seconds", "s"),
        ("peakPower", "W"), ("macs", ""), ("utilization", "%"), ("edp", "J·s"),
    ] as [(String, String)])
    func namesTellUnits(_ name: String, _ unit: String) { #expect(MeasureText.unit(ofFigure: name) == unit) }
}
