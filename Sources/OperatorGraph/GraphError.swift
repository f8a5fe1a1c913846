/// What is wrong with a graph, an operator or a tensor, where, and what to do about it.
public struct GraphError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Name of the node, "" when the mistake is not at a node.
    public var node: String
    /// Operator name, "" when the mistake is not at a node.
    public var operation: String
    /// ONNX domain, "" for the default one.
    public var domain: String
    /// Operator set version that the node asks for; 0 when not at a node.
    public var version: Int
    /// What is wrong, without a full stop.
    public var message: String
    /// What the user can do; `nil` where nothing sensible can be said.
    public var suggestion: String?

    public init(
        node: String = "", operation: String = "", domain: String = "", version: Int = 0, message: String,
        suggestion: String? = nil
    ) {
        self.node = node; self.operation = operation; self.domain = domain; self.version = version
        self.message = message; self.suggestion = suggestion
    }

    public init(_ node: Graph.Node, _ message: String, suggestion: String? = nil) {
        self.init(
            node: node.name, operation: node.operation, domain: node.domain, version: node.version,
            message: message, suggestion: suggestion)
    }

    /// One line: `node "conv1" (Conv, opset 17): weights have 5 dimensions, input has 4; …`.
    public var description: String {
        var text = ""
        if !operation.isEmpty {
            let qualified = domain.isEmpty ? operation : "\(domain).\(operation)"
            text = "node \"\(node)\" (\(qualified), opset \(version)): "
        } else if !node.isEmpty {
            text = "node \"\(node)\": "
        }
        text += message
        if let suggestion { text += "; \(suggestion)" }
        return String(text.map { $0.isNewline ? " " : $0 })
    }
}
