import NumberFormats

/// ReverseSequence: the first `sequence_lens[b]` elements of each batch entry in reverse order.
struct ReverseSequenceOperator: OperatorDefinition {
    let name = "ReverseSequence"
    let since = 10

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        guard type.shape.count >= 2 else { throw context.error("takes at least 2 dimensions") }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0), lengths = try context.tensor(1).intValues
        let batchAxis = try context.axis(context.int("batch_axis", 1), rank: input.shape.count)
        let timeAxis = try context.axis(context.int("time_axis", 0), rank: input.shape.count)
        guard lengths.count == input.shape[batchAxis], lengths.allSatisfy({ $0 >= 0 && $0 <= input.shape[timeAxis] }) else {
            throw context.error("sequence lengths \(lengths) do not fit \(input.shape)")
        }
        let strides = Broadcasting.strides(of: input.shape)
        let indices = (0..<input.count).map { index -> Int in
            let batch = index / strides[batchAxis] % input.shape[batchAxis]
            let time = index / strides[timeAxis] % input.shape[timeAxis]
            return time < lengths[batch] ? index + (lengths[batch] - 1 - 2 * time) * strides[timeAxis] : index
        }
        return [input.gathered(indices, shape: input.shape)]
    }
}
