import NumberFormats

/// Shape: the extents (from `start` to `end` since opset 15) as int64.
struct ShapeOperator: OperatorDefinition {
    let name = "Shape"
    let since = 1

    private func extents(_ context: OperatorContext) throws(GraphError) -> [Int] {
        let shape = try context.shape(0)
        func clamped(_ position: Int) -> Int { min(max(position < 0 ? position + shape.count : position, 0), shape.count) }
        let start = clamped(try context.int("start", 0)), end = clamped(try context.int("end", shape.count))
        return start < end ? Array(shape[start..<end]) : []
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(.int64, [try extents(context).count])]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let extents = try extents(context)
        return [Tensor(.int64, [extents.count], integers: extents)]
    }
}

/// Size: the number of elements as an int64 scalar.
struct SizeOperator: OperatorDefinition {
    let name = "Size"
    let since = 1

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        _ = try context.type(0)
        return [TensorType(.int64, [])]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        [Tensor(.int64, [], integers: [try context.type(0).count])]
    }
}

/// NonZero: the coordinates of the elements that are not zero, one column each.
struct NonZeroOperator: OperatorDefinition {
    let name = "NonZero"
    let since = 9

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.tensor(0)
        return [TensorType(.int64, [input.shape.count, input.boolValues.count { $0 }])]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let hits = input.boolValues.indices.filter { input.boolValues[$0] }
        let coordinates = hits.map { unravel($0, input.shape) }
        var values: [Int] = []
        for axis in input.shape.indices { values += coordinates.map { $0[axis] } }
        return [Tensor(.int64, [input.shape.count, hits.count], integers: values)]
    }
}

/// Compress: the slices along an axis (or elements of the flattened tensor) whose condition holds.
struct CompressOperator: OperatorDefinition {
    let name = "Compress"
    let since = 9

    private func plan(_ context: OperatorContext) throws(GraphError) -> (shape: [Int], view: AxisView, kept: [Int]) {
        let shape = try context.shape(0)
        let flat: [Int], axis: Int
        if let given = try context.optionalInt("axis") {
            flat = shape
            axis = try context.axis(given, rank: shape.count)
        } else {
            flat = [shape.product]
            axis = 0
        }
        guard !flat.isEmpty else { throw context.error("a scalar has no axis") }
        let condition = try context.tensor(1).boolValues
        let kept = condition.indices.filter { condition[$0] && $0 < flat[axis] }
        var target = flat
        target[axis] = kept.count
        return (target, AxisView(flat, axis: axis), kept)
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.type(0).element, try plan(context).shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let plan = try plan(context)
        var indices: [Int] = []
        for o in 0..<plan.view.outer {
            for k in plan.kept {
                let start = (o * plan.view.extent + k) * plan.view.inner
                indices.append(contentsOf: start..<(start + plan.view.inner))
            }
        }
        return [try context.tensor(0).gathered(indices, shape: plan.shape)]
    }
}

extension OperatorRegistry {
    static let queries: [any OperatorDefinition] = [ShapeOperator(), SizeOperator(), NonZeroOperator(), CompressOperator()]
}
