/// A command between its acceptance and its last result: operands, results and what has been seen of it.
struct Flight<Operand: DatapathOperand>: Sendable {
    var command: Int
    var tile: ArrayTile
    var left: [Operand]
    var top: [Operand]
    var result: [Operand.Sum]
    /// −1 where nothing has been seen yet.
    var times: TileTimes
    var counts = AccessCounts()
    /// Which elements its waves meet.
    var used: DiagonalSums

    init(command: Int, tile: ArrayTile, left: [Operand], top: [Operand], resultSize: Int, issue: Int, diagonals: Int) {
        self.command = command; self.tile = tile; self.left = left; self.top = top
        used = DiagonalSums(rowsUsed: tile.rowsUsed, columnsUsed: tile.columnsUsed, diagonals: diagonals)
        result = Array(repeating: Operand.zeroSum, count: resultSize)
        times = TileTimes(
            issue: issue, streamStart: -1, stationaryRead: -1, movingRead: -1, done: -1, acceptNext: -1,
            acceptContinuation: -1)
    }
}
