/// When jobs arrive.
public enum TaskArrivals: Sendable, Hashable {
    case at(Int)
    /// The first one at `first`, each further one `interval` later.
    case periodic(first: Int, count: Int, interval: Int)
    /// A Poisson process: times between arrivals are exponential, rounded down, as in DS3's job generator, which DeepSoCS uses.
    case random(first: Int, count: Int, meanInterval: Int, seed: UInt64)

    public var times: [Int] {
        switch self {
        case .at(let time): return [time]
        case .periodic(let first, let count, let interval): return (0..<count).map { first + $0 * interval }
        case .random(let first, let count, let meanInterval, let seed):
            var generator = SplitMix(seed: seed)
            var time = first
            return (0..<count).map { index in
                if index > 0 { time += Int(Double(meanInterval) * Self.exponential(generator.unit())) }
                return time
            }
        }
    }

    /// -ln(1 - u). Written out, since the last bit of a C library's logarithm is its own affair, and arrivals are not to differ by machine.
    private static func exponential(_ u: Double) -> Double {
        let value = 1 - u
        // value = fraction × 2^exponent, and ln(fraction) by the series of the inverse hyperbolic tangent.
        let ratio = (value.significand - 1) / (value.significand + 1)
        let square = ratio * ratio
        var term = ratio, sum = 0.0
        for power in stride(from: 1, to: 60, by: 2) {
            sum += term / Double(power)
            term *= square
        }
        return -(2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3)
    }
}
