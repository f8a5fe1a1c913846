import MemorySystem

extension DRAMRecord {
    /// Adds one channel's accesses that waited for their data command, in cycles of the command clock. An access answered from the
    /// write queue, or replaced in it, never waited: its latency is left out, which in a `DRAMSystem` is the shortest of any access.
    mutating func addQueues(of statistics: DRAMStatistics, standard: DRAMStandard) {
        let answer = min(standard.readLatency, standard.writeLatency) + standard.burstCycles
        func queue(_ latency: LatencyHistogram, taken: Int, skipped: Int, fixed: Int, waiting: Int) -> QueueRecord {
            let served = latency.count - skipped
            return QueueRecord(
                entered: served, stayCycles: latency.sum - skipped * answer - served * fixed, occupancyCycles: waiting, remaining: taken - latency.count)
        }
        readQueue += queue(
            statistics.readLatency, taken: statistics.reads, skipped: statistics.forwardedReads, fixed: standard.readLatency + standard.burstCycles,
            waiting: statistics.waitingReadCycles)
        writeQueue += queue(
            statistics.writeLatency, taken: statistics.writes, skipped: statistics.coalescedWrites, fixed: standard.writeLatency + standard.burstCycles,
            waiting: statistics.waitingWriteCycles)
        mergedAccesses += statistics.forwardedReads + statistics.coalescedWrites
    }
}

extension DRAMRecord {
    /// A memory to which nothing happened in so many cycles of its command clock.
    public init(standard: String, channels: Int, cycles: Int) {
        self.init(
            standard: standard, cycles: cycles, busUtilization: Array(repeating: 0, count: channels), reads: 0, writes: 0, rowHits: 0,
            rowMisses: 0, rowConflicts: 0, refreshes: 0, readLatency: 0, readLatency99: 0, stalls: [], energy: [], energySources: [])
    }
}
