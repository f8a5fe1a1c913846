extension DRAMStatistics {
    /// What several channels of one standard did together: counts are added, `cycles` and `lastCompletion` are the latest, and
    /// `background` lists the ranks of one channel after the other.
    ///
    /// - Returns: `nil` for no channel.
    public static func sum(_ channels: [DRAMStatistics]) -> DRAMStatistics? {
        guard var total = channels.first else { return nil }
        for channel in channels.dropFirst() {
            total.cycles = max(total.cycles, channel.cycles)
            total.lastCompletion = max(total.lastCompletion, channel.lastCompletion)
            total.reads += channel.reads
            total.writes += channel.writes
            total.forwardedReads += channel.forwardedReads
            total.coalescedWrites += channel.coalescedWrites
            for command in total.commandCounts.indices { total.commandCounts[command] += channel.commandCounts[command] }
            total.rowHits += channel.rowHits
            total.rowMisses += channel.rowMisses
            total.rowConflicts += channel.rowConflicts
            total.readLatency.add(channel.readLatency)
            total.writeLatency.add(channel.writeLatency)
            total.dataBusCycles += channel.dataBusCycles
            total.stallCycles += channel.stallCycles
            for rule in total.stallsByName.indices { total.stallsByName[rule] += channel.stallsByName[rule] }
            total.background += channel.background
            total.waitingReadCycles += channel.waitingReadCycles
            total.waitingWriteCycles += channel.waitingWriteCycles
        }
        return total
    }

    /// What energy depends on.
    public var activity: DRAMActivity {
        var activity = DRAMActivity(commandCounts: commandCounts)
        for rank in background {
            activity.activeStandby += rank.activeStandby
            activity.prechargeStandby += rank.prechargeStandby
            activity.activePowerDown += rank.activePowerDown
            activity.prechargePowerDown += rank.prechargePowerDown
            activity.selfRefresh += rank.selfRefresh
        }
        return activity
    }
}
