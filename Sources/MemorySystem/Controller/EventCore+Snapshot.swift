extension EventCore {
    /// What a snapshot leaves out or puts in relation to something.
    struct SnapshotOrigin {
        /// Rows count from here.
        var row: Int32 = 0
        /// Due dates of refreshes and tags of requests are part of the snapshot.
        var includesDates = false
    }

    /// Later than this ago is all the same.
    private static var longAgo: Int { 1 << 28 }

    /// Appends everything that shapes the controller's future: cycles relative to the present one, rows relative to the origin's,
    /// requests in the order of their banks. Two cores of one configuration with equal snapshots do the same from here on, for
    /// requests whose rows differ as the origins do. Cycles that have passed are all written as 0.
    func writeSnapshot(_ origin: SnapshotOrigin, into words: inout [Int32]) {
        let state = scalars.pointee
        let now = state.cycle
        func ago(_ cycle: Int) -> Int32 { Int32(truncatingIfNeeded: max(-Self.longAgo, min(Self.longAgo, now - cycle))) }
        func ahead(_ packed: Int) -> Int32 { packed >> 8 <= now ? 0 : Int32(truncatingIfNeeded: packed - now << 8) }
        func row(_ row: Int32) -> Int32 { row < 0 ? Int32.min : row - origin.row }
        words.append(Int32(truncatingIfNeeded: state.acceptedThisCycle))
        words.append(Int32(truncatingIfNeeded: state.waitingReads))
        words.append(Int32(truncatingIfNeeded: state.waitingWrites))
        words.append(Int32(truncatingIfNeeded: state.entries))
        words.append(Int32(truncatingIfNeeded: state.serving))
        words.append(policy.writeBatchCap == Int.max ? 0 : Int32(truncatingIfNeeded: min(policy.writeBatchCap, state.writesInBatch)))
        words.append(Int32(truncatingIfNeeded: state.owedReads))
        words.append(ahead(state.rowBusFree))
        words.append(ahead(state.columnBusFree))
        words.append(state.lastIssue == now ? 1 : 0)
        words.append(Int32(truncatingIfNeeded: state.forcedUnits))
        words.append(ago(counts.pointee.lastCompletion))
        for unit in 0..<geometry.units {
            let it = units[unit]
            words.append(Int32(truncatingIfNeeded: it.owedRefreshes))
            words.append(Int32(truncatingIfNeeded: it.refreshBank))
            words.append(Int32(it.power.rawValue))
            words.append(it.power == .selfRefreshing ? Int32(truncatingIfNeeded: it.pausedInterval) : 0)
            words.append(policy.hasHousekeeping ? ago(it.lastCommand) : 0)
            words.append(policy.hasHousekeeping ? ago(it.lastAccess) : 0)
            if origin.includesDates { words.append(it.nextRefreshDue == Int.max ? -1 : ago(it.nextRefreshDue)) }
        }
        let accessLimit = Int32(max(1, policy.rowHitCap))
        for bank in 0..<geometry.banks {
            let it = banks[bank]
            words.append(row(it.openRow))
            words.append(min(accessLimit, it.accesses))
            if policy.isAdaptive {
                words.append(row(it.closedRow))
                words.append(it.openness)
            }
            if policy.pageTimeout > 0 { words.append(ago(it.lastUse)) }
            words.append(it.active >= 0 ? 1 : 0)
            if it.active >= 0 { writeEntry(it.active, origin, into: &words) }
            for direction in 0..<2 {
                var index = lists[bank * 2 + direction].head
                while index >= 0 {
                    writeEntry(index, origin, into: &words)
                    index = entries[Int(index)].next
                }
                words.append(Int32.min)
            }
        }
        for index in 0..<timing.rows * CompiledTiming.stride { words.append(ahead(ready[index])) }
        forEachRing { ring, window in
            for step in 0..<window.size {
                let place = (ring[0] + step) % window.size
                let cycle = ring[1 + place]
                let isOver = cycle == Int.min || (cycle >> 8) + window.reach <= now
                words.append(isOver ? Int32.min : Int32(truncatingIfNeeded: (cycle >> 8) - now))
            }
        }
    }

    private func writeEntry(_ index: Int32, _ origin: SnapshotOrigin, into words: inout [Int32]) {
        let entry = entries[Int(index)]
        words.append(Int32(truncatingIfNeeded: scalars.pointee.nextSequence - entry.sequence))
        words.append(Int32(truncatingIfNeeded: scalars.pointee.cycle - entry.arrival))
        words.append(entry.row - origin.row)
        words.append(entry.column << 2 | (entry.isClassified ? 2 : 0) | entry.direction)
        if origin.includesDates { words.append(Int32(truncatingIfNeeded: entry.tag)) }
    }

    /// Moves everything by a number of cycles, counters apart.
    func shift(by cycles: Int) {
        for unit in 0..<geometry.units { bookBackground(unit) }
        let packed = cycles << 8
        scalars.pointee.cycle += cycles
        scalars.pointee.rowBusFree += packed
        scalars.pointee.columnBusFree += packed
        scalars.pointee.lastIssue += cycles
        scalars.pointee.isDecided = false
        counts.pointee.lastCompletion += cycles
        for unit in 0..<geometry.units {
            if units[unit].nextRefreshDue != Int.max { units[unit].nextRefreshDue += cycles }
            units[unit].lastCommand += cycles
            units[unit].lastAccess += cycles
            units[unit].backgroundSince += cycles
            units[unit].isBounded = false
        }
        if scalars.pointee.nextRefreshDue != Int.max { scalars.pointee.nextRefreshDue += cycles }
        for bank in 0..<geometry.banks { banks[bank].lastUse += cycles }
        for entry in 0..<entryCapacity { entries[entry].arrival += cycles }
        for index in 0..<timing.rows * CompiledTiming.stride where ready[index] != 0 { ready[index] += packed }
        forEachRing { ring, window in
            for step in 1...window.size where ring[step] != Int.min { ring[step] += packed }
        }
    }

    /// Takes a snapshot's state at the present cycle, with rows from the origin's on. Refreshes fall due as they would have.
    func readSnapshot(_ words: [Int32], _ origin: SnapshotOrigin) {
        precondition(!origin.includesDates, "dates are the caller's")
        words.withUnsafeBufferPointer { words in
            var place = 0
            func next() -> Int32 {
                place += 1
                return words[place - 1]
            }
            let now = scalars.pointee.cycle
            func packed(_ word: Int32) -> Int { word == 0 ? 0 : Int(word) + now << 8 }
            func row(_ word: Int32) -> Int32 { word == Int32.min ? -1 : word + origin.row }
            scalars.pointee.acceptedThisCycle = Int(next())
            scalars.pointee.waitingReads = Int(next())
            scalars.pointee.waitingWrites = Int(next())
            scalars.pointee.entries = Int(next())
            scalars.pointee.serving = Int(next())
            scalars.pointee.writesInBatch = Int(next())
            scalars.pointee.owedReads = Int(next())
            scalars.pointee.rowBusFree = packed(next())
            scalars.pointee.columnBusFree = packed(next())
            scalars.pointee.lastIssue = next() == 1 ? now : -1
            scalars.pointee.forcedUnits = Int(next())
            counts.pointee.lastCompletion = now - Int(next())
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
                units[unit].isBounded = false
            }
            for entry in 0..<entryCapacity { entries[entry].next = entry + 1 < entryCapacity ? Int32(entry + 1) : -1 }
            scalars.pointee.freeEntry = 0
            waitingAt.update(repeating: 0, count: Self.addressSlots)
            for bank in 0..<geometry.banks {
                let unit = units + Int(banks[bank].unit)
                let bit = UInt64(1) << UInt64(banks[bank].bankInUnit)
                banks[bank].openRow = row(next())
                if banks[bank].openRow >= 0 { unit.pointee.openBanks += 1 }
                banks[bank].accesses = next()
                if policy.isAdaptive {
                    banks[bank].closedRow = row(next())
                    banks[bank].openness = next()
                }
                if policy.pageTimeout > 0 { banks[bank].lastUse = now - Int(next()) }
                banks[bank].active = -1
                if next() == 1 {
                    banks[bank].active = readEntry(bank, previous: -1, origin, next(), next(), next(), next())
                    entries[Int(banks[bank].active)].isActive = true
                    unit.pointee.reserved |= bit
                    unit.pointee.entries += 1
                }
                for direction in 0..<2 {
                    var list = List()
                    var word = next()
                    while word != Int32.min {
                        let entry = readEntry(bank, previous: list.tail, origin, word, next(), next(), next())
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
            for index in 0..<timing.rows * CompiledTiming.stride { ready[index] = packed(next()) }
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

    private func readEntry(
        _ bank: Int, previous: Int32, _ origin: SnapshotOrigin, _ age: Int32, _ waited: Int32, _ row: Int32, _ rest: Int32
    ) -> Int32 {
        let index = scalars.pointee.freeEntry
        scalars.pointee.freeEntry = entries[Int(index)].next
        let slot = Self.addressSlot(bank: bank, row: Int(row + origin.row), column: Int(rest >> 2))
        waitingAt[slot] += 1
        entries[Int(index)] = Entry(
            bank: Int32(truncatingIfNeeded: bank), row: row + origin.row, column: rest >> 2, next: -1, previous: previous,
            direction: rest & 1, isClassified: rest & 2 != 0, isActive: false, slot: UInt16(truncatingIfNeeded: slot), arrival: scalars.pointee.cycle - Int(waited),
            sequence: scalars.pointee.nextSequence - Int(age), tag: 0)
        return index
    }

    /// Visits the rings of all windows, each once. `reach` is the window's longest delay.
    private func forEachRing(_ visit: (UnsafeMutablePointer<Int>, (size: Int, reach: Int)) -> Void) {
        for ring in program.rings { visit(rings + ring.start, (size: ring.size, reach: ring.reach)) }
    }
}
