/// Offsets for the buffers of a problem, in its order.
public struct Placement: Sendable, Hashable {
    public var offsets: [Int]
    public init(offsets: [Int]) { self.offsets = offsets }

    /// The end of the highest buffer, in bytes.
    public func height(in problem: PlacementProblem) -> Int {
        zip(offsets, problem.buffers).reduce(0) { max($0, $1.0 + $1.1.size) }
    }
}

/// What is wrong with a placement.
public enum PlacementViolation: Error, Sendable, Equatable {
    case count(offsets: Int, buffers: Int)
    case outside(Int)
    case misaligned(Int)
    case moved(Int)
    case overlap(Int, Int)
    case straddlesBanks(Int)
    case sameBank(Int, Int)
    case notAliased(Int, Int)
}

extension PlacementProblem {
    /// Whether a placement keeps every constraint, by a sweep over time that shares nothing with the ways of finding one.
    ///
    /// - Returns: the first violation; `nil` when there is none.
    /// - Complexity: O(n log n + n × buffers live together).
    public func violation(of placement: Placement) -> PlacementViolation? {
        let offsets = placement.offsets
        guard offsets.count == buffers.count else { return .count(offsets: offsets.count, buffers: buffers.count) }
        let bankSize = capacity / banks
        for (index, buffer) in buffers.enumerated() {
            let offset = offsets[index]
            if offset < 0 || offset > capacity - buffer.size { return .outside(index) }
            if offset % buffer.alignment != 0 { return .misaligned(index) }
            if let fixed = buffer.fixedOffset, fixed != offset { return .moved(index) }
            if offset / bankSize != (offset + buffer.size - 1) / bankSize { return .straddlesBanks(index) }
        }
        for pair in apart where offsets[pair.first] / bankSize == offsets[pair.second] / bankSize {
            return .sameBank(pair.first, pair.second)
        }
        for pair in aliases where offsets[pair.first] != offsets[pair.second] { return .notAliased(pair.first, pair.second) }
        return overlap(offsets)
    }

    private func overlap(_ offsets: [Int]) -> PlacementViolation? {
        let roots = AliasGroups(self).rootOfBuffer
        var starts: [(time: Int, end: Int, buffer: Int)] = []
        for (index, buffer) in buffers.enumerated() {
            for segment in buffer.segments { starts.append((segment.lowerBound, segment.upperBound, index)) }
        }
        starts.sort { ($0.time, $0.buffer) < ($1.time, $1.buffer) }
        // What is live at the time of the sweep.
        var live: [(end: Int, buffer: Int)] = []
        for start in starts {
            live.removeAll { $0.end <= start.time }
            let index = start.buffer
            for other in live where other.buffer != index {
                let isDisjoint =
                    offsets[index] + buffers[index].size <= offsets[other.buffer]
                    || offsets[other.buffer] + buffers[other.buffer].size <= offsets[index]
                if !isDisjoint && roots[index] != roots[other.buffer] { return .overlap(other.buffer, index) }
            }
            live.append((start.end, index))
        }
        return nil
    }
}
