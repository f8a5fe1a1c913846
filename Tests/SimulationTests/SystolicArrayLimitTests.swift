import Architecture
import NumberFormats
import Simulation
import Testing

/// Each timing limit from both sides, and commands that are refused.
@Suite struct SystolicArrayLimitTests {
    let operands = OperandMatrix.int8(Array(repeating: 1, count: 16))

    /// A tile of 4 × 4 with a stream of `stream` on a 4 × 4 array.
    private func tile(stream: Int, load: Bool = true) -> ArrayTile {
        ArrayTile(stream: stream, rowsUsed: 4, columnsUsed: 4, loadStationary: load)
    }

    private func run(_ array: SystolicArray, _ tile: ArrayTile, count: Int) throws -> [TileTimes] {
        var timing = SystolicTiming(array)
        var times: [TileTimes] = []
        for _ in 0..<count { times.append(try timing.issue(tile, at: timing.earliestIssue(of: tile))) }
        return times
    }

    @Test(arguments: [1, 3, 4, 5, 9])
    func overlappedPeriodIsTheLongerOfStreamAndRows(stream: Int) throws {
        for dataflow in Dataflow.allCases {
            for drain in Drain.allCases {
                let times = try run(systolicArray(4, 4, dataflow, .overlapped, drain), tile(stream: stream), count: 8)
                for (previous, next) in zip(times, times.dropFirst()) {
                    #expect(next.streamStart - previous.streamStart == max(stream, 4), "\(dataflow)")
                    #expect(next.done - previous.done == max(stream, 4), "\(dataflow)")
                }
            }
        }
    }

