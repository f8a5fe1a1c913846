import MappingSearch
import SearchInstances
import Testing

@Suite("Scheduling problems that cannot be")
struct ScheduleProblemTests {
    private func tensor(_ name: String, _ size: Int = 4) -> ScheduleTensor { ScheduleTensor(name: name, size: size) }

    @Test func cycles() {
        #expect(throws: ScheduleProblemError.cycle(["b", "c"])) {
            try ScheduleProblem(
                tensors: [tensor("in"), tensor("x"), tensor("y"), tensor("z")],
                operators: [
                    ScheduleOperator(name: "a", inputs: [0], outputs: [3]), ScheduleOperator(name: "b", inputs: [2, 3], outputs: [1]),
                    ScheduleOperator(name: "c", inputs: [1], outputs: [2]),
                ], capacity: 100)
        }
    }

    @Test func noRoom() throws {
        let operators = [ScheduleOperator(name: "a", inputs: [0], outputs: [1], workspace: 3)]
        let error = ScheduleProblemError.noRoom(operator: "a", bytes: 13, tensors: ["in", "out"], sizes: [4, 6], capacity: 12)
        #expect(throws: error) { try ScheduleProblem(tensors: [tensor("in"), tensor("out", 6)], operators: operators, capacity: 12) }
        #expect(error.description.contains("\"out\" with 6, \"in\" with 4"))
        #expect(try ScheduleProblem(tensors: [tensor("in"), tensor("out", 6)], operators: operators, capacity: 13).leastCapacity == 13)
        let large = ScheduleProblemError.noRoom(operator: "a", bytes: 13, tensors: ["in"], sizes: [20], capacity: 12)
        #expect(large.description.contains("has to be tiled"))
    }

    @Test func numbers() {
        #expect(throws: ScheduleProblemError.size("in", 0)) { try ScheduleProblem(tensors: [tensor("in", 0)], operators: [], capacity: 1) }
        #expect(throws: ScheduleProblemError.size("in", .max)) { try ScheduleProblem(tensors: [tensor("in", .max)], operators: [], capacity: 1) }
        #expect(throws: ScheduleProblemError.capacity(0)) { try ScheduleProblem(tensors: [], operators: [], capacity: 0) }
        #expect(throws: ScheduleProblemError.capacity(.max)) { try ScheduleProblem(tensors: [], operators: [], capacity: .max) }
        let many = (0..<300).map { tensor("t\($0)", 1 << 52) }
        #expect(throws: ScheduleProblemError.traffic) {
            try ScheduleProblem(tensors: many, operators: [ScheduleOperator(name: "a", inputs: Array(0..<300), outputs: [])], capacity: 1)
        }
        #expect(throws: ScheduleProblemError.workspace("a", -1)) {
            try ScheduleProblem(tensors: [], operators: [ScheduleOperator(name: "a", inputs: [], outputs: [], workspace: -1)], capacity: 1)
        }
    }

    @Test func names() {
        #expect(throws: ScheduleProblemError.unknownTensor(operator: "a", 7)) {
            try ScheduleProblem(tensors: [tensor("in")], operators: [ScheduleOperator(name: "a", inputs: [7], outputs: [])], capacity: 9)
        }
        #expect(throws: ScheduleProblemError.twoProducers("in", "a", "b")) {
            try ScheduleProblem(
                tensors: [tensor("in")],
                operators: [ScheduleOperator(name: "a", inputs: [], outputs: [0]), ScheduleOperator(name: "b", inputs: [], outputs: [0])],
                capacity: 9)
        }
    }

    /// Listed the wrong way round: no fixed order, but one to be found.
    @Test func order() throws {
        let problem = try ScheduleProblem(
            tensors: [tensor("in"), tensor("x"), tensor("y")],
            operators: [ScheduleOperator(name: "b", inputs: [1], outputs: [2]), ScheduleOperator(name: "a", inputs: [0], outputs: [1])],
            capacity: 9)
        #expect(throws: ScheduleFailure.problem(.order)) { try Scheduler().schedule(problem, order: .fixed) }
        #expect(try Scheduler().schedule(problem, order: .joint).plan.order == [1, 0])
    }

    @Test func nothingToDo() throws {
        let problem = try ScheduleProblem(tensors: [tensor("in")], operators: [], capacity: 1)
        let outcome = try Scheduler().schedule(problem, order: .joint)
        #expect(outcome.bytes == 0 && outcome.isOptimal && outcome.plan.order.isEmpty)
    }
}

@Suite("Plans that are wrong are refused")
struct ScheduleReplayTests {
    /// Every single change to a good plan that makes it wrong, or that moves other bytes.
    @Test func mutations() throws {
        var random = Numbers(seed: 2)
        var refused = 0
        for _ in 0..<40 {
            let problem = try ScheduleBruteForce.instance(operators: 8, &random)
            let outcome = try Scheduler().schedule(problem, order: .joint)
            func expectWrong(_ change: (inout SchedulePlan) -> Void) {
                var plan = outcome.plan
                change(&plan)
                guard plan != outcome.plan else { return }
                refused += 1
                #expect((try? problem.replay(plan)) != outcome.bytes)
            }
            for index in outcome.plan.residences.indices {
                expectWrong { $0.residences.remove(at: index) }
                expectWrong { $0.residences[index].isLoaded.toggle() }
                expectWrong { plan in
                    let steps = plan.residences[index].steps
                    plan.residences[index].steps = steps.lowerBound + 1..<max(steps.lowerBound + 1, steps.upperBound)
                }
                expectWrong { plan in
                    let steps = plan.residences[index].steps
                    plan.residences[index].steps = steps.lowerBound..<steps.upperBound - 1
                }
            }
            for index in outcome.plan.stores.indices { expectWrong { $0.stores.remove(at: index) } }
            expectWrong { $0.order.removeLast() }
            expectWrong { $0.order[0] = $0.order[$0.order.count - 1] }
        }
        #expect(refused > 1000)
    }
}
