/// The tags of a set-associative cache and which line goes next: what is in it, without time.
public struct CacheDirectory: Sendable {
    /// What an access found.
    public struct Outcome: Hashable, Sendable {
        public var isHit: Bool
        /// Where the line is, or was put: set × ways + way; -1 when it was not brought in.
        public var slot: Int
        /// Number of the line that made room; `nil` when none did.
        public var evicted: Int?
        /// It must be written to memory.
        public var evictedIsDirty: Bool
    }

    public let sets: Int
    public let ways: Int
    private let replacement: CacheParameters.Replacement
    /// Line number by slot; -1 for none.
    private(set) var lines: [Int]
    private(set) var isDirty: [Bool]
    /// LRU: a counter that grows with each use.
    private var lastUse: [Int]
    private var uses = 0
    /// Tree of bits by set: node n has children 2n and 2n + 1, the root is 1; a set bit points right.
    private var tree: [UInt64]
    private var random: Xorshift64Star

    init(_ parameters: CacheParameters) {
        sets = parameters.sets
        ways = parameters.ways
        replacement = parameters.replacement
        lines = Array(repeating: -1, count: sets * ways)
        isDirty = Array(repeating: false, count: sets * ways)
        lastUse = Array(repeating: 0, count: parameters.replacement == .leastRecentlyUsed ? sets * ways : 0)
        tree = Array(repeating: 0, count: parameters.replacement == .treePseudoLRU ? sets : 0)
        if case .random(let seed) = parameters.replacement { random = Xorshift64Star(seed: seed) } else { random = Xorshift64Star(seed: 0) }
    }

    /// The slot of a line; `nil` when it is not there. Changes nothing.
    public func find(_ line: Int) -> Int? {
        let first = (line & (sets - 1)) * ways
        for slot in first..<first + ways where lines[slot] == line { return slot }
        return nil
    }

    /// Looks a line up, and brings it in if it is not there and `allocates`. `marksDirty` for a write whose data stays here.
    public mutating func access(_ line: Int, marksDirty: Bool, allocates: Bool) -> Outcome {
        if let slot = find(line) {
            touch(slot)
            if marksDirty { isDirty[slot] = true }
            return Outcome(isHit: true, slot: slot, evicted: nil, evictedIsDirty: false)
        }
        guard allocates else { return Outcome(isHit: false, slot: -1, evicted: nil, evictedIsDirty: false) }
        let slot = victim(in: line & (sets - 1))
        let old = lines[slot]
        let outcome = Outcome(isHit: false, slot: slot, evicted: old < 0 ? nil : old, evictedIsDirty: old >= 0 && isDirty[slot])
        lines[slot] = line
        isDirty[slot] = marksDirty
        touch(slot)
        return outcome
    }

    /// Empties the cache and returns the lines that must be written to memory, in the order of their slots.
    public mutating func flush() -> [Int] {
        var dirty: [Int] = []
        for slot in lines.indices {
            if lines[slot] >= 0 && isDirty[slot] { dirty.append(lines[slot]) }
            lines[slot] = -1
            isDirty[slot] = false
        }
        return dirty
    }

    private mutating func touch(_ slot: Int) {
        switch replacement {
        case .leastRecentlyUsed:
            uses += 1
            lastUse[slot] = uses
        case .treePseudoLRU:
            let set = slot / ways
            var node = 1
            var half = ways / 2
            let way = slot % ways
            while half >= 1 {
                let goesRight = way & half != 0
                // Point away from the line used.
                if goesRight { tree[set] &= ~(1 << UInt64(node)) } else { tree[set] |= 1 << UInt64(node) }
                node = 2 * node + (goesRight ? 1 : 0)
                half /= 2
            }
        case .random: break
        }
    }

    private mutating func victim(in set: Int) -> Int {
        let first = set * ways
        for slot in first..<first + ways where lines[slot] < 0 { return slot }
        switch replacement {
        case .leastRecentlyUsed:
            var oldest = first
            for slot in first..<first + ways where lastUse[slot] < lastUse[oldest] { oldest = slot }
            return oldest
        case .treePseudoLRU:
            var node = 1
            while node < ways { node = 2 * node + Int(tree[set] >> UInt64(node) & 1) }
            return first + node - ways
        case .random: return first + random.below(ways)
        }
    }

    /// Appends what shapes the future.
    func writeState(into state: inout [Int]) {
        for slot in lines.indices where lines[slot] >= 0 { state += [slot, lines[slot], isDirty[slot] ? 1 : 0] }
        state.append(-1)
        // Only the order of use within a set matters.
        if !lastUse.isEmpty {
            for set in 0..<sets {
                state += (set * ways..<(set + 1) * ways).filter { lines[$0] >= 0 }.sorted { lastUse[$0] < lastUse[$1] }
            }
        }
        for word in tree { state.append(Int(bitPattern: UInt(word))) }
        if case .random = replacement {
            var copy = random
            state.append(Int(bitPattern: UInt(copy.next())))
        }
    }
}
