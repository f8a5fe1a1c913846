import Architecture
import DequeModule
import NumberFormats

/// A release that waits for a command of a register-stepped array.
struct DeferredRelease {
    /// Number of the command.
    var tag: Int
    var semaphore: Int
    var count: Int
    /// Due when the command has read its operands rather than when it is done.
    var whenRead: Bool
}

/// A command that a register-stepped array has taken and not finished.
struct ArrayFlight {
    var number: Int
    var issuedAt: Int
    /// Where its sums go: bit addresses.
    var addresses: [Int]
    var memory: Int
    var element: ElementType
    var accumulates: Bool
    var latency: Int
    var slow: Int
    var cause: StallCause
    var operatorIndex: Int
    var command: Int
}

/// A systolic array as the simulator holds it: closed-form times, or registers.
struct SystolicUnit {
    private var timing: SystolicTiming
    var registers: AnyRegisterArray?
    /// Commands in flight, oldest first; an array finishes them in order.
    var flights: Deque<ArrayFlight> = []
    var deferred: [DeferredRelease] = []
    /// Number of the last command that was taken, has read its operands, is done.
    private(set) var lastIssued = -1
    var lastRead = -1
    var lastDone = -1

    /// - Parameter needsWideOperands: integers of 8 bits with sign do not hold what the program multiplies.
    init(_ array: SystolicArray, fidelity: Fidelity, needsWideOperands: Bool) throws(SimulationError) {
        timing = SystolicTiming(array)
        guard fidelity == .register else { return }
        var held = array
        if needsWideOperands, array.input.isInteger { held.input = .int16 }
        do { registers = try AnyRegisterArray(held) } catch { throw .unsupported("\(error)") }
    }

    /// The first cycle in which the array takes the tile.
    func earliestIssue(of tile: ArrayTile) -> Int { timing.earliestIssue(of: tile) }

    mutating func issue(_ tile: ArrayTile, at cycle: Int) throws(SimulationError) -> TileTimes {
        do { return try timing.issue(tile, at: cycle) } catch { throw .invalidProgram("\(error)") }
    }

    mutating func noteIssued(_ number: Int) { lastIssued = number }

    /// The command that a release has to wait for, `nil` when it can be given now.
    func pendingTag(whenRead: Bool) -> Int? {
        let reached = whenRead ? lastRead : lastDone
        return reached < lastIssued ? lastIssued : nil
    }

    func writeState(relativeTo cycle: Int, into state: inout [Int]) { timing.writeState(relativeTo: cycle, into: &state) }
    mutating func shift(by cycles: Int) { timing.shift(by: cycles) }
}

extension CompiledProgram {
    /// True when a stream multiplies integers that are not of 8 bits with sign: others, or such less a zero point.
    func needsWideOperands(stream: Int) -> Bool {
        let end = stream + 1 < streams.count ? streams[stream + 1].first : instructions.count
        return instructions[streams[stream].first..<end].contains { instruction in
            guard instruction.code == .command, commands[instruction.a].opcode == .matmul else { return false }
            let command = commands[instruction.a]
            return command.attributeNames.contains("leftZero") || command.attributeNames.contains("rightZero")
                || command.operands.prefix(2).contains { !$0.element.isInteger || $0.element.bits > 8 || $0.element == .uint8 || $0.element == .bool }
        }
    }
}

extension OperandMatrix {
    /// The same integers as an array's registers hold them; reals are left alone.
    func held(as format: DatapathFormat) -> OperandMatrix {
        switch (self, format) {
        case (.int8(let values), .int16): .int16(values.map { Int16($0) })
        case (.int16(let values), .int8): .int8(values.map { Int8(truncatingIfNeeded: $0) })
        default: self
        }
    }
}
