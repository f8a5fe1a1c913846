import OperatorGraph

/// Puts the final graph together; what no output depends on is left out.
enum ONNXGraphAssembly {
    static func graph(
        name: String, origin: String, values: [ONNXModelGraph.Value], nodes: [Graph.Node], inputs: [Int], outputs: [Int],
        file: String
    ) throws(ImportError) -> Graph {
        var graph = Graph(name: name, origin: origin)
        var index = [Int?](repeating: nil, count: values.count)
        func number(_ value: Int) throws(ImportError) -> Int {
            if let known = index[value] { return known }
            let source = values[value]
            guard let type = source.type else {
                throw ImportError(file: file, message: "the type of the tensor \"\(source.name)\" is not known")
            }
            index[value] = graph.values.count
            graph.values.append(Graph.Value(name: source.name, type: type, kind: source.kind, data: source.data))
            return graph.values.count - 1
        }
        for input in inputs { graph.inputs.append(try number(input)) }
        graph.nodes.reserveCapacity(nodes.count)
        for source in nodes {
            var node = source
            for (position, input) in source.inputs.enumerated() {
                if let input { node.inputs[position] = try number(input) }
            }
            for (position, output) in source.outputs.enumerated() {
                if let output { node.outputs[position] = try number(output) }
            }
            while let last = node.inputs.last, last == nil { node.inputs.removeLast() }
            graph.nodes.append(node)
        }
        for output in outputs { graph.outputs.append(try number(output)) }
        do throws(GraphError) {
            try DeadNodeElimination().run(on: &graph)
        } catch {
            throw ONNXImport.error(error, node: nil, file: file)
        }
        return graph
    }
}
