// Lowers and simulates every layer of SCALE-Sim's compute reports as a program on a machine whose memories never hold the array
// up, and compares the array's busy cycles with those of the reports. Usage: scalesim-rows FILE
// FILE is Tests/SimulationTests/Fixtures/scalesim-compute.csv. Prints what differs and a summary; exit code 1 when anything does.
//
// SCALE-Sim's `Total Cycles` is the index of the last result line, one less than the cycles: equal means busy = total + 1.
// Nothing else of the machine counts: SCALE-Sim models no vector unit and its first operands are there in cycle 0.

import Architecture
import Foundation
import Lowering
import OperatorGraph
import Quantities
import Simulation

/// One layer on one array.
struct Row {
    var name: String
    var rows: Int
    var columns: Int
    var dataflow: Dataflow
    /// Extents of the product over the array's rows, over its columns, and over time.
    var spaceRows: Int
    var spaceColumns: Int
    var time: Int
    var folds: Int
    var totalCycles: Int

    init?(_ line: Substring) {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 14 else { return nil }
        switch fields[4] {
        case "os": dataflow = .outputStationary
        case "ws": dataflow = .weightStationary
        case "is": dataflow = .inputStationary
        default: return nil
        }
        let numbers = [2, 3, 5, 6, 7, 8, 9, 10].compactMap { Int(fields[$0]) }
        guard numbers.count == 8, numbers.allSatisfy({ $0 > 0 }) else { return nil }
        name = "\(fields[0]) layer \(fields[1]) on \(fields[2])×\(fields[3]) \(fields[4])"
        (rows, columns, spaceRows, spaceColumns) = (numbers[0], numbers[1], numbers[2], numbers[3])
        (time, folds, totalCycles) = (numbers[4], numbers[5] * numbers[6], numbers[7])
    }

    /// m × k by k × n: which of them lie along the array follows from what stays in it.
    var product: (m: Int, k: Int, n: Int) {
        switch dataflow {
        case .weightStationary: (m: time, k: spaceRows, n: spaceColumns)
        case .inputStationary: (m: spaceColumns, k: spaceRows, n: time)
        case .outputStationary: (m: spaceRows, k: time, n: spaceColumns)
        }
    }

    /// The layer as a graph of one product.
    var graph: Graph {
        let (m, k, n) = product
        return Graph(
            name: name, origin: "SCALE-Sim compute report",
            values: [
                .init(name: "input", type: TensorType(.int8, [m, k]), kind: .input),
                .init(name: "weight", type: TensorType(.int8, [k, n]), kind: .parameter),
                .init(name: "output", type: TensorType(.int8, [m, n]), kind: .intermediate),
            ],
            nodes: [.init(name: "product", operation: "MatMul", version: 13, inputs: [0, 1], outputs: [2])],
            inputs: [0], outputs: [2])
    }

    /// The array between memories that hold everything and deliver it at once.
    var machine: Architecture {
        let width = Bytes(1 << 30)
        func scratchpad(_ name: String) -> Memory {
            Memory(name: name, scope: .core, capacity: Bytes(1 << 40), kind: .sram(SRAM(width: width, ports: 16, latency: 0)))
        }
        func transfer(_ name: String, from: String, to: String) -> Engine {
            Engine(
                name: name, scope: .core, kind: .dma(DMAEngine(width: width, request: width, outstanding: 1024, startup: 0)),
                reads: [from], writes: to)
        }
        return Architecture(
            name: "array-alone", clock: Frequency(hertz: 1e9),
            memories: [
                Memory(
                    name: "dram", scope: .shared, capacity: Bytes(1 << 40),
                    kind: .dram(DRAM(bandwidth: Bandwidth(bytesPerSecond: 1e18), latency: Time(femtoseconds: 0), accessGranularity: Bytes(1)))),
                scratchpad("inputs"), scratchpad("weights"), scratchpad("sums"),
            ],
            engines: [
                Engine(
                    name: "array", scope: .core,
                    kind: .systolicArray(SystolicArray(rows: rows, columns: columns, dataflow: dataflow, preload: .exposed)),
                    reads: ["inputs", "weights"], writes: "sums"),
                Engine(name: "vector", scope: .core, kind: .vector(VectorUnit(lanes: 1 << 20, chain: 64)), reads: ["sums", "inputs"], writes: "inputs"),
                transfer("loadInputs", from: "dram", to: "inputs"),
                transfer("loadWeights", from: "dram", to: "weights"),
                transfer("store", from: "inputs", to: "dram"),
            ])
    }
}

/// What differs from the report, empty when nothing does.
func differences(_ row: Row) throws -> [String] {
    let machine = row.machine
    let program = try Lowering.lower(row.graph, to: machine).program
    let record = try Simulation.run(program, on: machine).record
    guard let array = record.units.first(where: { $0.kind == .systolicArray }) else { return ["no array ran"] }
    let (m, k, n) = row.product
    var found: [String] = []
    if array.activity.busy != row.totalCycles + 1 { found.append("\(array.activity.busy) busy cycles, not \(row.totalCycles + 1)") }
    if array.commands != row.folds { found.append("\(array.commands) folds, not \(row.folds)") }
    if array.macs != m * k * n { found.append("\(array.macs) multiply-accumulates, not \(m * k * n)") }
    if array.activity.total != record.cycles { found.append("causes add up to \(array.activity.total) of \(record.cycles) cycles") }
    return found
}

guard CommandLine.arguments.count == 2, let text = try? String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8) else {
    FileHandle.standardError.write(Data("usage: scalesim-rows Tests/SimulationTests/Fixtures/scalesim-compute.csv\n".utf8))
    exit(64)
}
let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst()
var compared = 0
var different = 0
var cycles = 0
for line in lines {
    guard let row = Row(line) else {
        FileHandle.standardError.write(Data("not a row of a compute report: \(line)\n".utf8))
        exit(65)
    }
    compared += 1
    cycles += row.totalCycles + 1
    let found = try differences(row)
    if !found.isEmpty {
        different += 1
        print("\(row.name): \(found.joined(separator: "; "))")
    }
}
print("\(compared) rows, \(cycles) array cycles, \(different) rows differ")
exit(different == 0 && compared > 0 ? 0 : 1)
