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
    var rowsUsed: Int32 = 0
    var columnsUsed: Int32 = 0

    /// Elements of anti-diagonal `d` that hold operands.
    func usedElements(onDiagonal d: Int) -> Int {
        max(0, min(Int(rowsUsed) - 1, d) - max(0, d - Int(columnsUsed) + 1) + 1)
    }
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

/// Anti-diagonals first...last that carry a signal.
struct DiagonalRun: Sendable {
    var first: Int
    var last: Int

    /// The columns of row `row` on these anti-diagonals.
    @inline(__always)
    func columns(inRow row: Int, of columns: Int) -> (first: Int, end: Int) {
        (max(0, first - row), min(columns, last - row + 1))
    }

    /// The runs of waves that belong to a command.
    static func runs(of line: WaveLine, into runs: inout [DiagonalRun]) {
        runs.removeAll(keepingCapacity: true)
        line.waves.withUnsafeBufferPointer { waves in
            var d = 0
            while d < waves.count {
                guard waves[d].slot >= 0 else { d += 1; continue }
                let first = d
                while d < waves.count, waves[d].slot >= 0 { d += 1 }
                runs.append(DiagonalRun(first: first, last: d - 1))
            }
        }
    }
}
