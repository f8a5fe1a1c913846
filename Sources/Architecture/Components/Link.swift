import Quantities

/// A connection between a memory and an engine that is narrower or longer than the memory's own port.
public struct Link: Sendable, Equatable {
    public var from: String
    public var to: String
    /// Bytes a cycle.
    public var width: Bytes
    /// Cycles that every transfer takes on top.
    public var latency: Int
    public init(from: String, to: String, width: Bytes, latency: Int = 0) {
        self.from = from; self.to = to; self.width = width; self.latency = latency
    }
}

extension Link {
    static let schema = ComponentSchema(
        kind: "links", title: "Link (entries of `links`)",
        help: "A connection between a memory and an engine that is narrower or longer than the memory's own port. Without a link the memory's port is the limit.",
        parameters: [
            ParameterSchema(
                "from", .component, .named("a memory that the engine reads, or the engine"), .required, "Where the data come from."),
            ParameterSchema("to", .component, .named("the engine, or the memory that it writes"), .required, "Where the data go."),
            ParameterSchema("width", .bytes, .quantities(from: "1 B", to: "1 GiB"), .required, "Bytes that it carries in one cycle."),
            ParameterSchema(
                "latency", .integer(unit: "cycles"), .integers(0...1_000_000), .value("0"), "Cycles that every transfer takes on top."),
        ])

    init(_ values: ParameterValues) {
        self.init(
            from: values.text("from"), to: values.text("to"), width: values.bytes("width"), latency: values.integer("latency"))
    }
}
