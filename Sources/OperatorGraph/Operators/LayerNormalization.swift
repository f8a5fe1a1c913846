import NumberFormats

/// LayerNormalization and RMSNormalization over the axes from `axis` on; scale and bias broadcast to the input.
///
/// Sums in binary64. The optional results of LayerNormalization are the mean and the inverse standard deviation.
struct LayerNormalizationOperator: OperatorDefinition {
    let name: String
    let since: Int
    let subtractsMean: Bool

    static let layer = LayerNormalizationOperator(name: "LayerNormalization", since: 17, subtractsMean: true)
    static let rootMeanSquare = LayerNormalizationOperator(name: "RMSNormalization", since: 23, subtractsMean: false)

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.realType(0)
        let axis = try context.axis(context.int("axis", -1), rank: type.shape.count)
        for index in 1..<3 where context.has(index) {
            guard try context.broadcastShape([type.shape, context.shape(index)]) == type.shape else {
                throw context.error("input \(index) of shape \(try context.shape(index)) does not broadcast to \(type.shape)")
            }
        }
        var reduced = type.shape
        for index in axis..<reduced.count { reduced[index] = 1 }
        let stash = TensorType(try context.element(ofDataType: context.int("stash_type", 1)), reduced)
        return [type, context.wants(1) ? stash : nil, context.wants(2) ? stash : nil]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let types = try inferTypes(context)
        let axis = try context.axis(context.int("axis", -1), rank: input.shape.count)
        let epsilon = Double(try context.float("epsilon", 1e-5))
        let view = AxisView(input.shape, axes: axis..<input.shape.count)
        var values = input.doubleValues
        var means: [Double] = [], inverses: [Double] = []
        for o in 0..<view.outer {
            let line = (o * view.extent)..<((o + 1) * view.extent)
            var mean = 0.0, square = 0.0
            if subtractsMean {
                for index in line { mean += values[index] }
                mean /= Double(view.extent)
            }
            for index in line { square += (values[index] - mean) * (values[index] - mean) }
            let inverse = 1 / (square / Double(view.extent) + epsilon).squareRoot()
            for index in line { values[index] = (values[index] - mean) * inverse }
            means.append(mean)
            inverses.append(inverse)
        }
        let scale = try context.tensor(1).broadcast(to: input.shape).doubleValues
        for index in values.indices { values[index] *= scale[index] }
        if let bias = context.optionalTensor(2)?.broadcast(to: input.shape).doubleValues {
            for index in values.indices { values[index] += bias[index] }
        }
        var results: [Tensor?] = [Tensor(input.element, input.shape, doubles: values)]
        for (index, numbers) in [means, inverses].enumerated() where index + 1 < types.count {
            results.append(types[index + 1].map { Tensor($0.element, $0.shape, doubles: numbers) })
        }
        return results
    }
}
