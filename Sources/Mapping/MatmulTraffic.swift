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
        let counter = AccessCounter(layout, batch: problem.batch)
        let m = TileClass.of(problem.m, mapping.tileM), n = TileClass.of(problem.n, mapping.tileN), k = TileClass.of(problem.k, mapping.tileK)
        let (tilesM, tilesN) = (mapping.tilesM(of: problem), mapping.tilesN(of: problem))
        switch layout.left {
        case .block(let block):
            left = counter.bytes(block, rows: m, columns: TileClass.none, depth: mapping.leftSpansDepth(problem) ? TileClass.of(problem.k, problem.k) : k)
        case .image(let block, let rows): left = counter.image(block, rows, problem, mapping, depth: k)
        case nil: break
        }
        if mapping.left == .streamed { left *= tilesN }
        if let operand = layout.right {
            var sum: Int
            if let tiles = operand.tiles, let readers = tiles.readers(mapping, problem) {
                sum = counter.tiles(tiles, readers, problem, mapping, columns: n, depth: k, request: operand.block.request)
            } else {
                let cutsChannels = problem.kUnit > 1 && mapping.tileK < problem.k
                sum = counter.bytes(cutsChannels ? operand.cutByChannels ?? operand.block : operand.block, rows: TileClass.none, columns: n, depth: k)
            }
            if mapping.right == .streamed { sum *= tilesM }
            if layout.rightIsElsewhere { elsewhere = sum } else { right = sum }
        }
        epilogue = Self.wholes(layout)
        for stream in layout.streams { epilogue += counter.bytes(stream, rows: m, columns: n, depth: TileClass.none) }
        if let out = layout.out { written = counter.bytes(out, rows: m, columns: n, depth: TileClass.none) }
    }

    /// Bytes of the epilogue's operands that come once, whatever the mapping.
    package static func wholes(_ layout: ProductLayout) -> Int {
        let counter = AccessCounter(layout, batch: 1)
        return layout.wholes.reduce(0) { $0 + counter.bytes($1, rows: TileClass.none, columns: TileClass.none, depth: TileClass.none) }
    }
}

/// Tiles of one dimension that have the same size.
private struct TileClass {
    var start: Int
    var size: Int
    var count: Int

    /// For a dimension that an operand does not have.
    static let none = [TileClass(start: 0, size: 0, count: 1)]

    static func of(_ extent: Int, _ tile: Int) -> [TileClass] {
        let (whole, rest) = extent.quotientAndRemainder(dividingBy: tile)
        var classes = whole > 0 ? [TileClass(start: 0, size: tile, count: whole)] : []
        if rest > 0 { classes.append(TileClass(start: whole * tile, size: rest, count: 1)) }
        return classes
    }
}

/// Counts the accesses of blocks: of all tiles of one size together, by the places in an access at which their runs begin.
private struct AccessCounter {
    private let granularity: Int
    private let firstBatch: Int
    private let batch: Int

    init(_ layout: ProductLayout, batch: Int) {
        granularity = max(1, layout.granularity)
        firstBatch = layout.firstBatch
        self.batch = batch
    }

    /// How often each place begins something.
    private struct Starts {
        let modulus: Int
        private var places: [(place: Int, times: Int)]

        init(modulus: Int, at address: Int) {
            self.modulus = modulus
            places = [(address % modulus, 1)]
        }

        /// Everything again `count` times, `stride` bytes apart.
        mutating func `repeat`(_ count: Int, _ stride: Int) {
            guard count > 1 else { return }
            let step = (stride % modulus + modulus) % modulus
            guard step != 0 else {
                for index in places.indices { places[index].times *= count }
                return
            }
            // Places come round again after so many steps.
            let period = modulus / Self.divisor(step, modulus)
            var sums: [Int: Int] = [:]
            for (place, times) in places {
                for index in 0..<min(count, period) {
                    let rounds = (count - index + period - 1) / period
                    sums[(place + index * step) % modulus, default: 0] += times * rounds
                }
            }
            places = sums.map { ($0.key, $0.value) }
        }

        /// Once for each of `offsets`.
        mutating func spread(_ offsets: [Int]) {
            var sums: [Int: Int] = [:]
            for (place, times) in places {
                for offset in offsets { sums[((place + offset) % modulus + modulus) % modulus, default: 0] += times }
            }
            places = sums.map { ($0.key, $0.value) }
        }

        func sum(_ cost: (Int) -> Int) -> Int { places.reduce(0) { $0 + cost($1.place) * $1.times } }

        private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
    }

    private func starts(at address: Int, request: Int) -> Starts {
        // Where whole requests are whole accesses, cuts between them cost nothing.
        Starts(modulus: request % granularity == 0 ? granularity : granularity * max(1, request), at: address)
    }

    private func addBatch(_ steps: [ProductLayout.BatchStep], bits: Int, to starts: inout Starts) {
        if batch == 1, firstBatch == 0 { return }
        starts.spread(
            (firstBatch..<(firstBatch + batch)).map { b in
                steps.reduce(0) { sum, step in sum + (step.modulus.map { (b / step.divisor) % $0 } ?? b / step.divisor) * step.stride } * bits / 8
            })
    }

