import Architecture
import NumberFormats
import OperatorGraph
import Programs
import Quantities
import Simulation
import Testing

/// Bank conflicts of implicit im2col against a count that looks at every address of every vector.
@Suite struct BankConflictTests {
    /// A convolution as one array's folds over the windows of a buffer, and the memory that holds it.
    struct Case: CustomStringConvertible {
        var array: SystolicArray
        var element: ElementType
        var banks: Int
        var width: Int
        var base: Int
        var description: String { "\(array.dataflow) \(array.rows)×\(array.columns) \(array.preload) banks \(banks) × \(width) B, base \(base): \(left)" }
        /// Extents of the whole product, and of one fold.
        var size: (m: Int, k: Int, n: Int)
        var fold: (m: Int, k: Int, n: Int)
        var left: Region

        init(_ random: inout SplitMix64) {
            func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
            func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
            let rows = int(1...12), columns = int(1...8)
            element = pick([.int8, .int8, .int16])
            array = SystolicArray(
                rows: rows, columns: columns, dataflow: pick([.weightStationary, .weightStationary, .inputStationary, .outputStationary]),
                preload: pick(Preload.allCases), drain: pick(Drain.allCases), input: element, weight: element, accumulator: .int32)
            banks = pick([1, 2, 3, 4, 7, 8, 16, 27])
            width = pick([1, 2, 4, 5, 8, 16, 33, 64])
            base = int(0...70) * element.bits / 8

            let channels = pick([1, 1, 2, 3, 4, 8, int(1...9)])
            let kernel = (h: int(1...4), w: int(1...3))
            let step = (h: int(1...3), w: int(1...2))
            let dilation = (h: pick([1, 1, 2]), w: pick([1, 1, 2]))
            let padding = (h: int(0...2), w: int(0...2))
            let reach = (h: (kernel.h - 1) * dilation.h + 1, w: (kernel.w - 1) * dilation.w + 1)
            let input = (h: max(reach.h, int(2...10)), w: max(reach.w, int(2...10)))
            let output = (h: (input.h + 2 * padding.h - reach.h) / step.h + 1, w: (input.w + 2 * padding.w - reach.w) / step.w + 1)
            size = (output.h * output.w, kernel.h * kernel.w * channels, int(1...10))
            switch array.dataflow {
            case .weightStationary: fold = (pick([size.m, output.w, 2 * output.w, int(1...size.m)]), rows, columns)
            case .inputStationary: fold = (columns, rows, size.n)
            case .outputStationary: fold = (rows, size.k, columns)
            }

            // Channels innermost, or each channel's image by itself.
            let lastChannel = pick([true, true, false])
            let strides = lastChannel ? (c: 1, h: input.w * channels, w: channels) : (c: input.h * input.w, h: input.w, w: 1)
            let row = Expression.variable("i") * fold.m + .coordinate(0)
            let column = Expression.variable("l") * fold.k + .coordinate(1)
            let ih = (row / output.w) * step.h + (column / (kernel.w * channels)) * dilation.h - .constant(padding.h)
            let iw = (row % output.w) * step.w + ((column / channels) % kernel.w) * dilation.w - .constant(padding.w)
            var index = ih * strides.h + iw * strides.w + (column % channels) * strides.c
            // Now and then addresses that no sum over rows and columns describes.
            if int(0...9) == 0 { index = (row * 7 + column * 5) / 2 }
            left = Region(
                memory: "spad", base: .constant(base), element: element,
                extents: [.min(.constant(fold.m), .constant(size.m) - .variable("i") * fold.m), .min(.constant(fold.k), .constant(size.k) - .variable("l") * fold.k)],
                index: index,
                guards: [
                    Condition(ih, .greaterOrEqual, 0), Condition(ih, .less, .constant(input.h)), Condition(iw, .greaterOrEqual, 0),
                    Condition(.constant(input.w), .greater, iw),
                ])
        }

        var folds: (m: Int, k: Int, n: Int) { (ceilingDivide(size.m, fold.m), ceilingDivide(size.k, fold.k), ceilingDivide(size.n, fold.n)) }

        var program: Program {
            let j = Expression.variable("j") * fold.n
            let n = Expression.min(.constant(fold.n), .constant(size.n) - j)
            let command = Command(
                "matmul", operatorIndex: 0,
                operands: [
                    .init("left", left),
                    .init("right", Region(memory: "weights", base: 0, element: element, extents: [left.extents[1], n], strides: [size.n, 1], offset: j)),
                    .init("out", Region(memory: "sums", base: 0, element: .int32, extents: [left.extents[0], n], strides: [size.n, 1], offset: j)),
                ])
            let body: [Statement] = [
                .loop(variable: "j", bound: .constant(folds.n), body: [
                    .loop(variable: "i", bound: .constant(folds.m), body: [.loop(variable: "l", bound: .constant(folds.k), body: [.command(command)])])
                ])
            ]
            return Program(
                name: "windows", architecture: "windows",
                operators: [.init(name: "convolution", type: "Conv", unit: "mxu", macs: 0)], streams: [.init(unit: "mxu", body: body)])
        }

