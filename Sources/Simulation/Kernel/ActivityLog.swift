/// What one unit did, from time zero on without gaps, as segments; periods that fast-forward replayed are one entry.
///
/// Attribution to operators' windows happens after the run, so that a segment may be logged before it is known
/// which operator ends in the middle of it. Times are in femtoseconds.
struct ActivityLog {
    /// −1 for busy, otherwise a `StallCause`.
    typealias State = Int
    static let busy: State = -1

    /// A segment, which starts where the one before it ends. Runs of whole networks log millions: 16 bytes each.
    private struct Entry {
        var end: Int
        /// −2 for a replay.
        var state: Int32
        /// For a replay, its place in `replays`.
        var operatorIndex: Int32
        var isReplay: Bool { state == -2 }
    }
    /// The entries from `first` up to this one happened `times` more times, `period` apart each.
    private struct Replay {
        var first: Int
        var times: Int
        var period: Int
    }
    private var entries: [Entry] = []
    private var replays: [Replay] = []
    /// Entries before this index may be replayed and must not grow any more.
    private var barrier = 0
    /// Where the last segment ended.
    private(set) var end = 0

    var count: Int { entries.count }
    private func start(_ index: Int) -> Int { index == 0 ? 0 : entries[index - 1].end }
    mutating func protect() { barrier = entries.count }

    /// Appends a segment that starts where the last one ended. Empty segments are dropped.
    mutating func append(until time: Int, _ state: State, operatorIndex: Int) {
        guard time > end else { return }
        let last = entries.count - 1
        if last >= barrier, entries[last].state == Int32(truncatingIfNeeded: state), entries[last].operatorIndex == operatorIndex {
            entries[last].end = time
        } else {
            entries.append(
                Entry(end: time, state: Int32(truncatingIfNeeded: state), operatorIndex: Int32(truncatingIfNeeded: operatorIndex)))
        }
        end = time
    }

    /// Repeats the entries from `first` on, which cover exactly one `period`.
    mutating func replay(from first: Int, times: Int, period: Int) {
        precondition(first < entries.count, "a replayed period holds at least one segment")
        end += times * period
        entries.append(Entry(end: end, state: -2, operatorIndex: Int32(truncatingIfNeeded: replays.count)))
        replays.append(Replay(first: first, times: times, period: period))
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
                let replay = replays[Int(entry.operatorIndex)]
                for time in 1...replay.times { expand(replay.first..<index, shift: shift + time * replay.period, body) }
            } else {
                body(start(index) + shift, entry.end + shift, Int(entry.state), Int(entry.operatorIndex))
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
                var start = start(index) + shift
                let end = entry.end + shift
                while start < end {
                    while window < boundaries.count && boundaries[window] <= start { window += 1 }
                    guard window < boundaries.count else { return }
                    let stop = min(end, boundaries[window])
                    totals[window * states + Int(entry.state) + 1] += stop - start
                    start = stop
                }
                continue
            }
            let replay = replays[Int(entry.operatorIndex)]
            var time = 1
            while time <= replay.times {
                let start = start(index) + shift + (time - 1) * replay.period
                while window < boundaries.count && boundaries[window] <= start { window += 1 }
                guard window < boundaries.count else { return }
                let whole = min(replay.times - time + 1, (boundaries[window] - start) / max(1, replay.period))
                if whole > 1 {
                    var once = [Int](repeating: 0, count: states)
                    var only = 0
                    accumulate(replay.first..<index, shift: shift + time * replay.period, [Int.max], &only, &once, states)
                    for state in 0..<states { totals[window * states + state] += once[state] * whole }
                    time += whole
                } else {
                    accumulate(replay.first..<index, shift: shift + time * replay.period, boundaries, &window, &totals, states)
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
                let replay = replays[Int(entry.operatorIndex)]
                summarize(replay.first..<index, shift: shift + replay.period, weight: 0, &table)
                summarize(replay.first..<index, shift: shift + replay.times * replay.period, weight: weight * replay.times, &table)
            } else if entry.state == Self.busy, entry.operatorIndex >= 0 {
                let place = Int(entry.operatorIndex)
                table[place].start = min(table[place].start, start(index) + shift)
                table[place].end = max(table[place].end, entry.end + shift)
                table[place].busy += (entry.end - start(index)) * weight
            }
        }
    }
}
