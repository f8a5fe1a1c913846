/// The pseudo-random numbers of traffic, on memories and on networks, and of random replacement: their sequence depends on the seed
/// alone (Vigna, "An experimental exploration of Marsaglia's xorshift generators,
/// scrambled", ACM TOMS 42(4), 2016: xorshift64*, shifts 12, 25, 27).
public struct Xorshift64Star: RandomNumberGenerator, Hashable, Sendable {
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

    /// From 0 to `bound` − 1, each as likely as the other to within 2⁻³².
    public mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// True with a probability of `threshold` / 2⁶⁴.
    mutating func chance(_ threshold: UInt64) -> Bool { next() < threshold }

    /// The threshold for `chance` of a probability from 0 to 1.
    static func threshold(_ probability: Double) -> UInt64 {
        probability >= 1 ? .max : UInt64(max(0, probability) * 18_446_744_073_709_551_616.0)
    }
}