        /// Weights and sums lie in memories of a single line each, which never conflict.
        var machine: Architecture {
            func sram(_ name: String, _ banks: Int, _ width: Int) -> Memory {
                Memory(
                    name: name, scope: .core, capacity: Bytes(1 << 20),
                    kind: .sram(SRAM(banks: banks, width: Bytes(width), ports: 8, latency: 1)))
            }
            return Architecture(
                name: "windows", clock: Frequency(hertz: 1e9),
                memories: [sram("spad", banks, width), sram("weights", 1, 1 << 20), sram("sums", 1, 1 << 20)],
                engines: [Engine(name: "mxu", scope: .core, kind: .systolicArray(array), reads: ["spad", "weights"], writes: "sums")])
        }

        /// Which elements of a fold there are, and the lines that each touches.
        func lines(_ variables: [String: Int], _ row: Int, _ column: Int) throws -> ClosedRange<Int>? {
            for condition in left.guards {
                let sides = (try #require(condition.left.evaluate(variables, at: [row, column])), try #require(condition.right.evaluate(variables, at: [row, column])))
                if !condition.relation.holds(sides.0, sides.1) { return nil }
            }
            let bytes = element.bits / 8
            let first = base + (try #require(left.index.evaluate(variables, at: [row, column]))) * bytes
            return floorDivide(first, width)...floorDivide(first + bytes - 1, width)
        }

        func fullestBank(_ touched: Set<Int>) -> Int {
            max(1, Dictionary(grouping: touched) { floorRemainder($0, banks) }.values.map(\.count).max() ?? 1)
        }

        /// Delays of the fold's `vectors`, each a row of windows or, with `areColumns`, a column of them.
        func delays(_ variables: [String: Int], m: Int, k: Int, areColumns: Bool, interval: Int, firstIsEarly: Bool) throws -> [Int] {
            let origin = variables.mapValues { _ in 0 }
            func step(_ row: Int, _ column: Int) -> Int? {
                guard let here = left.index.evaluate(origin, at: [0, 0]), let there = left.index.evaluate(origin, at: [row, column]) else { return nil }
                return there - here
            }
            let vectors = areColumns ? k : m
            let isTurned = areColumns ? step(1, 0) != 1 && step(0, 1) == 1 : step(0, 1) != 1 && step(1, 0) == 1
            var each: [Int] = []
            var all: Set<Int> = []
            for vector in 0..<vectors {
                var touched: Set<Int> = []
                for element in 0..<(areColumns ? m : k) {
                    touched.formUnion(try lines(variables, areColumns ? element : vector, areColumns ? vector : element).map(Array.init) ?? [])
                }
                all.formUnion(touched)
                each.append(max(0, fullestBank(touched) - interval))
            }
            if isTurned {
                let late = max(0, fullestBank(all) - vectors * interval)
                each = (0..<vectors).map { (($0 + 1) * late) / vectors - ($0 * late) / vectors }
            }
            if firstIsEarly { each[0] = 0 }
            return each
        }

        /// The array's cycles from the formulas of its timing, fold by fold as early as it takes them; and the delays in them.
        func expected() throws -> (cycles: Int, delays: Int) {
            var timing = SystolicTiming(array)
            var end = 0
            var sum = 0
            for j in 0..<folds.n {
                for i in 0..<folds.m {
                    for l in 0..<folds.k {
                        let variables = ["i": i, "j": j, "l": l]
                        let m = min(fold.m, size.m - i * fold.m), k = min(fold.k, size.k - l * fold.k), n = min(fold.n, size.n - j * fold.n)
                        func interval(_ elements: Int) -> Int { max(1, ceilingDivide(element.bytes(for: elements), banks * width)) }
                        var tile: ArrayTile
                        switch array.dataflow {
                        case .weightStationary:
                            tile = ArrayTile(stream: m, rowsUsed: k, columnsUsed: n, streamInterval: interval(k))
                            tile.streamDelays = .init(each: try delays(variables, m: m, k: k, areColumns: false, interval: interval(k), firstIsEarly: true))
                        case .inputStationary:
                            tile = ArrayTile(stream: n, rowsUsed: k, columnsUsed: m, loadInterval: interval(m))
                            tile.loadDelays = .init(each: try delays(variables, m: m, k: k, areColumns: true, interval: interval(m), firstIsEarly: false))
                        case .outputStationary:
                            tile = ArrayTile(stream: k, rowsUsed: m, columnsUsed: n, streamInterval: interval(m))
                            tile.streamDelays = .init(each: try delays(variables, m: m, k: k, areColumns: true, interval: interval(m), firstIsEarly: true))
                        }
                        end = max(end, try timing.issue(tile, at: timing.earliestIssue(of: tile)).done)
                        sum += tile.streamDelays.total + tile.loadDelays.total
                    }
                }
            }
            // One cycle of latency on the way in, one on the way out.
            return (end + 2, sum)
        }
    }

    @Test(arguments: 0..<8)
    func everyVectorTakesAsLongAsItsFullestBank(seed: Int) throws {
        var random = SplitMix64(state: UInt64(seed) &* 977 &+ 5)
        var late = 0
        for _ in 0..<160 {
            let test = Case(&random)
            let expected = try test.expected()
            let program = test.program
            let event = try Simulation.run(program, on: test.machine, options: SimulationOptions(fastForward: false)).record
            #expect(event.cycles == expected.cycles, "\(test)")
            late += expected.delays > 0 ? 1 : 0
            if expected.delays > 0 { #expect(event.units[0].activity[.bankConflict] > 0, "\(test)") }
            let jumping = try Simulation.run(program, on: test.machine).record
            #expect(jumping.cycles == event.cycles && jumping.units[0].activity == event.units[0].activity, "\(test)")
            let values = ValueSource(graph: Graph(name: "none", origin: "test", values: [], nodes: [], inputs: [], outputs: []), tensors: [:])
            let register = try Simulation.run(program, on: test.machine, options: SimulationOptions(fidelity: .register, values: values)).record
            #expect(register.cycles == event.cycles && register.units[0].activity == event.units[0].activity, "\(test)")
        }
        // The cases are worth their name.
        #expect(late > 15)
    }

    /// Long streams of like folds over few banks: the period is found, and nothing changes.
    @Test func repetitionIsFoundWhereConflictsRepeat() throws {
        // Rows of 16 pixels × 8 channels are 128 B, a multiple of the line: moving down a row moves by whole lines.
        let row = Expression.variable("i") * 16 + .coordinate(0), column = Expression.coordinate(1)
        let index = (row / 16 + column / 24) * 128 + (row % 16) * 8 + column % 24
        let left = Region(memory: "spad", base: 0, element: .int8, extents: [16, 72], index: index)
        let command = Command(
            "matmul", operatorIndex: 0,
            operands: [
                .init("left", left), .init("right", Region(memory: "weights", base: 0, element: .int8, extents: [72, 8], strides: [8, 1])),
                .init("out", Region(memory: "sums", base: 0, element: .int32, extents: [16, 8], strides: [8, 1])),
            ])
        let program = Program(
            name: "rows", architecture: "rows", operators: [.init(name: "convolution", type: "Conv", unit: "mxu", macs: 0)],
            streams: [.init(unit: "mxu", body: [.loop(variable: "i", bound: 400, body: [.command(command)])])])
        func sram(_ name: String, _ banks: Int, _ width: Int) -> Memory {
            Memory(name: name, scope: .core, capacity: Bytes(1 << 20), kind: .sram(SRAM(banks: banks, width: Bytes(width), ports: 8, latency: 1)))
        }
        let array = SystolicArray(rows: 72, columns: 8, dataflow: .weightStationary, input: .int8, weight: .int8, accumulator: .int32)
        let machine = Architecture(
            name: "rows", clock: Frequency(hertz: 1e9), memories: [sram("spad", 16, 8), sram("weights", 1, 1 << 20), sram("sums", 1, 1 << 20)],
            engines: [Engine(name: "mxu", scope: .core, kind: .systolicArray(array), reads: ["spad", "weights"], writes: "sums")])
        let jumping = try Simulation.run(program, on: machine)
        let stepping = try Simulation.run(program, on: machine, options: SimulationOptions(fastForward: false))
        #expect(jumping.replays > 0)
        #expect(jumping.record.cycles == stepping.record.cycles)
        // Three kernel rows of three lines, each 128 B = 16 lines after the last: the same three banks. 15 late vectors a fold.
        #expect(stepping.record.units[0].activity[.bankConflict] == 400 * 15 * 2)
        #expect(jumping.record.units[0].activity == stepping.record.units[0].activity)
    }
}
