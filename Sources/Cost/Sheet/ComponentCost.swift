import Quantities

/// One component of a machine with its price.
public struct ComponentCost: Sendable, Hashable {
    public struct Action: Sendable, Hashable {
        public var name: String
        /// Of one action of one instance.
        public var energy: ExactEnergy
        public var provenance: Provenance

        public init(name: String, energy: ExactEnergy, provenance: Provenance) {
            self.name = name
            self.energy = energy
            self.provenance = provenance
        }
    }

    /// As the architecture names it: "core0.mxu".
    public var name: String
    /// What it is, for people: "SRAM, 64 KiB × 32 B", "256 × 256 multiply-accumulates of int8".
    public var kind: String
    /// How many there are of it.
    public var count: Int
    /// Of one instance.
    public var area: ExactArea
    public var areaProvenance: Provenance?
    /// Of one instance.
    public var leakage: ExactPower
    public var leakageProvenance: Provenance?
    public var actions: [Action]

    public init(
        name: String, kind: String, count: Int, area: ExactArea = .zero, areaProvenance: Provenance? = nil, leakage: ExactPower = .zero,
        leakageProvenance: Provenance? = nil, actions: [Action] = []
    ) {
        self.name = name; self.kind = kind; self.count = count; self.area = area; self.areaProvenance = areaProvenance
        self.leakage = leakage; self.leakageProvenance = leakageProvenance; self.actions = actions
    }

    /// A component from its price. Without a leakage of its own, `logicLeakage` (per square millimetre) leaks from its area.
    public init(name: String, count: Int, price: ComponentPrice, logicLeakage: Sourced<Power>? = nil) throws(CostError) {
        self.init(name: name, kind: price.component + (price.format.map { " of \($0)" } ?? ""), count: count)
        if let area = price.area {
            self.area = try ExactArea(area.value)
            areaProvenance = area.provenance
        }
        if let leakage = price.leakage {
            self.leakage = try ExactPower(leakage.value)
            leakageProvenance = leakage.provenance
        } else if let logicLeakage, let area = price.area {
            leakage = try ExactPower(Power(watts: logicLeakage.value.watts * area.value.squareMillimetres))
            leakageProvenance = logicLeakage.provenance.adding("over the component's area")
        }
        for action in price.actions { actions.append(Action(name: action.name, energy: try ExactEnergy(action.energy), provenance: action.provenance)) }
    }

    /// An SRAM with its actions "read" and "write", each of the whole width.
    public init(name: String, count: Int = 1, array: SRAMArray, cost: SRAMCost) throws(CostError) {
        self.init(
            name: name, kind: "SRAM, \(array.capacity) × \(array.width)" + (array.banks > 1 ? ", \(array.banks) banks" : ""), count: count,
            area: try ExactArea(cost.area), areaProvenance: cost.provenance, leakage: try ExactPower(cost.leakage), leakageProvenance: cost.provenance,
            actions: [
                Action(name: "read", energy: try ExactEnergy(cost.readEnergy), provenance: cost.provenance),
                Action(name: "write", energy: try ExactEnergy(cost.writeEnergy), provenance: cost.provenance),
            ])
    }

    public func action(_ name: String) -> Action? { actions.first { $0.name == name } }

    /// Of all instances.
    public func totalArea() throws(CostError) -> ExactArea { try area.times(count) }
    /// Of all instances.
    public func totalLeakage() throws(CostError) -> ExactPower { try leakage.times(count) }
}
