/// What is due at a later time: a binary heap by time, then by the order of calls.
struct FutureQueue: Sendable {
    private(set) var entries: [(time: Int, order: Int, item: Int)] = []
    private var order = 0

    /// When the first is due.
    var first: Int? { entries.first?.time }

    mutating func insert(_ item: Int, at time: Int) {
        entries.append((time, order, item))
        order += 1
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard comesBefore(child, parent) else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// - Precondition: there is one.
    mutating func removeFirst() -> Int {
        let item = entries[0].item
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, comesBefore(child + 1, child) { child += 1 }
            guard comesBefore(child, parent) else { break }
            entries.swapAt(child, parent)
            parent = child
        }
        return item
    }

    mutating func shift(by time: Int) {
        for index in entries.indices { entries[index].time += time }
    }

    private func comesBefore(_ a: Int, _ b: Int) -> Bool { (entries[a].time, entries[a].order) < (entries[b].time, entries[b].order) }
}
