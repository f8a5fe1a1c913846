import NumberFormats

/// Shapes of NumPy's matmul: the last two axes are matrices, the others broadcast; vectors are promoted.
struct MatrixProductShape {
    let batch: [Int]
    let rows: Int
    let depth: Int
    let columns: Int
    let output: [Int]
    private let leftBatch: [Int]
    private let rightBatch: [Int]

    var multiplyAccumulates: Int { batch.product * rows * depth * columns }

    init(_ context: OperatorContext, _ a: [Int], _ b: [Int]) throws(GraphError) {
        guard !a.isEmpty, !b.isEmpty else { throw context.error("a scalar is not a matrix") }
        let left = a.count == 1 ? [1] + a : a
        let right = b.count == 1 ? b + [1] : b
        rows = left[left.count - 2]
        depth = left[left.count - 1]
        columns = right[right.count - 1]
        guard depth == right[right.count - 2] else {
            throw context.error("\(a) and \(b) do not multiply: \(depth) columns against \(right[right.count - 2]) rows")
        }
        leftBatch = Array(left.dropLast(2))
        rightBatch = Array(right.dropLast(2))
        batch = try context.broadcastShape([leftBatch, rightBatch])
        output = batch + (a.count == 1 ? [] : [rows]) + (b.count == 1 ? [] : [columns])
    }

    /// Index of the first element of the left operand of each product.
    var aOffsets: [Int] { offsets(leftBatch, rows * depth) }
    /// Index of the first element of the right operand of each product.
    var bOffsets: [Int] { offsets(rightBatch, depth * columns) }

    private func offsets(_ shape: [Int], _ size: Int) -> [Int] {
        Broadcasting.indices(shape: batch, strides: Broadcasting.strides(of: shape, broadcastTo: batch)).map { $0 * size }
    }

    /// The products of `a` and `b`, in row-major order.
    func multiply<T: AccumulatedNumber>(_ a: [T], _ b: [T]) -> [T] {
        let size = rows * columns
        let aOffsets = aOffsets, bOffsets = bOffsets
        var result = Array(repeating: T.additiveZero, count: aOffsets.count * size)
        for index in aOffsets.indices {
            accumulateProduct(
                rows: rows, depth: depth, columns: columns, a, from: aOffsets[index], b, from: bOffsets[index],
                into: &result, at: index * size, stride: columns)
        }
        return result
    }
}

/// MatMul: formats below fp32 are computed in fp32 and rounded once; integers wrap around.
struct MatMulOperator: OperatorDefinition {
    let name = "MatMul"
    let since = 1

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let element = try context.type(0).element
        guard try context.type(1).element == element else {
            throw context.error("inputs are \(element.rawValue) and \(try context.type(1).element.rawValue)")
        }
        return [TensorType(element, try MatrixProductShape(context, context.shape(0), context.shape(1)).output)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let a = try context.tensor(0), b = try context.tensor(1)
        let shape = try MatrixProductShape(context, a.shape, b.shape)
        switch a.element {
        case .fp64: return [Tensor(.fp64, shape.output, .double(shape.multiply(a.doubleValues, b.doubleValues)))]
        case .int32, .int64, .uint32, .uint64, .int8, .uint8, .int16, .uint16, .int4, .uint4, .int2, .uint2, .ternary:
            let product = shape.multiply(a.intValues.map { Int64($0) }, b.intValues.map { Int64($0) })
            return [Tensor(a.element, shape.output, integers: product.map { Int($0) })]
        default: return [Tensor(a.element, shape.output, floats: shape.multiply(a.floatValues, b.floatValues))]
        }
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        try MatrixProductShape(context, context.shape(0), context.shape(1)).multiplyAccumulates
    }
}

extension OperatorRegistry {
    static let matrixProducts: [any OperatorDefinition] = [
        MatMulOperator(),
        MatMulIntegerOperator(),
        QLinearMatMulOperator(),
        GemmOperator(),
        EinsumOperator(),
    ]
}