    @Test func exposedPreloadWaitsForTheLastResult() throws {
        var timing = SystolicTiming(systolicArray(4, 4, .weightStationary))
        let first = try timing.issue(tile(stream: 3), at: 0)
        #expect(first == TileTimes(
            issue: 0, streamStart: 4, stationaryRead: 4, movingRead: 7, done: 13, acceptNext: 13, acceptContinuation: 7))
        var early = timing
        #expect(throws: ArrayCommandError.tooEarly(cycle: 12, earliest: 13)) {
            _ = try early.issue(tile(stream: 3), at: 12)
        }
        #expect(try timing.issue(tile(stream: 3), at: 13).streamStart == 17)
    }

    @Test func keptOperandFollowsTheStreamWithoutAGap() throws {
        for preload in Preload.allCases {
            var timing = SystolicTiming(systolicArray(4, 4, .weightStationary, preload))
            let first = try timing.issue(tile(stream: 3), at: 0)
            let second = try timing.issue(tile(stream: 3, load: false), at: first.acceptContinuation)
            #expect(second.streamStart == first.movingRead)
            #expect(second.stationaryRead == second.issue)
        }
    }

    @Test func shortOutputStationaryTileWaitsForItsColumns() throws {
        for drain in Drain.allCases {
            var timing = SystolicTiming(systolicArray(6, 4, .outputStationary, .overlapped, drain))
            let long = try timing.issue(tile(stream: 10), at: 0)
            let short = try timing.issue(tile(stream: 2), at: long.acceptNext)
            // Its last vector may enter 6 cycles after that of the long tile: in cycle 9 + 6.
            #expect(short.issue == 10)
            #expect(short.streamStart == 14)
            let even = try timing.issue(tile(stream: 6), at: short.acceptNext)
            #expect(even.streamStart == even.issue)
        }
    }

    @Test func sumsThatStayAreFollowedBackToBack() throws {
        for preload in Preload.allCases {
            var timing = SystolicTiming(systolicArray(6, 4, .outputStationary, preload, .shift))
            var first = tile(stream: 2)
            first.drainAfter = false
            var second = tile(stream: 3)
            second.initialize = false
            let a = try timing.issue(first, at: 0)
            let b = try timing.issue(second, at: a.acceptNext)
            #expect(b.streamStart == a.movingRead)
            #expect(a.done == 2 + 6 + 4 - 2)
            #expect(b.done == 5 + 6 + 4 - 2 + 6)
        }
    }

    @Test func registersRefuseAnEarlyCommandAndStayAsTheyWere() throws {
        var array = try AnyRegisterArray(systolicArray(4, 4, .weightStationary))
        _ = try array.issue(tile(stream: 4), left: operands, top: operands)
        for _ in 0..<13 { _ = array.step() }
        #expect(throws: ArrayCommandError.tooEarly(cycle: 13, earliest: nil)) {
            _ = try array.issue(tile(stream: 4), left: operands, top: operands)
        }
        let done = array.step().done
        #expect(done.map(\.times.done) == [14])
        #expect(done.first?.result == .int32(Array(repeating: 4, count: 16)))
        #expect(try array.issue(tile(stream: 4), left: operands, top: operands) == 1)
    }

    @Test func slowDeliveryStretchesLoadAndStream() throws {
        var timing = SystolicTiming(systolicArray(4, 5, .weightStationary))
        var slow = ArrayTile(stream: 3, rowsUsed: 2, columnsUsed: 5, streamInterval: 4, loadInterval: 3)
        let times = try timing.issue(slow, at: 2)
        #expect(times.streamStart == 2 + 4 * 3)
        #expect(times.movingRead == 14 + 2 * 4 + 1)
        #expect(times.done == 23 + 3 + 4)
        slow.streamInterval = 0
        #expect(throws: ArrayCommandError.self) { _ = try timing.issue(slow, at: 1000) }
    }

    @Test func unsuitableCommandsAreRefused() throws {
        let array = systolicArray(4, 4, .weightStationary)
        var timing = SystolicTiming(array)
        var registers = try AnyRegisterArray(array)
        let wrong: [(ArrayTile, String)] = [
            (ArrayTile(stream: 0, rowsUsed: 4, columnsUsed: 4), "streams 0 vectors"),
            (ArrayTile(stream: 1, rowsUsed: 5, columnsUsed: 4), "5 × 4 on an array of 4 × 4"),
            (ArrayTile(stream: 1, rowsUsed: 4, columnsUsed: 0), "4 × 0 on an array of 4 × 4"),
            (ArrayTile(stream: 1, rowsUsed: 4, columnsUsed: 4, loadStationary: false), "continue"),
            (ArrayTile(stream: 1, rowsUsed: 4, columnsUsed: 4, initialize: false), "output-stationary"),
            (ArrayTile(stream: .max, rowsUsed: 4, columnsUsed: 4), "streams"),
        ]
        for (tile, text) in wrong {
            do {
                _ = try timing.issue(tile, at: 0)
                Issue.record("accepted \(tile)")
            } catch { #expect("\(error)".contains(text), "\(error)") }
            do {
                _ = try registers.issue(tile, left: operands, top: operands)
                Issue.record("accepted \(tile)")
            } catch { #expect("\(error)".contains("systolic array: "), "\(error)") }
        }
        #expect(throws: ArrayCommandError.operandSize(edge: "left", expected: 4, actual: 16)) {
            _ = try registers.issue(tile(stream: 1), left: operands, top: operands)
        }
        #expect(throws: ArrayCommandError.operandFormat(expected: .int8)) {
            _ = try registers.issue(tile(stream: 4), left: .float([]), top: operands)
        }
        #expect(registers.isIdle)
    }

    @Test func formatsFindTheirDatapath() throws {
        #expect(try DatapathFormat(input: .int4, weight: .ternary, accumulator: .int32) == .int8)
        #expect(try DatapathFormat(input: .uint4, weight: .int8, accumulator: .int32) == .int8)
        #expect(try DatapathFormat(input: .uint8, weight: .int8, accumulator: .int32) == .int16)
        #expect(try DatapathFormat(input: .bf16, weight: .int8, accumulator: .fp32) == .float)
        #expect(try DatapathFormat(input: .fp8E4M3, weight: .fp16, accumulator: .fp32) == .float)
        for (input, weight, accumulator) in [
            (ElementType.uint16, ElementType.int8, ElementType.int32), (.int8, .int8, .int16), (.fp64, .fp32, .fp32),
            (.fp16, .fp16, .fp16), (.int32, .fp32, .fp32), (.bool, .int8, .int32),
        ] {
            #expect(throws: ArrayCommandError.self) {
                _ = try DatapathFormat(input: input, weight: weight, accumulator: accumulator)
            }
        }
    }
}
