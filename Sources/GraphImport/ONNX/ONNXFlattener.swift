import ONNXSchema
import OperatorGraph

/// Writes a model out as one flat list of nodes: names become indices, calls of the model's own functions
/// become the nodes of their bodies, `Constant` nodes become values.
struct ONNXFlattener {
    /// A function of the model by what a call names.
    struct FunctionKey: Hashable {
        var domain: String
        var name: String
        var overload: String
    }

    /// What names and attribute references mean in a graph or function body.
    struct Scope {
        /// Values by their name here; `nil` where the caller leaves an optional one out.
        var values: [String: Int?] = [:]
        /// Before the names of values and nodes from here: "" in the main graph, the call's name and "/" in a function.
        var prefix = ""
        var operatorSets: [String: Int]
        /// The call's attributes, `nil` in the main graph.
        var attributes: [String: ONNXAttributeProto]?
        var depth = 0
    }

    let file: String
    let limits: ONNXLimits
    let functions: [FunctionKey: ONNXFunctionProto]
    private(set) var decoder: ONNXTensorDecoder
    private(set) var values: [ONNXModelGraph.Value] = []
    /// By value: the node that produces it, or one of the two below.
    private(set) var producers: [Int] = []
    private(set) var nodes: [Graph.Node] = []
    private var nodeNames: Set<String> = []
    private var supported: [Operator: GraphError?] = [:]
    private var unsupported: [Operator: (order: Int, firstNode: String, count: Int)] = [:]

    private struct Operator: Hashable {
        var domain: String
        var name: String
        var version: Int
    }

    /// Nothing produces the value (yet).
    static let noProducer = -1
    /// The value is a graph input, an initializer or a constant.
    static let given = -2

    init(file: String, limits: ONNXLimits, functions: [FunctionKey: ONNXFunctionProto], decoder: ONNXTensorDecoder) {
        self.file = file; self.limits = limits; self.functions = functions; self.decoder = decoder
    }

    /// One error for each unsupported operator, most frequent first.
    var unsupportedOperators: [(summary: UnsupportedOperator, error: GraphError)] {
        unsupported.sorted { ($1.value.count, $0.value.order) < ($0.value.count, $1.value.order) }.compactMap { entry in
            guard let error = supported[entry.key] ?? nil else { return nil }
            let summary = UnsupportedOperator(
                operation: entry.key.name, domain: entry.key.domain, version: entry.key.version,
                count: entry.value.count, firstNode: entry.value.firstNode)
            return (summary, error)
        }
    }

    // MARK: Values

    /// Adds a value that no node produces.
    mutating func addGiven(_ value: ONNXModelGraph.Value, to scope: inout Scope) throws(ImportError) -> Int {
        if scope.values[value.name] != nil {
            throw ImportError(
                file: file, message: "the tensor \"\(value.name)\" is defined twice",
                suggestion: "names of inputs and initializers must be unique")
        }
        scope.values[value.name] = .some(values.count)
        values.append(value)
        producers.append(Self.given)
        return values.count - 1
    }

    /// Fills in an input that turns out to have an initial value.
    mutating func initialize(_ value: Int, type: TensorType, data: Tensor?, kind: Graph.Value.Kind) {
        values[value].type = type
        values[value].data = data
        values[value].kind = kind
    }

    mutating func declare(_ value: Int, _ type: ONNXTypeProto) { values[value].declared = type }

    mutating func decode(_ tensor: ONNXTensorProto, place: String) throws(ImportError) -> Tensor {
        try decoder.tensor(tensor, place: place)
    }

    mutating func decodeSparse(_ tensor: ONNXSparseTensorProto, place: String) throws(ImportError) -> Tensor {
        try decoder.dense(tensor, place: place)
    }

    /// The value that a name stands for, made on first mention; `nil` for a left-out optional one.
    mutating func value(_ name: String, in scope: inout Scope) -> Int? {
        if name.isEmpty { return nil }
        if let known = scope.values[name] { return known }
        scope.values[name] = .some(values.count)
        values.append(ONNXModelGraph.Value(name: scope.prefix + name, kind: .intermediate))
        producers.append(Self.noProducer)
        return values.count - 1
    }

