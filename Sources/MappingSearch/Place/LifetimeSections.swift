/// The times that matter: the maximal sets of buffers live together, in order.
///
/// Two buffers are live together exactly if a section has both, so all others of the elementary intervals between starts and
/// ends can go: half of them and more in practice.
package struct LifetimeSections {
    /// The number of sections.
    package let count: Int
    /// The buffers' half-open ranges of sections.
    package let ranges: [Range<Int>]

    /// - Parameter lifetimes: without gaps.
    /// - Complexity: O(n log n).
    package init(_ lifetimes: [Range<Int>]) {
        // A set of buffers is maximal where a start is followed by an end.
        var events: [(time: Int, isStart: Bool, buffer: Int)] = []
        events.reserveCapacity(2 * lifetimes.count)
        for (buffer, lifetime) in lifetimes.enumerated() {
            events.append((lifetime.lowerBound, true, buffer))
            events.append((lifetime.upperBound, false, buffer))
        }
        events.sort { ($0.time, $0.isStart ? 1 : 0, $0.buffer) < ($1.time, $1.isStart ? 1 : 0, $1.buffer) }
        var section = 0
        var hasStarted = false
        var starts = [Int](repeating: 0, count: lifetimes.count)
        var ends = starts
        for event in events {
            if event.isStart {
                starts[event.buffer] = section
                hasStarted = true
            } else {
                if hasStarted { section += 1 }
                hasStarted = false
                ends[event.buffer] = section
            }
        }
        count = section
        ranges = zip(starts, ends).map { $0..<$1 }
    }
}
