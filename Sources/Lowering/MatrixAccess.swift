import Programs

/// An operand of a product as a matrix for each batch index: where element (row, column) of batch b lies.
struct MatrixAccess {
    var location: TensorLocation
    /// Extent and stride of the dimensions that make up the batch index, outermost first.
    var batch: [(extent: Int, stride: Int)] = []
    var rowStride: Int
    var columnStride: Int

    /// Elements from the location's address to batch b's matrix.
    func batchOffset(_ b: Expression) -> Expression {
        var offset: Expression = .constant(location.offset)
        var divisor = 1
        for (extent, stride) in batch.reversed() {
            if stride != 0 { offset = offset + (divisor * extent >= batchCount ? b / divisor : (b / divisor) % extent) * stride }
            divisor *= extent
        }
        return offset
    }

    private var batchCount: Int { batch.reduce(1) { $0 * $1.extent } }

    func region(b: Expression, row: Expression, rows: Expression, column: Expression, columns: Expression) -> Region {
        var index = batchOffset(b) + row * rowStride + column * columnStride
        if rows != .constant(1) { index = index + Expression.coordinate(0) * rowStride }
        if columns != .constant(1) { index = index + Expression.coordinate(1) * columnStride }
        return Region(
            memory: location.memory, base: .constant(location.address), element: location.element, extents: [rows, columns],
            index: index)
    }
}

/// The input of a convolution as the left operand of a product: implicit im2col.
///
/// Row m is output pixel (m / width, m mod width); column k is kernel row, kernel column, channel, in this order. Batch index
/// b is image × groups + group.
struct ConvolutionAccess {
    var location: TensorLocation
    var groups: Int
    var channels: Int
    var kernel: (height: Int, width: Int)
    var stride: (height: Int, width: Int)
    var dilation: (height: Int, width: Int)
    var padding: (top: Int, left: Int)
    var output: (height: Int, width: Int)
    var input: (height: Int, width: Int)

    /// Rows of the input that a block of output rows needs, padding included: `rows * stride.height + halo`.
    var halo: Int { (kernel.height - 1) * dilation.height + 1 - stride.height }

    /// True when the im2col matrix is the input itself: the pixels in order, all channels.
    var isMatrix: Bool {
        kernel == (1, 1) && stride == (1, 1) && padding == (0, 0) && output == input && location.strides.count == 4
            && (input.height == 1 || location.strides[2] == location.strides[3] * input.width)
    }

    var matrix: MatrixAccess {
        MatrixAccess(
            location: location, batch: [(location.shape[0], location.strides[0]), (groups, channels * location.strides[1])],
            rowStride: location.strides[3], columnStride: location.strides[1])
    }

    private func pixel(_ m: Expression, _ k: Expression, channelsInTile: Int) -> (ih: Expression, iw: Expression, c: Expression) {
        let oh = output.width == 1 ? m : m / output.width
        let ow = output.width == 1 ? 0 : m % output.width
        let kh = kernel.height == 1 ? 0 : k / (kernel.width * channelsInTile)
        let kw = kernel.width == 1 ? 0 : (k / channelsInTile) % kernel.width
        let c = kernel == (1, 1) ? k : k % channelsInTile
        return (
            oh * stride.height + kh * dilation.height - .constant(padding.top),
            ow * stride.width + kw * dilation.width - .constant(padding.left), c
        )
    }

    private func guards(_ ih: Expression, _ iw: Expression) -> [Condition] {
        var guards: [Condition] = []
        let bottom = (output.height - 1) * stride.height + (kernel.height - 1) * dilation.height - padding.top
        let right = (output.width - 1) * stride.width + (kernel.width - 1) * dilation.width - padding.left
        if padding.top > 0 { guards.append(Condition(ih, .greaterOrEqual, 0)) }
        if bottom >= input.height { guards.append(Condition(ih, .less, .constant(input.height))) }
        if padding.left > 0 { guards.append(Condition(iw, .greaterOrEqual, 0)) }
        if right >= input.width { guards.append(Condition(iw, .less, .constant(input.width))) }
        return guards
    }

