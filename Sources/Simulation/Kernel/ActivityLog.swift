/// What one unit did, from time zero on without gaps, as segments; periods that fast-forward replayed are one entry.
///
/// Attribution to operators' windows happens after the run, so that a segment may be logged before it is known
/// which operator ends in the middle of it. Times are in femtoseconds.
struct ActivityLog {
    /// −1 for busy, otherwise a `StallCause`.
    typealias State = Int
    static let busy: State = -1

    struct Entry {
        var start: Int
        var end: Int
        var state: State
        var operatorIndex: Int
        /// For a replay: the entries from `first` up to this one happened `times` more times, `period` apart each.
        var first: Int
        var times: Int
        var period: Int
        var isReplay: Bool { times > 0 }
    }
    private(set) var entries: [Entry] = []
    /// Entries before this index may be replayed and must not grow any more.
    private var barrier = 0
    /// Where the last segment ended.
    private(set) var end = 0

    var count: Int { entries.count }
    mutating func protect() { barrier = entries.count }

    /// Appends a segment that starts where the last one ended. Empty segments are dropped.
    mutating func append(until time: Int, _ state: State, operatorIndex: Int) {
        guard time > end else { return }
        let last = entries.count - 1
        if last >= barrier, entries[last].state == state, entries[last].operatorIndex == operatorIndex, !entries[last].isReplay {
            entries[last].end = time
        } else {
            entries.append(
                Entry(start: end, end: time, state: state, operatorIndex: operatorIndex, first: 0, times: 0, period: 0))
        }
        end = time
    }

    /// Repeats the entries from `first` on, which cover exactly one `period`.
    mutating func replay(from first: Int, times: Int, period: Int) {
        precondition(first < entries.count, "a replayed period holds at least one segment")
        entries.append(
            Entry(
                start: end, end: end + times * period, state: 0, operatorIndex: -1, first: first, times: times,
                period: period))
        end += times * period
        barrier = entries.count
    }

    /// Calls `body` for every segment in time order, replays expanded.
    func forEach(_ body: (_ start: Int, _ end: Int, _ state: State, _ operatorIndex: Int) -> Void) {
        expand(0..<entries.count, shift: 0, body)
    }

    private func expand(_ range: Range<Int>, shift: Int, _ body: (Int, Int, State, Int) -> Void) {
        for index in range {
            let entry = entries[index]
            if entry.isReplay {
                for time in 1...entry.times { expand(entry.first..<index, shift: shift + time * entry.period, body) }
            } else {
                body(entry.start + shift, entry.end + shift, entry.state, entry.operatorIndex)
            }
        }
    }

    /// Adds the time spent in each state between consecutive boundaries: `totals[w * states + state + 1]` for the
    /// window that ends at `boundaries[w]`. Boundaries ascend; whole periods inside one window are multiplied, not walked.
    func accumulate(boundaries: [Int], into totals: inout [Int], states: Int) {
        guard !boundaries.isEmpty else { return }
        var window = 0
        accumulate(0..<entries.count, shift: 0, boundaries, &window, &totals, states)
    }

    private func accumulate(
        _ range: Range<Int>, shift: Int, _ boundaries: [Int], _ window: inout Int, _ totals: inout [Int], _ states: Int
    ) {
        for index in range {
            let entry = entries[index]
            guard entry.isReplay else {
                var start = entry.start + shift
                let end = entry.end + shift
                while start < end {
                    while window < boundaries.count && boundaries[window] <= start { window += 1 }
                    guard window < boundaries.count else { return }
                    let stop = min(end, boundaries[window])
                    totals[window * states + entry.state + 1] += stop - start
                    start = stop
                }
                continue
            }
            var time = 1
            while time <= entry.times {
                let start = entry.start + shift + (time - 1) * entry.period
                while window < boundaries.count && boundaries[window] <= start { window += 1 }
                guard window < boundaries.count else { return }
                let whole = min(entry.times - time + 1, (boundaries[window] - start) / max(1, entry.period))
                if whole > 1 {
                    var once = [Int](repeating: 0, count: states)
                    var only = 0
                    accumulate(entry.first..<index, shift: shift + time * entry.period, [Int.max], &only, &once, states)
                    for state in 0..<states { totals[window * states + state] += once[state] * whole }
                    time += whole
                } else {
                    accumulate(entry.first..<index, shift: shift + time * entry.period, boundaries, &window, &totals, states)
                    time += 1
                }
            }
        }
    }

    struct Summary {
        var start = Int.max
        var end = 0
        var busy = 0
    }

    /// Busy time of each operator, and when it began and ended; operators that were never busy are left out.
    func summaries(operators: Int) -> [(operatorIndex: Int, summary: Summary)] {
        var table = [Summary](repeating: Summary(), count: operators)
        summarize(0..<entries.count, shift: 0, weight: 1, &table)
        return table.indices.filter { table[$0].busy > 0 }.map { ($0, table[$0]) }
    }

    private func summarize(_ range: Range<Int>, shift: Int, weight: Int, _ table: inout [Summary]) {
        for index in range {
            let entry = entries[index]
            if entry.isReplay {
                // All repetitions count the same; the first and the last one give the limits.
                summarize(entry.first..<index, shift: shift + entry.period, weight: 0, &table)
                summarize(entry.first..<index, shift: shift + entry.times * entry.period, weight: weight * entry.times, &table)
            } else if entry.state == Self.busy, entry.operatorIndex >= 0 {
                table[entry.operatorIndex].start = min(table[entry.operatorIndex].start, entry.start + shift)
                table[entry.operatorIndex].end = max(table[entry.operatorIndex].end, entry.end + shift)
                table[entry.operatorIndex].busy += (entry.end - entry.start) * weight
            }
        }
    }
}
