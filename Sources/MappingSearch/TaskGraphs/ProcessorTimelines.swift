/// What runs on each processor so far, and where there is room.
struct ProcessorTimelines {
    private let problem: TaskProblem
    private(set) var placements: [TaskSchedule.Placement?]
    /// By processor, in order of time.
    private var spans: [[(start: Int, end: Int)]]

    init(_ problem: TaskProblem) {
        self.problem = problem
        placements = Array(repeating: nil, count: problem.tasks.count)
        spans = Array(repeating: [], count: problem.processors.count)
    }

    mutating func place(_ task: Int, _ placement: TaskSchedule.Placement) {
        placements[task] = placement
        guard placement.end > placement.start else { return }
        let position = firstSpan(on: placement.processor, after: placement.start)
        spans[placement.processor].insert((placement.start, placement.end), at: position)
    }

    /// When everything that a task needs is on a processor, or its job arrives.
    func ready(_ task: Int, on processor: Int) -> Int {
        var ready = problem.tasks[task].release
        for edge in problem.incoming[task] {
            guard let from = placements[edge.from] else { preconditionFailure("a task comes behind those that it needs") }
            ready = max(ready, from.end + problem.transfer(edge.amount, from: from.processor, to: processor))
        }
        return ready
    }

    /// The first room that is large enough, between tasks or behind the last (the paper's insertion); `nil` where the task cannot run.
    func earliest(_ task: Int, on processor: Int, from time: Int = 0) -> TaskSchedule.Placement? {
        guard let cost = problem.tasks[task].costs[processor] else { return nil }
        var start = max(time, ready(task, on: processor))
        let list = spans[processor]
        for index in firstSpan(on: processor, after: start)..<list.count {
            if start + cost <= list[index].start { break }
            start = max(start, list[index].end)
        }
        return .init(processor: processor, start: start, end: start + cost)
    }

    /// Where it ends first; among equals on the first processor.
    func earliestFinish(_ task: Int, from time: Int = 0) -> TaskSchedule.Placement {
        var best: TaskSchedule.Placement?
        for processor in problem.processors.indices {
            guard let candidate = earliest(task, on: processor, from: time) else { continue }
            if candidate.end < best?.end ?? Int.max { best = candidate }
        }
        guard let best else { preconditionFailure("each task runs somewhere") }
        return best
    }

    var schedule: TaskSchedule { TaskSchedule(placements: placements.map { $0 ?? .init(processor: 0, start: 0, end: 0) }) }

    /// The first span that ends after a time.
    private func firstSpan(on processor: Int, after time: Int) -> Int {
        let list = spans[processor]
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle].end > time { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
