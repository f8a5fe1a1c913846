import NumberFormats

/// Split along one axis: sizes given (attribute before opset 13, input since), or equal parts as many as there
/// are outputs, the last one smaller.
struct SplitOperator: OperatorDefinition {
    let name = "Split"
    let since = 2

    private func sizes(_ context: OperatorContext, _ extent: Int) throws(GraphError) -> [Int] {
        let given = context.node.version >= 13
            ? try context.optionalIntegers(1) : try context.optionalInts("split")
        if let given {
            guard given.allSatisfy({ $0 >= 0 && $0 <= extent }), given.reduce(0, +) == extent else {
                throw context.error("parts \(given) do not sum to \(extent)")
            }
            return given
        }
        let parts = try context.int("num_outputs", context.node.outputs.count)
        guard parts > 0, parts == context.node.outputs.count else {
            throw context.error("has \(context.node.outputs.count) outputs, num_outputs is \(parts)")
        }
        let size = (extent + parts - 1) / parts
        return (0..<parts).map { min(size, max(extent - $0 * size, 0)) }
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.type(0)
        let axis = try context.axis(context.int("axis", 0), rank: input.shape.count)
        guard !input.shape.isEmpty else { throw context.error("a scalar cannot be split") }
        return try sizes(context, input.shape[axis]).map {
            var shape = input.shape
            shape[axis] = $0
            return TensorType(input.element, shape)
        }
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let axis = try context.axis(context.int("axis", 0), rank: input.shape.count)
        let strides = Broadcasting.strides(of: input.shape)
        var results: [Tensor?] = []
        var start = 0
        for size in try sizes(context, input.shape[axis]) {
            var shape = input.shape
            shape[axis] = size
            results.append(
                input.gathered(Broadcasting.indices(shape: shape, strides: strides, offset: start * strides[axis]), shape: shape))
            start += size
        }
        return results
    }
}
