/// A controller's counters at the beginning of a stretch, to tell what the stretch adds.
struct CounterRecording {
    private let sums: [Int]
    private let readLatencyMaximum: Int
    private let writeLatencyMaximum: Int
    private let lastCompletion: Int
    private let tallies: [Int]

    /// Begins; the stretch's own maxima are found from zero.
    init(_ core: EventCore) {
        for unit in 0..<core.geometry.units { core.bookBackground(unit) }
        sums = core.sums
        readLatencyMaximum = core.counts.pointee.readLatencyMaximum
        writeLatencyMaximum = core.counts.pointee.writeLatencyMaximum
        tallies = Array(UnsafeBufferPointer(start: core.tallies, count: core.tallyCount))
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
    func finish(_ core: EventCore, without: [Int], longestWrite: Int) -> (cost: ReplayGraph.Cost, lastCompletion: Int) {
        for unit in 0..<core.geometry.units { core.bookBackground(unit) }
        for latency in without { core.bookWrite(latency: latency, times: -1) }
        let cost = ReplayGraph.Cost(
            tallies: tallies.indices.compactMap { place in
                let change = core.tallies[place] - tallies[place]
                return change == 0 ? nil : (place: Int32(truncatingIfNeeded: place), change: change)
            },
            sums: zip(core.sums, sums).map { $0 - $1 }, readLatencyMaximum: core.counts.pointee.readLatencyMaximum,
            writeLatencyMaximum: longestWrite)
        core.raiseMaxima(read: readLatencyMaximum, write: writeLatencyMaximum)
        for latency in without { core.bookWrite(latency: latency) }
        let last = core.counts.pointee.lastCompletion
        core.counts.pointee.lastCompletion = max(last, lastCompletion)
        return (cost, last)
    }
}
