import NumberFormats

/// Slice: starts, ends, axes and steps as in Python; attributes before opset 10, inputs since.
struct SliceOperator: OperatorDefinition {
    let name = "Slice"
    let since = 1

    /// For each axis: first position, step and count.
    private func lines(_ context: OperatorContext) throws(GraphError) -> [(start: Int, step: Int, count: Int)] {
        let shape = try context.shape(0)
        let starts: [Int], ends: [Int]
        var axes: [Int]?, steps: [Int]?
        if context.node.version < 10 {
            starts = try context.optionalInts("starts") ?? []
            ends = try context.optionalInts("ends") ?? []
            axes = try context.optionalInts("axes")
        } else {
            starts = try context.tensor(1).intValues
            ends = try context.tensor(2).intValues
            axes = try context.optionalIntegers(3)
            steps = try context.optionalIntegers(4)
        }
        let named = try context.axes(axes ?? Array(starts.indices), rank: shape.count)
        let strides = steps ?? Array(repeating: 1, count: starts.count)
        guard starts.count == ends.count, named.count == starts.count, strides.count == starts.count else {
            throw context.error("starts, ends, axes and steps differ in length")
        }
        var lines = shape.map { (start: 0, step: 1, count: $0) }
        for (index, axis) in named.enumerated() {
            let extent = shape[axis], step = strides[index]
            guard step != 0, step > .min else { throw context.error("a step of \(step) goes nowhere") }
            let low = step > 0 ? 0 : -1, high = step > 0 ? extent : extent - 1
            func clamped(_ position: Int) -> Int {
                min(max(position < 0 ? position + extent : position, low), high)
            }
            let start = clamped(starts[index]), end = clamped(ends[index])
            let distance = step > 0 ? end - start : start - end
            let count = distance <= 0 ? 0 : (distance - 1) / abs(step) + 1
            // A step that is never taken may be too large to add.
            lines[axis] = (start, count > 1 ? step : 1, count)
        }
        return lines
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.type(0).element, try lines(context).map(\.count))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let lines = try lines(context)
        let strides = Broadcasting.strides(of: input.shape)
        let shape = lines.map(\.count)
        var offset = 0
        for (axis, line) in lines.enumerated() { offset += line.start * strides[axis] }
        let steps = lines.indices.map { lines[$0].step * strides[$0] }
        return [input.gathered(Broadcasting.indices(shape: shape, strides: steps, offset: offset), shape: shape)]
    }
}
