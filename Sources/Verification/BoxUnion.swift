/// Whether boxes cover a box exactly once.
enum BoxUnion {
    static func bounding(_ boxes: [(starts: [Int], extents: [Int])]) -> (starts: [Int], extents: [Int])? {
        guard let first = boxes.first, boxes.allSatisfy({ $0.starts.count == first.starts.count }) else { return nil }
        let low = first.starts.indices.map { d in boxes.map { $0.starts[d] }.min() ?? 0 }
        let high = first.starts.indices.map { d in boxes.map { $0.starts[d] + $0.extents[d] }.max() ?? 0 }
        return (low, zip(low, high).map { $1 - $0 })
    }

    /// The first two boxes that meet.
    static func overlap(_ boxes: [(starts: [Int], extents: [Int])]) -> (Int, Int)? {
        for a in boxes.indices {
            for b in boxes.indices where b > a {
                let meet = boxes[a].starts.indices.allSatisfy { d in
                    boxes[a].starts[d] < boxes[b].starts[d] + boxes[b].extents[d] && boxes[b].starts[d] < boxes[a].starts[d] + boxes[a].extents[d]
                }
                if meet { return (a, b) }
            }
        }
        return nil
    }

    static func volume(_ boxes: [(starts: [Int], extents: [Int])]) -> Int { boxes.reduce(0) { $0 + $1.extents.reduce(1, *) } }
}
