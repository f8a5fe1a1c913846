import NumberFormats

/// Computes what is known before the graph runs: operators whose inputs all hold data, and shapes of known types.
///
/// Large results (and operators that read large tensors) stay, so that weights are not copied about.
/// QuantizeLinear and DequantizeLinear stay too: they say in which format a tensor is kept.
public struct ConstantFolding: GraphPass {
    /// Most elements of a tensor that is read or written by folding.
    public var maximumElements: Int

    public init(maximumElements: Int = 1 << 16) { self.maximumElements = maximumElements }

    public func run(on graph: inout Graph) throws(GraphError) {
        let keeps: Set<String> = ["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"]
        var remaining: [Graph.Node] = []
        remaining.reserveCapacity(graph.nodes.count)
        for node in graph.nodes {
            if keeps.contains(node.operation) {
                remaining.append(node)
                continue
            }
            guard let results = try fold(node, graph) else {
                remaining.append(node)
                continue
            }
            for (output, result) in zip(node.outputs, results) {
                guard let output, let result else { continue }
                graph.values[output].kind = .constant
                graph.values[output].type = result.type
                graph.values[output].data = result
            }
        }
        graph.nodes = remaining
    }

    /// The node's values; `nil` where they are not known or too large.
    private func fold(_ node: Graph.Node, _ graph: Graph) throws(GraphError) -> [Tensor?]? {
        let outputs = node.outputs.compactMap { $0 }
        guard outputs.allSatisfy({ graph.values[$0].type.shape.checkedProduct.map { $0 <= maximumElements } ?? false }) else {
            return nil
        }
        if let type = node.inputs.first.flatMap({ $0 }).map({ graph.values[$0].type }),
            node.operation == "Shape" || node.operation == "Size", node.domain.isEmpty || node.domain == "ai.onnx"
        {
            // Only the type matters; a tensor without values stands in for the input.
            let context = OperatorContext(node: node, types: [type], tensors: [nil])
            return try OperatorRegistry.definition(for: node).evaluate(context)
        }
        var operands: [Tensor?] = []
        for input in node.inputs {
            guard let input else {
                operands.append(nil)
                continue
            }
            let value = graph.values[input]
            guard value.kind == .constant || value.kind == .parameter, let data = value.data, data.count <= maximumElements else {
                return nil
            }
            operands.append(data)
        }
        let results = try Operators.evaluate(node, inputs: operands)
        let isComplete = node.outputs.indices.allSatisfy { node.outputs[$0] == nil || ($0 < results.count && results[$0] != nil) }
        return isComplete ? results : nil
    }
}
