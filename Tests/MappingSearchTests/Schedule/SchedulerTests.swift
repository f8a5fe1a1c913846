import MappingSearch
import SMT
import SearchInstances
import Testing

@Suite("The scheduler, its engines against each other")
struct SchedulerTests {
    /// Z3 knows nothing of the search, and finds the same optimum.
    @Test func solverForOneOrder() throws {
        var random = Numbers(seed: 15)
        var moved = 0
        for _ in 0..<40 {
            let problem = try ScheduleBruteForce.instance(operators: 8 + random.below(8), &random)
            let order = problem.topologicalOrder
            var search = ScheduleSearch(problem, blocks: order.map { [$0] })
            let cost = search.run(limit: 1_000_000).cost
            let answer = try ResidencyEncoding(problem, order: order).solve(Minimizer())
            let plan = try #require(answer.plan)
            #expect(answer.cost == cost && answer.lowerBound == cost)
            #expect(try problem.replay(plan) == problem.compulsoryBytes + cost)
            #expect(answer.records.allSatisfy { $0.verdict == .satisfiable && $0.version == Context.version })
            moved += cost > 0 ? 1 : 0
        }
        #expect(moved > 20)
    }

    @Test func solverForAllOrders() throws {
        var random = Numbers(seed: 16)
        for _ in 0..<25 {
            let problem = try ScheduleBruteForce.instance(operators: 5 + random.below(3), &random)
            var search = ScheduleSearch(problem)
            let cost = search.run(limit: 1_000_000).cost
            let answer = try OrderEncoding(problem).solve(Minimizer())
            let plan = try #require(answer.plan)
            #expect(answer.cost == cost && answer.lowerBound == cost)
            #expect(try problem.replay(plan) == problem.compulsoryBytes + cost)
        }
    }

    /// What is left when the search may look at next to nothing is still right, and says what it does not know.
    @Test func tightLimits() throws {
        var random = Numbers(seed: 21)
        for round in 0..<60 {
            let problem = try ScheduleBruteForce.instance(operators: 7, &random)
            let best = try #require(ScheduleBruteForce(problem: problem).fewestBytes())
            var scheduler = Scheduler()
            scheduler.searchLimit = 1 + round % 30
            scheduler.beamWidth = 1 + round % 3
            scheduler.window = 3
            scheduler.placesTensors = false
            scheduler.minimizer.limits.resources = round % 2 == 0 ? 20_000 : 10_000_000
            let outcome = try scheduler.schedule(problem, order: .joint)
            #expect(outcome.lowerBound <= best && best <= outcome.bytes)
            if outcome.isOptimal { #expect(outcome.bytes == best) }
            if round % 2 == 1 { #expect(outcome.isOptimal) }
        }
    }

    /// Some of the best plans have no places: then the next best that has them is taken, and the bound says what is proved.
    @Test func places() throws {
        var random = Numbers(seed: 8)
        var (placed, retried) = (0, 0)
        for round in 0..<480 {
            let isJoint = round % 8 == 0
            let problem = try ScheduleBruteForce.instance(operators: (isJoint ? 8 : 14) + random.below(8), sizes: 30, &random)
            let outcome = try Scheduler().schedule(problem, order: isJoint ? .joint : .fixed)
            #expect(try problem.replay(outcome.plan) == outcome.bytes)
            retried += outcome.effort.unplacedPlans > 0 ? 1 : 0
            guard outcome.placement == .placed else { continue }
            placed += 1
            var buffers: [PlacementBuffer] = []
            var offsets: [Int] = []
            for residence in outcome.plan.residences {
                buffers.append(PlacementBuffer(name: "", lifetime: residence.steps, size: problem.tensors[residence.tensor].size))
                offsets.append(try #require(residence.offset))
            }
            let check = try PlacementProblem(buffers: buffers, capacity: problem.capacity)
            #expect(check.violation(of: Placement(offsets: offsets)) == nil)
        }
        #expect(placed > 470)
        #expect(retried > 1)
    }

    @Test func theSameTwice() throws {
        let problem = try ScheduleGraphs.accumulatingNASNet(cells: 2, capacity: 192)
        let first = try Scheduler().schedule(problem, order: .joint)
        let second = try Scheduler().schedule(problem, order: .joint)
        #expect(first.plan == second.plan && first.effort == second.effort)
        #expect(first.isOptimal)
    }

    @Test func stopped() throws {
        let problem = try ScheduleGraphs.transformer(blocks: 2, capacity: 384)
        var asked = 0
        let outcome = try Scheduler().schedule(problem, order: .joint) {
            asked += 1
            return asked > 40
        }
        #expect(outcome.wasCancelled && !outcome.isOptimal && outcome.placement == .placed)
        #expect(try problem.replay(outcome.plan) == outcome.bytes)
    }
}
