extension EventCore {
    /// Takes a request at the start of the current cycle, or refuses it.
    @inline(__always)
    func offer(bank: Int, row: Int, column: Int, isWrite: Bool, tag: Int) -> Bool {
        if scalars.pointee.acceptedThisCycle >= policy.requestsPerCycle { return false }
        let slot = Self.addressSlot(bank: bank, row: row, column: column)
        if waitingAt[slot] > 0 {
            switch meeting(bank: bank, row: row, column: column, isWrite: isWrite) {
            case .none: break
            case .answer:
                answerAtOnce(isWrite: isWrite, tag: tag)
                return true
            case .wait: return false
            }
        }
        let direction = isWrite ? 1 : 0
        if isWrite {
            if scalars.pointee.waitingWrites >= policy.queueSizes.writes { return false }
            scalars.pointee.waitingWrites &+= 1
            counts.pointee.writes &+= 1
        } else {
            if scalars.pointee.waitingReads >= policy.queueSizes.reads { return false }
            scalars.pointee.waitingReads &+= 1
            counts.pointee.reads &+= 1
        }
        scalars.pointee.acceptedThisCycle &+= 1
        // The decision stands when the request is behind another that wants the same command of the same bank, or is not served now.
        let wasEmpty = scalars.pointee.entries == 0
        var isFirst = wasEmpty || policy.autoPrecharges || policy.hasHousekeeping
        let isServed = direction == scalars.pointee.serving
        scalars.pointee.entries &+= 1
        let index = scalars.pointee.freeEntry
        let entry = entries + Int(index)
        scalars.pointee.freeEntry = entry.pointee.next
        let list = lists + (bank * 2 + direction)
        entry.pointee = Entry(
            bank: Int32(truncatingIfNeeded: bank), row: Int32(truncatingIfNeeded: row), column: Int32(truncatingIfNeeded: column), next: -1,
            previous: list.pointee.tail, direction: Int32(truncatingIfNeeded: direction), isClassified: false, isActive: false,
            slot: UInt16(truncatingIfNeeded: slot), arrival: scalars.pointee.cycle,
            sequence: scalars.pointee.cycle &<< Self.sequenceBits | scalars.pointee.acceptedThisCycle, tag: tag)
        waitingAt[slot] &+= 1
        if list.pointee.tail >= 0 { entries[Int(list.pointee.tail)].next = index } else { list.pointee.head = index }
        list.pointee.tail = index
        let unit = units + Int(banks[bank].unit)
        let bit = UInt64(1) << UInt64(banks[bank].bankInUnit)
        if isWrite { unit.pointee.writes |= bit } else { unit.pointee.reads |= bit }
        unit.pointee.entries &+= 1
        if banks[bank].openRow == entry.pointee.row {
            if list.pointee.hit < 0 {
                list.pointee.hit = index
                if isServed { isFirst = true }
            }
        } else if list.pointee.miss < 0 {
            list.pointee.miss = index
            if isServed { isFirst = true }
        }
        if isFirst || unit.pointee.power != .awake {
            if !(isServed && !wasEmpty && decisionHolds(withArrivalIn: bank, row: entry.pointee.row, index)) {
                scalars.pointee.isDecided = false
                unit.pointee.isGoneThrough = false
            }
        }
        return true
    }

    /// What becomes of a request when others wait.
    private enum Meeting {
        case none
        /// It is answered from the write queue, or merged into it.
        case answer
        /// It has to come after a waiting request to its address; see `TickingController.isHeldByOlder`.
        case wait
    }

    /// Where requests to an address are counted. Neighbours never share a slot, and arrays at distances of powers of two seldom.
    @inline(__always)
    static func addressSlot(bank: Int, row: Int, column: Int) -> Int {
        (column &+ bank &* 37 &+ (row &* 0x9E37_79B1) &>> 16) & (addressSlots &- 1)
    }

