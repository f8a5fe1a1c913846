import NumberFormats

/// Element format and shape of a tensor, without values. Shapes are concrete: symbolic dimensions
/// are bound when a workload is imported.
public struct TensorType: Sendable, Hashable {
    public var element: ElementType
    /// Extents, outermost first. Empty for a scalar.
    public var shape: [Int]

    public init(_ element: ElementType, _ shape: [Int]) {
        self.element = element
        self.shape = shape
    }

    /// Number of elements: the product of the extents, 1 for a scalar.
    public var count: Int { shape.reduce(1, *) }
    /// Packed size in bytes.
    public var bytes: Int { element.bytes(for: count) }
}

/// A dense tensor with values in row-major order.
public struct Tensor: Sendable, Equatable {
    public var type: TensorType
    public var storage: Storage

    /// Values by the Swift type that holds them. Formats narrower than a byte are held one element
    /// to an `Int8`/`UInt8`; every floating-point format up to fp32 is held as `Float` values that the
    /// format can represent exactly.
    public enum Storage: Sendable, Equatable {
        case bool([Bool])
        case int8([Int8])
        case uint8([UInt8])
        case int16([Int16])
        case uint16([UInt16])
        case int32([Int32])
        case uint32([UInt32])
        case int64([Int64])
        case uint64([UInt64])
        case float([Float])
        case double([Double])
        /// Text, for the few ONNX operators that carry it; never part of a lowered program.
        case string([String])
    }

    public init(_ element: ElementType, _ shape: [Int], _ storage: Storage) {
        self.type = TensorType(element, shape)
        self.storage = storage
    }

    public var element: ElementType { type.element }
    public var shape: [Int] { type.shape }
    public var count: Int { type.count }
}
