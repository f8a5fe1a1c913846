import Architecture
import Cost
import Quantities
import Testing

struct AccelergyRoundTripTests {
    @Test("A machine's tables, written as Accelergy's and read again, give the same prices")
    func roundTrip() throws {
        let architecture = try MachineCostTests.machine(RunCostTests.plain)
        let cost = try MachineCost(of: architecture)
        let ert = try AccelergyEnergyTable(text: cost.energyTable(clockHertz: architecture.clock.hertz).yaml, file: "ERT.yaml")
        let art = try AccelergyAreaTable(text: cost.areaTable().yaml, file: "ART.yaml")
        let again = try MachineCost(of: architecture, prices: PriceBook(energyTable: ert, areaTable: art))
        #expect(ert.components.contains { $0.name.description == "plain.mxu.macs[1..64]" })
        for (a, b) in zip(cost.parts, again.parts) {
            #expect(abs(a.component.area.area.squareMillimetres / max(1e-30, b.component.area.area.squareMillimetres) - 1) < 1e-9 || a.component.area == b.component.area)
            #expect(abs(a.component.leakage.power.watts - b.component.leakage.power.watts) <= 1e-9 * a.component.leakage.power.watts + 1e-15)
            for (x, y) in zip(a.component.actions, b.component.actions) {
                #expect(abs(x.energy.energy.joules / y.energy.energy.joules - 1) < 1e-12, "\(a.component.name) \(x.name)")
                #expect(y.provenance.description.contains("energy reference table"))
            }
        }
    }

    @Test("Components of a table that are no part of the machine are named")
    func unused() throws {
        let ert = try AccelergyEnergyTable(
            text: "ERT: { version: '0.4', tables: [{ name: 'system.glb[1..1]', actions: [{ name: read, energy: 1 }] }, { name: spad, actions: [{ name: read, energy: 1 }] }] }",
            file: "ERT.yaml")
        let cost = try MachineCost(of: MachineCostTests.machine(RunCostTests.plain), prices: PriceBook(energyTable: ert))
        #expect(cost.notes.contains { $0.contains("system.glb[1..1] is no part of this machine") })
    }
}
