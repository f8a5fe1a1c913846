/// Convolution of a batch of images as a matrix product over columns of patches (im2col), a block of output
/// rows at a time so that the patches stay in the cache.
///
/// - `input`: N × (groups·C) × spatial; `weights`: M × C × kernel; result: N × M × output. Padding counts as zero.
/// - Products are summed in the order of (channel, kernel position), four at a time.
func convolve<T: AccumulatedNumber>(
    _ input: [T], batch: Int, groups: Int, channels: Int, _ weights: [T], filters: Int, _ window: SlidingWindow
) -> [T] {
    let inputSize = window.input.product
    let outputSize = window.output.product
    let kernelSize = window.kernel.product
    let depth = channels * kernelSize
    let filtersPerGroup = filters / groups
    var result = Array(repeating: T.additiveZero, count: batch * filters * outputSize)
    if result.isEmpty || depth == 0 { return result }
    let innerWidth = window.output[window.rank - 1]
    let outerRows = outputSize / innerWidth
    let rowsPerBlock = max(1, min(outerRows, (1 << 19) / max(depth * innerWidth, 1)))
    var patches = Array(repeating: T.additiveZero, count: depth * rowsPerBlock * innerWidth)
    for image in 0..<batch {
        for group in 0..<groups {
            let source = (image * groups + group) * channels * inputSize
            let target = (image * filters + group * filtersPerGroup) * outputSize
            var row = 0
            while row < outerRows {
                let rows = min(rowsPerBlock, outerRows - row)
                fillPatches(&patches, input, from: source, channels: channels, window, row..<(row + rows))
                accumulateProduct(
                    rows: filtersPerGroup, depth: depth, columns: rows * innerWidth,
                    weights, from: group * filtersPerGroup * depth, patches, from: 0,
                    into: &result, at: target + row * innerWidth, stride: outputSize)
                row += rows
            }
        }
    }
    return result
}

/// Writes the patches of some output rows: a dense matrix of (channel, kernel position) × output position.
private func fillPatches<T: AccumulatedNumber>(
    _ patches: inout [T], _ input: [T], from source: Int, channels: Int, _ window: SlidingWindow, _ outerRows: Range<Int>
) {
    let rank = window.rank
    let inputStrides = Broadcasting.strides(of: window.input)
    let outerExtents = Array(window.output.dropLast())
    let innerWidth = window.output[rank - 1]
    let innerStride = window.strides[rank - 1]
    let inputSize = window.input.product
    var outerPositions: [[Int]] = []
    outerPositions.reserveCapacity(outerRows.count)
    for row in outerRows { outerPositions.append(unravel(row, outerExtents)) }
    let kernelPositions = (0..<window.kernel.product).map { unravel($0, window.kernel) }
    patches.withUnsafeMutableBufferPointer { patches in
        input.withUnsafeBufferPointer { input in
            var destination = 0
            for channel in 0..<channels {
                let channelBase = source + channel * inputSize
                for kernelPosition in kernelPositions {
                    let valid = window.validInnerRange(offset: kernelPosition[rank - 1])
                    let innerStart = window.coordinate(axis: rank - 1, position: 0, offset: kernelPosition[rank - 1])
                    for outer in outerPositions {
                        var base = channelBase
                        var isInside = !valid.isEmpty
                        for axis in 0..<(rank - 1) {
                            let coordinate = window.coordinate(
                                axis: axis, position: outer[axis], offset: kernelPosition[axis])
                            if coordinate < 0 || coordinate >= window.input[axis] { isInside = false; break }
                            base += coordinate * inputStrides[axis]
                        }
                        if isInside {
                            for position in 0..<valid.lowerBound { patches[destination + position] = T.additiveZero }
                            var index = base + innerStart + valid.lowerBound * innerStride
                            for position in valid {
                                patches[destination + position] = input[index]
                                index += innerStride
                            }
                            for position in valid.upperBound..<innerWidth {
                                patches[destination + position] = T.additiveZero
                            }
                        } else {
                            for position in 0..<innerWidth { patches[destination + position] = T.additiveZero }
                        }
                        destination += innerWidth
                    }
                }
            }
        }
    }
}

/// The coordinates of a row-major index.
func unravel(_ index: Int, _ extents: [Int]) -> [Int] {
    var rest = index
    var position = Array(repeating: 0, count: extents.count)
    for axis in extents.indices.reversed() where extents[axis] > 0 {
        position[axis] = rest % extents[axis]
        rest /= extents[axis]
    }
    return position
}
