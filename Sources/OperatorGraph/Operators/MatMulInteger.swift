import NumberFormats

/// Integers less zero points that belong to the rows (second to last axis) or the columns (last axis).
private func centredMatrix(
    _ context: OperatorContext, _ tensor: Tensor, zero: Tensor?, alongRows: Bool
) throws(GraphError) -> [Int32] {
    let values = tensor.int32Values
    guard let zero, zero.intValues.contains(where: { $0 != 0 }) else { return values }
    let zeros = zero.int32Values
    if zeros.count == 1 { return values.map { $0 &- zeros[0] } }
    let rank = tensor.shape.count
    let columns = tensor.shape.last ?? 1
    if zero.shape.count == 1 {
        let extent = alongRows ? (rank > 1 ? tensor.shape[rank - 2] : 1) : columns
        guard zeros.count == extent else {
            throw context.error("\(zeros.count) zero points do not fit \(tensor.shape)")
        }
        return values.indices.map { values[$0] &- zeros[alongRows ? $0 / columns % extent : $0 % columns] }
    }
    guard Broadcasting.shape(of: [tensor.shape, zero.shape]) == tensor.shape else {
        throw context.error("zero points \(zero.shape) do not fit \(tensor.shape)")
    }
    let spread = zero.broadcast(to: tensor.shape).int32Values
    return values.indices.map { values[$0] &- spread[$0] }
}

/// MatMulInteger: a product of 8-bit integer matrices less their zero points, summed exactly in int32 (wrapping around).
struct MatMulIntegerOperator: OperatorDefinition {
    let name = "MatMulInteger"
    let since = 10

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        for index in 0..<2 {
            guard try context.type(index).element.isInteger else {
                throw context.error("input \(index) is \(try context.type(index).element.rawValue), expected integers")
            }
        }
        return [TensorType(.int32, try MatrixProductShape(context, context.shape(0), context.shape(1)).output)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let a = try context.tensor(0), b = try context.tensor(1)
        let shape = try MatrixProductShape(context, a.shape, b.shape)
        let product = shape.multiply(
            try centredMatrix(context, a, zero: context.optionalTensor(2), alongRows: true),
            try centredMatrix(context, b, zero: context.optionalTensor(3), alongRows: false))
        return [Tensor(.int32, shape.output, .int32(product))]
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        try MatrixProductShape(context, context.shape(0), context.shape(1)).multiplyAccumulates
    }
}

/// QLinearMatMul: MatMulInteger, requantised to the output's scale and zero point.
struct QLinearMatMulOperator: OperatorDefinition {
    let name = "QLinearMatMul"
    let since = 10

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.type(7).element, try MatrixProductShape(context, context.shape(0), context.shape(3)).output)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let a = try context.tensor(0), b = try context.tensor(3)
        let shape = try MatrixProductShape(context, a.shape, b.shape)
        let sums = shape.multiply(
            try centredMatrix(context, a, zero: context.tensor(2), alongRows: true),
            try centredMatrix(context, b, zero: context.tensor(5), alongRows: false))
        let element = try context.type(7).element
        let aScales = try context.tensor(1).floatValues, bScales = try context.tensor(4).floatValues
        let scales = try context.tensor(6).floatValues, zeros = try context.tensor(7).intValues
        guard [1, shape.rows].contains(aScales.count), [1, shape.columns].contains(bScales.count),
            [1, shape.rows].contains(scales.count), zeros.count == scales.count
        else { throw context.error("scales and zero points do not fit") }
        let result = sums.indices.map { index -> Int in
            let row = index / shape.columns % shape.rows, column = index % shape.columns
            let factor = aScales[aScales.count == 1 ? 0 : row] * bScales[bScales.count == 1 ? 0 : column]
            let parameter = scales.count == 1 ? 0 : row
            return quantized(Float(sums[index]) * factor / scales[parameter], zero: zeros[parameter], to: element)
        }
        return [Tensor(element, shape.output, integers: result)]
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        try MatrixProductShape(context, context.shape(0), context.shape(3)).multiplyAccumulates
    }
}
