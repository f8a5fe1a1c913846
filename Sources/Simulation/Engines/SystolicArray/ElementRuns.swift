import Programs

/// The elements of an access in order: neighbours that the same guards decide on make a run.
struct ElementRuns {
    /// First and last bit of each run, relative to the access, and its guards' parts.
    private var first: [Int] = []
    private var last: [Int] = []
    private var parts: [Int] = []
    /// Smallest and largest part by guard.
    private var least: [Int]
    private var greatest: [Int]
    private let guardCount: Int

    /// Codes for a guard that holds for all elements of an access, or for none.
    private static let always = Int.max
    private static let never = Int.min

    init(_ table: [Int], width: Int, bits: Int, _ guards: [ImplicitOperand.Guard]) {
        guardCount = width - 1
        least = Array(repeating: Int.max, count: guardCount)
        greatest = Array(repeating: Int.min, count: guardCount)
        for row in 0..<(table.count / width) {
            let bit = table[row * width] &* bits
            var continues = last.last.map { $0 &+ 1 == bit } ?? false
            for index in 0..<guardCount {
                let part = table[row * width + index + 1]
                least[index] = min(least[index], part)
                greatest[index] = max(greatest[index], part)
                if continues, parts[parts.count - guardCount + index] != part { continues = false }
            }
            if continues {
                last[last.count - 1] = bit &+ bits &- 1
            } else {
                first.append(bit)
                last.append(bit &+ bits &- 1)
                parts.append(contentsOf: table[(row * width + 1)..<((row + 1) * width)])
            }
        }
    }

    /// What decides a guard's outcome for the elements of an access whose own part of it is `part`.
    @inline(__always)
    func outcome(of index: Int, _ relation: Condition.Relation, _ part: Int) -> Int {
        let low = relation.holds(part &+ least[index], 0)
        let high = relation.holds(part &+ greatest[index], 0)
        switch relation {
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return low != high ? part : low ? Self.always : Self.never
        case .equal, .notEqual: return part
        }
    }

    /// Adds the lines of an access that begins at bit `key[0]` and whose guards have the outcomes behind it.
    func add(_ key: UnsafeMutablePointer<Int>, _ guards: [ImplicitOperand.Guard], lineBits: Int, to lines: inout BankLines) {
        for run in first.indices {
            var isThere = true
            for index in 0..<guardCount where isThere {
                switch key[index + 1] {
                case Self.always: break
                case Self.never: isThere = false
                case let part: isThere = guards[index].relation.holds(part &+ parts[run * guardCount + index], 0)
                }
            }
            guard isThere else { continue }
            lines.add(floorDivide(key[0] &+ first[run], lineBits), through: floorDivide(key[0] &+ last[run], lineBits))
        }
    }
}
