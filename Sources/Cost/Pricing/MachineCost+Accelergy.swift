import Quantities

extension MachineCost {
    /// The machine's energies as Accelergy's table: `gemmini.mesh.macs[1..256]`. Leakage is picojoules a cycle of the machine's clock there.
    ///
    /// Read again with `--ert` it gives the same prices. Off-chip memory that is simulated command by command is not in it: it has no energy of an
    /// access alone.
    public func energyTable(clockHertz: Double) -> AccelergyEnergyTable {
        AccelergyEnergyTable(
            components: parts.filter { $0.component.count > 0 && measuredMemories[$0.component.name] == nil }.map { part in
                var actions = part.component.actions.map { AccelergyEnergyTable.Action(name: $0.name, picojoules: Double($0.energy.units) * 1e-18) }
                if part.component.leakage > .zero, clockHertz > 0 {
                    actions.append(.init(name: "leak", picojoules: part.component.leakage.power.watts / clockHertz * 1e12))
                }
                return .init(name: name(part), actions: actions)
            })
    }

    /// The areas of all parts that have one.
    public func areaTable() -> AccelergyAreaTable {
        AccelergyAreaTable(
            components: parts.filter { $0.component.count > 0 && $0.component.area > .zero }.map { part in
                .init(name: name(part), squareMicrometres: part.component.area.area.squareMillimetres * 1e6)
            })
    }

    private func name(_ part: Part) -> AccelergyName {
        let names = [architecture] + part.component.name.split(separator: ".").map(String.init)
        return AccelergyName(names.map(AccelergyName.part).filter { !$0.isEmpty }, instances: part.component.count)
    }
}
