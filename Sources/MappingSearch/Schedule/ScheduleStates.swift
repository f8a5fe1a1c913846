/// States of the search for a schedule: which operators have run, which tensors are on chip, which are off chip.
///
/// All in flat arrays. A state whose operators another state has run too, and that is no better in any tensor or makes up for
/// it by its cost, is dropped as soon as it comes up.
struct ScheduleStates {
    /// Words of the set of operators, and of each of the two sets of tensors.
    let operatorWords: Int
    let tensorWords: Int
    let stride: Int
    private let sizes: [Int]

    /// Operators that have run; tensors on chip; tensors with a copy off chip. Only tensors that are still needed.
    private(set) var words: [UInt64] = []
    /// Bytes beyond the compulsory ones: what was written to make room, and what will be read again for that.
    private(set) var costs: [Int] = []
    /// No schedule through the state costs less.
    var estimates: [Int] = []
    private(set) var depths: [Int32] = []
    private(set) var bytesOnChip: [Int] = []
    private(set) var parents: [Int32] = []
    /// The operator that ran last; -1 at the start.
    private(set) var operations: [Int32] = []
    /// Dropped for a better one.
    private(set) var isDropped: [Bool] = []
    /// The next state with the same hash of operators; -1 for none.
    private var next: [Int32] = []
    private var heads: [Int32]

    var count: Int { costs.count }

    /// 64-bit words of all states together, half a gibibyte: beyond, a search gives up.
    static let maximumWords = 1 << 26
    var isFull: Bool { words.count >= Self.maximumWords || count >= Int(Int32.max) - (1 << 20) }

    init(operators: Int, sizes: [Int]) {
        operatorWords = max(1, (operators + 63) / 64)
        tensorWords = max(1, (sizes.count + 63) / 64)
        stride = operatorWords + 2 * tensorWords
        self.sizes = sizes
        heads = [Int32](repeating: -1, count: 1 << 12)
    }

    /// Adds a state unless one that is there is at least as good; drops those that it is better than.
    ///
    /// - Returns: its number; `nil` when it was not worth adding.
    mutating func insert(_ state: [UInt64], cost: Int, depth: Int, bytes: Int, parent: Int32, operation: Int32) -> Int32? {
        if count > heads.count { rehash() }
        let slot = slot(of: state, at: 0)
        var other = heads[slot]
        while other >= 0 {
            let index = Int(other)
            if !isDropped[index], hasSameOperators(index, state) {
                if costs[index] <= cost, costs[index] + disadvantage(ofStored: index, against: state) <= cost { return nil }
                if cost <= costs[index], cost + disadvantage(of: state, againstStored: index) <= costs[index] { isDropped[index] = true }
            }
            other = next[index]
        }
        let number = Int32(count)
        words.append(contentsOf: state)
        costs.append(cost)
        estimates.append(cost)
        depths.append(Int32(depth))
        bytesOnChip.append(bytes)
        parents.append(parent)
        operations.append(operation)
        isDropped.append(false)
        next.append(heads[slot])
        heads[slot] = number
        return number
    }

    /// Forgets everything but keeps the room.
    mutating func removeAll() {
        words.removeAll(keepingCapacity: true)
        costs.removeAll(keepingCapacity: true)
        estimates.removeAll(keepingCapacity: true)
        depths.removeAll(keepingCapacity: true)
        bytesOnChip.removeAll(keepingCapacity: true)
        parents.removeAll(keepingCapacity: true)
        operations.removeAll(keepingCapacity: true)
        isDropped.removeAll(keepingCapacity: true)
        next.removeAll(keepingCapacity: true)
        for index in heads.indices { heads[index] = -1 }
    }

    private func slot(of list: [UInt64], at start: Int) -> Int {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        for word in start..<start + operatorWords {
            hash ^= list[word]
            hash = hash &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 29
        }
        return Int(truncatingIfNeeded: hash) & (heads.count - 1)
    }

    private mutating func rehash() {
        heads = [Int32](repeating: -1, count: heads.count * 4)
        for index in 0..<count where !isDropped[index] {
            let slot = slot(of: words, at: index * stride)
            next[index] = heads[slot]
            heads[slot] = Int32(index)
        }
    }

    private func hasSameOperators(_ index: Int, _ state: [UInt64]) -> Bool {
        for word in 0..<operatorWords where words[index * stride + word] != state[word] { return false }
        return true
    }

    private func disadvantage(ofStored index: Int, against state: [UInt64]) -> Int {
        var sum = 0
        let (on, off) = (index * stride + operatorWords, index * stride + operatorWords + tensorWords)
        for word in 0..<tensorWords {
            sum += worth(words[on + word], words[off + word], below: state[operatorWords + word], state[operatorWords + tensorWords + word], word)
        }
        return sum
    }

    private func disadvantage(of state: [UInt64], againstStored index: Int) -> Int {
        var sum = 0
        let (on, off) = (index * stride + operatorWords, index * stride + operatorWords + tensorWords)
        for word in 0..<tensorWords {
            sum += worth(state[operatorWords + word], state[operatorWords + tensorWords + word], below: words[on + word], words[off + word], word)
        }
        return sum
    }

    /// Bytes to move so that no tensor is worse than in the other state. A tensor that left the chip has its way back paid and
    /// takes no room, so that is best: it costs two moves to get there from being on chip alone, and one where a copy is off chip.
    private func worth(_ on: UInt64, _ off: UInt64, below otherOn: UInt64, _ otherOff: UInt64, _ word: Int) -> Int {
        var sum = 0
        // Written there and not here.
        var bits = otherOff & ~off & on
        while bits != 0 {
            sum += sizes[word * 64 + bits.trailingZeroBitCount]
            bits &= bits - 1
        }
        // Gone from the chip there and not here.
        bits = on & ~otherOn
        while bits != 0 {
            sum += sizes[word * 64 + bits.trailingZeroBitCount]
            bits &= bits - 1
        }
        return sum
    }
}
