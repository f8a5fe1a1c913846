/// Bytes over the pins of off-chip memory for one product with a mapping: whole accesses, as the simulation counts them.
///
/// What is fetched how often follows from the mapping: a streamed operand once for each tile of the other dimension, a held one
/// once for each index of the batch. How many accesses a tile takes follows from its address and the runs that it is made of. Not
/// known here is what a cache in between keeps away from the memory.
public struct MatmulTraffic: Sendable, Hashable {
    public var left = 0
    public var right = 0
    public var epilogue = 0
    public var written = 0
    /// What `right` reads in a memory of its own.
    public var elsewhere = 0

    public var read: Int { left + right + epilogue }
    public var total: Int { read + written }

    /// Of two cores.
    public static func + (a: MatmulTraffic, b: MatmulTraffic) -> MatmulTraffic {
        var sum = a
        sum.left += b.left
        sum.right += b.right
        sum.epilogue += b.epilogue
        sum.written += b.written
        sum.elsewhere += b.elsewhere
        return sum
    }

    /// - Returns: `nil` without a layout.
    public init?(_ mapping: MatmulMapping, _ problem: MatmulProblem) {
        guard let layout = problem.layout else { return nil }
        var counter = AccessCounter(layout)
        let walk = TileWalk(mapping: mapping, problem: problem)
        if let operand = layout.left {
            let spansDepth = mapping.leftSpansDepth(problem)
            for b in 0..<problem.batch {
                for m in walk.m {
                    for k in spansDepth ? [0..<problem.k] : walk.k {
                        switch operand {
                        case .block(let block): left += counter.bytes(block, b: b, rows: m, columns: 0..<0, depth: k)
                        case .image(let block, let rows): left += counter.image(block, rows, problem, mapping, b: b, m: m, k: k)
                        }
                    }
                }
            }
            if mapping.left == .streamed { left *= walk.n.count }
        }
        if let operand = layout.right {
            var sum = 0
            let readers = operand.tiles?.readers(mapping, problem)
            let cutsChannels = problem.kUnit > 1 && mapping.tileK < problem.k
            let block = cutsChannels ? operand.cutByChannels ?? operand.block : operand.block
            for b in 0..<problem.batch {
                for (column, n) in walk.n.enumerated() {
                    for (row, k) in walk.k.enumerated() {
                        if let tiles = operand.tiles, let readers {
                            sum += counter.tile(tiles, readers, problem, mapping, b: b, column: column, row: row, width: n.count, depth: k.count, request: block.request)
                        } else {
                            sum += counter.bytes(block, b: b, rows: 0..<0, columns: n, depth: k)
                        }
                    }
                }
            }
            if mapping.right == .streamed { sum *= walk.m.count }
            if layout.rightIsElsewhere { elsewhere = sum } else { right = sum }
        }
        for whole in layout.wholes { epilogue += counter.bytes(whole, b: 0, rows: 0..<0, columns: 0..<0, depth: 0..<0) }
        for b in 0..<problem.batch {
            for m in walk.m {
                for n in walk.n {
                    for stream in layout.streams { epilogue += counter.bytes(stream, b: b, rows: m, columns: n, depth: 0..<0) }
                    if let out = layout.out { written += counter.bytes(out, b: b, rows: m, columns: n, depth: 0..<0) }
                }
            }
        }
    }
}

/// The tiles of each dimension.
struct TileWalk {
    let m: [Range<Int>]
    let n: [Range<Int>]
    let k: [Range<Int>]

    init(mapping: MatmulMapping, problem: MatmulProblem) {
        func cut(_ extent: Int, _ tile: Int) -> [Range<Int>] { stride(from: 0, to: extent, by: tile).map { $0..<min(extent, $0 + tile) } }
        m = cut(problem.m, mapping.tileM)
        n = cut(problem.n, mapping.tileN)
        k = cut(problem.k, mapping.tileK)
    }
}

/// Counts the accesses of blocks.
private struct AccessCounter {
    let granularity: Int
    let firstBatch: Int
    /// Blocks of the same shape whose addresses differ by whole accesses cost the same.
    private var known: [Form: Int] = [:]

    private struct Form: Hashable {
        var offset: Int
        var extents: [Int]
        var strides: [Int]
        var bits: Int
        var request: Int
    }

    init(_ layout: ProductLayout) {
        granularity = max(1, layout.granularity)
        firstBatch = layout.firstBatch
    }

    private func batchOffset(_ steps: [ProductLayout.BatchStep], _ b: Int) -> Int {
        var offset = 0
        for step in steps {
            let index = (b + firstBatch) / step.divisor
            offset += (step.modulus.map { index % $0 } ?? index) * step.stride
        }
        return offset
    }

