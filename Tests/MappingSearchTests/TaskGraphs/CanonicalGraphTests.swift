import MappingSearch
import Testing

/// The example of Topcuoglu, Hariri and Wu, IEEE TPDS 13(3), 2002.
@Suite("The canonical task graph")
struct CanonicalGraphTests {
    @Test func heftGivesThePublishedSchedule() throws {
        let problem = try TaskGraphs.example("canonical").problem
        let schedule = TaskHeuristic.heft.schedule(problem)
        #expect(schedule.makespan == 80)
        #expect(schedule.violations(problem) == [])
        // Figure 3(a) of the paper, as other implementations print it too: task, beginning, end.
        let published: [[(Int, Int, Int)]] = [
            [(2, 27, 40), (8, 57, 62)], [(4, 18, 26), (6, 26, 42), (9, 56, 68), (10, 73, 80)], [(1, 0, 9), (3, 9, 28), (5, 28, 38), (7, 38, 49)],
        ]
        for (processor, rows) in published.enumerated() {
            for (task, start, end) in rows {
                let index = try #require(problem.tasks.firstIndex { $0.name == "T\(task)" })
                #expect(schedule.placements[index] == .init(processor: processor, start: start, end: end), "T\(task)")
            }
        }
    }

    @Test func criticalPathOnAProcessorGivesThePublishedMakespan() throws {
        let problem = try TaskGraphs.example("canonical").problem
        let schedule = TaskHeuristic.cpop.schedule(problem)
        #expect(schedule.makespan == 86)
        #expect(schedule.violations(problem) == [])
    }

    /// Two ways that share nothing but the model: Z3, and trying everything.
    @Test func theOptimumIsProvedTwice() throws {
        let problem = try TaskGraphs.example("canonical").problem
        let exact = try ExactTaskScheduler().schedule(problem)
        #expect(exact.isOptimal && exact.value < 80)
        #expect(exact.schedule.violations(problem) == [] && exact.schedule.makespan == exact.value)
        #expect(exact.queries.last?.record.verdict == .unsatisfiable && exact.queries.last?.target == exact.value - 1)
        #expect(exact.proof?.contains("(assert") == true)
        let tried = TaskBranchAndBound().schedule(problem)
        #expect(tried.outcome.isOptimal && tried.outcome.value == exact.value)
        #expect(exact.value == 73)
    }

    @Test func theSameBytesEachTime() throws {
        let problem = try TaskGraphs.example("canonical").problem
        let first = try ExactTaskScheduler().schedule(problem), second = try ExactTaskScheduler().schedule(problem)
        #expect(first.schedule == second.schedule && first.queries == second.queries && first.proof == second.proof)
    }
}
