import NumberFormats

/// BatchNormalization: per channel (axis 1) with given statistics, or with those of the batch in training mode,
/// which also returns the running statistics.
struct BatchNormalizationOperator: OperatorDefinition {
    let name = "BatchNormalization"
    let since = 7

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.realType(0)
        let channels = type.shape.count > 1 ? type.shape[1] : 1
        for index in 1..<5 {
            guard try context.shape(index) == [channels] else {
                throw context.error("input \(index) has shape \(try context.shape(index)), expected [\(channels)]")
            }
        }
        let mean = try context.type(3), variance = try context.type(4)
        if try context.flag("training_mode") { return [type, mean, variance] }
        guard context.node.outputs.dropFirst().allSatisfy({ $0 == nil }) else {
            throw context.error("asks for training statistics", suggestion: "export the model for inference")
        }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let scale = try context.reals(1), bias = try context.reals(2)
        var means = try context.reals(3), variances = try context.reals(4)
        let epsilon = Double(try context.float("epsilon", 1e-5))
        let trains = try context.flag("training_mode")
        let rank = input.shape.count
        let view = AxisView(input.shape, axes: rank > 1 ? 1..<2 : rank..<rank)
        var values = input.doubleValues
        let momentum = Double(try context.float("momentum", 0.9))
        var runningMeans = means, runningVariances = variances
        if trains {
            let count = Double(view.outer * view.inner)
            for channel in means.indices {
                var sum = 0.0, square = 0.0
                forEach(view, channel) { sum += values[$0] }
                let mean = sum / count
                forEach(view, channel) { square += (values[$0] - mean) * (values[$0] - mean) }
                means[channel] = mean
                variances[channel] = square / count
                runningMeans[channel] = runningMeans[channel] * momentum + mean * (1 - momentum)
                runningVariances[channel] = runningVariances[channel] * momentum + variances[channel] * (1 - momentum)
            }
        }
        for channel in means.indices {
            let factor = scale[channel] / (variances[channel] + epsilon).squareRoot()
            forEach(view, channel) { values[$0] = (values[$0] - means[channel]) * factor + bias[channel] }
        }
        let result = Tensor(input.element, input.shape, doubles: values)
        if !trains { return [result] }
        let meanType = try context.type(3), varianceType = try context.type(4)
        return [
            result, Tensor(meanType.element, meanType.shape, doubles: runningMeans),
            Tensor(varianceType.element, varianceType.shape, doubles: runningVariances),
        ]
    }

    private func forEach(_ view: AxisView, _ channel: Int, _ body: (Int) -> Void) {
        for o in 0..<view.outer {
            let start = (o * view.extent + channel) * view.inner
            for index in start..<(start + view.inner) { body(index) }
        }
    }
}
