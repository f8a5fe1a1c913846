import Architecture

/// What happened in one cycle of a `RegisterArray`.
package struct ArraySignals: Sendable {
    /// The command whose first vector entered in this cycle.
    package var streamStarted: Int?
    /// The command whose last stationary row was read in this cycle; its buffer is free from the next one on.
    package var stationaryRead: Int?
    /// The command whose last vector was read in this cycle; its buffers are free from the next one on.
    package var movingRead: Int?
    /// The commands whose last result was delivered in this cycle; the results can be used from the next one on.
    package var done: [FinishedTile] = []
    package init() {}
}

/// A command that is done.
package struct FinishedTile: Sendable {
    /// Number that `issue` returned.
    package var command: Int
    package var tile: ArrayTile
    package var times: TileTimes
    package var counts: AccessCounts
    /// `nil` for an output-stationary tile that keeps its sums.
    package var result: SumMatrix?
}

/// # A systolic array at register fidelity
///
/// Moves every operand and every sum through every register of every element in every cycle, on values. A controller of counters
/// (`ArraySequencer`) decides what enters; control travels with the operands. Nothing here evaluates the formulas of
/// `SystolicTiming`: times are what stepping finds. What is modelled, and from where, is described there.
///
/// Elements outside the used rows and columns compute on zeros; counts count used ones only.
struct RegisterArray<Operand: DatapathOperand>: Sendable {
    let array: SystolicArray
    /// The cycle that the next `step` simulates.
    private(set) var cycle = 0
    private var sequencer: ArraySequencer
    private var stationary: StationaryGrid<Operand>?
    private var outputStationary: OutputStationaryGrid<Operand>?
    /// Commands in flight; places are reused.
    private var flights: [Flight<Operand>] = []
    private var freePlaces: [Int] = []
    private var nextCommand = 0
    private var inFlight = 0

    init(_ array: SystolicArray) {
        precondition(array.rows > 0 && array.columns > 0, "a systolic array has at least one row and one column")
        self.array = array
        sequencer = ArraySequencer(array)
        if array.dataflow == .outputStationary {
            outputStationary = OutputStationaryGrid(
                rows: array.rows, columns: array.columns, shiftsOut: array.drain == .shift)
        } else {
            stationary = StationaryGrid(rows: array.rows, columns: array.columns)
        }
    }

    /// True when no command is in flight, so that nothing but zeros moves.
    var isIdle: Bool { inFlight == 0 && sequencer.isQuiet }

    func accepts(_ tile: ArrayTile) -> Bool { sequencer.accepts(tile) }

    /// Takes a command at the current cycle and returns its number.
    mutating func issue(_ tile: ArrayTile, left: [Operand], top: [Operand]) throws(ArrayCommandError) -> Int {
        try tile.validate(for: array)
        try tile.validateDelays(for: array)
        guard sequencer.accepts(tile) else { throw .tooEarly(cycle: cycle, earliest: nil) }
        guard sequencer.holdsContinuation(of: tile) else {
            throw .nothingToContinue("the tile continues with something of another size than the array holds")
        }
        let sizes = tile.operandSizes(for: array.dataflow)
        guard left.count == sizes.left else { throw .operandSize(edge: "left", expected: sizes.left, actual: left.count) }
        guard sizes.top == 0 || top.count == sizes.top else {
            throw .operandSize(edge: "top", expected: sizes.top, actual: top.count)
        }
        let number = nextCommand
        nextCommand += 1
        inFlight += 1
        var flight = Flight(
            command: number, tile: tile, left: left, top: top, resultSize: sizes.result, issue: cycle,
            diagonals: array.rows + array.columns - 1)
        if array.dataflow == .outputStationary || !tile.loadStationary { flight.times.stationaryRead = cycle }
        let place: Int
        if let free = freePlaces.popLast() {
            place = free
            flights[place] = flight
        } else {
            place = flights.count
            flights.append(flight)
        }
        if let started = sequencer.accept(ArraySequencer.Command(slot: place, tile: tile)) { begin(started) }
        return number
    }

    /// Simulates the current cycle.
    mutating func step() -> ArraySignals {
        var signals = ArraySignals()
        let entry = sequencer.beginCycle()
        if let (command, row) = entry.stationaryRow, row == 0 {
            flights[command.slot].times.stationaryRead = cycle + 1
            signals.stationaryRead = flights[command.slot].command
        }
        if let (command, step) = entry.vector {
            if step == 0 { signals.streamStarted = flights[command.slot].command }
            if step == command.tile.stream - 1 {
                endStream(of: command)
                signals.movingRead = flights[command.slot].command
            }
        }
        var finished: (Int?, Int?)
        if let place = stationary?.step(entry, flights: &flights) {
            finished = (place, nil)
        } else {
            finished = (nil, nil)
        }
        if let places = outputStationary?.step(entry, flights: &flights) { finished = places }
        var delivered = 0
        if let place = finished.0 { finish(place, &signals, &delivered) }
        if let place = finished.1 { finish(place, &signals, &delivered) }
        if let started = sequencer.endCycle(delivered: delivered) { begin(started, at: cycle + 1) }
        cycle += 1
        return signals
    }

    /// Lets `cycles` cycles pass in which nothing moves.
    mutating func skip(_ cycles: Int) {
        precondition(isIdle && cycles >= 0, "only an idle array can let cycles pass unstepped")
        cycle += cycles
    }

    private mutating func begin(_ command: ArraySequencer.Command, at time: Int? = nil) {
        let time = time ?? cycle
        flights[command.slot].times.streamStart = time
        if array.dataflow != .outputStationary, array.preload == .overlapped {
            flights[command.slot].times.acceptNext = time
            flights[command.slot].times.acceptContinuation = time
        }
    }

    private mutating func endStream(of command: ArraySequencer.Command) {
        let end = cycle + 1
        flights[command.slot].times.movingRead = end
        if array.dataflow == .outputStationary {
            if array.preload == .overlapped || !command.tile.drainAfter {
                flights[command.slot].times.acceptNext = end
                flights[command.slot].times.acceptContinuation = end
            }
        } else if array.preload == .exposed {
            flights[command.slot].times.acceptContinuation = end
        }
    }

    private mutating func finish(_ place: Int, _ signals: inout ArraySignals, _ delivered: inout Int) {
        let done = cycle + 1
        let tile = flights[place].tile
        flights[place].times.done = done
        if flights[place].times.acceptNext < 0 { flights[place].times.acceptNext = done }
        if flights[place].times.acceptContinuation < 0 { flights[place].times.acceptContinuation = done }
        if tile.drainAfter { delivered += 1 }
        signals.done.append(
            FinishedTile(
                command: flights[place].command, tile: tile, times: flights[place].times, counts: flights[place].counts,
                result: tile.drainAfter ? Operand.matrix(flights[place].result) : nil))
        // The place keeps no operands, so that memory follows the commands in flight.
        flights[place].left = []
        flights[place].top = []
        flights[place].result = []
        freePlaces.append(place)
        inFlight -= 1
    }
}
