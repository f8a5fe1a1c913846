import NumberFormats

/// InstanceNormalization (a group for each channel) and GroupNormalization: mean 0 and variance 1 within each group
/// of channels of each image, then a scale and a bias.
///
/// GroupNormalization's scale and bias are per group in opset 18 and per channel since opset 21.
struct GroupNormalizationOperator: OperatorDefinition {
    let name: String
    let since: Int
    let isInstance: Bool

    static let instance = GroupNormalizationOperator(name: "InstanceNormalization", since: 6, isInstance: true)
    static let group = GroupNormalizationOperator(name: "GroupNormalization", since: 18, isInstance: false)

    private func groups(_ context: OperatorContext, _ shape: [Int]) throws(GraphError) -> Int {
        guard shape.count >= 2 else { throw context.error("input \(shape) has no channels") }
        let groups = isInstance ? shape[1] : try context.requiredInt("num_groups")
        guard groups > 0, shape[1] % groups == 0 else {
            throw context.error("\(shape[1]) channels do not divide into \(groups) groups")
        }
        return groups
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.realType(0)
        let groups = try groups(context, type.shape)
        let expected = isInstance || context.node.version >= 21 ? type.shape[1] : groups
        for index in 1..<3 {
            guard try context.shape(index) == [expected] else {
                throw context.error("input \(index) has shape \(try context.shape(index)), expected [\(expected)]")
            }
        }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let groups = try groups(context, input.shape)
        let scale = try context.reals(1), bias = try context.reals(2)
        let epsilon = Double(try context.float("epsilon", 1e-5))
        let channels = input.shape[1]
        let positions = input.shape[2...].product
        let size = channels / groups * positions
        let channelsPerScale = channels / max(scale.count, 1)
        var values = input.doubleValues
        for block in 0..<(input.shape[0] * groups) {
            let range = (block * size)..<((block + 1) * size)
            var sum = 0.0, square = 0.0
            for index in range { sum += values[index] }
            let mean = sum / Double(size)
            for index in range { square += (values[index] - mean) * (values[index] - mean) }
            let inverse = 1 / (square / Double(size) + epsilon).squareRoot()
            for index in range {
                let parameter = index / positions % channels / channelsPerScale
                values[index] = (values[index] - mean) * inverse * scale[parameter] + bias[parameter]
            }
        }
        return [Tensor(input.element, input.shape, doubles: values)]
    }
}
