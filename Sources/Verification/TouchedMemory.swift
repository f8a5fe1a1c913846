/// Who has touched a memory: in pieces of which all bytes were touched by the same steps.
struct TouchedMemory {
    /// A step of a unit that has touched a piece.
    struct Past {
        var unit: Int
        var position: Int32
        var operatorIndex: Int
        var isWrite: Bool
        /// All bytes that the step has touched, of which the piece is a part.
        var bytes: Range<Int>
        /// The operator whose access stands for this one, for all but itself; -1 for none.
        var standIn = -1

        /// Notes that a later access comes after this one, so that what comes after it comes after both.
        ///
        /// Within the later access's own operator other semaphores count, and that one stands for nothing: the two are told apart until
        /// another operator's access stands for both.
        /// - Returns: whether this one still has to be kept.
        mutating func isKept(besides operatorIndex: Int) -> Bool {
            if self.operatorIndex == operatorIndex { return false }
            if standIn == -1 || standIn == operatorIndex {
                standIn = operatorIndex
                return true
            }
            return false
        }
    }

    private var starts: [Int] = [Int.min]
    private var pieces: [[Past]] = [[]]

    /// Calls `body` with the steps that have touched each piece of some bytes.
    mutating func update(_ bytes: Range<Int>, _ body: (inout [Past]) -> Void) {
        guard !bytes.isEmpty else { return }
        let first = cut(at: bytes.lowerBound)
        let end = cut(at: bytes.upperBound)
        for place in first..<end { body(&pieces[place]) }
    }

    /// The piece that begins at a byte.
    private mutating func cut(at byte: Int) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= byte { low = middle } else { high = middle }
        }
        if starts[low] == byte { return low }
        starts.insert(byte, at: low + 1)
        pieces.insert(pieces[low], at: low + 1)
        return low + 1
    }
}
