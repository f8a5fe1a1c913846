/// An operator of a file that Cyclewright does not know.
public struct UnsupportedOperator: Sendable, Hashable {
    /// Operator name as in the file.
    public var operation: String
    /// ONNX domain, "" for the default one.
    public var domain: String
    /// Version of the operator set in the file.
    public var version: Int
    /// Number of nodes that use it.
    public var count: Int
    /// The first of these nodes.
    public var firstNode: String

    public init(operation: String, domain: String, version: Int, count: Int, firstNode: String) {
        self.operation = operation; self.domain = domain; self.version = version; self.count = count
        self.firstNode = firstNode
    }
}
