import Architecture
import MemorySystem
import Quantities

extension MachinePricer {
    /// Every byte that an on-chip memory gives or takes crosses half the side of the square that its core (or, for shared ones, the chip) covers.
    mutating func priceWires() throws(CostError) {
        let price = try prices.price("wire", at: process)
        guard let bit = price.actions.first else { return }
        var shared = 0.0
        var core = 0.0
        for part in parts where part.category.isOnChip {
            let area = try part.component.totalArea().area.squareMillimetres
            if scope(of: part.owner) == .core { core += area } else { shared += area }
        }
        for memory in architecture.memories {
            guard case .sram = memory.kind else { continue }
            let side = (memory.scope == .core ? core / Double(max(1, architecture.cores)) : core + shared).squareRoot()
            let energy = Energy(joules: bit.energy.joules * 8 * side / 2)
            let note = "a byte over \(Length(nanometres: (side / 2 * 1e3).rounded() * 1e3)), half the side of the area that it serves"
            let component = ComponentCost(
                name: "\(memory.name).wires", kind: "wires between memory and units", count: count(memory.scope),
                actions: [.init(name: "byte", energy: try ExactEnergy(energy), provenance: bit.provenance.adding(note, isEstimate: true))])
            add(component, owner: memory.name, .wires, units: ["byte"], tallies: [.bytesMoved(memory: memory.name)])
        }
    }

    private func scope(of owner: String) -> Scope {
        architecture.memory(named: owner)?.scope ?? architecture.engine(named: owner)?.scope ?? .shared
    }

    /// Routers by the bits that go through them, channels by bits and length: a channel spans one router's share of the chip.
    mutating func price(_ network: OnChipNetwork) throws(CostError) {
        let description: NetworkDescription
        do throws(ArchitectureError) { description = try NetworkDescription(network, in: architecture) } catch {
            throw CostError(.outOfRange, "network \(network.name)", "cannot be built: \(error)", accepted: "mend the architecture")
        }
        guard network.model == .flits else {
            notes.append("\(network.name): an ideal network costs nothing")
            return
        }
        let (router, wire) = (try prices.price("router", at: process), try prices.price("wire", at: process))
        guard let hop = router.actions.first, let bit = wire.actions.first else { return }
        let bits = Double(description.experiment.parameters.flitBytes * 8)
        let routers = max(1, description.topology.routers)
        let side = (try onChipArea() / Double(routers)).squareRoot()
        let parameters = description.experiment.parameters
        let ports = Double(description.topology.channels.count + description.topology.terminals)
        let buffered = ports * Double(parameters.virtualChannels * parameters.bufferDepth) * bits / Double(routers)
        let cell = try register(bits: buffered).area
        var component = ComponentCost(
            name: network.name, kind: "routers of a \(description.topology.name), \(Int(bits)) bits wide", count: routers,
            area: try cell.map { (area) throws(CostError) in try ExactArea(area.value) } ?? .zero,
            areaProvenance: cell?.provenance.adding("buffers alone: \(parameters.virtualChannels) virtual channels of \(parameters.bufferDepth) flits at each input", isEstimate: true))
        try leak(&component)
        component.actions = [
            .init(name: "flit", energy: try ExactEnergy(Energy(joules: hop.energy.joules * bits)), provenance: hop.provenance),
            .init(
                name: "channel", energy: try ExactEnergy(Energy(joules: bit.energy.joules * bits * side)),
                provenance: bit.provenance.adding("a flit over \(Length(nanometres: (side * 1e3).rounded() * 1e3)), the side of a router's share of the chip", isEstimate: true)),
        ]
        clockedBits += buffered * Double(routers) * (description.clock.hertz / architecture.clock.hertz)
        add(
            component, owner: network.name, .network, units: ["flit through a router", "flit over a channel"],
            tallies: [.routerFlits(network: network.name), .channelFlits(network: network.name)])
    }

    /// Registers are clocked in every cycle, used or not.
    mutating func priceClock() throws(CostError) {
        guard clockedBits > 0 else { return }
        let price = try prices.price("clock-tree", at: process)
        guard let cycle = price.actions.first(where: { $0.name == "cycle" }) ?? price.actions.first else { return }
        let note = "\(Int(clockedBits.rounded())) register bits in every cycle of the machine's clock, without clock gating"
        let component = ComponentCost(
            name: "clock", kind: "clock tree", count: 1,
            actions: [
                .init(name: "cycle", energy: try ExactEnergy(Energy(joules: cycle.energy.joules * clockedBits)), provenance: cycle.provenance.adding(note, isEstimate: true))
            ])
        add(component, owner: "clock", .clock, units: ["cycle"], tallies: [.cycles])
    }
}
