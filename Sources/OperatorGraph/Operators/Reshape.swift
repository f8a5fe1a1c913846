import NumberFormats

/// An operator that keeps the values and their order and changes only the shape.
struct ReshapingOperator: OperatorDefinition {
    let name: String
    let since: Int
    let shape: @Sendable (OperatorContext) throws(GraphError) -> [Int]

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.type(0)
        let target = try shape(context)
        guard target.checkedProduct == input.count else {
            throw context.error("\(input.shape) has \(input.count) elements, \(target) does not")
        }
        return [TensorType(input.element, target)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        return [Tensor(input.element, try shape(context), input.storage)]
    }

    /// Reshape: 0 keeps an extent (unless `allowzero`), −1 is what remains.
    static let reshape = ReshapingOperator(name: "Reshape", since: 5) {
        (context: OperatorContext) throws(GraphError) -> [Int] in
        let input = try context.shape(0)
        var target = try context.tensor(1).intValues
        let keepsZeros = try context.flag("allowzero")
        var unknown: Int?
        for axis in target.indices {
            if target[axis] == 0 && !keepsZeros {
                guard axis < input.count else { throw context.error("extent \(axis) of \(target) has no counterpart in \(input)") }
                target[axis] = input[axis]
            } else if target[axis] == -1 {
                guard unknown == nil else { throw context.error("shape \(target) has more than one -1") }
                unknown = axis
            } else if target[axis] < 0 {
                throw context.error("shape \(target) has a negative extent")
            }
        }
        if let unknown {
            target[unknown] = 1
            guard let known = target.checkedProduct, known > 0, input.product % known == 0 else {
                throw context.error("\(input) does not divide into \(target) with one extent left open")
            }
            target[unknown] = input.product / known
        }
        return target
    }

    /// Flatten: a matrix of the axes before `axis` and those from it on.
    static let flatten = ReshapingOperator(name: "Flatten", since: 1) {
        (context: OperatorContext) throws(GraphError) -> [Int] in
        let input = try context.shape(0)
        let axis = try context.int("axis", 1)
        guard axis.magnitude <= input.count else { throw context.error("axis \(axis) is outside \(input)") }
        let split = axis < 0 ? axis + input.count : axis
        return [input[..<split].product, input[split...].product]
    }

    /// Squeeze: axes of extent 1 removed; axes are an input since opset 13.
    static let squeeze = ReshapingOperator(name: "Squeeze", since: 1) {
        (context: OperatorContext) throws(GraphError) -> [Int] in
        let input = try context.shape(0)
        let given = context.node.version >= 13
            ? try context.optionalIntegers(1) : try context.optionalInts("axes")
        guard let given else { return input.filter { $0 != 1 } }
        let axes = try context.axes(given, rank: input.count)
        for axis in axes where !input.indices.contains(axis) || input[axis] != 1 { throw context.error("axis \(axis) of \(input) is not 1") }
        return input.indices.filter { !axes.contains($0) }.map { input[$0] }
    }

    /// Unsqueeze: axes of extent 1 inserted, counted in the result; an input since opset 13.
    static let unsqueeze = ReshapingOperator(name: "Unsqueeze", since: 1) {
        (context: OperatorContext) throws(GraphError) -> [Int] in
        var rest = try context.shape(0)[...]
        let given = context.node.version >= 13
            ? try context.tensor(1).intValues : try context.optionalInts("axes") ?? []
        let rank = rest.count + given.count
        let axes = try context.axes(given, rank: rank)
        var target: [Int] = []
        for axis in 0..<rank {
            if axes.contains(axis) { target.append(1) } else if let extent = rest.popFirst() { target.append(extent) }
        }
        return target
    }

    static let identity = ReshapingOperator(name: "Identity", since: 1) {
        (context: OperatorContext) throws(GraphError) -> [Int] in try context.shape(0)
    }
}

extension OperatorRegistry {
    static let reshaping: [any OperatorDefinition] = [
        ReshapingOperator.reshape,
        ReshapingOperator.flatten,
        ReshapingOperator.squeeze,
        ReshapingOperator.unsqueeze,
        ReshapingOperator.identity,
        DropoutOperator(),
    ]
}
