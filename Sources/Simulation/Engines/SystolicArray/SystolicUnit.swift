import Architecture
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
    var flights: [ArrayFlight] = []
    var deferred: [DeferredRelease] = []
    /// Number of the last command that was taken, has read its operands, is done.
    private(set) var lastIssued = -1
    var lastRead = -1
    var lastDone = -1

    init(_ array: SystolicArray, fidelity: Fidelity) throws(SimulationError) {
        timing = SystolicTiming(array)
        guard fidelity == .register else { return }
        do { registers = try AnyRegisterArray(array) } catch { throw .unsupported("\(error)") }
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
