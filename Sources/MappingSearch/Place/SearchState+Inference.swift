extension SearchState {
    /// The first inference, before anything is placed.
    ///
    /// - Returns: `false` when no placement can exist.
    mutating func settleAll() -> Bool {
        for section in 0..<sectionCount {
            if remaining[section] > capacity { return fail(section) }
            enqueue(section)
        }
        return settle()
    }

    /// Puts an unplaced buffer at its lowest offset.
    ///
    /// - Returns: `false` when no placement can follow.
    mutating func place(_ buffer: Int) -> Bool {
        let start = lowest[buffer]
        let top = start + size[buffer]
        offset[buffer] = start
        unplaced[buffer >> 6] &= ~(1 << UInt64(buffer & 63))
        count(buffer, by: -1)
        record(.placement, buffer, 0)
        for section in first[buffer]..<last[buffer] {
            record(.support, section, support[section])
            support[section] = top
            if !raise(section, to: top) { return fail(section) }
            if open[section] > 0 { enqueue(section) }
        }
        return settle()
    }

    /// Raises the floor of a section in which no unplaced buffer lies lower than `value`.
    mutating func raiseFloor(of section: Int, to value: Int) -> Bool {
        if !raise(section, to: value) { return fail(section) }
        enqueue(section)
        return settle()
    }

    /// Infers until nothing changes.
    private mutating func settle() -> Bool {
        while queueCount > 0 {
            let section = queue[queueHead]
            queueHead = queueHead + 1 == sectionCount ? 0 : queueHead + 1
            queueCount -= 1
            isQueued[section] = false
            if open[section] == 0 { continue }
            work += open[section]
            var least = Int.max
            var most = 0
            forEachUnplaced(in: section) { buffer in
                let value = lowest[buffer]
                least = min(least, value)
                most = max(most, value)
            }
            if least > floor[section], !raise(section, to: least) { return fail(section) }
            // Started as early as they can one after the other; that ends at most at most + remaining.
            if most + remaining[section] > capacity, !fitsOneAfterAnother(section) { return fail(section) }
        }
        return true
    }

    /// Whether the unplaced buffers of a section end within the capacity when each starts no lower than its lowest offset:
    /// the bound of one machine with release times, exact without further constraints.
    private func fitsOneAfterAnother(_ section: Int) -> Bool {
        var count = 0
        forEachUnplaced(in: section) { buffer in
            let value = lowest[buffer]
            var slot = count
            while slot > 0 && sortedLowest[slot - 1] > value {
                sortedLowest[slot] = sortedLowest[slot - 1]
                sortedSize[slot] = sortedSize[slot - 1]
                slot -= 1
            }
            sortedLowest[slot] = value
            sortedSize[slot] = size[buffer]
            count += 1
        }
        var end = 0
        for slot in 0..<count { end = max(end, sortedLowest[slot]) + sortedSize[slot] }
        return end <= capacity
    }

    /// Raises a floor and the lowest offsets above it.
    private mutating func raise(_ section: Int, to value: Int) -> Bool {
        record(.floor, section, floor[section])
        floor[section] = value
        if value + remaining[section] > capacity { return false }
        let row = members + section * words
        for word in 0..<words {
            var set = row[word] & unplaced[word]
            while set != 0 {
                let buffer = word << 6 | set.trailingZeroBitCount
                set &= set - 1
                guard lowest[buffer] < value else { continue }
                record(.lowest, buffer, lowest[buffer])
                lowest[buffer] = aligned(value, buffer)
                for touched in first[buffer]..<last[buffer] { enqueue(touched) }
            }
        }
        return true
    }

    /// The first legal offset for a buffer from `value` on.
    @inline(__always)
    func aligned(_ value: Int, _ buffer: Int) -> Int {
        let unit = alignment[buffer]
        return unit == 1 ? value : (value + unit - 1) / unit * unit
    }

    /// Whether a buffer at its lowest offset lies on something that is placed, or on the ground.
    ///
    /// A floor above the support says that something else lies in between or that nothing can lie there; a buffer left hanging
    /// at such a floor could sink, so the placement would not be settled.
    func isSupported(_ buffer: Int) -> Bool {
        let value = lowest[buffer]
        if value == 0 { return true }
        var top = 0
        for section in first[buffer]..<last[buffer] { top = max(top, support[section]) }
        return aligned(top, buffer) == value
    }

    @inline(__always)
    private mutating func enqueue(_ section: Int) {
        if isQueued[section] { return }
        isQueued[section] = true
        let slot = queueHead + queueCount
        queue[slot < sectionCount ? slot : slot - sectionCount] = section
        queueCount += 1
    }

    /// Counts a failure and forgets what was still to be inferred.
    private mutating func fail(_ section: Int) -> Bool {
        failures[section] += 1
        clearQueue()
        return false
    }

    mutating func clearQueue() {
        var slot = queueHead
        for _ in 0..<queueCount {
            isQueued[queue[slot]] = false
            slot = slot + 1 == sectionCount ? 0 : slot + 1
        }
        queueHead = 0
        queueCount = 0
    }
}
