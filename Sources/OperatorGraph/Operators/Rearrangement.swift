import NumberFormats

/// An operator whose result's element i is the first input's element `indices[i]`.
///
/// `plan` gives the result's shape and, when values are wanted, the indices.
struct RearrangingOperator: OperatorDefinition {
    let name: String
    let since: Int
    let shape: @Sendable (OperatorContext) throws(GraphError) -> [Int]
    let indices: @Sendable (OperatorContext, [Int]) throws(GraphError) -> [Int]

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.type(0).element, try shape(context))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let target = try shape(context)
        return [try context.tensor(0).gathered(indices(context, target), shape: target)]
    }

    /// Transpose: axes reversed, or in the order of `perm`.
    static let transpose = RearrangingOperator(name: "Transpose", since: 1) {
        (context: OperatorContext) throws(GraphError) -> [Int] in
        let input = try context.shape(0)
        return try permutation(context, input.count).map { input[$0] }
    } indices: { (context: OperatorContext, target: [Int]) throws(GraphError) -> [Int] in
        let strides = Broadcasting.strides(of: try context.shape(0))
        return Broadcasting.indices(shape: target, strides: try permutation(context, target.count).map { strides[$0] })
    }

    static func permutation(_ context: OperatorContext, _ rank: Int) throws(GraphError) -> [Int] {
        guard let given = try context.optionalInts("perm") else { return (0..<rank).reversed() }
        guard given.count == rank else { throw context.error("perm \(given) does not order \(rank) axes") }
        return try context.axes(given, rank: rank)
    }

    /// Expand: broadcast (both ways) with the shape that the second input holds.
    static let expand = RearrangingOperator(name: "Expand", since: 8) {
        (context: OperatorContext) throws(GraphError) -> [Int] in
        try context.broadcastShape([context.shape(0), context.tensor(1).intValues])
    } indices: { (context: OperatorContext, target: [Int]) throws(GraphError) -> [Int] in
        Broadcasting.indices(
            shape: target, strides: Broadcasting.strides(of: try context.shape(0), broadcastTo: target))
    }

    /// Tile: each axis repeated.
    static let tile = RearrangingOperator(name: "Tile", since: 6) {
        (context: OperatorContext) throws(GraphError) -> [Int] in
        let input = try context.shape(0), repeats = try context.tensor(1).intValues
        guard repeats.count == input.count, repeats.allSatisfy({ $0 >= 0 }) else {
            throw context.error("repeats \(repeats) do not fit \(input)")
        }
        var target: [Int] = []
        for (extent, times) in zip(input, repeats) {
            let (product, overflow) = extent.multipliedReportingOverflow(by: times)
            guard !overflow else { throw context.error("repeats \(repeats) are too large") }
            target.append(product)
        }
        return target
    } indices: { (context: OperatorContext, target: [Int]) throws(GraphError) -> [Int] in
        let input = try context.shape(0)
        return separableIndices(input, target.indices.map { axis in (0..<target[axis]).map { $0 % input[axis] } })
    }

    /// DepthToSpace: blocks of channels become blocks of pixels, in the order DCR or CRD.
    static let depthToSpace = RearrangingOperator(name: "DepthToSpace", since: 1) {
        (context: OperatorContext) throws(GraphError) -> [Int] in
        let input = try context.shape(0), block = try blockSize(context)
        guard input.count == 4, input[1] % (block * block) == 0 else {
            throw context.error("\(input) is not N × C·\(block)² × H × W")
        }
        return [input[0], input[1] / (block * block), input[2] * block, input[3] * block]
    } indices: { (context: OperatorContext, target: [Int]) throws(GraphError) -> [Int] in
        let input = try context.shape(0), block = try blockSize(context)
        let strides = Broadcasting.strides(of: input)
        let channels = target[1]
        let isColumnRowDepth = try context.string("mode", "DCR") == "CRD"
        // Axes of the result, split: n, c, h, block row, w, block column.
        let split = [target[0], channels, input[2], block, input[3], block]
        let blockStride = isColumnRowDepth ? strides[1] : channels * strides[1]
        let channelStride = isColumnRowDepth ? block * block * strides[1] : strides[1]
        return Broadcasting.indices(
            shape: split,
            strides: [strides[0], channelStride, strides[2], block * blockStride, strides[3], blockStride])
    }

    /// SpaceToDepth: the inverse of DepthToSpace in its order DCR, or CRD since opset 28.
    static let spaceToDepth = RearrangingOperator(name: "SpaceToDepth", since: 1) {
        (context: OperatorContext) throws(GraphError) -> [Int] in
        let input = try context.shape(0), block = try blockSize(context)
        guard input.count == 4, input[2] % block == 0, input[3] % block == 0 else {
            throw context.error("\(input) does not divide into blocks of \(block) × \(block)")
        }
        return [input[0], input[1] * block * block, input[2] / block, input[3] / block]
    } indices: { (context: OperatorContext, target: [Int]) throws(GraphError) -> [Int] in
        let input = try context.shape(0), block = try blockSize(context)
        let strides = Broadcasting.strides(of: input)
        let pixels = [block * strides[2], block * strides[3]]
        if try context.string("mode", "DCR") == "CRD" {
            return Broadcasting.indices(
                shape: [input[0], input[1], block, block, target[2], target[3]],
                strides: [strides[0], strides[1], strides[2], strides[3]] + pixels)
        }
        return Broadcasting.indices(
            shape: [input[0], block, block, input[1], target[2], target[3]],
            strides: [strides[0], strides[2], strides[3], strides[1]] + pixels)
    }

    private static func blockSize(_ context: OperatorContext) throws(GraphError) -> Int {
        let block = try context.requiredInt("blocksize")
        guard block > 0, block <= 1 << 15 else { throw context.error("blocksize \(block) is not a block size") }
        return block
    }
}

/// Row-major indices into a tensor of `shape` at the Cartesian product of positions along each axis.
func separableIndices(_ shape: [Int], _ positions: [[Int]]) -> [Int] {
    let strides = Broadcasting.strides(of: shape)
    var result = [0]
    for axis in shape.indices {
        var next: [Int] = []
        next.reserveCapacity(result.count * positions[axis].count)
        for base in result {
            for position in positions[axis] { next.append(base + position * strides[axis]) }
        }
        result = next
    }
    return result
}

extension OperatorRegistry {
    static let rearranging: [any OperatorDefinition] = [
        RearrangingOperator.transpose,
        RearrangingOperator.expand,
        RearrangingOperator.tile,
        RearrangingOperator.depthToSpace,
        RearrangingOperator.spaceToDepth,
        SliceOperator(),
        ConcatOperator(),
        SplitOperator(),
        PadOperator(),
        ReverseSequenceOperator(),
        CenterCropPadOperator(),
    ]
}
