import SMT

extension Scheduler {
    /// Looks for places for a plan's residences. Where there are none, finds out which residences are in each other's way,
    /// forbids just those together, and takes the best plan for the order that is left.
    func place(
        _ problem: ScheduleProblem, _ freedom: Freedom, _ outcome: inout ScheduleOutcome, _ isCancelled: () -> Bool
    ) throws(ScheduleFailure) {
        var plan = outcome.plan
        var encoding: ResidencyEncoding?
        // Whether every plan that was put aside has been proved to have no places, so that bounds still hold.
        var (isExact, tried) = (true, 0)
        // A search that was stopped still has its best plan placed, which is quick nearly always.
        while tried < placementTries, tried == 0 || !isCancelled() {
            tried += 1
            let problemOfPlaces = try places(problem, plan)
            let verdict = try decide(problemOfPlaces, placer, tried == 1 ? { false } : isCancelled)
            if case .placed(let placement) = verdict {
                for index in plan.residences.indices { plan.residences[index].offset = placement.offsets[index] }
                let cost = plan.bytes(in: problem)
                outcome.plan = plan
                outcome.bytes = cost
                outcome.placement = .placed
                return
            }
            outcome.effort.unplacedPlans += 1
            if case .undecided = verdict { isExact = false }
            var next = encoding ?? ResidencyEncoding(problem, order: plan.order)
            let conflict = try conflict(problem, plan, next, isProved: verdict != .undecided, isCancelled)
            guard !conflict.isEmpty else { break }
            next.conflicts.append(conflict)
            do throws(SMTError) {
                let answer = try next.solve(minimizer, isCancelled: isCancelled)
                outcome.effort.records += answer.records
                guard let better = answer.plan else { break }
                plan = better
                if freedom == .fixed && isExact { outcome.lowerBound = max(outcome.lowerBound, outcome.compulsoryBytes + answer.lowerBound) }
            } catch { throw .solver(error) }
            encoding = next
        }
        outcome.placement = .none(tried: tried)
        // The bound may be one of plans with places; the plan that is handed out has none.
        outcome.lowerBound = min(outcome.lowerBound, outcome.bytes)
    }

    /// The placer's word, or Z3's where it has none and there are few buffers: that there is no place takes a proof.
    private func decide(_ problem: PlacementProblem, _ placer: Placer, _ isCancelled: () -> Bool) throws(ScheduleFailure) -> PlacementVerdict {
        do throws(PlacementFailure) {
            let verdict = try placer.place(problem, isCancelled: isCancelled).verdict
            guard case .undecided = verdict, problem.buffers.count <= Self.largestPlacementQuery, !isCancelled() else { return verdict }
        } catch { throw .placement(error) }
        let answer: SolverPlacement.Answer
        let conflicts: ConflictLists
        do throws(PlacementError) { conflicts = try ConflictLists(problem) } catch { throw .placement(.problem(error)) }
        do throws(SMTError) { answer = try SolverPlacement(problem, conflicts, limits: placer.solverLimits).solve() } catch { throw .solver(error) }
        switch answer {
        case .placed(let placement, _): return problem.violation(of: placement) == nil ? .placed(placement) : .undecided
        case .infeasible: return .infeasible(.exhausted)
        case .undecided: return .undecided
        }
    }

    private static let largestPlacementQuery = 80

    private func places(_ problem: ScheduleProblem, _ plan: SchedulePlan, only members: [Int]? = nil) throws(ScheduleFailure) -> PlacementProblem {
        var buffers = (members ?? Array(plan.residences.indices)).map { index in
            let residence = plan.residences[index]
            return PlacementBuffer(name: problem.tensors[residence.tensor].name, lifetime: residence.steps, size: problem.tensors[residence.tensor].size)
        }
        for (step, index) in plan.order.enumerated() where problem.operators[index].workspace > 0 {
            buffers.append(PlacementBuffer(name: problem.operators[index].name, lifetime: step..<step + 1, size: problem.operators[index].workspace))
        }
        do throws(PlacementError) { return try PlacementProblem(buffers: buffers, capacity: problem.capacity) } catch { throw .placement(.problem(error)) }
    }

    /// Gaps that tensors must not all stay across: those of residences of which none can be left out.
    private func conflict(
        _ problem: ScheduleProblem, _ plan: SchedulePlan, _ encoding: ResidencyEncoding, isProved: Bool, _ isCancelled: () -> Bool
    ) throws(ScheduleFailure) -> [ResidencyEncoding.Gap] {
        var members = Array(plan.residences.indices)
        if isProved {
            // Those that stay for nothing but their uses are there in any plan.
            let candidates = members.filter { index in encoding.gaps.contains { Self.covers(plan.residences[index], $0) } }
            var quick = placer
            quick.searchLimit = placer.searchLimit / 10
            quick.solverLimits.resources = placer.solverLimits.resources / 10
            for index in candidates.sorted(by: { plan.residences[$0].steps.count < plan.residences[$1].steps.count }) {
                if isCancelled() { break }
                let rest = members.filter { $0 != index }
                let smaller = try places(problem, plan, only: rest)
                if case .infeasible = try decide(smaller, quick, isCancelled) { members = rest }
            }
        }
        return encoding.gaps.filter { gap in members.contains { Self.covers(plan.residences[$0], gap) } }
    }

    private static func covers(_ residence: Residence, _ gap: ResidencyEncoding.Gap) -> Bool {
        residence.tensor == gap.tensor && residence.steps.lowerBound < gap.steps.lowerBound && residence.steps.upperBound > gap.steps.upperBound
    }
}
