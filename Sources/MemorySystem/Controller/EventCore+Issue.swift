extension EventCore {
    /// Issues the decided command at the current cycle.
    func issue() {
        let decision = scalars.pointee.decision
        let command = decision.command
        let cycle = scalars.pointee.cycle
        let unit = Int(decision.unit)
        let bank = Int(decision.bank)
        scalars.pointee.isDecided = false
        scalars.pointee.lastIssue = cycle
        let free = ConstraintNames.pack(cycle &+ program.busCycles[Int(command.rawValue)], ConstraintNames.commandBus)
        if policy.hasOneBus || !command.isColumnCommand { scalars.pointee.rowBusFree = free } else { scalars.pointee.columnBusFree = free }
        units[unit].lastCommand = cycle
        units[unit].isGoneThrough = false
        tallies[Int(command.rawValue)] &+= 1
        if scalars.pointee.recordsCommands { log(decision) }
        program.apply(command, unit: unit, bank: bank, at: cycle, ready: ready, rings: rings)
        switch command {
        case .read, .write, .readAutoPrecharge, .writeAutoPrecharge: serve(Int(decision.entry), command)
        case .activate:
            classify(decision.entry, &counts.pointee.rowMisses)
            open(Int(decision.entry))
        case .precharge:
            if decision.entry >= 0 {
                classify(decision.entry, &counts.pointee.rowConflicts)
                adapt(bank, towardsOpen: false)
            }
            close(bank)
        case .prechargeAll:
            for bank in geometry.instances(of: .bank, inUnit: unit) where banks[bank].openRow >= 0 { close(bank) }
        case .refreshAllBanks:
            pay(unit)
            relieve(unit, by: policy.managementRelief)
        case .refreshBank:
            pay(unit)
            units[unit].refreshBank = (units[unit].refreshBank + 1) % geometry.banksPerUnit
        case .refreshSameBank:
            pay(unit)
            program.applyToOtherGroups(command, bank: bank, at: cycle, ready: ready)
            relieve(unit, number: bank % geometry.banksPerGroup, by: policy.managementRelief)
            units[unit].refreshBank = (units[unit].refreshBank + 1) % geometry.banksPerGroup
        case .manageAllBanks: relieve(unit, by: policy.managementThreshold)
        case .manageSameBank:
            program.applyToOtherGroups(command, bank: bank, at: cycle, ready: ready)
            relieve(unit, number: bank % geometry.banksPerGroup, by: policy.managementThreshold)
        case .powerDownEnter: turn(unit, .poweredDown)
        case .powerDownExit: turn(unit, .awake)
        case .selfRefreshEnter:
            turn(unit, .selfRefreshing)
            if policy.refresh != .none { units[unit].pausedInterval = units[unit].nextRefreshDue - cycle }
        case .selfRefreshExit:
            turn(unit, .awake)
            resumeRefresh(unit)
        }
    }

    private func turn(_ unit: Int, _ power: RankPower) {
        bookBackground(unit)
        units[unit].power = power
    }

    private func log(_ decision: Decision) {
        var at = geometry.coordinates(unit: Int(decision.unit))
        if decision.bank >= 0 {
            at = geometry.coordinates(bank: Int(decision.bank))
            if decision.entry >= 0, decision.command != .precharge {
                at.row = Int(entries[Int(decision.entry)].row)
                at.column = Int(entries[Int(decision.entry)].column)
            }
        }
        commandLog.append(DRAMCommandRecord(cycle: scalars.pointee.cycle, command: decision.command, coordinates: at))
    }

    @inline(__always)
    private func classify(_ entry: Int32, _ counter: inout Int) {
        if entries[Int(entry)].isClassified { return }
        entries[Int(entry)].isClassified = true
        counter &+= 1
    }

    private func pay(_ unit: Int) {
        let wasForced = isForced(unit)
        units[unit].owedRefreshes -= 1
        if wasForced, !isForced(unit) { scalars.pointee.forcedUnits -= 1 }
    }

    @inline(__always)
    private func open(_ index: Int) {
        let entry = entries + index
        let bank = Int(entry.pointee.bank)
        let unit = Int(banks[bank].unit)
        if banks[bank].closedRow >= 0 { adapt(bank, towardsOpen: banks[bank].closedRow == entry.pointee.row) }
        banks[bank].closedRow = -1
        banks[bank].openRow = entry.pointee.row
        banks[bank].accesses = 0
        banks[bank].lastUse = scalars.pointee.cycle
        if units[unit].openBanks == 0 { bookBackground(unit) }
        units[unit].openBanks &+= 1
        if policy.managementLimit < Int.max { countActivation(bank) }
        unlink(Int32(truncatingIfNeeded: index))
        entry.pointee.isActive = true
        banks[bank].active = Int32(truncatingIfNeeded: index)
        units[unit].reserved |= 1 << UInt64(banks[bank].bankInUnit)
        if configuration.activeRequestsLeaveQueue { leaveQueue(entry.pointee.direction) }
        sortOut(bank: bank)
    }

    @inline(__always)
    private func leaveQueue(_ direction: Int32) {
        if direction == 1 { scalars.pointee.waitingWrites &-= 1 } else { scalars.pointee.waitingReads &-= 1 }
    }

    @inline(__always)
    private func adapt(_ bank: Int, towardsOpen: Bool) {
        guard policy.isAdaptive else { return }
        banks[bank].openness = towardsOpen ? min(3, banks[bank].openness + 1) : max(0, banks[bank].openness - 1)
    }

    @inline(__always)
    private func close(_ bank: Int) {
        let unit = Int(banks[bank].unit)
        if units[unit].openBanks == 1 { bookBackground(unit) }
        units[unit].openBanks &-= 1
        banks[bank].openRow = -1
        sortOut(bank: bank)
    }

    @inline(__always)
    private func serve(_ index: Int, _ command: DRAMCommand) {
        let cycle = scalars.pointee.cycle
        let entry = entries + index
        let bank = Int(entry.pointee.bank)
        let unit = Int(banks[bank].unit)
        let isWrite = entry.pointee.direction == 1
        classify(Int32(truncatingIfNeeded: index), &counts.pointee.rowHits)
        if entry.pointee.isActive {
            banks[bank].active = -1
            units[unit].reserved &= ~(1 << UInt64(banks[bank].bankInUnit))
            if !configuration.activeRequestsLeaveQueue { leaveQueue(entry.pointee.direction) }
        } else {
            leaveQueue(entry.pointee.direction)
            lists[bank * 2 + Int(entry.pointee.direction)].hit = nextHit(after: Int32(truncatingIfNeeded: index), row: entry.pointee.row)
            unlink(Int32(truncatingIfNeeded: index))
        }
        if banks[bank].accesses > 0 { adapt(bank, towardsOpen: true) }
        banks[bank].accesses &+= 1
        banks[bank].lastUse = cycle
        units[unit].lastAccess = cycle
        units[unit].entries &-= 1
        scalars.pointee.entries &-= 1
        if command == .readAutoPrecharge || command == .writeAutoPrecharge {
            banks[bank].closedRow = banks[bank].openRow
            close(bank)
        }
        counts.pointee.dataBusCycles &+= standard.burstCycles
        let arrival = entry.pointee.arrival
        if isWrite {
            counts.pointee.waitingWriteCycles &+= cycle &- arrival
            scalars.pointee.writesInBatch &+= 1
        } else {
            counts.pointee.waitingReadCycles &+= cycle &- arrival
            if scalars.pointee.owedReads > 0 { scalars.pointee.owedReads &-= 1 }
        }
        complete(isWrite: isWrite, tag: entry.pointee.tag, arrival: arrival, at: cycle &+ (isWrite ? policy.writeEnd : policy.readEnd))
        waitingAt[Int(entry.pointee.slot)] &-= 1
        entry.pointee.next = scalars.pointee.freeEntry
        scalars.pointee.freeEntry = Int32(truncatingIfNeeded: index)
    }

    /// Books the cycles since the unit's background state began; the caller changes the state.
    @inline(__always)
    func bookBackground(_ unit: Int) {
        let cycles = scalars.pointee.cycle &- units[unit].backgroundSince
        units[unit].backgroundSince = scalars.pointee.cycle
        tallies[backgroundState(unit)] &+= cycles
    }

    /// The counter of the unit's present background state.
    @inline(__always)
    func backgroundState(_ unit: Int) -> Int {
        // In self-refresh all banks are closed.
        backgroundTallies &+ unit &* 5 &+ (units[unit].openBanks > 0 ? 0 : 1) &+ (units[unit].power == .awake ? 0 : 1 &+ Int(units[unit].power.rawValue))
    }
}
