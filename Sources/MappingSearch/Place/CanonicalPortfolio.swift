/// Runs the canonical search with different branching rules and orders in turn, with growing limits.
///
/// The time of one run varies by orders of magnitude with the order in which buffers are tried, and not in a way that can be
/// told beforehand; many short runs find the short ones. Failure counts carry over, so later runs start at what is hard.
struct CanonicalPortfolio: Sendable {
    /// Looked-at buffers and sections, over all runs.
    var limit = 4_000_000_000
    /// Of the first runs, for each buffer in each section; a descent without failures takes about 20 of them.
    var firstLimitPerMember = 200
    /// More than this and first-fit has the last word: the search's tables grow with buffers × sections.
    static let maximumBuffers = 20_000

    struct Result: Sendable {
        var verdict: CanonicalSearch.Verdict
        /// In the problem's units; only when found.
        var placement: Placement?
        var runs: Int
        var nodes: Int
        /// Looked-at buffers and sections: the same on every machine.
        var work: Int
    }

    /// - Parameter problem: plain.
    func solve(_ problem: PlacementProblem, isCancelled: () -> Bool = { false }) -> Result {
        let buffers = problem.buffers
        // Settled offsets are sums of sizes, rounded up to alignments.
        var unit = buffers.first?.size ?? 1
        for buffer in buffers { unit = GreatestCommonDivisor.of(GreatestCommonDivisor.of(unit, buffer.size), buffer.alignment > 1 ? buffer.alignment : 0) }
        let sections = LifetimeSections(buffers.map(\.lifetime))
        var search = CanonicalSearch(
            sections: sections, sizes: buffers.map { $0.size / unit },
            alignments: buffers.map { max(1, $0.alignment / unit) }, capacity: problem.capacity / unit)
        var random = SplitMix(seed: 1)
        var runLimit = 1000 + firstLimitPerMember * sections.ranges.reduce(0) { $0 + $1.count }
        var runs = 0
        while true {
            search.place = CanonicalSearch.Place.allCases[runs % 4]
            search.priority = priorities(buffers, round: runs, &random)
            let verdict = search.run(limit: max(1, min(runLimit, limit - search.state.work)), isCancelled: isCancelled)
            runs += 1
            let isOver = verdict != .limit || search.state.work >= limit || isCancelled()
            if isOver {
                let placement = verdict == .found ? Placement(offsets: search.offsets.map { $0 * unit }) : nil
                return Result(verdict: verdict, placement: placement, runs: runs, nodes: search.nodes, work: search.state.work)
            }
            if runs % 12 == 0 { runLimit += runLimit / 3 }
        }
    }

    /// Long lifetimes, large sizes, or large areas first; with noise once the pure orders had their turn.
    private func priorities(_ buffers: [PlacementBuffer], round: Int, _ random: inout SplitMix) -> [Int32] {
        let noise = round < 12 ? 0.0 : 1.2
        var keys = [Double](repeating: 0, count: buffers.count)
        for (index, buffer) in buffers.enumerated() {
            let (length, size) = (Logarithm.base2(buffer.lifetime.count), Logarithm.base2(buffer.size))
            let key =
                switch round / 4 % 3 {
                case 0: length + 0.01 * size
                case 1: size + 0.01 * length
                default: length + size
                }
            keys[index] = key + noise * (random.unit() - 0.5) * 1.5
        }
        let order = keys.indices.sorted { keys[$0] != keys[$1] ? keys[$0] < keys[$1] : $0 < $1 }
        var priorities = [Int32](repeating: 0, count: buffers.count)
        for (rank, index) in order.enumerated() { priorities[index] = Int32(rank) }
        return priorities
    }

}
