extension TickingController {
    mutating func issue(_ candidate: Candidate) {
        let command = candidate.command
        timing.record(command, unit: candidate.unit, bank: candidate.bank, at: cycle)
        let busCycles = configuration.oneCycleCommands ? 1 : standard.organization.commandCycles[command] ?? 1
        busFree[bus(command)] = ConstraintNames.pack(cycle + busCycles, ConstraintNames.commandBus)
        units[candidate.unit].lastCommand = cycle
        counts.commandCounts[Int(command.rawValue)] += 1
        if recording.commands {
            var at = geometry.coordinates(unit: candidate.unit)
            if candidate.bank >= 0 {
                at = geometry.coordinates(bank: candidate.bank)
                if candidate.entry >= 0, command != .precharge { at = entries[candidate.entry].access.coordinates }
            }
            commandLog.append(DRAMCommandRecord(cycle: cycle, command: command, coordinates: at))
        }
        if candidate.entry >= 0 { classify(candidate) }
        switch command {
        case .activate: openRow(for: candidate.entry)
        case .precharge: closeRow(candidate.bank, isConflict: candidate.entry >= 0)
        case .prechargeAll:
            for bank in geometry.instances(of: .bank, inUnit: candidate.unit) where banks[bank].openRow >= 0 { closeRow(bank, isConflict: false) }
        case .read, .write, .readAutoPrecharge, .writeAutoPrecharge: serve(candidate)
        case .refreshAllBanks:
            units[candidate.unit].owedRefreshes -= 1
            relieve(geometry.instances(of: .bank, inUnit: candidate.unit), by: relief)
        case .refreshBank:
            units[candidate.unit].owedRefreshes -= 1
            units[candidate.unit].refreshBank = (units[candidate.unit].refreshBank + 1) % geometry.banksPerUnit
        case .refreshSameBank:
            units[candidate.unit].owedRefreshes -= 1
            relieve(
                geometry.sameBanks(candidate.bank % geometry.banksPerGroup, inUnit: candidate.unit), by: relief)
            units[candidate.unit].refreshBank = (units[candidate.unit].refreshBank + 1) % geometry.banksPerGroup
        case .manageAllBanks:
            relieve(geometry.instances(of: .bank, inUnit: candidate.unit), by: threshold)
        case .manageSameBank:
            relieve(
                geometry.sameBanks(candidate.bank % geometry.banksPerGroup, inUnit: candidate.unit), by: threshold)
        case .powerDownEnter: units[candidate.unit].power = .poweredDown
        case .powerDownExit: units[candidate.unit].power = .awake
        case .selfRefreshEnter:
            units[candidate.unit].power = .selfRefreshing
            units[candidate.unit].pausedInterval = units[candidate.unit].nextRefreshDue - cycle
        case .selfRefreshExit:
            units[candidate.unit].power = .awake
            guard configuration.refresh != .none else { break }
            units[candidate.unit].nextRefreshDue = cycle + units[candidate.unit].pausedInterval
            units[candidate.unit].owedRefreshes += configuration.refreshesAfterSelfRefresh(standard.organization)
        }
    }

    /// What a refresh, and what an RFM, takes off a bank's activates.
    private var relief: Int { standard.refreshManagement.map(configuration.managementRelief) ?? 0 }
    private var threshold: Int { standard.refreshManagement.map(configuration.managementThreshold) ?? 0 }

    private mutating func relieve(_ managed: some Sequence<Int>, by activations: Int) {
        for bank in managed { banks[bank].activations = max(0, banks[bank].activations - activations) }
    }

    private mutating func classify(_ candidate: Candidate) {
        guard !entries[candidate.entry].isClassified else { return }
        entries[candidate.entry].isClassified = true
        switch candidate.command {
        case .activate: counts.rowMisses += 1
        case .precharge: counts.rowConflicts += 1
        default: counts.rowHits += 1
        }
    }

    private mutating func openRow(for index: Int) {
        let entry = entries[index]
        let row = entry.access.coordinates.row
        if banks[entry.bank].closedRow >= 0 { adapt(entry.bank, towardsOpen: banks[entry.bank].closedRow == row) }
        banks[entry.bank].closedRow = -1
        banks[entry.bank].openRow = row
        banks[entry.bank].isReserved = true
        banks[entry.bank].accesses = 0
        banks[entry.bank].lastUse = cycle
        units[entry.unit].openBanks += 1
        if configuration.refreshManagement { banks[entry.bank].activations += 1 }
        entries[index].isActive = true
        if configuration.activeRequestsLeaveQueue { leaveQueue(entry) }
    }

    private mutating func leaveQueue(_ entry: Entry) {
        if entry.access.isWrite { waitingWrites -= 1 } else { waitingReads -= 1 }
    }

    private mutating func adapt(_ bank: Int, towardsOpen: Bool) {
        banks[bank].openness = towardsOpen ? min(3, banks[bank].openness + 1) : max(0, banks[bank].openness - 1)
    }

    private mutating func closeRow(_ bank: Int, isConflict: Bool) {
        if isConflict { adapt(bank, towardsOpen: false) }
        banks[bank].openRow = -1
        units[geometry.unit(ofBank: bank)].openBanks -= 1
    }

    private mutating func serve(_ candidate: Candidate) {
        let entry = entries.remove(at: candidate.entry)
        if !(entry.isActive && configuration.activeRequestsLeaveQueue) { leaveQueue(entry) }
        if entry.isActive { banks[entry.bank].isReserved = false }
        if banks[entry.bank].accesses > 0 { adapt(entry.bank, towardsOpen: true) }
        banks[entry.bank].accesses += 1
        banks[entry.bank].lastUse = cycle
        units[entry.unit].lastAccess = cycle
        if entry.access.isWrite { writesInBatch += 1 } else { owedReads = max(0, owedReads - 1) }
        if candidate.command == .readAutoPrecharge || candidate.command == .writeAutoPrecharge {
            banks[entry.bank].closedRow = banks[entry.bank].openRow
            closeRow(entry.bank, isConflict: false)
        }
        counts.dataBusCycles += standard.burstCycles
        let latency = entry.access.isWrite ? standard.writeLatency : standard.readLatency
        complete(entry.access, arrival: entry.arrival, at: cycle + latency + standard.burstCycles)
    }
}
