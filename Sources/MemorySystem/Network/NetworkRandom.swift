/// The random numbers of network experiments and random replacement: their sequence depends on the seed alone (SplitMix64: Steele,
/// Lea and Flood, OOPSLA 2014).
public struct NetworkRandom: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
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
