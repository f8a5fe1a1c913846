import Quantities

/// A set-associative, write-back cache between the DMA engines and an off-chip memory.
public struct MemoryCache: Sendable, Equatable {
    /// Which line of a full set makes room.
    public enum Replacement: String, Sendable, CaseIterable {
        /// The one unused for longest.
        case leastRecentlyUsed = "lru"
        /// The one that a tree of bits points away to.
        case treePseudoLRU = "tree-plru"
        case random
    }
    public var name: String
    /// Name of the memory that it stands in front of.
    public var of: String
    public var capacity: Bytes
    public var line: Bytes
    public var ways: Int
    public var replacement: Replacement
    /// Cycles from the start of an access to its data on a hit, and to the request to the memory on a miss.
    public var latency: Int
    /// Lines on their way at most (miss status holding registers).
    public var missRegisters: Int
    /// Accesses that can wait for one line, the first included.
    public var targets: Int
    public init(
        name: String, of: String, capacity: Bytes, line: Bytes = Bytes(64), ways: Int = 8, replacement: Replacement = .leastRecentlyUsed,
        latency: Int = 20, missRegisters: Int = 32, targets: Int = 8
    ) {
        self.name = name; self.of = of; self.capacity = capacity; self.line = line; self.ways = ways; self.replacement = replacement
        self.latency = latency; self.missRegisters = missRegisters; self.targets = targets
    }

    /// Sets, rounded down.
    public var sets: Int { capacity.count / max(1, line.count * ways) }
}

extension MemoryCache {
    static let schema = ComponentSchema(
        kind: "cache", title: "Cache (`kind: cache`)",
        help: "A set-associative, write-back cache in front of an off-chip memory, for all DMA engines: they name the memory, and their requests go through the cache. One access to a line begins in each cycle of the machine's clock. The memory needs `model: banks`.",
        parameters: [
            ParameterSchema("of", .memory, .named("a DRAM of this file"), .required, "Memory that it stands in front of."),
            ParameterSchema(
                "capacity", .bytes, .quantities(from: "1 B", to: "64 GiB"), .required,
                "Bytes it holds: a power of two times line × ways."),
            ParameterSchema(
                "line", .bytes, .quantities(from: "1 B", to: "1 MiB"), .value("64 B"),
                "Bytes of a line, a power of two: what a miss brings in and an eviction writes."),
            ParameterSchema("ways", .integer(unit: "ways"), .integers(1...1024), .value("8"), "Lines that share a set."),
            ParameterSchema(
                "replacement", .choice(Replacement.allCases.map(\.rawValue), noun: "a replacement policy"), .named("lru, tree-plru, random"),
                .value(Replacement.leastRecentlyUsed.rawValue), "Which line of a full set makes room."),
            ParameterSchema(
                "latency", .integer(unit: "cycles"), .integers(0...1_048_576), .value("20"),
                "Cycles from the start of an access to its data on a hit, and to the request to the memory on a miss. The default is an estimate."),
            ParameterSchema(
                "mshrs", .integer(unit: "lines"), .integers(1...4096), .value("32"),
                "Miss status holding registers: lines on their way at once; a further miss waits, and all behind it."),
            ParameterSchema(
                "targets", .integer(unit: "accesses"), .integers(1...1_048_576), .value("8"),
                "Accesses that can wait for one line on its way, the first included."),
        ])

    init(_ values: ParameterValues, name: String) {
        self.init(
            name: name, of: values.names("of")[0], capacity: values.bytes("capacity"), line: values.bytes("line"),
            ways: values.integer("ways"), replacement: values.choice("replacement", of: Replacement.self), latency: values.integer("latency"),
            missRegisters: values.integer("mshrs"), targets: values.integer("targets"))
    }
}
