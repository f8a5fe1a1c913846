import Quantities

/// A machine: memories, engines and the links between them, as read from an architecture file.
///
/// Components of scope `.core` exist once in each core and are named `core0.mxu`, `core1.mxu`, … when there
/// is more than one core; components of scope `.shared` exist once.
public struct Architecture: Sendable, Equatable {
    public var name: String
    /// Where the parameters come from, for reports.
    public var source: String
    public var technology: Technology
    /// The clock of every component that names none of its own.
    public var clock: Frequency
    public var cores: Int
    public var memories: [Memory]
    public var engines: [Engine]
    public var links: [Link]
    /// Caches in front of off-chip memories. Files list them under `memories`; engines name the memories behind them.
    public var caches: [MemoryCache] = []
    /// Networks between DMA engines and off-chip memories.
    public var networks: [OnChipNetwork] = []
    /// Every parameter as it was resolved, in file order, for reports and `describe`.
    public var parameters: [ResolvedParameter]

    public init(
        name: String, source: String = "", technology: Technology = Technology(), clock: Frequency, cores: Int = 1,
        memories: [Memory], engines: [Engine], links: [Link] = [], parameters: [ResolvedParameter] = []
    ) {
        self.name = name; self.source = source; self.technology = technology; self.clock = clock; self.cores = cores
        self.memories = memories; self.engines = engines; self.links = links; self.parameters = parameters
    }

    public func memory(named name: String) -> Memory? { memories.first { $0.name == name } }
    public func engine(named name: String) -> Engine? { engines.first { $0.name == name } }
}

/// Process technology, which prices energy and area.
public struct Technology: Sendable, Equatable {
    public var nodeNanometres: Double?
    public var voltage: Double?
    /// Fast transistors that leak, or slow ones that hardly do.
    public enum Transistors: String, Sendable, CaseIterable {
        case highPerformance = "high-performance"
        case lowPower = "low-power"
    }
    public var transistors: Transistors
    public init(nodeNanometres: Double? = nil, voltage: Double? = nil, transistors: Transistors = .highPerformance) {
        self.nodeNanometres = nodeNanometres; self.voltage = voltage; self.transistors = transistors
    }
}

/// One parameter of one component, as the run used it.
public struct ResolvedParameter: Sendable, Equatable {
    /// Dotted path, as `--set` takes it: `engines.mxu.rows`.
    public var path: String
    /// The value with its unit, as text.
    public var value: String
    public var help: String
    /// Where the value comes from: the nearest `source` key, `nil` for a default or when the file gives none.
    public var source: String?
    public var isDefault: Bool
    public init(path: String, value: String, help: String, source: String?, isDefault: Bool) {
        self.path = path; self.value = value; self.help = help; self.source = source; self.isDefault = isDefault
    }
}

/// Whether a component exists once in each core or once in the machine.
public enum Scope: String, Sendable, CaseIterable { case core, shared }
