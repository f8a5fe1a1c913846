import Architecture
import NumberFormats
import OperatorGraph
import Simulation
import Testing

/// Register fidelity and event fidelity are two implementations; here they meet.
@Suite struct SystolicArrayAgreementTests {
    /// A sequence of commands on one array, with the cycles in which they are to be issued.
    struct Case: CustomStringConvertible {
        var array: SystolicArray
        var format: DatapathFormat
        var tiles: [ArrayTile]
        var gaps: [Int]
        var description: String {
            "\(array.rows)×\(array.columns) \(array.dataflow) \(array.preload) \(array.drain) \(format)\n"
                + zip(tiles, gaps).map { "  gap \($1): \($0)" }.joined(separator: "\n")
        }
    }

    static func randomCase(_ generator: inout SplitMix64) -> Case {
        func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &generator)] }
        let rows = Int.random(in: 1...9, using: &generator)
        let columns = Int.random(in: 1...7, using: &generator)
        let format = pick([DatapathFormat.int8, .int8, .int16, .float])
        let array = systolicArray(
            rows, columns, pick(Dataflow.allCases), pick(Preload.allCases), pick(Drain.allCases), format: format)
        var tiles: [ArrayTile] = []
        var gaps: [Int] = []
        for number in 0..<Int.random(in: 1...5, using: &generator) {
            var tile = ArrayTile(
                stream: pick([1, 1, 2, 3, rows, Int.random(in: 1...14, using: &generator)]),
                rowsUsed: pick([rows, Int.random(in: 1...rows, using: &generator)]),
                columnsUsed: pick([columns, Int.random(in: 1...columns, using: &generator)]),
                streamInterval: pick([1, 1, 1, 2, 3]), loadInterval: pick([1, 1, 1, 2, 4]))
            let mayContinue = array.dataflow == .outputStationary ? tiles.last?.drainAfter == false : number > 0
            if mayContinue, Bool.random(using: &generator), let previous = tiles.last {
                tile.rowsUsed = previous.rowsUsed
                tile.columnsUsed = previous.columnsUsed
                if array.dataflow == .outputStationary { tile.initialize = false } else { tile.loadStationary = false }
            }
            if array.dataflow == .outputStationary { tile.drainAfter = pick([true, true, false]) }
            if pick([true, false, false]) {
                var late = (0..<tile.stream).map { _ in pick([0, 0, 1, 3]) }
                late[0] = 0
                tile.streamDelays = DeliveryDelays(each: late)
            }
            if pick([true, false, false]) { tile.loadDelays = DeliveryDelays(each: (0..<rows).map { _ in pick([0, 0, 1, 2]) }) }
            tiles.append(tile)
            gaps.append(pick([0, 0, 0, 1, Int.random(in: 0...(rows + columns + 9), using: &generator)]))
        }
        return Case(array: array, format: format, tiles: tiles, gaps: gaps)
    }

    /// Runs a case through both implementations and compares everything that either reports.
    static func check(_ test: Case, skipIdle: Bool, _ generator: inout SplitMix64) throws {
        let dataflow = test.array.dataflow
        var timing = SystolicTiming(test.array)
        var datapath = try AnySystolicDatapath(test.array)
        var registers = try AnyRegisterArray(test.array)

        var expected: [TileTimes] = []
        var earliest: [Int] = []
        var operands: [(left: OperandMatrix, top: OperandMatrix)] = []
        var results: [SumMatrix?] = []
        var held: OperandMatrix = .int8([])
        var open: SumMatrix?
        for (tile, gap) in zip(test.tiles, test.gaps) {
            let first = timing.earliestIssue(of: tile)
            earliest.append(first)
            if first > 0 {
                var early = timing
                #expect(throws: ArrayCommandError.tooEarly(cycle: first - 1, earliest: first)) {
                    _ = try early.issue(tile, at: first - 1)
                }
            }
            expected.append(try timing.issue(tile, at: first + gap))

            let sizes = tile.operandSizes(for: dataflow)
            let left = OperandMatrix.random(sizes.left, test.format, using: &generator)
            let top = OperandMatrix.random(sizes.top, test.format, using: &generator)
            operands.append((left, top))
            let result = try datapath.execute(tile, left: left, top: top)
            results.append(result)

            if dataflow == .outputStationary {
                let product = matrixProduct(
                    left, top, addingTo: tile.initialize ? nil : open, rows: tile.rowsUsed, depth: tile.stream,
                    columns: tile.columnsUsed)
                #expect(result == (tile.drainAfter ? product : nil), "\(test)")
                open = product
            } else {
                if tile.loadStationary { held = top }
                let product = matrixProduct(
                    left, held, addingTo: nil, rows: tile.stream, depth: tile.rowsUsed, columns: tile.columnsUsed)
                #expect(result == product, "\(test)")
            }
        }

        var next = 0
        var finished: [FinishedTile] = []
        let end = (expected.map(\.done).max() ?? 0) + 2 * (test.array.rows + test.array.columns)
        while registers.cycle < end {
            while next < test.tiles.count {
                let accepts = registers.accepts(test.tiles[next])
                guard accepts == (registers.cycle >= earliest[next]) else {
                    Issue.record("cycle \(registers.cycle): command \(next) accepted: \(accepts)\n\(test)")
                    return
                }
                guard registers.cycle == expected[next].issue else { break }
                let number = try registers.issue(test.tiles[next], left: operands[next].left, top: operands[next].top)
                #expect(number == next)
                next += 1
            }
            if skipIdle, registers.isIdle, next < test.tiles.count {
                registers.skip(max(0, earliest[next] + test.gaps[next] - registers.cycle))
                continue
            }
            let cycle = registers.cycle
            let signals = registers.step()
            let seen = [
                signals.streamStarted.map { expected[$0].streamStart == cycle },
                signals.stationaryRead.map { expected[$0].stationaryRead == cycle + 1 },
                signals.movingRead.map { expected[$0].movingRead == cycle + 1 },
            ]
            #expect(!seen.contains(false), "cycle \(cycle)\n\(test)")
            finished += signals.done
        }
        #expect(registers.isIdle, "\(test)")
        #expect(finished.count == test.tiles.count, "\(test)")
        for tile in finished {
            let number = tile.command
            #expect(tile.times == expected[number], "command \(number)\n\(test)")
            #expect(tile.counts == test.tiles[number].counts(for: dataflow), "command \(number)\n\(test)")
            #expect(tile.result == results[number], "command \(number)\n\(test)")
        }
    }

    /// 2,000 random sequences: shapes, array sizes, dataflows, preload, drain, formats, intervals, delays, continuation and gaps.
    @Test(arguments: 0..<8)
    func registersAndFormulasAgree(seed: Int) throws {
        var generator = SplitMix64(state: UInt64(seed) &* 7919 &+ 1)
        for number in 0..<250 {
            let test = Self.randomCase(&generator)
            try Self.check(test, skipIdle: number % 2 == 0, &generator)
        }
    }

    /// The corners that random sizes seldom meet.
    @Test func agreeOnDegenerateArrays() throws {
        var generator = SplitMix64(state: 99)
        for (rows, columns) in [(1, 1), (1, 7), (9, 1), (2, 1), (1, 2)] {
            for dataflow in Dataflow.allCases {
                for preload in Preload.allCases {
                    for drain in Drain.allCases {
                        let tile = ArrayTile(stream: 1, rowsUsed: 1, columnsUsed: 1)
                        let test = Case(
                            array: systolicArray(rows, columns, dataflow, preload, drain), format: .int8,
                            tiles: Array(repeating: tile, count: 12), gaps: Array(repeating: 0, count: 12))
                        try Self.check(test, skipIdle: false, &generator)
                    }
                }
            }
        }
    }

    /// What elements without operands make of infinities must not reach the results of the others, nor of later tiles.
    @Test func infinitiesStayInTheirTile() throws {
        for dataflow in Dataflow.allCases {
            for drain in Drain.allCases {
                let array = systolicArray(4, 3, dataflow, .overlapped, drain, format: .float)
                var registers = try AnyRegisterArray(array)
                var datapath = try AnySystolicDatapath(array)
                let tile = ArrayTile(stream: 2, rowsUsed: 2, columnsUsed: 2, streamInterval: 3)
                let infinite = OperandMatrix.float([.infinity, 1, 2, -.infinity])
                let finite = OperandMatrix.float([1, 2, 3, 4])
                var results: [SumMatrix?] = []
                for (left, top) in [(infinite, finite), (finite, infinite), (finite, finite)] {
                    while !registers.accepts(tile) { results += registers.step().done.map(\.result) }
                    _ = try registers.issue(tile, left: left, top: top)
                }
                while !registers.isIdle { results += registers.step().done.map(\.result) }
                #expect(results == [
                    try datapath.execute(tile, left: infinite, top: finite),
                    try datapath.execute(tile, left: finite, top: infinite),
                    try datapath.execute(tile, left: finite, top: finite),
                ])
                #expect(results.last == .float([7, 10, 15, 22]))
            }
        }
    }
}
