/// Commands to ranks: refresh, power-down, and rows that time out.
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
        if state.reserved != 0 { return }
        let command = state.openBanks > 0 ? DRAMCommand.prechargeAll : .refreshAllBanks
        choice.consider(
            command, ready: max(readyForUnit(command, unit), notBefore << 8), priority: priority, order: unit, unit: unit, bank: -1,
            entry: -1)
    }

    /// What a rank does of its own accord: refreshes early or late, timed-out rows, power-down.
    func considerHousekeeping(_ unit: Int, _ choice: inout Choice) {
        let state = units[unit]
        if state.entries == 0, policy.refresh != .none, state.owedRefreshes > -policy.pulledIn {
            considerRefresh(
                unit, priority: TickingController.Candidate.housekeeping, notBefore: state.lastAccess + policy.idleRefreshDelay, &choice)
        }
        if state.entries == 0, policy.powerDownAfter > 0 {
            let cycle = max(readyForUnit(.powerDownEnter, unit), (state.lastCommand + policy.powerDownAfter) << 8)
            choice.consider(
                .powerDownEnter, ready: cycle, priority: TickingController.Candidate.sleep, order: unit, unit: unit, bank: -1, entry: -1)
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
