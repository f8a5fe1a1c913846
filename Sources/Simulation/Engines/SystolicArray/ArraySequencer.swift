import Architecture

/// The controller of a systolic array at register fidelity: counters that decide, cycle by cycle, what enters the array.
///
/// It knows no times. A command waits in the load stage while its stationary rows enter, moves to the stream stage when
/// that is free, and leaves it with its last vector; output-stationary sums then leave through the drain stage.
struct ArraySequencer: Sendable {
    /// A command and the place where the array keeps its operands and results.
    struct Command: Sendable {
        var slot: Int
        var tile: ArrayTile
    }

    /// What enters the array in one cycle.
    struct Entry: Sendable {
        /// Command and array row whose stationary operand enters at the top.
        var stationaryRow: (command: Command, row: Int)?
        /// Command and number of the vector that enters.
        var vector: (command: Command, step: Int)?
        /// Command and number of the pulse that shifts drain registers down.
        var drainPulse: (command: Command, pulse: Int)?
    }

    private let array: SystolicArray
    private var waiting: Command?
    private var rowsToLoad = 0
    private var loadCountdown = 0
    private var streaming: Command?
    private var nextStep = 0
    private var streamCountdown = 0
    private var draining: Command?
    private var nextPulse = 0
    /// Cycles for which each column still has results of the last drained tile to hand over, seen from element (0, 0).
    private var columnsBusy = 0
    /// Commands whose results the array still owes.
    private var owed = 0
    /// Used size of the operand or of the sums that the array holds.
    private var resident: (rows: Int, columns: Int)?

    init(_ array: SystolicArray) { self.array = array }

    private var isOutputStationary: Bool { array.dataflow == .outputStationary }

    /// True when no command is waiting, streaming or draining.
    var isQuiet: Bool { waiting == nil && streaming == nil && draining == nil && columnsBusy == 0 }

    /// Whether the array takes this tile now.
    func accepts(_ tile: ArrayTile) -> Bool {
        guard waiting == nil else { return false }
        if isOutputStationary { return streaming == nil && (array.preload == .overlapped || owed == 0) }
        if array.preload == .overlapped { return true }
        return tile.loadStationary ? owed == 0 : streaming == nil
    }

    /// Whether the array holds what the tile continues.
    func holdsContinuation(of tile: ArrayTile) -> Bool {
        guard isOutputStationary ? !tile.initialize : !tile.loadStationary else { return true }
        guard let resident else { return false }
        return resident == (tile.rowsUsed, tile.columnsUsed)
    }

    /// Takes a command; returns the command that begins to stream in this cycle, if any.
    mutating func accept(_ command: Command) -> Command? {
        waiting = command
        rowsToLoad = !isOutputStationary && command.tile.loadStationary ? array.rows : 0
        loadCountdown = rowsToLoad > 0 ? Self.loadCycles(of: rowsToLoad - 1, command.tile) : 0
        if command.tile.drainAfter { owed += 1 }
        let keeps = !isOutputStationary || !command.tile.drainAfter
        resident = keeps ? (command.tile.rowsUsed, command.tile.columnsUsed) : nil
        return promote()
    }

    private static func loadCycles(of row: Int, _ tile: ArrayTile) -> Int { tile.loadInterval + tile.loadDelays.before(row) }

    /// Moves the waiting command to the stream stage when it is loaded, the stage is free and the columns will have handed
    /// over earlier results by the time its own are finished.
    private mutating func promote() -> Command? {
        guard let command = waiting, rowsToLoad == 0, streaming == nil else { return nil }
        if isOutputStationary, command.tile.drainAfter {
            guard command.tile.streamSpan >= columnsBusy else { return nil }
        }
        waiting = nil
        streaming = command
        nextStep = 0
        streamCountdown = 0
        return command
    }

    /// What enters in the cycle that begins.
    mutating func beginCycle() -> Entry {
        var entry = Entry()
        if let command = draining {
            entry.drainPulse = (command, nextPulse)
            nextPulse += 1
            if nextPulse == array.rows { draining = nil }
        }
        if let command = waiting, rowsToLoad > 0 {
            loadCountdown -= 1
            if loadCountdown == 0 {
                // The row that travels furthest enters first.
                rowsToLoad -= 1
                entry.stationaryRow = (command, rowsToLoad)
                if rowsToLoad > 0 { loadCountdown = Self.loadCycles(of: rowsToLoad - 1, command.tile) }
            }
        }
        if let command = streaming {
            if streamCountdown == 0 {
                entry.vector = (command, nextStep)
                nextStep += 1
                if nextStep == command.tile.stream {
                    endStream(of: command)
                } else {
                    streamCountdown = command.tile.streamInterval - 1 + command.tile.streamDelays.before(nextStep)
                }
            } else {
                streamCountdown -= 1
            }
        }
        return entry
    }

    private mutating func endStream(of command: Command) {
        streaming = nil
        guard isOutputStationary, command.tile.drainAfter else { return }
        columnsBusy = array.rows
        if array.drain == .shift {
            precondition(draining == nil, "two tiles shift their sums down the same columns")
            draining = command
            nextPulse = 0
        }
    }

    /// Closes the cycle; returns the command that begins to stream in the next one, if any.
    mutating func endCycle(delivered: Int) -> Command? {
        owed -= delivered
        if columnsBusy > 0 { columnsBusy -= 1 }
        return promote()
    }
}
