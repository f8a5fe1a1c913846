import NumberFormats

/// Values for tensors that came without any, the same for the same seed, name and type.
///
/// The stream is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) seeded with the FNV-1a hash of the name and the seed.
public struct ValueGenerator: Sendable {
    public var seed: UInt64
    /// Integers that serve as indices are below this where the role does not say more.
    public var indexBound: Int

    public init(seed: UInt64, indexBound: Int = 2) {
        self.seed = seed
        self.indexBound = max(indexBound, 1)
    }

    /// What a tensor is for; decides the range of its values.
    public enum Role: Sendable, Hashable {
        /// Activations: reals in −1…1, integers over the format's range.
        case activation
        /// Weights whose products are summed over `fanIn` terms: reals with variance `gain`/fanIn.
        case weight(fanIn: Int, gain: Double)
        /// Addends and means: reals in −0.1…0.1, int32 in −1000…1000.
        case bias
        /// Factors of a normalisation: reals in 0.5…1.5.
        case factor
        /// Variances: reals in 0.5…1.5.
        case variance
        /// A quantisation scale: about `size`, positive.
        case quantizationScale(size: Double)
        /// A zero point: 0.
        case zeroPoint
        /// Indices in 0..<bound.
        case index(bound: Int)
    }

    public func tensor(named name: String, _ type: TensorType, role: Role = .activation) -> Tensor {
        var stream = SplitMix64(state: Self.hash(name, seed))
        let count = type.count
        func uniform(_ low: Double, _ high: Double) -> Tensor {
            if type.element == .fp32 {
                var values: [Float] = []
                values.reserveCapacity(count)
                for _ in 0..<count { values.append(Float(low + (high - low) * stream.nextUnit())) }
                return Tensor(.fp32, type.shape, .float(values))
            }
            return Tensor(type.element, type.shape, doubles: (0..<count).map { _ in low + (high - low) * stream.nextUnit() })
        }
        func integers(_ low: Int, _ high: Int) -> Tensor {
            let span = UInt64(high - low + 1)
            if type.element == .int8 {
                var values: [Int8] = []
                values.reserveCapacity(count)
                for _ in 0..<count { values.append(Int8(truncatingIfNeeded: low + Int(stream.next(below: span)))) }
                return Tensor(.int8, type.shape, .int8(values))
            }
            return Tensor(type.element, type.shape, integers: (0..<count).map { _ in low + Int(stream.next(below: span)) })
        }
        if type.element == .bool { return integers(0, 1) }
        if case .index(let bound) = role { return type.element.isFloatingPoint ? uniform(0, 1) : integers(0, max(bound, 1) - 1) }
        if role == .zeroPoint { return Tensor.zeros(type) }
        if type.element.isFloatingPoint {
            switch role {
            case .weight(let fanIn, let gain):
                let limit = (3 * gain / Double(max(fanIn, 1))).squareRoot()
                return uniform(-limit, limit)
            case .bias: return uniform(-0.1, 0.1)
            case .factor, .variance: return uniform(0.5, 1.5)
            case .quantizationScale(let size): return uniform(0.75 * size, 1.25 * size)
            case .activation, .index, .zeroPoint: return uniform(-1, 1)
            }
        }
        return switch type.element {
        case .int64, .uint64, .uint32: integers(0, indexBound - 1)
        case .int32: role == .bias ? integers(-1000, 1000) : integers(0, indexBound - 1)
        case .ternary: integers(-1, 1)
        default: integers(type.element.isSigned ? -symmetricBound(type.element) : 0, symmetricBound(type.element))
        }
    }

    private func symmetricBound(_ element: ElementType) -> Int { Int(element.integerRange?.upperBound ?? 1) }

    private static func hash(_ name: String, _ seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for shift in stride(from: UInt64(0), to: 64, by: 8) { hash = (hash ^ ((seed >> shift) & 0xFF)) &* 0x100_0000_01B3 }
        return hash
    }
}

/// SplitMix64: a 64-bit counter through a bijective mixing function.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(state: UInt64) { self.state = state }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in 0..<1 with 53 random bits.
    public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number in 0..<bound by multiplication; the bias is below bound / 2⁶⁴.
    public mutating func next(below bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }
}
