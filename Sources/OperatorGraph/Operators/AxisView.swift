import NumberFormats

/// A tensor seen as outer × extent × inner around one axis (or a run of axes).
struct AxisView: Sendable {
    let outer: Int
    let extent: Int
    let inner: Int

    init(_ shape: [Int], axis: Int) {
        self.init(shape, axes: axis..<(axis + (shape.isEmpty ? 0 : 1)))
    }

    init(_ shape: [Int], axes: Range<Int>) {
        outer = shape[..<axes.lowerBound].product
        extent = shape[axes].product
        inner = shape[axes.upperBound...].product
    }

    /// Index of the first element of the line at (outer, inner); its elements are `inner` apart.
    @inline(__always) func start(_ o: Int, _ i: Int) -> Int { o * extent * inner + i }
}

extension OperatorContext {
    /// The values of a required floating-point input.
    func reals(_ index: Int) throws(GraphError) -> [Double] { try tensor(index).doubleValues }

    /// The values of an optional input; `nil` when left out.
    func optionalReals(_ index: Int) -> [Double]? { optionalTensor(index)?.doubleValues }

    /// A required floating-point input's type.
    func realType(_ index: Int) throws(GraphError) -> TensorType {
        let type = try type(index)
        guard type.element.isFloatingPoint else {
            throw error("input \(index) is \(type.element.rawValue), expected a floating-point format")
        }
        return type
    }
}
