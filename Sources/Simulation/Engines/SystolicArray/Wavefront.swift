/// Control that travels with the operands.
///
/// Element (r, c) sees every control signal r + c cycles after it has entered at (0, 0), so all elements of one anti-diagonal hold
/// equal control bits; they are kept once per anti-diagonal and move one on in each cycle.
struct Wave: Sendable {
    /// Place of the command that the wave belongs to, −1 for none.
    var slot: Int32 = -1
    /// Number of the streamed vector, or of the drain pulse.
    var step: Int32 = 0
    /// First vector of its tile: swap in the shadow operand, or begin the sum from zero.
    var begins = false
    /// Last vector of a tile whose sums leave the elements.
    var finishes = false
    /// Last wave of its command: the command is done when this has passed the last element.
    var closes = false
}

/// A register per anti-diagonal.
struct WaveLine: Sendable {
    private(set) var waves: [Wave]

    init(diagonals: Int) { waves = Array(repeating: Wave(), count: diagonals) }

    /// Moves every wave one on and lets `wave` enter; the last one leaves.
    mutating func shift(entering wave: Wave) {
        waves.withUnsafeMutableBufferPointer { waves in
            guard let first = waves.baseAddress else { return }
            (first + 1).update(from: first, count: waves.count - 1)
            first.pointee = wave
        }
    }
}

extension WaveLine {
    /// Waves of one command on neighbouring anti-diagonals, `first`...`last`. The further along, the earlier the wave entered.
    struct Run: Sendable {
        var slot: Int
        var first: Int
        var last: Int
    }

    /// Calls `body` for every run of waves.
    @inline(__always)
    func forEachRun(_ body: (Run) -> Void) {
        waves.withUnsafeBufferPointer { waves in
            var d = 0
            while d < waves.count {
                let slot = waves[d].slot
                let first = d
                repeat { d &+= 1 } while d < waves.count && waves[d].slot == slot
                if slot >= 0 { body(Run(slot: Int(slot), first: first, last: d &- 1)) }
            }
        }
    }
}

/// Shift enables, one register per anti-diagonal.
struct EnableLine: Sendable {
    private var enables: [Bool]
    /// Cycles until no enable is left in the line, if none enters.
    private var remaining = 0

    init(diagonals: Int) { enables = Array(repeating: false, count: diagonals) }

    var isEmpty: Bool { remaining == 0 }

    mutating func shift(entering enable: Bool) {
        if enable { remaining = enables.count } else if remaining > 0 { remaining -= 1 } else { return }
        enables.withUnsafeMutableBufferPointer { enables in
            guard let first = enables.baseAddress else { return }
            (first + 1).update(from: first, count: enables.count - 1)
            first.pointee = enable
        }
    }

    /// The runs of anti-diagonals that are enabled.
    func runs(into runs: inout [DiagonalRun]) {
        runs.removeAll(keepingCapacity: true)
        guard !isEmpty else { return }
        enables.withUnsafeBufferPointer { enables in
            var d = 0
            while d < enables.count {
                guard enables[d] else { d &+= 1; continue }
                let first = d
                repeat { d &+= 1 } while d < enables.count && enables[d]
                runs.append(DiagonalRun(first: first, last: d &- 1))
            }
        }
    }
}

/// Anti-diagonals first...last that carry a signal.
struct DiagonalRun: Sendable {
    var first: Int
    var last: Int

    /// The columns of row `row` on these anti-diagonals.
    @inline(__always)
    func columns(inRow row: Int, of columns: Int) -> (first: Int, end: Int) {
        (max(0, first &- row), min(columns, last &- row &+ 1))
    }
}

/// Elements with operands on the anti-diagonals of a partial tile, summed up from the first one.
struct DiagonalSums: Sendable {
    private let sums: [Int]

    init(rowsUsed: Int, columnsUsed: Int, diagonals: Int) {
        var sums = [0]
        for d in 0..<diagonals {
            let elements = min(rowsUsed - 1, d) - max(0, d - columnsUsed + 1) + 1
            sums.append(sums[d] + max(0, elements))
        }
        self.sums = sums
    }

    func elements(on run: WaveLine.Run) -> Int { sums[run.last + 1] - sums[run.first] }
}
