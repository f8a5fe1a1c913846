import Architecture
import OperatorGraph

/// How a workload runs on a machine: tiles and loops of its products, and where its tensors live. What a mapping file holds.
public struct WorkloadMapping: Sendable, Equatable {
    /// Version of the file format that is written, and the only one that is read.
    public static let version = 1

    /// The file it came from, for messages.
    public var file: String?
    public var architecture: String
    public var workload: String
    public var checks: MappingChecks?
    /// What it was searched for, and how far the search got; empty when nobody said.
    public var objective = ""
    public var reached = ""
    /// Operators in the order in which they run; empty for that of the workload.
    public var order: [OrderedOperator] = []
    public var buffers = BufferRoom.apart
    /// Operators that run block by block together.
    public var fusion: [FusedOperators] = []
    /// In the order of the file.
    public var operators: [MappedOperator]
    public var tensors: [PlacedTensor]
    /// Of operators that more than one kind of unit can run.
    public var units: [ChosenUnit] = []
    /// Of operators that do not run on all cores, or whose product is not divided by the rule.
    public var cores: [AssignedCores] = []
    public var constraints = MappingConstraints()
    /// Places that somebody without knowledge of the machine's buffers wished for: kept to where that is possible. Not in a mapping file.
    public var preferences: [PlacedTensor] = []

    public init(
        file: String? = nil, architecture: String, workload: String, checks: MappingChecks? = nil, operators: [MappedOperator] = [],
        tensors: [PlacedTensor] = []
    ) {
        self.file = file; self.architecture = architecture; self.workload = workload; self.checks = checks
        self.operators = operators; self.tensors = tensors
    }

    /// That of a block is its own, or its operator's.
    public func mapping(of name: String) -> MappedOperator? {
        operators.first { $0.name == name } ?? BlockName.base(of: name).flatMap { base in operators.first { $0.name == base } }
    }
}

/// An operator of the workload, by the name of one of its nodes.
public struct OrderedOperator: Sendable, Equatable {
    public var name: String
    /// Of the file, counted from one.
    public var line: Int?

    public init(name: String, line: Int? = nil) { self.name = name; self.line = line }

    public static func == (a: OrderedOperator, b: OrderedOperator) -> Bool { a.name == b.name }
}

/// The mapping of one product.
public struct MappedOperator: Sendable, Equatable {
    public var name: String
    /// Of the file, counted from one.
    public var line: Int?
    /// The product it was made for, all cores together; `nil` when the file does not say.
    public var product: ProductExtents?
    public var mapping: MatmulMapping
    /// Remarks that the file carries as a comment: what was predicted.
    public var comment = ""

    public init(name: String, line: Int? = nil, product: ProductExtents?, mapping: MatmulMapping, comment: String = "") {
        self.name = name; self.line = line; self.product = product; self.mapping = mapping; self.comment = comment
    }

    /// What it says, wherever that stands.
    public static func == (a: MappedOperator, b: MappedOperator) -> Bool { a.name == b.name && a.product == b.product && a.mapping == b.mapping }
}

/// The kind of unit that runs an operator.
public struct ChosenUnit: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable { case array, vector }
    public var name: String
    public var line: Int?
    public var kind: Kind

    public init(name: String, line: Int? = nil, kind: Kind) { self.name = name; self.line = line; self.kind = kind }

    public static func == (a: ChosenUnit, b: ChosenUnit) -> Bool { a.name == b.name && a.kind == b.kind }
}

/// Where a result lives from the operator that makes it to the last that reads it.
public struct PlacedTensor: Sendable, Equatable {
    public enum Place: String, Sendable, CaseIterable {
        case onChip = "on-chip"
        case offChip = "off-chip"
    }
    public var name: String
    public var line: Int?
    public var place: Place
    /// Where in the scratchpad it begins, in bytes; `nil` for the lowest place that is free.
    public var address: Int?

    public init(name: String, line: Int? = nil, place: Place, address: Int? = nil) {
        self.name = name; self.line = line; self.place = place; self.address = address
    }

    public static func == (a: PlacedTensor, b: PlacedTensor) -> Bool { a.name == b.name && a.place == b.place && a.address == b.address }

    /// As in a file: `on-chip at 4096`.
    public var text: String { place.rawValue + (address.map { " at \($0)" } ?? "") }
}

/// The part of a scratchpad from which operators take buffers for their tiles.
public enum BufferRoom: String, Sendable, CaseIterable {
    /// A fixed part at its end, apart from tensors that stay.
    case apart
    /// All that tensors which stay leave above them, operator by operator; tensors stay only where the file says so.
    case shared
}

/// Numbers by which a mapping knows the machine and the workload that it was made for.
public struct MappingChecks: Sendable, Equatable {
    public var architecture: String
    public var workload: String

    public init(architecture: String, workload: String) { self.architecture = architecture; self.workload = workload }

    public init(_ architecture: Architecture, _ graph: Graph) {
        self.init(architecture: Self.check(architecture), workload: Self.check(graph))
    }

    /// Of what decides whether a mapping is possible, and not how fast it is: cores, engines, memories and their sizes.
    static func check(_ architecture: Architecture) -> String {
        var hash = Hash()
        hash.add("cores \(architecture.cores)")
        for memory in architecture.memories { hash.add("memory \(memory.name) \(memory.scope) \(memory.capacity.count)") }
        for engine in architecture.engines {
            hash.add("engine \(engine.name) \(engine.scope) \(engine.count) \(engine.reads) \(engine.writes)")
            if case .systolicArray(let array) = engine.kind {
                hash.add("array \(array.rows) \(array.columns) \(array.dataflow) \(array.input) \(array.accumulator)")
            }
        }
        return hash.text
    }

    /// Of operators and the shapes and formats of their tensors; names may change.
    static func check(_ graph: Graph) -> String {
        var hash = Hash()
        for node in graph.nodes {
            hash.add(node.operation)
            for value in node.inputs + node.outputs {
                guard let value else { hash.add("-"); continue }
                hash.add("\(value) \(graph.values[value].type.element.rawValue) \(graph.values[value].type.shape)")
            }
        }
        return hash.text
    }

    /// FNV-1a, 64 bits: not to be safe from anybody, only the same everywhere.
    private struct Hash {
        private var value: UInt64 = 0xCBF2_9CE4_8422_2325

        mutating func add(_ text: String) {
            for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
            value = (value ^ 0x0A) &* 0x100_0000_01B3
        }

        var text: String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
    }
}
