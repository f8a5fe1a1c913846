/// The registers of a weight- or input-stationary array, as flat planes of rows × columns.
///
/// An element holds the operand it multiplies by (`active`), the next one (`shadow`), the pipeline register below its shadow,
/// the streamed operand that it consumes in this cycle, and its sum. Every plane moves in every cycle.
struct StationaryGrid<Operand: DatapathOperand>: Sendable {
    private let rows: Int
    private let columns: Int
    private var active: [Operand]
    private var shadow: [Operand]
    private var below: [Operand]
    private var streamed: [Operand]
    /// One row more than the array: row 0 is the zero that enters at the top, row r + 1 the sums of row r.
    private var sums: [Operand.Sum]
    private var leftSkew: SkewBuffer<Operand>
    private var topSkew: SkewBuffer<Operand>
    /// The stationary row as it enters row 0, skewed.
    private var topRow: [Operand]
    private var waves: WaveLine
    private var shifts: EnableLine
    private var shiftRuns: [DiagonalRun] = []
    private var swaps: [Int] = []

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        let plane = [Operand](repeating: .zero, count: rows * columns)
        active = plane; shadow = plane; below = plane; streamed = plane
        sums = Array(repeating: Operand.zeroSum, count: (rows + 1) * columns)
        leftSkew = SkewBuffer(lanes: rows)
        topSkew = SkewBuffer(lanes: columns)
        topRow = Array(repeating: .zero, count: columns)
        waves = WaveLine(diagonals: rows + columns - 1)
        shifts = EnableLine(diagonals: rows + columns - 1)
    }

    /// One cycle. Returns the place of the command whose last wave has passed the last element.
    mutating func step(_ entry: ArraySequencer.Entry, flights: inout [Flight<Operand>]) -> Int? {
        enter(entry, flights: &flights)
        shifts.runs(into: &shiftRuns)
        swaps.removeAll(keepingCapacity: true)
        countWork(flights: &flights)
        moveStreamed()
        if !shiftRuns.isEmpty { topSkew.tap(into: &topRow, stride: 1) }
        Self.stepRows(
            active: &active, shadow: &shadow, below: &below, streamed: streamed, sums: &sums, topRow: topRow, rows: rows,
            columns: columns, swaps: swaps, shiftRuns: shiftRuns)
        deliver(to: &flights)
        let last = waves.waves[rows + columns - 2]
        return last.closes ? Int(last.slot) : nil
    }

    private mutating func enter(_ entry: ArraySequencer.Entry, flights: inout [Flight<Operand>]) {
        if let (command, row) = entry.stationaryRow {
            let used = row < command.tile.rowsUsed ? command.tile.columnsUsed : 0
            topSkew.push(flights[command.slot].top, offset: row * command.tile.columnsUsed, stride: 1, count: used)
            flights[command.slot].counts.topReads += used
        } else {
            topSkew.pushNothing()
        }
        shifts.shift(entering: entry.stationaryRow != nil)

        var wave = Wave()
        if let (command, step) = entry.vector {
            let tile = command.tile
            wave = Wave(
                slot: Int32(truncatingIfNeeded: command.slot), step: Int32(truncatingIfNeeded: step),
                begins: step == 0 && tile.loadStationary, finishes: true, closes: step == tile.stream - 1)
            leftSkew.push(flights[command.slot].left, offset: step * tile.rowsUsed, stride: 1, count: tile.rowsUsed)
            flights[command.slot].counts.leftReads += tile.rowsUsed
        } else {
            leftSkew.pushZeros()
        }
        waves.shift(entering: wave)
    }

    /// Finds where operands are swapped in, and counts the multiply-accumulates on used elements.
    private mutating func countWork(flights: inout [Flight<Operand>]) {
        waves.forEachRun { run in
            // The first vector of a tile is the furthest along of its run.
            if waves.waves[run.last].begins { swaps.append(run.last) }
            flights[run.slot].counts.macs += flights[run.slot].used.elements(on: run)
        }
    }

    /// Every streamed operand moves one element to the right; column 0 takes what leaves the skew registers.
    private mutating func moveStreamed() {
        let count = streamed.count
        streamed.withUnsafeMutableBufferPointer { plane in
            guard let first = plane.baseAddress else { return }
            (first + 1).update(from: first, count: count - 1)
        }
        leftSkew.tap(into: &streamed, stride: columns)
    }

    /// Rows from the bottom up, so that each still finds its upper neighbour's registers as they were before this cycle.
    private static func stepRows(
        active: inout [Operand], shadow: inout [Operand], below: inout [Operand], streamed: [Operand],
        sums: inout [Operand.Sum], topRow: [Operand], rows: Int, columns: Int, swaps: [Int], shiftRuns: [DiagonalRun]
    ) {
        active.withUnsafeMutableBufferPointer { active in
            streamed.withUnsafeBufferPointer { streamed in
                sums.withUnsafeMutableBufferPointer { sums in
                    guard let active = active.baseAddress, let streamed = streamed.baseAddress, let sums = sums.baseAddress
                    else { return }
                    if swaps.isEmpty && shiftRuns.isEmpty {
                        for row in stride(from: rows - 1, through: 0, by: -1) {
                            multiplyRow(active, streamed, sums, row: row, columns: columns)
                        }
                        return
                    }
                    for row in stride(from: rows - 1, through: 0, by: -1) {
                        for diagonal in swaps where diagonal >= row && diagonal - row < columns {
                            active[row * columns + diagonal - row] = shadow[row * columns + diagonal - row]
                        }
                        for run in shiftRuns {
                            let (first, end) = run.columns(inRow: row, of: columns)
                            if first < end {
                                shiftRow(&shadow, &below, topRow, row: row, columns: columns, first: first, end: end)
                            }
                        }
                        multiplyRow(active, streamed, sums, row: row, columns: columns)
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func multiplyRow(
        _ active: UnsafeMutablePointer<Operand>, _ streamed: UnsafePointer<Operand>,
        _ sums: UnsafeMutablePointer<Operand.Sum>, row: Int, columns: Int
    ) {
        let weights = active + row * columns
        let operands = streamed + row * columns
        let above = sums + row * columns
        let out = above + columns
        Operand.multiplyAddRow(out, above, operands, weights, count: columns)
    }

    /// The shadow operands of part of a row move down one place: through the register below into the next row.
    private static func shiftRow(
        _ shadow: inout [Operand], _ below: inout [Operand], _ topRow: [Operand], row: Int, columns: Int, first: Int,
        end: Int
    ) {
        let base = row * columns
        shadow.withUnsafeMutableBufferPointer { shadow in
            below.withUnsafeMutableBufferPointer { below in
                topRow.withUnsafeBufferPointer { topRow in
                    guard let shadow = shadow.baseAddress, let below = below.baseAddress, let top = topRow.baseAddress
                    else { return }
                    let count = end - first
                    (below + base + first).update(from: shadow + base + first, count: count)
                    let above = row == 0 ? top + first : UnsafePointer(below + base - columns + first)
                    (shadow + base + first).update(from: above, count: count)
                }
            }
        }
    }

    /// Hands over what leaves the bottom row.
    private func deliver(to flights: inout [Flight<Operand>]) {
        var column = 0
        while column < columns {
            let slot = waves.waves[rows - 1 + column].slot
            guard slot >= 0 else { column += 1; continue }
            column = deliver(from: column, to: &flights[Int(slot)], slot: slot)
        }
    }

    /// Hands over the columns from `start` on that belong to one command; returns the column after them.
    private func deliver(from start: Int, to flight: inout Flight<Operand>, slot: Int32) -> Int {
        let used = flight.tile.columnsUsed
        var column = start
        waves.waves.withUnsafeBufferPointer { waves in
            sums.withUnsafeBufferPointer { sums in
                flight.result.withUnsafeMutableBufferPointer { result in
                    while column < used, waves[rows &- 1 &+ column].slot == slot {
                        result[Int(waves[rows &- 1 &+ column].step) &* used &+ column] = sums[rows &* columns &+ column]
                        column &+= 1
                    }
                }
            }
        }
        flight.counts.resultWrites += max(0, column - start)
        // Columns without operands deliver nothing.
        while column < columns, waves.waves[rows - 1 + column].slot == slot { column += 1 }
        return column
    }
}
