/// When a bus is taken, by requests that need not come in the order of the times for which they take it.
///
/// A copy between tiers takes its target's bus for the moments at which its pieces will arrive; requests that come later may still use
/// the time in between.
struct BusyTimeline: Sendable {
    /// Taken intervals in order, from `first` on; neighbours that touch are one.
    private var intervals: [(start: Int, end: Int)] = []
    private var first = 0

    /// Drops what lies before a time; nothing will be asked for there any more.
    mutating func forget(before time: Int) {
        while first < intervals.count && intervals[first].end <= time { first += 1 }
        if first > 64 && first * 2 > intervals.count {
            intervals.removeFirst(first)
            first = 0
        }
    }

    /// Takes the first gap of a length that begins no earlier than `time`. Returns its end.
    mutating func takeWhole(_ length: Int, from time: Int) -> Int {
        var start = time
        var place = position(behind: time)
        while place < intervals.count, intervals[place].start - start < length {
            start = max(start, intervals[place].end)
            place += 1
        }
        insert((start, start + length), at: place)
        return start + length
    }

    /// Takes free time from `time` on until there is enough, in as many parts as it takes. Returns the end of the last.
    mutating func takeDivided(_ length: Int, from time: Int) -> Int {
        var start = time
        var left = length
        let begin = position(behind: time)
        var place = begin
        while place < intervals.count {
            let gap = max(0, intervals[place].start - start)
            if gap >= left { break }
            left -= gap
            start = max(start, intervals[place].end)
            place += 1
        }
        let end = start + left
        // From `time` to `end` all is taken now.
        if place > begin {
            let lower = min(time, intervals[begin].start)
            intervals.replaceSubrange(begin..<place, with: CollectionOfOne((start: lower, end: end)))
            join(at: begin)
        } else {
            insert((time, end), at: place)
        }
        return end
    }

    /// The first interval that ends after a time.
    private func position(behind time: Int) -> Int {
        var low = first
        var high = intervals.count
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].end > time { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private mutating func insert(_ interval: (start: Int, end: Int), at place: Int) {
        guard interval.end > interval.start else { return }
        intervals.insert(interval, at: place)
        join(at: place)
    }

    /// Makes an interval one with neighbours that it touches.
    private mutating func join(at place: Int) {
        if place + 1 < intervals.count, intervals[place + 1].start <= intervals[place].end {
            intervals[place].end = max(intervals[place].end, intervals[place + 1].end)
            intervals.remove(at: place + 1)
        }
        if place > first, intervals[place - 1].end >= intervals[place].start {
            intervals[place - 1].end = max(intervals[place - 1].end, intervals[place].end)
            intervals.remove(at: place)
        }
    }
}
