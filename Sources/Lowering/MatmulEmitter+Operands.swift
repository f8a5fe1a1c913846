import Programs

/// Tiles of the operands: where they come from, how they lie in their buffers, and what an array reads of them.
extension MatmulEmitter {
    var leftSpansDepth: Bool { mapping.leftSpansDepth(problem) }

    /// Columns of a left buffer, and where the tile's begin in it.
    var leftColumns: (count: Int, first: Expression) { leftSpansDepth ? (problem.k, firstDepth) : (mapping.tileK, 0) }

    var leftSlotBytes: Int { mapping.leftSlotBytes(problem) }

    /// Channels in one tile of k.
    var channelsInTile: Int { max(1, mapping.tileK / product.kernelArea) }

    func leftLoad(_ buffers: Buffers) -> Command {
        switch product.left {
        case .matrix(let access):
            let columns = leftSpansDepth ? .constant(problem.k) : depth
            let source = access.region(b: b, row: firstRow, rows: rows, column: leftSpansDepth ? 0 : firstDepth, columns: columns)
            let byRows = access.columnStride <= access.rowStride || access.columnStride == 1
            let destination = Region(
                memory: core.leftMemory, base: buffers.base(), element: access.location.element, extents: [rows, columns],
                strides: byRows ? [leftColumns.count, 1] : [1, mapping.tileM])
            return Command("copy", operatorIndex: operatorIndex, operands: [.init("from", source), .init("to", destination)])
        case .convolution(let access):
            let channels = extent(kTile, channelsInTile, access.channels)
            let (source, skipped, blockRows) = access.block(
                b: b, outputRow: firstRow / product.rowUnit, outputRows: rows / product.rowUnit,
                channel: kTile * channelsInTile, channelCount: channels)
            let destination = access.blockDestination(
                memory: core.leftMemory, base: buffers.base(), skipped: skipped, rows: blockRows, channelCount: channels,
                channelsInTile: channelsInTile)
            return Command("copy", operatorIndex: operatorIndex, operands: [.init("from", source), .init("to", destination)])
        }
    }

    func leftTile(row: Expression, rows: Expression, column: Expression, columns: Expression, _ buffers: Buffers?) -> Region {
        switch product.left {
        case .matrix(let access):
            guard let buffers else {
                return access.region(b: b, row: firstRow + row, rows: rows, column: firstDepth + column, columns: columns)
            }
            let byRows = access.columnStride <= access.rowStride || access.columnStride == 1
            let strides = byRows ? [leftColumns.count, 1] : [1, mapping.tileM]
            return Region(
                memory: core.leftMemory, base: buffers.base(), element: access.location.element, extents: [rows, columns],
                strides: strides, offset: row * strides[0] + (leftColumns.first + column) * strides[1])
        case .convolution(let access):
            guard let buffers else {
                return access.region(b: b, row: firstRow + row, rows: rows, column: firstDepth + column, columns: columns)
            }
            return access.bufferRegion(
                memory: core.leftMemory, base: buffers.base(), firstRow: firstRow, row: row, rows: rows, column: column,
                columns: columns, channelsInTile: channelsInTile)
        }
    }

    /// With the left operand cut by channels, a tile of k is a block of channels at every kernel position.
    var cutsChannels: Bool { problem.kUnit > 1 && tilesK > 1 }

    func rightLoad(_ buffers: Buffers) -> Command {
        let element = product.right.location.element
        let operands: [Command.Operand]
        if cutsChannels {
            let access = product.right
            let area = product.kernelArea
            let all = problem.k / area
            let offset = access.batchOffset(b) + kTile * (channelsInTile * access.rowStride) + firstColumn * access.columnStride
            let extents: [Expression] = [.constant(area), .constant(channelsInTile), columns]
            let source = Region(
                memory: access.location.memory, base: .constant(access.location.address), element: element, extents: extents,
                strides: [all * access.rowStride, access.rowStride, access.columnStride], offset: offset)
            let destination = Region(
                memory: core.rightMemory, base: buffers.base(), element: element, extents: extents,
                strides: [channelsInTile * mapping.tileN, mapping.tileN, 1])
            operands = [.init("from", source), .init("to", destination)]
        } else {
            let source = product.right.region(b: b, row: firstDepth, rows: depth, column: firstColumn, columns: columns)
            let destination = Region(
                memory: core.rightMemory, base: buffers.base(), element: element, extents: [depth, columns], strides: rightStrides)
            operands = [.init("from", source), .init("to", destination)]
        }
        return Command("copy", operatorIndex: operatorIndex, operands: operands)
    }

    var rightStrides: [Int] {
        !cutsChannels && !hasTiledWeights && product.right.rowStride == 1 && product.right.columnStride != 1 ? [1, mapping.tileK] : [mapping.tileN, 1]
    }

    func rightTile(row: Expression, rows: Expression, column: Expression, columns: Expression, _ buffers: Buffers?) -> Region {
        guard let buffers else {
            guard cutsChannels else {
                return product.right.region(b: b, row: firstDepth + row, rows: rows, column: firstColumn + column, columns: columns)
            }
            // Rows of the tile are kernel positions × its channels; those of the operand lie all channels apart.
            let access = product.right
            let k = row + .coordinate(0)
            let channel = k % channelsInTile + kTile * channelsInTile
            let place = (k / channelsInTile) * (problem.k / product.kernelArea) + channel
            let index = access.batchOffset(b) + place * access.rowStride + (firstColumn + column + .coordinate(1)) * access.columnStride
            return Region(
                memory: access.location.memory, base: .constant(access.location.address), element: access.location.element,
                extents: [rows, columns], index: index)
        }
        return Region(
            memory: core.rightMemory, base: buffers.base(), element: product.right.location.element, extents: [rows, columns],
            strides: rightStrides, offset: row * rightStrides[0] + column * rightStrides[1])
    }
}
