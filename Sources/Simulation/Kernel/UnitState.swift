/// Where one unit stands in its stream.
struct UnitState {
    enum Blocked: Equatable {
        case no
        /// Waits for `count` of a semaphore.
        case semaphore(Int, count: Int)
        /// Waits for memory ports to issue the command at its pc.
        case ports
        /// A DMA engine that waits for its turn at a memory off chip.
        case turn
        case finished
    }

    enum Kind { case systolicArray, vector, dma }

    var kind: Kind
    /// Clock period in femtoseconds.
    var period: Int
    /// Index of its stream, −1 when the program gives it nothing to do.
    var stream: Int
    var pc = 0
    /// First of its slots in the simulator's variables.
    var variables = 0
    var slots = 0
    /// When it is to be stepped next; `Int.max` while it is blocked.
    var wake = Int.max
    var blocked = Blocked.no
    /// Until when the commands issued so far run, and until when they read their operands.
    var finishedAt = 0
    var operandsReadAt = 0
    /// The last transfer took longer than the engine's own path needed: whoever waited for it waited for the DRAM.
    var lastWasDRAMBound = false
    /// Operator of the last command, −1 before the first.
    var currentOperator = -1
    /// Counts changes of operator, so that fast-forward sees them.
    var operatorEpoch = 0
    /// A DMA engine in the middle of a command: when it was issued.
    var transferIssuedAt = 0
    /// Command in the middle of which a DMA engine is.
    var transferCommand = -1
    /// Memories of a DMA transfer.
    var transferDRAM = -1
    var transferPeer = -1
}

/// A release that takes effect later.
struct PendingRelease {
    var time: Int
    /// Order of creation among equal times.
    var sequence: Int
    /// Semaphore, or −1 − memory for a memory port of `unit`.
    var target: Int
    var count: Int
    var unit: Int
    var byDRAM: Bool
}

/// Releases to come, the latest first, so that the next one is popped from the end. There are never more than a few dozen.
struct PendingReleases {
    private(set) var entries: [PendingRelease] = []
    private var sequence = 0

    var nextTime: Int { entries.last?.time ?? Int.max }

    mutating func insert(time: Int, target: Int, count: Int, unit: Int, byDRAM: Bool) {
        sequence += 1
        let entry = PendingRelease(
            time: time, sequence: sequence, target: target, count: count, unit: unit, byDRAM: byDRAM)
        var position = entries.count
        while position > 0 && entries[position - 1].time <= time { position -= 1 }
        entries.insert(entry, at: position)
    }

    mutating func popNext() -> PendingRelease { entries.removeLast() }

    func writeState(relativeTo time: Int, into state: inout [Int]) {
        state.append(entries.count)
        for entry in entries {
            state.append(entry.time - time)
            state.append(entry.target)
            state.append(entry.count)
            state.append(entry.unit)
            state.append(entry.byDRAM ? 1 : 0)
        }
    }

    mutating func shift(by delta: Int) {
        for index in entries.indices { entries[index].time += delta }
    }
}
