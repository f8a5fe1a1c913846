import NumberFormats

/// Dropout: the identity and a mask of ones at inference. In training mode elements are dropped at random and the rest
/// scaled up, with the numbers that ONNX's reference draws: NumPy's generator seeded with the attribute `seed`.
struct DropoutOperator: OperatorDefinition {
    let name = "Dropout"
    let since = 7

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        let mask = TensorType(context.node.version >= 10 ? .bool : type.element, type.shape)
        return [type, context.wants(1) ? mask : nil]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let maskType = try inferTypes(context)[1]
        let ratio = context.optionalTensor(1)?.doubleValues.first ?? 0.5
        guard context.optionalTensor(2)?.boolValues.first == true, ratio != 0 else {
            return [input, maskType.map { Tensor($0.element, $0.shape, repeating: 1) }]
        }
        guard ratio > 0, ratio < 1 else { throw context.error("a ratio of \(ratio) is not in 0..<1") }
        var random = MersenneTwister(seed: UInt32(truncatingIfNeeded: try context.int("seed", 0)))
        let keeps = (0..<input.count).map { _ in random.nextUnit() >= ratio }
        let scale = 1 / (1 - ratio)
        let values = input.doubleValues
        let result = Tensor(input.element, input.shape, doubles: values.indices.map { keeps[$0] ? values[$0] * scale : 0 })
        return [result, maskType.map { Tensor($0.element, $0.shape, integers: keeps.map { $0 ? 1 : 0 }) }]
    }
}

/// MT19937 (Matsumoto and Nishimura, ACM TOMACS 8(1), 1998), as NumPy's legacy generator uses it.
struct MersenneTwister {
    private var state: [UInt32]
    private var position = 624

    init(seed: UInt32) {
        state = [seed]
        for index in 1..<624 {
            let previous = state[index - 1]
            state.append(1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(index))
        }
    }

    mutating func next() -> UInt32 {
        if position == 624 { refill() }
        var value = state[position]
        position += 1
        value ^= value >> 11
        value ^= (value << 7) & 0x9D2C_5680
        value ^= (value << 15) & 0xEFC6_0000
        return value ^ (value >> 18)
    }

    /// A number in 0..<1 with 53 random bits.
    mutating func nextUnit() -> Double {
        let high = Double(next() >> 5), low = Double(next() >> 6)
        return (high * 0x1p26 + low) * 0x1p-53
    }

    private mutating func refill() {
        for index in 0..<624 {
            let mixed = (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7FFF_FFFF)
            state[index] = state[(index + 397) % 624] ^ (mixed >> 1) ^ (mixed & 1 == 0 ? 0 : 0x9908_B0DF)
        }
        position = 0
    }
}
