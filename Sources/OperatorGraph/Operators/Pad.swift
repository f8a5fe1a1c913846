import NumberFormats

/// Pad: constant, reflect, edge or wrap; a negative padding crops. Attributes before opset 11, inputs since.
struct PadOperator: OperatorDefinition {
    let name = "Pad"
    let since = 2

    /// Padding before and after each axis.
    private func pads(_ context: OperatorContext) throws(GraphError) -> [(before: Int, after: Int)] {
        let rank = try context.shape(0).count
        let values: [Int]
        var named = Array(0..<rank)
        if context.node.version < 11 {
            values = try context.optionalInts("pads") ?? []
        } else {
            values = try context.tensor(1).intValues
            if let axes = try context.optionalIntegers(3) { named = try context.axes(axes, rank: rank) }
        }
        guard values.count == 2 * named.count else {
            throw context.error("pads has \(values.count) values, expected \(2 * named.count)")
        }
        guard values.allSatisfy({ $0.magnitude <= 1 << 31 }) else { throw context.error("pads are too large") }
        var pads = Array(repeating: (before: 0, after: 0), count: rank)
        for (index, axis) in named.enumerated() { pads[axis] = (values[index], values[index + named.count]) }
        return pads
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.type(0)
        let pads = try pads(context)
        let shape = input.shape.indices.map { input.shape[$0] + pads[$0].before + pads[$0].after }
        guard shape.allSatisfy({ $0 >= 0 }) else { throw context.error("pads crop more than \(input.shape) has") }
        return [TensorType(input.element, shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let pads = try pads(context)
        let mode = try context.string("mode", "constant")
        var positions: [[Int]] = []
        for axis in input.shape.indices {
            var line: [Int] = []
            for position in 0..<output.shape[axis] {
                line.append(try source(context, position - pads[axis].before, input.shape[axis], mode))
            }
            positions.append(line)
        }
        let strides = Broadcasting.strides(of: input.shape)
        var indices = [0]
        for (axis, line) in positions.enumerated() {
            var next: [Int] = []
            next.reserveCapacity(indices.count * line.count)
            for base in indices {
                for position in line { next.append(base < 0 || position < 0 ? -1 : base + position * strides[axis]) }
            }
            indices = next
        }
        let filler: Tensor
        if context.node.version < 11 {
            filler = Tensor(input.element, scalar: Double(try context.float("value", 0)))
        } else {
            filler = context.optionalTensor(2) ?? Tensor(input.element, scalar: 0)
        }
        guard filler.count == 1, let result = input.gathered(indices, shape: output.shape, filler: filler) else {
            throw context.error("the constant is not a scalar of the input's format")
        }
        return [result]
    }

    /// Where `position` of an axis is read; −1 for the constant.
    private func source(_ context: OperatorContext, _ position: Int, _ extent: Int, _ mode: String) throws(GraphError) -> Int {
        if position >= 0 && position < extent { return position }
        if mode == "constant" { return -1 }
        guard extent > 0 else { throw context.error("an empty axis has nothing to \(mode)") }
        switch mode {
        case "edge": return position < 0 ? 0 : extent - 1
        case "wrap": return ((position % extent) + extent) % extent
        case "reflect":
            if extent == 1 { return 0 }
            let period = 2 * (extent - 1)
            let phase = ((position % period) + period) % period
            return phase < extent ? phase : period - phase
        default: throw context.error("mode \"\(mode)\" is not known", suggestion: "use constant, reflect, edge or wrap")
        }
    }
}
