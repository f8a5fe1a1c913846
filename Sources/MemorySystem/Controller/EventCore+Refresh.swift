/// Commands to ranks: refresh, power-down, self-refresh, and rows that time out.
extension EventCore {
    /// As far as the unit, what is around it and the row command bus go.
    private func readyAround(_ unit: Int, _ raw: Int) -> Int {
        let own = max(ready[(rowOfUnits + unit) * CompiledTiming.stride + raw], scalars.pointee.rowBusFree)
        let half = ready[(rowOfPseudoChannels + unit / geometry.ranks) * CompiledTiming.stride + raw]
        return max(own, half, ready[rowOfChannel * CompiledTiming.stride + raw])
    }

    /// When a command may go to a rank.
    func readyForUnit(_ command: DRAMCommand, _ unit: Int) -> Int {
        let raw = Int(command.rawValue)
        var cycle = readyAround(unit, raw)
        if timing.looksInside.contains(command) {
            for group in geometry.instances(of: .bankGroup, inUnit: unit) {
                cycle = max(cycle, ready[(rowOfGroups + group) * CompiledTiming.stride + raw])
            }
            for bank in geometry.instances(of: .bank, inUnit: unit) {
                cycle = max(cycle, ready[(rowOfBanks + bank) * CompiledTiming.stride + raw])
            }
        }
        return cycle
    }

    func considerRefresh(_ unit: Int, priority: Int, notBefore: Int, _ choice: inout Choice) {
        let state = units[unit]
        if policy.refresh == .perBank {
            let index = unit * geometry.banksPerUnit + state.refreshBank
            if banks[index].active >= 0 { return }
            let command = banks[index].openRow >= 0 ? DRAMCommand.precharge : .refreshBank
            let raw = Int(command.rawValue)
            let outer = readyAround(unit, raw)
            let inner = max(
                ready[(rowOfGroups + Int(banks[index].group)) * CompiledTiming.stride + raw],
                ready[(rowOfBanks + index) * CompiledTiming.stride + raw])
            choice.consider(
                command, ready: max(outer, inner, notBefore << 8), priority: priority, order: unit, unit: unit, bank: index, entry: -1)
            return
        }
        if policy.refresh == .sameBank {
            considerSameBanks(.refreshSameBank, unit, number: state.refreshBank, priority: priority, notBefore: notBefore, &choice)
            return
        }
        considerAllBanks(.refreshAllBanks, unit, priority: priority, notBefore: notBefore, &choice)
    }

    /// Management of a unit, or of the banks of one number in its groups.
    func considerManagement(_ unit: Int, number: Int, priority: Int, notBefore: Int, _ choice: inout Choice) {
        if policy.refresh == .sameBank {
            considerSameBanks(.manageSameBank, unit, number: number, priority: priority, notBefore: notBefore, &choice)
        } else {
            considerAllBanks(.manageAllBanks, unit, priority: priority, notBefore: notBefore, &choice)
        }
    }

    private func considerAllBanks(_ last: DRAMCommand, _ unit: Int, priority: Int, notBefore: Int, _ choice: inout Choice) {
        let state = units[unit]
        if state.reserved != 0 { return }
        let command = state.openBanks > 0 ? DRAMCommand.prechargeAll : last
        choice.consider(
            command, ready: max(readyForUnit(command, unit), notBefore << 8), priority: priority, order: unit, unit: unit, bank: -1,
            entry: -1)
    }

    private func considerSameBanks(
        _ command: DRAMCommand, _ unit: Int, number: Int, priority: Int, notBefore: Int, _ choice: inout Choice
    ) {
        let set = geometry.sameBanks(number, inUnit: unit)
        for bank in set where banks[bank].active >= 0 { return }
        var isClosed = true
        for bank in set where banks[bank].openRow >= 0 {
            isClosed = false
            let inner = max(
                ready[(rowOfGroups + Int(banks[bank].group)) * CompiledTiming.stride + Self.precharge],
                ready[(rowOfBanks + bank) * CompiledTiming.stride + Self.precharge])
            choice.consider(
                .precharge, ready: max(readyAround(unit, Self.precharge), inner, notBefore << 8), priority: priority, order: unit, unit: unit,
                bank: bank, entry: -1)
        }
        guard isClosed else { return }
        let raw = Int(command.rawValue)
        var cycle = max(readyAround(unit, raw), notBefore << 8)
        for bank in set {
            cycle = max(cycle, ready[(rowOfGroups + Int(banks[bank].group)) * CompiledTiming.stride + raw])
            cycle = max(cycle, ready[(rowOfBanks + bank) * CompiledTiming.stride + raw])
        }
        let first = unit * geometry.banksPerUnit + number
        choice.consider(command, ready: cycle, priority: priority, order: unit, unit: unit, bank: first, entry: -1)
    }

