import MappingSearch
import SMT
import Testing

@Suite("Task schedulers")
struct TaskSchedulerTests {
    @Test(arguments: TaskHeuristic.allCases)
    func schedulesCanBeRun(_ heuristic: TaskHeuristic) {
        for seed in 1...60 as ClosedRange<UInt64> {
            let problem = TaskGraphs.random(seed: seed, tasks: 3 + Int(seed % 30), processors: 1 + Int(seed % 5), jobs: 1 + Int(seed % 4))
            #expect(heuristic.schedule(problem).violations(problem) == [], "seed \(seed)")
        }
    }

    @Test(arguments: TaskObjective.allCases)
    func z3AgreesWithTryingEverything(_ objective: TaskObjective) throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let problem = TaskGraphs.random(seed: seed, tasks: 4 + Int(seed % 4), processors: 2 + Int(seed % 2), jobs: 1 + Int(seed % 2))
            let exact = try ExactTaskScheduler().schedule(problem, objective: objective)
            let tried = TaskBranchAndBound().schedule(problem, objective: objective)
            #expect(exact.isOptimal && tried.outcome.isOptimal, "seed \(seed)")
            #expect(exact.value == tried.outcome.value, "seed \(seed)")
            #expect(exact.schedule.violations(problem) == [] && tried.outcome.schedule.violations(problem) == [])
            for heuristic in TaskHeuristic.allCases { #expect(heuristic.schedule(problem).value(objective, problem) >= exact.value) }
        }
    }

    /// Equal tasks on equal processors that need nothing of each other: as many rounds as it takes.
    @Test func independentTasksFillProcessorsEvenly() throws {
        for (count, processors) in [(7, 3), (8, 4), (5, 2)] {
            let row = [TaskProblem.Link](repeating: .init(), count: processors)
            let problem = TaskProblem(
                processors: (0..<processors).map { "p\($0)" }, links: Array(repeating: row, count: processors),
                tasks: (0..<count).map { .init(name: "\($0)", costs: Array(repeating: 6, count: processors)) }, edges: [])
            let least = (count + processors - 1) / processors * 6
            #expect(TaskHeuristic.heft.schedule(problem).makespan == least)
            #expect(try ExactTaskScheduler().schedule(problem).value == least)
        }
    }

    /// A chain whose tasks are each fastest elsewhere: with free links it hops, with slow ones it stays.
    @Test func slowLinksKeepAChainTogether() throws {
        func least(amount: Int) throws -> Int {
            let row = [TaskProblem.Link](repeating: .init(), count: 2)
            let problem = TaskProblem(
                processors: ["a", "b"], links: [row, row], tasks: (0..<4).map { .init(name: "\($0)", costs: $0 % 2 == 0 ? [2, 5] : [5, 2]) },
                edges: (0..<3).map { .init(from: $0, to: $0 + 1, amount: amount) })
            return try ExactTaskScheduler().schedule(problem).value
        }
        #expect(try least(amount: 0) == 8)
        #expect(try least(amount: 1) == 11)
        // One hop of 3 costs as much as the slow task that it avoids; more never pays.
        #expect(try least(amount: 3) == 14)
        #expect(try least(amount: 100) == 14)
    }

    /// What began before a job arrived does not depend on that job.
    @Test func nobodyKnowsTheFuture() throws {
        let whole = try TaskGraphs.example("arrivals").problem
        for heuristic in [TaskHeuristic.heft, .heftCommitted, .etf, .met] {
            let all = heuristic.schedule(whole)
            for jobs in [1, 5, 12] {
                let known = whole.tasks.filter { $0.job < jobs }.count
                let part = TaskProblem(
                    processors: whole.processors, links: whole.links, tasks: Array(whole.tasks[..<known]), edges: whole.edges.filter { $0.to < known },
                    arrivals: Array(whole.arrivals[..<jobs]))
                let some = heuristic.schedule(part)
                for (index, placement) in some.placements.enumerated() where placement.start < whole.arrivals[jobs] {
                    #expect(all.placements[index] == placement, "\(heuristic) \(whole.tasks[index].name) of \(jobs)")
                }
            }
        }
    }

    @Test func aLimitLeavesABound() throws {
        let problem = try TaskGraphs.example("canonical").problem
        let outcome = try ExactTaskScheduler(limits: QueryLimits(resources: 2_000)).schedule(problem)
        #expect(!outcome.isOptimal && outcome.lowerBound <= 73 && outcome.value >= 73)
        #expect(outcome.schedule.violations(problem) == [])
        let stopped = TaskBranchAndBound(nodeLimit: 10).schedule(problem)
        #expect(!stopped.outcome.isOptimal && stopped.nodes <= 10 && stopped.outcome.lowerBound <= 73)
    }

    @Test func wrongSchedulesAreFound() throws {
        let problem = try TaskGraphs.example("canonical").problem
        let good = TaskHeuristic.heft.schedule(problem)
        for index in problem.tasks.indices {
            // One unit earlier breaks something for every task that waits for something: all but the first, and those whose slot has room before it.
            var late = good
            late.placements[index].end += 1
            #expect(late.violations(problem).contains { $0.contains("runs for") }, "\(index)")
            var early = good
            early.placements[index].start = -1
            early.placements[index].end = good.placements[index].end - good.placements[index].start - 1
            #expect(!early.violations(problem).isEmpty, "\(index)")
        }
        var lost = good
        lost.placements.removeLast()
        #expect(lost.violations(problem) == ["9 placements for 10 tasks"])
        // All on one processor, at once.
        let heap = TaskSchedule(placements: problem.tasks.map { .init(processor: 0, start: 0, end: $0.costs[0] ?? 0) })
        #expect(heap.violations(problem).contains { $0.contains("overlap") } && heap.violations(problem).contains { $0.contains("is there at") })
    }
}