    /// Left operand straight from the tensor: rows from `row`, columns from `column` of the whole im2col matrix.
    func region(b: Expression, row: Expression, rows: Expression, column: Expression, columns: Expression) -> Region {
        let (ih, iw, c) = pixel(row + .coordinate(0), column + .coordinate(1), channelsInTile: channels)
        let s = location.strides
        let image = location.shape[0] == 1 ? .constant(0) : (b / groups) * s[0]
        let group = groups == 1 ? .constant(0) : (b % groups) * (channels * s[1])
        let corner: Expression = .constant(location.offset) + image + group
        let index: Expression = corner + c * s[1] + ih * s[2] + iw * s[3]
        return Region(
            memory: location.memory, base: .constant(location.address), element: location.element, extents: [rows, columns],
            index: index, guards: guards(ih, iw))
    }

    /// Block of the tensor that output rows from `outputRow` need, clipped to the tensor: (input rows, columns, channels).
    /// `skipped` are the rows of padding above it.
    ///
    /// - Parameter channelCount: channels from `channel` on; fewer in the last tile where tiles do not divide them.
    func block(
        b: Expression, outputRow: Expression, outputRows: Expression, channel: Expression, channelCount: Expression
    ) -> (source: Region, skipped: Expression, rows: Expression) {
        let first = outputRow * stride.height - .constant(padding.top)
        let start = Expression.max(0, first)
        let end = Expression.min(.constant(input.height), first + outputRows * stride.height + .constant(halo))
        let s = location.strides
        let image = location.shape[0] == 1 ? .constant(0) : (b / groups) * s[0]
        let group = groups == 1 ? .constant(0) : (b % groups) * (channels * s[1])
        let rows = Expression.max(0, end - start)
        let corner: Expression = .constant(location.offset) + image + group + channel * s[1] + start * s[2]
        let inside: Expression = Expression.coordinate(0) * s[2] + Expression.coordinate(1) * s[3] + Expression.coordinate(2) * s[1]
        let index = corner + inside
        return (
            Region(
                memory: location.memory, base: .constant(location.address), element: location.element,
                extents: [rows, .constant(input.width), channelCount], index: index),
            start - first, rows
        )
    }

    /// Where `block` goes in a buffer of dense (row, column, channel) order that has room for the padding rows, and for
    /// `channelsInTile` channels of each pixel.
    func blockDestination(
        memory: String, base: Expression, skipped: Expression, rows: Expression, channelCount: Expression, channelsInTile: Int
    ) -> Region {
        let row = input.width * channelsInTile
        return Region(
            memory: memory, base: base, element: location.element,
            extents: [rows, .constant(input.width), channelCount],
            index: skipped * row + Expression.coordinate(0) * row + Expression.coordinate(1) * channelsInTile + Expression.coordinate(2))
    }

    /// Left operand from such a buffer. `row` counts from the tile's first output row, which is `firstRow` of the whole.
    func bufferRegion(
        memory: String, base: Expression, firstRow: Expression, row: Expression, rows: Expression, column: Expression,
        columns: Expression, channelsInTile: Int
    ) -> Region {
        let (ih, iw, c) = pixel(firstRow + row + .coordinate(0), column + .coordinate(1), channelsInTile: channelsInTile)
        // Inside the buffer rows count from the first input row of the tile; the guards speak of the whole tensor.
        let (local, _, _) = pixel(row + .coordinate(0), column + .coordinate(1), channelsInTile: channelsInTile)
        let bufferRow = local + .constant(padding.top)
        let index = bufferRow * (input.width * channelsInTile) + iw * channelsInTile + c
        return Region(
            memory: memory, base: base, element: location.element, extents: [rows, columns], index: index, guards: guards(ih, iw))
    }

    /// Bytes of the buffer for `outputRows` output rows.
    func blockBytes(outputRows: Int, channelCount: Int) -> Int {
        location.element.bytes(for: max(1, outputRows * stride.height + halo) * input.width * channelCount)
    }
}
