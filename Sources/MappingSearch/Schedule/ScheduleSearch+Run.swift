extension ScheduleSearch {
    /// What a search came to.
    package struct Result {
        /// The cheapest schedule that was found; `nil` when none costs less than the limit, or none was found.
        package var plan: SchedulePlan?
        /// Beyond the compulsory bytes; of the plan.
        package var cost: Int
        /// No schedule costs less, beyond the compulsory bytes. The cost limit when all that is below it was looked at.
        package var lowerBound: Int
        /// Whether the bound is where the search ended, rather than where it was cut off.
        package var isComplete: Bool
        /// States that came up.
        package var candidates: Int
    }

    /// Looks for the cheapest schedule.
    ///
    /// - Parameters:
    ///   - limit: in states that came up: the same on every machine.
    ///   - costLimit: schedules that cost so much or more, beyond the compulsory bytes, are of no interest.
    package mutating func run(limit: Int, costLimit: Int = .max, isCancelled: () -> Bool = { false }) -> Result {
        self.costLimit = costLimit
        var queue = ScheduleQueue()
        let goal = Int32(problem.operators.count)
        if let first = start() { queue.insert(first, cost: states.estimates[0], depth: 0) }
        limitWays(to: 1 << 16)
        let before = candidates
        // Work since it was last asked whether to stop.
        var (looked, asked) = (0, candidates)
        func result(_ plan: SchedulePlan?, _ cost: Int, isComplete: Bool) -> Result {
            Result(plan: plan, cost: cost, lowerBound: cost, isComplete: isComplete, candidates: candidates - before)
        }
        while let least = queue.leastCost, let state = queue.removeFirst() {
            if states.isDropped[Int(state)] { continue }
            if states.depths[Int(state)] == goal { return result(plan(to: state), least, isComplete: !isCutOff) }
            looked += 1
            let isOver = candidates - before >= limit || states.isFull
            let isAsked = looked & 255 == 0 || candidates - asked > 20_000
            if isAsked { asked = candidates }
            if isOver || (isAsked && isCancelled()) { return result(nil, least, isComplete: false) }
            for successor in expand(state) {
                queue.insert(successor, cost: states.estimates[Int(successor)], depth: states.depths[Int(successor)])
            }
        }
        return result(nil, isCutOff ? 0 : costLimit, isComplete: !isCutOff)
    }

    /// Runs operators step by step, keeping only the best states after each: quick, and proves nothing.
    ///
    /// - Parameter width: of states kept.
    package mutating func beam(width: Int, costLimit: Int = .max, isCancelled: () -> Bool = { false }) -> SchedulePlan? {
        self.costLimit = costLimit
        guard let first = start() else { return nil }
        let width = max(1, min(width, ScheduleStates.maximumWords / 4 / (states.stride * max(1, problem.operators.count))))
        limitWays(to: 64)
        var front = [first]
        for _ in problem.operators.indices {
            if isCancelled() { return nil }
            var next: [Int32] = []
            for state in front where !states.isFull || next.isEmpty { next.append(contentsOf: expand(state)) }
            next.removeAll { states.isDropped[Int($0)] }
            if next.count > width {
                next.sort { a, b in
                    let (a, b) = (Int(a), Int(b))
                    if states.estimates[a] != states.estimates[b] { return states.estimates[a] < states.estimates[b] }
                    return states.bytesOnChip[a] != states.bytesOnChip[b] ? states.bytesOnChip[a] < states.bytesOnChip[b] : a < b
                }
                next.removeSubrange(width...)
            }
            if next.isEmpty { return nil }
            front = next
        }
        let best = front.min { a, b in
            let (costOfA, costOfB) = (states.costs[Int(a)], states.costs[Int(b)])
            return costOfA != costOfB ? costOfA < costOfB : a < b
        }
        return best.map { plan(to: $0) }
    }

    /// The schedule that led to a state.
    private func plan(to last: Int32) -> SchedulePlan {
        var path: [Int] = []
        var state = last
        while state >= 0 {
            path.append(Int(state))
            state = states.parents[Int(state)]
        }
        path.reverse()
        let order = path.dropFirst().map { Int(states.operations[$0]) }
        var uses = [Int](repeating: 0, count: problem.tensors.count)
        // Tensors that left the chip after one of their uses, by its number.
        var left = Set<BufferPair>()
        for (before, after) in zip(path, path.dropFirst()) {
            let operation = problem.operators[Int(states.operations[after])]
            for word in 0..<states.tensorWords {
                let onBefore = states.words[before * states.stride + states.operatorWords + word]
                let onAfter = states.words[after * states.stride + states.operatorWords + word]
                let offAfter = states.words[after * states.stride + states.operatorWords + states.tensorWords + word]
                var gone = onBefore & ~onAfter & offAfter
                while gone != 0 {
                    let tensor = word * 64 + gone.trailingZeroBitCount
                    left.insert(BufferPair(tensor, uses[tensor] - 1))
                    gone &= gone - 1
                }
            }
            for tensor in operation.inputs + operation.outputs { uses[tensor] += 1 }
        }
        return SchedulePlan(problem, order: order, uses: TensorUses(problem, order: order)) { !left.contains(BufferPair($0, $1)) }
    }
}
