/// A controller's counters at the beginning of a stretch, to tell what the stretch adds.
struct CounterRecording {
    private let sums: [Int]
    private let readLatencyMaximum: Int
    private let writeLatencyMaximum: Int
    private let lastCompletion: Int

    /// Begins; the stretch's own maxima are found from zero.
    ///
    /// - Parameter tallies: takes the tallies.
    init(_ core: EventCore, tallies: inout [Int]) {
        for unit in 0..<core.geometry.units { core.bookBackground(unit) }
        sums = core.sums
        readLatencyMaximum = core.counts.pointee.readLatencyMaximum
        writeLatencyMaximum = core.counts.pointee.writeLatencyMaximum
        tallies.removeAll(keepingCapacity: true)
        tallies.append(contentsOf: UnsafeBufferPointer(start: core.tallies, count: core.tallyCount))
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
        for range in core.usedTallies {
            for place in range where core.tallies[place] != tallies[place] {
                changes.append((place: Int32(truncatingIfNeeded: place), change: core.tallies[place] - tallies[place]))
            }
        }
        let cost = ReplayGraph.Cost(
            tallies: changes, sums: zip(core.sums, sums).map { $0 - $1 }, readLatencyMaximum: core.counts.pointee.readLatencyMaximum,
            writeLatencyMaximum: longestWrite)
        core.raiseMaxima(read: readLatencyMaximum, write: writeLatencyMaximum)
        for latency in without { core.bookWrite(latency: latency) }
        let last = core.counts.pointee.lastCompletion
        core.counts.pointee.lastCompletion = max(last, lastCompletion)
        return (cost, last)
    }
}
