import NumberFormats

/// What each value of a graph is for, read off the operators that use it.
public struct ValueRoles: Sendable {
    private var roles: [ValueGenerator.Role]

    public subscript(_ id: Graph.ValueID) -> ValueGenerator.Role { roles[id] }

    public init(_ graph: Graph) {
        roles = Array(repeating: .activation, count: graph.values.count)
        // From the back, so that a value that is only moved or dequantised takes the role of what it becomes.
        for node in graph.nodes.reversed() {
            for (index, input) in node.inputs.enumerated() {
                guard let input, let role = role(of: index, node, graph) else { continue }
                roles[input] = role
            }
        }
    }

    /// The role of an input of a node; `nil` where the node says nothing about it.
    private func role(of index: Int, _ node: Graph.Node, _ graph: Graph) -> ValueGenerator.Role? {
        func shape(_ position: Int) -> [Int] {
            position < node.inputs.count ? node.inputs[position].map { graph.values[$0].type.shape } ?? [] : []
        }
        func outputRole() -> ValueGenerator.Role? { node.outputs.first.flatMap { $0 }.map { roles[$0] } }
        switch node.operation {
        case "Conv", "ConvInteger":
            let weights = shape(1)
            if index == 1 { return .weight(fanIn: weights.dropFirst().product, gain: 2) }
            if index > 1 { return node.operation == "Conv" ? .bias : .zeroPoint }
        case "ConvTranspose":
            if index == 1 { return .weight(fanIn: shape(1).first ?? 1, gain: 1) }
            if index == 2 { return .bias }
        case "MatMul", "MatMulInteger":
            if index == 1 { return .weight(fanIn: shape(1).dropLast().last ?? shape(1).first ?? 1, gain: 1) }
            if index > 1 { return .zeroPoint }
        case "Gemm":
            let isTransposed = node.attributes["transB"] == .int(1)
            if index == 1 { return .weight(fanIn: (isTransposed ? shape(1).last : shape(1).first) ?? 1, gain: 1) }
            if index == 2 { return .bias }
        case "QLinearConv", "QLinearMatMul":
            if index == 3 { return .weight(fanIn: 1, gain: 1) }
            if index == 8 { return .bias }
            let sizes = [1: 0.02, 4: 0.01, 6: 0.05]
            if let size = sizes[index] { return .quantizationScale(size: size) }
            if [2, 5, 7].contains(index) { return .zeroPoint }
        case "QuantizeLinear", "DequantizeLinear":
            if index == 0 { return node.operation == "DequantizeLinear" ? outputRole() : nil }
            if index == 2 { return .zeroPoint }
            // Integers over the whole range times the scale have the variance that the role asks for.
            let data = node.operation == "DequantizeLinear" ? node.inputs[0] : node.outputs[0]
            let bits = data.map { graph.values[$0].type.element.bits } ?? 8
            let deviation = bits >= 32 ? 1000 / 3.0.squareRoot() : Double(1 << (bits - 1)) / 3.0.squareRoot()
            switch outputRole() {
            case .weight(let fanIn, let gain)?:
                return .quantizationScale(size: (gain / Double(max(fanIn, 1))).squareRoot() / deviation)
            case .bias?: return .quantizationScale(size: 0.1 / deviation)
            default: return .quantizationScale(size: 2 / deviation)
            }
        case "BatchNormalization":
            let roles: [ValueGenerator.Role?] = [nil, .factor, .bias, .bias, .variance]
            return index < roles.count ? roles[index] : nil
        case "LayerNormalization", "InstanceNormalization", "GroupNormalization", "RMSNormalization":
            if index == 1 { return .factor }
            if index == 2 { return .bias }
        case "Gather", "GatherElements":
            let axis = node.attributes["axis"]
            let data = shape(0)
            if index == 1 {
                var position = 0
                if case .int(let given)? = axis { position = given < 0 ? given + data.count : given }
                return .index(bound: data.indices.contains(position) ? data[position] : 1)
            }
            return index == 0 ? outputRole() : nil
        case "Identity", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Slice", "Split", "Expand", "Concat":
            return index == 0 || node.operation == "Concat" ? outputRole() : nil
        default: return nil
        }
        return nil
    }
}
