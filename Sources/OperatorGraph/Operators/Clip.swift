import NumberFormats

/// Clip: limits from attributes before opset 11, from optional scalar inputs since.
struct ClipOperator: OperatorDefinition {
    let name = "Clip"
    let since = 6

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        for index in 1..<3 where context.has(index) {
            guard try context.type(index).count == 1 else { throw context.error("limit \(index) is not a scalar") }
        }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        var result = try context.tensor(0)
        var low: Tensor?, high: Tensor?
        if context.node.version < 11 {
            if let value = try context.optionalFloat("min") { low = Tensor(result.element, scalar: Double(value)) }
            if let value = try context.optionalFloat("max") { high = Tensor(result.element, scalar: Double(value)) }
        } else {
            low = context.optionalTensor(1)
            high = context.optionalTensor(2)
        }
        if let low {
            guard let next = combined(MaximumFunction.self, result, low, result.shape) else {
                throw context.error("the lower limit is \(low.element.rawValue), the input \(result.element.rawValue)")
            }
            result = next
        }
        if let high {
            guard let next = combined(MinimumFunction.self, result, high, result.shape) else {
                throw context.error("the upper limit is \(high.element.rawValue), the input \(result.element.rawValue)")
            }
            result = next
        }
        return [result]
    }
}
