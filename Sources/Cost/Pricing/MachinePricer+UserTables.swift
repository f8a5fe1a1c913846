import Quantities

extension MachinePricer {
    /// What users bring replaces what was looked up, part by part and figure by figure: entries of a component table that are named for a part
    /// ("mesh.macs", "scratchpad"), then Accelergy's tables.
    mutating func applyUserTables() throws(CostError) {
        noteUnused("energy", prices.energyTable?.components.map(\.name) ?? [])
        noteUnused("area", prices.areaTable?.components.map(\.name) ?? [])
        for index in parts.indices {
            let name = parts[index].component.name
            if prices.components.isUsers(name) { try replace(index, by: prices.price(name, at: process)) }
            if let table = prices.energyTable, let component = find(name, table.component) { try replace(index, by: component) }
            if let table = prices.areaTable, let component = find(name, table.component) {
                parts[index].component.area = try ExactArea(component.area)
                parts[index].component.areaProvenance = Provenance("area reference table: \(component.name)")
            }
        }
    }

    /// What a user brings and no part takes is said: nobody should think that it counts.
    private mutating func noteUnused(_ kind: String, _ names: [AccelergyName]) {
        let own = parts.map(\.component.name)
        let prefix = AccelergyName.part(architecture.name)
        let unused = names.filter { name in !own.contains { name.matches("\(prefix).\($0)") || name.matches($0) } }
        guard !unused.isEmpty else { return }
        let shown = unused.prefix(4).map(\.description).joined(separator: ", ") + (unused.count > 4 ? " and \(unused.count - 4) more" : "")
        notes.append("\(kind) reference table: \(shown) \(unused.count == 1 ? "is" : "are") no part of this machine and not used; its parts are \(own.prefix(6).joined(separator: ", ")), …")
    }

    /// Whether a user brings an energy of a part.
    func isUsers(_ name: String) -> Bool {
        prices.components.isUsers(name) || prices.energyTable.map { find(name, $0.component) != nil } == true
    }

    private func find<Component>(_ name: String, _ look: (String) -> Component?) -> Component? {
        look("\(AccelergyName.part(architecture.name)).\(name)") ?? look(name)
    }

    private mutating func replace(_ index: Int, by price: ComponentPrice) throws(CostError) {
        for action in price.actions { try replace(index, action.name, ExactEnergy(action.energy), action.provenance) }
        if let area = price.area {
            parts[index].component.area = try ExactArea(area.value)
            parts[index].component.areaProvenance = area.provenance
        }
        if let leakage = price.leakage {
            parts[index].component.leakage = try ExactPower(leakage.value)
            parts[index].component.leakageProvenance = leakage.provenance
        }
    }

    /// "leak" is picojoules a cycle there, and power here.
    private mutating func replace(_ index: Int, by table: AccelergyEnergyTable.Component) throws(CostError) {
        let provenance = Provenance("energy reference table: \(table.name)")
        for action in table.actions {
            if action.name == "leak" {
                parts[index].component.leakage = try ExactPower(Power(watts: action.energy.joules * architecture.clock.hertz))
                parts[index].component.leakageProvenance = provenance
            } else if action.name != "update" || parts[index].component.action("update") != nil {
                try replace(index, action.name, ExactEnergy(action.energy), provenance)
            }
        }
    }

    private mutating func replace(_ index: Int, _ name: String, _ energy: ExactEnergy, _ provenance: Provenance) throws(CostError) {
        guard let action = parts[index].component.actions.firstIndex(where: { $0.name == name }) else {
            let actions = parts[index].component.actions.map(\.name)
            throw CostError(
                .unknown, "action \"\(name)\" of \(parts[index].component.name)", "is not one that is counted",
                accepted: actions.isEmpty ? "it has none" : "there are \(actions.joined(separator: ", "))")
        }
        parts[index].component.actions[action].energy = energy
        parts[index].component.actions[action].provenance = provenance
    }
}
