import NumberFormats

/// TopK along one axis: values and indices, of equal values the lower index first.
struct TopKOperator: OperatorDefinition {
    let name = "TopK"
    let since = 1

    private func count(_ context: OperatorContext) throws(GraphError) -> Int {
        if context.node.version < 10 { return try context.requiredInt("k") }
        guard let count = try context.tensor(1).intValues.first else { throw context.error("k is missing") }
        return count
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        var type = try context.type(0)
        let axis = try context.axis(context.int("axis", -1), rank: type.shape.count)
        let count = try count(context)
        guard !type.shape.isEmpty, count >= 0, count <= type.shape[axis] else {
            throw context.error("k of \(count) is more than axis \(axis) of \(type.shape) has")
        }
        type.shape[axis] = count
        return [type, TensorType(.int64, type.shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let axis = try context.axis(context.int("axis", -1), rank: input.shape.count)
        let isLargest = try context.flag("largest", true)
        let view = AxisView(input.shape, axis: axis)
        let count = output.shape[axis]
        let winners = input.element.isFloatingPoint
            ? best(input.doubleValues, view, count, isLargest) : best(input.intValues, view, count, isLargest)
        var sources = Array(repeating: 0, count: output.count), positions = sources
        for o in 0..<view.outer {
            for i in 0..<view.inner {
                for k in 0..<count {
                    let winner = winners[(o * view.inner + i) * count + k]
                    let target = (o * count + k) * view.inner + i
                    positions[target] = winner
                    sources[target] = view.start(o, i) + winner * view.inner
                }
            }
        }
        return [input.gathered(sources, shape: output.shape), Tensor(.int64, output.shape, integers: positions)]
    }

    private func best<T: Comparable>(_ values: [T], _ view: AxisView, _ count: Int, _ isLargest: Bool) -> [Int] {
        var result: [Int] = []
        for o in 0..<view.outer {
            for i in 0..<view.inner {
                let start = view.start(o, i)
                let order = (0..<view.extent).sorted { a, b in
                    let (x, y) = (values[start + a * view.inner], values[start + b * view.inner])
                    return x == y ? a < b : isLargest ? x > y : x < y
                }
                result += order.prefix(count)
            }
        }
        return result
    }
}
