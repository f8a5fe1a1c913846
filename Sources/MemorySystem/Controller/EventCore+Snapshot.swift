/// How a snapshot names what is only told apart: rows of a bank, and what requests carry with them.
protocol SnapshotNames {
    /// A row's name; called bank by bank, for a bank's open row first.
    mutating func name(ofRow row: Int32, bank: Int) -> Int32
    /// The names of a waiting request's column and tag, and for how long it has waited as far as that matters; requests of a bank come
    /// in the order of its lists.
    mutating func names(of entry: EventCore.Entry, waited: Int) -> (column: Int32, tag: Int32, waited: Int)
    func row(named name: Int32, bank: Int) -> Int32
    func column(named name: Int32, direction: Int32) -> Int32
    func tag(named name: Int32) -> Int
    /// When a request came that has waited for a named time.
    func arrival(waited: Int, now: Int, column: Int32, direction: Int32) -> Int
    /// When the last data were on the bus is part of the snapshot.
    static var includesLastCompletion: Bool { get }
}

/// Rows as distances from one of them, for streams.
struct RowOrigin: SnapshotNames {
    var row: Int32 = 0

    func name(ofRow row: Int32, bank: Int) -> Int32 { row - self.row }
    func names(of entry: EventCore.Entry, waited: Int) -> (column: Int32, tag: Int32, waited: Int) { (entry.column, 0, waited) }
    func row(named name: Int32, bank: Int) -> Int32 { name + row }
    func column(named name: Int32, direction: Int32) -> Int32 { name }
    func tag(named name: Int32) -> Int { 0 }
    func arrival(waited: Int, now: Int, column: Int32, direction: Int32) -> Int { now - waited }
    static var includesLastCompletion: Bool { true }
}