    mutating func bytes(_ block: ProductLayout.Block, b: Int, rows: Range<Int>, columns: Range<Int>, depth: Range<Int>) -> Int {
        var offset = batchOffset(block.batch, b)
        var extents: [Int] = [], strides: [Int] = []
        for dimension in block.dimensions {
            let start: Int, extent: Int
            switch dimension.axis {
            case .fixed(let count): (start, extent) = (0, count)
            case .rows(let unit): (start, extent) = (rows.lowerBound / unit, rows.count / unit)
            case .columns: (start, extent) = (columns.lowerBound, columns.count)
            case .depth(let unit): (start, extent) = (depth.lowerBound / unit, depth.count / unit)
            }
            offset += start * dimension.stride
            extents.append(extent)
            strides.append(dimension.stride)
        }
        return count(address: block.address + offset * block.bits / 8, extents, strides, bits: block.bits, request: block.request)
    }

    mutating func image(
        _ block: ProductLayout.Block, _ rows: MatmulProblem.ImageRows, _ problem: MatmulProblem, _ mapping: MatmulMapping, b: Int, m: Range<Int>,
        k: Range<Int>
    ) -> Int {
        let input = rows.rows(from: m.lowerBound / problem.rowUnit, count: m.count / problem.rowUnit)
        let channels = problem.channels(inTile: mapping.tileK, rows)
        let strides = block.dimensions.map(\.stride)
        let offset = batchOffset(block.batch, b) + input.lowerBound * strides[0] + k.lowerBound / mapping.tileK * channels * strides[2]
        return count(address: block.address + offset * block.bits / 8, [input.count, rows.width, channels], strides, bits: block.bits, request: block.request)
    }

    mutating func tile(
        _ tiles: ProductLayout.Tiles, _ readers: Int, _ problem: MatmulProblem, _ mapping: MatmulMapping, b: Int, column: Int, row: Int, width: Int,
        depth: Int, request: Int
    ) -> Int {
        let tileBytes = mapping.tileK * width * tiles.elementBytes
        let share = readers > 1 ? tiles.firstColumn * readers / tiles.columns * tileBytes : tiles.firstColumn * problem.k * tiles.elementBytes
        // Groups of filters follow each other as wholes, where they were interleaved row by row.
        let scale = tiles.rowStride > tiles.columns ? problem.k : 1
        let start = tiles.address + share + column * mapping.tileN * problem.k * readers * tiles.elementBytes + row * tileBytes * readers
        return count(address: start + batchOffset(tiles.batch, b) * scale * tiles.elementBytes, [depth, width], [width, 1], bits: tiles.elementBytes * 8, request: request)
    }

    /// Whole accesses that a block touches, run by run, in bytes.
    private mutating func count(address: Int, _ extents: [Int], _ strides: [Int], bits: Int, request: Int) -> Int {
        if extents.contains(where: { $0 <= 0 }) { return 0 }
        // Where whole requests are whole accesses, cuts between them cost nothing.
        let cuts = request % granularity != 0
        let modulus = cuts ? granularity * request : granularity
        let form = Form(offset: address % modulus, extents: extents, strides: strides, bits: bits, request: cuts ? request : 0)
        if let bytes = known[form] { return bytes }
        // Dimensions that follow each other in memory are one run.
        var order = extents.indices.filter { extents[$0] > 1 }
        order.sort { (abs(strides[$0]), $0) < (abs(strides[$1]), $1) }
        var run = 1
        var outer: [(count: Int, stride: Int)] = []
        for dimension in order {
            if outer.isEmpty, strides[dimension] == run { run *= extents[dimension] } else { outer.append((extents[dimension], strides[dimension] * bits / 8)) }
        }
        let runBytes = (run * bits + 7) / 8
        // Starts of runs, by their place in an access.
        var starts = [form.offset: 1]
        for (count, stride) in outer {
            if stride % modulus == 0 {
                for key in starts.keys { starts[key]? *= count }
                continue
            }
            var next: [Int: Int] = [:]
            for (offset, times) in starts {
                for index in 0..<count { next[((offset + index * stride) % modulus + modulus) % modulus, default: 0] += times }
            }
            starts = next
        }
        var sum = 0
        for (offset, times) in starts { sum += accesses(offset, runBytes, request: cuts ? request : 0) * times }
        let bytes = sum * granularity
        known[form] = bytes
        return bytes
    }

    /// Accesses of one run.
    private func accesses(_ start: Int, _ bytes: Int, request: Int) -> Int {
        func touched(_ from: Int, _ bytes: Int) -> Int { (from + bytes - 1) / granularity - from / granularity + 1 }
        guard request > 0, bytes > request else { return touched(start, bytes) }
        var (done, sum) = (0, 0)
        while done < bytes {
            let part = min(request - (start + done) % request, bytes - done)
            sum += touched(start + done, part)
            done += part
        }
        return sum
    }
}
