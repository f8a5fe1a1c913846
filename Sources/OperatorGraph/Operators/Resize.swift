import NumberFormats

/// How one axis of a resized tensor reads the input: for each output position, source positions and their weights.
struct ResizedAxis {
    /// `nil` where the extrapolation value stands.
    var taps: [[(source: Int, weight: Double)]?]
}

/// The attributes of Resize (and Upsample), read once.
struct Resizing {
    let input: [Int]
    let output: [Int]
    let scales: [Double]
    let mode: String, coordinates: String, nearestMode: String
    let cubicCoefficient: Double
    let excludesOutside: Bool, antialiases: Bool
    let extrapolation: Double
    /// Start and end of the region of interest along each axis, normalised.
    let region: [(start: Double, end: Double)]

    init(_ context: OperatorContext) throws(GraphError) {
        let input = try context.shape(0)
        let rank = input.count
        self.input = input
        let isOld = context.node.version < 11
        mode = try context.string("mode", "nearest")
        coordinates = isOld ? "asymmetric" : try context.string("coordinate_transformation_mode", "half_pixel")
        nearestMode = isOld ? "floor" : try context.string("nearest_mode", "round_prefer_floor")
        cubicCoefficient = Double(try context.float("cubic_coeff_a", -0.75))
        excludesOutside = try context.flag("exclude_outside")
        antialiases = try context.flag("antialias")
        extrapolation = Double(try context.float("extrapolation_value", 0))
        let axes = try context.axes(context.optionalInts("axes") ?? Array(0..<rank), rank: rank)
        var scales = Array(repeating: 1.0, count: rank)
        var output = input
        let isUpsample = context.node.operation == "Upsample"
        let scaleInput = isUpsample || isOld ? 1 : 2
        let given = isUpsample && context.node.version < 9
            ? try context.optionalFloats("scales")
            : context.has(scaleInput) ? try context.tensor(scaleInput).floatValues : nil
        if let given, !given.isEmpty {
            guard given.count == axes.count, given.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw context.error("scales \(given) do not fit axes \(axes)")
            }
            for (axis, scale) in zip(axes, given) {
                scales[axis] = Double(scale)
                let extent = (Double(input[axis]) * Double(scale)).rounded(.down)
                guard extent < 0x1p40 else { throw context.error("scale \(scale) is too large") }
                output[axis] = Int(extent)
            }
        } else if let sizes = try context.optionalIntegers(3) {
            guard sizes.count == axes.count, sizes.allSatisfy({ $0 >= 0 && $0 < 1 << 40 }) else {
                throw context.error("sizes \(sizes) do not fit axes \(axes)")
            }
            let policy = try context.string("keep_aspect_ratio_policy", "stretch")
            let ratios = zip(axes, sizes).map { Double($1) / Double(max(input[$0], 1)) }
            let common = policy == "not_larger" ? ratios.min() : policy == "not_smaller" ? ratios.max() : nil
            for (index, axis) in axes.enumerated() {
                scales[axis] = common ?? ratios[index]
                guard scales[axis] * Double(input[axis]) < 0x1p40 else { throw context.error("sizes \(sizes) are too large") }
                output[axis] = common.map { Int($0 * Double(input[axis]) + 0.5) } ?? sizes[index]
            }
        } else {
            throw context.error("has neither scales nor sizes")
        }
        var region = Array(repeating: (start: 0.0, end: 1.0), count: rank)
        if coordinates == "tf_crop_and_resize" {
            let values = try context.tensor(1).doubleValues
            guard values.count == 2 * axes.count else { throw context.error("roi needs \(2 * axes.count) values") }
            for (index, axis) in axes.enumerated() { region[axis] = (values[index], values[axes.count + index]) }
        }
        guard ["nearest", "linear", "cubic", "bilinear"].contains(mode) else {
            throw context.error("mode \"\(mode)\" is not known", suggestion: "use nearest, linear or cubic")
        }
        let known = [
            "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize",
        ]
        guard known.contains(coordinates) else {
            throw context.error("coordinate_transformation_mode \"\(coordinates)\" is not known")
        }
        guard input.allSatisfy({ $0 > 0 }) else { throw context.error("an empty tensor cannot be resized") }
        self.scales = scales
        self.output = output
        self.region = region
    }

    /// Where output position `x` lies on the input's axis; `nil` outside the region of interest's image.
    private func source(_ x: Double, axis: Int) -> Double? {
        let width = Double(input[axis]), scale = scales[axis], target = scale * width
        switch coordinates {
        case "align_corners": return target == 1 ? 0 : x * (width - 1) / (target - 1)
        case "asymmetric": return x / scale
        case "pytorch_half_pixel": return target == 1 ? -0.5 : (x + 0.5) / scale - 0.5
        case "half_pixel_symmetric":
            let offset = width / 2 * (1 - Double(output[axis]) / target)
            return offset + (x + 0.5) / scale - 0.5
        case "tf_crop_and_resize":
            let (start, end) = region[axis]
            let inside = target == 1 ? (end - start) * (width - 1) / 2 : x * (end - start) * (width - 1) / (target - 1)
            let position = inside + start * (width - 1)
            return position < 0 || position > width - 1 ? nil : position
        default: return (x + 0.5) / scale - 0.5
        }
    }

    /// Weights of the neighbours of a point that lies `ratio` (0 < ratio ≤ 1) behind the left middle one.
    private func weights(_ ratio: Double, axis: Int) -> [Double] {
        switch mode {
        case "nearest":
            switch nearestMode {
            case "floor": return ratio == 1 ? [0, 1] : [1, 0]
            case "ceil": return [0, 1]
            case "round_prefer_ceil": return ratio < 0.5 ? [1, 0] : [0, 1]
            default: return ratio <= 0.5 ? [1, 0] : [0, 1]
            }
        case "cubic":
            let scale = antialiases ? min(scales[axis], 1) : 1
            let start = Int((-2 / scale).rounded(.down)) + 1
            let all = (start..<(2 - start)).map { cubic(abs(scale * (Double($0) - ratio))) }
            return scale < 1 ? normalized(all) : all
        default:
            let scale = antialiases ? min(scales[axis], 1) : 1
            let start = Int((-1 / scale).rounded(.down)) + 1
            let all = (start..<(2 - start)).map { max(0, 1 - abs(scale * (Double($0) - ratio))) }
            return scale < 1 ? normalized(all) : all
        }
    }

    /// Keys' cubic convolution kernel (IEEE Trans. ASSP 29(6), 1981).
    private func cubic(_ x: Double) -> Double {
        let a = cubicCoefficient
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }

    private func normalized(_ weights: [Double]) -> [Double] {
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    func axis(_ axis: Int) -> ResizedAxis {
        ResizedAxis(
            taps: (0..<output[axis]).map { position in
                guard let x = source(Double(position), axis: axis), abs(x) < 0x1p40 else { return nil }
                let floor = x.rounded(.down)
                var weights = weights(x == floor ? 1 : x - floor, axis: axis)
                let count = weights.count
                let margin = (count + 1) / 2
                let first = min(max(Int(x.rounded(.up)) - count / 2, -margin), input[axis] + margin - count)
                if excludesOutside {
                    for index in 0..<count where first + index < 0 || first + index >= input[axis] { weights[index] = 0 }
                    weights = normalized(weights)
                }
                return weights.enumerated().filter { $1 != 0 }.map {
                    (min(max(first + $0, 0), input[axis] - 1), $1)
                }
            })
    }
}

