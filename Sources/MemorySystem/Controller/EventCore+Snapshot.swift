extension EventCore {
    /// Requests are ordered by the cycle in which they were taken and by their number in it.
    static var sequenceBits: Int { 16 }
    static var sequenceMask: Int { 1 << sequenceBits - 1 }

    /// Later than this ago is all the same.
    private static var longAgo: Int { 1 << 28 }

    /// Appends everything that shapes the controller's future but the due dates of refreshes: cycles relative to the present one,
    /// rows, columns and tags by name, requests in the order of their banks and with their place in the order of arrivals. Two
    /// cores of one configuration with equal snapshots do the same from here on, for requests that are named alike. Cycles that
    /// have passed are all written as 0.
    func writeSnapshot<Names: SnapshotNames>(_ names: inout Names, into words: inout [Int32]) {
        let state = scalars.pointee
        let now = state.cycle
        func ago(_ cycle: Int) -> Int32 { Int32(truncatingIfNeeded: max(-Self.longAgo, min(Self.longAgo, now - cycle))) }
        func ahead(_ packed: Int) -> Int32 { packed >> 8 <= now ? 0 : Int32(truncatingIfNeeded: packed - now << 8) }
        func row(_ row: Int32, _ bank: Int) -> Int32 { row < 0 ? Int32.min : names.name(ofRow: row, bank: bank) }
        let omitted = names.omitsWaitingWrites ? waitingWritesInLists : 0
        words.append(Int32(truncatingIfNeeded: state.acceptedThisCycle))
        words.append(Int32(truncatingIfNeeded: state.waitingReads))
        // Where writes are left out, those that are not.
        words.append(Int32(truncatingIfNeeded: names.omitsWaitingWrites ? -1 - (state.waitingWrites - omitted) : state.waitingWrites))
        words.append(Int32(truncatingIfNeeded: state.entries - omitted))
        words.append(Int32(truncatingIfNeeded: state.serving))
        words.append(policy.writeBatchCap == Int.max ? 0 : Int32(truncatingIfNeeded: min(policy.writeBatchCap, state.writesInBatch)))
        words.append(Int32(truncatingIfNeeded: state.owedReads))
        words.append(ahead(state.rowBusFree))
        words.append(ahead(state.columnBusFree))
        words.append(state.lastIssue == now ? 1 : 0)
        words.append(Int32(truncatingIfNeeded: state.forcedUnits))
        if Names.includesLastCompletion { words.append(ago(counts.pointee.lastCompletion)) }
        for unit in 0..<geometry.units {
            let it = units[unit]
            words.append(Int32(truncatingIfNeeded: it.owedRefreshes))
            words.append(Int32(truncatingIfNeeded: it.refreshBank))
            words.append(Int32(it.power.rawValue))
            words.append(it.power == .selfRefreshing ? Int32(truncatingIfNeeded: it.pausedInterval) : 0)
            words.append(policy.hasHousekeeping ? ago(it.lastCommand) : 0)
            words.append(policy.hasHousekeeping ? ago(it.lastAccess) : 0)
        }
        let accessLimit = Int32(max(1, policy.rowHitCap))
        for bank in 0..<geometry.banks {
            let it = banks[bank]
            words.append(row(it.openRow, bank))
            words.append(min(accessLimit, it.accesses))
            if policy.isAdaptive {
                words.append(row(it.closedRow, bank))
                words.append(it.openness)
            }
            if policy.pageTimeout > 0 { words.append(ago(it.lastUse)) }
            if policy.managementLimit < Int.max { words.append(activations[bank]) }
            words.append(it.active >= 0 ? 1 : 0)
            if it.active >= 0 { writeEntry(it.active, &names, into: &words) }
            for direction in 0..<2 {
                var index = names.omitsWaitingWrites && direction == 1 ? -1 : lists[bank * 2 + direction].head
                while index >= 0 {
                    writeEntry(index, &names, into: &words)
                    index = entries[Int(index)].next
                }
                words.append(Int32.min)
            }
        }
        // Most commands may go at any time: as many in a row are one negative word.
        var free: Int32 = 0
        for index in 0..<timing.rows * CompiledTiming.stride {
            let cycle = ahead(ready[index])
            if cycle == 0 {
                free += 1
                continue
            }
            if free > 0 { words.append(-free) }
            free = 0
            words.append(cycle)
        }
        if free > 0 { words.append(-free) }
        forEachRing { ring, window in
            for step in 0..<window.size {
                let place = (ring[0] + step) % window.size
                let cycle = ring[1 + place]
                let isOver = cycle == Int.min || (cycle >> 8) + window.reach <= now
                words.append(isOver ? Int32.min : Int32(truncatingIfNeeded: (cycle >> 8) - now))
            }
        }
    }

    private func writeEntry<Names: SnapshotNames>(_ index: Int32, _ names: inout Names, into words: inout [Int32]) {
        let entry = entries[Int(index)]
        let name = names.name(of: entry, waited: scalars.pointee.cycle - entry.arrival)
        words.append(Int32(truncatingIfNeeded: name.waited))
        words.append(Int32(truncatingIfNeeded: name.number))
        words.append(name.row)
        words.append(name.column << 2 | (entry.isClassified ? 2 : 0) | entry.direction)
        words.append(name.tag)
    }

    /// Takes a snapshot's state at the present cycle. Refreshes fall due as they would have.
    func readSnapshot<Names: SnapshotNames>(_ words: ArraySlice<Int32>, _ names: Names) {
        words.withUnsafeBufferPointer { words in
            var place = 0
            func next() -> Int32 {
                place += 1
                return words[place - 1]
            }
            let now = scalars.pointee.cycle
            func packed(_ word: Int32) -> Int { word == 0 ? 0 : Int(word) + now << 8 }
            func row(_ word: Int32, _ bank: Int) -> Int32 { word == Int32.min ? -1 : names.row(named: word, bank: bank) }
            scalars.pointee.acceptedThisCycle = Int(next())
            scalars.pointee.waitingReads = Int(next())
            // Writes that were left out are for the caller to insert.
            let writes = Int(next())
            scalars.pointee.waitingWrites = writes < 0 ? -1 - writes : writes
            scalars.pointee.entries = Int(next())
            scalars.pointee.serving = Int(next())
            scalars.pointee.writesInBatch = Int(next())
            scalars.pointee.owedReads = Int(next())
            scalars.pointee.rowBusFree = packed(next())
            scalars.pointee.columnBusFree = packed(next())
            scalars.pointee.lastIssue = next() == 1 ? now : -1
            scalars.pointee.forcedUnits = Int(next())
            if Names.includesLastCompletion { counts.pointee.lastCompletion = now - Int(next()) }
            scalars.pointee.isDecided = false
            for unit in 0..<geometry.units {
                units[unit].owedRefreshes = Int(next())
                units[unit].refreshBank = Int(next())
                units[unit].power = RankPower(rawValue: UInt8(truncatingIfNeeded: next())) ?? .awake
                units[unit].pausedInterval = Int(next())
                units[unit].lastCommand = now - Int(next())
                units[unit].lastAccess = now - Int(next())
                units[unit].openBanks = 0
                units[unit].entries = 0
                units[unit].reserved = 0
                units[unit].reads = 0
                units[unit].writes = 0
                units[unit].backgroundSince = now
                units[unit].isGoneThrough = false
            }
            for entry in 0..<entryCapacity { entries[entry].next = entry + 1 < entryCapacity ? Int32(entry + 1) : -1 }
            scalars.pointee.freeEntry = 0
            waitingAt.update(repeating: 0, count: Self.addressSlots)
            for bank in 0..<geometry.banks {
                let unit = units + Int(banks[bank].unit)
                let bit = UInt64(1) << UInt64(banks[bank].bankInUnit)
                banks[bank].openRow = row(next(), bank)
                if banks[bank].openRow >= 0 { unit.pointee.openBanks += 1 }
                banks[bank].accesses = next()
                if policy.isAdaptive {
                    banks[bank].closedRow = row(next(), bank)
                    banks[bank].openness = next()
                }
                if policy.pageTimeout > 0 { banks[bank].lastUse = now - Int(next()) }
                if policy.managementLimit < Int.max { activations[bank] = next() }
                banks[bank].active = -1
                if next() == 1 {
                    banks[bank].active = readEntry(bank, previous: -1, names, next(), next(), next(), next(), next())
                    entries[Int(banks[bank].active)].isActive = true
                    unit.pointee.reserved |= bit
                    unit.pointee.entries += 1
                }
                for direction in 0..<2 {
                    var list = List()
                    var word = next()
                    while word != Int32.min {
                        let entry = readEntry(bank, previous: list.tail, names, word, next(), next(), next(), next())
                        if list.tail >= 0 { entries[Int(list.tail)].next = entry } else { list.head = entry }
                        list.tail = entry
                        unit.pointee.entries += 1
                        word = next()
                    }
                    if list.head >= 0 { if direction == 1 { unit.pointee.writes |= bit } else { unit.pointee.reads |= bit } }
                    lists[bank * 2 + direction] = list
                }
                sortOut(bank: bank)
            }
            if policy.managementLimit < Int.max {
                for unit in 0..<geometry.units { managed[unit] = Int32(truncatingIfNeeded: managedNumber(unit, from: policy.managementLimit)) }
            }
            var free: Int32 = 0
            for index in 0..<timing.rows * CompiledTiming.stride {
                let word = free > 0 ? 0 : next()
                if word < 0 { free = -word }
                ready[index] = word > 0 ? packed(word) : 0
                free = max(0, free - 1)
            }
            forEachRing { ring, window in
                ring[0] = 0
                for step in 0..<window.size {
                    let word = next()
                    ring[1 + step] = word == Int32.min ? Int.min : (now + Int(word)) << 8
                }
            }
            precondition(place == words.count, "a snapshot of another configuration")
        }
    }

    private func readEntry<Names: SnapshotNames>(
        _ bank: Int, previous: Int32, _ names: Names, _ waited: Int32, _ number: Int32, _ row: Int32, _ rest: Int32, _ tag: Int32
    ) -> Int32 {
        let name = EntryName(row: row, column: rest >> 2, waited: Int(waited), number: Int(number), tag: tag)
        let placed = names.place(of: name, bank: bank, direction: rest & 1, now: scalars.pointee.cycle)
        let index = scalars.pointee.freeEntry
        scalars.pointee.freeEntry = entries[Int(index)].next
        let slot = Self.addressSlot(bank: bank, row: Int(placed.row), column: Int(placed.column))
        waitingAt[slot] += 1
        entries[Int(index)] = Entry(
            bank: Int32(truncatingIfNeeded: bank), row: placed.row, column: placed.column, next: -1, previous: previous,
            direction: rest & 1, isClassified: rest & 2 != 0, isActive: false, slot: UInt16(truncatingIfNeeded: slot),
            arrival: placed.sequence >> Self.sequenceBits, sequence: placed.sequence, tag: names.tag(named: tag))
        return index
    }

    /// Nothing waits, nothing is owed, and nothing that was done constrains what comes: without new requests nothing will happen
    /// before the next refresh falls due. Only for policies without housekeeping.
    var isQuiescent: Bool {
        let state = scalars.pointee
        let now = state.cycle
        guard !policy.hasHousekeeping, policy.managementLimit == Int.max, state.entries == 0, state.serving == 1, state.acceptedThisCycle == 0, state.lastIssue != now,
            state.rowBusFree >> 8 <= now, state.columnBusFree >> 8 <= now
        else { return false }
        for unit in 0..<geometry.units where units[unit].owedRefreshes > 0 || units[unit].power != .awake { return false }
        for index in 0..<timing.rows * CompiledTiming.stride where ready[index] >> 8 > now { return false }
        var isOver = true
        forEachRing { ring, window in
            for step in 0..<window.size where ring[1 + step] != Int.min && (ring[1 + step] >> 8) + window.reach > now { isOver = false }
        }
        return isOver
    }

    /// Visits the rings of all windows, each once. `reach` is the window's longest delay.
    private func forEachRing(_ visit: (UnsafeMutablePointer<Int>, (size: Int, reach: Int)) -> Void) {
        for ring in program.rings { visit(rings + ring.start, (size: ring.size, reach: ring.reach)) }
    }
}
