import OperatorGraph

/// Draws of a random test, the same for the same seed.
struct RandomStream {
    private var generator: SplitMix64

    init(_ seed: Int) { generator = SplitMix64(state: UInt64(bitPattern: Int64(seed)) &* 0x2545_F491_4F6C_DD1D &+ 1) }

    mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(generator.next(below: UInt64(range.upperBound - range.lowerBound + 1)))
    }

    /// True once in `odds` draws.
    mutating func oneIn(_ odds: Int) -> Bool { int(1...odds) == 1 }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[int(0...(choices.count - 1))] }
}
