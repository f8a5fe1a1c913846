import Exploration

/// How a search came to its results: the best of each objective, and the hypervolume of the front, after so many points.
package struct SweepConvergence: Sendable {
    /// A value and the number of points after which it was reached.
    package struct Step: Sendable, Equatable {
        /// Points evaluated, failed ones included, from 1.
        package var points: Int
        package var value: Double
    }

    /// By objective: a step for each improvement. Empty when no point is feasible.
    package var best: [[Step]]
    /// As a share of the box from the best to the worst value of every objective among all feasible points; at most `checkpoints` steps.
    package var hypervolume: [Step]
    /// True above three objectives, where the share is that of `sampleCount` sampled places in the box.
    package var isEstimated: Bool
    /// Objectives whose value is the same everywhere span no box and are left out.
    package var dimensions: Int

    static let checkpoints = 200
    static let sampleCount = 8192

    package init(_ results: SweepResults) {
        let points = results.points
        let costs: [[Double]?] = points.map { point in
            guard point.status == .finished, point.objectives.count == results.objectives.count, point.objectives.allSatisfy(\.isFinite) else { return nil }
            return zip(results.objectives, point.objectives).map { $0.cost($1) }
        }
        best = results.objectives.indices.map { objective in
            var steps: [Step] = [], least = Double.infinity
            for (index, cost) in costs.enumerated() {
                guard let value = cost?[objective], value < least else { continue }
                least = value
                steps.append(Step(points: index + 1, value: points[index].objectives[objective]))
            }
            return steps
        }
        let feasible = costs.compactMap { $0 }
        let ranges = results.objectives.indices.map { objective in
            (least: feasible.map { $0[objective] }.min() ?? 0, most: feasible.map { $0[objective] }.max() ?? 0)
        }
        let varied = ranges.indices.filter { ranges[$0].most > ranges[$0].least }
        dimensions = varied.count
        isEstimated = varied.count > Hypervolume.exactDimensions
        let unit = costs.map { cost in
            cost.map { cost in varied.map { (cost[$0] - ranges[$0].least) / (ranges[$0].most - ranges[$0].least) } }
        }
        hypervolume = varied.isEmpty ? [] : Self.hypervolume(unit, dimensions: varied.count)
    }

    /// - Parameter costs: by point, each between 0 and 1.
    private static func hypervolume(_ costs: [[Double]?], dimensions: Int) -> [Step] {
        var front: [[Double]] = []
        var free = dimensions > Hypervolume.exactDimensions ? Hypervolume.samples(sampleCount, dimensions: dimensions) : []
        var steps: [Step] = [], isChanged = true, value = 0.0
        for (index, cost) in costs.enumerated() {
            if let cost {
                if dimensions > Hypervolume.exactDimensions {
                    free.removeAll { sample in zip(cost, sample).allSatisfy { $0 <= $1 } }
                } else if !front.contains(where: { zip($0, cost).allSatisfy { $0 <= $1 } }) {
                    front.removeAll { zip(cost, $0).allSatisfy { $0 <= $1 } }
                    front.append(cost)
                    isChanged = true
                }
            }
            let count = index + 1
            guard count * checkpoints / costs.count != index * checkpoints / costs.count || costs.count <= checkpoints else { continue }
            if dimensions > Hypervolume.exactDimensions {
                value = 1 - Double(free.count) / Double(sampleCount)
            } else if isChanged {
                value = Hypervolume.exact(front, reference: [Double](repeating: 1, count: dimensions))
                isChanged = false
            }
            steps.append(Step(points: count, value: value))
        }
        return steps
    }
}
