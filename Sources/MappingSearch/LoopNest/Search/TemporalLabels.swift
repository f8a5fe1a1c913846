/// What a partial loop nest still has running, for each tensor, in one word.
///
/// A tensor's boundary is open while no loop outside of the child level has moved its tile: the loops that were placed since then cost
/// it nothing. All open boundaries of a tensor are the ones that were opened last, so that their number says which.
struct OpenBoundaries {
    /// A coordinate that is the sum of two dimensions, along which a tile can slide.
    struct Sliding {
        var rank: Int
        var first: LoopNestProblem.Term
        var second: LoopNestProblem.Term
    }

    struct Field {
        var shift: UInt64
        /// Width of the whole field.
        var mask: UInt64
        var slidings: [Sliding]
    }

    let fields: [Field]
    /// Bits for loops of fixed length that the current level has had already.
    let jumpShift: UInt64
    /// Whether there is room for boundaries that go on sliding after the next one has opened.
    let hasOlder: Bool

    static let countBits: UInt64 = 4
    private static let modeBits: UInt64 = 3
    private static let placeBits: UInt64 = 8
    /// Of a run of open boundaries that began together: how many there are, along which coordinate they slide, since when.
    private static let runBits = countBits + modeBits + 2 * placeBits
    /// The rest is for loops of fixed length.
    private static let tensorBits: UInt64 = 56

    /// - Returns: `nil` for problems that do not fit into the word.
    init?(_ problem: LoopNestProblem, _ extents: [Int]) {
        var found: [[Sliding]] = []
        for space in problem.dataSpaces {
            var slidings: [Sliding] = []
            for (rank, terms) in space.ranks.enumerated() {
                // What has one round is no part of the sum.
                let moving = terms.filter { problem.dimensions[$0.dimension].extent > 1 }
                guard moving.count <= 2 else { return nil }
                if moving.count == 2, moving[0].dimension != moving[1].dimension {
                    slidings.append(Sliding(rank: rank, first: moving[0], second: moving[1]))
                }
            }
            guard slidings.count < 7 else { return nil }
            found.append(slidings)
        }
        func bits(_ isOlder: Bool) -> [UInt64] {
            found.map { $0.isEmpty ? Self.countBits : isOlder ? 2 * Self.runBits : Self.runBits }
        }
        hasOlder = bits(true).reduce(0, +) <= Self.tensorBits
        var shift: UInt64 = 0
        var fields: [Field] = []
        for (slidings, width) in zip(found, bits(hasOlder)) {
            fields.append(Field(shift: shift, mask: (1 << width) - 1, slidings: slidings))
            shift += width
        }
        guard shift <= Self.tensorBits else { return nil }
        jumpShift = shift
        self.fields = fields
    }

    // A run: number of open boundaries; 0 or one more than the sliding it is in; where that began, in its two dimensions. A field:
    // the run that was opened last and, for a tensor that slides, the one before, which is sliding.

    @inline(__always)
    static func older(_ field: UInt64) -> UInt64 { field >> runBits }

    @inline(__always)
    static func latest(_ field: UInt64) -> UInt64 { field & ((1 << runBits) - 1) }

    @inline(__always)
    static func field(_ latest: UInt64, older: UInt64) -> UInt64 { latest | older << runBits }

    @inline(__always)
    static func count(_ field: UInt64) -> Int { Int(field & 15) }

    @inline(__always)
    static func mode(_ field: UInt64) -> Int { Int((field >> countBits) & 7) }

    @inline(__always)
    static func places(_ field: UInt64) -> (Int, Int) {
        (Int((field >> (countBits + modeBits)) & 255), Int((field >> (countBits + modeBits + placeBits)) & 255))
    }

    @inline(__always)
    static func sliding(_ count: Int, _ mode: Int, _ first: Int, _ second: Int) -> UInt64 {
        UInt64(count) | UInt64(mode) << countBits | UInt64(first) << (countBits + modeBits) | UInt64(second) << (countBits + modeBits + placeBits)
    }

    /// Whether all that is open in `b` is open in `a`, in the same state.
    @inline(__always)
    func covers(_ a: UInt64, _ b: UInt64) -> Bool {
        if a == b { return true }
        guard a >> jumpShift == b >> jumpShift else { return false }
        for field in fields {
            let x = (a >> field.shift) & field.mask, y = (b >> field.shift) & field.mask
            if y == 0 || x == y { continue }
            guard x & 15 >= y & 15, x >> Self.countBits == y >> Self.countBits else { return false }
        }
        return true
    }
}

/// All partial loop nests, in the order in which they were made.
struct TemporalLabels {
    var keys: [UInt64] = []
    /// Picojoules, if everything that is open were moved from now on.
    var costs: [Double] = []
    /// Picojoules that it can cost more, where costs are lower bounds.
    var errors: [Double] = []
    /// The label that this one continues; -1 for the first.
    var parents: [Int32] = []
    /// Which loop was added: level, dimension and rounds; rounds of 1 for none.
    var levels: [Int8] = []
    var dimensions: [Int8] = []
    var rounds: [Int] = []
    /// Next in the list of the same extents.
    var following: [Int32] = []

    /// A list of labels of the same extents, from its first.
    func list(_ head: Int32) -> [Int] {
        var list: [Int] = []
        var label = head
        while label >= 0 {
            list.append(Int(label))
            label = following[Int(label)]
        }
        return list
    }

    mutating func removeAll() {
        keys.removeAll(keepingCapacity: true)
        costs.removeAll(keepingCapacity: true)
        errors.removeAll(keepingCapacity: true)
        parents.removeAll(keepingCapacity: true)
        levels.removeAll(keepingCapacity: true)
        dimensions.removeAll(keepingCapacity: true)
        rounds.removeAll(keepingCapacity: true)
        following.removeAll(keepingCapacity: true)
    }
}
