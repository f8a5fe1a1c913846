import NumberFormats

/// Bounds on what a graph may ask for, checked before memory is taken.
public struct GraphLimits: Sendable, Hashable {
    /// Most elements of one tensor.
    public var maximumElements: Int
    /// Most bytes of one tensor, packed.
    public var maximumBytes: Int
    /// Most dimensions of one tensor.
    public var maximumRank: Int

    public init(maximumElements: Int = 1 << 31, maximumBytes: Int = 1 << 33, maximumRank: Int = 64) {
        self.maximumElements = maximumElements
        self.maximumBytes = maximumBytes
        self.maximumRank = maximumRank
    }

    public static let standard = GraphLimits()

    /// The reason why a tensor of this type is refused; `nil` when it is allowed.
    public func objection(to type: TensorType) -> String? {
        if type.shape.count > maximumRank {
            return "a tensor of \(type.shape.count) dimensions is over the limit of \(maximumRank)"
        }
        if let extent = type.shape.first(where: { $0 < 0 }) {
            return "a dimension of \(extent) is not a size"
        }
        if let extent = type.shape.first(where: { $0 > maximumElements }) {
            return "a dimension of \(extent) is over the limit of \(maximumElements)"
        }
        // An empty tensor must not hide extents whose product overflows: operators multiply parts of shapes.
        guard let count = type.shape.checkedProduct,
            let extent = type.shape.lazy.map({ Swift.max($0, 1) }).checkedProduct,
            count != 0 || extent <= maximumElements
        else {
            return "a tensor of shape \(type.shape) has more elements than can be counted"
        }
        if count > maximumElements {
            return "a tensor of shape \(type.shape) has \(count) elements, over the limit of \(maximumElements)"
        }
        let bytes = type.element.bytes(for: count)
        if bytes > maximumBytes {
            return "a tensor of shape \(type.shape) takes \(bytes) bytes, over the limit of \(maximumBytes)"
        }
        return nil
    }

    /// Throws where `objection(to:)` has one.
    public func check(_ type: TensorType) throws(GraphError) {
        if let objection = objection(to: type) {
            throw GraphError(message: objection, suggestion: "use smaller dimensions")
        }
    }
}

extension Collection where Element == Int {
    /// The product, 1 when empty; `nil` where it does not fit an `Int`. A zero factor gives 0 whatever the others are.
    public var checkedProduct: Int? {
        if contains(0) { return 0 }
        var product = 1
        for factor in self {
            let (value, overflow) = product.multipliedReportingOverflow(by: factor)
            if overflow { return nil }
            product = value
        }
        return product
    }

    /// The product of extents that were checked already.
    package var product: Int { reduce(1, *) }
}
