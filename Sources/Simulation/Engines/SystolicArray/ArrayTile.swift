import Architecture

/// One command to a systolic array: stream `stream` vectors through a tile of at most rows × columns elements.
///
/// Operands, by the edge at which they enter (all row-major, no padding):
///
/// | dataflow | left edge | top edge | result |
/// | --- | --- | --- | --- |
/// | weight-stationary | activations, `stream` × `rowsUsed` | weights, `rowsUsed` × `columnsUsed` | `stream` × `columnsUsed` |
/// | input-stationary | weights transposed, `stream` × `rowsUsed` | activations transposed, `rowsUsed` × `columnsUsed` | `stream` × `columnsUsed`, the product transposed |
/// | output-stationary | `rowsUsed` × `stream` | `stream` × `columnsUsed` | `rowsUsed` × `columnsUsed` |
///
/// In every row the result is the matrix product left · top.
package struct ArrayTile: Sendable, Equatable {
    /// Vectors streamed: the long dimension of a stationary tile, the reduction length of an output-stationary one.
    package var stream: Int
    /// Rows and columns that hold operands. The array's sequencing is fixed, so a partial tile costs the time of a full one.
    package var rowsUsed: Int
    package var columnsUsed: Int
    /// Weight- and input-stationary: `false` keeps the stationary operand that the array already holds.
    package var loadStationary: Bool
    /// Cycles from one streamed vector to the next; above 1 where the scratchpad delivers more slowly.
    package var streamInterval: Int
    /// Cycles that the scratchpad takes to deliver one stationary row.
    package var loadInterval: Int
    /// Cycles by which single streamed vectors come later than at the interval. The first is never late.
    package var streamDelays: DeliveryDelays
    /// Cycles by which single stationary rows come later, by array row.
    package var loadDelays: DeliveryDelays
    /// Output-stationary: start the sums from zero rather than from those of the previous tile.
    package var initialize: Bool
    /// Output-stationary: hand over the sums after this tile rather than keep them for the next one.
    package var drainAfter: Bool

    package init(
        stream: Int, rowsUsed: Int, columnsUsed: Int, loadStationary: Bool = true, streamInterval: Int = 1,
        loadInterval: Int = 1, streamDelays: DeliveryDelays = .none, loadDelays: DeliveryDelays = .none,
        initialize: Bool = true, drainAfter: Bool = true
    ) {
        self.stream = stream; self.rowsUsed = rowsUsed; self.columnsUsed = columnsUsed
        self.loadStationary = loadStationary; self.streamInterval = streamInterval; self.loadInterval = loadInterval
        self.streamDelays = streamDelays; self.loadDelays = loadDelays
        self.initialize = initialize; self.drainAfter = drainAfter
    }

    /// Cycles from the first vector's entry to the last one's.
    var streamSpan: Int { (stream - 1) * streamInterval + streamDelays.total }
    /// Cycles in which the stationary operand of an array with `rows` rows enters.
    func loadSpan(rows: Int) -> Int { rows * loadInterval + loadDelays.total }

    /// Elements that the left-edge and top-edge operands must have, and those of the result.
    package func operandSizes(for dataflow: Dataflow) -> (left: Int, top: Int, result: Int) {
        switch dataflow {
        case .weightStationary, .inputStationary:
            (stream * rowsUsed, loadStationary ? rowsUsed * columnsUsed : 0, stream * columnsUsed)
        case .outputStationary:
            (rowsUsed * stream, stream * columnsUsed, drainAfter ? rowsUsed * columnsUsed : 0)
        }
    }

    /// What the tile reads, writes and multiplies. Only entries that hold operands count.
    package func counts(for dataflow: Dataflow) -> AccessCounts {
        let sizes = operandSizes(for: dataflow)
        return AccessCounts(
            leftReads: sizes.left, topReads: sizes.top, resultWrites: sizes.result,
            macs: stream * rowsUsed * columnsUsed)
    }
}

/// When a command does what. A time is the number of the cycle from which on the statement holds.
package struct TileTimes: Sendable, Equatable {
    /// The command was accepted; loading of a stationary operand begins in this cycle.
    package var issue: Int
    /// The first vector enters the array.
    package var streamStart: Int
    /// The buffer of the stationary operand may be overwritten. Equals `issue` when there is none to load.
    package var stationaryRead: Int
    /// The buffers of the streamed operands may be overwritten; the stream has ended.
    package var movingRead: Int
    /// All results are delivered; for an output-stationary tile that keeps its sums, the last multiply-accumulate is done.
    package var done: Int
    /// The next command may be issued.
    package var acceptNext: Int
    /// The next command may be issued if it uses the stationary operand in place (`loadStationary == false`).
    package var acceptContinuation: Int

    package init(
        issue: Int, streamStart: Int, stationaryRead: Int, movingRead: Int, done: Int, acceptNext: Int,
        acceptContinuation: Int
    ) {
        self.issue = issue; self.streamStart = streamStart; self.stationaryRead = stationaryRead
        self.movingRead = movingRead; self.done = done; self.acceptNext = acceptNext
        self.acceptContinuation = acceptContinuation
    }
}

/// Accesses of one tile at the array's edges, in elements, and its multiply-accumulates.
///
/// A stationary array returns the sums of its own rows only; reading and writing partial sums of earlier row folds in
/// the accumulator memory is the business of whoever issues the tiles.
package struct AccessCounts: Sendable, Equatable {
    package var leftReads: Int
    package var topReads: Int
    package var resultWrites: Int
    package var macs: Int

    package init(leftReads: Int = 0, topReads: Int = 0, resultWrites: Int = 0, macs: Int = 0) {
        self.leftReads = leftReads; self.topReads = topReads; self.resultWrites = resultWrites; self.macs = macs
    }

    package static func += (sum: inout AccessCounts, other: AccessCounts) {
        sum.leftReads += other.leftReads; sum.topReads += other.topReads
        sum.resultWrites += other.resultWrites; sum.macs += other.macs
    }
}
