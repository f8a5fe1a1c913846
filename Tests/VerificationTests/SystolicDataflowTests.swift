import Architecture
import SMT
import Simulation
import Testing

/// What `SystolicEquationTests` proves of an array whose sums stay, for one whose operand stays (weights, or inputs): sums move down, the
/// operand is shifted in. And the simulator's two models in every dataflow, preload and drain.
@Suite struct SystolicDataflowTests {
    private func isProved(_ make: (Context) -> [Formula]) throws -> Bool {
        let context = Context()
        let solver = try Solver(context, limits: QueryLimits(resources: 20_000_000))
        try solver.assert(make(context))
        return try solver.check() == .unsatisfiable
    }

    /// The sum that leaves element (i, j) in cycle t has the products of rows 0 to i with vector number t − i − j: by induction over rows.
    @Test func sumsThatMoveDownArePrefixesOverRows() throws {
        func claim(_ late: Int) throws -> Bool {
            try isProved { context in
                let sum = context.integerFunction("sum", arity: 3)
                let product = context.integerFunction("P", arity: 3)
                // Of the first rows' products in a column with a vector.
                let prefix = context.integerFunction("S", arity: 3)
                let (i, j, t) = (context.integer("i"), context.integer("j"), context.integer("t"))
                let zero = context.integer(0)
                // The operand with which an element works is number t − i − j, as proved for its arrival.
                let first = sum(zero, j, t) == product(zero, j, t - j)
                let moves = sum(i, j, t) == sum(i - 1, j, t - 1) + product(i, j, t - i - j)
                let before = sum(i - 1, j, t - 1) == prefix(i, j, (t - 1) - (i - 1) - j)
                let empty = prefix(zero, j, t - j) == 0
                let definition = prefix(i + 1, j, t - i - j) == prefix(i, j, t - i - j) + product(i, j, t - i - j)
                let definitionOfFirst = prefix(zero + 1, j, t - j) == prefix(zero, j, t - j) + product(zero, j, t - j)
                let base = sum(zero, j, t) != prefix(zero + 1, j, t - j)
                let step = i >= 1 && sum(i, j, t) != prefix(i + 1, j, t - i - j - late)
                return [i >= 0, j >= 0, t >= 0, first, moves, before, empty, definition, definitionOfFirst, base || step]
            }
        }
        #expect(try claim(0))
        #expect(try !claim(1))
    }

    /// Rows of the operand enter at the top, the last one first, and move down one row a cycle: after R cycles row i holds row i.
    @Test func theOperandArrivesInItsRows() throws {
        func claim(_ cycles: Int) throws -> Bool {
            try isProved { context in
                let shadow = context.integerFunction("shadow", arity: 2)
                let operand = context.integerFunction("W", arity: 1)
                let (rows, i, t) = (context.integer("R"), context.integer("i"), context.integer("t"))
                let zero = context.integer(0)
                // In cycle t row 0 takes row R − 1 − t; the claim is that row i holds row R − 1 − t + i.
                let enters = shadow(zero, t) == operand(rows - 1 - t)
                let moves = shadow(i, t) == shadow(i - 1, t - 1)
                let before = shadow(i - 1, t - 1) == operand(rows - 1 - (t - 1) + (i - 1))
                let base = shadow(zero, t) != operand(rows - 1 - t)
                let step = i >= 1 && shadow(i, t) != operand(rows - 1 - t + i)
                // In the last cycle of R that is row i itself.
                let last = t == rows - 1 + cycles && operand(rows - 1 - t + i) != operand(i)
                return [rows >= 1, i >= 0, i < rows, t >= 0, enters, moves, before, base || step || last]
            }
        }
        #expect(try claim(0))
        #expect(try !claim(1))
    }

    /// A fold loads for R cycles and ends with element (R − 1, C − 1) on vector T − 1: R + T + R + C − 2 cycles, for every size.
    @Test func aFoldOfAStationaryOperandTakesItsTime() throws {
        func isBusy(_ context: Context, _ less: Int, orLater: Bool) -> [Formula] {
            let (rows, columns, length) = (context.integer("R"), context.integer("C"), context.integer("T"))
            let (i, j, k) = (context.integer("i"), context.integer("j"), context.integer("k"))
            let time = rows + i + j + k, limit = length + rows + rows + columns - less
            return [
                rows >= 1, columns >= 1, length >= 1, i >= 0, i < rows, j >= 0, j < columns, k >= 0, k < length, orLater ? time >= limit : time == limit,
            ]
        }
        #expect(try isProved { isBusy($0, 2, orLater: true) })
        #expect(try !isProved { isBusy($0, 3, orLater: false) })
    }