    func bytes(_ block: ProductLayout.Block, rows: [TileClass], columns: [TileClass], depth: [TileClass]) -> Int {
        var sum = 0
        for m in rows {
            for n in columns {
                for k in depth {
                    var offset = 0
                    var dimensions = StridedDimensions(count: block.dimensions.count)
                    // From tile to tile of the same size.
                    var steps = (m: 0, n: 0, k: 0)
                    for dimension in block.dimensions {
                        switch dimension.axis {
                        case .fixed(let count): dimensions.add(count, stride: dimension.stride)
                        case .rows(let unit):
                            dimensions.add(m.size / unit, stride: dimension.stride)
                            offset += m.start / unit * dimension.stride
                            steps.m += m.size / unit * dimension.stride
                        case .columns:
                            dimensions.add(n.size, stride: dimension.stride)
                            offset += n.start * dimension.stride
                            steps.n += n.size * dimension.stride
                        case .depth(let unit):
                            dimensions.add(k.size / unit, stride: dimension.stride)
                            offset += k.start / unit * dimension.stride
                            steps.k += k.size / unit * dimension.stride
                        }
                    }
                    var starts = starts(at: block.address + offset * block.bits / 8, request: block.request)
                    addBatch(block.batch, bits: block.bits, to: &starts)
                    starts.repeat(m.count, steps.m * block.bits / 8)
                    starts.repeat(n.count, steps.n * block.bits / 8)
                    starts.repeat(k.count, steps.k * block.bits / 8)
                    sum += count(starts, dimensions, bits: block.bits, request: block.request)
                }
            }
        }
        return sum
    }

    /// Blocks of an image: those at its edges have fewer rows, and the last ones fewer channels where tiles do not divide them.
    func image(
        _ block: ProductLayout.Block, _ rows: MatmulProblem.ImageRows, _ problem: MatmulProblem, _ mapping: MatmulMapping, depth: [TileClass]
    ) -> Int {
        let strides = block.dimensions.map(\.stride)
        let outputRows = problem.m / problem.rowUnit, tileRows = mapping.tileM / problem.rowUnit
        var sum = 0
        for first in Swift.stride(from: 0, to: outputRows, by: max(1, tileRows)) {
            let input = rows.rows(from: first, count: min(tileRows, outputRows - first))
            for k in depth {
                let channels = problem.channels(inTile: k.size, rows)
                let offset = input.lowerBound * strides[0] + k.start / rows.kernelArea * strides[2]
                var starts = starts(at: block.address + offset * block.bits / 8, request: block.request)
                addBatch(block.batch, bits: block.bits, to: &starts)
                starts.repeat(k.count, channels * strides[2] * block.bits / 8)
                var dimensions = StridedDimensions(count: 3)
                dimensions.add(input.count, stride: strides[0])
                dimensions.add(rows.width, stride: strides[1])
                dimensions.add(channels, stride: strides[2])
                sum += count(starts, dimensions, bits: block.bits, request: block.request)
            }
        }
        return sum
    }

    /// A right operand that lies tile after tile, each one run.
    func tiles(
        _ tiles: ProductLayout.Tiles, _ readers: Int, _ problem: MatmulProblem, _ mapping: MatmulMapping, columns: [TileClass], depth: [TileClass], request: Int
    ) -> Int {
        // Groups of filters follow each other as wholes, where they were interleaved row by row.
        let scale = tiles.rowStride > tiles.columns ? problem.k : 1
        var sum = 0
        for n in columns {
            let tileBytes = mapping.tileK * n.size * tiles.elementBytes
            let share = readers > 1 ? tiles.firstColumn * readers / tiles.columns * tileBytes : tiles.firstColumn * problem.k * tiles.elementBytes
            let columnBytes = problem.k * readers * tiles.elementBytes
            for k in depth {
                var starts = starts(
                    at: tiles.address + share + n.start * columnBytes + k.start / mapping.tileK * tileBytes * readers, request: request)
                addBatch(tiles.batch, bits: scale * tiles.elementBytes * 8, to: &starts)
                starts.repeat(n.count, n.size * columnBytes)
                starts.repeat(k.count, tileBytes * readers)
                var dimensions = StridedDimensions(count: 2)
                dimensions.add(k.size, stride: n.size)
                dimensions.add(n.size, stride: 1)
                sum += count(starts, dimensions, bits: tiles.elementBytes * 8, request: request)
            }
        }
        return sum
    }

    /// Whole accesses that blocks touch, run by run, in bytes.
    private func count(_ first: Starts, _ dimensions: StridedDimensions, bits: Int, request: Int) -> Int {
        if dimensions.isEmpty { return 0 }
        // Dimensions that follow each other in memory are one run.
        let (run, joined) = dimensions.run
        var starts = first
        for dimension in dimensions.list[joined...] { starts.repeat(dimension.extent, dimension.stride * bits / 8) }
        let runBytes = (run * bits + 7) / 8
        let cuts = request % granularity != 0
        return starts.sum { accesses($0, runBytes, request: cuts ? request : 0) } * granularity
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
