import OperatorGraph
import Programs

/// Nodes of a graph that run as one operator of the program.
struct OperatorGroup {
    enum Kind {
        /// A product on the arrays, with the pointwise nodes behind it as its epilogue.
        case matmul
        /// Vector work.
        case vector
        /// Another view of a tensor: free where strides can express it, a copy where not.
        case view
        case concatenation
        case padding
        case gather
        /// A key/value cache that grows in place.
        case append
    }
    var kind: Kind
    /// The first node gives the group its name.
    var nodes: [Graph.Node]
    var output: Graph.ValueID
    /// Values that the nodes read and that come from outside, in order of first use.
    var inputs: [Graph.ValueID]

    var type: String { nodes.map(\.operation).joined(separator: "+") }

    /// A number for what the group does: equal for groups that do the same to tensors of the same shapes.
    func form(in graph: Graph) -> Int {
        var hasher = Hasher()
        hasher.combine(type)
        for node in nodes {
            for case let value? in node.inputs + node.outputs {
                hasher.combine(graph.values[value].type.shape)
                hasher.combine(graph.values[value].type.element)
                hasher.combine(graph.values[value].kind == .parameter)
            }
        }
        return hasher.finalize()
    }
}

/// Forms groups: products take the pointwise nodes behind them, pointwise and row-wise nodes those behind them.
///
/// A node joins when it is the only reader of the group's result, works element by element on the same shape, and
/// whatever else it reads exists already. Dequantisation is never worth a tensor of its own: it joins every reader.
struct OperatorGrouping {
    private let graph: Graph
    private var consumers: [[Graph.NodeID]]
    private var producer: [Graph.NodeID?]
    private var done: [Bool]
    private let outputs: Set<Graph.ValueID>
    private(set) var groups: [OperatorGroup] = []

    static let matmuls: Set<String> = ["Conv", "ConvInteger", "MatMul", "MatMulInteger", "Gemm"]
    static let views: Set<String> = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Split", "Expand"]

    init(_ graph: Graph) {
        self.graph = graph
        consumers = Array(repeating: [], count: graph.values.count)
        producer = Array(repeating: nil, count: graph.values.count)
        done = Array(repeating: false, count: graph.nodes.count)
        outputs = Set(graph.outputs).union(graph.states.map(\.output))
        for (index, node) in graph.nodes.enumerated() {
            for case let input? in node.inputs where consumers[input].last != index { consumers[input].append(index) }
            for case let output? in node.outputs { producer[output] = index }
        }
        for index in graph.nodes.indices where !done[index] { form(index) }
    }

    private func isLazy(_ index: Graph.NodeID) -> Bool {
        let node = graph.nodes[index]
        guard node.operation == "DequantizeLinear", let output = node.outputs.first ?? nil, !outputs.contains(output) else { return false }
        return consumers[output].allSatisfy { OperationCosts.pointwise[graph.nodes[$0].operation] != nil }
    }

    /// True when the value needs no operator before it can be read.
    private func isAvailable(_ value: Graph.ValueID) -> Bool {
        guard let producer = producer[value] else { return true }
        return done[producer] && !isLazy(producer)
    }

    private mutating func form(_ index: Graph.NodeID) {
        let node = graph.nodes[index]
        guard !isLazy(index) else { done[index] = true; return }
        done[index] = true
        if Self.views.contains(node.operation) || selectsOne(node) || padsNothing(node) {
            for case let output? in node.outputs {
                groups.append(OperatorGroup(kind: .view, nodes: [node], output: output, inputs: Array(node.inputs.compactMap { $0 }.prefix(1))))
            }
            return
        }
        guard let first = node.outputs.first ?? nil else { return }
        if node.operation == "Concat" {
            let appends = graph.states.contains { $0.output == first && node.inputs.first == .some($0.input) }
            groups.append(
                OperatorGroup(
                    kind: appends ? .append : .concatenation, nodes: [node], output: first, inputs: node.inputs.compactMap { $0 }))
            return
        }
        if node.operation == "Pad", PaddingAmounts(node, graph)?.isZeroFill ?? false {
            groups.append(OperatorGroup(kind: .padding, nodes: [node], output: first, inputs: Array(node.inputs.compactMap { $0 }.prefix(1))))
            return
        }
        if node.operation == "Gather", let table = node.inputs[0], graph.values[table].type.shape.count == 2 {
            groups.append(OperatorGroup(kind: .gather, nodes: [node], output: first, inputs: node.inputs.compactMap { $0 }))
            return
        }
        let kind: OperatorGroup.Kind = Self.matmuls.contains(node.operation) ? .matmul : .vector
        var nodes: [Graph.Node] = []
        absorb(node, into: &nodes)
        var output = first
        let pointwise = OperationCosts.pointwise[node.operation] != nil
        let extends = kind == .matmul || pointwise || OperationCosts.rowwise[node.operation] != nil || VectorShape.isChannelwise(node, graph)
        while extends, node.outputs.count == 1 || output != first, !outputs.contains(output), let next = follower(of: output) {
            done[next] = true
            absorb(graph.nodes[next], into: &nodes)
            output = (graph.nodes[next].outputs.first ?? nil) ?? output
        }
        var produced: Set<Graph.ValueID> = []
        var inputs: [Graph.ValueID] = []
        for node in nodes {
            for case let input? in node.inputs where !produced.contains(input) && !inputs.contains(input) { inputs.append(input) }
            for case let output? in node.outputs { produced.insert(output) }
        }
        groups.append(OperatorGroup(kind: kind, nodes: nodes, output: output, inputs: inputs))
    }

    /// A look-up with one index that is known: a slice.
    private func selectsOne(_ node: Graph.Node) -> Bool {
        guard node.operation == "Gather", node.inputs.count == 2, let index = node.inputs[1], let data = graph.values[index].data else { return false }
        return data.count == 1
    }

    private func padsNothing(_ node: Graph.Node) -> Bool {
        guard node.operation == "Pad", let input = node.inputs[0], let output = node.outputs[0] else { return false }
        return graph.values[input].type.shape == graph.values[output].type.shape
    }

    /// Adds a node behind the dequantisations that it reads.
    private func absorb(_ node: Graph.Node, into nodes: inout [Graph.Node]) {
        for case let input? in node.inputs {
            if let index = producer[input], isLazy(index), !nodes.contains(where: { $0.outputs == graph.nodes[index].outputs }) {
                nodes.append(graph.nodes[index])
            }
        }
        nodes.append(node)
    }

    /// The node that may join behind `value`.
    private func follower(of value: Graph.ValueID) -> Graph.NodeID? {
        guard consumers[value].count == 1, let index = consumers[value].first, !done[index] || isLazy(index) else { return nil }
        let node = graph.nodes[index]
        guard OperationCosts.pointwise[node.operation] != nil, node.outputs.count == 1, let output = node.outputs[0],
            graph.values[output].type.shape == graph.values[value].type.shape
        else { return nil }
        for case let input? in node.inputs where input != value {
            if let other = producer[input], isLazy(other) {
                guard graph.nodes[other].inputs.allSatisfy({ $0.map(isAvailable) ?? true }) else { return nil }
            } else if !isAvailable(input) {
                return nil
            }
        }
        // A dequantisation joins only together with what it is for; otherwise its readers take it in.
        if isLazy(index), follower(of: output) == nil { return nil }
        return index
    }
}
