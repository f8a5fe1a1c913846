import Architecture
import Quantities
import Simulation

/// What a run took: energy by part, by operator and by memory, power over time, and the figures of merit that follow.
///
/// Amounts are exact: parts add up to the whole, and so do operators, static energy included. What no operator can be charged with (a run
/// without operators) is `unattributed`.
public struct RunCost: Sendable {
    /// One action of one part of the machine, or its leakage.
    public struct Item: Sendable, Hashable {
        /// Index into `machine.parts`.
        public var part: Int
        /// "read", "compute"; "leakage" for static energy.
        public var action: String
        public var isStatic: Bool
        /// Actions; bytes where an action moves several; `nil` for leakage and for energy that the simulation priced itself.
        public var count: Int?
        public var energy: ExactEnergy
    }

    public struct OperatorEnergy: Sendable, Hashable {
        public var total = ExactEnergy.zero
        /// In the order of `CostCategory.allCases`: dynamic energy. `leakage` is beside it.
        public var dynamic = [ExactEnergy](repeating: .zero, count: CostCategory.allCases.count)
        public var leakage = ExactEnergy.zero

        public subscript(category: CostCategory) -> ExactEnergy { dynamic[CostCategory.allCases.firstIndex(of: category) ?? 0] }
    }

    /// A memory of the machine and what it took.
    public struct Level: Sendable, Hashable {
        public var name: String
        public var isOnChip: Bool
        public var access: ExactEnergy
        /// To and from the units.
        public var wires: ExactEnergy
        public var leakage: ExactEnergy
    }

    public let machine: MachineCost
    public let items: [Item]
    /// In the order of the record's.
    public let operators: [OperatorEnergy]
    public let unattributed: OperatorEnergy
    public let total: ExactEnergy
    public let leakage: ExactEnergy
    public let area: ExactArea
    public let power: PowerTrace
    public let seconds: Double
    private let macs: Int

    /// Prices a run on the machine that it ran on.
    public init(_ record: ExecutionRecord, _ architecture: Architecture, prices: PriceBook = .shipped) throws(CostError) {
        try self.init(record, on: MachineCost(of: architecture, prices: prices))
    }

    /// Prices a run on a machine that was priced before.
    public init(_ record: ExecutionRecord, on machine: MachineCost) throws(CostError) {
        var accountant = RunAccountant(record, machine)
        try accountant.chargeAll()
        self.machine = machine
        items = accountant.items
        operators = accountant.operators
        unattributed = accountant.unattributed
        var (total, leakage) = (ExactEnergy.zero, ExactEnergy.zero)
        for item in accountant.items {
            total = try total.adding(item.energy)
            if item.isStatic { leakage = try leakage.adding(item.energy) }
        }
        self.total = total
        self.leakage = leakage
        area = try machine.area()
        seconds = record.seconds
        macs = record.macs
        power = PowerTrace(record, operators: accountant.operators, unattributed: accountant.unattributed)
    }

    public var joules: Double { total.energy.joules }
    public var staticJoules: Double { leakage.energy.joules }
    public var dynamicJoules: Double { joules - staticJoules }
    public var squareMillimetres: Double { area.area.squareMillimetres }
    public var averageWatts: Double { seconds > 0 ? joules / seconds : 0 }
    /// Of the highest of the equal stretches that `power` has.
    public var peakWatts: Double { power.peak }
    /// Energy times delay.
    public var jouleSeconds: Double { joules * seconds }
    /// 10¹² operations for each joule; a multiply-accumulate is two.
    public var teraOperationsPerJoule: Double { joules > 0 ? 2 * Double(macs) / joules * 1e-12 : 0 }
    /// 10¹² operations a second for each square millimetre of chip.
    public var teraOperationsPerSecondAndArea: Double {
        seconds > 0 && squareMillimetres > 0 ? 2 * Double(macs) / seconds / squareMillimetres * 1e-12 : 0
    }

    /// Energy of what lies on the chip.
    public var onChipJoules: Double {
        items.reduce(0) { machine.parts[$1.part].category.isOnChip ? $0 + $1.energy.energy.joules : $0 }
    }
    /// Average power of what lies on the chip.
    public var onChipWatts: Double { seconds > 0 ? onChipJoules / seconds : 0 }

    /// What one part took, leakage included.
    public func energy(ofPart index: Int) throws(CostError) -> ExactEnergy { try sum { $0.part == index } }

    /// What all parts of a category took; without leakage unless asked for.
    public func energy(of category: CostCategory, withLeakage: Bool = false) throws(CostError) -> ExactEnergy {
        try sum { machine.parts[$0.part].category == category && (withLeakage || !$0.isStatic) }
    }

    /// By component of the architecture ("mesh", "scratchpad", "clock"), in the machine's order, leakage included.
    public func owners() throws(CostError) -> [(name: String, energy: ExactEnergy)] {
        var order: [String] = []
        var sums: [String: ExactEnergy] = [:]
        for item in items {
            let owner = machine.parts[item.part].owner
            if sums[owner] == nil { order.append(owner) }
            sums[owner] = try (sums[owner] ?? .zero).adding(item.energy)
        }
        return order.compactMap { name in sums[name].map { (name, $0) } }
    }

    /// Memories and caches in the machine's order.
    public func levels() throws(CostError) -> [Level] {
        var levels: [Level] = []
        for part in machine.parts where part.category == .memory || part.category == .offChip {
            let name = part.owner
            func own(_ condition: (Item) -> Bool) throws(CostError) -> ExactEnergy { try sum { machine.parts[$0.part].owner == name && condition($0) } }
            levels.append(
                Level(
                    name: name, isOnChip: part.category.isOnChip,
                    access: try own { !$0.isStatic && machine.parts[$0.part].category != .wires },
                    wires: try own { !$0.isStatic && machine.parts[$0.part].category == .wires }, leakage: try own(\.isStatic)))
        }
        return levels
    }

    private func sum(_ isIncluded: (Item) -> Bool) throws(CostError) -> ExactEnergy {
        var sum = ExactEnergy.zero
        for item in items where isIncluded(item) { sum = try sum.adding(item.energy) }
        return sum
    }
}
