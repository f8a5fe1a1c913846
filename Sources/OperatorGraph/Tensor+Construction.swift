import NumberFormats

extension Tensor.Storage {
    /// Number of values held.
    public var count: Int {
        switch self {
        case .bool(let values): values.count
        case .int8(let values): values.count
        case .uint8(let values): values.count
        case .int16(let values): values.count
        case .uint16(let values): values.count
        case .int32(let values): values.count
        case .uint32(let values): values.count
        case .int64(let values): values.count
        case .uint64(let values): values.count
        case .float(let values): values.count
        case .double(let values): values.count
        case .string(let values): values.count
        }
    }

    /// True where this case is the one that holds `element`.
    public func holds(_ element: ElementType) -> Bool {
        switch (self, element) {
        case (.bool, .bool), (.int8, .ternary), (.int8, .int2), (.int8, .int4), (.int8, .int8),
            (.uint8, .uint2), (.uint8, .uint4), (.uint8, .uint8), (.int16, .int16), (.uint16, .uint16),
            (.int32, .int32), (.uint32, .uint32), (.int64, .int64), (.uint64, .uint64), (.double, .fp64), (.string, _):
            true
        case (.float, _): element.isFloatingPoint && element != .fp64
        default: false
        }
    }
}

extension Tensor {
    /// A tensor of zeros (`false`). The caller has checked the size against `GraphLimits`.
    public static func zeros(_ type: TensorType) -> Tensor {
        Tensor(type.element, type.shape, repeating: 0)
    }

    /// A tensor of zeros whose size is checked first.
    public static func zeros(_ type: TensorType, limits: GraphLimits) throws(GraphError) -> Tensor {
        try limits.check(type)
        return zeros(type)
    }

    /// A tensor that holds `value` everywhere.
    public init(_ element: ElementType, _ shape: [Int], repeating value: Int) {
        let count = shape.product
        let storage: Storage = switch element {
        case .bool: .bool(Array(repeating: value != 0, count: count))
        case .ternary, .int2, .int4, .int8: .int8(Array(repeating: Int8(element.wrapped(Int64(value))), count: count))
        case .uint2, .uint4, .uint8: .uint8(Array(repeating: UInt8(element.wrapped(Int64(value))), count: count))
        case .int16: .int16(Array(repeating: Int16(truncatingIfNeeded: value), count: count))
        case .uint16: .uint16(Array(repeating: UInt16(truncatingIfNeeded: value), count: count))
        case .int32: .int32(Array(repeating: Int32(truncatingIfNeeded: value), count: count))
        case .uint32: .uint32(Array(repeating: UInt32(truncatingIfNeeded: value), count: count))
        case .int64: .int64(Array(repeating: Int64(value), count: count))
        case .uint64: .uint64(Array(repeating: UInt64(truncatingIfNeeded: value), count: count))
        case .fp64: .double(Array(repeating: Double(value), count: count))
        case .fp4E2M1, .fp8E4M3, .fp8E5M2, .fp16, .bf16, .fp32:
            .float(Array(repeating: element.rounded(Float(value)), count: count))
        }
        self.init(element, shape, storage)
    }

    /// Integers in any format: wrapped to the width of an integer format, rounded to a floating-point one.
    public init(_ element: ElementType, _ shape: [Int], integers: [Int]) {
        precondition(integers.count == shape.product, "as many values as the shape has elements")
        let storage: Storage = switch element {
        case .bool: .bool(integers.map { $0 != 0 })
        case .int8: .int8(integers.map { Int8(truncatingIfNeeded: $0) })
        case .uint8: .uint8(integers.map { UInt8(truncatingIfNeeded: $0) })
        case .ternary, .int2, .int4: .int8(integers.map { Int8(element.wrapped(Int64($0))) })
        case .uint2, .uint4: .uint8(integers.map { UInt8(element.wrapped(Int64($0))) })
        case .int16: .int16(integers.map { Int16(truncatingIfNeeded: $0) })
        case .uint16: .uint16(integers.map { UInt16(truncatingIfNeeded: $0) })
        case .int32: .int32(integers.map { Int32(truncatingIfNeeded: $0) })
        case .uint32: .uint32(integers.map { UInt32(truncatingIfNeeded: $0) })
        case .int64: .int64(integers.map { Int64($0) })
        case .uint64: .uint64(integers.map { UInt64(truncatingIfNeeded: $0) })
        case .fp64: .double(integers.map { Double($0) })
        case .fp4E2M1, .fp8E4M3, .fp8E5M2, .fp16, .bf16, .fp32: .float(integers.map { element.rounded(Float($0)) })
        }
        self.init(element, shape, storage)
    }

    /// Real numbers in any format: rounded half to even to a floating-point format, truncated toward zero and
    /// wrapped to an integer one (NumPy's conversion; NaN becomes 0), compared with zero for `bool`.
    public init(_ element: ElementType, _ shape: [Int], doubles: [Double]) {
        precondition(doubles.count == shape.product, "as many values as the shape has elements")
        switch element {
        case .fp64: self.init(element, shape, .double(doubles))
        case .fp32: self.init(element, shape, .float(doubles.map { Float($0) }))
        case .fp4E2M1, .fp8E4M3, .fp8E5M2, .fp16, .bf16:
            self.init(element, shape, .float(doubles.map { element.rounded(Float($0)) }))
        case .bool: self.init(element, shape, .bool(doubles.map { $0 != 0 }))
        case .uint64: self.init(element, shape, .uint64(doubles.map { Self.unsigned($0) }))
        default: self.init(element, shape, integers: doubles.map { Self.truncated($0) })
        }
    }

    /// binary32 numbers in any format; as `init(_:_:doubles:)`.
    public init(_ element: ElementType, _ shape: [Int], floats: [Float]) {
        precondition(floats.count == shape.product, "as many values as the shape has elements")
        switch element {
        case .fp32: self.init(element, shape, .float(floats))
        case .fp4E2M1, .fp8E4M3, .fp8E5M2, .fp16, .bf16:
            self.init(element, shape, .float(floats.map { element.rounded($0) }))
        default: self.init(element, shape, doubles: floats.map { Double($0) })
        }
    }

    /// A scalar.
    public init(_ element: ElementType, scalar: Double) { self.init(element, [], doubles: [scalar]) }

    private static func truncated(_ value: Double) -> Int {
        if value.isNaN { return 0 }
        if value >= 0x1p63 { return .max }
        return value <= -0x1p63 ? .min : Int(value)
    }

    private static func unsigned(_ value: Double) -> UInt64 {
        if value.isNaN { return 0 }
        if value >= 0x1p64 { return .max }
        return value < 0 ? UInt64(bitPattern: Int64(truncated(value))) : UInt64(value)
    }
}
