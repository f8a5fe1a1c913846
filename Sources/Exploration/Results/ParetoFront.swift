extension SweepResults {
    /// Indices into `points` of the feasible points that no other feasible one beats: none is at least as good in all of `objectives` and better
    /// in one. Of equal points the first. Ordered by the first objective, best first.
    ///
    /// - Parameter chosen: indices into `objectives`; at least one.
    public func paretoFront(_ chosen: [Int]) -> [Int] {
        let candidates = points.indices.filter { points[$0].status == .finished }
        let costs = candidates.map { index in chosen.map { objectives[$0].cost(points[index].objectives[$0]) } }
        let order = candidates.indices.sorted { costs[$0].lexicographicallyPrecedes(costs[$1]) || (costs[$0] == costs[$1] && $0 < $1) }
        // In lexicographic order only an earlier point can beat a later one, and what beats anything is beaten by nothing but the front.
        var front: [Int] = []
        if chosen.count == 2 {
            var least = Double.infinity
            for index in order where costs[index][1] < least {
                least = costs[index][1]
                front.append(index)
            }
        } else {
            for index in order where !front.contains(where: { zip(costs[$0], costs[index]).allSatisfy { $0 <= $1 } }) { front.append(index) }
        }
        return front.map { candidates[$0] }
    }
}
