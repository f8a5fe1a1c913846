import Architecture
import SMT
import Simulation
import Testing

/// The equations of a systolic array's registers, proved for every size by induction, and the simulator's two models held against them.
@Suite struct SystolicEquationTests {
    /// Unsatisfiable: the negated claim cannot hold.
    private func isProved(_ make: (Context) -> [Formula]) throws -> Bool {
        let context = Context()
        let solver = try Solver(context, limits: QueryLimits(resources: 20_000_000))
        try solver.assert(make(context))
        return try solver.check() == .unsatisfiable
    }

    /// Element (i, j) holds in cycle t what entered its row's left edge j cycles before: the step of an induction over columns. Rows are
    /// fed a cycle later each, so that the operand is number t − i − j.
    @Test func operandsArriveWithTheirSkew() throws {
        func claim(_ skew: Int) throws -> Bool {
            try isProved { context in
                let a = context.integerFunction("a", arity: 3)
                let left = context.integerFunction("A", arity: 2)
                let (i, j, t) = (context.integer("i"), context.integer("j"), context.integer("t"))
                // Column 0 takes from the edge, column j from column j − 1 a cycle later; the claim holds for the column before.
                let edge = a(i, context.integer(0), t) == left(i, t - i * skew)
                let moves = a(i, j, t) == a(i, j - 1, t - 1)
                let before = a(i, j - 1, t - 1) == left(i, (t - 1) - i - (j - 1))
                let base = a(i, context.integer(0), t) != left(i, t - i)
                let step = j >= 1 && a(i, j, t) != left(i, t - i - j)
                return [i >= 0, j >= 0, t >= 0, edge, moves, before, base || step]
            }
        }
        #expect(try claim(1))
        #expect(try !claim(2))
    }

    /// A sum in cycle t holds the products of the operands that have met in its element: those before min(max(t − i − j, 0), T).
    @Test func sumsArePrefixes() throws {
        func claim(_ late: Int) throws -> Bool {
            try isProved { context in
                let prefix = context.integerFunction("S", arity: 3)
                let product = context.integerFunction("P", arity: 3)
                let accumulator = context.integerFunction("acc", arity: 1)
                let (i, j, t, length) = (context.integer("i"), context.integer("j"), context.integer("t"), context.integer("T"))
                func clamp(_ x: IntegerTerm) -> IntegerTerm { x.maximum(context.integer(0)).minimum(length) }
                let met = t - i - j
                // In cycle t the element adds product number t − i − j, when there is one; the claim holds in cycle t.
                let adds = met >= 0 && met < length
                let next = accumulator(t + 1) == adds.then(accumulator(t) + product(i, j, met), else: accumulator(t))
                let before = accumulator(t) == prefix(i, j, clamp(met))
                // The prefix sum's own definition, where the step needs it.
                let definition = prefix(i, j, met + 1) == prefix(i, j, met) + product(i, j, met)
                let wrong = accumulator(t + 1) != prefix(i, j, clamp(met + 1 - late))
                return [i >= 0, j >= 0, t >= 0, length >= 1, next, before, !adds || definition, wrong]
            }
        }
        #expect(try claim(0))
        #expect(try !claim(1))
    }

