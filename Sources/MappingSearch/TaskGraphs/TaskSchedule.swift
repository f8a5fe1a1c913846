/// Where and when each task runs.
public struct TaskSchedule: Sendable, Hashable {
    public struct Placement: Sendable, Hashable {
        public var processor: Int
        public var start: Int
        /// Not part of it.
        public var end: Int

        public init(processor: Int, start: Int, end: Int) { self.processor = processor; self.start = start; self.end = end }
    }

    /// By task.
    public var placements: [Placement]

    public init(placements: [Placement]) { self.placements = placements }

    public var makespan: Int { placements.map(\.end).max() ?? 0 }

    /// Of each job, from its arrival to the end of its last task.
    public func latencies(_ problem: TaskProblem) -> [Int] {
        var ends = problem.arrivals
        for (task, placement) in zip(problem.tasks, placements) { ends[task.job] = max(ends[task.job], placement.end) }
        return zip(ends, problem.arrivals).map { $0 - $1 }
    }

    public func value(_ objective: TaskObjective, _ problem: TaskProblem) -> Int {
        switch objective {
        case .makespan: makespan
        case .latency: latencies(problem).reduce(0, +)
        }
    }

    /// Time in which each processor runs a task.
    public func busy(_ problem: TaskProblem) -> [Int] {
        var busy = [Int](repeating: 0, count: problem.processors.count)
        for placement in placements { busy[placement.processor] += placement.end - placement.start }
        return busy
    }

    /// Tasks of a processor in the order in which it runs them.
    public func order(on processor: Int) -> [Int] {
        placements.indices.filter { placements[$0].processor == processor }
            .sorted { (placements[$0].start, placements[$0].end, $0) < (placements[$1].start, placements[$1].end, $1) }
    }

    /// What is wrong with it, one sentence each; empty for a schedule that can be run. Looks at nothing but the problem.
    public func violations(_ problem: TaskProblem) -> [String] {
        guard placements.count == problem.tasks.count else { return ["\(placements.count) placements for \(problem.tasks.count) tasks"] }
        var found: [String] = []
        for (task, placement) in zip(problem.tasks, placements) {
            guard problem.processors.indices.contains(placement.processor), let cost = task.costs[placement.processor] else {
                found.append("\(task.name) is where it cannot run")
                continue
            }
            if placement.start < task.release { found.append("\(task.name) begins at \(placement.start), before its job arrives at \(task.release)") }
            if placement.end - placement.start != cost { found.append("\(task.name) runs for \(placement.end - placement.start) instead of \(cost)") }
        }
        guard found.isEmpty else { return found }
        for edge in problem.edges {
            let (from, to) = (placements[edge.from], placements[edge.to])
            let ready = from.end + problem.transfer(edge.amount, from: from.processor, to: to.processor)
            if to.start < ready {
                found.append("\(problem.tasks[edge.to].name) begins at \(to.start); what it needs of \(problem.tasks[edge.from].name) is there at \(ready)")
            }
        }
        for processor in problem.processors.indices {
            let order = order(on: processor)
            for (first, second) in zip(order, order.dropFirst()) where placements[second].start < placements[first].end {
                found.append("\(problem.tasks[first].name) and \(problem.tasks[second].name) overlap on \(problem.processors[processor])")
            }
        }
        return found
    }
}
