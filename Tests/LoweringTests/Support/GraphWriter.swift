import NumberFormats
import OperatorGraph

/// Writes a graph node by node; the types of results come from the operators' own inference.
struct GraphWriter {
    /// ONNX operator set of the nodes.
    static let version = 23

    private(set) var graph: Graph
    private var constants = 0

    init(_ name: String) { graph = Graph(name: name, origin: "test") }

    func shape(_ value: Graph.ValueID) -> [Int] { graph.values[value].type.shape }
    func element(_ value: Graph.ValueID) -> ElementType { graph.values[value].type.element }

    mutating func input(_ element: ElementType, _ shape: [Int]) -> Graph.ValueID {
        let id = graph.addValue(Graph.Value(name: "input\(graph.values.count)", type: TensorType(element, shape), kind: .input))
        graph.inputs.append(id)
        return id
    }

    mutating func parameter(_ element: ElementType, _ shape: [Int]) -> Graph.ValueID {
        graph.addValue(Graph.Value(name: "weight\(graph.values.count)", type: TensorType(element, shape), kind: .parameter))
    }

    mutating func constant(_ tensor: Tensor) -> Graph.ValueID {
        graph.addValue(Graph.Value(name: "constant\(graph.values.count)", type: tensor.type, kind: .constant, data: tensor))
    }

    mutating func integers(_ list: [Int]) -> Graph.ValueID { constant(Tensor(.int64, [list.count], integers: list)) }
    mutating func scalar(_ element: ElementType, _ value: Double) -> Graph.ValueID { constant(Tensor(element, scalar: value)) }

    mutating func nodes(
        _ operation: String, _ inputs: [Graph.ValueID?], results: Int, _ attributes: [String: Attribute] = [:]
    ) throws -> [Graph.ValueID] {
        let first = graph.values.count
        var node = Graph.Node(
            name: "\(operation)\(graph.nodes.count)", operation: operation, version: Self.version, inputs: inputs,
            outputs: (0..<results).map { first + $0 }, attributes: attributes)
        let types = try Operators.inferTypes(
            of: node, inputs: inputs.map { $0.map { graph.values[$0].type } },
            constants: inputs.map { $0.flatMap { graph.values[$0].data } })
        // Results behind the wanted ones are left out.
        let wanted = types.prefix(results)
        for case let type? in wanted {
            graph.addValue(Graph.Value(name: "\(node.name).\(graph.values.count)", type: type, kind: .intermediate))
        }
        node.outputs = (0..<wanted.count).map { first + $0 }
        graph.nodes.append(node)
        return (0..<wanted.count).map { first + $0 }
    }

    mutating func node(
        _ operation: String, _ inputs: [Graph.ValueID?], _ attributes: [String: Attribute] = [:]
    ) throws -> Graph.ValueID {
        try nodes(operation, inputs, results: 1, attributes)[0]
    }

    /// The graph, whose results are the values that nothing reads.
    func finished(states: [Graph.State] = [], also: [Graph.ValueID] = []) throws -> Graph {
        var result = graph
        result.states = states
        let read = graph.consumers()
        let produced = graph.producers()
        let states = Set(states.map(\.output))
        result.outputs = graph.values.indices.filter {
            produced[$0] != nil && !states.contains($0) && (read[$0].isEmpty || also.contains($0))
        }
        try result.validate()
        return result
    }
}
