import Mapping
import NumberFormats
import OperatorGraph
import Programs

extension Lowerer {
    /// Whether a product may have its right operand in tiles: it comes with the workload, only this product reads it, its elements
    /// are whole bytes, and a DMA engine brings it tile by tile.
    func mayTile(_ product: MatmulProduct, weight: Graph.ValueID) -> Bool {
        let location = product.right.location
        let kind = graph.values[weight].kind
        guard tilesWeights, location.isDRAM, location.memory != cores[0].rightMemory, location.element.bits % 8 == 0,
            location.offset == 0, product.right.columnStride == 1,
            kind == .parameter || kind == .constant, !graph.outputs.contains(weight), !graph.states.contains(where: { $0.output == weight })
        else { return false }
        // Blocks of one operator read the same tiles one after the other.
        let readers = graph.nodes.filter { $0.inputs.contains(weight) }
        let isOne = readers.dropFirst().allSatisfy { $0.name != readers[0].name && fused.base(of: $0.name).map { $0 == fused.base(of: readers[0].name) } ?? false }
        // Those of a depthwise convolution may be read by the vector unit, which wants them row after row.
        if readers.count > 1, VectorShape.isDepthwise(readers[0], graph) { return false }
        return isOne && readers.allSatisfy { $0.inputs.count { $0 == weight } == 1 }
    }

    /// Decides on the layout of a product's weights once its first core has a mapping.
    mutating func layOut(_ weights: inout WeightTiles, of product: MatmulProduct, _ mapping: MatmulMapping, _ problem: MatmulProblem) {
        guard let value = weights.value, weights.mapping == nil else { return }
        let cutsChannels = problem.kUnit > 1 && mapping.tileK < problem.k
        let channels = cutsChannels ? mapping.tileK / product.kernelArea : nil
        let readers = product.columnReaders(mapping, share: problem.n)
        guard let tiling = product.tiling(mapping, share: problem.n, readers: readers, channels: channels),
            let index = placements.lastIndex(where: { $0.value == value })
        else {
            weights.value = nil
            return
        }
        placements[index].tiling = tiling
        weights.mapping = mapping
        weights.readers = readers
    }
}

/// The right operand of a product on its way to a layout in tiles.
struct WeightTiles {
    /// The tensor; `nil` when it stays as it is.
    var value: Graph.ValueID?
    /// The first core's mapping, whose tiles the tensor lies in and all cores read.
    var mapping: MatmulMapping?
    /// Cores whose tiles alternate in memory.
    var readers = 1
}

extension MatmulMapping {
    /// The same tiles for a part of the product that may be smaller.
    func fitted(to problem: MatmulProblem) -> MatmulMapping {
        var mapping = self
        mapping.tileM = min(tileM, problem.m)
        mapping.tileN = min(tileN, problem.n)
        return mapping
    }
}

extension MatmulProduct {
    /// Cores that read equal shares of the columns at the same time: their tiles take turns in memory, so that what is read
    /// together lies together, in the same rows of DRAM. 1 when the shares or the tiles of k are not all equal.
    func columnReaders(_ mapping: MatmulMapping, share: Int) -> Int {
        right.rowStride == n && n % share == 0 && k % mapping.tileK == 0 ? n / share : 1
    }

    /// The right operand's layout in which a mapping reads it from beginning to end: matrix after matrix of the batch, column of
    /// tiles after column of tiles, each downwards. `nil` when it lies in this order already.
    ///
    /// - Parameters:
    ///   - share: columns of one core, except perhaps of the last.
    ///   - readers: cores whose tiles take turns.
    ///   - channels: channels of one tile, when tiles of k are blocks of channels at every kernel position; else `nil`.
    func tiling(_ mapping: MatmulMapping, share: Int, readers: Int, channels: Int?) -> Tiling? {
        // The operand's elements in their order are matrices × rows × columns: for a convolution kernel positions × channels ×
        // filters of all groups.
        let allColumns = right.rowStride
        let matrices = right.location.count / (k * allColumns)
        let tileN = min(n, mapping.tileN)
        var rows = (all: [k], tile: [min(k, mapping.tileK)])
        if let channels { rows = ([kernelArea, k / kernelArea], [kernelArea, channels]) }
        var levels: [[Int]]
        if readers > 1 {
            levels = [rows.all + [readers, share], rows.all + [readers, tileN], rows.tile + [readers, tileN], rows.tile + [1, tileN]]
        } else {
            guard channels != nil || tileN < allColumns else { return nil }
            // Nested blocks of columns; one that its parts divide evenly need not be named.
            var widths = [tileN]
            for width in [share, n] where width % widths[0] != 0 { widths.insert(width, at: 0) }
            levels = [rows.all + [allColumns]] + widths.dropLast().map { rows.all + [$0] } + [rows.tile + [tileN]]
        }
        if matrices > 1 { levels = [[matrices] + levels[0]] + levels.map { [1] + $0 } }
        let blocks = levels.indices.dropFirst().filter { levels[$0] != levels[$0 - 1] }.map { levels[$0] }
        return blocks.isEmpty ? nil : Tiling(levels[0], by: blocks)
    }

    /// The product when its right operand lies in tiles.
    var withTiledWeights: MatmulProduct {
        var product = self
        // Groups of filters follow each other as wholes, where they were interleaved row by row.
        if right.rowStride > n { product.right.batch = right.batch.map { ($0.extent, $0.stride * k) } }
        return product
    }
}

extension MatmulEmitter {
    /// Copies of a tile that is one run in DRAM. The columns of tiles at the right edge are narrower, and so are the rows in them:
    /// they have a copy of their own.
    func tiledRightLoads(_ buffers: Buffers) -> [Statement] {
        let last = tilesN - 1
        let lastWidth = problem.n - last * mapping.tileN
        guard lastWidth != mapping.tileN else { return [.command(tiledRightLoad(buffers, width: mapping.tileN))] }
        return when([Condition(nTile, .less, .constant(last))], [.command(tiledRightLoad(buffers, width: mapping.tileN))])
            + when([Condition(nTile, .equal, .constant(last))], [.command(tiledRightLoad(buffers, width: lastWidth))])
    }

    private func tiledRightLoad(_ buffers: Buffers, width: Int) -> Command {
        let location = product.right.location
        let bytes = location.element.bits / 8
        // Whole columns of tiles lie before this one, and whole tiles before this tile of its column; tiles of cores that read
        // together lie side by side.
        let tileBytes = mapping.tileK * width * bytes
        let first = nTile * (mapping.tileN * product.k * weightReaders * bytes) + kTile * (tileBytes * weightReaders)
        let shareBytes = weightReaders > 1 ? share.n.lowerBound * weightReaders / product.n * tileBytes : share.n.lowerBound * product.k * bytes
        let start = location.address + shareBytes
        let extents = [depth, .constant(width)]
        let source = Region(
            memory: location.memory, base: first + product.right.batchOffset(b) * bytes + .constant(start), element: location.element, extents: extents,
            strides: [width, 1])
        let destination = Region(
            memory: core.rightMemory, base: buffers.base(), element: location.element, extents: extents, strides: [mapping.tileN, 1])
        return Command("copy", operatorIndex: operatorIndex, operands: [.init("from", source), .init("to", destination)])
    }
}
