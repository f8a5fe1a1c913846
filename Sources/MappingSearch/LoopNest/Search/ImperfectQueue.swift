/// Skeletons with the rounds that their temporal loops make, by ascending floors: the next one is the best that any which has not been looked at
/// can be.
///
/// Every skeleton comes with the fewest rounds first; when it is taken, those with a few more rounds of one dimension follow, whose floors are
/// no lower.
struct ImperfectQueue {
    struct Entry {
        var skeleton: Int
        var rounds: [Int]
        /// The last dimension that was given more rounds: only it and later ones get more, so that each choice comes once.
        var last: Int
        var floor: Merit
        var number = 0

        func isBefore(_ other: Entry) -> Bool { floor == other.floor ? number < other.number : floor < other.floor }
    }

    private var heap: [Entry] = []
    private var count = 0

    var leastFloor: Merit? { heap.first?.floor }

    mutating func insert(_ entry: Entry) {
        var entry = entry
        entry.number = count
        count += 1
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> Entry? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return first }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(heap[parent]) else { return first }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
