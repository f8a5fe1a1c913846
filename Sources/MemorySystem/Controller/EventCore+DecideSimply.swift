extension EventCore {
    /// Works out the next command when only requests ask for one: all ranks are awake.
    func decideSimply() {
        var choice = Choice(now: scalars.pointee.cycle)
        for unit in 0..<geometry.units {
            let waiting = scalars.pointee.serving == 1 ? units[unit].writes : units[unit].reads
            if waiting | units[unit].reserved != 0 { considerSimply(unit, waiting: waiting, &choice) }
        }
        if choice.awaited == Int.max, scalars.pointee.entries > 0 { choice.awaited = 0 }
        scalars.pointee.decision = choice.decision
        scalars.pointee.isDecided = true
    }

    /// Works out the next command of several units that do not disturb each other: a unit to which nothing has happened since its
    /// requests were last gone through, and which cannot be first, is not gone through again.
    func decideByUnits() {
        var choice = Choice(now: scalars.pointee.cycle)
        var awaited = Int.max
        var known: UInt64 = 0
        for unit in 0..<geometry.units {
            if units[unit].isBounded { known |= 1 << UInt64(unit) } else { awaited = min(awaited, considerBounded(unit, &choice)) }
        }
        // A bound from before the buses were taken says nothing of how long they are.
        let buses = max(scalars.pointee.rowBusFree, policy.hasOneBus ? 0 : scalars.pointee.columnBusFree)
        while known != 0 {
            let unit = known.trailingZeroBitCount
            known &= known &- 1
            let bound = units[unit].bound
            let isLate = bound &>> 8 > choice.cycle && bound > buses
            awaited = min(awaited, isLate ? bound : considerBounded(unit, &choice))
        }
        choice.awaited = awaited == Int.max && scalars.pointee.entries > 0 ? 0 : awaited
        scalars.pointee.decision = choice.decision
        scalars.pointee.isDecided = true
    }

    /// Weighs a request that has just arrived, the first of its bank to want its next command, against the decision, which is of the
    /// same cycle or later. False when all requests have to be gone through again.
    ///
    /// The newcomer goes first only when it can go earlier: all others are older.
    @inline(__always)
    func decisionHolds(withArrivalIn bank: Int, row: Int32, _ index: Int32) -> Bool {
        guard policy.isSimple, !policy.hasHousekeeping, scalars.pointee.forcedUnits == 0, scalars.pointee.isDecided,
            scalars.pointee.decision.cycle != Int.max
        else { return false }
        let openRow = banks[bank].openRow
        let command: DRAMCommand
        if openRow == row {
            command = scalars.pointee.serving == 1 ? .write : .read
        } else if openRow < 0 {
            command = .activate
        } else {
            // The row stays open until the request is served that it was opened for.
            if banks[bank].active >= 0 { return true }
            command = .precharge
        }
        let raw = Int(command.rawValue)
        let unit = Int(banks[bank].unit)
        var cycle = policy.hasOneBus || !command.isColumnCommand ? scalars.pointee.rowBusFree : scalars.pointee.columnBusFree
        cycle = max(cycle, ready[(rowOfUnits &+ unit) &* CompiledTiming.stride &+ raw])
        cycle = max(cycle, ready[(rowOfGroups &+ Int(banks[bank].group)) &* CompiledTiming.stride &+ raw])
        cycle = max(cycle, ready[(rowOfBanks &+ bank) &* CompiledTiming.stride &+ raw])
        if hasOuterLevels {
            cycle = max(cycle, ready[(rowOfPseudoChannels &+ unit / geometry.ranks) &* CompiledTiming.stride &+ raw])
            cycle = max(cycle, ready[rowOfChannel &* CompiledTiming.stride &+ raw])
        }
        if units[unit].isBounded, cycle < units[unit].bound { units[unit].bound = cycle }
        if cycle < scalars.pointee.decision.awaited { scalars.pointee.decision.awaited = cycle }
        let first = max(scalars.pointee.cycle, cycle &>> 8)
        if first < scalars.pointee.decision.cycle {
            scalars.pointee.decision.cycle = first
            scalars.pointee.decision.command = command
            scalars.pointee.decision.unit = Int32(truncatingIfNeeded: unit)
            scalars.pointee.decision.bank = Int32(truncatingIfNeeded: bank)
            scalars.pointee.decision.entry = index
        }
        return true
    }

    /// Goes through a unit's requests and notes the earliest packed cycle of their commands, which is returned.
    @inline(__always)
    private func considerBounded(_ unit: Int, _ choice: inout Choice) -> Int {
        let waiting = scalars.pointee.serving == 1 ? units[unit].writes : units[unit].reads
        choice.awaited = Int.max
        if waiting | units[unit].reserved != 0 { considerSimply(unit, waiting: waiting, &choice) }
        units[unit].bound = choice.awaited
        units[unit].isBounded = true
        return choice.awaited
    }

    /// As `considerRequests` for the policy that most runs use: the oldest request whose next command is ready, rows left open, no
    /// cap on row hits. Shorter, because this is where the time goes.
    func considerSimply(_ unit: Int, waiting: UInt64, _ choice: inout Choice) {
        // In locals, which stay in registers.
        var best = choice
        let entries = entries
        let serving = scalars.pointee.serving
        let rowFloor = scalars.pointee.rowBusFree
        let columnFloor = policy.hasOneBus ? rowFloor : scalars.pointee.columnBusFree
        let own = ready + (rowOfUnits &+ unit) &* CompiledTiming.stride
        var activate = max(own[Self.activate], rowFloor)
        var precharge = max(own[Self.precharge], rowFloor)
        var read = max(own[Self.read], columnFloor)
        var write = max(own[Self.write], columnFloor)
        if hasOuterLevels {
            let half = ready + (rowOfPseudoChannels &+ unit / geometry.ranks) &* CompiledTiming.stride
            let all = ready + rowOfChannel &* CompiledTiming.stride
            activate = max(activate, half[Self.activate], all[Self.activate])
            precharge = max(precharge, half[Self.precharge], all[Self.precharge])
            read = max(read, half[Self.read], all[Self.read])
            write = max(write, half[Self.write], all[Self.write])
        }
        let columnCommand = serving == 1 ? DRAMCommand.write : .read
        let column = serving == 1 ? Self.write : Self.read
        let columnUnitFloor = serving == 1 ? write : read
        let firstBank = unit &* geometry.banksPerUnit
        let bankRows = ready + (rowOfBanks &+ firstBank) &* CompiledTiming.stride
        let groupRows = ready + rowOfGroups &* CompiledTiming.stride
        let unitBanks = banks + firstBank
        let unitLists = lists + (firstBank &* 2 &+ serving)
        let activePriority = policy.activePriority
        var left = waiting | units[unit].reserved
        while left != 0 {
            let bit = left.trailingZeroBitCount
            left &= left &- 1
            let bank = unitBanks + bit
            let bankRow = bankRows + bit &* CompiledTiming.stride
            let groupRow = groupRows + Int(bank.pointee.group) &* CompiledTiming.stride
            let active = bank.pointee.active
            if active >= 0 {
                let isWrite = entries[Int(active)].direction == 1
                let cycle = isWrite
                    ? max(write, groupRow[Self.write], bankRow[Self.write]) : max(read, groupRow[Self.read], bankRow[Self.read])
                best.consider(
                    isWrite ? .write : .read, ready: cycle, priority: activePriority, unit: unit, bank: firstBank &+ bit, entry: active, entries)
            }
            if waiting &>> UInt64(truncatingIfNeeded: bit) & 1 == 0 { continue }
            let list = unitLists + bit &* 2
            if bank.pointee.openRow < 0 {
                let cycle = max(activate, groupRow[Self.activate], bankRow[Self.activate])
                best.consider(
                    .activate, ready: cycle, priority: TickingController.Candidate.request, unit: unit, bank: firstBank &+ bit,
                    entry: list.pointee.head, entries)
                continue
            }
            let hit = list.pointee.hit
            if hit >= 0 {
                let cycle = max(columnUnitFloor, groupRow[column], bankRow[column])
                best.consider(
                    columnCommand, ready: cycle, priority: TickingController.Candidate.request, unit: unit, bank: firstBank &+ bit,
                    entry: hit, entries)
            }
            let miss = list.pointee.miss
            if miss >= 0, active < 0 {
                let cycle = max(precharge, groupRow[Self.precharge], bankRow[Self.precharge])
                best.consider(
                    .precharge, ready: cycle, priority: TickingController.Candidate.request, unit: unit, bank: firstBank &+ bit,
                    entry: miss, entries)
            }
        }
        choice = best
    }
}

extension EventCore.Choice {
    /// A request's command; its order is its place in the sequence of arrivals, looked up only when the cycle is no later.
    @inline(__always)
    mutating func consider(
        _ command: DRAMCommand, ready: Int, priority: Int, unit: Int, bank: Int, entry: Int32, _ entries: UnsafeMutablePointer<EventCore.Entry>
    ) {
        if ready < awaited { awaited = ready }
        let cycle = max(now, ready &>> 8)
        if cycle > self.cycle { return }
        let rank = priority &<< 56 | entries[Int(entry)].sequence
        if cycle == self.cycle && rank >= self.rank { return }
        self.cycle = cycle
        self.rank = rank
        place = (unit &<< 24 | (bank &+ 1) &<< 8 | Int(command.rawValue)) &<< 32 | Int(UInt32(bitPattern: entry))
    }
}
