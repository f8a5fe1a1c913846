/// How a DMA engine cuts the transfer of one tile into requests.
public struct TransferRequests: Sendable, Hashable {
    /// Bytes that the tile has, not counting what whole accesses move besides.
    public var bytes = 0
    public var requests = 0
    /// Cycles in which the engine's link moves them, each request rounded up.
    public var linkCycles = 0

    /// - Parameters:
    ///   - extents: elements along each dimension, and the strides between them.
    ///   - request: bytes of the largest request, and the link's width.
    init(extents: [Int], strides: [Int], bits: Int, request: Int, width: Int) {
        if extents.contains(where: { $0 <= 0 }) { return }
        var order = extents.indices.filter { extents[$0] > 1 }
        order.sort { (abs(strides[$0]), $0) < (abs(strides[$1]), $1) }
        var run = 1, position = 0
        while position < order.count, strides[order[position]] == run {
            run *= extents[order[position]]
            position += 1
        }
        let runBytes = (run * bits + 7) / 8
        let runs = position < order.count ? extents[order[position]] : 1
        let outer = order.dropFirst(position + 1).reduce(1) { $0 * extents[$1] }
        func cycles(_ bytes: Int) -> Int { (bytes + width - 1) / width }
        bytes = runBytes * runs * outer
        if runBytes > request {
            let (whole, rest) = runBytes.quotientAndRemainder(dividingBy: request)
            requests = runs * outer * (whole + (rest > 0 ? 1 : 0))
            linkCycles = runs * outer * (whole * cycles(request) + cycles(rest))
        } else {
            let group = min(runs, max(1, request / max(1, runBytes)))
            let (whole, rest) = runs.quotientAndRemainder(dividingBy: group)
            requests = outer * (whole + (rest > 0 ? 1 : 0))
            linkCycles = outer * (whole * cycles(group * runBytes) + cycles(rest * runBytes))
        }
    }

    init(_ block: ProductLayout.Block, rows: Int, columns: Int, depth: Int, width: Int) {
        let extents = block.dimensions.map { dimension in
            switch dimension.axis {
            case .fixed(let count): count
            case .rows(let unit): rows / unit
            case .columns: columns
            case .depth(let unit): depth / unit
            }
        }
        self.init(extents: extents, strides: block.dimensions.map(\.stride), bits: block.bits, request: block.request, width: width)
    }

    /// Of a whole tile of each operand; `nil` for those that do not come from off chip.
    public static func ofTiles(_ mapping: MatmulMapping, _ problem: MatmulProblem) -> (left: TransferRequests?, right: TransferRequests?, stream: TransferRequests?, out: TransferRequests?) {
        guard let layout = problem.layout, let timing = problem.timing else { return (nil, nil, nil, nil) }
        var left: TransferRequests?, right: TransferRequests?
        let (leftWidth, rightWidth, storeWidth) = (timing.left?.width ?? 1, timing.right?.width ?? 1, timing.store?.width ?? 1)
        switch layout.left {
        case .block(let block):
            let depth = mapping.leftSpansDepth(problem) ? problem.k : mapping.tileK
            left = TransferRequests(block, rows: mapping.tileM, columns: 0, depth: depth, width: leftWidth)
        case .image(let block, let rows):
            // A block from the middle.
            let count = min(rows.height, mapping.tileM / problem.rowUnit * rows.stride + rows.halo)
            left = TransferRequests(
                extents: [count, rows.width, problem.channels(inTile: mapping.tileK, rows)], strides: block.dimensions.map(\.stride), bits: block.bits,
                request: block.request, width: leftWidth)
        case nil: break
        }
        if let operand = layout.right {
            if let tiles = operand.tiles, tiles.readers(mapping, problem) != nil {
                right = TransferRequests(
                    extents: [mapping.tileK, mapping.tileN], strides: [mapping.tileN, 1], bits: tiles.elementBytes * 8, request: operand.block.request,
                    width: rightWidth)
            } else {
                let cutsChannels = problem.kUnit > 1 && mapping.tileK < problem.k
                right = TransferRequests(
                    cutsChannels ? operand.cutByChannels ?? operand.block : operand.block, rows: 0, columns: mapping.tileN, depth: mapping.tileK, width: rightWidth)
            }
        }
        let stream = layout.streams.first.map { TransferRequests($0, rows: mapping.tileM, columns: mapping.tileN, depth: 0, width: leftWidth) }
        let out = layout.out.map { TransferRequests($0, rows: mapping.tileM, columns: mapping.tileN, depth: 0, width: storeWidth) }
        return (left, right, stream, out)
    }
}
