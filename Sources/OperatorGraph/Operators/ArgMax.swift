import NumberFormats

/// ArgMax and ArgMin: the index along one axis of the extreme value, the first (or last) of equal ones.
struct ArgumentOperator: OperatorDefinition {
    let name: String
    let since = 1
    let isMaximum: Bool

    init(_ name: String, isMaximum: Bool) {
        self.name = name
        self.isMaximum = isMaximum
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        var shape = try context.shape(0)
        let axis = try context.axis(context.int("axis", 0), rank: shape.count)
        guard !shape.isEmpty, shape[axis] > 0 else { throw context.error("axis \(axis) of shape \(shape) has no elements") }
        if try context.flag("keepdims", true) { shape[axis] = 1 } else { shape.remove(at: axis) }
        return [TensorType(.int64, shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let axis = try context.axis(context.int("axis", 0), rank: input.shape.count)
        let takesLast = try context.flag("select_last_index")
        let view = AxisView(input.shape, axis: axis)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let indices = input.element.isFloatingPoint
            ? best(input.doubleValues, view, takesLast) : best(input.intValues, view, takesLast)
        return [Tensor(.int64, output.shape, .int64(indices))]
    }

    private func best<T: Comparable>(_ values: [T], _ view: AxisView, _ takesLast: Bool) -> [Int64] {
        var result: [Int64] = []
        result.reserveCapacity(view.outer * view.inner)
        for o in 0..<view.outer {
            for i in 0..<view.inner {
                let start = view.start(o, i)
                var winner = 0
                for k in 1..<max(view.extent, 1) {
                    let (a, b) = (values[start + k * view.inner], values[start + winner * view.inner])
                    if (isMaximum ? a > b : a < b) || (takesLast && a == b) { winner = k }
                }
                result.append(Int64(winner))
            }
        }
        return result
    }
}
