import NumberFormats

/// Det: determinants of square matrices, by elimination with pivots in binary64.
struct DeterminantOperator: OperatorDefinition {
    let name = "Det"
    let since = 11

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.realType(0)
        let rank = input.shape.count
        guard rank >= 2, input.shape[rank - 1] == input.shape[rank - 2] else {
            throw context.error("\(input.shape) is not a square matrix")
        }
        return [TensorType(input.element, Array(input.shape.dropLast(2)))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let size = input.shape[input.shape.count - 1]
        let values = input.doubleValues
        let shape = Array(input.shape.dropLast(2))
        let results = (0..<shape.product).map { index in
            determinant(Array(values[(index * size * size)..<((index + 1) * size * size)]), size)
        }
        return [Tensor(input.element, shape, doubles: results)]
    }

    private func determinant(_ matrix: [Double], _ size: Int) -> Double {
        var rows = matrix
        var result = 1.0
        for column in 0..<size {
            var pivot = column
            for row in column..<size where abs(rows[row * size + column]) > abs(rows[pivot * size + column]) { pivot = row }
            let value = rows[pivot * size + column]
            if value == 0 { return 0 }
            if pivot != column {
                for k in 0..<size { rows.swapAt(pivot * size + k, column * size + k) }
                result = -result
            }
            result *= value
            for row in (column + 1)..<max(size, column + 1) {
                let factor = rows[row * size + column] / value
                for k in column..<size { rows[row * size + k] -= factor * rows[column * size + k] }
            }
        }
        return result
    }
}
