/// What the channels of a memory came to so far, to tell what a stretch of a run cost them: the counters of two moments are subtracted.
extension DRAMSystem {
    /// Names of the rules that channels wait for, in the order in which ``lossCounters(into:)`` counts them.
    package var stallNames: [String] { ConstraintNames(standard).names }

    /// Replaces `counters` by, in cycles of the command clock: stalls of all channels by rule; then for each channel the cycles with data on its
    /// data buses, the buses of pseudo-channels added up; then for each channel how far it was simulated.
    ///
    /// - Complexity: all states that were looked up, times sets of channels that were in one state.
    package mutating func lossCounters(into counters: inout [Int]) {
        own()
        counters.removeAll(keepingCapacity: true)
        let names = ConstraintNames(standard).count
        counters.append(contentsOf: repeatElement(0, count: names + 2 * channels))
        for group in groups.indices {
            settleCounters(group)
            groups[group].members.forEach { counters[names + channels + $0] = groups[group].cycle }
        }
        accounts.settle(graph)
        let first = groups[0].core.stallTallies
        for account in accounts.list {
            let members = account.members.count
            for name in 0..<names { counters[name] += account.tallies[first + name] * members }
            account.members.forEach { counters[names + $0] += account.counts.dataBusCycles }
        }
    }
}
