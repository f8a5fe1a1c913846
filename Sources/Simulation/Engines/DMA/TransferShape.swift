/// A region as a DMA engine walks it: equal contiguous runs, first along one stride, then along outer dimensions.
struct TransferShape {
    /// Address of the first byte.
    var address = 0
    /// Bytes of one run.
    var runBytes = 0
    /// Runs along the innermost non-contiguous dimension, `stride` bytes apart.
    var runs = 1
    var stride = 0
    /// Repetitions of all that, and how far apart, outermost last; at most four.
    var outerCounts: InlineArray<4, Int> = [1, 1, 1, 1]
    var outerStrides: InlineArray<4, Int> = [0, 0, 0, 0]
    var outerTotal = 1

    var totalBytes: Int { runBytes * runs * outerTotal }

    /// Merges dimensions that follow each other in memory.
    ///
    /// - Parameters:
    ///   - extents: elements along each dimension.
    ///   - strides: elements from one index to the next.
    ///   - bits: width of an element. A run is rounded up to whole bytes.
    init(address: Int, extents: [Int], strides: [Int], bits: Int) {
        self.address = address
        var order = [Int]()
        order.reserveCapacity(extents.count)
        for dimension in extents.indices where extents[dimension] > 1 { order.append(dimension) }
        order.sort { (abs(strides[$0]), $0) < (abs(strides[$1]), $1) }
        var run = 1
        var position = 0
        while position < order.count, strides[order[position]] == run {
            run *= extents[order[position]]
            position += 1
        }
        runBytes = (run * bits + 7) / 8
        if position < order.count {
            runs = extents[order[position]]
            stride = strides[order[position]] * bits / 8
            position += 1
        }
        var slot = 0
        while position < order.count {
            let count = extents[order[position]]
            if slot < 4 {
                outerCounts[slot] = count
                outerStrides[slot] = strides[order[position]] * bits / 8
                slot += 1
            } else {
                outerCounts[3] *= count
            }
            outerTotal *= count
            position += 1
        }
        if extents.contains(where: { $0 <= 0 }) { runBytes = 0 }
    }

    init() {}

    func outerAddress(_ index: Int) -> Int {
        var rest = index
        var sum = address
        for slot in 0..<4 {
            let count = outerCounts[slot]
            if count > 1 {
                sum += rest % count * outerStrides[slot]
                rest /= count
            }
        }
        return sum
    }
}
