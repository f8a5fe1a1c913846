/// Removes nodes whose results nobody reads, then values that nothing names any more; graph inputs stay.
///
/// Value identifiers change.
public struct DeadNodeElimination: GraphPass {
    public init() {}

    public func run(on graph: inout Graph) throws(GraphError) {
        var isLive = Array(repeating: false, count: graph.values.count)
        for id in graph.results { isLive[id] = true }
        if graph.isLayerList {
            for node in graph.nodes { for case let output? in node.outputs { isLive[output] = true } }
        }
        var kept: [Graph.Node] = []
        for node in graph.nodes.reversed() where node.outputs.contains(where: { $0.map { isLive[$0] } ?? false }) {
            for case let input? in node.inputs { isLive[input] = true }
            kept.append(node)
        }
        graph.nodes = kept.reversed()
        for id in graph.inputs + graph.states.map(\.input) { isLive[id] = true }
        for node in graph.nodes { for case let output? in node.outputs { isLive[output] = true } }
        removeValues(where: isLive.map { !$0 }, from: &graph)
    }

    private func removeValues(where isDead: [Bool], from graph: inout Graph) {
        var renumbered = Array(repeating: -1, count: graph.values.count)
        var values: [Graph.Value] = []
        for (id, value) in graph.values.enumerated() where !isDead[id] {
            renumbered[id] = values.count
            values.append(value)
        }
        graph.values = values
        for index in graph.nodes.indices {
            graph.nodes[index].inputs = graph.nodes[index].inputs.map { $0.map { renumbered[$0] } }
            graph.nodes[index].outputs = graph.nodes[index].outputs.map { $0.map { renumbered[$0] } }
        }
        graph.inputs = graph.inputs.map { renumbered[$0] }
        graph.outputs = graph.outputs.map { renumbered[$0] }
        graph.states = graph.states.map { Graph.State(input: renumbered[$0.input], output: renumbered[$0.output]) }
    }
}
