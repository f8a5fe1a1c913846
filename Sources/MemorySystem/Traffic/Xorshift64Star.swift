/// The pseudo-random numbers of the traffic patterns (Vigna, "An experimental exploration of Marsaglia's xorshift generators,
/// scrambled", ACM TOMS 42(4), 2016: xorshift64*, shifts 12, 25, 27).
public struct Xorshift64Star: RandomNumberGenerator, Sendable {
    /// Seed of the patterns.
    public static let patternSeed: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var state: UInt64

    /// - Parameter seed: 0, from which every number would be 0, counts as `patternSeed`.
    public init(seed: UInt64 = Xorshift64Star.patternSeed) { state = seed == 0 ? Xorshift64Star.patternSeed : seed }

    public mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
