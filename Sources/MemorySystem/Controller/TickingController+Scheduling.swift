extension TickingController {
    /// A command that may be next as far as the policies go, and when timing lets it.
    struct Candidate {
        /// With `activatesFirst`.
        static let activate = -1
        static let active = 0
        static let maintenance = 1
        static let request = 2
        static let lowerRequest = 3
        /// Of no use to a waiting request: does not count as stalled work.
        static let housekeeping = 4
        static let sleep = 5

        var command: DRAMCommand
        var unit: Int
        /// -1 for a command to a rank.
        var bank: Int
        /// In `entries`, or -1.
        var entry: Int
        /// Lower goes first; then lower `order`.
        var priority: Int
        var order: Int
        /// Packed.
        var ready: Int
    }

    func bestReady(_ candidates: [Candidate]) -> Candidate? {
        candidates.lazy.filter { ConstraintNames.cycle($0.ready) <= cycle }
            .min { ($0.priority, $0.order) < ($1.priority, $1.order) }
    }

    /// The bus a command needs: 0 for row commands and shared buses, 1 for column commands on their own bus.
    func bus(_ command: DRAMCommand) -> Int {
        standard.organization.separateRowAndColumnCommands && !configuration.sharesCommandBus && command.isColumnCommand ? 1 : 0
    }

    private func candidate(
        _ command: DRAMCommand, unit: Int, bank: Int = -1, entry: Int = -1, priority: Int, order: Int, notBefore: Int = 0
    ) -> Candidate {
        let ready = max(timing.earliest(command, unit: unit, bank: bank), busFree[bus(command)], ConstraintNames.pack(notBefore, 0))
        return Candidate(command: command, unit: unit, bank: bank, entry: entry, priority: priority, order: order, ready: ready)
    }

    func candidates() -> [Candidate] {
        requestCandidates() + refreshCandidates() + housekeepingCandidates()
    }

    private func refreshIsForced(_ unit: Int) -> Bool { units[unit].owedRefreshes > configuration.postponedRefreshes }

    /// The bank that per-bank refresh of a unit is at.
    private func refreshBank(_ unit: Int) -> Int { unit * geometry.banksPerUnit + units[unit].refreshBank }

    /// The first bank of a unit, counted within its group before by group, that has been activated `activations` times; nil for none.
    private func managedNumber(_ unit: Int, from activations: Int) -> Int? {
        (0..<geometry.banksPerGroup).first { number in
            geometry.sameBanks(number, inUnit: unit).contains { banks[$0].activations >= activations }
        }
    }

    /// Activates from which on a bank waits for its management.
    private var managementLimit: Int? {
        configuration.refreshManagement ? standard.refreshManagement.map(configuration.managementLimit) : nil
    }

    private func managementIsForced(_ unit: Int) -> Bool {
        managementLimit.map { managedNumber(unit, from: $0) != nil } ?? false
    }

    private func isForced(_ unit: Int) -> Bool { refreshIsForced(unit) || managementIsForced(unit) }

    /// Requests do nothing that would put off a refresh or management that is due.
    private func isHeld(_ entry: Entry) -> Bool {
        if configuration.refreshBlocksChannel, units.indices.contains(where: isForced) { return true }
        if refreshIsForced(entry.unit), isHeldByRefresh(entry) { return true }
        guard let limit = managementLimit, let number = managedNumber(entry.unit, from: limit) else { return false }
        // No bank that waits for its management may be activated once more.
        if configuration.refresh == .allBank || banks[entry.bank].activations >= limit { return true }
        return !refreshIsForced(entry.unit) && isHeld(entry, byAccessTo: geometry.sameBanks(number, inUnit: entry.unit))
    }

    private func isHeldByRefresh(_ entry: Entry) -> Bool {
        switch configuration.refresh {
        case .allBank, .none: return true
        case .perBank: return entry.bank == refreshBank(entry.unit)
        case .sameBank:
            return isHeld(entry, byAccessTo: refreshSet(entry.unit))
        }
    }

    /// Whether a command to the bank of one number in every group waits for the request to stand back.
    private func isHeld(_ entry: Entry, byAccessTo set: StrideTo<Int>) -> Bool {
        if set.contains(entry.bank) { return true }
        // Activates elsewhere would put the command off again and again (tRRD_L is longer than tRRD_S).
        return banks[entry.bank].openRow < 0 && set.allSatisfy { banks[$0].openRow < 0 }
    }

    /// The banks that same-bank refresh of a unit is at.
    private func refreshSet(_ unit: Int) -> StrideTo<Int> { geometry.sameBanks(units[unit].refreshBank, inUnit: unit) }

    private func isServed(_ entry: Entry) -> Bool { entry.access.isWrite == isWriting && !entry.isActive }

    private func hits(_ entry: Entry) -> Bool { banks[entry.bank].openRow == entry.access.coordinates.row }

    /// An older request waits for another row, and the open row has had its share.
    private func isCapped(_ entry: Entry) -> Bool {
        guard configuration.rowHitCap > 0, banks[entry.bank].accesses >= configuration.rowHitCap else { return false }
        return entries.contains { isServed($0) && $0.bank == entry.bank && !hits($0) && $0.sequence < entry.sequence }
    }

    private func requestCandidates() -> [Candidate] {
        var result: [Candidate] = []
        if entries.isEmpty { return result }
        let oldestServed = entries.firstIndex(where: isServed)
        // Requests of one bank that want the same command are ready at the same time: only the oldest is of interest.
        var seen = [Bool](repeating: false, count: geometry.banks * 16)
        for (index, entry) in entries.enumerated() where units[entry.unit].power == .awake {
            let bank = banks[entry.bank]
            if entry.isActive {
                let priority = configuration.activeRequestsFirst ? Candidate.active : Candidate.request
                result.append(
                    candidate(columnCommand(index), unit: entry.unit, bank: entry.bank, entry: index, priority: priority, order: entry.sequence))
                continue
            }
            guard isServed(entry), !isHeld(entry) else { continue }
            if configuration.scheduling == .firstComeFirstServed && index != oldestServed { continue }
            let command: DRAMCommand
            var priority = Candidate.request
            if hits(entry) {
                if isCapped(entry) { continue }
                command = columnCommand(index)
            } else if bank.openRow < 0 {
                command = .activate
                if configuration.activatesFirst {
                    priority = Candidate.activate
                } else if configuration.scheduling == .rowHitFirst {
                    priority = Candidate.lowerRequest
                }
            } else {
                if bank.isReserved { continue }
                if configuration.scheduling == .rowHitFirst {
                    if entries.contains(where: { isServed($0) && $0.bank == entry.bank && hits($0) && !isCapped($0) }) { continue }
                    priority = Candidate.lowerRequest
                }
                command = .precharge
            }
            if seen[entry.bank * 16 + Int(command.rawValue)] { continue }
            seen[entry.bank * 16 + Int(command.rawValue)] = true
            result.append(
                candidate(command, unit: entry.unit, bank: entry.bank, entry: index, priority: priority, order: entry.sequence))
        }
        return result
    }

    /// Read or write, with auto-precharge when the page policy wants the row closed behind its last waiting access.
    private func columnCommand(_ index: Int) -> DRAMCommand {
        let entry = entries[index]
        let closes: Bool
        switch configuration.pagePolicy {
        case .open, .timeout: closes = false
        case .closed: closes = true
        case .adaptive: closes = banks[entry.bank].openness < 2
        }
        let isLast = !entries.indices.contains { $0 != index && entries[$0].bank == entry.bank && hits(entries[$0]) }
        if entry.access.isWrite { return closes && isLast ? .writeAutoPrecharge : .write }
        return closes && isLast ? .readAutoPrecharge : .read
    }

    private func refreshCandidates() -> [Candidate] {
        var result: [Candidate] = []
        for unit in units.indices {
            let isAsked = entries.contains { $0.unit == unit }
            switch units[unit].power {
            case .awake:
                if refreshIsForced(unit) {
                    result += refreshSteps(unit, priority: Candidate.maintenance, notBefore: 0)
                } else if managementIsForced(unit) {
                    result += managementSteps(unit, priority: Candidate.maintenance, notBefore: 0)
                }
            case .poweredDown:
                if isForced(unit) || isAsked {
                    result.append(candidate(.powerDownExit, unit: unit, priority: Candidate.maintenance, order: unit))
                }
            case .selfRefreshing:
                if isAsked { result.append(candidate(.selfRefreshExit, unit: unit, priority: Candidate.maintenance, order: unit)) }
            }
        }
        return result
    }

    /// The next command towards a unit's refresh: close what is open, then refresh. Nothing while a row is reserved.
    private func refreshSteps(_ unit: Int, priority: Int, notBefore: Int) -> [Candidate] {
        if configuration.refresh == .perBank {
            let bank = refreshBank(unit)
            if banks[bank].isReserved { return [] }
            let command = banks[bank].openRow >= 0 ? DRAMCommand.precharge : .refreshBank
            return [candidate(command, unit: unit, bank: bank, priority: priority, order: unit, notBefore: notBefore)]
        }
        if configuration.refresh == .sameBank {
            return sameBankSteps(.refreshSameBank, unit, number: units[unit].refreshBank, priority: priority, notBefore: notBefore)
        }
        return allBankSteps(.refreshAllBanks, unit, priority: priority, notBefore: notBefore)
    }

    /// The next command towards the management of a unit, or of the bank of one number in its groups.
    private func managementSteps(_ unit: Int, priority: Int, notBefore: Int) -> [Candidate] {
        // Idle ranks make up for what they owe.
        let from = priority == Candidate.maintenance ? managementLimit : standard.refreshManagement.map(configuration.managementThreshold)
        guard let from, let number = managedNumber(unit, from: from) else { return [] }
        if configuration.refresh == .sameBank {
            return sameBankSteps(.manageSameBank, unit, number: number, priority: priority, notBefore: notBefore)
        }
        return allBankSteps(.manageAllBanks, unit, priority: priority, notBefore: notBefore)
    }

    private func sameBankSteps(_ command: DRAMCommand, _ unit: Int, number: Int, priority: Int, notBefore: Int) -> [Candidate] {
        let set = geometry.sameBanks(number, inUnit: unit)
        if set.contains(where: { banks[$0].isReserved }) { return [] }
        let open = set.filter { banks[$0].openRow >= 0 }
        if open.isEmpty {
            let first = unit * geometry.banksPerUnit + number
            return [candidate(command, unit: unit, bank: first, priority: priority, order: unit, notBefore: notBefore)]
        }
        return open.map { candidate(.precharge, unit: unit, bank: $0, priority: priority, order: unit, notBefore: notBefore) }
    }

    private func allBankSteps(_ command: DRAMCommand, _ unit: Int, priority: Int, notBefore: Int) -> [Candidate] {
        if geometry.instances(of: .bank, inUnit: unit).contains(where: { banks[$0].isReserved }) { return [] }
        let command = units[unit].openBanks > 0 ? DRAMCommand.prechargeAll : command
        return [candidate(command, unit: unit, priority: priority, order: unit, notBefore: notBefore)]
    }

    private func housekeepingCandidates() -> [Candidate] {
        var result: [Candidate] = []
        for unit in units.indices where units[unit].power != .selfRefreshing && !isForced(unit) {
            let isIdle = !entries.contains { $0.unit == unit }
            if isIdle, configuration.selfRefreshAfter > 0 { result += selfRefreshSteps(unit) }
            if units[unit].power == .poweredDown { continue }
            if isIdle, configuration.refresh != .none, units[unit].owedRefreshes > -configuration.pulledInRefreshes {
                let notBefore = units[unit].lastAccess + configuration.idleRefreshDelay
                result += refreshSteps(unit, priority: Candidate.housekeeping, notBefore: notBefore)
            } else if isIdle, configuration.refreshManagement {
                let notBefore = units[unit].lastAccess + configuration.idleRefreshDelay
                result += managementSteps(unit, priority: Candidate.housekeeping, notBefore: notBefore)
            }
            if isIdle, configuration.powerDownAfter > 0, configuration.selfRefreshAfter == 0 || cycle < selfRefreshDue(unit) {
                let notBefore = units[unit].lastCommand + configuration.powerDownAfter
                result.append(candidate(.powerDownEnter, unit: unit, priority: Candidate.sleep, order: unit, notBefore: notBefore))
            }
            guard configuration.pagePolicy == .timeout else { continue }
            for bank in geometry.instances(of: .bank, inUnit: unit) where banks[bank].openRow >= 0 && !banks[bank].isReserved {
                if entries.contains(where: { $0.bank == bank && hits($0) }) { continue }
                let notBefore = banks[bank].lastUse + configuration.pageTimeout
                // After the refreshes of all units.
                let order = geometry.units + bank
                result.append(
                    candidate(.precharge, unit: unit, bank: bank, priority: Candidate.housekeeping, order: order, notBefore: notBefore))
            }
        }
        return result
    }

    /// From when on an idle unit makes for self-refresh.
    private func selfRefreshDue(_ unit: Int) -> Int { units[unit].lastAccess + configuration.selfRefreshAfter }

    /// The next command towards self-refresh: wake from power-down, close what is open, enter. A refresh that is owed comes first, so
    /// that the one that is owed after self-refresh comes before the next.
    private func selfRefreshSteps(_ unit: Int) -> [Candidate] {
        let command: DRAMCommand
        if units[unit].power == .poweredDown {
            command = .powerDownExit
        } else {
            if configuration.refresh != .none, units[unit].owedRefreshes > -configuration.pulledInRefreshes { return [] }
            command = units[unit].openBanks > 0 ? .prechargeAll : .selfRefreshEnter
        }
        return [candidate(command, unit: unit, priority: Candidate.sleep, order: unit, notBefore: selfRefreshDue(unit))]
    }
}
