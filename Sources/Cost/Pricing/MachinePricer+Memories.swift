import Architecture
import MemorySystem
import Quantities

extension MachinePricer {
    mutating func price(_ memory: Memory) throws(CostError) {
        switch memory.kind {
        case .sram(let sram): try price(sram, memory)
        case .dram(let dram): try price(dram, memory)
        case .flash: notes.append("\(memory.name): flash has no price in the tables; its energy is not in any total")
        }
    }

    // MARK: On chip

    private mutating func price(_ sram: SRAM, _ memory: Memory) throws(CostError) {
        let (array, note) = array(sram, memory)
        let cost = try prices.cost(of: array)
        var component = try ComponentCost(name: memory.name, count: count(memory.scope), array: array, cost: cost)
        if let note {
            component.areaProvenance = component.areaProvenance?.adding(note, isEstimate: true)
            for index in component.actions.indices { component.actions[index].provenance = component.actions[index].provenance.adding(note, isEstimate: true) }
        }
        let access = "access of \(array.width)"
        add(
            component, owner: memory.name, .memory, units: [access, access], tallies: [.bytesRead(memory: memory.name), .bytesWritten(memory: memory.name)],
            divisors: [array.width.count, array.width.count])
    }

    /// An SRAM as the model knows it. Units that use banks side by side need no ports in the cells: a cell has as many as units may meet in it,
    /// which are the memory's ports (no more than units are connected) over its banks.
    private func array(_ sram: SRAM, _ memory: Memory) -> (SRAMArray, String?) {
        let connected = architecture.engines.reduce(0) { $0 + ($1.reads.contains(memory.name) || $1.writes == memory.name ? $1.count : 0) }
        let units = max(1, min(sram.ports, connected))
        let ports = min(SRAMModel.largestPorts, (units + sram.banks - 1) / sram.banks)
        let width = min(sram.width, SRAMModel.largestWidth)
        let capacity = Bytes(max(memory.capacity.count, width.count * sram.banks))
        var note: String?
        if units > 1 {
            note = ports == 1
                ? "\(units) units use its \(sram.banks) banks side by side: cells have one port"
                : "\(units) units meet in \(sram.banks == 1 ? "one bank" : "\(sram.banks) banks"): cells have \(ports) ports"
        }
        if sram.width.count > width.count { note = [note, "\(sram.width) wide: priced per byte as if \(width) wide"].compactMap { $0 }.joined(separator: "; ") }
        return (SRAMArray(capacity: capacity, width: width, banks: sram.banks, readWritePorts: ports, process: process), note)
    }

    /// Data and tags: every access reads the tags of all ways.
    mutating func price(_ cache: MemoryCache) throws(CostError) {
        let data = SRAMArray(capacity: cache.capacity, width: cache.line, process: process)
        let tagWidth = Bytes(min(SRAMModel.largestWidth.count, cache.ways * Self.tagBytes))
        let tags = SRAMArray(capacity: Bytes(max(1, cache.sets) * tagWidth.count), width: tagWidth, process: process)
        let (dataCost, tagCost) = (try prices.cost(of: data), try prices.cost(of: tags))
        let note = "with tags of \(Self.tagBytes * 8) bits a line, which every access reads for all \(cache.ways) ways"
        let provenance = dataCost.provenance.adding(note, isEstimate: true)
        func energy(_ parts: Energy...) throws(CostError) -> ExactEnergy {
            var sum = ExactEnergy.zero
            for part in parts { sum = try sum.adding(ExactEnergy(part)) }
            return sum
        }
        let component = ComponentCost(
            name: cache.name, kind: "cache, \(cache.capacity), \(cache.ways) ways × \(cache.line)", count: 1,
            area: try ExactArea(dataCost.area).adding(ExactArea(tagCost.area)), areaProvenance: provenance,
            leakage: try ExactPower(dataCost.leakage).adding(ExactPower(tagCost.leakage)), leakageProvenance: provenance,
            actions: [
                .init(name: "access", energy: try energy(dataCost.readEnergy, tagCost.readEnergy), provenance: provenance),
                .init(name: "fill", energy: try energy(dataCost.writeEnergy, tagCost.writeEnergy), provenance: provenance),
            ])
        add(
            component, owner: cache.name, .memory, units: ["line of \(cache.line)", "line of \(cache.line)"],
            tallies: [.cacheReads(cache: cache.name), .cacheFills(cache: cache.name)])
    }

