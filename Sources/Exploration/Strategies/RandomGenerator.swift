/// Random numbers that are the same everywhere and always: xoshiro256** of Blackman and Vigna (2018, doi:10.1145/3460772), its state filled by
/// SplitMix64 from the seed as they advise.
public struct RandomGenerator: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    public init(seed: UInt64) {
        var mixer = seed
        func mix(_ x: inout UInt64) -> UInt64 {
            x &+= 0x9E37_79B9_7F4A_7C15
            var z = x
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        state = (mix(&mixer), mix(&mixer), mix(&mixer), mix(&mixer))
    }

    public mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = (state.3 << 45) | (state.3 >> 19)
        return result
    }

    /// From 0 up to, and without, the bound, all alike: the high half of a product, redrawn where that would favour some (Lemire 2019,
    /// doi:10.1145/3230636).
    public mutating func next(below bound: Int) -> Int {
        precondition(bound > 0, "nothing to choose from")
        let bound = UInt64(bound)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// From 0 up to, and without, 1, in steps of 2⁻⁵³.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Of the standard normal distribution (Box and Muller 1958, one of the two).
    public mutating func normal() -> Double {
        let radius = (-2 * naturalLogarithm(1 - unit())).squareRoot()
        return radius * cosine(2 * .pi * unit())
    }

    /// Fisher and Yates.
    public mutating func shuffle<Element>(_ values: inout [Element]) {
        guard values.count > 1 else { return }
        for last in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(last, next(below: last + 1)) }
    }

}
