import NumberFormats

/// A workload: a directed acyclic graph of operators over tensors, in topological order.
///
/// The operator vocabulary is ONNX's (`Conv`, `MatMul`, `LayerNormalization`, …) whatever the file was,
/// so that shape inference, reference semantics and lowering are written once.
public struct Graph: Sendable {
    /// Index into `values`.
    public typealias ValueID = Int
    /// Index into `nodes`.
    public typealias NodeID = Int

    public var name: String
    /// The file format that the graph was imported from, for reports: "ONNX opset 17", "config.json (llama)".
    public var origin: String
    public var values: [Value]
    /// Topologically sorted: each node's inputs are produced by earlier nodes.
    public var nodes: [Node]
    public var inputs: [ValueID]
    public var outputs: [ValueID]
    /// Tensors that live across runs of the graph (a key/value cache): what this step reads and what it leaves.
    public var states: [State]
    /// True when every operator stands alone (SCALE-Sim topologies): operators are not connected and
    /// each starts when its predecessor has finished.
    public var isLayerList: Bool

    public struct State: Sendable, Hashable {
        public var input: ValueID
        public var output: ValueID
        public init(input: ValueID, output: ValueID) { self.input = input; self.output = output }
    }

    /// One tensor of the graph.
    public struct Value: Sendable {
        public enum Kind: Sendable, Hashable { case input, parameter, constant, intermediate }
        public var name: String
        public var type: TensorType
        public var kind: Kind
        /// Present for constants, and for parameters whose file carried data. A parameter without data
        /// gets values from a seeded generator when values are needed.
        public var data: Tensor?

        public init(name: String, type: TensorType, kind: Kind, data: Tensor? = nil) {
            self.name = name; self.type = type; self.kind = kind; self.data = data
        }
    }

    /// One operator.
    public struct Node: Sendable {
        public var name: String
        /// ONNX operator name.
        public var operation: String
        /// ONNX domain, "" for the default one.
        public var domain: String
        /// Version of the operator set that gives the operator its meaning.
        public var version: Int
        /// `nil` where an optional input is left out.
        public var inputs: [ValueID?]
        /// `nil` where an optional output is left out.
        public var outputs: [ValueID?]
        public var attributes: [String: Attribute]

        public init(
            name: String, operation: String, domain: String = "", version: Int, inputs: [ValueID?], outputs: [ValueID?],
            attributes: [String: Attribute] = [:]
        ) {
            self.name = name; self.operation = operation; self.domain = domain; self.version = version
            self.inputs = inputs; self.outputs = outputs; self.attributes = attributes
        }
    }

    public init(
        name: String, origin: String, values: [Value] = [], nodes: [Node] = [], inputs: [ValueID] = [],
        outputs: [ValueID] = [], states: [State] = [], isLayerList: Bool = false
    ) {
        self.name = name; self.origin = origin; self.values = values; self.nodes = nodes
        self.inputs = inputs; self.outputs = outputs; self.states = states; self.isLayerList = isLayerList
    }
}

/// A compile-time parameter of an operator.
public enum Attribute: Sendable, Equatable {
    case int(Int)
    case float(Float)
    case string(String)
    case ints([Int])
    case floats([Float])
    case strings([String])
    case tensor(Tensor)
}
