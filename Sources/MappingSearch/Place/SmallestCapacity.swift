/// The least capacity in which buffers can be placed, as far as it is known.
public struct SmallestCapacity: Sendable {
    /// In `capacity` bytes.
    public var placement: Placement
    /// The height of the placement.
    public var capacity: Int
    /// No placement is lower. Equal to `capacity` for a proven optimum.
    public var lowerBound: Int
    /// How the best placement was found.
    public var effort: PlacementEffort

    public var isOptimal: Bool { capacity == lowerBound }
}

extension Placer {
    /// Looks for the lowest placement within the problem's capacity: the live bytes first, then halving what is left between
    /// them and the best placement.
    ///
    /// - Parameters:
    ///   - isCancelled: asked now and then; true makes it return the best so far.
    ///   - progress: called with the best so far whenever it or its bound gets better.
    /// - Returns: `nil` when there is no placement within the capacity or none was found; `place(_:)` says which.
    public func smallestCapacity(
        _ problem: PlacementProblem, isCancelled: () -> Bool = { false }, progress: (SmallestCapacity) -> Void = { _ in }
    ) throws(PlacementFailure) -> SmallestCapacity? {
        guard problem.banks == 1 else { throw .problem(.banks(problem.banks, capacity: problem.capacity)) }
        var outcome = try lowFirstFit(problem)
        if outcome == nil { outcome = try placed(problem, isCancelled) }
        guard var best = outcome else { return nil }
        // Heights are sums of sizes, rounded up to alignments.
        var unit = 0
        for buffer in problem.buffers {
            for value in [buffer.size, buffer.alignment > 1 ? buffer.alignment : 0, buffer.fixedOffset ?? 0] {
                unit = GreatestCommonDivisor.of(unit, value)
            }
        }
        unit = max(1, unit)
        best.lowerBound = LiveBytes(of: problem).bytes
        // Nothing below `next` is worth a try: it is impossible, or was not decided.
        var next = best.lowerBound
        while next < best.capacity, !isCancelled() {
            progress(best)
            let steps = (best.capacity - next + unit - 1) / unit
            let candidate = next == best.lowerBound ? next : next + (steps - 1) / 2 * unit
            let attempt: PlacementProblem
            do throws(PlacementError) { attempt = try problem.with(capacity: candidate) } catch { throw .problem(error) }
            let result = try place(attempt, isCancelled: isCancelled)
            switch result.verdict {
            case .placed(let placement):
                best.placement = placement
                best.capacity = placement.height(in: problem)
                best.effort = result.effort
            case .infeasible:
                best.lowerBound = max(best.lowerBound, candidate + unit)
                next = candidate + unit
            case .undecided:
                next = candidate + unit
            }
        }
        return best
    }

    private func placed(_ problem: PlacementProblem, _ isCancelled: () -> Bool) throws(PlacementFailure) -> SmallestCapacity? {
        let outcome = try place(problem, isCancelled: isCancelled)
        guard case .placed(let placement) = outcome.verdict else { return nil }
        return SmallestCapacity(placement: placement, capacity: placement.height(in: problem), lowerBound: 0, effort: outcome.effort)
    }

    /// The lowest of first-fit's placements.
    private func lowFirstFit(_ problem: PlacementProblem) throws(PlacementFailure) -> SmallestCapacity? {
        guard problem.aliases.isEmpty else { return nil }
        var firstFit: FirstFit
        do throws(PlacementError) { firstFit = try FirstFit(problem) } catch { throw .problem(error) }
        guard let best = firstFit.best(tries: firstFitTries, goal: LiveBytes(of: problem).bytes), problem.violation(of: best) == nil else { return nil }
        return SmallestCapacity(
            placement: best, capacity: best.height(in: problem), lowerBound: 0, effort: .firstFit(tries: firstFit.tries))
    }
}