    private static let tagBytes = 4

    // MARK: Off chip

    /// With `model: banks` of a standard whose currents are published the simulation prices every command and state; elsewhere a table
    /// has an energy for each bit.
    private mutating func price(_ dram: DRAM, _ memory: Memory) throws(CostError) {
        let standard = dram.standard ?? ""
        if dram.model == .banks, !isUsers(memory.name), let commands = prices.commands(ofStandard: standard) {
            let source = Provenance(commands.sources.joined(separator: "; "), isEstimate: commands.sources.contains { $0.hasPrefix("estimate") })
            let energies = [
                ("activate", commands.activate, "row, with its precharge"), ("read", commands.read + commands.interface, "burst"),
                ("write", commands.write + commands.interface, "burst"), ("refresh", commands.refreshAllBanks, "refresh of a rank"),
                ("active standby", commands.activeStandby, "clock cycle of a rank"), ("precharge standby", commands.prechargeStandby, "clock cycle of a rank"),
            ]
            var component = ComponentCost(name: memory.name, kind: "\(standard), \(dram.channels) channel\(dram.channels == 1 ? "" : "s")", count: count(memory.scope))
            for (name, femtojoules, _) in energies where femtojoules > 0 {
                component.actions.append(.init(name: name, energy: ExactEnergy(units: Int128(femtojoules) * 1_000_000_000_000_000), provenance: source))
            }
            measuredMemories[memory.name] = parts.count
            let units = energies.filter { $0.1 > 0 }.map(\.2)
            add(component, owner: memory.name, .offChip, units: units, tallies: units.map { _ in nil })
            return
        }
        let family = Self.family(of: standard)
        let price = try prices.price(family ?? "dram-ddr4", at: process)
        if family == nil {
            let reason = standard.isEmpty ? "names no standard" : "is of a standard that no table prices (\(standard.excerpt))"
            notes.append("\(memory.name): \(reason); priced as DDR4 (assumed)")
        }
        var component = try ComponentCost(name: memory.name, count: count(memory.scope), price: price)
        component.kind = standard.isEmpty ? "off-chip memory" : "\(standard), \(dram.channels) channel\(dram.channels == 1 ? "" : "s")"
        let access = max(1, dram.accessGranularity.count)
        for index in component.actions.indices {
            component.actions[index].energy = try component.actions[index].energy.times(8 * access)
            if family == nil { component.actions[index].provenance = component.actions[index].provenance.adding("assumed", isEstimate: true) }
        }
        add(
            component, owner: memory.name, .offChip, units: component.actions.map { _ in "access of \(dram.accessGranularity)" },
            tallies: component.actions.map { $0.name == "write" ? .bytesWritten(memory: memory.name) : .bytesRead(memory: memory.name) },
            divisors: component.actions.map { _ in access })
    }

    /// The entry of the component table for a standard written as `NAME-RATE`.
    private static func family(of standard: String) -> String? {
        let name = standard.prefix { $0 != "-" }.lowercased()
        let families = [
            "ddr3": "dram-ddr3", "ddr4": "dram-ddr4", "lpddr": "dram-lpddr", "lpddr4": "dram-lpddr4", "lpddr4x": "dram-lpddr4", "gddr5": "dram-gddr5",
            "gddr6": "dram-gddr6", "hbm2": "dram-hbm2", "hbm2e": "dram-hbm2", "hmc": "dram-hmc",
        ]
        return families[name]
    }
}
