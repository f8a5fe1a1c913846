#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Maps 0…`maximum` to a length, with ticks at 1, 2 or 5 times a power of ten.
struct LinearScale {
    let maximum: Double
    let length: Double

    /// `maximum` of zero becomes one, so that an empty plot still has an axis.
    init(maximum: Double, length: Double) {
        self.maximum = maximum.isFinite && maximum > 0 ? maximum : 1
        self.length = length
    }

    func position(_ value: Double) -> Double { min(1, max(0, value / maximum)) * length }

    /// At most `count` + 1 values from 0 up to the maximum.
    func ticks(_ count: Int) -> [Double] {
        let rough = maximum / Double(max(1, count))
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 5, 10].first { $0 * power >= rough * 0.999 }.map { $0 * power } ?? 10 * power
        guard step > 0, step.isFinite else { return [0] }
        return (0...Int(maximum / step * 1.000001)).map { Double($0) * step }
    }
}

/// Maps decades to a length.
struct LogScale {
    let lowest: Int
    let highest: Int
    let length: Double

    /// Whole decades around `values`, at least two and at most 24; values that are not positive are left out.
    init(covering values: [Double], length: Double) {
        let exponents = values.filter { $0 > 0 && $0.isFinite }.map(log10)
        let high = Int(ceil((exponents.max() ?? 1) - 1e-9))
        let low = Int(floor((exponents.min() ?? 0) + 1e-9))
        lowest = max(high - 24, min(low, high - 2))
        highest = high
        self.length = length
    }

    var minimum: Double { pow(10, Double(lowest)) }
    var maximum: Double { pow(10, Double(highest)) }

    func position(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        return min(1, max(0, (log10(value) - Double(lowest)) / Double(highest - lowest))) * length
    }

    /// The powers of ten, every second or third one when there are many.
    var decades: [Double] {
        let step = max(1, (highest - lowest + 7) / 8)
        return stride(from: lowest, through: highest, by: step).map { pow(10, Double($0)) }
    }
}
