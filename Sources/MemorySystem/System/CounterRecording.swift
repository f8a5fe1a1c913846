/// A controller's counters at the beginning of a stretch, to tell what the stretch adds.
struct CounterRecording {
    private let sums: EventCore.Counts
    private let readLatencyMaximum: Int
    private let writeLatencyMaximum: Int
    private let lastCompletion: Int
    /// The tallies beyond these were zero.
    private let used: [Range<Int>]

    /// Begins; the stretch's own maxima are found from zero.
    ///
    /// - Parameter tallies: takes the tallies.
    init(_ core: EventCore, tallies: inout [Int]) {
        for unit in 0..<core.geometry.units { core.bookBackground(unit) }
        sums = core.counts.pointee
        readLatencyMaximum = core.counts.pointee.readLatencyMaximum
        writeLatencyMaximum = core.counts.pointee.writeLatencyMaximum
        used = core.usedTallies
        if tallies.count < core.tallyCount { tallies = Array(repeating: 0, count: core.tallyCount) }
        for range in used { for place in range { tallies[place] = core.tallies[place] } }
        lastCompletion = core.counts.pointee.lastCompletion
        core.counts.pointee.lastCompletion = 0
        core.counts.pointee.readLatencyMaximum = 0
        core.counts.pointee.writeLatencyMaximum = 0
    }

    /// Ends: what was added since, and when the last access was complete of those served since.
    ///
    /// - Parameters:
    ///   - without: latencies of writes that are not to be counted.
    ///   - longestWrite: the latency of the slowest of the other writes.
    ///   - tallies: those of the beginning.
    func finish(_ core: EventCore, tallies: [Int], without: [Int], longestWrite: Int) -> (cost: ReplayGraph.Cost, lastCompletion: Int) {
        for unit in 0..<core.geometry.units { core.bookBackground(unit) }
        for latency in without { core.bookWrite(latency: latency, times: -1) }
        var changes: [(place: Int32, change: Int)] = []
        for (range, before) in zip(core.usedTallies, used) {
            for place in range {
                let change = core.tallies[place] - (place < before.upperBound ? tallies[place] : 0)
                if change != 0 { changes.append((place: Int32(truncatingIfNeeded: place), change: change)) }
            }
        }
        var added = core.counts.pointee
        added.addSums(sums, times: -1)
        let cost = ReplayGraph.Cost(
            tallies: changes, sums: added, readLatencyMaximum: core.counts.pointee.readLatencyMaximum,
            writeLatencyMaximum: longestWrite)
        core.counts.pointee.raiseMaxima(read: readLatencyMaximum, write: writeLatencyMaximum)
        for latency in without { core.bookWrite(latency: latency) }
        let last = core.counts.pointee.lastCompletion
        core.counts.pointee.lastCompletion = max(last, lastCompletion)
        return (cost, last)
    }
}
