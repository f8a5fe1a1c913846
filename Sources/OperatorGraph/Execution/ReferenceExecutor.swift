import NumberFormats

/// Runs a graph on real tensors with the operators' reference semantics, one node after the other.
///
/// Modelled: values only; no time, no memory hierarchy. Inputs and parameters without data get values from a
/// `ValueGenerator`, so that a graph without weights runs and two runs with one seed agree.
public enum ReferenceExecutor {
    /// Which values a run hands back. A value that is not kept is freed after its last reader.
    public enum Retention: Sendable {
        /// The graph's outputs and states.
        case results
        /// The results and these.
        case values(Set<Graph.ValueID>)
        /// Every value, inputs and parameters included.
        case all
    }

    /// - Parameters:
    ///   - inputs: values of graph inputs (or of any other value that no node produces), which replace generated ones.
    ///   - seed: seed of the generator for values that are missing.
    ///   - indexBound: integers that serve as indices are generated below this where the graph does not say more.
    /// - Returns: the kept values by identifier.
    public static func run(
        _ graph: Graph, inputs: [Graph.ValueID: Tensor] = [:], seed: UInt64 = 1, keep: Retention = .results,
        indexBound: Int = 2, limits: GraphLimits = .standard
    ) throws(GraphError) -> [Graph.ValueID: Tensor] {
        var store: [Tensor?] = Array(repeating: nil, count: graph.values.count)
        var lastReader = Array(repeating: -1, count: graph.values.count)
        for (id, node) in graph.nodes.enumerated() {
            for case let input? in node.inputs { lastReader[input] = id }
        }
        let kept: Set<Graph.ValueID>? = switch keep {
        case .all: nil
        case .results: graph.results
        case .values(let ids): ids.union(graph.results)
        }
        func isKept(_ id: Graph.ValueID) -> Bool { kept?.contains(id) ?? true }

        for (id, tensor) in inputs {
            guard graph.values.indices.contains(id) else { throw GraphError(message: "there is no value \(id) to set") }
            let value = graph.values[id]
            guard tensor.type == value.type, tensor.storage.count == tensor.count else {
                throw GraphError(message: "input \"\(value.name)\" is \(tensor.type.text), expected \(value.type.text)")
            }
            store[id] = tensor
        }
        let roles = ValueRoles(graph)
        let generator = ValueGenerator(seed: seed, indexBound: indexBound)
        /// A value at hand, or one that no node produces: its data, or generated.
        func current(_ id: Graph.ValueID) throws(GraphError) -> Tensor {
            if let tensor = store[id] { return tensor }
            let value = graph.values[id]
            if let data = value.data { return data }
            guard value.kind != .intermediate else {
                throw GraphError(message: "value \"\(value.name)\" is read before it is produced", suggestion: "sort the nodes")
            }
            try limits.check(value.type)
            return generator.tensor(named: value.name, value.type, role: roles[id])
        }
        for (id, node) in graph.nodes.enumerated() {
            var operands: [Tensor?] = []
            for input in node.inputs {
                guard let input else {
                    operands.append(nil)
                    continue
                }
                let tensor = try current(input)
                store[input] = tensor
                operands.append(tensor)
            }
            for case let input? in node.inputs where lastReader[input] == id && !isKept(input) { store[input] = nil }
            let results = try Operators.evaluate(node, inputs: operands, limits: limits)
            for (index, output) in node.outputs.enumerated() {
                guard let output else { continue }
                guard index < results.count, let result = results[index] else {
                    throw GraphError(node, "gives no output \(index)")
                }
                guard result.type == graph.values[output].type else {
                    throw GraphError(node, "output \(index) is \(result.type.text), the graph says \(graph.values[output].type.text)")
                }
                if lastReader[output] >= 0 || isKept(output) { store[output] = result }
            }
        }
        var results: [Graph.ValueID: Tensor] = [:]
        for id in kept.map({ $0.sorted() }) ?? Array(graph.values.indices) {
            if store[id] == nil, graph.values[id].kind == .intermediate { continue }
            results[id] = try current(id)
        }
        return results
    }
}
