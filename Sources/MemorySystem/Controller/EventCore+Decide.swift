extension EventCore {
    /// The best command so far while candidates are gone through: the earliest, then the lowest rank.
    struct Choice {
        let now: Int
        var cycle = Int.max
        var rank = Int.max
        var awaited = Int.max
        /// As in ``NextCommand``.
        var place = 0

        var decision: Decision {
            Decision(
                cycle: cycle, command: DRAMCommand(rawValue: UInt8(truncatingIfNeeded: place >> 32)) ?? .activate,
                unit: Int32(truncatingIfNeeded: place >> 56), bank: Int32(truncatingIfNeeded: place >> 40 & 0xFFFF) - 1,
                entry: Int32(bitPattern: UInt32(truncatingIfNeeded: place)), awaited: awaited)
        }

        /// `priority` and `order` as in `TickingController.Candidate`.
        @inline(__always)
        mutating func consider(_ command: DRAMCommand, ready: Int, priority: Int, order: Int, unit: Int, bank: Int, entry: Int32) {
            if priority < TickingController.Candidate.housekeeping, ready < awaited { awaited = ready }
            let cycle = max(now, ready >> 8)
            guard cycle <= self.cycle else { return }
            let rank = priority &<< 56 | order
            guard cycle < self.cycle || rank < self.rank else { return }
            self.cycle = cycle
            self.rank = rank
            place = Self.place(command, unit: unit, bank: bank, entry: entry)
        }
    }

    /// Cycles from which on a unit's banks may be sent commands, as far as the unit and what is around it go.
    struct Floors {
        var activate: Int
        var precharge: Int
        var read: Int
        var write: Int
        /// With auto-precharge.
        var readClose: Int
        var writeClose: Int
    }

    /// Works out which command issues next and when, if nothing arrives and no refresh falls due before.
    func decide() {
        if policy.isSimple, !policy.hasHousekeeping, scalars.pointee.forcedUnits == 0 {
            if hasIndependentUnits, geometry.units > 1, geometry.units <= 64 { decideByUnits() } else { decideSimply() }
        } else {
            decideAmongAll()
        }
    }

    /// The same under any policy.
    @inline(never)
    private func decideAmongAll() {
        var choice = Choice(now: scalars.pointee.cycle)
        let oldest = policy.scheduling == .firstComeFirstServed ? oldestServed() : -1
        for unit in 0..<geometry.units {
            let isForced = scalars.pointee.forcedUnits > 0 && self.isForced(unit)
            if units[unit].power != .awake {
                considerWaking(unit, isForced: isForced, &choice)
                continue
            }
            if isForced { considerForced(unit, &choice) }
            var waiting = scalars.pointee.serving == 1 ? units[unit].writes : units[unit].reads
            if scalars.pointee.forcedUnits > 0 { waiting = notHeld(waiting, unit: unit, isForced: isForced) }
            if waiting | units[unit].reserved != 0 {
                if policy.isSimple {
                    goThrough(unit, waiting: waiting, now: choice.now)
                    choice.consider(units[unit].rowCommands)
                    choice.consider(units[unit].columnCommands)
                } else {
                    considerRequests(unit, waiting: waiting, oldest: oldest, &choice)
                }
            }
            if policy.hasHousekeeping && !isForced { considerHousekeeping(unit, &choice) }
        }
        if choice.awaited == Int.max, scalars.pointee.entries > 0 { choice.awaited = 0 }
        scalars.pointee.decision = choice.decision
        scalars.pointee.isDecided = true
    }

    private func oldestServed() -> Int32 {
        var oldest: Int32 = -1
        for bank in 0..<geometry.banks {
            let head = lists[bank * 2 + scalars.pointee.serving].head
            if head >= 0, oldest < 0 || entries[Int(head)].sequence < entries[Int(oldest)].sequence { oldest = head }
        }
        return oldest
    }

    @inline(__always)
    private func considerRequests(_ unit: Int, waiting: UInt64, oldest: Int32, _ choice: inout Choice) {
        let serving = scalars.pointee.serving
        let reserved = units[unit].reserved
        let floors = floors(unit)
        let scheduling = policy.scheduling
        let firstBank = unit &* geometry.banksPerUnit
        let bankRows = ready + rowOfBanks &* CompiledTiming.stride
        let groupRows = ready + rowOfGroups &* CompiledTiming.stride
        var left = waiting | reserved
        while left != 0 {
            let bit = left.trailingZeroBitCount
            left &= left &- 1
            let index = firstBank &+ bit
            let bank = banks + index
            let bankRow = bankRows + index &* CompiledTiming.stride
            let groupRow = groupRows + Int(bank.pointee.group) &* CompiledTiming.stride
            if bank.pointee.active >= 0 {
                let entry = bank.pointee.active
                let closes = policy.autoPrecharges && closesBehind(entry, index)
                choice.consider(
                    column(entries[Int(entry)].direction, closes), ready: columnReady(entries[Int(entry)].direction, closes, floors, groupRow, bankRow),
                    priority: policy.activePriority, order: entries[Int(entry)].sequence, unit: unit, bank: index, entry: entry)
            }
            guard waiting &>> UInt64(truncatingIfNeeded: bit) & 1 == 1 else { continue }
            let list = lists + (index &* 2 &+ serving)
            if bank.pointee.openRow < 0 {
                let entry = list.pointee.head
                if oldest >= 0 && entry != oldest { continue }
                let cycle = max(floors.activate, groupRow[Self.activate], bankRow[Self.activate])
                choice.consider(
                    .activate, ready: cycle, priority: policy.activatePriority, order: entries[Int(entry)].sequence, unit: unit, bank: index, entry: entry)
                continue
            }
            let hit = list.pointee.hit
            let miss = list.pointee.miss
            var takesHit = hit >= 0
            if takesHit, policy.rowHitCap > 0, bank.pointee.accesses >= policy.rowHitCap, miss >= 0,
                entries[Int(miss)].sequence < entries[Int(hit)].sequence
            {
                takesHit = false
            }
            let hasHit = takesHit
            if oldest >= 0 && hit != oldest { takesHit = false }
            if takesHit {
                let closes = policy.autoPrecharges && closesBehind(hit, index)
                let direction = Int32(truncatingIfNeeded: serving)
                choice.consider(
                    column(direction, closes), ready: columnReady(direction, closes, floors, groupRow, bankRow),
                    priority: TickingController.Candidate.request, order: entries[Int(hit)].sequence, unit: unit, bank: index, entry: hit)
            }
            if miss >= 0, bank.pointee.active < 0, oldest < 0 || miss == oldest, !(scheduling == .rowHitFirst && hasHit) {
                let cycle = max(floors.precharge, groupRow[Self.precharge], bankRow[Self.precharge])
                let priority = scheduling == .rowHitFirst ? TickingController.Candidate.lowerRequest : TickingController.Candidate.request
                choice.consider(
                    .precharge, ready: cycle, priority: priority, order: entries[Int(miss)].sequence, unit: unit, bank: index, entry: miss)
            }
        }
    }

    static var activate: Int { Int(DRAMCommand.activate.rawValue) }
    static var precharge: Int { Int(DRAMCommand.precharge.rawValue) }
    static var read: Int { Int(DRAMCommand.read.rawValue) }
    static var write: Int { Int(DRAMCommand.write.rawValue) }
    static var readClose: Int { Int(DRAMCommand.readAutoPrecharge.rawValue) }
    static var writeClose: Int { Int(DRAMCommand.writeAutoPrecharge.rawValue) }

    @inline(__always)
    private func column(_ direction: Int32, _ closes: Bool) -> DRAMCommand {
        if direction == 1 { return closes ? .writeAutoPrecharge : .write }
        return closes ? .readAutoPrecharge : .read
    }

    @inline(__always)
    private func columnReady(
        _ direction: Int32, _ closes: Bool, _ floors: Floors, _ groupRow: UnsafeMutablePointer<Int>, _ bankRow: UnsafeMutablePointer<Int>
    ) -> Int {
        if direction == 1 {
            return closes
                ? max(floors.writeClose, groupRow[Self.writeClose], bankRow[Self.writeClose])
                : max(floors.write, groupRow[Self.write], bankRow[Self.write])
        }
        return closes
            ? max(floors.readClose, groupRow[Self.readClose], bankRow[Self.readClose])
            : max(floors.read, groupRow[Self.read], bankRow[Self.read])
    }

    /// The page policy wants the row closed, and no other waiting request is to it.
    private func closesBehind(_ entry: Int32, _ bank: Int) -> Bool {
        if policy.isAdaptive, banks[bank].openness >= 2 { return false }
        let direction = Int(entries[Int(entry)].direction)
        if entries[Int(entry)].isActive { return lists[bank * 2].hit < 0 && lists[bank * 2 + 1].hit < 0 }
        if banks[bank].active >= 0 || lists[bank * 2 + 1 - direction].hit >= 0 { return false }
        return nextHit(after: entry, row: banks[bank].openRow) < 0
    }

    func floors(_ unit: Int) -> Floors {
        let own = ready + (rowOfUnits &+ unit) &* CompiledTiming.stride
        let row = scalars.pointee.rowBusFree
        let column = policy.hasOneBus ? row : scalars.pointee.columnBusFree
        var floors = Floors(
            activate: max(own[Self.activate], row), precharge: max(own[Self.precharge], row), read: max(own[Self.read], column),
            write: max(own[Self.write], column), readClose: max(own[Self.readClose], column), writeClose: max(own[Self.writeClose], column))
        if hasOuterLevels {
            raise(&floors, ready + (rowOfPseudoChannels &+ unit / geometry.ranks) &* CompiledTiming.stride)
            raise(&floors, ready + rowOfChannel &* CompiledTiming.stride)
        }
        return floors
    }

    @inline(__always)
    private func raise(_ floors: inout Floors, _ row: UnsafeMutablePointer<Int>) {
        floors.activate = max(floors.activate, row[Self.activate])
        floors.precharge = max(floors.precharge, row[Self.precharge])
        floors.read = max(floors.read, row[Self.read])
        floors.write = max(floors.write, row[Self.write])
        floors.readClose = max(floors.readClose, row[Self.readClose])
        floors.writeClose = max(floors.writeClose, row[Self.writeClose])
    }
}
