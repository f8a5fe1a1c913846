/// The most bytes that are live at any one time: no placement needs less, so a placement of this height is optimal.
public struct LiveBytes: Sendable, Hashable {
    public let bytes: Int
    /// The earliest time at which so many are live.
    public let time: Int
    /// The buffers live then, by index.
    public let buffers: [Int]

    /// - Complexity: O(n log n) in the number of buffers.
    public init(of problem: PlacementProblem) {
        var events: [(time: Int, change: Int)] = []
        events.reserveCapacity(2 * problem.buffers.count)
        let roots = AliasGroups(problem).rootOfBuffer
        // Buffers that share an offset occupy at most the largest of them once; counting only the root keeps the bound valid.
        for (index, buffer) in problem.buffers.enumerated() where roots[index] == index {
            for segment in buffer.segments {
                events.append((segment.lowerBound, buffer.size))
                events.append((segment.upperBound, -buffer.size))
            }
        }
        // Ends come before starts at the same time: lifetimes are half open.
        events.sort { ($0.time, $0.change) < ($1.time, $1.change) }
        var (live, best, bestTime) = (0, 0, events.first?.time ?? 0)
        for event in events {
            live += event.change
            if live > best { (best, bestTime) = (live, event.time) }
        }
        bytes = best
        time = bestTime
        buffers = problem.buffers.indices.filter { index in
            roots[index] == index && problem.buffers[index].segments.contains { $0.contains(bestTime) }
        }
    }
}

/// Buffers bound to one offset through chains of aliases.
struct AliasGroups {
    /// The buffer that stands for the group: its largest, the first among equals.
    let rootOfBuffer: [Int]

    init(_ problem: PlacementProblem) {
        var parent = Array(problem.buffers.indices)
        func find(_ index: Int) -> Int {
            var index = index
            while parent[index] != index {
                parent[index] = parent[parent[index]]
                index = parent[index]
            }
            return index
        }
        for pair in problem.aliases {
            let (a, b) = (find(pair.first), find(pair.second))
            let aIsFirst = (problem.buffers[b].size, a) < (problem.buffers[a].size, b)
            if a != b { if aIsFirst { parent[b] = a } else { parent[a] = b } }
        }
        rootOfBuffer = problem.buffers.indices.map { find($0) }
    }
}
