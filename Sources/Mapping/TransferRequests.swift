/// How a DMA engine cuts the transfer of one tile into requests.
public struct TransferRequests: Sendable, Hashable {
    /// Bytes that the tile has, not counting what whole accesses move besides.
    public var bytes = 0
    public var requests = 0
    /// Cycles in which the engine's link moves them, each request rounded up.
    public var linkCycles = 0

    /// - Parameters:
    ///   - dimensions: elements along each, and the strides between them.
    ///   - request: bytes of the largest request, and the link's width.
    init(_ dimensions: StridedDimensions, bits: Int, request: Int, width: Int) {
        if dimensions.isEmpty { return }
        let (run, position) = dimensions.run
        let runBytes = (run * bits + 7) / 8
        let runs = position < dimensions.list.count ? dimensions.list[position].extent : 1
        let outer = dimensions.list.dropFirst(position + 1).reduce(1) { $0 * $1.extent }
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
        var dimensions = StridedDimensions(count: block.dimensions.count)
        for dimension in block.dimensions {
            switch dimension.axis {
            case .fixed(let count): dimensions.add(count, stride: dimension.stride)
            case .rows(let unit): dimensions.add(rows / unit, stride: dimension.stride)
            case .columns: dimensions.add(columns, stride: dimension.stride)
            case .depth(let unit): dimensions.add(depth / unit, stride: dimension.stride)
            }
        }
        self.init(dimensions, bits: block.bits, request: block.request, width: width)
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
            var dimensions = StridedDimensions(count: 3)
            for (extent, dimension) in zip([count, rows.width, problem.channels(inTile: mapping.tileK, rows)], block.dimensions) {
                dimensions.add(extent, stride: dimension.stride)
            }
            left = TransferRequests(dimensions, bits: block.bits, request: block.request, width: leftWidth)
        case nil: break
        }
        if let operand = layout.right {
            if let tiles = operand.tiles, tiles.readers(mapping, problem) != nil {
                var dimensions = StridedDimensions(count: 2)
                dimensions.add(mapping.tileK, stride: mapping.tileN)
                dimensions.add(mapping.tileN, stride: 1)
                right = TransferRequests(dimensions, bits: tiles.elementBytes * 8, request: operand.block.request, width: rightWidth)
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
