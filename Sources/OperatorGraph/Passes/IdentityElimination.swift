import NumberFormats

/// Removes operators that hand on their first input unchanged: Identity, Dropout at inference, casts to the same
/// format, reshapes to the same shape, transpositions that move nothing, sums of one term.
///
/// A graph output keeps its value, so that an identity between a graph input and a graph output stays.
public struct IdentityElimination: GraphPass {
    public init() {}

    public func run(on graph: inout Graph) throws(GraphError) {
        var replacement: [Graph.ValueID: Graph.ValueID] = [:]
        let results = graph.results
        var producer = graph.producers()
        var kept: [Graph.Node] = []
        for var node in graph.nodes {
            node.inputs = node.inputs.map { $0.map { replacement[$0] ?? $0 } }
            guard let (input, output) = passedOn(node, graph, results) else {
                for case let output? in node.outputs { producer[output] = kept.count }
                kept.append(node)
                continue
            }
            if !results.contains(output) {
                replacement[output] = input
                continue
            }
            // The producer writes the graph output itself, unless its own value is a result or has no producer.
            guard !results.contains(input), graph.values[input].kind == .intermediate, let origin = producer[input] else {
                producer[output] = kept.count
                kept.append(node)
                continue
            }
            for index in kept.indices {
                kept[index].inputs = kept[index].inputs.map { $0 == input ? output : $0 }
            }
            kept[origin].outputs = kept[origin].outputs.map { $0 == input ? output : $0 }
            producer[output] = origin
            replacement[input] = output
            for (from, to) in replacement where to == input { replacement[from] = output }
        }
        graph.nodes = kept
    }

    /// The value that a node hands on and the name it gets; `nil` for nodes that do something.
    private func passedOn(
        _ node: Graph.Node, _ graph: Graph, _ results: Set<Graph.ValueID>
    ) -> (input: Graph.ValueID, output: Graph.ValueID)? {
        guard node.domain.isEmpty || node.domain == "ai.onnx", let input = node.inputs.first.flatMap({ $0 }),
            let output = node.outputs.first.flatMap({ $0 }), graph.values[input].type == graph.values[output].type,
            node.outputs.dropFirst().allSatisfy({ $0 == nil })
        else { return nil }
        let shape = graph.values[input].type.shape
        switch node.operation {
        case "Identity", "Cast", "CastLike", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Expand": return (input, output)
        case "Dropout":
            // Training mode is an input that must be known to be false.
            guard node.inputs.count > 2, let mode = node.inputs[2] else { return (input, output) }
            return graph.values[mode].data?.boolValues.first == false ? (input, output) : nil
        case "Transpose":
            guard case .ints(let permutation)? = node.attributes["perm"] else { return shape.count < 2 ? (input, output) : nil }
            return permutation == Array(shape.indices) ? (input, output) : nil
        case "Concat", "Sum", "Max", "Min", "Mean": return node.inputs.count == 1 ? (input, output) : nil
        default: return nil
        }
    }
}
