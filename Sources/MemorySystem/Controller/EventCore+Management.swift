/// What is due and cannot wait: refreshes, and the management of banks that were activated often (RFM).
extension EventCore {
    @inline(__always)
    func isForced(_ unit: Int) -> Bool { units[unit].owedRefreshes > policy.postponed || managed[unit] >= 0 }

    /// The next command towards what a unit owes: refreshes first, which relieve banks of activates too.
    @inline(never)
    func considerForced(_ unit: Int, _ choice: inout Choice) {
        let priority = TickingController.Candidate.maintenance
        if units[unit].owedRefreshes > policy.postponed {
            considerRefresh(unit, priority: priority, notBefore: 0, &choice)
        } else {
            considerManagement(unit, number: Int(managed[unit]), priority: priority, notBefore: 0, &choice)
        }
    }

    /// Banks whose waiting requests nothing forced holds back.
    @inline(never)
    func notHeld(_ waiting: UInt64, unit: Int, isForced: Bool) -> UInt64 {
        if configuration.refreshBlocksChannel { return 0 }
        guard isForced else { return waiting }
        var waiting = waiting
        let isRefreshForced = units[unit].owedRefreshes > policy.postponed
        if isRefreshForced {
            switch policy.refresh {
            case .allBank, .none: return 0
            case .perBank: waiting &= ~(1 << UInt64(units[unit].refreshBank))
            case .sameBank: waiting = notHeld(waiting, unit: unit, byAccessTo: units[unit].refreshBank)
            }
        }
        guard managed[unit] >= 0 else { return waiting }
        if policy.refresh == .allBank { return 0 }
        // No bank that waits for its management may be activated once more.
        for bank in geometry.instances(of: .bank, inUnit: unit) where Int(activations[bank]) >= policy.managementLimit {
            waiting &= ~(1 << UInt64(banks[bank].bankInUnit))
        }
        return isRefreshForced ? waiting : notHeld(waiting, unit: unit, byAccessTo: Int(managed[unit]))
    }

    /// Other banks work on while those of a number are closed; then activates elsewhere wait too, which would put the command off again
    /// and again (tRRD_L is longer than tRRD_S).
    private func notHeld(_ waiting: UInt64, unit: Int, byAccessTo number: Int) -> UInt64 {
        var open: UInt64 = 0
        for bank in geometry.instances(of: .bank, inUnit: unit) where banks[bank].openRow >= 0 { open |= 1 << UInt64(banks[bank].bankInUnit) }
        var set: UInt64 = 0
        for bank in geometry.sameBanks(number, inUnit: unit) { set |= 1 << UInt64(banks[bank].bankInUnit) }
        return waiting & ~set & (open & set == 0 ? open : ~0)
    }

    /// The first bank, counted within its group before by group, that has been activated so often; -1 for none.
    func managedNumber(_ unit: Int, from limit: Int) -> Int {
        var found = geometry.banksPerGroup
        for bank in geometry.instances(of: .bank, inUnit: unit) where Int(activations[bank]) >= limit {
            found = min(found, bank % geometry.banksPerGroup)
        }
        return found < geometry.banksPerGroup ? found : -1
    }

    /// A bank was activated.
    @inline(never)
    func countActivation(_ bank: Int) {
        activations[bank] += 1
        guard Int(activations[bank]) >= policy.managementLimit else { return }
        let unit = Int(banks[bank].unit)
        let number = Int32(truncatingIfNeeded: bank % geometry.banksPerGroup)
        if managed[unit] < 0 {
            if units[unit].owedRefreshes <= policy.postponed { scalars.pointee.forcedUnits += 1 }
            managed[unit] = number
        } else {
            managed[unit] = min(managed[unit], number)
        }
    }

    /// Takes activates off the banks of a unit, or off those of one number in its groups.
    @inline(never)
    func relieve(_ unit: Int, number: Int = -1, by relief: Int) {
        guard policy.managementLimit < Int.max else { return }
        for bank in geometry.instances(of: .bank, inUnit: unit) where number < 0 || bank % geometry.banksPerGroup == number {
            activations[bank] = max(0, activations[bank] - Int32(truncatingIfNeeded: relief))
        }
        let wasForced = isForced(unit)
        managed[unit] = Int32(truncatingIfNeeded: managedNumber(unit, from: policy.managementLimit))
        if wasForced, !isForced(unit) { scalars.pointee.forcedUnits -= 1 }
    }
}
