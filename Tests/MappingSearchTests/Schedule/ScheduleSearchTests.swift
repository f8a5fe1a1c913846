import MappingSearch
import SearchInstances
import Testing

@Suite("Schedules with the fewest bytes, against brute force")
struct ScheduleSearchTests {
    /// All orders of small graphs, and all residences for each.
    @Test func everyOrder() throws {
        var random = Numbers(seed: 3)
        var moved = 0
        for _ in 0..<300 {
            let problem = try ScheduleBruteForce.instance(operators: 5 + random.below(5), &random)
            let best = try #require(ScheduleBruteForce(problem: problem).fewestBytes())
            var search = ScheduleSearch(problem)
            if random.below(2) == 0 { search.prepare(limit: 1_000_000) }
            let result = search.run(limit: 1_000_000)
            let plan = try #require(result.plan)
            #expect(result.isComplete)
            #expect(problem.compulsoryBytes + result.cost == best)
            #expect(try problem.replay(plan) == best)
            #expect(plan.bytes(in: problem) == best)
            moved += best > problem.compulsoryBytes ? 1 : 0
        }
        #expect(moved > 70)
    }

    /// One order, larger graphs.
    @Test func oneOrder() throws {
        var random = Numbers(seed: 5)
        var moved = 0
        for _ in 0..<300 {
            let problem = try ScheduleBruteForce.instance(operators: 6 + random.below(6), &random)
            let order = Array(problem.operators.indices)
            let best = try #require(ScheduleBruteForce(problem: problem).fewestBytes(order: order))
            var search = ScheduleSearch(problem, blocks: order.map { [$0] })
            let result = search.run(limit: 1_000_000)
            let plan = try #require(result.plan)
            #expect(plan.order == order)
            #expect(problem.compulsoryBytes + result.cost == best)
            #expect(try problem.replay(plan) == best)
            let quick = search.beam(width: 1)
            #expect(try problem.replay(#require(quick)) >= best)
            moved += best > problem.compulsoryBytes ? 1 : 0
        }
        #expect(moved > 70)
    }

    /// The figures of the study in which the graph is (U-Net with 3 and with 8 levels).
    @Test func uNet() throws {
        for (levels, capacity, bytes) in [(3, 256, 256), (8, 320, 768)] {
            let problem = try ScheduleGraphs.uNet(levels: levels, capacity: capacity)
            #expect(problem.operators.count == 4 * levels && problem.tensors.count == 4 * levels + 1)
            var search = ScheduleSearch(problem, blocks: problem.operators.indices.map { [$0] })
            let result = search.run(limit: 1_000_000)
            #expect(result.isComplete && problem.compulsoryBytes + result.cost == bytes)
        }
    }
}
