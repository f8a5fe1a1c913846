/// Latin hypercubes (McKay, Beckman and Conover 1979, doi:10.2307/1268522): in a sample of n points every parameter visits each of its n strata
/// once. One sample follows the other; points that constraints forbid, or that were in an earlier sample, are left out.
struct LatinHypercubeStrategy: SearchStrategy {
    private var fresh: FreshPoints
    private let samples: Int
    private var queue: [DesignPoint] = []
    /// Samples in a row that had nothing new.
    private var idle = 0
    private static let maximumIdle = 4

    init(_ space: DesignSpace, samples: Int, seed: UInt64) {
        fresh = FreshPoints(space, seed: seed)
        self.samples = samples
    }

    mutating func ask(_ count: Int) -> [DesignPoint] {
        var points: [DesignPoint] = []
        while points.count < count {
            if let point = queue.popLast() {
                if fresh.claim(point) { points.append(point); idle = 0 }
            } else if idle < Self.maximumIdle {
                idle += 1
                queue = Self.sample(samples, fresh.space.parameters.map(\.values.count), &fresh.generator).reversed()
            } else if let point = fresh.draw() {
                points.append(point)
            } else {
                break
            }
        }
        return points
    }

    mutating func tell(_ points: [EvaluatedPoint]) {}

    /// - Parameter counts: values of each parameter. Stratum s of n stands for the values from s·count/n to (s + 1)·count/n.
    static func sample(_ samples: Int, _ counts: [Int], _ generator: inout RandomGenerator) -> [DesignPoint] {
        var points = Array(repeating: DesignPoint(choices: Array(repeating: 0, count: counts.count)), count: samples)
        for parameter in counts.indices {
            var strata = Array(0..<samples)
            generator.shuffle(&strata)
            for sample in 0..<samples {
                let position = (Double(strata[sample]) + generator.unit()) / Double(samples)
                points[sample].choices[parameter] = min(Int(position * Double(counts[parameter])), counts[parameter] - 1)
            }
        }
        return points
    }
}
