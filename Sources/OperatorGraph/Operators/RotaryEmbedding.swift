import NumberFormats

/// RotaryEmbedding: pairs of each head's values rotated by angles whose cosines and sines are given by position.
struct RotaryEmbeddingOperator: OperatorDefinition {
    let name = "RotaryEmbedding"
    let since = 23

    private struct Shape {
        let batch: Int, heads: Int, sequence: Int, size: Int, rotated: Int
        let isFlat: Bool

        init(_ context: OperatorContext) throws(GraphError) {
            let input = try context.shape(0)
            switch input.count {
            case 4:
                (batch, heads, sequence, size) = (input[0], input[1], input[2], input[3])
                isFlat = false
            case 3:
                heads = try context.int("num_heads", 0)
                guard heads > 0, heads <= 1 << 20, input[2] % heads == 0 else { throw context.error("num_heads \(heads) does not divide \(input)") }
                (batch, sequence, size) = (input[0], input[1], input[2] / heads)
                isFlat = true
            default: throw context.error("input \(input) must have 3 or 4 dimensions")
            }
            let partial = try context.int("rotary_embedding_dim", 0)
            rotated = partial == 0 ? size : partial
            guard rotated > 0, rotated <= size, rotated % 2 == 0 else { throw context.error("cannot rotate \(rotated) of \(size) values") }
            for index in 1..<3 {
                let cache = try context.shape(index)
                guard context.has(3) ? cache.count == 2 && cache[1] == rotated / 2 : cache == [batch, sequence, rotated / 2] else {
                    throw context.error("cache \(cache) does not fit \(rotated / 2) angles")
                }
            }
            if context.has(3), try context.shape(3) != [batch, sequence] {
                throw context.error("position_ids \(try context.shape(3)) are not [\(batch), \(sequence)]")
            }
        }
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        _ = try Shape(context)
        return [try context.realType(0)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let shape = try Shape(context)
        let cosines = try context.reals(1), sines = try context.reals(2)
        let positions = try context.optionalIntegers(3)
        let isInterleaved = try context.flag("interleaved")
        let half = shape.rotated / 2
        let step = StepRounding(input.element)
        var values = input.doubleValues
        for image in 0..<shape.batch {
            for token in 0..<shape.sequence {
                let row = image * shape.sequence + token
                let cacheRow = try positions.map { (ids: [Int]) throws(GraphError) in
                    try context.index(ids[row], extent: context.shape(1)[0])
                } ?? row
                for head in 0..<shape.heads {
                    let start = shape.isFlat
                        ? (row * shape.heads + head) * shape.size
                        : ((image * shape.heads + head) * shape.sequence + token) * shape.size
                    for angle in 0..<half {
                        let first = start + (isInterleaved ? 2 * angle : angle)
                        let second = isInterleaved ? first + 1 : first + half
                        let cosine = cosines[cacheRow * half + angle], sine = sines[cacheRow * half + angle]
                        let (a, b) = (values[first], values[second])
                        values[first] = step(cosine * a) - step(sine * b)
                        values[second] = step(sine * a) + step(cosine * b)
                    }
                }
            }
        }
        return [Tensor(input.element, input.shape, doubles: values)]
    }
}

extension OperatorRegistry {
    static let attention: [any OperatorDefinition] = [
        AttentionOperator(), RotaryEmbeddingOperator(), LinearAttentionOperator(), CausalConvolutionOperator(),
    ]
}