    // MARK: Nodes

    /// Adds one node of a graph or function body.
    mutating func add(_ proto: ONNXNodeProto, in scope: inout Scope) throws(ImportError) {
        let domain = ONNXOperatorSets.normalized(proto.domain)
        let given = proto.name.isEmpty ? "\(proto.opType)_\(nodes.count)" : proto.name
        let name = uniqueName(scope.prefix + given)
        if proto.opType.isEmpty { throw ImportError(file: file, place: "node \"\(name)\"", message: "the node names no operator") }
        let key = FunctionKey(domain: domain, name: proto.opType, overload: proto.overload)
        if let function = functions[key] {
            try call(function, from: proto, name: name, in: &scope)
            return
        }
        guard let version = scope.operatorSets[domain] else {
            throw ImportError(
                file: file, place: "node \"\(name)\" (\(proto.opType))",
                message: "the model imports no version of the operator set \"\(domain.isEmpty ? "ai.onnx" : domain)\"",
                suggestion: "export it again, or add the operator set to opset_import")
        }
        var node = Graph.Node(
            name: name, operation: proto.opType, domain: domain, version: version, inputs: [], outputs: [])
        let isConstant = domain.isEmpty && proto.opType == "Constant"
        let isSupported = isConstant || isSupported(node)
        let place = Self.place(of: node)
        if isSupported {
            node.attributes = try ONNXAttributes(file: file).convert(
                resolved(proto.attribute, in: scope), decoder: &decoder, place: place)
        }
        for input in proto.input { node.inputs.append(value(input, in: &scope)) }
        let producer = isConstant ? Self.given : nodes.count
        for output in proto.output {
            let id = value(output, in: &scope)
            node.outputs.append(id)
            guard let id else { continue }
            if producers[id] != Self.noProducer {
                let other = producers[id] >= 0 ? "node \"\(nodes[producers[id]].name)\"" : "the graph's inputs or constants"
                throw ImportError(
                    file: file, place: place, message: "the tensor \"\(output)\" is already defined by \(other)",
                    suggestion: "every tensor has exactly one origin")
            }
            producers[id] = producer
        }
        if isConstant {
            let tensor = try ONNXConstant.tensor(node, file: file)
            guard let id = node.outputs.first ?? nil, node.outputs.count == 1 else {
                throw ImportError(file: file, place: place, message: "a Constant has one output")
            }
            // Some exporters write trained weights as constants.
            let kind = tensor.count > 1024 ? ONNXModelReader.kind(of: tensor.type, isText: tensor.isText) : .constant
            initialize(id, type: tensor.type, data: tensor, kind: kind)
            return
        }
        nodes.append(node)
    }

    /// Makes room for the nodes of the main graph, most of which have one output.
    mutating func reserve(nodes count: Int, in scope: inout Scope) {
        nodes.reserveCapacity(count)
        nodeNames.reserveCapacity(count)
        values.reserveCapacity(values.count + count)
        producers.reserveCapacity(values.count + count)
        scope.values.reserveCapacity(values.count + count)
    }

    /// Place of a node in messages.
    static func place(of node: Graph.Node) -> String {
        let qualified = node.domain.isEmpty ? node.operation : "\(node.domain).\(node.operation)"
        return "node \"\(node.name)\" (\(qualified), opset \(node.version))"
    }

    /// Whether the operator is known; remembers those that are not.
    private mutating func isSupported(_ node: Graph.Node) -> Bool {
        let key = Operator(domain: node.domain, name: node.operation, version: node.version)
        if supported[key] == nil {
            do throws(GraphError) {
                _ = try OperatorRegistry.definition(for: node)
                supported[key] = .some(nil)
            } catch {
                supported[key] = error
                unsupported[key] = (unsupported.count, node.name, 0)
            }
        }
        if unsupported[key] == nil { return true }
        unsupported[key]?.count += 1
        return false
    }

    mutating func uniqueName(_ name: String) -> String {
        if nodeNames.insert(name).inserted { return name }
        var number = nodes.count
        while !nodeNames.insert("\(name)_\(number)").inserted { number += 1 }
        return "\(name)_\(number)"
    }
}
