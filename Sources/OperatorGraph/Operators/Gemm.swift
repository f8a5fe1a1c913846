import NumberFormats

/// Gemm: alpha · A′ · B′ + beta · C, where ′ is an optional transposition and C broadcasts to the product.
struct GemmOperator: OperatorDefinition {
    let name = "Gemm"
    let since = 7

    struct Shape {
        let rows: Int, depth: Int, columns: Int
        let transposesA: Bool, transposesB: Bool

        init(_ context: OperatorContext) throws(GraphError) {
            let a = try context.shape(0), b = try context.shape(1)
            guard a.count == 2, b.count == 2 else { throw context.error("takes matrices, not \(a) and \(b)") }
            transposesA = try context.flag("transA")
            transposesB = try context.flag("transB")
            rows = transposesA ? a[1] : a[0]
            depth = transposesA ? a[0] : a[1]
            columns = transposesB ? b[0] : b[1]
            guard depth == (transposesB ? b[1] : b[0]) else { throw context.error("\(a) and \(b) do not multiply") }
        }
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let shape = try Shape(context)
        let output = [shape.rows, shape.columns]
        if context.has(2) {
            guard try context.broadcastShape([output, context.shape(2)]) == output else {
                throw context.error("C of shape \(try context.shape(2)) does not broadcast to \(output)")
            }
        }
        return [TensorType(try context.type(0).element, output)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let shape = try Shape(context)
        let a = try context.tensor(0), b = try context.tensor(1)
        let output = [shape.rows, shape.columns]
        let alpha = try context.float("alpha", 1), beta = try context.float("beta", 1)
        let c = context.optionalTensor(2)
        if a.element == .fp64 {
            let product = multiply(a.doubleValues, b.doubleValues, shape).map { $0 * Double(alpha) }
            return [Tensor(.fp64, output, .double(sum(product, c?.doubleValues, c?.shape, output, Double(beta), *)))]
        }
        if a.element.isInteger {
            let product = multiply(a.intValues.map { Int64($0) }, b.intValues.map { Int64($0) }, shape)
            let scaled = alpha == 1 ? product : scaled(product, alpha)
            let addend = c?.intValues.map { Int64($0) }
            let total = sum(scaled, addend.map { beta == 1 ? $0 : self.scaled($0, beta) }, c?.shape, output, 1) { value, _ in value }
            return [Tensor(a.element, output, integers: total.map { Int($0) })]
        }
        let product = multiply(a.floatValues, b.floatValues, shape)
        let scaled = alpha == 1 ? product : product.map { $0 * alpha }
        return [Tensor(a.element, output, floats: sum(scaled, c?.floatValues, c?.shape, output, beta, *))]
    }

    private func multiply<T: AccumulatedNumber>(_ a: [T], _ b: [T], _ shape: Shape) -> [T] {
        var result = Array(repeating: T.additiveZero, count: shape.rows * shape.columns)
        accumulateProduct(
            rows: shape.rows, depth: shape.depth, columns: shape.columns,
            shape.transposesA ? transposed(a, rows: shape.depth, columns: shape.rows) : a, from: 0,
            shape.transposesB ? transposed(b, rows: shape.columns, columns: shape.depth) : b, from: 0,
            into: &result, at: 0, stride: shape.columns)
        return result
    }

    private func sum<T: AccumulatedNumber>(
        _ product: [T], _ c: [T]?, _ cShape: [Int]?, _ output: [Int], _ beta: T, _ scale: (T, T) -> T
    ) -> [T] {
        guard let c, let cShape else { return product }
        return broadcastMap(product, output, c, cShape, output) { $0.plus(scale($1, beta)) }
    }

    /// Integers times a real factor, truncated.
    private func scaled(_ values: [Int64], _ factor: Float) -> [Int64] {
        let products = Tensor(.int64, [values.count], doubles: values.map { Double($0) * Double(factor) })
        return products.intValues.map { Int64($0) }
    }

    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int {
        let shape = try Shape(context)
        return shape.rows * shape.depth * shape.columns
    }
}
