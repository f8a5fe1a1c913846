/// The architecture format as data: every component kind with its parameters.
///
/// Decoding, defaults, checks of ranges, messages, the JSON Schema and the reference in the documentation are all
/// generated from these tables.
public enum ArchitectureSchema {
    /// The file itself; its sections `technology`, `memories`, `engines`, `links` and `networks` stand beside these parameters.
    public static let root = ComponentSchema(
        kind: "architecture", title: "Architecture",
        help: "The top level of the file. Parameters of the machine as a whole stand here, its components in sections.",
        parameters: [
            ParameterSchema(
                "architecture", .text, .named("1 … 128 characters"), .required, "Name of the machine, as reports print it."),
            ParameterSchema(
                "clock", .frequency, .quantities(from: "1 kHz", to: "1 THz"), .required,
                "Clock of every engine that names none of its own, and of all on-chip memories."),
            ParameterSchema(
                "cores", .integer(unit: "cores"), .integers(1...1024), .value("1"),
                "How many times everything of scope core exists."),
        ])

    public static let technology = ComponentSchema(
        kind: "technology", title: "Technology",
        help: "The process the chip is made in. It prices energy and area and changes no cycle.",
        parameters: [
            ParameterSchema(
                "node", .length, .quantities(from: "1 nm", to: "1 um"), .absent("not stated"),
                "Name of the process generation as a length."),
            ParameterSchema(
                "voltage", .voltage, .quantities(from: "50 mV", to: "10 V"), .absent("not stated"), "Supply voltage of the logic."),
            ParameterSchema(
                "transistors", .choice(Technology.Transistors.allCases.map(\.rawValue), noun: "a kind of transistors"),
                .named(Technology.Transistors.allCases.map(\.rawValue).joined(separator: ", ")), .value(Technology.Transistors.highPerformance.rawValue),
                "high-performance: fast transistors that leak; low-power: slow ones that hardly do."),
        ])

    /// Kinds of the section `memories`.
    public static let memoryKinds: [ComponentSchema] = [DRAM.schema, SRAM.schema, MemoryCache.schema, Flash.schema]
    /// Kinds of the section `engines`.
    public static let engineKinds: [ComponentSchema] = [SystolicArray.schema, VectorUnit.schema, DMAEngine.schema]
    public static let link = Link.schema
    public static let network = OnChipNetwork.schema
    /// The cost of one operation class of a vector unit.
    public static let operationCost = VectorUnit.costSchema

    /// Every component kind, in the order of the documentation.
    public static let components: [ComponentSchema] =
        [root, technology] + memoryKinds + engineKinds + [operationCost, link, network]

    /// Keys of the sections at the top level.
    package static let sections = ["technology", "memories", "engines", "links", "networks"]

    /// True when a path of `--set` belongs to an architecture and not to a workload: its first part is a key of the top level.
    public static func isParameterPath(_ path: String) -> Bool {
        let first = path.prefix { $0 != "." }
        return (root.parameters.map(\.name) + ["source"] + sections).contains { $0 == first }
    }

    static let scopeHelp = "core: once in each core, as core0.NAME, core1.NAME, …; shared: once in the machine."

    static func scope(default scope: Scope) -> ParameterSchema {
        ParameterSchema(
            "scope", .choice(Scope.allCases.map(\.rawValue), noun: "a scope"), .named("core, shared"), .value(scope.rawValue),
            scopeHelp)
    }

    /// Parameters that engines of every kind have; `reads` differs in length and meaning.
    static func engineParameters(reads: ParameterSchema, writesHelp: String) -> [ParameterSchema] {
        [
            scope(default: .core),
            ParameterSchema(
                "count", .integer(unit: "units"), .integers(1...1024), .value("1"),
                "Identical units (in each core, for scope core), named NAME0, NAME1, … when there are several."),
            ParameterSchema(
                "clock", .frequency, .quantities(from: "1 kHz", to: "1 THz"), .absent("the architecture's clock"),
                "Own clock of the engine."),
            reads,
            ParameterSchema("writes", .memory, .named("a memory of this file"), .required, writesHelp),
        ]
    }
}
