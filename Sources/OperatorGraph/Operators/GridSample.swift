import NumberFormats

/// GridSample: the input read at the points of a normalised grid, nearest, linear or cubic, any number of spatial axes.
struct GridSampleOperator: OperatorDefinition {
    let name = "GridSample"
    let since = 16

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let input = try context.type(0), grid = try context.shape(1)
        let rank = input.shape.count - 2
        guard rank >= 1, grid.count == rank + 2, grid[0] == input.shape[0], grid.last == rank else {
            throw context.error("grid \(grid) does not fit \(input.shape)")
        }
        return [TensorType(input.element, Array(input.shape[..<2]) + Array(grid[1..<(rank + 1)]))]
    }

    private enum Padding { case zeros, border, reflection }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0), grid = try context.reals(1)
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let extents = Array(input.shape[2...])
        let rank = extents.count
        let aligns = try context.flag("align_corners")
        let padding: Padding
        switch try context.string("padding_mode", "zeros") {
        case "zeros": padding = .zeros
        case "border": padding = .border
        case "reflection": padding = .reflection
        case let other: throw context.error("padding_mode \"\(other)\" is not known")
        }
        let mode = try context.string("mode", "linear")
        guard ["nearest", "linear", "bilinear", "cubic", "bicubic"].contains(mode) else {
            throw context.error("mode \"\(mode)\" is not known")
        }
        let values = input.doubleValues
        let strides = Broadcasting.strides(of: extents)
        let planeSize = extents.product
        let points = output.shape[2...].product
        let channels = input.shape[1]
        var result = Array(repeating: 0.0, count: output.count)
        for image in 0..<input.shape[0] {
            for point in 0..<points {
                var taps: [(offset: Int, weight: Double)] = [(0, 1)]
                for axis in 0..<rank {
                    // The grid names the innermost axis first.
                    let normalized = grid[(image * points + point) * rank + (rank - 1 - axis)]
                    let size = Double(extents[axis])
                    let x = aligns ? (normalized + 1) / 2 * (size - 1) : ((normalized + 1) * size - 1) / 2
                    let line = axisTaps(x, extents[axis], mode, padding, aligns)
                    taps = taps.flatMap { base in
                        line.map { (offset: base.offset + $0.position * strides[axis], weight: base.weight * $0.weight) }
                    }
                }
                for channel in 0..<channels {
                    let base = (image * channels + channel) * planeSize
                    var sum = 0.0
                    for tap in taps { sum += tap.weight * values[base + tap.offset] }
                    result[(image * channels + channel) * points + point] = sum
                }
            }
        }
        return [Tensor(input.element, output.shape, doubles: result)]
    }

    /// Source positions and weights along one axis; positions outside count as zero where the padding says so.
    private func axisTaps(
        _ x: Double, _ extent: Int, _ mode: String, _ padding: Padding, _ aligns: Bool
    ) -> [(position: Int, weight: Double)] {
        guard abs(x) < 0x1p40, extent > 0 else { return [] }
        let low = aligns ? 0 : -0.5, high = aligns ? Double(extent - 1) : Double(extent) - 0.5
        var x = x
        if padding == .border { x = min(max(x, 0), Double(extent - 1)) }
        if padding == .reflection { x = reflected(x, low, high) }
        let candidates: [(Int, Double)]
        if mode == "nearest" {
            candidates = [(Int(x.rounded(.toNearestOrEven)), 1)]
        } else {
            let first = x.rounded(.down), ratio = x - first, base = Int(first)
            candidates = mode.hasSuffix("linear")
                ? [(base, 1 - ratio), (base + 1, ratio)]
                : (-1...2).map { (base + $0, keys(abs(Double($0) - ratio))) }
        }
        return candidates.compactMap { position, weight in
            if position >= 0 && position < extent { return (position, weight) }
            switch padding {
            case .zeros: return nil
            case .border: return (min(max(position, 0), extent - 1), weight)
            case .reflection:
                let inside = Int(reflected(Double(position), low, high))
                return (min(max(inside, 0), extent - 1), weight)
            }
        }
    }

    private func keys(_ x: Double) -> Double {
        let a = -0.75
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }

    private func reflected(_ x: Double, _ low: Double, _ high: Double) -> Double {
        let range = high - low
        if range <= 0 { return low }
        let distance = abs(x - low).truncatingRemainder(dividingBy: 2 * range)
        return low + (distance <= range ? distance : 2 * range - distance)
    }
}

/// AffineGrid: the normalised grid that an affine map of each image's coordinates gives.
struct AffineGridOperator: OperatorDefinition {
    let name = "AffineGrid"
    let since = 20

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let theta = try context.type(0), size = try context.tensor(1).intValues
        let rank = size.count - 2
        guard rank == 2 || rank == 3, theta.shape == [size[0], rank, rank + 1] else {
            throw context.error("theta \(theta.shape) does not fit size \(size)")
        }
        return [TensorType(theta.element, [size[0]] + size[2...] + [rank])]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        guard let output = try inferTypes(context)[0] else { throw context.error("has no output type") }
        let aligns = try context.flag("align_corners")
        let extents = Array(output.shape[1..<(output.shape.count - 1)])
        let rank = extents.count
        let theta = try context.reals(0)
        var result: [Double] = []
        result.reserveCapacity(output.count)
        for image in 0..<output.shape[0] {
            for index in 0..<extents.product {
                // Coordinates are innermost first: x, y, z.
                let position = unravel(index, extents)
                let coordinates = (0..<rank).reversed().map { axis -> Double in
                    let size = Double(extents[axis])
                    if aligns { return size == 1 ? -1 : -1 + 2 * Double(position[axis]) / (size - 1) }
                    return (2 * Double(position[axis]) + 1) / size - 1
                }
                for row in 0..<rank {
                    let start = (image * rank + row) * (rank + 1)
                    var sum = theta[start + rank]
                    for column in 0..<rank { sum += theta[start + column] * coordinates[column] }
                    result.append(sum)
                }
            }
        }
        return [Tensor(output.element, output.shape, doubles: result)]
    }
}
