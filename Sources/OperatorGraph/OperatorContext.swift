import NumberFormats

/// What an operator definition sees of one node: its attributes, the types of its inputs and those input
/// values that are known.
public struct OperatorContext: Sendable {
    public let node: Graph.Node
    /// By input position; `nil` where an optional input is left out.
    public let types: [TensorType?]
    /// By input position; `nil` where the input is left out or its values are not known.
    public let tensors: [Tensor?]

    public init(node: Graph.Node, types: [TensorType?], tensors: [Tensor?]) {
        self.node = node
        self.types = types
        self.tensors = tensors
    }

    /// True where the node has this input.
    public func has(_ index: Int) -> Bool { index < types.count && types[index] != nil }

    /// True where the node asks for this output.
    public func wants(_ output: Int) -> Bool { output < node.outputs.count && node.outputs[output] != nil }

    /// The type of a required input.
    public func type(_ index: Int) throws(GraphError) -> TensorType {
        guard index < types.count, let type = types[index] else { throw error("input \(index) is missing") }
        return type
    }

    /// The shape of a required input.
    public func shape(_ index: Int) throws(GraphError) -> [Int] { try type(index).shape }

    /// The values of a required input.
    public func tensor(_ index: Int) throws(GraphError) -> Tensor {
        if let tensor = optionalTensor(index) { return tensor }
        throw has(index)
            ? error(
                "the values of input \(index) must be known when shapes are inferred",
                suggestion: "make it a constant, or fold the operators that compute it")
            : error("input \(index) is missing")
    }

    /// The values of an input; `nil` when left out or unknown.
    public func optionalTensor(_ index: Int) -> Tensor? { index < tensors.count ? tensors[index] : nil }

    /// The integers of an optional input: `nil` when it is left out, an error when its values are not known.
    public func optionalIntegers(_ index: Int) throws(GraphError) -> [Int]? {
        has(index) ? try tensor(index).intValues : nil
    }

    /// An error at this node.
    public func error(_ message: String, suggestion: String? = nil) -> GraphError {
        GraphError(node, message, suggestion: suggestion)
    }

    public func has(attribute name: String) -> Bool { node.attributes[name] != nil }

    public func optionalInt(_ name: String) throws(GraphError) -> Int? {
        switch node.attributes[name] {
        case nil: return nil
        case .int(let value): return value
        default: throw error("attribute \(name) is not an integer")
        }
    }

    public func int(_ name: String, _ standard: Int) throws(GraphError) -> Int { try optionalInt(name) ?? standard }

    /// An integer attribute read as a truth value.
    public func flag(_ name: String, _ standard: Bool = false) throws(GraphError) -> Bool {
        try int(name, standard ? 1 : 0) != 0
    }

    public func requiredInt(_ name: String) throws(GraphError) -> Int {
        guard let value = try optionalInt(name) else { throw error("attribute \(name) is missing") }
        return value
    }

    public func optionalInts(_ name: String) throws(GraphError) -> [Int]? {
        switch node.attributes[name] {
        case nil: return nil
        case .ints(let values): return values
        case .floats(let values) where values.isEmpty: return []
        case .int(let value): return [value]
        default: throw error("attribute \(name) is not a list of integers")
        }
    }

    public func optionalFloat(_ name: String) throws(GraphError) -> Float? {
        switch node.attributes[name] {
        case nil: return nil
        case .float(let value): return value
        case .int(let value): return Float(value)
        default: throw error("attribute \(name) is not a number")
        }
    }

    public func float(_ name: String, _ standard: Float) throws(GraphError) -> Float {
        try optionalFloat(name) ?? standard
    }

    public func optionalFloats(_ name: String) throws(GraphError) -> [Float]? {
        switch node.attributes[name] {
        case nil: return nil
        case .floats(let values): return values
        case .ints(let values): return values.map { Float($0) }
        default: throw error("attribute \(name) is not a list of numbers")
        }
    }

    public func string(_ name: String, _ standard: String) throws(GraphError) -> String {
        switch node.attributes[name] {
        case nil: return standard
        case .string(let value): return value
        default: throw error("attribute \(name) is not a text")
        }
    }

    public func strings(_ name: String) throws(GraphError) -> [String]? {
        switch node.attributes[name] {
        case nil: return nil
        case .strings(let values): return values
        default: throw error("attribute \(name) is not a list of texts")
        }
    }

    /// `axis` of a tensor of `rank` dimensions, counted from the end when negative.
    public func axis(_ axis: Int, rank: Int) throws(GraphError) -> Int {
        guard axis >= -rank && axis < rank else {
            throw error("axis \(axis) is outside a tensor of \(rank) dimensions")
        }
        return axis < 0 ? axis + rank : axis
    }

    /// The axes of a tensor of `rank` dimensions, from the front, each at most once.
    public func axes(_ axes: [Int], rank: Int) throws(GraphError) -> [Int] {
        var result: [Int] = []
        for axis in axes {
            let axis = try self.axis(axis, rank: rank)
            if result.contains(axis) { throw error("axis \(axis) is named twice") }
            result.append(axis)
        }
        return result
    }

    /// The shape to which the inputs broadcast.
    public func broadcastShape(_ shapes: [[Int]]) throws(GraphError) -> [Int] {
        if let shape = Broadcasting.shape(of: shapes) { return shape }
        throw error(
            "shapes \(shapes.map { "\($0)" }.joined(separator: " and ")) do not broadcast",
            suggestion: "extents must be equal or 1")
    }
}
