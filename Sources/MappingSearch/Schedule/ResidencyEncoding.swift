import SMT

/// What stays on chip when the order is given, for Z3.
///
/// One Boolean for each tensor and two successive uses that are not in successive steps: the tensor stays in between. One for
/// each tensor that is written to make room. At each step, a pseudo-Boolean bound on what stays across it. Nothing else is
/// needed: a tensor that stays for a part of the time between two uses has stayed for nothing.
package struct ResidencyEncoding {
    let problem: ScheduleProblem
    let order: [Int]
    let uses: TensorUses
    /// Sizes are counted in this.
    let unit: Int
    let gaps: [Gap]

    struct Gap: Hashable {
        var tensor: Int
        /// The number of the use before.
        var use: Int
        /// Between the uses, without their steps.
        var steps: Range<Int>
    }

    /// Residences that cannot all have a place: tensors that stay from one step up to another.
    var conflicts: [[Gap]] = []

    package init(_ problem: ScheduleProblem, order: [Int]) {
        self.problem = problem
        self.order = order
        uses = TensorUses(problem, order: order)
        var (gaps, unit): ([Gap], Int) = ([], 0)
        for tensor in problem.tensors.indices {
            let steps = uses[tensor]
            for use in steps.indices.dropLast() where steps[use + 1] > steps[use] + 1 {
                gaps.append(Gap(tensor: tensor, use: use, steps: steps[use] + 1..<steps[use + 1]))
                unit = GreatestCommonDivisor.of(unit, problem.tensors[tensor].size)
            }
        }
        self.gaps = gaps
        self.unit = max(1, unit)
    }

    /// Decisions are the gaps, in order.
    func build(_ context: Context) -> Minimization {
        let stays = gaps.indices.map { context.boolean("stays \($0)") }
        var minimization = Minimization(decisions: stays)
        var stored: [Int: Formula] = [:]
        var across = [[Int]](repeating: [], count: order.count)
        for (index, gap) in gaps.enumerated() {
            let size = problem.tensors[gap.tensor].size / unit
            minimization.soft.append((stays[index], size))
            for step in gap.steps { across[step].append(index) }
            guard problem.producers[gap.tensor] != nil, !problem.tensors[gap.tensor].isOutput else { continue }
            let isStored = stored[gap.tensor] ?? context.boolean("stored \(gap.tensor)")
            if stored.updateValue(isStored, forKey: gap.tensor) == nil { minimization.soft.append((!isStored, size)) }
            minimization.hard.append(stays[index] || isStored)
        }
        for (step, indices) in across.enumerated() {
            let room = (problem.capacity - problem.workingSet(order[step])) / unit
            let terms = indices.map { (weight: problem.tensors[gaps[$0].tensor].size / unit, formula: stays[$0]) }
            guard terms.reduce(0, { $0 + $1.weight }) > room else { continue }
            minimization.hard.append(context.weightedSum(terms, isAtMost: room))
        }
        let place = Dictionary(uniqueKeysWithValues: gaps.enumerated().map { ($1, $0) })
        for conflict in conflicts { minimization.hard.append(context.any(conflict.compactMap { place[$0] }.map { !stays[$0] })) }
        return minimization
    }

    /// - Parameter known: bytes beyond the compulsory ones of a plan that is known.
    package func solve(_ minimizer: Minimizer, known: Int? = nil, isCancelled: () -> Bool = { false }) throws(SMTError) -> SolverSchedule {
        let result = try minimizer.minimize(known: known.map { $0 / unit }, isCancelled: isCancelled) { context throws(SMTError) in build(context) }
        return SolverSchedule(result, unit: unit, plan: result.decisions.map { plan(stays: $0) })
    }

    private func plan(stays: [Bool]) -> SchedulePlan {
        var left = Set<BufferPair>()
        for (gap, isKept) in zip(gaps, stays) where !isKept { left.insert(BufferPair(gap.tensor, gap.use)) }
        return SchedulePlan(problem, order: order, uses: uses) { !left.contains(BufferPair($0, $1)) }
    }
}

/// What Z3 found of a schedule.
package struct SolverSchedule {
    /// `nil` when none is cheaper than the one that was known, or none was found.
    package var plan: SchedulePlan?
    /// Bytes beyond the compulsory ones; of the plan, or what was known.
    package var cost: Int?
    package var lowerBound: Int
    package var isInfeasible: Bool
    package var records: [QueryRecord]

    init(_ result: Minimizer.Result, unit: Int, plan: SchedulePlan?) {
        self.plan = plan
        cost = result.cost.map { $0 * unit }
        lowerBound = result.lowerBound * unit
        isInfeasible = result.isInfeasible
        records = result.records
    }
}
