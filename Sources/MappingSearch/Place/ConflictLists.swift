/// For each buffer, the others that it may not overlap, in flat arrays.
package struct ConflictLists {
    /// Where each buffer's neighbours start, and the end of the last.
    let starts: [Int32]
    let neighbours: [Int32]

    static let maximumPairs = 40_000_000

    /// - Complexity: O(n log n + pairs of overlapping lifetimes).
    package init(_ problem: PlacementProblem) throws(PlacementError) {
        let buffers = problem.buffers
        let roots = problem.aliases.isEmpty ? nil : AliasGroups(problem).rootOfBuffer
        let order = buffers.indices.sorted { (buffers[$0].lifetime.lowerBound, $0) < (buffers[$1].lifetime.lowerBound, $1) }
        var pairs: [(Int32, Int32)] = []
        var live: [Int] = []
        for index in order {
            live.removeAll { buffers[$0].lifetime.upperBound <= buffers[index].lifetime.lowerBound }
            for other in live where buffers[index].isLive(with: buffers[other]) {
                if let roots, roots[index] == roots[other] { continue }
                pairs.append((Int32(index), Int32(other)))
            }
            guard pairs.count <= Self.maximumPairs else { throw .tooManyPairs(Self.maximumPairs) }
            live.append(index)
        }
        var starts = [Int32](repeating: 0, count: buffers.count + 1)
        for (a, b) in pairs {
            starts[Int(a) + 1] += 1
            starts[Int(b) + 1] += 1
        }
        for index in buffers.indices { starts[index + 1] += starts[index] }
        var next = starts
        var neighbours = [Int32](repeating: 0, count: 2 * pairs.count)
        for (a, b) in pairs {
            neighbours[Int(next[Int(a)])] = b
            neighbours[Int(next[Int(b)])] = a
            next[Int(a)] += 1
            next[Int(b)] += 1
        }
        self.starts = starts
        self.neighbours = neighbours
    }

    subscript(buffer: Int) -> ArraySlice<Int32> { neighbours[Int(starts[buffer])..<Int(starts[buffer + 1])] }

    /// Every pair once.
    package var pairs: [BufferPair] {
        var pairs: [BufferPair] = []
        pairs.reserveCapacity(neighbours.count / 2)
        for first in 0..<(starts.count - 1) {
            for second in self[first] where Int(second) > first { pairs.append(BufferPair(first, Int(second))) }
        }
        return pairs
    }
}
