/// Takes the look-up of positions out of rotary embeddings.
///
///     RotaryEmbedding(x, cosines, sines, positions)   ⇒   RotaryEmbedding(x, cosines[positions], sines[positions])
///
/// What is left reads an angle for each row of its own and can be cut into blocks of rows; with the look-up inside, every block
/// needs the whole tables. Positions that are known and count up are a slice of the table, which costs nothing; others are
/// gathered. Tables that several embeddings share are looked up once.
public struct RotaryLookup: GraphPass {
    public init() {}

    private struct Lookup: Hashable {
        var table: Graph.ValueID
        var positions: Graph.ValueID
    }

    public func run(on graph: inout Graph) throws(GraphError) {
        var known: [Lookup: Graph.ValueID] = [:]
        var nodes: [Graph.Node] = []
        nodes.reserveCapacity(graph.nodes.count)
        for var node in graph.nodes {
            defer { nodes.append(node) }
            guard node.operation == "RotaryEmbedding", node.inputs.count > 3, let cosines = node.inputs[1], let sines = node.inputs[2],
                let positions = node.inputs[3], [cosines, sines, positions].allSatisfy({ graph.values[$0].type.shape.count == 2 })
            else { continue }
            for (index, table) in [(1, cosines), (2, sines)] {
                let lookup = Lookup(table: table, positions: positions)
                let rows = known[lookup] ?? Self.rows(of: lookup, named: "\(graph.values[table].name)/rows", &graph, &nodes)
                known[lookup] = rows
                node.inputs[index] = rows
            }
            node.inputs.removeSubrange(3...)
        }
        graph.nodes = nodes
    }

    /// Adds the nodes that look `positions` (batch, sequence) up in a table.
    private static func rows(
        of lookup: Lookup, named name: String, _ graph: inout Graph, _ nodes: inout [Graph.Node]
    ) -> Graph.ValueID {
        let table = graph.values[lookup.table].type
        let positions = graph.values[lookup.positions].type.shape
        func add(_ operation: String, _ inputs: [Graph.ValueID], _ shape: [Int], _ attributes: [String: Attribute] = [:]) -> Graph.ValueID {
            graph.values.append(
                Graph.Value(name: "\(name)/\(operation)", type: TensorType(table.element, shape), kind: .intermediate))
            let output = graph.values.count - 1
            nodes.append(
                Graph.Node(name: "\(name)/\(operation)", operation: operation, version: 13, inputs: inputs, outputs: [output], attributes: attributes))
            return output
        }
        func integers(_ list: [Int]) -> Graph.ValueID {
            let tensor = Tensor(.int64, [list.count], integers: list)
            graph.values.append(Graph.Value(name: "\(name)/\(graph.values.count)", type: tensor.type, kind: .constant, data: tensor))
            return graph.values.count - 1
        }
        let (batch, length, width) = (positions[0], positions[1], table.shape[1])
        guard let first = Self.start(graph.values[lookup.positions].data?.intValues, batch, length, rows: table.shape[0]) else {
            return add("Gather", [lookup.table, lookup.positions], [batch, length, width], ["axis": .int(0)])
        }
        var rows = lookup.table
        if length != table.shape[0] {
            rows = add("Slice", [rows, integers([first]), integers([first + length]), integers([0])], [length, width])
        }
        rows = add("Unsqueeze", [rows, integers([0])], [1, length, width])
        if batch > 1 { rows = add("Expand", [rows, integers([batch, length, width])], [batch, length, width]) }
        return rows
    }

    /// The first position when each sequence of the batch counts up from it, inside of the table.
    private static func start(_ positions: [Int]?, _ batch: Int, _ length: Int, rows: Int) -> Int? {
        guard let positions, let first = positions.first, positions.count == batch * length, first >= 0, first + length <= rows else { return nil }
        for (index, position) in positions.enumerated() where position != first + index % length { return nil }
        return first
    }
}
