/// Writes that wait, apart from everything else: a memory of several channels keeps them beside its snapshots.
extension EventCore {
    /// The waiting requests' places in the order of arrivals, ascending; those with an open row of their own count as none of the writes
    /// in the lists.
    func waitingSequences(withWrites: Bool) -> [Int] {
        var result: [Int] = []
        result.reserveCapacity(scalars.pointee.entries)
        forEachWaiting { entry in if withWrites || entry.direction == 0 || entry.isActive { result.append(entry.sequence) } }
        result.sort()
        return result
    }

    /// The writes in the lists, bank by bank.
    var waitingWrites: [WaitingWrite] {
        var result: [WaitingWrite] = []
        for bank in 0..<geometry.banks {
            var index = lists[bank * 2 + 1].head
            while index >= 0 {
                result.append(WaitingWrite(entries[Int(index)]))
                index = entries[Int(index)].next
            }
        }
        return result
    }

    /// Writes that wait and for which no row is open.
    var waitingWritesInLists: Int {
        var count = 0
        for bank in 0..<geometry.banks {
            var index = lists[bank * 2 + 1].head
            while index >= 0 {
                count += 1
                index = entries[Int(index)].next
            }
        }
        return count
    }

    /// Adds a write that waits, younger than those of its bank that are there.
    func insertWrite(bank: Int, row: Int32, column: Int32, sequence: Int, isClassified: Bool) {
        let index = scalars.pointee.freeEntry
        scalars.pointee.freeEntry = entries[Int(index)].next
        let list = lists + (bank * 2 + 1)
        let slot = Self.addressSlot(bank: bank, row: Int(row), column: Int(column))
        waitingAt[slot] += 1
        entries[Int(index)] = Entry(
            bank: Int32(truncatingIfNeeded: bank), row: row, column: column, next: -1, previous: list.pointee.tail, direction: 1,
            isClassified: isClassified, isActive: false, slot: UInt16(truncatingIfNeeded: slot), arrival: sequence >> Self.sequenceBits,
            sequence: sequence, tag: -1)
        if list.pointee.tail >= 0 { entries[Int(list.pointee.tail)].next = index } else { list.pointee.head = index }
        list.pointee.tail = index
        let unit = units + Int(banks[bank].unit)
        unit.pointee.writes |= UInt64(1) << UInt64(banks[bank].bankInUnit)
        unit.pointee.entries += 1
        scalars.pointee.entries += 1
        scalars.pointee.waitingWrites += 1
        sortOut(bank: bank)
    }

    /// Gives the waiting writes new tags, in the order in which a snapshot names them; -1 to those that it leaves out.
    func tagWrites(withLists: Bool, _ tag: (Int) -> Int) {
        var count = 0
        func visit(_ index: Int32, isNamed: Bool) {
            guard entries[Int(index)].direction == 1 else { return }
            entries[Int(index)].tag = isNamed ? tag(count) : -1
            if isNamed { count += 1 }
        }
        for bank in 0..<geometry.banks {
            if banks[bank].active >= 0 { visit(banks[bank].active, isNamed: true) }
            var index = lists[bank * 2 + 1].head
            while index >= 0 {
                visit(index, isNamed: withLists)
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
}
