/// Bayesian optimisation: a Gaussian process of what was seen, and the point of greatest expected improvement. Several objectives become one by
/// random weights, new ones for every point (ParEGO, Knowles 2006). The points of a batch count as seen with the value that is predicted for them.
struct BayesianStrategy: SearchStrategy {
    private struct Seen {
        var point: DesignPoint
        var coordinates: [Double]
        var entry: NondominatedSort.Entry
    }

    private var fresh: FreshPoints
    private let features: PointFeatures
    private let measure: ObservedCosts
    private let initial: Int
    private let candidates: Int
    /// Points of the model; more are thinned out, which bounds time and memory.
    private let maximumSeen: Int
    private var queue: [DesignPoint]
    private var seen: [Seen] = []
    private var model: GaussianProcess?
    private static let noise = 1e-4

    init(_ space: DesignSpace, initial: Int, candidates: Int, maximumSeen: Int, seed: UInt64) {
        fresh = FreshPoints(space, seed: seed)
        features = PointFeatures(space)
        measure = ObservedCosts(space.objectives)
        self.initial = initial
        self.candidates = candidates
        self.maximumSeen = maximumSeen
        queue = LatinHypercubeStrategy.sample(initial, space.parameters.map(\.values.count), &fresh.generator).reversed()
    }

    mutating func ask(_ count: Int) -> [DesignPoint] {
        var points: [DesignPoint] = []
        while points.count < count, let point = queue.popLast() {
            if fresh.claim(point) { points.append(point) }
        }
        var pending = model
        while points.count < count {
            guard let point = (pending == nil ? nil : mostPromising(&pending)) ?? fresh.draw() else { break }
            points.append(point)
        }
        return points
    }

    // MARK: Choosing

    private mutating func mostPromising(_ pending: inout GaussianProcess?) -> DesignPoint? {
        guard let model = pending else { return nil }
        let targets = standardised(ObservedCosts.weights(measure.objectives.count, &fresh.generator))
        guard let best = seen.indices.filter({ seen[$0].entry.grade == 0 }).map({ targets.values[$0] }).min() else { return nil }
        let weights = model.weights(of: targets.values)
        let deviation = targets.deviation(model)
        var chosen: (point: DesignPoint, improvement: Double, coordinates: [Double])?
        for point in pool(targets.values) {
            let coordinates = features.coordinates(point)
            let mean = model.mean(at: coordinates, weights: weights)
            let spread = model.variance(at: coordinates).squareRoot() * deviation
            let improvement = GaussianProcess.expectedImprovement(mean: mean, deviation: spread, best: best)
            if improvement > chosen?.improvement ?? -.infinity { chosen = (point, improvement, coordinates) }
        }
        guard let chosen, fresh.claim(chosen.point) else { return nil }
        // Its predicted value changes no mean: only the variance knows of it.
        pending?.add(chosen.coordinates)
        return chosen.point
    }

    /// Fresh points: half drawn anywhere, half around the five best.
    private mutating func pool(_ targets: [Double]) -> [DesignPoint] {
        let leaders = seen.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }.prefix(5)
        var found: [DesignPoint] = []
        var known: Set<DesignPoint> = []
        for index in 0..<candidates {
            if index % 2 == 0 {
                guard let point = fresh.candidate() else { continue }
                if known.insert(point).inserted { found.append(point) }
            } else {
                let leader = seen[leaders[(index / 2) % leaders.count]].point
                let point = fresh.neighbour(of: leader)
                if fresh.isFresh(point), known.insert(point).inserted { found.append(point) }
            }
        }
        return found
    }

    // MARK: Learning

    mutating func tell(_ points: [EvaluatedPoint]) {
        for point in points {
            seen.append(
                Seen(
                    point: point.point, coordinates: features.coordinates(point.point),
                    entry: .init(grade: ObservedCosts.grade(point.status), costs: measure.costs(point))))
        }
        if seen.count > maximumSeen {
            // The best half, and the latest of the others.
            var kept = Set(NondominatedSort.best(maximumSeen / 2, of: seen.map(\.entry)))
            for index in seen.indices.reversed() where kept.count < maximumSeen { kept.insert(index) }
            seen = kept.sorted().map { seen[$0] }
        }
        model = seen.count { $0.entry.grade == 0 } < 2 ? nil : fit()
    }

    private struct Targets {
        /// Of mean 0 and variance 1.
        var values: [Double]

        /// The kernel's standard deviation at its most likely value.
        func deviation(_ model: GaussianProcess) -> Double {
            let weights = model.weights(of: values)
            return max(zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / Double(values.count), 1e-12).squareRoot()
        }
    }

    /// One number for each point that was seen, standardised. Points that failed or broke a limit are as bad as the worst that did not.
    private func standardised(_ weights: [Double]) -> Targets {
        let finished = seen.indices.filter { seen[$0].entry.grade == 0 }
        var scaled: [[Double]] = Array(repeating: [], count: seen.count)
        for objective in measure.objectives.indices {
            let costs = finished.map { seen[$0].entry.costs[objective] }
            let (low, high) = (costs.min() ?? 0, costs.max() ?? 0)
            // Over orders of magnitude the logarithm is what a smooth function can follow.
            let isLogarithmic = low > 0 && high > 10 * low
            func level(_ cost: Double) -> Double { isLogarithmic ? naturalLogarithm(cost) : cost }
            let range = level(high) - level(low)
            for index in finished { scaled[index].append(range > 0 ? (level(seen[index].entry.costs[objective]) - level(low)) / range : 0) }
        }
        var values = Array(repeating: 0.0, count: seen.count)
        var worst = -Double.infinity
        for index in finished {
            let weighted = zip(weights, scaled[index]).map { $0 * $1 }
            values[index] = (weighted.max() ?? 0) + 0.05 * weighted.reduce(0, +)
            worst = max(worst, values[index])
        }
        for index in seen.indices where seen[index].entry.grade != 0 { values[index] = worst }
        let mean = values.reduce(0, +) / Double(values.count)
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
        return Targets(values: values.map { deviation > 0 ? ($0 - mean) / deviation : 0 })
    }

    /// Length scales of greatest likelihood: one for all parameters from a few, then for each parameter a third or three times as much.
    private func fit() -> GaussianProcess {
        let equal = Array(repeating: 1 / Double(measure.objectives.count), count: measure.objectives.count)
        let targets = standardised(equal).values
        let dimensions = features.parameterOfCoordinate.count
        func process(_ scales: [Double]) -> GaussianProcess {
            var process = GaussianProcess(lengthScales: features.parameterOfCoordinate.map { scales[$0] }, noise: Self.noise)
            for point in seen { process.add(point.coordinates) }
            return process
        }
        let parameters = fresh.space.parameters.count
        var best: (process: GaussianProcess, scales: [Double], likelihood: Double)?
        func consider(_ scales: [Double]) {
            let process = process(scales)
            let likelihood = process.logLikelihood(targets)
            if likelihood > best?.likelihood ?? -.infinity { best = (process, scales, likelihood) }
        }
        for factor in [0.1, 0.2, 0.4, 0.8, 1.6] {
            consider(Array(repeating: factor * Double(dimensions).squareRoot(), count: parameters))
        }
        // A pass over the parameters costs two factors each: only where that is little.
        if var scales = best?.scales, parameters * seen.count <= 2_000 {
            for parameter in 0..<parameters {
                for factor in [1.0 / 3, 3] {
                    var changed = scales
                    changed[parameter] *= factor
                    consider(changed)
                }
                scales = best?.scales ?? scales
            }
        }
        return best?.process ?? process(Array(repeating: 1, count: parameters))
    }
}