    /// Bounded model checking: registers of a grid of N × N with R, C, T up to N, moved cycle by cycle. Every sum has its operands, each once, and
    /// leaves in its cycle.
    @Test(arguments: [2, 3, 4, 6]) func boundedModelsOfBothKinds(_ size: Int) throws {
        func check(missing: Int) throws -> Bool {
            try isProved { context in
                let (rows, columns, length) = (context.integer("R"), context.integer("C"), context.integer("T"))
                var formulas = [rows, columns, length].flatMap { [$0 >= 1, $0 <= size] }
                let none = context.constant(false), zero = context.integer(0)
                func grid<Element>(_ value: Element) -> [[Element]] { Array(repeating: Array(repeating: value, count: size), count: size) }
                var wrong: [Formula] = []
                // Whether an operand is there, which one, how many have been added where sums stay, and how many a sum that moves down has.
                var valid = grid(none), tag = grid(-1), staying = grid(zero), moving = grid(zero)
                var topValid = grid(none), topTag = grid(-1)
                var delivered = [IntegerTerm](repeating: zero, count: size)
                for cycle in 0..<(3 * size) {
                    let (validBefore, tagBefore, movingBefore, topValidBefore, topTagBefore) = (valid, tag, moving, topValid, topTag)
                    for i in 0..<size {
                        for j in 0..<size {
                            let inside = rows > i && columns > j
                            let enters = cycle >= i ? length > cycle - i : none, entersTop = cycle >= j ? length > cycle - j : none
                            valid[i][j] = inside && (j == 0 ? enters : validBefore[i][j - 1])
                            tag[i][j] = j == 0 ? cycle - i : tagBefore[i][j - 1]
                            topValid[i][j] = inside && (i == 0 ? entersTop : topValidBefore[i - 1][j])
                            topTag[i][j] = i == 0 ? cycle - j : topTagBefore[i - 1][j]
                            // Where sums stay both operands meet, with the same number.
                            wrong.append(valid[i][j] != topValid[i][j])
                            if tag[i][j] != topTag[i][j] { wrong.append(valid[i][j]) }
                            staying[i][j] = valid[i][j].then(staying[i][j] + 1, else: staying[i][j])
                            // Where the operand stays the sum comes from above, of the same vector.
                            moving[i][j] = (i == 0 ? zero : movingBefore[i - 1][j]) + valid[i][j].then(context.integer(1), else: zero)
                            let leaves = rows == i + 1 && valid[i][j]
                            wrong.append(leaves && moving[i][j] != rows - missing)
                            if tag[i][j] != cycle - i - j { wrong.append(leaves) }
                            delivered[j] = leaves.then(delivered[j] + 1, else: delivered[j])
                        }
                    }
                }
                for j in 0..<size {
                    wrong.append(delivered[j] != (columns > j).then(length, else: zero))
                    for i in 0..<size { wrong.append(staying[i][j] != (rows > i && columns > j).then(length - missing, else: zero)) }
                }
                formulas.append(context.any(wrong))
                return formulas
            }
        }
        #expect(try check(missing: 0))
        #expect(try !check(missing: 1))
    }

    struct Variant: Sendable, CustomTestStringConvertible {
        var dataflow: Dataflow
        var preload: Preload
        var drain: Drain
        var testDescription: String { "\(dataflow) \(preload) \(drain)" }
    }

    static let variants: [Variant] = [Dataflow.outputStationary, .weightStationary, .inputStationary].flatMap { dataflow in
        [Preload.exposed, .overlapped].flatMap { preload in
            (dataflow == .outputStationary ? [Drain.bus, .shift] : [.bus]).map { Variant(dataflow: dataflow, preload: preload, drain: $0) }
        }
    }

    /// Two tiles one after the other on all sizes up to 6 × 6 × 6: the proved times of the first, and of both models the same times and the right sums.
    @Test(arguments: variants) func bothModelsKeepTheEquations(_ variant: Variant) throws {
        for rows in 1...6 {
            for columns in 1...6 {
                for length in 1...6 {
                    let array = SystolicArray(rows: rows, columns: columns, dataflow: variant.dataflow, preload: variant.preload, drain: variant.drain)
                    let tile = ArrayTile(stream: length, rowsUsed: rows, columnsUsed: columns)
                    let stationary = variant.dataflow != .outputStationary
                    let fold = stationary ? length + 2 * rows + columns - 2 : length + rows + columns - 2 + (variant.drain == .shift ? rows : 0)
                    var timing = SystolicTiming(array)
                    let first = try timing.issue(tile, at: 0)
                    #expect(first.done == fold, "\(rows) x \(columns) x \(length)")
                    let second = try timing.issue(tile, at: timing.earliestIssue(of: tile))
                    // Exposed, one after the other; overlapped, as the longer of stream and load allows.
                    #expect(second.done == fold + (variant.preload == .exposed ? fold : max(length, rows)))
                    let expected = [first.done, second.done]
                    var registers = try AnyRegisterArray(array)
                    let count = stationary ? (left: length * rows, top: rows * columns) : (left: rows * length, top: length * columns)
                    let left = (0..<count.left).map { Int8(truncatingIfNeeded: $0 * 7 - 3) }
                    let tops = [3, 5].map { factor in (0..<count.top).map { Int8(truncatingIfNeeded: 5 - $0 * factor) } }
                    var finished: [FinishedTile] = []
                    var issued = 0
                    for _ in 0..<(3 * fold + 2 * rows) where finished.count < 2 {
                        if issued < 2, registers.accepts(tile) {
                            _ = try registers.issue(tile, left: .int8(left), top: .int8(tops[issued]))
                            issued += 1
                        }
                        finished += registers.step().done
                    }
                    #expect(finished.map(\.times.done) == expected)
                    let (height, sum) = stationary ? (length, rows) : (rows, length)
                    for (tile, top) in zip(finished, tops) {
                        guard case .int32(let results)? = tile.result else {
                            Issue.record("no result")
                            continue
                        }
                        for i in 0..<height {
                            for j in 0..<columns {
                                let product = (0..<sum).reduce(Int32(0)) { $0 + Int32(left[i * sum + $1]) * Int32(top[$1 * columns + j]) }
                                #expect(results[i * columns + j] == product)
                            }
                        }
                    }
                }
            }
        }
    }
}
