import NumberFormats

/// How scales and zero points lie on a tensor: one for all, one for each index of an axis, or one for each block of an axis.
struct QuantizationLayout {
    /// For each element of the tensor, which scale applies.
    let parameterIndices: [Int]

    init(_ context: OperatorContext, shape: [Int], scale: [Int]) throws(GraphError) {
        if scale.product == 1 && scale.count <= 1 {
            parameterIndices = Array(repeating: 0, count: shape.product)
            return
        }
        let axis = try context.axis(context.int("axis", 1), rank: shape.count)
        let block = try context.int("block_size", 0)
        guard block >= 0, block < 1 << 31 else { throw context.error("block_size \(block) is not a size") }
        if block == 0 && scale.count == 1 {
            guard scale[0] == shape[axis] else {
                throw context.error("\(scale[0]) scales do not fit axis \(axis) of \(shape)")
            }
            var strides = Array(repeating: 0, count: shape.count)
            strides[axis] = 1
            parameterIndices = Broadcasting.indices(shape: shape, strides: strides)
            return
        }
        var expected = shape
        let blockSize = block > 0 ? block : (shape[axis] + max(scale[min(axis, scale.count - 1)], 1) - 1) / max(scale[min(axis, scale.count - 1)], 1)
        guard blockSize > 0, scale.count == shape.count else {
            throw context.error("scales \(scale) do not fit \(shape)")
        }
        expected[axis] = (shape[axis] + blockSize - 1) / blockSize
        guard scale == expected else { throw context.error("scales \(scale) do not fit \(shape) in blocks of \(blockSize) along axis \(axis)") }
        let strides = Broadcasting.strides(of: scale)
        let view = AxisView(shape, axis: axis)
        let scaleExtent = scale[axis]
        var indices: [Int] = []
        indices.reserveCapacity(shape.product)
        for o in 0..<view.outer {
            for k in 0..<view.extent {
                let start = (o * scaleExtent + k / blockSize) * strides[axis]
                indices.append(contentsOf: start..<(start + view.inner))
            }
        }
        parameterIndices = indices
    }
}

/// True where a zero point belongs to each scale; one of each may be a scalar or a list of one.
private func sameParameters(_ scale: [Int], _ zero: [Int]) -> Bool {
    scale == zero || (scale.allSatisfy { $0 == 1 } && zero.allSatisfy { $0 == 1 })
}

/// QuantizeLinear: saturate(round(x / scale) + zero point); fp8 and fp4 results are x / scale rounded to the format.
struct QuantizeLinearOperator: OperatorDefinition {
    let name = "QuantizeLinear"
    let since = 10

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.type(0)
        var target = ElementType.uint8
        if context.has(2) {
            target = try context.type(2).element
            guard try sameParameters(context.shape(1), context.shape(2)) else { throw context.error("scale and zero point differ in shape") }
        } else {
            let number = try context.int("output_dtype", 0)
            if number != 0 { target = try context.element(ofDataType: number) }
        }
        guard input.element.isFloatingPoint || input.element == .int32 else { throw context.error("does not quantise \(input.element.rawValue)") }
        guard target != .bool, target.bits <= 16 else {
            throw context.error("does not quantise to \(target.rawValue)")
        }
        return [TensorType(target, input.shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let scales = try context.tensor(1)
        let layout = try QuantizationLayout(context, shape: input.shape, scale: scales.shape)
        let precision = try context.int("precision", 0)
        let values = quotients(
            input.floatValues, scales.floatValues, layout,
            precision == 0 ? scales.element : try context.element(ofDataType: precision))
        if output.element.isFloatingPoint {
            let saturates = try context.flag("saturate", true)
            return [
                Tensor(
                    output.element, output.shape,
                    .float(values.map { output.element.rounded($0, saturating: saturates) }))
            ]
        }
        let zeros = try context.optionalIntegers(2)
        var result: [Int] = []
        result.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            let zero = zeros.map { $0[layout.parameterIndices[index]] } ?? 0
            result.append(quantized(value, zero: zero, to: output.element))
        }
        return [Tensor(output.element, output.shape, integers: result)]
    }

    private func quotients(
        _ values: [Float], _ scales: [Float], _ layout: QuantizationLayout, _ precision: ElementType
    ) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(values.count)
        for index in values.indices {
            result.append(precision.rounded(values[index] / scales[layout.parameterIndices[index]]))
        }
        return result
    }
}

/// saturate(round(value) + zero point), half to even.
func quantized(_ value: Float, zero: Int, to element: ElementType) -> Int {
    if value.isNaN { return Int(element.saturated(Int64(zero))) }
    let nearest = value.rounded(.toNearestOrEven)
    let clamped = min(max(nearest, -0x1p40), 0x1p40)
    return Int(element.saturated(Int64(clamped) + Int64(zero)))
}

/// DequantizeLinear: (x − zero point) · scale in the scale's format.
struct DequantizeLinearOperator: OperatorDefinition {
    let name = "DequantizeLinear"
    let since = 10

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let scale = try context.type(1)
        guard scale.element.isFloatingPoint else { throw context.error("the scale is \(scale.element.rawValue)") }
        let quantized = try context.type(0).element
        guard quantized != .bool, quantized.isInteger ? quantized.bits <= 32 : quantized.bits <= 8 else {
            throw context.error("does not dequantise \(quantized.rawValue)")
        }
        if context.has(2) {
            guard try sameParameters(scale.shape, context.shape(2)), try context.type(2).element == context.type(0).element else {
                throw context.error("zero point \(try context.type(2).text) does not fit \(try context.type(0).text)")
            }
        }
        let number = try context.int("output_dtype", 0)
        let element = number == 0 ? scale.element : try context.element(ofDataType: number)
        return [TensorType(element, try context.shape(0))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0), scales = try context.tensor(1)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let layout = try QuantizationLayout(context, shape: input.shape, scale: scales.shape)
        let factors = scales.floatValues
        var result: [Float] = []
        result.reserveCapacity(input.count)
        if input.element.isFloatingPoint {
            let values = input.floatValues
            for index in values.indices { result.append(values[index] * factors[layout.parameterIndices[index]]) }
        } else {
            let values = input.intValues
            let zeros = try context.optionalIntegers(2) ?? Array(repeating: 0, count: factors.count)
            for index in values.indices {
                let parameter = layout.parameterIndices[index]
                result.append(Float(values[index] - zeros[parameter]) * factors[parameter])
            }
        }
        return [Tensor(output.element, output.shape, floats: result)]
    }
}

/// DynamicQuantizeLinear: uint8 over the range of the values (which is made to contain 0), with its scale and zero point.
struct DynamicQuantizeLinearOperator: OperatorDefinition {
    let name = "DynamicQuantizeLinear"
    let since = 11

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(.uint8, try context.realType(0).shape), TensorType(.fp32, []), TensorType(.uint8, [])]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let values = input.floatValues
        let low = min(0, values.min() ?? 0), high = max(0, values.max() ?? 0)
        let scale = high == low ? 1 : (high - low) / 255
        let zero = quantized((0 - low) / scale, zero: 0, to: .uint8)
        let result = values.map { quantized($0 / scale, zero: zero, to: .uint8) }
        return [
            Tensor(.uint8, input.shape, integers: result), Tensor(.fp32, [], .float([scale])),
            Tensor(.uint8, [], integers: [zero]),
        ]
    }
}

extension OperatorRegistry {
    static let quantization: [any OperatorDefinition] = [
        QuantizeLinearOperator(), DequantizeLinearOperator(), DynamicQuantizeLinearOperator(),
    ]
}
