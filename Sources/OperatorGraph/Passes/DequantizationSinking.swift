/// Moves a dequantisation with one positive scale behind operators that only rearrange or choose elements.
///
///     DequantizeLinear → Reshape   ⇒   Reshape → DequantizeLinear
///
/// Reshapes, transposes and maximum pooling give the same numbers either way: they compute nothing, and a positive scale
/// keeps the order. The integer form is smaller, and products behind it become integer products.
public struct DequantizationSinking: GraphPass {
    public init() {}

    private static let moved: Set<String> = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "MaxPool"]

    public func run(on graph: inout Graph) throws(GraphError) {
        var producer: [Graph.ValueID: Graph.Node] = [:]
        var nodes: [Graph.Node] = []
        nodes.reserveCapacity(graph.nodes.count)
        for node in graph.nodes {
            if Self.moved.contains(node.operation), node.outputs.count == 1, let output = node.outputs[0], let input = node.inputs.first ?? nil,
                let dequantization = producer[input], hasOnePositiveScale(dequantization, graph), let quantized = dequantization.inputs[0]
            {
                var type = graph.values[output].type
                type.element = graph.values[quantized].type.element
                graph.values.append(Graph.Value(name: "\(graph.values[output].name)/quantized", type: type, kind: .intermediate))
                let moved = graph.values.count - 1
                var first = node
                first.inputs[0] = quantized
                first.outputs = [moved]
                if first.operation == "MaxPool" { first.version = max(first.version, 12) }
                var second = dequantization
                second.name = "\(node.name)/dequantize"
                second.inputs[0] = moved
                second.outputs = [output]
                nodes.append(first)
                nodes.append(second)
                producer[output] = second
                continue
            }
            for case let output? in node.outputs { producer[output] = node }
            nodes.append(node)
        }
        graph.nodes = nodes
    }

    private func hasOnePositiveScale(_ node: Graph.Node, _ graph: Graph) -> Bool {
        guard node.operation == "DequantizeLinear", node.inputs.count > 1, let scale = node.inputs[1],
            graph.values[scale].type.count == 1, let value = graph.values[scale].data?.doubleValues.first
        else { return false }
        // The zero point must be zero for the padding of a pool to stay below every element.
        guard node.inputs.count > 2, let zero = node.inputs[2] else { return value > 0 }
        return value > 0 && graph.values[zero].data?.intValues.allSatisfy { $0 == 0 } ?? false
    }
}
