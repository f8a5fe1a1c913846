/// The cost of tilings, exact for partial tiles: a last tile that is smaller costs what it is.
///
/// Modelled: the array's folds, each as long as what streams through it plus rows + columns − 2 to fill and drain; every byte
/// between the levels; one shared capacity; transfers hidden behind computation with double buffering, after it without. Not
/// modelled: the time of the first load and the last store, conflicts between banks, latencies.
struct MatmulCostModel {
    let layer: MatmulLayer
    let machine: MatmulMachine

    /// How a dimension is cut: by tiles, and within each of them by the array's rows or columns.
    struct Cut {
        var tile: Int
        var tiles: Int
        /// Pieces of at most `rows`, and of at most `columns`, over all tiles.
        var rowFolds: Int
        var columnFolds: Int
    }

    func cut(_ extent: Int, _ tile: Int) -> Cut {
        let (whole, rest) = extent.quotientAndRemainder(dividingBy: tile)
        func folds(_ unit: Int) -> Int { whole * Self.ceiling(tile, unit) + Self.ceiling(rest, unit) }
        return Cut(tile: tile, tiles: whole + (rest > 0 ? 1 : 0), rowFolds: folds(machine.rows), columnFolds: folds(machine.columns))
    }

    /// Every tile of a dimension that can be part of a best tiling: of those that make the same number of tiles a larger one is
    /// worth its room only where it needs fewer folds.
    func cuts(_ extent: Int) -> [Cut] {
        var cuts: [Cut] = []
        var (tiles, rowFolds, columnFolds) = (0, 0, 0)
        for tile in 1...extent {
            let cut = cut(extent, tile)
            if cut.tiles != tiles { (tiles, rowFolds, columnFolds) = (cut.tiles, .max, .max) }
            guard cut.rowFolds < rowFolds || cut.columnFolds < columnFolds else { continue }
            rowFolds = min(rowFolds, cut.rowFolds)
            columnFolds = min(columnFolds, cut.columnFolds)
            cuts.append(cut)
        }
        return cuts
    }

    func bufferBytes(_ m: Int, _ n: Int, _ k: Int, _ bypassing: MatmulTensors, _ isDoubleBuffered: Bool) -> Int {
        var bytes = 0
        if !bypassing.contains(.left) { bytes += m * k * layer.leftBytes }
        if !bypassing.contains(.right) { bytes += k * n * layer.rightBytes }
        if !bypassing.contains(.result) { bytes += m * n * layer.sumBytes }
        return isDoubleBuffered ? 2 * bytes : bytes
    }

    @inline(__always)
    func cost(
        _ m: Cut, _ n: Cut, _ k: Cut, _ innermost: MatmulInnermost, _ dataflow: MatmulDataflow, _ bypassing: MatmulTensors, _ isDoubleBuffered: Bool
    ) -> MatmulCost {
        let (compute, left, right, result) = arrayPasses(m, n, k, dataflow)
        let leftSize = layer.m * layer.k * layer.leftBytes
        let rightSize = layer.k * layer.n * layer.rightBytes
        let resultSize = layer.m * layer.n * layer.sumBytes
        var traffic = 0
        var local = 0
        if bypassing.contains(.left) {
            traffic += leftSize * left
        } else {
            let passes = innermost == .n ? 1 : n.tiles
            traffic += leftSize * passes
            local += leftSize * (passes + left)
        }
        if bypassing.contains(.right) {
            traffic += rightSize * right
        } else {
            let passes = innermost == .m ? 1 : m.tiles
            traffic += rightSize * passes
            local += rightSize * (passes + right)
        }
        if bypassing.contains(.result) {
            traffic += resultSize * result
        } else {
            let passes = innermost == .k ? 1 : 2 * k.tiles - 1
            traffic += resultSize * passes
            local += resultSize * (passes + result)
        }
        let energy =
            layer.m * layer.n * layer.k * machine.energyOfMultiply + local * machine.energyOfScratchpadByte + traffic * machine.energyOfOffChipByte
        return whole(layer.batch, compute, traffic, energy, bufferBytes(m.tile, n.tile, k.tile, bypassing, isDoubleBuffered), isDoubleBuffered)
    }

    /// - Parameters:
    ///   - parts: that are alike, and of each of which the other figures are.
    ///   - compute: cycles of the array.
    @inline(__always)
    func whole(_ parts: Int, _ compute: Int, _ traffic: Int, _ energy: Int, _ bufferBytes: Int, _ isDoubleBuffered: Bool) -> MatmulCost {
        let transfer = Self.ceiling(parts * traffic, machine.bytesPerCycle)
        return MatmulCost(
            cycles: isDoubleBuffered ? max(parts * compute, transfer) : parts * compute + transfer, energy: parts * energy, traffic: parts * traffic,
            bufferBytes: bufferBytes)
    }

    /// Cycles of the array, and how often each whole tensor goes into it: a partial sum out and, but for the first, in.
    @inline(__always)
    func arrayPasses(_ m: Cut, _ n: Cut, _ k: Cut, _ dataflow: MatmulDataflow) -> (compute: Int, left: Int, right: Int, result: Int) {
        let fill = machine.rows + machine.columns - 2
        return switch dataflow {
        case .outputStationary:
            (m.rowFolds * n.columnFolds * (layer.k + k.tiles * fill), n.columnFolds, m.rowFolds, 2 * k.tiles - 1)
        case .weightStationary:
            (k.rowFolds * n.columnFolds * (layer.m + m.tiles * fill), n.columnFolds, m.tiles, 2 * k.rowFolds - 1)
        case .inputStationary:
            (k.rowFolds * m.columnFolds * (layer.n + n.tiles * fill), n.tiles, m.columnFolds, 2 * k.rowFolds - 1)
        }
    }

    @inline(__always)
    static func ceiling(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }
}
