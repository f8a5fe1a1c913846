import Architecture

/// The values of a systolic array at event fidelity: the same sums in the same order as its registers form them, without
/// the registers.
///
/// A stationary array adds over its rows from the top down, beginning with zero; an output-stationary one over the
/// streamed steps in order, beginning with zero or with the sums of the tile before. Floating-point results are therefore
/// bit for bit those of `RegisterArray`.
package struct SystolicDatapath<Operand: DatapathOperand>: Sendable {
    private let dataflow: Dataflow
    /// Stationary operand (`rowsUsed` × `columnsUsed`).
    private var stationary: [Operand] = []
    /// Unfinished sums of an output-stationary array.
    private var open: [Operand.Sum] = []

    package init(dataflow: Dataflow) { self.dataflow = dataflow }

    /// The results of a tile, `nil` when it keeps its sums.
    ///
    /// - Parameters: operands as `ArrayTile` describes them; `top` is ignored when the stationary operand is kept.
    package mutating func execute(
        _ tile: ArrayTile, left: [Operand], top: [Operand]
    ) throws(ArrayCommandError) -> [Operand.Sum]? {
        let sizes = tile.operandSizes(for: dataflow)
        guard left.count == sizes.left else { throw .operandSize(edge: "left", expected: sizes.left, actual: left.count) }
        guard sizes.top == 0 || top.count == sizes.top else {
            throw .operandSize(edge: "top", expected: sizes.top, actual: top.count)
        }
        let columns = tile.columnsUsed
        switch dataflow {
        case .weightStationary, .inputStationary:
            if tile.loadStationary { stationary = top }
            guard stationary.count == tile.rowsUsed * columns else {
                throw .nothingToContinue("the tile continues, but the array holds no operand of its size")
            }
            var sums = [Operand.Sum](repeating: Operand.zeroSum, count: tile.stream * columns)
            Self.multiply(left, stationary, into: &sums, rows: tile.stream, depth: tile.rowsUsed, columns: columns)
            return sums
        case .outputStationary:
            if tile.initialize { open = Array(repeating: Operand.zeroSum, count: tile.rowsUsed * columns) }
            guard open.count == tile.rowsUsed * columns else {
                throw .nothingToContinue("the tile continues, but the array holds no sums of its size")
            }
            Self.multiply(left, top, into: &open, rows: tile.rowsUsed, depth: tile.stream, columns: columns)
            guard tile.drainAfter else { return nil }
            defer { open = [] }
            return open
        }
    }

    /// sums[i, c] += Σ over k, ascending, of left[i, k] · top[k, c].
    static func multiply(
        _ left: [Operand], _ top: [Operand], into sums: inout [Operand.Sum], rows: Int, depth: Int, columns: Int
    ) {
        // Safe: the caller has checked the sizes, and every index below is under rows·depth, depth·columns or rows·columns.
        left.withUnsafeBufferPointer { left in
            top.withUnsafeBufferPointer { top in
                sums.withUnsafeMutableBufferPointer { sums in
                    guard let left = left.baseAddress, let top = top.baseAddress, let sums = sums.baseAddress else { return }
                    for i in 0..<rows {
                        addRows(sums + i * columns, left + i * depth, top, depth: depth, columns: columns)
                    }
                }
            }
        }
    }

    /// Four rows at a time, so that a sum is loaded and stored once for four products; the additions keep their order.
    @inline(__always)
    private static func addRows(
        _ sums: UnsafeMutablePointer<Operand.Sum>, _ left: UnsafePointer<Operand>, _ top: UnsafePointer<Operand>,
        depth: Int, columns: Int
    ) {
        var k = 0
        while k + 4 <= depth {
            let a = left[k], b = left[k + 1], c = left[k + 2], d = left[k + 3]
            let row = top + k * columns
            for j in 0..<columns {
                var sum = Operand.multiplyAdd(sums[j], a, row[j])
                sum = Operand.multiplyAdd(sum, b, row[columns + j])
                sum = Operand.multiplyAdd(sum, c, row[2 * columns + j])
                sums[j] = Operand.multiplyAdd(sum, d, row[3 * columns + j])
            }
            k += 4
        }
        while k < depth {
            let a = left[k], row = top + k * columns
            for j in 0..<columns { sums[j] = Operand.multiplyAdd(sums[j], a, row[j]) }
            k += 1
        }
    }
}
