import Architecture

/// # A systolic array at event fidelity: time
///
/// ## What is modelled
/// A grid of R × C processing elements, one multiply-accumulate each per cycle. Operands move one element a cycle, right
/// from the left edge and down from the top edge; row r and column c are skewed by r and c cycles, so that element (r, c)
/// works on vector j in cycle s + j·interval + r + c, where s is the cycle in which vector 0 enters at (0, 0).
///
/// *Weight- and input-stationary.* The stationary operand shifts down into shadow registers, R rows, and is swapped in
/// by a token that runs ahead of the first vector; sums move down and leave at the bottom.
/// Exposed preload loads only when the array is empty: a tile takes R + T + (R−1) + (C−1) = T + 2R + C − 2 cycles.
/// Overlapped preload loads behind the running stream: the shift enable and the swap travel with the wavefront, so
/// the load of the next tile may start in the very cycle in which the stream of the last one starts. The steady period
/// is max(T, R).
///
/// *Output-stationary.* Both operands stream; T + R + C − 2 cycles a tile. With `drain: bus` each element puts its sum on a
/// result bus of its column in the cycle in which it finishes it. With `drain: shift` the sum goes to a drain register and is
/// shifted down, one pulse per row travelling with the wavefront: R more cycles. Either way a column hands over
/// one result a cycle and R a tile, so with overlapped preload the *last* vectors of two drained tiles must be R cycles
/// apart: on a bus two results would meet, in a drain register a result would be overwritten before it is passed on.
/// A short tile therefore starts later (the steady period is max(T, R) again); its `streamStart` shows it.
///
/// The controller holds one command ahead of the one that streams.
///
/// ## What is not modelled
/// Zero skipping, clock gating, faults, feeding several rows a cycle, diagonal or bidirectional links, and the memory that
/// holds partial sums between row folds. Delivery that is slower than one vector a cycle enters as an interval for all vectors
/// and delays of single ones, known when the command is issued.
///
/// ## Sources
/// - Exposed times and access counts: the fold equations of SCALE-Sim v3 (scalesim/compute/systolic_compute_{os,ws,is}.py,
///   commit 1d62b68), whose reported "Total Cycles" is one less than the number of cycles.
/// - Two weight registers per element, and control that travels with the operands through a pipeline register
///   between rows: Gemmini (src/main/scala/gemmini/{PE,Mesh}.scala), Genc et al., DAC 2021.
/// - Output-stationary mesh with results collected in each cycle: STONNE (OSMeshMN.cpp), Muñoz-Martínez et al., IISWC 2021.
///
/// `RegisterArray` finds the same times by moving values through registers; property tests hold the two together.
package struct SystolicTiming: Sendable {
    package let array: SystolicArray
    /// Cycle after the last vector of the last stream.
    var streamEnd = 0
    /// First cycle in which the last vector of a drained output-stationary tile may enter.
    var drainFree = 0
    /// Used size of the operand, or of the unfinished sums, that the array holds.
    var resident: (rows: Int, columns: Int)?
    /// Earliest cycle for a next command that loads its operand, and for one that continues.
    var acceptNext = 0
    var acceptContinuation = 0

    package init(_ array: SystolicArray) {
        precondition(array.rows > 0 && array.columns > 0, "a systolic array has at least one row and one column")
        self.array = array
    }

    /// The first cycle in which `issue` takes this tile.
    package func earliestIssue(of tile: ArrayTile) -> Int {
        array.dataflow != .outputStationary && !tile.loadStationary ? acceptContinuation : acceptNext
    }

    /// Takes a command in `cycle` and tells when it does what.
    ///
    /// - Throws: `ArrayCommandError` when the tile does not suit the array or comes too early; the state is then unchanged.
    package mutating func issue(_ tile: ArrayTile, at cycle: Int) throws(ArrayCommandError) -> TileTimes {
        try tile.validate(for: array)
        let earliest = earliestIssue(of: tile)
        guard cycle >= earliest else { throw .tooEarly(cycle: cycle, earliest: earliest) }
        try checkContinuation(tile)
        let times = array.dataflow == .outputStationary
            ? issueOutputStationary(tile, at: cycle) : issueStationary(tile, at: cycle)
        acceptNext = times.acceptNext
        acceptContinuation = times.acceptContinuation
        return times
    }

    private func checkContinuation(_ tile: ArrayTile) throws(ArrayCommandError) {
        let continues = array.dataflow == .outputStationary ? !tile.initialize : !tile.loadStationary
        guard continues else { return }
        guard let resident else {
            throw .nothingToContinue("the tile continues, but the array holds nothing to continue with")
        }
        guard resident == (tile.rowsUsed, tile.columnsUsed) else {
            throw .nothingToContinue(
                "the tile of \(tile.rowsUsed) × \(tile.columnsUsed) continues one of \(resident.rows) × \(resident.columns); both must be the same size")
        }
    }

    private mutating func issueStationary(_ tile: ArrayTile, at cycle: Int) -> TileTimes {
        let loaded = tile.loadStationary ? cycle + tile.loadSpan(rows: array.rows) : cycle
        let start = max(loaded, streamEnd)
        streamEnd = start + tile.streamSpan + 1
        resident = (tile.rowsUsed, tile.columnsUsed)
        let done = streamEnd + (array.rows - 1) + (array.columns - 1)
        let overlapped = array.preload == .overlapped
        return TileTimes(
            issue: cycle, streamStart: start, stationaryRead: loaded, movingRead: streamEnd, done: done,
            acceptNext: overlapped ? start : done, acceptContinuation: overlapped ? start : streamEnd)
    }

    private mutating func issueOutputStationary(_ tile: ArrayTile, at cycle: Int) -> TileTimes {
        let length = tile.streamSpan
        let start = tile.drainAfter ? max(cycle, drainFree - length) : cycle
        let end = start + length + 1
        var done = end + (array.rows - 1) + (array.columns - 1)
        if tile.drainAfter {
            drainFree = end - 1 + array.rows
            if array.drain == .shift { done += array.rows }
        }
        resident = tile.drainAfter ? nil : (tile.rowsUsed, tile.columnsUsed)
        let accept = array.preload == .exposed && tile.drainAfter ? done : end
        return TileTimes(
            issue: cycle, streamStart: start, stationaryRead: cycle, movingRead: end, done: done, acceptNext: accept,
            acceptContinuation: accept)
    }
}