    /// A rank out of power-down or self-refresh: for requests, for a refresh, and from one to the other.
    @inline(never)
    func considerWaking(_ unit: Int, isForced: Bool, _ choice: inout Choice) {
        let isPoweredDown = units[unit].power == .poweredDown
        let command = isPoweredDown ? DRAMCommand.powerDownExit : .selfRefreshExit
        if units[unit].entries > 0 || isForced && isPoweredDown {
            choice.consider(
                command, ready: readyForUnit(command, unit), priority: TickingController.Candidate.maintenance, order: unit, unit: unit, bank: -1,
                entry: -1)
        } else if isPoweredDown, policy.selfRefreshAfter > 0 {
            choice.consider(
                command, ready: max(readyForUnit(command, unit), selfRefreshDue(unit) << 8), priority: TickingController.Candidate.sleep,
                order: unit, unit: unit, bank: -1, entry: -1)
        }
    }

    /// From when on an idle unit makes for self-refresh.
    private func selfRefreshDue(_ unit: Int) -> Int { units[unit].lastAccess + policy.selfRefreshAfter }

    /// What a rank does of its own accord: refreshes early or late, timed-out rows, power-down, self-refresh.
    @inline(never)
    func considerHousekeeping(_ unit: Int, _ choice: inout Choice) {
        let state = units[unit]
        if state.entries == 0, policy.refresh != .none, state.owedRefreshes > -policy.pulledIn {
            considerRefresh(
                unit, priority: TickingController.Candidate.housekeeping, notBefore: state.lastAccess + policy.idleRefreshDelay, &choice)
        } else if state.entries == 0, policy.managementThreshold < Int.max {
            let number = managedNumber(unit, from: policy.managementThreshold)
            if number >= 0 {
                considerManagement(
                    unit, number: number, priority: TickingController.Candidate.housekeeping, notBefore: state.lastAccess + policy.idleRefreshDelay,
                    &choice)
            }
        }
        if state.entries == 0, policy.powerDownAfter > 0 {
            let cycle = max(readyForUnit(.powerDownEnter, unit), (state.lastCommand + policy.powerDownAfter) << 8)
            if policy.selfRefreshAfter == 0 || max(choice.now, cycle >> 8) < selfRefreshDue(unit) {
                choice.consider(
                    .powerDownEnter, ready: cycle, priority: TickingController.Candidate.sleep, order: unit, unit: unit, bank: -1, entry: -1)
            }
        }
        if state.entries == 0, policy.selfRefreshAfter > 0, policy.refresh == .none || state.owedRefreshes <= -policy.pulledIn {
            let command = state.openBanks > 0 ? DRAMCommand.prechargeAll : .selfRefreshEnter
            choice.consider(
                command, ready: max(readyForUnit(command, unit), selfRefreshDue(unit) << 8), priority: TickingController.Candidate.sleep,
                order: unit, unit: unit, bank: -1, entry: -1)
        }
        guard policy.pageTimeout > 0 else { return }
        let floor = floors(unit).precharge
        for index in geometry.instances(of: .bank, inUnit: unit) where banks[index].openRow >= 0 && banks[index].active < 0 {
            if lists[index * 2].hit >= 0 || lists[index * 2 + 1].hit >= 0 { continue }
            let inner = max(
                ready[(rowOfGroups + Int(banks[index].group)) * CompiledTiming.stride + Self.precharge],
                ready[(rowOfBanks + index) * CompiledTiming.stride + Self.precharge])
            let cycle = max(floor, inner, (banks[index].lastUse + policy.pageTimeout) << 8)
            choice.consider(
                .precharge, ready: cycle, priority: TickingController.Candidate.housekeeping, order: geometry.units + index, unit: unit,
                bank: index, entry: -1)
        }
    }
}
