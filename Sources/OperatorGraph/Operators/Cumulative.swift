import NumberFormats

/// CumSum and CumProd along one axis, optionally exclusive or from the end.
struct CumulativeOperator: OperatorDefinition {
    let name: String
    let since: Int
    let isProduct: Bool

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] { [try context.type(0)] }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        guard let given = try context.tensor(1).intValues.first else { throw context.error("axis is missing") }
        let view = AxisView(input.shape, axis: try context.axis(given, rank: input.shape.count))
        let isExclusive = try context.flag("exclusive"), isReverse = try context.flag("reverse")
        func accumulate<T>(_ values: [T], _ start: T, _ step: (T, T) -> T) -> [T] {
            var result = values
            for o in 0..<view.outer {
                for i in 0..<view.inner {
                    var total = start
                    for k in 0..<view.extent {
                        let position = isReverse ? view.extent - 1 - k : k
                        let index = view.start(o, i) + position * view.inner
                        let next = step(total, values[index])
                        result[index] = isExclusive ? total : next
                        total = next
                    }
                }
            }
            return result
        }
        if input.element.isFloatingPoint {
            let values = isProduct
                ? accumulate(input.doubleValues, 1, *) : accumulate(input.doubleValues, 0, +)
            return [Tensor(input.element, input.shape, doubles: values)]
        }
        let values = isProduct ? accumulate(input.intValues, 1, &*) : accumulate(input.intValues, 0, &+)
        return [Tensor(input.element, input.shape, integers: values)]
    }
}

extension OperatorRegistry {
    static let ordering: [any OperatorDefinition] = [
        CumulativeOperator(name: "CumSum", since: 11, isProduct: false),
        CumulativeOperator(name: "CumProd", since: 26, isProduct: true),
        TopKOperator(),
        UniqueOperator(),
    ]
}
