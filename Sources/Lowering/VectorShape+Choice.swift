import OperatorGraph

extension VectorShape {
    /// Operators that choose elements along one axis: all rows of the other dimensions are independent.
    struct Choice {
        /// Result dimensions that may be cut.
        var splittable: [Int]
        var follows: [Graph.ValueID: [Int?]] = [:]
        var work: [(extent: Int, follows: Int?)]

        /// `nil` for other operators, and where an operand is made by the group itself.
        init?(_ node: Graph.Node, _ graph: Graph, rank: Int, produced: Set<Graph.ValueID>) {
            guard let data = node.inputs.first ?? nil, !produced.contains(data), let output = node.outputs.first ?? nil else { return nil }
            let source = graph.values[data].type.shape
            let shape = graph.values[output].type.shape
            work = shape.enumerated().map { ($0.element, $0.offset) }
            switch node.operation {
            case "TopK":
                // Every element of a row is looked at, whatever of it is kept.
                let axis = VectorShape.axis(node, rank: source.count, fallback: source.count - 1)
                let others = source.indices.map { $0 == axis ? nil : Optional($0) }
                splittable = others.compactMap { $0 }
                follows[data] = others
                work = source.indices.map { (source[$0], others[$0]) }
            case "Gather":
                // Result: the data's dimensions before the axis, those of the indices, the data's behind it.
                guard node.inputs.count > 1, let indices = node.inputs[1], indices != data, !produced.contains(indices) else { return nil }
                let axis = VectorShape.axis(node, rank: source.count, fallback: 0)
                let chosen = graph.values[indices].type.shape.count
                splittable = Array(0..<rank)
                follows[data] = source.indices.map { $0 < axis ? $0 : $0 == axis ? nil : $0 - 1 + chosen }
                follows[indices] = (0..<chosen).map { axis + $0 }
            case "GatherElements":
                guard node.inputs.count > 1, let indices = node.inputs[1], indices != data, !produced.contains(indices) else { return nil }
                let axis = VectorShape.axis(node, rank: source.count, fallback: 0)
                splittable = Array(0..<rank)
                follows[data] = source.indices.map { $0 == axis ? nil : $0 }
                follows[indices] = Array(0..<rank)
            default: return nil
            }
        }
    }
}
