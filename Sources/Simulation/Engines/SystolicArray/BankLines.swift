import Programs

/// The lines of a memory that one access touches, and how many of them the fullest bank has to read.
struct BankLines {
    private let banks: Int
    private var lines: [Int] = []
    /// True while every line added lies behind the one before.
    private var isAscending = true
    /// Lines from which on repetitions are looked for.
    private var limit = Self.firstLimit
    private static let firstLimit = 1 << 14
    /// Lines by bank, all zero between accesses.
    private var perBank: [Int]

    init(banks: Int) {
        self.banks = max(1, banks)
        perBank = Array(repeating: 0, count: self.banks)
    }

    /// Adds the lines from `first` to `last`. A line counts once, however often it is added.
    @inline(__always)
    mutating func add(_ first: Int, through last: Int) {
        var line = first
        if let previous = lines.last {
            if line == previous { line += 1 } else if line < previous { isAscending = false }
        }
        while line <= last {
            lines.append(line)
            line += 1
        }
        if lines.count > limit { forgetRepetitions() }
    }

    /// Neighbouring vectors of a block touch the same lines again and again.
    private mutating func forgetRepetitions() {
        lines.sort()
        var kept = 0
        for line in lines where kept == 0 || lines[kept - 1] != line {
            lines[kept] = line
            kept += 1
        }
        lines.removeSubrange(kept...)
        isAscending = true
        limit = max(Self.firstLimit, 2 * kept)
    }

    /// Cycles of the access, at least one; forgets the lines.
    mutating func finish() -> Int {
        if !isAscending { forgetRepetitions() }
        var most = 1
        for line in lines {
            let bank = floorRemainder(line, banks)
            perBank[bank] += 1
            most = max(most, perBank[bank])
        }
        for line in lines { perBank[floorRemainder(line, banks)] = 0 }
        lines.removeAll(keepingCapacity: true)
        isAscending = true
        return most
    }
}

/// Accesses that cost alike, by what decides their cost: a hash table of short keys.
struct AccessClasses {
    private let width: Int
    private var keys: [Int] = []
    private var costs: [Int] = []
    /// Class + 1 by hash, 0 where there is none; a power of two of them.
    private var places: [Int32] = Array(repeating: 0, count: 64)
    /// The class found last: neighbouring vectors are often alike.
    private var latest = -1

    init(keyWidth: Int) { width = keyWidth }

    /// Cost of the class with this key; worked out when it is new.
    @inline(__always)
    mutating func cost(of key: UnsafeMutablePointer<Int>, else compute: () -> Int) -> Int {
        if latest >= 0, matches(latest, key) { return costs[latest] }
        var hash: UInt = 0
        for position in 0..<width { hash = (hash ^ UInt(bitPattern: key[position])) &* 0x9E37_79B9_7F4A_7C15; hash ^= hash >> 29 }
        var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
        while places[place] != 0 {
            let known = Int(places[place]) - 1
            if matches(known, key) {
                latest = known
                return costs[known]
            }
            place = (place + 1) & (places.count - 1)
        }
        let cost = compute()
        latest = costs.count
        costs.append(cost)
        for position in 0..<width { keys.append(key[position]) }
        places[place] = Int32(costs.count)
        if 2 * costs.count > places.count { grow() }
        return cost
    }

    @inline(__always)
    private func matches(_ known: Int, _ key: UnsafeMutablePointer<Int>) -> Bool {
        for position in 0..<width where keys[known * width + position] != key[position] { return false }
        return true
    }

    private mutating func grow() {
        places = Array(repeating: 0, count: 4 * places.count)
        for known in costs.indices {
            var hash: UInt = 0
            for position in 0..<width { hash = (hash ^ UInt(bitPattern: keys[known * width + position])) &* 0x9E37_79B9_7F4A_7C15; hash ^= hash >> 29 }
            var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
            while places[place] != 0 { place = (place + 1) & (places.count - 1) }
            places[place] = Int32(known + 1)
        }
    }
}