/// Resize, and Upsample before opset 10: nearest, linear or cubic interpolation, axis by axis.
struct ResizeOperator: OperatorDefinition {
    let name: String
    let since: Int
    let until: Int?

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        [TensorType(try context.type(0).element, try Resizing(context).output)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let resizing = try Resizing(context)
        var values = input.doubleValues
        var shape = input.shape
        for axis in shape.indices where resizing.output[axis] != shape[axis] || resizing.scales[axis] != 1 || resizing.coordinates == "tf_crop_and_resize" {
            let line = resizing.axis(axis)
            let view = AxisView(shape, axis: axis)
            shape[axis] = resizing.output[axis]
            var next: [Double] = []
            next.reserveCapacity(shape.product)
            for o in 0..<view.outer {
                for taps in line.taps {
                    for i in 0..<view.inner {
                        guard let taps else { next.append(resizing.extrapolation); continue }
                        var sum = 0.0
                        for tap in taps { sum += tap.weight * values[view.start(o, i) + tap.source * view.inner] }
                        next.append(sum)
                    }
                }
            }
            values = next
        }
        if input.element.isInteger && resizing.mode != "nearest" { values = values.map { $0.rounded(.toNearestOrEven) } }
        return [Tensor(input.element, shape, doubles: values)]
    }
}

extension OperatorRegistry {
    static let resampling: [any OperatorDefinition] = [
        ResizeOperator(name: "Resize", since: 10, until: nil),
        ResizeOperator(name: "Upsample", since: 7, until: 10),
        GridSampleOperator(),
        AffineGridOperator(),
    ]
}
