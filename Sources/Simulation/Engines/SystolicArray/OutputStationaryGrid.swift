/// The registers of an output-stationary array, as flat planes of rows × columns.
///
/// An element holds the left and the top operand that it consumes in this cycle, its sum, and for `drain: shift` a drain
/// register and the pipeline register below that. Every plane moves in every cycle.
struct OutputStationaryGrid<Operand: DatapathOperand>: Sendable {
    private let rows: Int
    private let columns: Int
    private let shiftsOut: Bool
    private var left: [Operand]
    private var top: [Operand]
    private var sums: [Operand.Sum]
    private var drain: [Operand.Sum]
    private var below: [Operand.Sum]
    private var leftSkew: SkewBuffer<Operand>
    private var topSkew: SkewBuffer<Operand>
    private var waves: WaveLine
    private var pulses: WaveLine
    private var pulseRuns: [DiagonalRun] = []
    private var beginnings: [Int] = []
    private var endings: [Int] = []

    init(rows: Int, columns: Int, shiftsOut: Bool) {
        self.rows = rows
        self.columns = columns
        self.shiftsOut = shiftsOut
        left = Array(repeating: .zero, count: rows * columns)
        top = left
        sums = Array(repeating: Operand.zeroSum, count: rows * columns)
        drain = shiftsOut ? sums : []
        below = drain
        leftSkew = SkewBuffer(lanes: rows)
        topSkew = SkewBuffer(lanes: columns)
        waves = WaveLine(diagonals: rows + columns - 1)
        pulses = WaveLine(diagonals: rows + columns - 1)
    }

    /// One cycle. Returns the places of the commands whose last wave, and whose last pulse, has passed the last element.
    mutating func step(_ entry: ArraySequencer.Entry, flights: inout [Flight<Operand>]) -> (stream: Int?, drain: Int?) {
        enter(entry, flights: &flights)
        findWork(flights: &flights)
        moveOperands()
        if shiftsOut {
            pulseRuns.removeAll(keepingCapacity: true)
            pulses.forEachRun { pulseRuns.append(DiagonalRun(first: $0.first, last: $0.last)) }
            deliverFromDrain(to: &flights)
        }
        for row in stride(from: rows - 1, through: 0, by: -1) {
            stepRow(row)
        }
        if !shiftsOut { deliverFromElements(to: &flights) }
        let lastWave = waves.waves[rows + columns - 2]
        let lastPulse = pulses.waves[rows + columns - 2]
        return (lastWave.closes ? Int(lastWave.slot) : nil, lastPulse.closes ? Int(lastPulse.slot) : nil)
    }

    private mutating func enter(_ entry: ArraySequencer.Entry, flights: inout [Flight<Operand>]) {
        var wave = Wave()
        if let (command, step) = entry.vector {
            let tile = command.tile
            let last = step == tile.stream - 1
            wave = Wave(
                slot: Int32(truncatingIfNeeded: command.slot), step: Int32(truncatingIfNeeded: step),
                begins: step == 0 && tile.initialize, finishes: last && tile.drainAfter,
                closes: last && !(tile.drainAfter && shiftsOut))
            leftSkew.push(flights[command.slot].left, offset: step, stride: tile.stream, count: tile.rowsUsed)
            topSkew.push(flights[command.slot].top, offset: step * tile.columnsUsed, stride: 1, count: tile.columnsUsed)
            flights[command.slot].counts.leftReads += tile.rowsUsed
            flights[command.slot].counts.topReads += tile.columnsUsed
        } else {
            leftSkew.pushZeros()
            topSkew.pushZeros()
        }
        waves.shift(entering: wave)

        var pulse = Wave()
        if let (command, number) = entry.drainPulse {
            pulse.slot = Int32(truncatingIfNeeded: command.slot)
            pulse.step = Int32(truncatingIfNeeded: number)
            pulse.closes = number == rows - 1
        }
        pulses.shift(entering: pulse)
    }

