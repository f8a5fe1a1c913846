import Mapping

extension ProductSearch {
    private struct Candidate {
        var mapping: MatmulMapping
        var bound: ObjectiveValue
    }

    /// The best mapping so far.
    private struct Incumbent {
        var mapping: MatmulMapping
        var cost: ProductCost
        var value: ObjectiveValue
    }

    /// How many of the most promising mappings are worked out before anything is ruled out, and how many wait for their turn at most.
    private static let promisingCount = 4
    private static let waitingLimit = 400_000
    /// Mappings that are worked out for a proof before a bound so close is enough.
    private static let patience = 500
    private static let closeEnough = 0.999

    /// - Parameters:
    ///   - start: a mapping to begin from.
    ///   - ceiling: mappings whose bound is not below are of no interest.
    ///   - goesOn: asked now and then; false ends the search with the best so far.
    /// - Returns: `nil` when nothing that is allowed fits.
    package func best(
        _ effort: SearchEffort, startingFrom start: MatmulMapping? = nil, below ceiling: Double? = nil, goesOn: () -> Bool = { true }
    ) -> Outcome? {
        var best: Incumbent?
        var evaluations = 0
        func evaluate(_ mapping: MatmulMapping) {
            // What its own bytes and transfers rule out takes no evaluation.
            guard let cost = cost(of: mapping, below: best?.value.first ?? .infinity) else { return }
            evaluations += 1
            let value = cost.value(objective)
            if best.map({ value < $0.value }) ?? true { best = Incumbent(mapping: mapping, cost: cost, value: value) }
        }
        if let start, requirements.allSatisfy({ $0.allows(start) }), MatmulAllocation(start, problem).fits(resources) { evaluate(start) }
        // The most promising ones first give a value that rules most others out.
        var promising: [Candidate] = []
        var count = 0
        let top = ceiling.map { ObjectiveValue(first: $0, second: 0) }
        var isComplete = visit(effort, { promising.count == Self.promisingCount ? promising[Self.promisingCount - 1].bound : top }) { mapping, bound in
            count += 1
            let place = promising.firstIndex { bound < $0.bound } ?? promising.count
            promising.insert(Candidate(mapping: mapping, bound: bound), at: place)
            if promising.count > Self.promisingCount { promising.removeLast() }
            return count % 4096 != 0 || goesOn()
        }
        for candidate in promising { evaluate(candidate.mapping) }
        guard let first = promising.first, best != nil else { return best.map { outcome($0, .optimal, count, evaluations) } }
        var remaining: [Candidate] = []
        var dropped: ObjectiveValue?
        if isComplete, effort.evaluations > promising.count {
            isComplete = visit(effort, { best?.value }) { mapping, bound in
                if remaining.count < Self.waitingLimit {
                    remaining.append(Candidate(mapping: mapping, bound: bound))
                } else {
                    dropped = min(dropped ?? bound, bound)
                }
                return remaining.count % 4096 != 0 || goesOn()
            }
            remaining.sort { $0.bound < $1.bound }
        }
        var open: ObjectiveValue? = isComplete ? dropped : first.bound
        for (index, candidate) in remaining.enumerated() {
            if let value = best?.value, !(candidate.bound < value) { break }
            // Many mappings that are nearly as good are not worth telling apart.
            let isClose = evaluations >= Self.patience && candidate.bound.first >= (best?.value.first ?? 0) * Self.closeEnough
            if evaluations >= effort.evaluations || isClose || (index % 64 == 63 && !goesOn()) {
                open = min(open ?? candidate.bound, candidate.bound)
                if evaluations < effort.evaluations, !isClose { isComplete = false }
                break
            }
            evaluate(candidate.mapping)
        }
        if effort.evaluations <= promising.count { open = first.bound }
        guard let best else { return nil }
        var verdict = SearchVerdict.optimal
        if !isComplete {
            verdict = .interrupted(Self.share(first.bound, best.value))
        } else if let open, open < best.value {
            verdict = .bounded(Self.share(open, best.value))
        }
        // A few sizes prove nothing about the others.
        if effort.sizes != nil, verdict == .optimal { verdict = .bounded(Self.share(leastOfAll, best.value)) }
        return outcome(best, verdict, count, evaluations)
    }

    private static func share(_ bound: ObjectiveValue, _ value: ObjectiveValue) -> Double { value.first > 0 ? min(1, bound.first / value.first) : 1 }

    private func outcome(_ best: Incumbent, _ verdict: SearchVerdict, _ candidates: Int, _ evaluations: Int) -> Outcome {
        Outcome(mapping: best.mapping, cost: best.cost, verdict: verdict, candidates: candidates, evaluations: evaluations)
    }
}
