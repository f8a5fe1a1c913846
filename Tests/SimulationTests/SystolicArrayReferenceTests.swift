import Architecture
import Foundation
import NumberFormats
import Simulation
import Testing

/// Cycles and access counts of other simulators. Sources: Fixtures/scalesim-compute.csv, and the notes on each test.
@Suite struct SystolicArrayReferenceTests {
    struct Row {
        var name: String
        var array: SystolicArray
        /// Extents over the array's rows, its columns, and time.
        var spaceRows: Int
        var spaceColumns: Int
        var time: Int
        var rowFolds: Int
        var columnFolds: Int
        var totalCycles: Int
        /// ifmap reads, filter reads, ofmap writes.
        var accesses: [Int]?
    }

    static func rows() throws -> [Row] {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/scalesim-compute.csv")
        let dataflows: [Substring: Dataflow] = [
            "os": .outputStationary, "ws": .weightStationary, "is": .inputStationary,
        ]
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst(3).map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let numbers = fields.map { Int($0) }
            func number(_ index: Int) throws -> Int { try #require(numbers[index], "\(line)") }
            return Row(
                name: "\(fields[0]) layer \(fields[1]) \(fields[2])×\(fields[3]) \(fields[4])",
                array: systolicArray(try number(2), try number(3), try #require(dataflows[fields[4]])),
                spaceRows: try number(5), spaceColumns: try number(6), time: try number(7), rowFolds: try number(8),
                columnFolds: try number(9), totalCycles: try number(10),
                accesses: numbers[11] == nil ? nil : try (11...13).map(number))
        }
    }

    /// Column folds outside, row folds inside, each as early as the array takes it.
    static func simulate(_ row: Row) throws -> (cycles: Int, counts: AccessCounts, folds: Int) {
        var timing = SystolicTiming(row.array)
        var counts = AccessCounts()
        var done = 0
        var folds = 0
        for column in stride(from: 0, to: row.spaceColumns, by: row.array.columns) {
            for first in stride(from: 0, to: row.spaceRows, by: row.array.rows) {
                let tile = ArrayTile(
                    stream: row.time, rowsUsed: min(row.array.rows, row.spaceRows - first),
                    columnsUsed: min(row.array.columns, row.spaceColumns - column))
                done = try timing.issue(tile, at: timing.earliestIssue(of: tile)).done
                counts += tile.counts(for: row.array.dataflow)
                folds += 1
            }
        }
        return (done, counts, folds)
    }

    /// All 987 layer rows of SCALE-Sim v3, fold by fold: the cycles exactly, and the accesses where the tool gives them.
    ///
    /// Differences, on purpose: SCALE-Sim counts R + C extra ofmap writes in each output-stationary fold (a second `+=` in
    /// systolic_compute_os.py; its own golden report has 34,816 where the result has 32,768 elements), and it never reads back
    /// the partial sums that it writes once per row fold; a machine reads M·N·(row folds − 1) of them. The array does neither.
    @Test func scaleSimRows() throws {
        let rows = try Self.rows()
        #expect(rows.count == 987)
        var different: [String] = []
        var compared = 0
        let clock = ContinuousClock()
        let elapsed = try clock.measure {
            for row in rows {
                let (cycles, counts, folds) = try Self.simulate(row)
                if cycles - 1 != row.totalCycles { different.append("\(row.name): \(cycles - 1), not \(row.totalCycles)") }
                if folds != row.rowFolds * row.columnFolds { different.append("\(row.name): \(folds) folds") }
                if counts.macs != row.spaceRows * row.spaceColumns * row.time { different.append("\(row.name): MACs") }
                guard let accesses = row.accesses else { continue }
                compared += 1
                let ours = switch row.array.dataflow {
                case .weightStationary: [counts.leftReads, counts.topReads, counts.resultWrites]
                case .inputStationary: [counts.topReads, counts.leftReads, counts.resultWrites]
                case .outputStationary:
                    [
                        counts.leftReads, counts.topReads,
                        counts.resultWrites + folds * (row.array.rows + row.array.columns),
                    ]
                }
                if ours != accesses { different.append("\(row.name): accesses \(ours), not \(accesses)") }
            }
        }
        #expect(different.isEmpty, "\(different.count) rows differ, first \(different.prefix(5))")
        #expect(compared == 305)
        // A tenth of a second even in a debug build; the bound leaves room for a loaded machine.
        #expect(elapsed < .seconds(5))
    }

    /// Lines per fold of systolic_compute_{os,ws,is}.py, found by stepping registers as well.
    @Test func linesPerFold() throws {
        for (rows, columns) in [(1, 1), (2, 3), (4, 4), (12, 14), (16, 16), (5, 1)] {
            for stream in [1, 2, 7, 40] {
                for dataflow in Dataflow.allCases {
                    let array = systolicArray(rows, columns, dataflow)
                    let lines = (dataflow == .outputStationary ? rows : 2 * rows) + stream + columns - 2
                    let tile = ArrayTile(stream: stream, rowsUsed: rows, columnsUsed: columns)
                    var timing = SystolicTiming(array)
                    #expect(try timing.issue(tile, at: 0).done == lines)
                    let sizes = tile.operandSizes(for: dataflow)
                    var registers = try AnyRegisterArray(array)
                    var done: [Int] = []
                    for _ in 0..<3 {
                        _ = try registers.issue(
                            tile, left: .int8(Array(repeating: 1, count: sizes.left)),
                            top: .int8(Array(repeating: 1, count: sizes.top)))
                        while !registers.isIdle { done += registers.step().done.map(\.times.done) }
                    }
                    #expect(done == [lines, 2 * lines, 3 * lines])
                }
            }
        }
    }

    /// The output-stationary mesh of STONNE (22634b8, 2025-06-16), measured: R + C + K + 3 cycles a tile, five more than here.
    ///
    /// Where they come from (src/OSMeshSDMemory.cpp, MultiplierOS.cpp, Accumulator.cpp, CollectionBus.cpp):
    /// one cycle in state OS_CONFIGURING before each tile; one from the multiplier to its accumulator; one on the
    /// collection bus; one in the memory controller; and one because the controller's loop over its write FIFO compares its
    /// index with a size that shrinks as it pops, so that only half of the waiting results leave in a cycle. The last one is
    /// missing when results arrive singly, that is with one row or one column. STONNE's mesh waits for used elements only.
    @Test(arguments: [
        // cycles, M, N, K, rows and columns of a tile
        (92, 4, 4, 16, 1, 4), (18, 5, 2, 2, 4, 4), (1_584, 64, 64, 64, 16, 16), (35_008, 128, 128, 512, 16, 16),
        (9_264, 128, 128, 512, 32, 32),
    ])
    func stonneOutputStationaryMesh(cycles: Int, m: Int, n: Int, k: Int, rows: Int, columns: Int) throws {
        var ours = 0
        var stonne = 0
        var tiles = 0
        for row in stride(from: 0, to: m, by: rows) {
            for column in stride(from: 0, to: n, by: columns) {
                let used = (rows: min(rows, m - row), columns: min(columns, n - column))
                var timing = SystolicTiming(systolicArray(used.rows, used.columns, .outputStationary))
                let tile = ArrayTile(stream: k, rowsUsed: used.rows, columnsUsed: used.columns)
                let done = try timing.issue(tile, at: 0).done
                let configuring = 1, accumulator = 1, bus = 1, controller = 1
                ours += done
                stonne += configuring + done + accumulator + bus + controller
                    + Self.cyclesBehind(rows: used.rows, columns: used.columns)
                tiles += 1
            }
        }
        #expect(stonne == cycles)
        if rows > 1, m % rows == 0, n % columns == 0 { #expect(cycles - ours == 5 * tiles) }
    }

    /// Cycles by which a FIFO that loses half its content a cycle is late when one anti-diagonal of results arrives in each.
    static func cyclesBehind(rows: Int, columns: Int) -> Int {
        var waiting = 0
        for diagonal in 0..<(rows + columns - 1) {
            waiting += min(rows - 1, diagonal) - max(0, diagonal - columns + 1) + 1
            waiting -= (waiting + 1) / 2
        }
        var late = 0
        while waiting > 0 {
            waiting -= (waiting + 1) / 2
            late += 1
        }
        return late
    }
}
