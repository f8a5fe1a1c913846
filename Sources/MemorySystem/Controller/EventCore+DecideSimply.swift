extension EventCore {
    /// Works out the next command when only requests ask for one: all ranks are awake.
    func decideSimply() {
        let now = scalars.pointee.cycle
        var choice = Choice(now: now)
        for unit in 0..<geometry.units {
            let waiting = scalars.pointee.serving == 1 ? units[unit].writes : units[unit].reads
            if waiting | units[unit].reserved == 0 { continue }
            goThrough(unit, waiting: waiting, now: now)
            choice.consider(units[unit].rowCommands)
            choice.consider(units[unit].columnCommands)
        }
        if choice.awaited == Int.max, scalars.pointee.entries > 0 { choice.awaited = 0 }
        scalars.pointee.decision = choice.decision
        scalars.pointee.isDecided = true
    }

    /// Works out the next command of several units that do not disturb each other, but for the buses that they share: a unit to
    /// which nothing has happened since its requests were last gone through is not gone through again, unless more of its
    /// commands have become ready, which could be older.
    func decideByUnits() {
        let now = scalars.pointee.cycle
        let rowBus = scalars.pointee.rowBusFree
        let columnBus = policy.hasOneBus ? rowBus : scalars.pointee.columnBusFree
        let rowFloor = max(now, rowBus &>> 8)
        let columnFloor = max(now, columnBus &>> 8)
        var choice = Choice(now: now)
        for number in 0..<geometry.units {
            let unit = units + number
            if !unit.pointee.isGoneThrough || unit.pointee.rowCommands.later <= rowFloor || unit.pointee.columnCommands.later <= columnFloor {
                goThrough(number, waiting: scalars.pointee.serving == 1 ? unit.pointee.writes : unit.pointee.reads, now: now)
                unit.pointee.isGoneThrough = true
            }
            choice.consider(unit.pointee.rowCommands, bus: rowBus, floor: rowFloor)
            choice.consider(unit.pointee.columnCommands, bus: columnBus, floor: columnFloor)
        }
        if choice.awaited == Int.max, scalars.pointee.entries > 0 { choice.awaited = 0 }
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
        if units[unit].isGoneThrough {
            let place = Choice.place(command, unit: unit, bank: bank, entry: index)
            let rank = TickingController.Candidate.request &<< 56 | entries[Int(index)].sequence
            let now = scalars.pointee.cycle
            if command.isColumnCommand {
                units[unit].columnCommands.consider(ready: cycle, now: now, rank: rank, place: place)
            } else {
                units[unit].rowCommands.consider(ready: cycle, now: now, rank: rank, place: place)
            }
        }
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

    /// Goes through a unit's requests under the policy that most runs use, for its next commands: the oldest request whose next
    /// command is ready, rows left open, no cap on row hits. Short, because this is where the time goes.
    func goThrough(_ unit: Int, waiting: UInt64, now: Int) {
        // In locals, which stay in registers.
        var rows = NextCommand()
        var columns = NextCommand()
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
        let requestPriority = TickingController.Candidate.request &<< 56
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
                columns.consider(
                    ready: isWrite
                        ? max(write, groupRow[Self.write], bankRow[Self.write]) : max(read, groupRow[Self.read], bankRow[Self.read]),
                    now: now, rank: activePriority &<< 56 | entries[Int(active)].sequence,
                    place: Choice.place(isWrite ? .write : .read, unit: unit, bank: firstBank &+ bit, entry: active))
            }
            if waiting &>> UInt64(truncatingIfNeeded: bit) & 1 == 0 { continue }
            let list = unitLists + bit &* 2
            if bank.pointee.openRow < 0 {
                let head = list.pointee.head
                rows.consider(
                    ready: max(activate, groupRow[Self.activate], bankRow[Self.activate]), now: now,
                    rank: requestPriority | entries[Int(head)].sequence,
                    place: Choice.place(.activate, unit: unit, bank: firstBank &+ bit, entry: head))
                continue
            }
            let hit = list.pointee.hit
            if hit >= 0 {
                columns.consider(
                    ready: max(columnUnitFloor, groupRow[column], bankRow[column]), now: now,
                    rank: requestPriority | entries[Int(hit)].sequence,
                    place: Choice.place(columnCommand, unit: unit, bank: firstBank &+ bit, entry: hit))
            }
            let miss = list.pointee.miss
            if miss >= 0, active < 0 {
                rows.consider(
                    ready: max(precharge, groupRow[Self.precharge], bankRow[Self.precharge]), now: now,
                    rank: requestPriority | entries[Int(miss)].sequence,
                    place: Choice.place(.precharge, unit: unit, bank: firstBank &+ bit, entry: miss))
            }
        }
        units[unit].rowCommands = rows
        units[unit].columnCommands = columns
    }
}

extension EventCore.NextCommand {
    @inline(__always)
    mutating func consider(ready: Int, now: Int, rank: @autoclosure () -> Int, place: @autoclosure () -> Int) {
        if ready < awaited { awaited = ready }
        let cycle = max(now, ready &>> 8)
        if cycle > self.cycle {
            if cycle < later { later = cycle }
            return
        }
        let rank = rank()
        if cycle < self.cycle {
            later = self.cycle
            self.cycle = cycle
        } else if rank >= self.rank {
            return
        }
        self.rank = rank
        self.place = place()
    }
}

extension EventCore.Choice {
    @inline(__always)
    static func place(_ command: DRAMCommand, unit: Int, bank: Int, entry: Int32) -> Int {
        (unit &<< 24 | (bank &+ 1) &<< 8 | Int(command.rawValue)) &<< 32 | Int(UInt32(bitPattern: entry))
    }

    /// A unit's next command on a bus.
    ///
    /// - Parameters:
    ///   - bus: when the bus is free, packed; 0 where the command was gone through under the bus as it is.
    ///   - floor: the first cycle in which a command could go.
    @inline(__always)
    mutating func consider(_ next: EventCore.NextCommand, bus: Int = 0, floor: Int = 0) {
        if next.cycle == Int.max { return }
        let ready = max(next.awaited, bus)
        if ready < awaited { awaited = ready }
        let cycle = max(floor, next.cycle)
        if cycle > self.cycle || cycle == self.cycle && next.rank >= rank { return }
        self.cycle = cycle
        rank = next.rank
        place = next.place
    }
}
