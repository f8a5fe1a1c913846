/// A Gaussian process of mean 0 with a Matérn 5/2 kernel of variance 1 (Rasmussen and Williams 2006, equations 2.25, 2.26 and 4.17).
///
/// Targets are given when they are needed: the factor of the kernel's matrix depends on the inputs alone, so that one factor serves every
/// weighting of the objectives.
package struct GaussianProcess: Sendable {
    /// Of each coordinate.
    package let lengthScales: [Double]
    /// Variance of the noise, of a kernel of variance 1.
    package let noise: Double
    /// One row after the other.
    private var inputs: [Double] = []
    package private(set) var count = 0
    /// Of the kernel's matrix: L of L·Lᵀ, the rows of its lower triangle one after the other. The factor of the first n inputs is its beginning.
    private var factor: [Double] = []

    package init(lengthScales: [Double], noise: Double) {
        self.lengthScales = lengthScales
        self.noise = noise
    }

    private static func row(_ index: Int) -> Int { index * (index + 1) / 2 }

    package static func kernel(distance: Double) -> Double {
        let scaled = 5.0.squareRoot() * distance
        return (1 + scaled + scaled * scaled / 3) * exponential(-scaled)
    }

    /// Between an input and another point.
    private func covariance(_ index: Int, _ point: [Double]) -> Double {
        var sum = 0.0
        let begin = index * lengthScales.count
        for coordinate in lengthScales.indices {
            let difference = (inputs[begin + coordinate] - point[coordinate]) / lengthScales[coordinate]
            sum += difference * difference
        }
        return Self.kernel(distance: sum.squareRoot())
    }

    /// L⁻¹·k, where k holds the covariances of the inputs with the point.
    private func projected(_ point: [Double]) -> [Double] {
        var solution = (0..<count).map { covariance($0, point) }
        forward(&solution)
        return solution
    }

    private func forward(_ values: inout [Double]) {
        for index in values.indices {
            var sum = values[index]
            let begin = Self.row(index)
            for other in 0..<index { sum -= factor[begin + other] * values[other] }
            values[index] = sum / factor[begin + index]
        }
    }

    /// Adds an input: a new row of the factor, in time proportional to the square of their number.
    package mutating func add(_ point: [Double]) {
        let row = projected(point)
        let rest = 1 + noise - row.reduce(0) { $0 + $1 * $1 }
        inputs += point
        factor += row
        // Rounding can take a repeated input below 0; the noise is what it cannot be less than.
        factor.append(max(rest, noise, 1e-12).squareRoot())
        count += 1
    }

    /// K⁻¹·y of the first inputs, as many as there are targets.
    package func weights(of targets: [Double]) -> [Double] {
        var values = targets
        forward(&values)
        for index in values.indices.reversed() {
            var sum = values[index]
            for other in values.indices.dropFirst(index + 1) { sum -= factor[Self.row(other) + index] * values[other] }
            values[index] = sum / factor[Self.row(index) + index]
        }
        return values
    }

    /// - Parameter weights: of the targets of the first inputs.
    package func mean(at point: [Double], weights: [Double]) -> Double {
        var sum = 0.0
        for (index, weight) in weights.enumerated() { sum += weight * covariance(index, point) }
        return sum
    }

    /// Of the function without noise, given all inputs.
    package func variance(at point: [Double]) -> Double {
        max(0, 1 - projected(point).reduce(0) { $0 + $1 * $1 })
    }

    /// The logarithm of the marginal likelihood, up to a constant, with the kernel's variance at its best value, y·K⁻¹·y / n.
    package func logLikelihood(_ targets: [Double]) -> Double {
        var projected = targets
        forward(&projected)
        let variance = max(projected.reduce(0) { $0 + $1 * $1 } / Double(max(1, targets.count)), 1e-300)
        var logDeterminant = 0.0
        for index in targets.indices { logDeterminant += 2 * naturalLogarithm(factor[Self.row(index) + index]) }
        return -0.5 * (Double(targets.count) * naturalLogarithm(variance) + logDeterminant)
    }

    /// How much below `best` the value is expected to be (Jones, Schonlau and Welch 1998, doi:10.1023/A:1008306431147).
    package static func expectedImprovement(mean: Double, deviation: Double, best: Double) -> Double {
        guard deviation > 0 else { return max(0, best - mean) }
        let z = (best - mean) / deviation
        let density = exponential(-z * z / 2) / (2 * Double.pi).squareRoot()
        let distribution = 0.5 * (1 + errorFunction(z / 2.0.squareRoot()))
        return (best - mean) * distribution + deviation * density
    }
}