    @inline(never)
    private func meeting(bank: Int, row: Int, column: Int, isWrite: Bool) -> Meeting {
        if hasRequest(direction: 1, bank: bank, row: row, column: column) {
            if isWrite { return configuration.coalescesWrites ? .answer : .none }
            return configuration.forwardsWrites ? .answer : .wait
        }
        return isWrite && configuration.ordersWritesAfterReads && hasRequest(direction: 0, bank: bank, row: row, column: column) ? .wait : .none
    }

    /// A read (0) or write (1) of the address waits.
    private func hasRequest(direction: Int32, bank: Int, row: Int, column: Int) -> Bool {
        let active = banks[bank].active
        if active >= 0, entries[Int(active)].direction == direction, entries[Int(active)].row == row, entries[Int(active)].column == column {
            return true
        }
        var index = lists[bank * 2 + Int(direction)].head
        while index >= 0 {
            if entries[Int(index)].row == row, entries[Int(index)].column == column { return true }
            index = entries[Int(index)].next
        }
        return false
    }

    private func answerAtOnce(isWrite: Bool, tag: Int) {
        scalars.pointee.acceptedThisCycle += 1
        if isWrite {
            counts.pointee.writes += 1
            counts.pointee.coalescedWrites += 1
        } else {
            counts.pointee.reads += 1
            counts.pointee.forwardedReads += 1
        }
        complete(isWrite: isWrite, tag: tag, arrival: scalars.pointee.cycle, at: scalars.pointee.cycle + scalars.pointee.answerLatency)
    }

    @inline(__always)
    func complete(isWrite: Bool, tag: Int, arrival: Int, at end: Int) {
        let latency = end &- arrival
        if isWrite {
            counts.pointee.writeLatencySum &+= latency
            if latency > counts.pointee.writeLatencyMaximum { counts.pointee.writeLatencyMaximum = latency }
            tallies[writeHistogram + LatencyHistogram.bucket(latency)] &+= 1
        } else {
            counts.pointee.readLatencySum &+= latency
            if latency > counts.pointee.readLatencyMaximum { counts.pointee.readLatencyMaximum = latency }
            tallies[readHistogram + LatencyHistogram.bucket(latency)] &+= 1
        }
        if end > counts.pointee.lastCompletion { counts.pointee.lastCompletion = end }
        if scalars.pointee.recordsCompletions { note(DRAMCompletion(tag: tag, cycle: end)) }
    }

    /// The next request of the same queue and bank to the row.
    @inline(__always)
    func nextHit(after entry: Int32, row: Int32) -> Int32 {
        var index = entries[Int(entry)].next
        while index >= 0, entries[Int(index)].row != row { index = entries[Int(index)].next }
        return index
    }

    /// Takes a request out of its bank's list.
    @inline(__always)
    func unlink(_ index: Int32) {
        let entry = entries[Int(index)]
        let bank = Int(entry.bank)
        let list = lists + (bank * 2 + Int(entry.direction))
        if entry.previous >= 0 { entries[Int(entry.previous)].next = entry.next } else { list.pointee.head = entry.next }
        if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous } else { list.pointee.tail = entry.previous }
        if list.pointee.head < 0 {
            let unit = units + Int(banks[bank].unit)
            let bit = UInt64(1) << UInt64(banks[bank].bankInUnit)
            if entry.direction == 1 { unit.pointee.writes &= ~bit } else { unit.pointee.reads &= ~bit }
        }
    }

    /// The oldest hit and the oldest other request of both lists, after the bank's row changed.
    @inline(__always)
    func sortOut(bank: Int) {
        let row = banks[bank].openRow
        for direction in 0..<2 {
            let list = lists + (bank * 2 + direction)
            if row < 0 {
                list.pointee.hit = -1
                list.pointee.miss = list.pointee.head
                continue
            }
            var hit: Int32 = -1
            var miss: Int32 = -1
            var index = list.pointee.head
            while index >= 0, hit < 0 || miss < 0 {
                if entries[Int(index)].row == row {
                    if hit < 0 { hit = index }
                } else if miss < 0 {
                    miss = index
                }
                index = entries[Int(index)].next
            }
            list.pointee.hit = hit
            list.pointee.miss = miss
        }
    }
}
