/// A small generator of numbers that are the same on every machine (Steele, Lea and Flood, OOPSLA 2014).
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// A logarithm that is the same with every C library.
enum Logarithm {
    /// Linear between powers of two: exact there, within 0.09 elsewhere, and monotonic, which is all that an ordering needs.
    static func base2(_ value: Int) -> Double {
        guard value > 1 else { return 0 }
        let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
        return Double(exponent) + Double(value - (1 << exponent)) / Double(1 << exponent)
    }
}
