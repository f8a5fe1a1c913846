// Steps a weight-stationary int8 array at register fidelity. Usage: register-fidelity SIZE STREAM TILES
// Prints the cycles stepped and the sum of one tile's results; loop.c computes the same.

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Architecture
import Simulation

func run(size: Int, stream: Int, tiles: Int) throws {
    var registers = try AnyRegisterArray(
        SystolicArray(
            rows: size, columns: size, dataflow: .weightStationary, preload: .overlapped, drain: .bus, input: .int8,
            weight: .int8, accumulator: .int32))
    var state: UInt32 = 1
    func operands(_ count: Int) -> OperandMatrix {
        .int8(
            (0..<count).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return Int8(truncatingIfNeeded: state >> 24)
            })
    }
    let weights = operands(size * size)
    let activations = operands(stream * size)
    let tile = ArrayTile(stream: stream, rowsUsed: size, columnsUsed: size)

    var issued = 0
    var checksum: Int64 = 0
    while issued < tiles || !registers.isIdle {
        if issued < tiles, registers.accepts(tile) {
            _ = try registers.issue(tile, left: activations, top: weights)
            issued += 1
        }
        for finished in registers.step().done where finished.command == 0 {
            if case .int32(let sums) = finished.result { checksum = sums.reduce(0) { $0 + Int64($1) } }
        }
    }
    print("cycles \(registers.cycle) checksum \(checksum)")
}

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard arguments.count == 3, arguments.allSatisfy({ (1...65_536).contains($0) }) else {
    print("usage: register-fidelity SIZE STREAM TILES")
    exit(64)
}
try run(size: arguments[0], stream: arguments[1], tiles: arguments[2])
