/// A rewriting of a graph that keeps its results.
public protocol GraphPass: Sendable {
    func run(on graph: inout Graph) throws(GraphError)
}

extension Graph {
    /// This graph after some passes, in order.
    public func applying(_ passes: [any GraphPass]) throws(GraphError) -> Graph {
        var graph = self
        for pass in passes { try pass.run(on: &graph) }
        return graph
    }
}
