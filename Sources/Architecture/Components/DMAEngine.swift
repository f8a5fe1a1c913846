import Quantities

/// Moves regions between two memories, in requests.
public struct DMAEngine: Sendable, Equatable {
    /// Bytes a cycle between the memories.
    public var width: Bytes
    /// Largest request; a region is cut into requests of at most this size.
    public var request: Bytes
    /// Requests in flight at most.
    public var outstanding: Int
    /// Cycles to start a command, before its first request.
    public var startup: Int
    public init(width: Bytes, request: Bytes = Bytes(256), outstanding: Int = 16, startup: Int = 16) {
        self.width = width; self.request = request; self.outstanding = outstanding; self.startup = startup
    }
}

extension DMAEngine {
    static let schema = ComponentSchema(
        kind: "dma", title: "DMA engine (`kind: dma`)",
        help: "Moves regions from one memory to another, cut into requests.",
        parameters: ArchitectureSchema.engineParameters(
            reads: ParameterSchema(
                "reads", .memories(1...1), .named("1 memory of this file"), .required, "Memory that it copies from."),
            writesHelp: "Memory that it copies to.") + [
                ParameterSchema(
                    "width", .bytes, .quantities(from: "1 B", to: "1 GiB"), .required, "Bytes that it moves in one cycle at most."),
                ParameterSchema(
                    "request", .bytes, .quantities(from: "1 B", to: "1 GiB"), .value("256 B"),
                    "Largest request; a region is cut into requests of at most this size."),
                ParameterSchema(
                    "outstanding", .integer(unit: "requests"), .integers(1...1_048_576), .value("16"), "Requests in flight at most."),
                ParameterSchema(
                    "startup", .integer(unit: "cycles"), .integers(0...1_000_000), .value("16"),
                    "Cycles to start a command, before its first request. The default is an estimate."),
            ])

    init(_ values: ParameterValues) {
        self.init(
            width: values.bytes("width"), request: values.bytes("request"), outstanding: values.integer("outstanding"),
            startup: values.integer("startup"))
    }
}
