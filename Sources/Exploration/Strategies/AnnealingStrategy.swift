/// Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983, doi:10.1126/science.220.4598.671) in several chains, each with weights of its own
/// where there are several objectives. A worse point is accepted with probability exp(−Δ/T); costs are scaled to 0…1 over what was seen, and the
/// temperature falls geometrically over the points of the sweep. Steps shrink with it, from a quarter of a parameter's values to one.
struct AnnealingStrategy: SearchStrategy {
    private struct Chain {
        var weights: [Double]
        var current: (point: DesignPoint, grade: Int, costs: [Double])?
    }

    private var fresh: FreshPoints
    private var chains: [Chain]
    private var measure: ObservedCosts
    private let hot: Double
    private let cold: Double
    /// Points over which the temperature falls from hot to cold.
    private let budget: Int
    private var told = 0
    /// Of the points of the last batch, in order.
    private var chainOfPoint: [Int] = []
    private var nextChain = 0

    init(_ space: DesignSpace, chains: Int, hot: Double, cold: Double, budget: Int, seed: UInt64) {
        fresh = FreshPoints(space, seed: seed)
        measure = ObservedCosts(space.objectives)
        let count = space.objectives.count
        // The first chains look at one objective each, with a little of the others.
        self.chains = []
        for chain in 0..<chains {
            let weights = count > 1 && chain < count
                ? (0..<count).map { $0 == chain ? 0.9 : 0.1 / Double(count - 1) } : ObservedCosts.weights(count, &fresh.generator)
            self.chains.append(Chain(weights: weights))
        }
        self.hot = hot
        self.cold = cold
        self.budget = budget
    }

    mutating func ask(_ count: Int) -> [DesignPoint] {
        var points: [DesignPoint] = []
        chainOfPoint = []
        while points.count < count {
            guard let point = proposal(nextChain) else { break }
            points.append(point)
            chainOfPoint.append(nextChain)
            nextChain = (nextChain + 1) % chains.count
        }
        return points
    }

    /// From 0 to 1.
    private var progress: Double { min(1, Double(told) / Double(budget)) }

    private mutating func proposal(_ chain: Int) -> DesignPoint? {
        if let current = chains[chain].current?.point {
            for _ in 0..<64 {
                let point = fresh.neighbour(of: current, reach: 1 - progress)
                if fresh.claim(point) { return point }
            }
        }
        return fresh.draw()
    }

    mutating func tell(_ points: [EvaluatedPoint]) {
        for point in points { measure.observe(point) }
        for (index, point) in points.enumerated() where chainOfPoint.indices.contains(index) {
            let chain = chainOfPoint[index]
            let proposal = (point: point.point, grade: ObservedCosts.grade(point.status), costs: measure.costs(point))
            if accepts(proposal, chain) { chains[chain].current = proposal }
            told += 1
        }
    }

    private mutating func accepts(_ proposal: (point: DesignPoint, grade: Int, costs: [Double]), _ chain: Int) -> Bool {
        guard let current = chains[chain].current else { return true }
        if proposal.grade != current.grade { return proposal.grade < current.grade }
        guard proposal.grade == 0 else { return true }
        let difference = measure.scalar(proposal.costs, weights: chains[chain].weights) - measure.scalar(current.costs, weights: chains[chain].weights)
        if difference <= 0 { return true }
        let temperature = hot * power(cold / hot, progress)
        return fresh.generator.unit() < exponential(-difference / temperature)
    }
}