extension EventCore {
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
        let arrivals = waitingSequences
        words.append(Int32(truncatingIfNeeded: state.acceptedThisCycle))
        words.append(Int32(truncatingIfNeeded: state.waitingReads))
        words.append(Int32(truncatingIfNeeded: state.waitingWrites))
        words.append(Int32(truncatingIfNeeded: state.entries))
        words.append(Int32(truncatingIfNeeded: state.serving))
        words.append(ahead(state.rowBusFree))
        words.append(ahead(state.columnBusFree))
        words.append(state.lastIssue == now ? 1 : 0)
        words.append(Int32(truncatingIfNeeded: state.forcedUnits))
        if Names.includesLastCompletion { words.append(ago(counts.pointee.lastCompletion)) }
        for unit in 0..<geometry.units {
            let it = units[unit]
            words.append(Int32(truncatingIfNeeded: it.owedRefreshes))
            words.append(Int32(truncatingIfNeeded: it.refreshBank))
            words.append(it.isPoweredDown ? 1 : 0)
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
            words.append(it.active >= 0 ? 1 : 0)
            if it.active >= 0 { writeEntry(it.active, arrivals, &names, into: &words) }
            for direction in 0..<2 {
                var index = lists[bank * 2 + direction].head
                while index >= 0 {
                    writeEntry(index, arrivals, &names, into: &words)
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

    private func writeEntry<Names: SnapshotNames>(_ index: Int32, _ arrivals: [Int], _ names: inout Names, into words: inout [Int32]) {
        let entry = entries[Int(index)]
        let named = names.names(of: entry, waited: scalars.pointee.cycle - entry.arrival)
        let place = place(of: entry.sequence, in: arrivals)
        words.append(Int32(truncatingIfNeeded: arrivals.count - place))
        words.append(Int32(truncatingIfNeeded: named.waited))
        words.append(names.name(ofRow: entry.row, bank: Int(entry.bank)))
        words.append(named.column << 2 | (entry.isClassified ? 2 : 0) | entry.direction)
        words.append(named.tag)
    }

    private func place(of sequence: Int, in arrivals: [Int]) -> Int {
        var low = 0
        var high = arrivals.count
        while low < high {
            let middle = (low + high) / 2
            if arrivals[middle] < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The waiting requests' places in the sequence of arrivals, ascending.
    private var waitingSequences: [Int] {
        var result: [Int] = []
        result.reserveCapacity(scalars.pointee.entries)
        forEachWaiting { result.append($0.sequence) }
        result.sort()
        return result
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
            // Places in the sequence of arrivals are never negative.
            scalars.pointee.nextSequence = max(scalars.pointee.nextSequence, entryCapacity)
            func packed(_ word: Int32) -> Int { word == 0 ? 0 : Int(word) + now << 8 }
            func row(_ word: Int32, _ bank: Int) -> Int32 { word == Int32.min ? -1 : names.row(named: word, bank: bank) }
            scalars.pointee.acceptedThisCycle = Int(next())
            scalars.pointee.waitingReads = Int(next())
            scalars.pointee.waitingWrites = Int(next())
            scalars.pointee.entries = Int(next())
            scalars.pointee.serving = Int(next())
            scalars.pointee.rowBusFree = packed(next())
            scalars.pointee.columnBusFree = packed(next())
            scalars.pointee.lastIssue = next() == 1 ? now : -1
            scalars.pointee.forcedUnits = Int(next())
            if Names.includesLastCompletion { counts.pointee.lastCompletion = now - Int(next()) }
            scalars.pointee.isDecided = false
            for unit in 0..<geometry.units {
                units[unit].owedRefreshes = Int(next())
                units[unit].refreshBank = Int(next())
                units[unit].isPoweredDown = next() == 1
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

    private func readEntry<Names: SnapshotNames>(
        _ bank: Int, previous: Int32, _ names: Names, _ age: Int32, _ waited: Int32, _ row: Int32, _ rest: Int32, _ tag: Int32
    ) -> Int32 {
        let index = scalars.pointee.freeEntry
        scalars.pointee.freeEntry = entries[Int(index)].next
        entries[Int(index)] = Entry(
            bank: Int32(truncatingIfNeeded: bank), row: names.row(named: row, bank: bank),
            column: names.column(named: rest >> 2, direction: rest & 1), next: -1, previous: previous, direction: rest & 1,
            isClassified: rest & 2 != 0, isActive: false,
            arrival: names.arrival(waited: Int(waited), now: scalars.pointee.cycle, column: rest >> 2, direction: rest & 1),
            sequence: scalars.pointee.nextSequence - Int(age), tag: names.tag(named: tag))
        return index
    }

    /// Gives the waiting writes new tags, in the order in which a snapshot names them.
    func tagWrites(_ tag: (Int) -> Int) {
        var count = 0
        func visit(_ index: Int32) {
            guard entries[Int(index)].direction == 1 else { return }
            entries[Int(index)].tag = tag(count)
            count += 1
        }
        for bank in 0..<geometry.banks {
            if banks[bank].active >= 0 { visit(banks[bank].active) }
            var index = lists[bank * 2 + 1].head
            while index >= 0 {
                visit(index)
                index = entries[Int(index)].next
            }
        }
    }

    /// Books that a write was served: its latency, apart from what the controller books itself.
    func bookWrite(latency: Int, times: Int = 1) {
        counts.pointee.writeLatencySum += latency * times
        counts.pointee.waitingWriteCycles += (latency - policy.writeEnd) * times
        tallies[writeHistogram + LatencyHistogram.bucket(latency)] += times
    }

    /// Nothing waits, nothing is owed, and nothing that was done constrains what comes: without new requests nothing will happen
    /// before the next refresh falls due. Only for policies without housekeeping.
    var isQuiescent: Bool {
        let state = scalars.pointee
        let now = state.cycle
        guard !policy.hasHousekeeping, state.entries == 0, state.serving == 1, state.acceptedThisCycle == 0, state.lastIssue != now,
            state.rowBusFree >> 8 <= now, state.columnBusFree >> 8 <= now
        else { return false }
        for unit in 0..<geometry.units where units[unit].owedRefreshes > 0 || units[unit].isPoweredDown { return false }
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
