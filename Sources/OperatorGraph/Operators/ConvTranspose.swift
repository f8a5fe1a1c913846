import NumberFormats

/// Shapes of a transposed convolution: where each input element's products are added in the output.
struct TransposedConvolutionShape {
    let batch: Int, groups: Int, inputChannels: Int, filtersPerGroup: Int
    let input: [Int], kernel: [Int], output: [Int]
    let strides: [Int], dilations: [Int], padBefore: [Int]

    init(_ context: OperatorContext) throws(GraphError) {
        let shape = try context.shape(0), weights = try context.shape(1)
        guard shape.count >= 3, weights.count == shape.count else {
            throw context.error("input \(shape) and weights \(weights) must have the same rank, at least 3")
        }
        groups = try context.int("group", 1)
        guard groups > 0, shape[1] % groups == 0, weights[0] == shape[1] else {
            throw context.error("weights \(weights) do not fit the \(shape[1]) channels of the input in \(groups) groups")
        }
        batch = shape[0]
        inputChannels = shape[1]
        filtersPerGroup = weights[1]
        input = Array(shape[2...])
        kernel = Array(weights[2...])
        let rank = input.count
        let ones = Array(repeating: 1, count: rank), zeros = Array(repeating: 0, count: rank)
        strides = try context.optionalInts("strides") ?? ones
        dilations = try context.optionalInts("dilations") ?? ones
        let extra = try context.optionalInts("output_padding") ?? zeros
        guard strides.count == rank, dilations.count == rank, extra.count == rank,
            (strides + dilations).allSatisfy({ $0 > 0 && $0 < 1 << 24 }), extra.allSatisfy({ $0 >= 0 && $0 < 1 << 31 })
        else { throw context.error("strides, dilations and output_padding need \(rank) values each") }
        var pads = try context.optionalInts("pads") ?? zeros + zeros
        guard pads.count == 2 * rank, pads.allSatisfy({ $0.magnitude < 1 << 31 }) else {
            throw context.error("pads needs \(2 * rank) values")
        }
        let automatic = try context.string("auto_pad", "NOTSET")
        let wanted = try context.optionalInts("output_shape").map { Array($0.suffix(rank)) }
        if let wanted, wanted.count != rank { throw context.error("output_shape needs \(rank) values") }
        var extents: [Int] = []
        for axis in 0..<rank {
            let full = strides[axis] * (input[axis] - 1) + extra[axis] + (kernel[axis] - 1) * dilations[axis] + 1
            let target = wanted?[axis] ?? (automatic.hasPrefix("SAME") ? input[axis] * strides[axis] : nil)
            if let target {
                guard target >= 0, target < 1 << 31 else { throw context.error("output_shape \(target) is not a size") }
                let total = max(full - target, 0)
                pads[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2
                pads[rank + axis] = total - pads[axis]
                extents.append(target)
            } else {
                extents.append(max(full - pads[axis] - pads[rank + axis], 0))
            }
        }
        output = extents
        padBefore = Array(pads[..<rank])
    }

    var filters: Int { groups * filtersPerGroup }
    var outputShape: [Int] { [batch, filters] + output }
    var multiplyAccumulates: Int { batch * inputChannels * input.product * filtersPerGroup * kernel.product }

    /// For each kernel position and each input position, the output position it adds to; −1 outside.
    func targets() -> [[Int]] {
        let outputStrides = Broadcasting.strides(of: output)
        let positions = (0..<input.product).map { unravel($0, input) }
        return (0..<kernel.product).map { kernelIndex in
            let offset = unravel(kernelIndex, kernel)
            return positions.map { position in
                var index = 0
                for axis in input.indices {
                    let coordinate = position[axis] * strides[axis] + offset[axis] * dilations[axis] - padBefore[axis]
                    if coordinate < 0 || coordinate >= output[axis] { return -1 }
                    index += coordinate * outputStrides[axis]
                }
                return index
            }
        }
    }
}

/// ConvTranspose: every input element times the kernel, added where the kernel lies in the output.
struct ConvTransposeOperator: OperatorDefinition {
    let name = "ConvTranspose"
    let since = 1

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let shape = try TransposedConvolutionShape(context)
        if context.has(2), try context.shape(2) != [shape.filters] {
            throw context.error("the bias has shape \(try context.shape(2)), expected [\(shape.filters)]")
        }
        return [TensorType(try context.type(0).element, shape.outputShape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let shape = try TransposedConvolutionShape(context)
        let input = try context.tensor(0)
        let values = try context.reals(0), weights = try context.reals(1)
        let bias = context.optionalReals(2)
        let inputSize = shape.input.product, outputSize = shape.output.product, kernelSize = shape.kernel.product
        let channels = shape.inputChannels / shape.groups
        let targets = shape.targets()
        var result = Array(repeating: 0.0, count: shape.outputShape.product)
        // A product over the input channels for each kernel position, scattered.
        for image in 0..<shape.batch {
            for group in 0..<shape.groups {
                let source = (image * shape.inputChannels + group * channels) * inputSize
                for filter in 0..<shape.filtersPerGroup {
                    let base = (image * shape.filters + group * shape.filtersPerGroup + filter) * outputSize
                    for kernelIndex in 0..<kernelSize {
                        var sums = Array(repeating: 0.0, count: inputSize)
                        for channel in 0..<channels {
                            let row = (group * channels + channel) * shape.filtersPerGroup + filter
                            let weight = weights[row * kernelSize + kernelIndex]
                            let start = source + channel * inputSize
                            for position in 0..<inputSize { sums[position] += values[start + position] * weight }
                        }
                        for (position, target) in targets[kernelIndex].enumerated() where target >= 0 {
                            result[base + target] += sums[position]
                        }
                    }
                    if let bias {
                        let value = bias[group * shape.filtersPerGroup + filter]
                        for index in base..<(base + outputSize) { result[index] += value }
                    }
                }
            }
        }
        return [Tensor(input.element, shape.outputShape, doubles: result)]
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        try TransposedConvolutionShape(context).multiplyAccumulates
    }
}
