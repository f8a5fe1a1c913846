import Architecture
import Quantities

/// What a machine costs: area and leakage of its parts, and what each of their actions takes.
///
/// Parts are priced together for all cores: "mesh.macs" are the multiply-accumulates of all units of engine `mesh`. What is not priced, and what
/// was assumed where the architecture is silent, is in `notes`.
public struct MachineCost: Sendable {
    /// A component with its place in the machine.
    public struct Part: Sendable, Hashable {
        public var component: ComponentCost
        /// The component of the architecture that it belongs to: "mesh". "clock" for what belongs to all.
        public var owner: String
        public var category: CostCategory
        /// What one action is, in the order of the component's actions: "access of 16 B".
        public var units: [String]
    }

    public var architecture: String
    /// What everything on the chip was priced at.
    public var process: ProcessPoint
    public var parts: [Part]
    /// Assumptions, and what has no price.
    public var notes: [String]
    /// How the actions of a run are counted.
    var charges: [Charge]
    /// Memories whose energy the simulation gives command by command.
    var measuredMemories: [String: Int]
    /// Names of units and memories in an execution record, by the name in the architecture.
    var instances: [String: [String]]

    /// Prices a machine.
    ///
    /// - Throws: `CostError` when something has no price: a technology beyond the published scaling, a format that no table has.
    public init(of architecture: Architecture, prices: PriceBook = .shipped) throws(CostError) {
        var pricer = try MachinePricer(architecture, prices)
        try pricer.priceAll()
        self.init(pricer, architecture)
    }

    init(_ pricer: MachinePricer, _ architecture: Architecture) {
        self.architecture = architecture.name
        process = pricer.process
        parts = pricer.parts
        notes = pricer.notes
        charges = pricer.charges
        measuredMemories = pricer.measuredMemories
        instances = pricer.instances
    }

    /// Components alone.
    public var components: [ComponentCost] { parts.map(\.component) }

    /// Of the chip: what lies on other dies is not in it.
    public func area() throws(CostError) -> ExactArea {
        var sum = ExactArea.zero
        for part in parts where part.category.isOnChip { sum = try sum.adding(part.component.totalArea()) }
        return sum
    }

    /// The area of a machine, as a sweep asks for it.
    public static func area(of architecture: Architecture, prices: PriceBook = .shipped) throws(CostError) -> Area {
        try MachineCost(of: architecture, prices: prices).area().area
    }

    public func leakage() throws(CostError) -> ExactPower {
        var sum = ExactPower.zero
        for part in parts { sum = try sum.adding(part.component.totalLeakage()) }
        return sum
    }

    public func sheet() throws(CostError) -> CostSheet { try CostSheet(components) }
}

/// One action and what counts it.
struct Charge: Sendable {
    /// Index into the machine's parts, and the action's into its component's.
    var part: Int
    var action: Int
    var tally: Tally
    /// What is counted for one action: 16 for bytes that move in accesses of 16.
    var divisor = 1
}

/// What of a run counts an action.
enum Tally: Sendable, Hashable {
    case macs(engine: String)
    case stationaryElements(engine: String)
    case vectorOperations(engine: String)
    case commands(engine: String)
    case requests(engine: String)
    case bytesRead(memory: String)
    case bytesWritten(memory: String)
    case bytesMoved(memory: String)
    case cycles
    case cacheReads(cache: String)
    case cacheFills(cache: String)
    /// Flits through routers, and over channels between them.
    case routerFlits(network: String)
    case channelFlits(network: String)
}
