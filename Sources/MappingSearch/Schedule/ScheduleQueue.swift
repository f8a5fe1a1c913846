/// States in the order in which they are looked at: those of the least estimate first, among them the deepest, then the oldest.
struct ScheduleQueue {
    private struct Entry {
        var cost: Int
        var depth: Int32
        var state: Int32

        func isBefore(_ other: Entry) -> Bool {
            if cost != other.cost { return cost < other.cost }
            if depth != other.depth { return depth > other.depth }
            return state < other.state
        }
    }

    private var heap: [Entry] = []

    var isEmpty: Bool { heap.isEmpty }
    /// Of the cheapest.
    var leastCost: Int? { heap.first?.cost }

    mutating func insert(_ state: Int32, cost: Int, depth: Int32) {
        heap.append(Entry(cost: cost, depth: depth, state: state))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> Int32? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.state }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return first.state }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(heap[parent]) else { return first.state }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
