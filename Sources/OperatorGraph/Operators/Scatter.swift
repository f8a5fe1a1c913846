import NumberFormats

/// Writes `updates` to elements of a tensor: replaced, or combined as the attribute `reduction` says.
private func scatter(
    _ context: OperatorContext, _ data: Tensor, _ targets: [Int], _ updates: Tensor
) throws(GraphError) -> Tensor {
    guard targets.count == updates.count, data.element == updates.element else {
        throw context.error("updates \(updates.type.text) do not fit \(data.type.text)")
    }
    let reduction = try context.string("reduction", "none")
    if reduction == "none" {
        guard let result = data.replacing(targets, with: updates) else { throw context.error("updates differ in format") }
        return result
    }
    guard ["add", "mul", "max", "min"].contains(reduction) else {
        throw context.error("reduction \"\(reduction)\" is not known", suggestion: "use none, add, mul, max or min")
    }
    if data.element.isFloatingPoint {
        var values = data.doubleValues
        let news = updates.doubleValues
        for (index, target) in targets.enumerated() {
            switch reduction {
            case "add": values[target] += news[index]
            case "mul": values[target] *= news[index]
            case "max": values[target] = MaximumFunction.real(values[target], news[index])
            default: values[target] = MinimumFunction.real(values[target], news[index])
            }
        }
        return Tensor(data.element, data.shape, doubles: values)
    }
    var values = data.intValues
    let news = updates.intValues
    for (index, target) in targets.enumerated() {
        switch reduction {
        case "add": values[target] = values[target] &+ news[index]
        case "mul": values[target] = values[target] &* news[index]
        case "max": values[target] = max(values[target], news[index])
        default: values[target] = min(values[target], news[index])
        }
    }
    return Tensor(data.element, data.shape, integers: values)
}

/// ScatterElements (and Scatter, its name before opset 11): single elements written at an index along one axis.
struct ScatterElementsOperator: OperatorDefinition {
    let name: String
    let since: Int
    let until: Int?

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let data = try context.type(0), indices = try context.shape(1)
        guard indices.count == data.shape.count, try context.shape(2) == indices else {
            throw context.error("indices \(indices) and updates \(try context.shape(2)) do not fit \(data.shape)")
        }
        return [data]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let data = try context.tensor(0), indices = try context.tensor(1)
        let axis = try context.axis(context.int("axis", 0), rank: data.shape.count)
        guard indices.shape.indices.allSatisfy({ $0 == axis || indices.shape[$0] <= data.shape[$0] }) else {
            throw context.error("indices \(indices.shape) do not fit \(data.shape)")
        }
        let targets = try elementTargets(context, data.shape, indices, axis: axis)
        return [try scatter(context, data, targets, context.tensor(2))]
    }
}

/// ScatterND: slices written where index tuples say.
struct ScatterNDOperator: OperatorDefinition {
    let name = "ScatterND"
    let since = 11

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let data = try context.type(0), indices = try context.shape(1), updates = try context.shape(2)
        guard let width = indices.last, width >= 0, width <= data.shape.count,
            updates == Array(indices.dropLast()) + Array(data.shape[width...])
        else { throw context.error("indices \(indices) and updates \(updates) do not fit \(data.shape)") }
        return [data]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let data = try context.tensor(0), indices = try context.tensor(1)
        let width = indices.shape.last ?? 0
        let size = data.shape[width...].product
        var targets: [Int] = []
        for start in try tupleTargets(context, data.shape, indices) {
            targets.append(contentsOf: start..<(start + size))
        }
        return [try scatter(context, data, targets, context.tensor(2))]
    }
}

/// TensorScatter: a run of positions along one axis written from each sample's write index on (a key/value cache).
struct TensorScatterOperator: OperatorDefinition {
    let name = "TensorScatter"
    let since = 24

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let cache = try context.type(0), update = try context.type(1)
        let axis = try context.axis(context.int("axis", -2), rank: cache.shape.count)
        guard axis > 0, update.element == cache.element, update.shape.count == cache.shape.count,
            update.shape.indices.allSatisfy({ $0 == axis ? update.shape[$0] <= cache.shape[$0] : update.shape[$0] == cache.shape[$0] })
        else { throw context.error("update \(update.text) does not fit cache \(cache.text) along axis \(axis)") }
        return [cache]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let cache = try context.tensor(0), update = try context.tensor(1)
        let axis = try context.axis(context.int("axis", -2), rank: cache.shape.count)
        let samples = cache.shape[0]
        let starts = try context.optionalIntegers(2) ?? Array(repeating: 0, count: samples)
        let isCircular = try context.string("mode", "linear") == "circular"
        guard starts.count == samples else { throw context.error("write_indices has \(starts.count) values, expected \(samples)") }
        let view = AxisView(update.shape, axis: axis)
        let extent = cache.shape[axis]
        var targets: [Int] = []
        targets.reserveCapacity(update.count)
        for o in 0..<view.outer {
            let start = starts[o / (view.outer / samples)]
            guard start >= 0, isCircular || start <= extent - view.extent else {
                throw context.error("write index \(start) leaves the cache of \(extent) positions")
            }
            for k in 0..<view.extent {
                let first = (o * extent + (start % max(extent, 1) + k) % extent) * view.inner
                targets.append(contentsOf: first..<(first + view.inner))
            }
        }
        return [cache.replacing(targets, with: update)]
    }
}
