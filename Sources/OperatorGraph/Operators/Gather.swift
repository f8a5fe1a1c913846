import NumberFormats

extension OperatorContext {
    /// An index into an axis of `extent`, counted from the end when negative.
    func index(_ index: Int, extent: Int) throws(GraphError) -> Int {
        guard index >= -extent, index < extent else { throw error("index \(index) is outside an axis of \(extent)") }
        return index < 0 ? index + extent : index
    }
}

/// Gather: whole slices along one axis by index.
struct GatherOperator: OperatorDefinition {
    let name = "Gather"
    let since = 1

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let data = try context.type(0), indices = try context.shape(1)
        guard !data.shape.isEmpty else { throw context.error("a scalar has no axis to gather along") }
        let axis = try context.axis(context.int("axis", 0), rank: data.shape.count)
        return [TensorType(data.element, Array(data.shape[..<axis]) + indices + Array(data.shape[(axis + 1)...]))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let data = try context.tensor(0), indices = try context.tensor(1).intValues
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let view = AxisView(data.shape, axis: try context.axis(context.int("axis", 0), rank: data.shape.count))
        var resolved: [Int] = []
        for index in indices { resolved.append(try context.index(index, extent: view.extent)) }
        var sources: [Int] = []
        sources.reserveCapacity(output.count)
        for o in 0..<view.outer {
            for index in resolved {
                let start = (o * view.extent + index) * view.inner
                sources.append(contentsOf: start..<(start + view.inner))
            }
        }
        return [data.gathered(sources, shape: output.shape)]
    }
}

/// GatherElements: single elements, each with its own index along one axis.
struct GatherElementsOperator: OperatorDefinition {
    let name = "GatherElements"
    let since = 11

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let data = try context.type(0), indices = try context.shape(1)
        let axis = try context.axis(context.int("axis", 0), rank: data.shape.count)
        guard indices.count == data.shape.count,
            indices.indices.allSatisfy({ $0 == axis || indices[$0] <= data.shape[$0] })
        else { throw context.error("indices \(indices) do not fit \(data.shape)") }
        return [TensorType(data.element, indices)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let data = try context.tensor(0), indices = try context.tensor(1)
        let targets = try elementTargets(context, data.shape, indices, axis: context.int("axis", 0))
        return [data.gathered(targets, shape: indices.shape)]
    }
}

/// For each element of `indices`, the element of a tensor of `shape` at the same position but for the index along `axis`.
func elementTargets(
    _ context: OperatorContext, _ shape: [Int], _ indices: Tensor, axis: Int
) throws(GraphError) -> [Int] {
    let axis = try context.axis(axis, rank: shape.count)
    let strides = Broadcasting.strides(of: shape)
    var others = strides
    if !others.isEmpty { others[axis] = 0 }
    var targets = Broadcasting.indices(shape: indices.shape, strides: others)
    for (position, index) in indices.intValues.enumerated() {
        targets[position] += try context.index(index, extent: shape[axis]) * strides[axis]
    }
    return targets
}

/// GatherND: slices by index tuples in the last axis of the indices.
struct GatherNDOperator: OperatorDefinition {
    let name = "GatherND"
    let since = 11

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let data = try context.type(0), indices = try context.shape(1)
        let batch = try context.int("batch_dims", 0)
        guard let width = indices.last, batch >= 0, batch < indices.count, batch + width <= data.shape.count,
            data.shape[..<batch] == indices[..<batch]
        else { throw context.error("indices \(indices) do not fit \(data.shape) with \(batch) batch dimensions") }
        return [TensorType(data.element, Array(indices.dropLast()) + Array(data.shape[(batch + width)...]))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let data = try context.tensor(0), indices = try context.tensor(1)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let batch = try context.int("batch_dims", 0)
        let width = indices.shape[indices.shape.count - 1]
        let starts = try tupleTargets(context, data.shape, indices, batch: batch)
        let size = data.shape[(batch + width)...].product
        var sources: [Int] = []
        sources.reserveCapacity(output.count)
        for start in starts { sources.append(contentsOf: start..<(start + size)) }
        return [data.gathered(sources, shape: output.shape)]
    }
}

/// The first element of the slice that each index tuple (the last axis of `indices`) names.
func tupleTargets(
    _ context: OperatorContext, _ shape: [Int], _ indices: Tensor, batch: Int = 0
) throws(GraphError) -> [Int] {
    let width = indices.shape[indices.shape.count - 1]
    let strides = Broadcasting.strides(of: shape)
    let values = indices.intValues
    let tuples = indices.shape.dropLast().product
    let tuplesPerBatch = tuples / max(shape[..<batch].product, 1)
    let batchSize = shape[batch...].product
    var targets: [Int] = []
    targets.reserveCapacity(tuples)
    for tuple in 0..<tuples {
        var target = batch == 0 ? 0 : tuple / tuplesPerBatch * batchSize
        for position in 0..<width {
            let axis = batch + position
            target += try context.index(values[tuple * width + position], extent: shape[axis]) * strides[axis]
        }
        targets.append(target)
    }
    return targets
}

extension OperatorRegistry {
    static let gathering: [any OperatorDefinition] = [
        GatherOperator(),
        GatherElementsOperator(),
        GatherNDOperator(),
        ScatterElementsOperator(name: "ScatterElements", since: 11, until: nil),
        ScatterElementsOperator(name: "Scatter", since: 9, until: 11),
        ScatterNDOperator(),
        TensorScatterOperator(),
    ]
}
