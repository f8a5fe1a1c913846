import Architecture
import MemorySystem
import Quantities
import Synchronization

/// Where prices are looked up: component tables, the SRAM model, and tables that a user brings. Thread-safe; what was looked up once is kept,
/// so that a sweep does not search the same SRAM twice.
public final class PriceBook: Sendable {
    public let components: ComponentTable
    public let sram: SRAMModel
    public let energyTable: AccelergyEnergyTable?
    public let areaTable: AccelergyAreaTable?

    /// What comes with Cyclewright.
    public static let shipped = PriceBook()

    public init(
        components: ComponentTable = .shipped, sram: SRAMModel = .shipped, energyTable: AccelergyEnergyTable? = nil, areaTable: AccelergyAreaTable? = nil
    ) {
        self.components = components
        self.sram = sram
        self.energyTable = energyTable
        self.areaTable = areaTable
    }

    /// Prices of each kind that are kept at once; the book forgets all of them when there are more.
    static let capacity = 4096

    private struct Query: Hashable {
        var component: String
        var format: ArithmeticFormat?
        var accumulator: ArithmeticFormat?
        var process: ProcessPoint
    }

    private struct Known {
        var arrays: [SRAMArray: SRAMCost] = [:]
        var prices: [Query: ComponentPrice] = [:]
        var standards: [String: DRAMEnergyModel?] = [:]
    }

    private let known = Mutex(Known())

    func cost(of array: SRAMArray) throws(CostError) -> SRAMCost {
        if let cost = known.withLock({ $0.arrays[array] }) { return cost }
        let cost = try sram.cost(of: array)
        known.withLock { known in
            if known.arrays.count >= Self.capacity { known.arrays = [:] }
            known.arrays[array] = cost
        }
        return cost
    }

    func price(_ component: String, format: ArithmeticFormat? = nil, at process: ProcessPoint) throws(CostError) -> ComponentPrice {
        let table = components
        return try price(Query(component: component, format: format, process: process)) { () throws(CostError) in
            try table.price(component, format: format, at: process)
        }
    }

    /// A multiply-accumulate: the user's own entry "mac", or multiplier and adder.
    func multiplyAccumulate(_ format: ArithmeticFormat, accumulator: ArithmeticFormat, at process: ProcessPoint) throws(CostError) -> ComponentPrice {
        let table = components
        return try price(Query(component: "mac", format: format, accumulator: accumulator, process: process)) { () throws(CostError) in
            table.isUsers("mac")
                ? try table.price("mac", format: format, at: process)
                : try table.multiplyAccumulate(format, accumulator: accumulator, at: process)
        }
    }

    private func price(_ query: Query, _ look: () throws(CostError) -> ComponentPrice) throws(CostError) -> ComponentPrice {
        if let price = known.withLock({ $0.prices[query] }) { return price }
        let price = try look()
        known.withLock { known in
            if known.prices.count >= Self.capacity { known.prices = [:] }
            known.prices[query] = price
        }
        return price
    }

    /// Energies of the commands of a DRAM standard; `nil` where nobody publishes its currents.
    func commands(ofStandard name: String) -> DRAMEnergyModel? {
        if let model = known.withLock({ $0.standards[name] }) { return model }
        let model = (try? DRAMStandard(named: name)).flatMap { DRAMEnergyModel($0) }
        known.withLock { known in
            if known.standards.count >= Self.capacity { known.standards = [:] }
            known.standards[name] = .some(model)
        }
        return model
    }
}

extension ComponentTable {
    /// Whether a user's file has entries of this component.
    func isUsers(_ component: String) -> Bool { layers.dropLast().contains { $0.contains { $0.component == component } } }
}
