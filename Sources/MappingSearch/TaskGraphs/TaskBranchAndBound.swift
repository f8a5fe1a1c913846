/// The best schedule by trying all of them, as far as bounds do not rule them out: knows nothing of Z3, and is what its answers are compared with.
///
/// Any schedule can be begun as early as its processors and orders allow, without becoming worse; so those are enough in which tasks are
/// appended to processors in the order of their beginnings. A branch is given up when a bound says that it ends no better than the best known.
public struct TaskBranchAndBound: Sendable {
    /// Branches at most.
    public var nodeLimit: Int

    public init(nodeLimit: Int = 50_000_000) { self.nodeLimit = nodeLimit }

    /// - Returns: `lowerBound` equal to the value when all was tried, and the graph's own bound when the limit came first.
    public func schedule(_ problem: TaskProblem, objective: TaskObjective = .makespan) -> (outcome: TaskOutcome, nodes: Int) {
        let first = TaskHeuristic.heft.schedule(problem)
        var search = Search(problem, objective, best: first, nodeLimit: nodeLimit)
        search.run()
        let outcome = TaskOutcome(
            schedule: search.best, value: search.bestValue,
            lowerBound: search.isComplete ? search.bestValue : TaskBounds(problem).lowerBound(objective), objective: objective)
        return (outcome, search.nodes)
    }

    private struct Search {
        let problem: TaskProblem
        let objective: TaskObjective
        var best: TaskSchedule
        var bestValue: Int
        var nodes = 0
        let nodeLimit: Int
        var isComplete = true
        private let tails: [Int]
        private var placements: [TaskSchedule.Placement?]
        private var missing: [Int]
        private var free: [Int]
        private var heads: [Int]
        /// Of tasks that are not placed yet, on their fastest processors.
        private var work: Int

        init(_ problem: TaskProblem, _ objective: TaskObjective, best: TaskSchedule, nodeLimit: Int) {
            self.problem = problem; self.objective = objective; self.best = best; self.nodeLimit = nodeLimit
            bestValue = best.value(objective, problem)
            tails = problem.tails
            placements = Array(repeating: nil, count: problem.tasks.count)
            missing = problem.incoming.map(\.count)
            free = Array(repeating: 0, count: problem.processors.count)
            heads = problem.heads
            work = problem.tasks.reduce(0) { $0 + $1.leastCost }
        }

        mutating func run() { extend(placed: 0, last: 0) }

        private mutating func extend(placed: Int, last: Int) {
            if placed == problem.tasks.count {
                let schedule = TaskSchedule(placements: placements.compactMap { $0 })
                let value = schedule.value(objective, problem)
                if value < bestValue { (best, bestValue) = (schedule, value) }
                return
            }
            for task in problem.tasks.indices where placements[task] == nil && missing[task] == 0 {
                for processor in problem.processors.indices {
                    guard let cost = problem.tasks[task].costs[processor] else { continue }
                    var start = max(free[processor], problem.tasks[task].release)
                    for edge in problem.incoming[task] {
                        guard let from = placements[edge.from] else { continue }
                        start = max(start, from.end + problem.transfer(edge.amount, from: from.processor, to: processor))
                    }
                    guard start >= last else { continue }
                    guard nodes < nodeLimit else { isComplete = false; return }
                    nodes += 1
                    let before = free[processor]
                    placements[task] = .init(processor: processor, start: start, end: start + cost)
                    free[processor] = start + cost
                    work -= problem.tasks[task].leastCost
                    for edge in problem.outgoing[task] { missing[edge.to] -= 1 }
                    if bound(last: start) < bestValue { extend(placed: placed + 1, last: start) }
                    for edge in problem.outgoing[task] { missing[edge.to] += 1 }
                    work += problem.tasks[task].leastCost
                    free[processor] = before
                    placements[task] = nil
                }
            }
        }

        /// No completion of the branch has less. Tasks to come begin no earlier than the last one, nor than their needs allow.
        private mutating func bound(last: Int) -> Int {
            var ends = problem.arrivals
            for (index, task) in problem.tasks.enumerated() {
                if let placement = placements[index] {
                    heads[index] = placement.start
                    ends[task.job] = max(ends[task.job], placement.end)
                    continue
                }
                var head = Int.max
                for (processor, cost) in task.costs.enumerated() where cost != nil {
                    var start = max(last, task.release, free[processor])
                    for edge in problem.incoming[index] {
                        if let from = placements[edge.from] {
                            start = max(start, from.end + problem.transfer(edge.amount, from: from.processor, to: processor))
                        } else {
                            start = max(start, heads[edge.from] + problem.tasks[edge.from].leastCost)
                        }
                    }
                    head = min(head, start)
                }
                heads[index] = head
                ends[task.job] = max(ends[task.job], head + tails[index])
            }
            switch objective {
            case .makespan:
                let room = free.reduce(work) { $0 + max($1, last) }
                return max(ends.max() ?? 0, (room + free.count - 1) / free.count)
            case .latency: return zip(ends, problem.arrivals).reduce(0) { $0 + $1.0 - $1.1 }
            }
        }
    }
}
