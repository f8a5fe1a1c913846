import NumberFormats

/// Concat along one axis.
struct ConcatOperator: OperatorDefinition {
    let name = "Concat"
    let since = 4

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        var result = try context.type(0)
        let axis = try context.axis(context.requiredInt("axis"), rank: result.shape.count)
        guard !result.shape.isEmpty else { throw context.error("a scalar has no axis to concatenate along") }
        for index in 1..<max(context.types.count, 1) {
            let next = try context.type(index)
            var expected = result.shape
            guard next.shape.count == expected.count else { throw context.error("\(next.text) does not follow \(result.text)") }
            expected[axis] = next.shape[axis]
            guard next.element == result.element, next.shape == expected else {
                throw context.error("\(next.text) does not follow \(result.text) along axis \(axis)")
            }
            result.shape[axis] += next.shape[axis]
        }
        return [result]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        guard let type = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let axis = try context.axis(context.requiredInt("axis"), rank: type.shape.count)
        let outer = type.shape[..<axis].product
        var all = try context.tensor(0)
        var sizes = [all.count / max(outer, 1)]
        for index in 1..<max(context.tensors.count, 1) {
            let next = try context.tensor(index)
            sizes.append(next.count / max(outer, 1))
            guard let joined = all.appending(next, shape: [all.count + next.count]) else {
                throw context.error("inputs differ in format")
            }
            all = joined
        }
        var starts: [Int] = [], start = 0
        for size in sizes {
            starts.append(start)
            start += size * outer
        }
        var indices: [Int] = []
        indices.reserveCapacity(type.count)
        for o in 0..<outer {
            for (index, size) in sizes.enumerated() {
                let first = starts[index] + o * size
                indices.append(contentsOf: first..<(first + size))
            }
        }
        return [all.gathered(indices, shape: type.shape)]
    }
}