    /// The last element finishes in cycle T + R + C − 3, so that a fold takes T + R + C − 2 cycles, for every size.
    @Test func aFoldTakesItsTime() throws {
        func isBusy(_ context: Context, at cycle: (IntegerTerm, IntegerTerm, IntegerTerm) -> IntegerTerm, orLater: Bool) -> [Formula] {
            let (rows, columns, length) = (context.integer("R"), context.integer("C"), context.integer("T"))
            let (i, j, k) = (context.integer("i"), context.integer("j"), context.integer("k"))
            let time = i + j + k
            let limit = cycle(rows, columns, length)
            return [
                rows >= 1, columns >= 1, length >= 1, i >= 0, i < rows, j >= 0, j < columns, k >= 0, k < length,
                orLater ? time >= limit : time == limit,
            ]
        }
        // Nothing happens at F or later …
        #expect(try isProved { isBusy($0, at: { $0 + $1 + $2 - 2 }, orLater: true) })
        // … and something does in the cycle before: no smaller figure is right.
        #expect(try !isProved { isBusy($0, at: { $0 + $1 + $2 - 3 }, orLater: true) })
        // The corner is busy in the last cycle, whatever the sizes.
        #expect(try isProved { context in
            let (rows, columns, length) = (context.integer("R"), context.integer("C"), context.integer("T"))
            let (i, j, k) = (rows - 1, columns - 1, length - 1)
            return [rows >= 1, columns >= 1, length >= 1, i + j + k != rows + columns + length - 3]
        })
    }

    /// Bounded model checking: in a grid of N × N with R, C, T up to N, a token that enters at the corner and spreads right, down and in time is in
    /// some element in cycle t exactly while t < T + R + C − 2.
    @Test(arguments: [2, 3, 4, 6]) func boundedModels(_ size: Int) throws {
        func check(_ offset: Int) throws -> Bool {
            try isProved { context in
                let (rows, columns, length) = (context.integer("R"), context.integer("C"), context.integer("T"))
                var formulas = [rows, columns, length].flatMap { [$0 >= 1, $0 <= size] }
                // Registers: the valid bit of each element in each cycle, moved on from its neighbour.
                var valid: [[Formula]] = Array(repeating: Array(repeating: context.constant(false), count: size), count: size)
                var wrong: [Formula] = []
                for cycle in 0..<(3 * size) {
                    var next = valid
                    for i in 0..<size {
                        for j in 0..<size {
                            let inside = rows > i && columns > j
                            // The left edge feeds row i vector number cycle − i; other columns take over.
                            let source = j == 0 ? (cycle >= i ? length > cycle - i : context.constant(false)) : valid[i][j - 1]
                            next[i][j] = source && inside
                        }
                    }
                    valid = next
                    let isBusy = context.any(valid.flatMap { $0 })
                    let isExpected = rows + columns + length - 2 + offset > cycle
                    wrong.append(isBusy != isExpected)
                }
                formulas.append(context.any(wrong))
                return formulas
            }
        }
        #expect(try check(0))
        #expect(try !check(1))
    }

    /// The simulator's event model and its registers take exactly the proved times, on all sizes up to 6 × 6 × 6.
    @Test func theSimulatorKeepsTheEquations() throws {
        for rows in 1...6 {
            for columns in 1...6 {
                for length in 1...6 {
                    let array = SystolicArray(rows: rows, columns: columns, dataflow: .outputStationary, preload: .exposed, drain: .bus)
                    let tile = ArrayTile(stream: length, rowsUsed: rows, columnsUsed: columns)
                    var timing = SystolicTiming(array)
                    let times = try timing.issue(tile, at: 0)
                    #expect(times.done == length + rows + columns - 2, "\(rows) x \(columns) x \(length)")
                    var registers = try AnyRegisterArray(array)
                    let left = (0..<(rows * length)).map { Int8(truncatingIfNeeded: $0 * 7 - 3) }
                    let top = (0..<(length * columns)).map { Int8(truncatingIfNeeded: 5 - $0 * 3) }
                    _ = try registers.issue(tile, left: .int8(left), top: .int8(top))
                    var finished: FinishedTile?
                    for _ in 0..<(length + rows + columns + 4) where finished == nil { finished = registers.step().done.first }
                    #expect(finished?.times.done == times.done)
                    guard case .int32(let sums)? = finished?.result else { Issue.record("no result"); continue }
                    for i in 0..<rows {
                        for j in 0..<columns {
                            let sum = (0..<length).reduce(Int32(0)) { $0 + Int32(left[i * length + $1]) * Int32(top[$1 * columns + j]) }
                            #expect(sums[i * columns + j] == sum)
                        }
                    }
                }
            }
        }
    }
}
