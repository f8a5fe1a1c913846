/// What the canonical search knows at a node: floors, lowest offsets, and the trail that takes them back.
///
/// Flat memory without reference counting; every index comes from the problem's own tables.
struct SearchState: ~Copyable {
    let sectionCount: Int
    let bufferCount: Int
    let capacity: Int
    /// 64-bit words of a set of buffers.
    let words: Int

    // Of buffers.
    let first: UnsafeMutablePointer<Int>
    let last: UnsafeMutablePointer<Int>
    let size: UnsafeMutablePointer<Int>
    let alignment: UnsafeMutablePointer<Int>
    let lowest: UnsafeMutablePointer<Int>
    let offset: UnsafeMutablePointer<Int>

    // Of sections.
    let floor: UnsafeMutablePointer<Int>
    /// The top of what is placed; the floor may be higher.
    let support: UnsafeMutablePointer<Int>
    /// Bytes and number of unplaced buffers, and the number of those that reach into the next section.
    let remaining: UnsafeMutablePointer<Int>
    let open: UnsafeMutablePointer<Int>
    let crossing: UnsafeMutablePointer<Int>
    /// How often the section was where an inference failed; kept from run to run.
    let failures: UnsafeMutablePointer<Int>

    /// The buffers of each section, and the unplaced ones of all.
    let members: UnsafeMutablePointer<UInt64>
    let unplaced: UnsafeMutablePointer<UInt64>

    /// Sections whose unplaced buffers have to be looked at again: a ring with room for every section once.
    let queue: UnsafeMutablePointer<Int>
    let isQueued: UnsafeMutablePointer<Bool>
    var queueHead = 0
    var queueCount = 0

    /// Room for the buffers of one section, by lowest offset.
    let sortedLowest: UnsafeMutablePointer<Int>
    let sortedSize: UnsafeMutablePointer<Int>

    /// What was changed, oldest first.
    var trail: UnsafeMutablePointer<Change>
    var trailCount = 0
    var trailCapacity: Int

    /// Buffers and sections looked at so far: the measure of effort.
    var work = 0

    /// One changed word; an unplacing for `.placement`.
    struct Change {
        enum Kind: UInt8 { case floor, support, lowest, placement }
        var kind: Kind
        var index: Int32
        var old: Int
    }

    init(sections: LifetimeSections, sizes: [Int], alignments: [Int], capacity: Int) {
        sectionCount = sections.count
        bufferCount = sizes.count
        self.capacity = capacity
        words = (sizes.count + 63) / 64
        func integers(_ count: Int) -> UnsafeMutablePointer<Int> {
            let memory = UnsafeMutablePointer<Int>.allocate(capacity: max(1, count))
            memory.initialize(repeating: 0, count: max(1, count))
            return memory
        }
        func bits(_ count: Int) -> UnsafeMutablePointer<UInt64> {
            let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, count))
            memory.initialize(repeating: 0, count: max(1, count))
            return memory
        }
        first = integers(bufferCount)
        last = integers(bufferCount)
        size = integers(bufferCount)
        alignment = integers(bufferCount)
        lowest = integers(bufferCount)
        offset = integers(bufferCount)
        floor = integers(sectionCount)
        support = integers(sectionCount)
        remaining = integers(sectionCount)
        open = integers(sectionCount)
        crossing = integers(sectionCount)
        failures = integers(sectionCount)
        members = bits(sectionCount * words)
        unplaced = bits(words)
        queue = integers(sectionCount)
        isQueued = .allocate(capacity: max(1, sectionCount))
        isQueued.initialize(repeating: false, count: max(1, sectionCount))
        sortedLowest = integers(bufferCount)
        sortedSize = integers(bufferCount)
        trailCapacity = 4096
        trail = .allocate(capacity: trailCapacity)
        for buffer in 0..<bufferCount {
            first[buffer] = sections.ranges[buffer].lowerBound
            last[buffer] = sections.ranges[buffer].upperBound
            size[buffer] = sizes[buffer]
            alignment[buffer] = alignments[buffer]
            for section in sections.ranges[buffer] { members[section * words + buffer >> 6] |= 1 << UInt64(buffer & 63) }
        }
        reset()
    }

    deinit {
        for memory in [
            first, last, size, alignment, lowest, offset, floor, support, remaining, open, crossing, failures, queue, sortedLowest,
            sortedSize,
        ] { memory.deallocate() }
        members.deallocate()
        unplaced.deallocate()
        isQueued.deallocate()
        trail.deallocate()
    }

    var offsets: [Int] { (0..<bufferCount).map { offset[$0] } }

    /// Takes every buffer out. Failure counts and the measure of work stay.
    mutating func reset() {
        trailCount = 0
        clearQueue()
        for section in 0..<sectionCount {
            floor[section] = 0
            support[section] = 0
            remaining[section] = 0
            open[section] = 0
            crossing[section] = 0
        }
        for buffer in 0..<bufferCount {
            lowest[buffer] = 0
            offset[buffer] = -1
            unplaced[buffer >> 6] |= 1 << UInt64(buffer & 63)
            count(buffer, by: 1)
        }
    }

    /// Counts a buffer among the unplaced ones of its sections, or out of them with -1.
    @inline(__always)
    func count(_ buffer: Int, by sign: Int) {
        let end = last[buffer]
        let bytes = sign * size[buffer]
        for section in first[buffer]..<end {
            remaining[section] += bytes
            open[section] += sign
            crossing[section] += sign
        }
        crossing[end - 1] -= sign
    }

    @inline(__always)
    mutating func record(_ kind: Change.Kind, _ index: Int, _ old: Int) {
        if trailCount == trailCapacity { growTrail() }
        (trail + trailCount).initialize(to: Change(kind: kind, index: Int32(truncatingIfNeeded: index), old: old))
        trailCount += 1
    }

    @inline(never)
    private mutating func growTrail() {
        let larger = UnsafeMutablePointer<Change>.allocate(capacity: trailCapacity * 2)
        larger.moveInitialize(from: trail, count: trailCount)
        trail.deallocate()
        trail = larger
        trailCapacity *= 2
    }

    mutating func undo(to count: Int) {
        while trailCount > count {
            trailCount -= 1
            let change = trail[trailCount]
            let index = Int(change.index)
            switch change.kind {
            case .floor: floor[index] = change.old
            case .support: support[index] = change.old
            case .lowest: lowest[index] = change.old
            case .placement:
                unplaced[index >> 6] |= 1 << UInt64(index & 63)
                offset[index] = -1
                self.count(index, by: 1)
            }
        }
    }

    /// Calls `body` with the unplaced buffers of a section, in ascending order.
    @inline(__always)
    func forEachUnplaced(in section: Int, _ body: (Int) -> Void) {
        let row = members + section * words
        for word in 0..<words {
            var set = row[word] & unplaced[word]
            while set != 0 {
                body(word << 6 | set.trailingZeroBitCount)
                set &= set - 1
            }
        }
    }

    /// The first maximal run of sections tied together by unplaced buffers.
    func component(in range: Range<Int>) -> Range<Int>? {
        var start = range.lowerBound
        while start < range.upperBound && open[start] == 0 { start += 1 }
        guard start < range.upperBound else { return nil }
        var end = start
        while end < range.upperBound - 1 && crossing[end] > 0 { end += 1 }
        return start..<(end + 1)
    }
}
