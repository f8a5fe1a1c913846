extension Composer {
    /// The least energy times delay.
    ///
    /// The product is quasi-concave where both are positive, so over the convex hull of all plans it is least at one of the
    /// hull's corners, and every corner is the least of some weighted sum of latency and energy. Between two corners the
    /// weights that make both cost the same find the next one, or show that there is none.
    func product(_ structure: ComposeStructure, _ isCancelled: () -> Bool) throws(ComposeFailure) -> ComposeOutcome {
        let fast = try minimize(structure, ComposeWeights(cycles: 1), isCancelled)
        let frugal = try minimize(structure, ComposeWeights(energy: 1), isCancelled)
        var best = fast.figures.product <= frugal.figures.product ? fast : frugal
        var effort = ComposeEffort(candidates: fast.effort.candidates + frugal.effort.candidates, records: fast.effort.records + frugal.effort.records)
        // Nothing is below the least latency times the least energy.
        let floor = fast.lowerBound * frugal.lowerBound
        var isProved = fast.isOptimal && frugal.isOptimal
        var open = [(fast.figures, frugal.figures)]
        // The least product that is not ruled out where the search stopped.
        var (left, points) = (Double.infinity, 0)
        while let (a, b) = open.popLast() {
            guard a.cycles < b.cycles, a.energy > b.energy else { continue }
            // The corner below both.
            let corner = Double(a.cycles) * Double(b.energy)
            if corner >= best.figures.product { continue }
            points += 1
            guard points <= frontPoints, !isCancelled(), let most = structure.problem.mostFigures, let weights = Self.weights(a, b, most) else {
                left = min(left, corner)
                continue
            }
            let middle = try minimize(structure, weights, isCancelled)
            effort.candidates += middle.effort.candidates
            effort.records += middle.effort.records
            isProved = isProved && middle.isOptimal
            if middle.figures.product < best.figures.product { best = middle }
            if weights.cost(middle.figures) < weights.cost(a) {
                open.append((middle.figures, b))
                open.append((a, middle.figures))
            }
        }
        best.cost = best.figures.product
        best.lowerBound = isProved ? min(best.cost, left) : min(best.cost, floor)
        best.isOptimal = best.cost == best.lowerBound
        best.effort = effort
        return best
    }

    /// Weights that make both cost the same; `nil` where sums could overflow.
    private static func weights(_ a: ComposeFigures, _ b: ComposeFigures, _ most: ComposeFigures) -> ComposeWeights? {
        let divisor = GreatestCommonDivisor.of(a.energy - b.energy, b.cycles - a.cycles)
        let weights = ComposeWeights(cycles: (a.energy - b.energy) / divisor, energy: (b.cycles - a.cycles) / divisor)
        let limit = Int.max / 8
        let (slow, overflow) = weights.cycles.multipliedReportingOverflow(by: most.cycles)
        let (hungry, other) = weights.energy.multipliedReportingOverflow(by: most.energy)
        return overflow || other || slow > limit || hungry > limit ? nil : weights
    }
}