    /// Finds where sums begin and end, and counts the multiply-accumulates on used elements.
    private mutating func findWork(flights: inout [Flight<Operand>]) {
        beginnings.removeAll(keepingCapacity: true)
        endings.removeAll(keepingCapacity: true)
        waves.forEachRun { run in
            // The first vector of a tile is the furthest along of its run, the last one the least far.
            if waves.waves[run.last].begins { beginnings.append(run.last) }
            if waves.waves[run.first].finishes { endings.append(run.first) }
            flights[run.slot].counts.macs += flights[run.slot].used.elements(on: run)
        }
    }

    /// Left operands move one element to the right, top operands one down; the edges take what leaves the skew registers.
    private mutating func moveOperands() {
        let count = rows * columns
        left.withUnsafeMutableBufferPointer { plane in
            guard let first = plane.baseAddress else { return }
            (first + 1).update(from: first, count: count - 1)
        }
        top.withUnsafeMutableBufferPointer { plane in
            guard let first = plane.baseAddress else { return }
            (first + columns).update(from: first, count: count - columns)
        }
        leftSkew.tap(into: &left, stride: columns)
        topSkew.tap(into: &top, stride: 1)
    }

    /// One row: begin sums, multiply and add, pass drained sums down, take over finished ones.
    private mutating func stepRow(_ row: Int) {
        let base = row * columns
        for diagonal in beginnings where diagonal >= row && diagonal - row < columns {
            sums[base + diagonal - row] = Operand.zeroSum
        }
        Self.multiplyRow(&sums, left, top, base: base, columns: columns)
        guard shiftsOut else { return }
        for run in pulseRuns {
            let (first, end) = run.columns(inRow: row, of: columns)
            if first < end { Self.shiftRow(&drain, &below, base: base, columns: columns, first: first, end: end) }
        }
        for diagonal in endings where diagonal >= row && diagonal - row < columns {
            drain[base + diagonal - row] = sums[base + diagonal - row]
        }
    }

    private static func multiplyRow(
        _ sums: inout [Operand.Sum], _ left: [Operand], _ top: [Operand], base: Int, columns: Int
    ) {
        sums.withUnsafeMutableBufferPointer { sums in
            left.withUnsafeBufferPointer { left in
                top.withUnsafeBufferPointer { top in
                    guard let sums = sums.baseAddress, let left = left.baseAddress, let top = top.baseAddress else { return }
                    let out = sums + base
                    let a = left + base
                    let b = top + base
                    Operand.multiplyAddRow(out, out, a, b, count: columns)
                }
            }
        }
    }

    /// Finished sums of part of a row move down one place: through the register below into the next row.
    private static func shiftRow(
        _ drain: inout [Operand.Sum], _ below: inout [Operand.Sum], base: Int, columns: Int, first: Int, end: Int
    ) {
        for c in (base + first)..<(base + end) {
            below[c] = drain[c]
            drain[c] = base == 0 ? Operand.zeroSum : below[c - columns]
        }
    }

    /// Hands over what the bottom row's drain registers shift out; pulse p carries the sums of row R − 1 − p.
    private func deliverFromDrain(to flights: inout [Flight<Operand>]) {
        for column in 0..<columns {
            let pulse = pulses.waves[rows - 1 + column]
            guard pulse.slot >= 0 else { continue }
            deliver(
                drain[(rows - 1) * columns + column], row: rows - 1 - Int(pulse.step), column: column,
                to: &flights[Int(pulse.slot)])
        }
    }

    /// Hands over finished sums on the result buses, at most one in each column.
    private func deliverFromElements(to flights: inout [Flight<Operand>]) {
        for diagonal in endings {
            let slot = Int(waves.waves[diagonal].slot)
            for row in max(0, diagonal - columns + 1)...min(rows - 1, diagonal) {
                let column = diagonal - row
                precondition(
                    endings.allSatisfy { $0 == diagonal || $0 - column < 0 || $0 - column >= rows },
                    "two results meet on the bus of column \(column)")
                deliver(sums[row * columns + column], row: row, column: column, to: &flights[slot])
            }
        }
    }

    private func deliver(_ sum: Operand.Sum, row: Int, column: Int, to flight: inout Flight<Operand>) {
        guard row < flight.tile.rowsUsed, column < flight.tile.columnsUsed else { return }
        flight.result[row * flight.tile.columnsUsed + column] = sum
        flight.counts.resultWrites += 1
    }
}
