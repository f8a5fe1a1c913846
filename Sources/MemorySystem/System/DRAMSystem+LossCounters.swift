/// What the channels of a memory came to so far, to tell what a stretch of a run cost them: the counters of two moments are subtracted.
extension DRAMSystem {
    /// Names of the rules that channels wait for, in the order in which ``lossCounters(into:)`` counts them.
    package var stallNames: [String] { ConstraintNames(standard).names }

    /// Replaces `counters` by, in cycles of the command clock: stalls of all channels by rule; then for each channel the cycles with data on its
    /// data buses, the buses of pseudo-channels added up; then for each channel how far it was simulated.
    ///
    /// - Complexity: edges that were taken since the last call, times accounts.
    package mutating func lossCounters(into counters: inout [Int]) {
        // Makes the controllers this value's own; no time passes.
        advance(to: 0)
        for group in groups.indices { settleCounters(group) }
        accounts.settle(graph)
        let names = ConstraintNames(standard).count
        let first = groups[0].core.stallTallies
        var sums = Array(repeating: 0, count: names + 2 * channels)
        for account in accounts.list {
            let members = account.members.count
            for name in 0..<names { sums[name] += account.tallies[first + name] * members }
            account.members.forEach { sums[names + $0] += account.counts.dataBusCycles }
        }
        for channel in 0..<channels { sums[names + channels + channel] = groups[Int(groupOf[channel])].cycle }
        counters = sums
    }
}
