import SMT

/// Order and residence together, for Z3.
///
/// Booleans: operator o runs at step p, for the steps that its ancestors and descendants leave it; tensor t is on chip at p; it
/// is read from off chip at p; it is written. A tensor on chip was there the step before, is made, or is read; reading needs
/// writing or an input.
package struct OrderEncoding {
    let problem: ScheduleProblem
    private let ancestors: BitRows
    /// Steps at which each operator may run.
    private let windows: [Range<Int>]
    private let unit: Int

    package init(_ problem: ScheduleProblem) {
        self.problem = problem
        ancestors = problem.ancestors()
        let count = problem.operators.count
        var (before, after) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
        for index in 0..<count {
            for other in 0..<count where ancestors.contains(other, in: index) {
                before[index] += 1
                after[other] += 1
            }
        }
        windows = (0..<count).map { before[$0]..<count - after[$0] }
        var unit = 0
        for tensor in problem.tensors { unit = GreatestCommonDivisor.of(unit, tensor.size) }
        for operation in problem.operators { unit = GreatestCommonDivisor.of(unit, operation.workspace) }
        self.unit = max(1, unit)
    }

    private struct Variables {
        /// By operator and step of its window.
        var runs: [[Formula]]
        /// By tensor and step; `nil` where it cannot be.
        var isOnChip: [[Formula?]]
        var isLoaded: [[Formula?]]
    }

    private func runs(_ variables: Variables, _ index: Int, at step: Int) -> Formula? {
        windows[index].contains(step) ? variables.runs[index][step - windows[index].lowerBound] : nil
    }

    /// Decisions: operators' steps, then tensors' steps on chip.
    func build(_ context: Context) -> Minimization {
        let count = problem.operators.count
        var variables = Variables(
            runs: windows.enumerated().map { index, window in window.map { context.boolean("runs \(index) \($0)") } },
            isOnChip: Array(repeating: Array(repeating: nil, count: count), count: problem.tensors.count),
            isLoaded: Array(repeating: Array(repeating: nil, count: count), count: problem.tensors.count))
        var minimization = Minimization()
        for index in problem.operators.indices { minimization.hard.append(context.exactlyOne(of: variables.runs[index])) }
        for step in 0..<count {
            minimization.hard.append(context.atMost(1, of: problem.operators.indices.compactMap { runs(variables, $0, at: step) }))
        }
        for tensor in problem.tensors.indices { declare(tensor, context, &variables, &minimization) }
        order(context, variables, &minimization)
        for step in 0..<count {
            var terms: [(weight: Int, formula: Formula)] = problem.tensors.indices.compactMap { tensor in
                variables.isOnChip[tensor][step].map { (problem.tensors[tensor].size / unit, $0) }
            }
            for (index, operation) in problem.operators.enumerated() where operation.workspace > 0 {
                if let runs = runs(variables, index, at: step) { terms.append((operation.workspace / unit, runs)) }
            }
            minimization.hard.append(context.weightedSum(terms, isAtMost: problem.capacity / unit))
        }
        minimization.decisions = variables.runs.flatMap { $0 } + variables.isOnChip.flatMap { $0.compactMap { $0 } }
        return minimization
    }

    /// A tensor from the first step at which it can be on chip to the last at which it is of use.
    private func declare(_ tensor: Int, _ context: Context, _ variables: inout Variables, _ minimization: inout Minimization) {
        let consumers = problem.consumers[tensor]
        let producer = problem.producers[tensor]
        let users = consumers + (producer.map { [$0] } ?? [])
        guard let first = (producer.map { windows[$0].lowerBound } ?? users.map { windows[$0].lowerBound }.min()) else { return }
        let last = users.map { windows[$0].upperBound }.max() ?? 0
        let size = problem.tensors[tensor].size / unit
        let isStored: Formula? = producer == nil || problem.tensors[tensor].isOutput ? nil : context.boolean("stored \(tensor)")
        if let isStored { minimization.soft.append((!isStored, size)) }
        for step in first..<last {
            let isOn = context.boolean("on \(tensor) \(step)")
            let isLoaded = context.boolean("loaded \(tensor) \(step)")
            (variables.isOnChip[tensor][step], variables.isLoaded[tensor][step]) = (isOn, isLoaded)
            var sources = [isLoaded]
            if step > first, let before = variables.isOnChip[tensor][step - 1] { sources.append(before) }
            if let producer, let made = runs(variables, producer, at: step) { sources.append(made) }
            minimization.hard.append(isOn.implies(context.any(sources)))
            for user in users { if let runs = runs(variables, user, at: step) { minimization.hard.append(runs.implies(isOn)) } }
            minimization.soft.append((!isLoaded, size))
            guard let producer else { continue }
            if let isStored { minimization.hard.append(isLoaded.implies(isStored)) }
            let earlier = (windows[producer].lowerBound..<step).compactMap { runs(variables, producer, at: $0) }
            minimization.hard.append(isLoaded.implies(context.any(earlier)))
            // Before it is made it is not there.
            if let isMade = runs(variables, producer, at: step) { minimization.hard.append(isOn.implies(isMade || context.any(earlier))) }
        }
    }

    /// Producers before consumers: a consumer at a step has its producers at earlier ones.
    private func order(_ context: Context, _ variables: Variables, _ minimization: inout Minimization) {
        for (index, operation) in problem.operators.enumerated() {
            for producer in Set(operation.inputs.compactMap { problem.producers[$0] }).sorted() {
                for step in windows[index] {
                    guard let runs = runs(variables, index, at: step) else { continue }
                    let earlier = (windows[producer].lowerBound..<step).compactMap { self.runs(variables, producer, at: $0) }
                    minimization.hard.append(runs.implies(context.any(earlier)))
                }
            }
        }
    }

    /// Inputs are read at least once: soft constraints count that too.
    private var inputBytes: Int {
        problem.tensors.indices.reduce(0) { $0 + (problem.producers[$1] == nil && !problem.consumers[$1].isEmpty ? problem.tensors[$1].size : 0) }
    }

    /// - Parameter known: bytes beyond the compulsory ones of a plan that is known.
    package func solve(_ minimizer: Minimizer, known: Int? = nil, isCancelled: () -> Bool = { false }) throws(SMTError) -> SolverSchedule {
        let base = inputBytes
        let result = try minimizer.minimize(known: known.map { ($0 + base) / unit }, isCancelled: isCancelled) { context throws(SMTError) in
            build(context)
        }
        var answer = SolverSchedule(result, unit: unit, plan: result.decisions.map { plan($0) })
        answer.cost = answer.cost.map { $0 - base }
        answer.lowerBound = max(0, answer.lowerBound - base)
        return answer
    }

    /// The order that the model has; tensors stay where they stay throughout.
    private func plan(_ decisions: [Bool]) -> SchedulePlan {
        var position = 0
        var order = [Int](repeating: 0, count: problem.operators.count)
        for (index, window) in windows.enumerated() {
            for step in window {
                if decisions[position] { order[step] = index }
                position += 1
            }
        }
        var isOn = [[Bool]](repeating: [Bool](repeating: false, count: order.count), count: problem.tensors.count)
        for tensor in problem.tensors.indices {
            let users = problem.consumers[tensor] + (problem.producers[tensor].map { [$0] } ?? [])
            guard let first = (problem.producers[tensor].map { windows[$0].lowerBound } ?? users.map { windows[$0].lowerBound }.min()) else { continue }
            for step in first..<(users.map { windows[$0].upperBound }.max() ?? 0) {
                isOn[tensor][step] = decisions[position]
                position += 1
            }
        }
        let uses = TensorUses(problem, order: order)
        return SchedulePlan(problem, order: order, uses: uses) { tensor, use in
            (uses[tensor][use]..<uses[tensor][use + 1]).allSatisfy { isOn[tensor][$0] }
        }
    }
}
