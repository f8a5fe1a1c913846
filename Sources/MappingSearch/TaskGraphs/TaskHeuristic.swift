/// Schedulers that decide task by task and take nothing back.
public enum TaskHeuristic: String, Sendable, Hashable, CaseIterable {
    /// Heterogeneous earliest finish time: tasks by upward rank, each where it ends first, gaps used (Topcuoglu et al. 2002). When a job arrives,
    /// all tasks that have not begun are planned anew together with its own.
    case heft
    /// The same, but what was planned for earlier jobs stays where it is.
    case heftCommitted = "heft-committed"
    /// Critical path on a processor: the tasks of the critical path on the one processor that runs them fastest (same paper). All arrivals are
    /// known from the start, as the paper has no arrivals.
    case cpop
    /// Earliest task first: of all tasks that are ready, the pair of task and processor that ends first (Hwang et al. 1989).
    case etf
    /// Minimum execution time: tasks as they become ready, each on its fastest processor, however busy that is.
    case met

    public func schedule(_ problem: TaskProblem) -> TaskSchedule {
        switch self {
        case .heft: Self.heft(problem, movesPlanned: true)
        case .heftCommitted: Self.heft(problem, movesPlanned: false)
        case .cpop: Self.cpop(problem)
        case .etf: Self.etf(problem)
        case .met: Self.met(problem)
        }
    }

    private static func heft(_ problem: TaskProblem, movesPlanned: Bool) -> TaskSchedule {
        let order = TaskRanks(problem).order
        var planned: [TaskSchedule.Placement?] = Array(repeating: nil, count: problem.tasks.count)
        for time in Set(problem.tasks.map(\.release)).sorted() {
            var lines = ProcessorTimelines(problem)
            for (task, placement) in planned.enumerated() {
                if let placement, !movesPlanned || placement.start < time { lines.place(task, placement) }
            }
            for task in order where problem.tasks[task].release <= time && lines.placements[task] == nil {
                lines.place(task, lines.earliestFinish(task, from: time))
            }
            planned = lines.placements
        }
        return TaskSchedule(placements: planned.compactMap { $0 })
    }

    private static func cpop(_ problem: TaskProblem) -> TaskSchedule {
        let ranks = TaskRanks(problem)
        let priority = ranks.upward.indices.map { TaskRanks.step(ranks.upward[$0] + ranks.downward[$0]) }
        // From the most critical entry along tasks that are as critical.
        let entries = problem.tasks.indices.filter { problem.incoming[$0].isEmpty }
        var path: [Int] = []
        var next = entries.max { (priority[$0], $1) < (priority[$1], $0) }
        while let task = next {
            path.append(task)
            next = problem.outgoing[task].map(\.to).filter { abs(priority[$0] - priority[task]) <= 1 }.min()
        }
        let costs = problem.processors.indices.map { processor -> Int? in
            path.reduce(Optional(0)) { sum, task in
                if let sum, let cost = problem.tasks[task].costs[processor] { sum + cost } else { nil }
            }
        }
        let critical = costs.indices.filter { costs[$0] != nil }.min { (costs[$0] ?? 0, $0) < (costs[$1] ?? 0, $1) }
        let isOnPath = Set(path)
        var lines = ProcessorTimelines(problem)
        var missing = problem.incoming.map(\.count)
        var ready = entries
        while let task = ready.max(by: { (priority[$0], $1) < (priority[$1], $0) }) {
            ready.removeAll { $0 == task }
            let own = isOnPath.contains(task) ? critical.flatMap { lines.earliest(task, on: $0) } : nil
            lines.place(task, own ?? lines.earliestFinish(task))
            for edge in problem.outgoing[task] {
                missing[edge.to] -= 1
                if missing[edge.to] == 0 { ready.append(edge.to) }
            }
        }
        return lines.schedule
    }

    private static func etf(_ problem: TaskProblem) -> TaskSchedule {
        byReadiness(problem) { ready, lines in
            // A job that arrives later is not waited for.
            let processors = problem.processors.indices
            let now = ready.lazy.flatMap { task in processors.lazy.compactMap { lines.earliest(task, on: $0)?.start } }.min() ?? 0
            let candidates = ready.filter { problem.tasks[$0].release <= now }.map { ($0, lines.earliestFinish($0)) }
            let best = candidates.min { ($0.1.end, $0.0) < ($1.1.end, $1.0) }
            return best.map { ($0.0, $0.1) }
        }
    }

    private static func met(_ problem: TaskProblem) -> TaskSchedule {
        byReadiness(problem) { ready, lines in
            let placed = ready.map { task -> (Int, TaskSchedule.Placement) in
                let least = problem.tasks[task].leastCost
                let processor = problem.tasks[task].costs.firstIndex { $0 == least } ?? 0
                return (task, lines.earliest(task, on: processor) ?? lines.earliestFinish(task))
            }
            return placed.min { ($0.1.start, $0.0) < ($1.1.start, $1.0) }
        }
    }

    /// - Parameter choose: one of the tasks all of whose needs have been placed, and where it runs.
    private static func byReadiness(
        _ problem: TaskProblem, choose: ([Int], ProcessorTimelines) -> (Int, TaskSchedule.Placement)?
    ) -> TaskSchedule {
        var lines = ProcessorTimelines(problem)
        var missing = problem.incoming.map(\.count)
        var ready = problem.tasks.indices.filter { missing[$0] == 0 }
        while let (task, placement) = choose(ready, lines) {
            lines.place(task, placement)
            ready.removeAll { $0 == task }
            for edge in problem.outgoing[task] {
                missing[edge.to] -= 1
                if missing[edge.to] == 0 { ready.append(edge.to) }
            }
        }
        return lines.schedule
    }
}
