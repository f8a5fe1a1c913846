import SMT

/// "All tasks, with this or less of the objective" for Z3, in linear integer arithmetic.
///
/// A Boolean for each task and processor, an integer for each beginning and end. On an edge, each pair of processors demands the time of its
/// transfer; two tasks of which neither needs the other, when on one processor, run one behind the other. Redundant and worth it: earliest and
/// latest beginnings along the graph, and for the makespan the work of each processor, which fits into it.
struct TaskEncoding {
    let problem: TaskProblem
    let objective: TaskObjective

    struct Terms {
        var on: [[Formula?]]
        var starts: [IntegerTerm]
        var value: IntegerTerm
    }

    /// - Parameter horizon: no task of a schedule that is looked for ends after it.
    func build(_ context: Context, _ solver: Solver, horizon: Int) throws(SMTError) -> Terms {
        let (heads, tails) = (problem.heads, problem.tails)
        var on: [[Formula?]] = []
        var starts: [IntegerTerm] = [], ends: [IntegerTerm] = []
        for (index, task) in problem.tasks.enumerated() {
            let choices = task.costs.enumerated().map { processor, cost in cost.map { _ in context.boolean("task \(index) on \(processor)") } }
            let start = context.integer("start \(index)"), end = context.integer("end \(index)")
            try solver.assert(context.exactlyOne(of: choices.compactMap { $0 }))
            try solver.assert(start >= heads[index])
            try solver.assert(start <= horizon - tails[index])
            for (choice, cost) in zip(choices, task.costs) {
                if let choice, let cost { try solver.assert(choice.implies(end == start + cost)) }
            }
            on.append(choices)
            starts.append(start)
            ends.append(end)
        }
        for edge in problem.edges {
            try solver.assert(starts[edge.to] >= ends[edge.from])
            for (sender, first) in on[edge.from].enumerated() {
                for (receiver, second) in on[edge.to].enumerated() where sender != receiver {
                    guard let first, let second else { continue }
                    let time = problem.transfer(edge.amount, from: sender, to: receiver)
                    if time > 0 { try solver.assert((first && second).implies(starts[edge.to] >= ends[edge.from] + time)) }
                }
            }
        }
        try separate(on, starts, ends, context, solver)
        return Terms(on: on, starts: starts, value: try value(ends, on, context, solver))
    }

    /// Tasks that may meet on a processor do not.
    private func separate(
        _ on: [[Formula?]], _ starts: [IntegerTerm], _ ends: [IntegerTerm], _ context: Context, _ solver: Solver
    ) throws(SMTError) {
        let reach = reachable()
        for second in problem.tasks.indices {
            for first in 0..<second where !reach[first][second] {
                let isFirst = context.boolean("order \(first) \(second)")
                var together: [Formula] = []
                for (one, other) in zip(on[first], on[second]) { if let one, let other { together.append(one && other) } }
                guard !together.isEmpty else { continue }
                let meet = context.any(together)
                try solver.assert((meet && isFirst).implies(starts[second] >= ends[first]))
                try solver.assert((meet && !isFirst).implies(starts[first] >= ends[second]))
            }
        }
    }

    private func value(
        _ ends: [IntegerTerm], _ on: [[Formula?]], _ context: Context, _ solver: Solver
    ) throws(SMTError) -> IntegerTerm {
        let sinks = problem.tasks.indices.filter { problem.outgoing[$0].isEmpty }
        switch objective {
        case .makespan:
            let whole = context.integer("makespan")
            for sink in sinks { try solver.assert(whole >= ends[sink]) }
            let earliest = problem.tasks.map(\.release).min() ?? 0
            for processor in problem.processors.indices {
                let work = problem.tasks.indices.compactMap { task -> IntegerTerm? in
                    guard let choice = on[task][processor], let cost = problem.tasks[task].costs[processor] else { return nil }
                    return choice.then(context.integer(cost), else: context.integer(0))
                }
                try solver.assert(context.sum(work) <= whole - earliest)
            }
            return whole
        case .latency:
            var parts: [IntegerTerm] = []
            for (job, arrival) in problem.arrivals.enumerated() {
                let last = context.integer("end of job \(job)")
                try solver.assert(last >= arrival)
                for sink in sinks where problem.tasks[sink].job == job { try solver.assert(last >= ends[sink]) }
                parts.append(last - arrival)
            }
            return context.sum(parts)
        }
    }

    /// By task, whether another needs it, directly or not.
    private func reachable() -> [[Bool]] {
        var reach = problem.tasks.map { _ in [Bool](repeating: false, count: problem.tasks.count) }
        for index in problem.tasks.indices.reversed() {
            for edge in problem.outgoing[index] {
                reach[index][edge.to] = true
                for other in problem.tasks.indices where reach[edge.to][other] { reach[index][other] = true }
            }
        }
        return reach
    }

    /// What a model says, begun as early as its choice of processors and orders allows.
    func schedule(_ terms: Terms, _ model: Model) throws(SMTError) -> TaskSchedule {
        var placements: [TaskSchedule.Placement] = []
        for (index, task) in problem.tasks.enumerated() {
            var processor = 0
            for (candidate, choice) in terms.on[index].enumerated() {
                if let choice, try model.value(of: choice) { processor = candidate }
            }
            let start = try model.value(of: terms.starts[index])
            placements.append(.init(processor: processor, start: start, end: start + (task.costs[processor] ?? 0)))
        }
        return compacted(TaskSchedule(placements: placements))
    }

    /// The same processors and orders with nothing waiting for nothing: never worse, and the same whatever model the solver happened to find.
    private func compacted(_ schedule: TaskSchedule) -> TaskSchedule {
        let order = problem.tasks.indices.sorted { (schedule.placements[$0].start, $0) < (schedule.placements[$1].start, $1) }
        var free = [Int](repeating: 0, count: problem.processors.count)
        var placements = schedule.placements
        for task in order {
            let processor = placements[task].processor
            var start = max(free[processor], problem.tasks[task].release)
            for edge in problem.incoming[task] {
                let from = placements[edge.from]
                start = max(start, from.end + problem.transfer(edge.amount, from: from.processor, to: processor))
            }
            placements[task] = .init(processor: processor, start: start, end: start + (problem.tasks[task].costs[processor] ?? 0))
            free[processor] = placements[task].end
        }
        return TaskSchedule(placements: placements)
    }
}
