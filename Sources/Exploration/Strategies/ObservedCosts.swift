/// What a strategy makes of evaluated points: costs, less is better, and what stands above what.
struct ObservedCosts: Sendable {
    /// How good a point's outcome is before its costs are looked at: any design within all limits beats any beyond one, and that any that failed
    /// (the rule of Deb, 2000, doi:10.1016/S0045-7825(99)00389-8, without degrees of violation).
    static func grade(_ status: EvaluatedPoint.Status) -> Int {
        switch status {
        case .finished: 0
        case .beyondLimit: 1
        case .failed: 2
        }
    }

    let objectives: [SweepObjective]
    /// Over finished points.
    private(set) var least: [Double]
    private(set) var most: [Double]

    init(_ objectives: [SweepObjective]) {
        self.objectives = objectives
        least = Array(repeating: .infinity, count: objectives.count)
        most = Array(repeating: -.infinity, count: objectives.count)
    }

    /// In the order of the objectives; infinite where the point has none.
    func costs(_ point: EvaluatedPoint) -> [Double] {
        guard point.objectives.count == objectives.count else { return objectives.map { _ in .infinity } }
        return objectives.indices.map { objectives[$0].cost(point.objectives[$0]) }
    }

    mutating func observe(_ point: EvaluatedPoint) {
        guard point.status == .finished else { return }
        for (index, cost) in costs(point).enumerated() {
            least[index] = min(least[index], cost)
            most[index] = max(most[index], cost)
        }
    }

    /// One number for several objectives: the augmented Chebyshev norm of costs that are scaled to 0…1 over what was seen, as in ParEGO
    /// (Knowles 2006, doi:10.1109/TEVC.2005.851274). Every point of the front is best for some weights.
    func scalar(_ costs: [Double], weights: [Double]) -> Double {
        var (largest, sum) = (-Double.infinity, 0.0)
        for index in costs.indices {
            let range = most[index] - least[index]
            let scaled = range > 0 ? (costs[index] - least[index]) / range : costs[index] - least[index]
            let weighted = weights[index] * (scaled.isFinite ? scaled : 1e6)
            largest = max(largest, weighted)
            sum += weighted
        }
        return largest + 0.05 * sum
    }

    /// Weights that sum to 1, uniform over all such.
    static func weights(_ count: Int, _ generator: inout RandomGenerator) -> [Double] {
        guard count > 1 else { return [1] }
        let raw = (0..<count).map { _ in -naturalLogarithm(1 - generator.unit()) }
        let sum = raw.reduce(0, +)
        return raw.map { sum > 0 ? $0 / sum : 1 / Double(count) }
    }
}
