import SMT

extension ExactTaskScheduler {
    /// The least energy within a makespan, or that there is none.
    ///
    /// - Parameter energies: by task and processor, as the costs of the tasks.
    /// - Returns: `value` and `lowerBound` are energies; `nil` when Z3 proves that no schedule is within the makespan.
    /// - Throws: `.value` when the limit came before any schedule, and for models that are none.
    public func leastEnergy(_ problem: TaskProblem, energies: [[Int?]], makespan: Int) throws(SMTError) -> TaskOutcome? {
        var outcome: TaskOutcome?
        var (lower, ceiling) = (energies.reduce(0) { $0 + ($1.lazy.compactMap { $0 }.min() ?? 0) }, Int.max)
        var queries: [TaskOutcome.Query] = []
        for _ in 0..<maximumQueries {
            if let outcome, outcome.value <= lower { break }
            // Halves what is open: energies are large numbers, and a step of one would never end.
            var target = Int.max
            if let outcome { target = lower + (min(outcome.value - 1, ceiling) - lower) / 2 }
            guard outcome == nil || target < ceiling else { break }
            let context = Context()
            let solver = try Solver(context, limits: limits)
            let encoding = TaskEncoding(problem: problem, objective: .makespan)
            let terms = try encoding.build(context, solver, horizon: makespan)
            try solver.assert(terms.value <= makespan)
            if target < Int.max {
                var parts: [IntegerTerm] = []
                for (choices, row) in zip(terms.on, energies) {
                    for (choice, energy) in zip(choices, row) {
                        if let choice, let energy { parts.append(choice.then(context.integer(energy), else: context.integer(0))) }
                    }
                }
                try solver.assert(context.sum(parts) <= target)
            }
            let verdict = try solver.check()
            if let record = solver.record { queries.append(.init(target: target, record: record)) }
            switch verdict {
            case .satisfiable:
                let schedule = try encoding.schedule(terms, solver.model())
                let energy = zip(energies, schedule.placements).reduce(0) { $0 + ($1.0[$1.1.processor] ?? 0) }
                guard schedule.violations(problem).isEmpty, schedule.makespan <= makespan, energy <= target else {
                    throw .value("the schedule that Z3 gave for an energy of \(target) is none: \(schedule.violations(problem).first ?? "\(energy)")")
                }
                outcome = TaskOutcome(schedule: schedule, value: energy, lowerBound: lower, objective: .makespan)
            case .unsatisfiable:
                guard outcome != nil else { return nil }
                lower = target + 1
                outcome?.proof = solver.text
            case .limitReached, .unknown:
                guard outcome != nil else { throw .value("Z3 found no schedule within \(limits.resources) of its units of work") }
                ceiling = target
            }
        }
        outcome?.lowerBound = lower
        outcome?.queries = queries
        return outcome
    }
}
