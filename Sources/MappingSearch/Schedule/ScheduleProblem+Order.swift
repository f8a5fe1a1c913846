extension ScheduleProblem {
    /// Operators that wait for each other, each for the one before and the first for the last; `nil` when there are none.
    var cycle: [Int]? {
        var waiting = operators.map { operation in operation.inputs.count { producers[$0] != nil } }
        var ready = operators.indices.filter { waiting[$0] == 0 }
        var isDone = [Bool](repeating: false, count: operators.count)
        while let index = ready.popLast() {
            isDone[index] = true
            for output in operators[index].outputs {
                for consumer in consumers[output] {
                    waiting[consumer] -= 1
                    if waiting[consumer] == 0 { ready.append(consumer) }
                }
            }
        }
        guard var index = isDone.firstIndex(of: false) else { return nil }
        // Each one left waits for another one left: going back from one to the next comes to one seen before.
        var path: [Int] = []
        var place: [Int: Int] = [:]
        while place[index] == nil {
            place[index] = path.count
            path.append(index)
            let producer = operators[index].inputs.lazy.compactMap { self.producers[$0] }.first { !isDone[$0] }
            guard let producer else { return path }
            index = producer
        }
        let cycle = Array(path[(place[index] ?? 0)...].reversed())
        // From the one that is listed first.
        let first = cycle.indices.min { cycle[$0] < cycle[$1] } ?? 0
        return Array(cycle[first...] + cycle[..<first])
    }

    /// Which operators have to be done before each one, as one set of bits for each operator.
    ///
    /// - Parameter blocks: operators in groups, of which each has to be done before the next one starts; `nil` for no order but
    ///   that of the tensors. Groups of one are a fixed order.
    func ancestors(blocks: [[Int]]? = nil) -> BitRows {
        var rows = BitRows(rows: operators.count, columns: operators.count)
        for index in topologicalOrder {
            for input in operators[index].inputs {
                guard let producer = producers[input] else { continue }
                rows.formUnion(index, with: producer)
                rows.insert(producer, in: index)
            }
        }
        guard let blocks else { return rows }
        // Within a block, what comes before it; between blocks that suffices, as the order of tensors is kept by the blocks.
        var before = [UInt64](repeating: 0, count: rows.stride)
        for block in blocks {
            for index in block { rows.formUnion(index, with: before) }
            for index in block { before[index / 64] |= 1 << UInt64(index % 64) }
        }
        return rows
    }

    /// The operators as they are listed, where that is an order in which they can run; else the first of the ready ones always.
    public var topologicalOrder: [Int] {
        let listed = Array(operators.indices)
        if isOrder(listed) { return listed }
        var waiting = operators.map { operation in operation.inputs.count { producers[$0] != nil } }
        // Descending, so that the first is at the end.
        var ready = Array(operators.indices.filter { waiting[$0] == 0 }.reversed())
        var order: [Int] = []
        while let index = ready.popLast() {
            order.append(index)
            for output in operators[index].outputs {
                for consumer in consumers[output] {
                    waiting[consumer] -= 1
                    guard waiting[consumer] == 0 else { continue }
                    let place = ready.firstIndex { $0 < consumer } ?? ready.count
                    ready.insert(consumer, at: place)
                }
            }
        }
        return order
    }
}

/// Sets of small numbers, one for each row, in one array.
struct BitRows: Sendable {
    /// Words of 64 bits in a row.
    let stride: Int
    private(set) var words: [UInt64]

    init(rows: Int, columns: Int) {
        stride = max(1, (columns + 63) / 64)
        words = [UInt64](repeating: 0, count: rows * stride)
    }

    mutating func insert(_ column: Int, in row: Int) { words[row * stride + column / 64] |= 1 << UInt64(column % 64) }

    func contains(_ column: Int, in row: Int) -> Bool { words[row * stride + column / 64] >> UInt64(column % 64) & 1 != 0 }

    mutating func formUnion(_ row: Int, with other: Int) {
        for word in 0..<stride { words[row * stride + word] |= words[other * stride + word] }
    }

    mutating func formUnion(_ row: Int, with other: [UInt64]) {
        for word in 0..<stride { words[row * stride + word] |= other[word] }
    }
}
