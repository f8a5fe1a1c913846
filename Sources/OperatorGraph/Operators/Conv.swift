import NumberFormats

/// Shapes of a convolution: checked once, used for types, values and counts.
struct ConvolutionShape {
    let batch: Int
    let groups: Int
    /// Channels of one group.
    let channels: Int
    let filters: Int
    let window: SlidingWindow

    var output: [Int] { [batch, filters] + window.output }
    var multiplyAccumulates: Int { batch * filters * window.output.product * channels * window.kernel.product }

    init(_ context: OperatorContext, input: [Int], weights: [Int]) throws(GraphError) {
        guard input.count >= 3, weights.count == input.count else {
            throw context.error(
                "input \(input) and weights \(weights) must have the same rank, at least 3",
                suggestion: "a convolution takes N × C × spatial and M × C/group × kernel")
        }
        groups = try context.int("group", 1)
        guard groups > 0, weights[0] % groups == 0 else {
            throw context.error("\(weights[0]) filters do not divide into \(groups) groups")
        }
        let (expected, overflow) = weights[1].multipliedReportingOverflow(by: groups)
        guard !overflow, input[1] == expected else {
            throw context.error("input has \(input[1]) channels, weights expect \(weights[1]) × \(groups) groups")
        }
        let kernel = Array(weights[2...])
        if let given = try context.optionalInts("kernel_shape"), given != kernel {
            throw context.error("kernel_shape \(given) differs from that of the weights, \(kernel)")
        }
        batch = input[0]
        channels = weights[1]
        filters = weights[0]
        window = try SlidingWindow(context, input: Array(input[2...]), kernel: kernel)
    }

    func checkBias(_ context: OperatorContext, at index: Int) throws(GraphError) {
        if context.has(index), try context.shape(index) != [filters] {
            throw context.error("the bias has shape \(try context.shape(index)), expected [\(filters)]")
        }
    }
}

/// Conv: cross-correlation of N × C × spatial with M × C/group × kernel, any number of spatial axes.
/// Formats below fp32 are computed in fp32 and rounded once.
struct ConvOperator: OperatorDefinition {
    let name = "Conv"
    let since = 1

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let shape = try ConvolutionShape(context, input: context.shape(0), weights: context.shape(1))
        try shape.checkBias(context, at: 2)
        return [TensorType(try context.type(0).element, shape.output)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0), weights = try context.tensor(1)
        let shape = try ConvolutionShape(context, input: input.shape, weights: weights.shape)
        let bias = context.optionalTensor(2)
        if input.element == .fp64 {
            let sums = convolve(
                input.doubleValues, batch: shape.batch, groups: shape.groups, channels: shape.channels,
                weights.doubleValues, filters: shape.filters, shape.window)
            return [Tensor(.fp64, shape.output, .double(withBias(sums, bias?.doubleValues, shape)))]
        }
        let sums = convolve(
            input.floatValues, batch: shape.batch, groups: shape.groups, channels: shape.channels,
            weights.floatValues, filters: shape.filters, shape.window)
        return [Tensor(input.element, shape.output, floats: withBias(sums, bias?.floatValues, shape))]
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        try ConvolutionShape(context, input: context.shape(0), weights: context.shape(1)).multiplyAccumulates
    }
}

/// `sums` (batch × filters × positions) with each filter's bias added.
func withBias<T: AccumulatedNumber>(_ sums: [T], _ bias: [T]?, _ shape: ConvolutionShape) -> [T] {
    guard let bias else { return sums }
    var result = sums
    let positions = shape.window.output.product
    var index = 0
    for _ in 0..<shape.batch {
        for filter in 0..<shape.filters {
            let value = bias[filter]
            for _ in 0..<positions {
                result[index] = result[index].plus(value)
                index += 1
            }
        }
    }
    return result
}

extension OperatorRegistry {
    static let convolution: [any OperatorDefinition] = [
        ConvOperator(),
        ConvIntegerOperator(),
        QLinearConvOperator(),
        ConvTransposeOperator(),
    ]
}
