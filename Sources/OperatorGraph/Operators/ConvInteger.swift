import NumberFormats

/// ConvInteger: a convolution of 8-bit integers less their zero points, summed exactly in int32 (wrapping around).
struct ConvIntegerOperator: OperatorDefinition {
    let name = "ConvInteger"
    let since = 10

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(.int32, try shape(context).output)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0), weights = try context.tensor(1)
        let shape = try shape(context)
        let sums = convolve(
            try centred(context, input, zero: context.optionalTensor(2), groups: 1), batch: shape.batch, groups: shape.groups,
            channels: shape.channels, try centred(context, weights, zero: context.optionalTensor(3), groups: shape.filters),
            filters: shape.filters, shape.window)
        return [Tensor(.int32, shape.output, .int32(sums))]
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int { try shape(context).multiplyAccumulates }

    private func shape(_ context: OperatorContext) throws(GraphError) -> ConvolutionShape {
        for index in 0..<2 {
            guard try context.type(index).element.isInteger else {
                throw context.error("input \(index) is \(try context.type(index).element.rawValue), expected integers")
            }
        }
        return try ConvolutionShape(context, input: context.shape(0), weights: context.shape(1))
    }
}

/// Integers less their zero point: one for all, or one for each of `groups` equal runs.
func centred(
    _ context: OperatorContext, _ tensor: Tensor, zero: Tensor?, groups: Int
) throws(GraphError) -> [Int32] {
    let values = tensor.int32Values
    guard let zeros = zero?.intValues, zeros.contains(where: { $0 != 0 }) else { return values }
    guard zeros.count == 1 || zeros.count == groups, !zeros.isEmpty else {
        throw context.error("\(zeros.count) zero points do not fit \(groups) groups")
    }
    let run = max(values.count / zeros.count, 1)
    return values.indices.map { values[$0] &- Int32(truncatingIfNeeded: zeros[$0 / run]) }
}

extension Tensor {
    /// Integers in 32 bits; wider ones lose their upper bits.
    var int32Values: [Int32] {
        switch storage {
        case .int8(let values): values.map { Int32($0) }
        case .uint8(let values): values.map { Int32($0) }
        case .int32(let values): values
        default: intValues.map { Int32(truncatingIfNeeded: $0) }
        }
    }
}

/// QLinearConv: ConvInteger with int32 bias, requantised to the output's scale and zero point.
struct QLinearConvOperator: OperatorDefinition {
    let name = "QLinearConv"
    let since = 10

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let shape = try ConvolutionShape(context, input: context.shape(0), weights: context.shape(3))
        try shape.checkBias(context, at: 8)
        return [TensorType(try context.type(7).element, shape.output)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let shape = try ConvolutionShape(context, input: context.shape(0), weights: context.shape(3))
        let output = try context.type(7).element
        let sums = withBias(
            convolve(
                try centred(context, context.tensor(0), zero: context.tensor(2), groups: 1), batch: shape.batch,
                groups: shape.groups, channels: shape.channels,
                try centred(context, context.tensor(3), zero: context.tensor(5), groups: shape.filters),
                filters: shape.filters, shape.window),
            context.optionalTensor(8)?.int32Values, shape)
        let inputScale = try context.tensor(1).floatValues, weightScales = try context.tensor(4).floatValues
        let outputScale = try context.tensor(6).floatValues, zero = try context.tensor(7).intValues
        guard inputScale.count == 1, outputScale.count == 1, zero.count == 1,
            weightScales.count == 1 || weightScales.count == shape.filters
        else { throw context.error("scales and zero points do not fit") }
        let positions = shape.window.output.product
        let result = sums.indices.map { index -> Int in
            let filter = index / positions % shape.filters
            let factor = inputScale[0] * weightScales[weightScales.count == 1 ? 0 : filter] / outputScale[0]
            return quantized(Float(sums[index]) * factor, zero: zero[0], to: output)
        }
        return [Tensor(output, shape.output, integers: result)]
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        try ConvolutionShape(context, input: context.shape(0), weights: context.shape(3)).multiplyAccumulates
    }
}
