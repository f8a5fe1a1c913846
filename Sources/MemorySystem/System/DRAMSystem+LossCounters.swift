/// What the channels of a memory came to so far, to tell what a stretch of a run cost them: the counters of two moments are subtracted.
extension DRAMSystem {
    /// Names of the rules that channels wait for, in the order in which ``lossCounters(into:)`` counts them.
    package var stallNames: [String] { ConstraintNames(standard).names }

    /// Replaces `counters` by, in cycles of the command clock: stalls of all channels by rule; then for each channel the cycles with data on its
    /// data buses, the buses of pseudo-channels added up; then for each channel how far it was simulated.
    ///
    /// - Complexity: all states that were looked up, times channels.
    package mutating func lossCounters(into counters: inout [Int]) {
        counters.removeAll(keepingCapacity: true)
        let names = ConstraintNames(standard).count
        counters.append(contentsOf: repeatElement(0, count: names + 2 * lanes.count))
        for lane in lanes.indices {
            let core = lanes[lane].controller.ownCore()
            graph.settle(core, channel: lane)
            for name in 0..<names { counters[name] += core.tallies[core.stallTallies + name] }
            counters[names + lane] = core.counts.pointee.dataBusCycles
            counters[names + lanes.count + lane] = lanes[lane].cycle
        }
    }
}
