import NumberFormats

/// Values in one common Swift type, whatever the tensor's format.
extension Tensor {
    /// As `Float`: exact for formats up to fp32 and integers up to 24 bits; text gives 0.
    public var floatValues: [Float] {
        switch storage {
        case .float(let values): values
        case .double(let values): values.map { Float($0) }
        case .bool(let values): values.map { $0 ? 1 : 0 }
        case .int8(let values): values.map { Float($0) }
        case .uint8(let values): values.map { Float($0) }
        case .int16(let values): values.map { Float($0) }
        case .uint16(let values): values.map { Float($0) }
        case .int32(let values): values.map { Float($0) }
        case .uint32(let values): values.map { Float($0) }
        case .int64(let values): values.map { Float($0) }
        case .uint64(let values): values.map { Float($0) }
        case .string(let values): values.map { Float($0) ?? 0 }
        }
    }

    /// As `Double`: exact for all but 64-bit integers beyond 53 bits; text gives the number it spells, or 0.
    public var doubleValues: [Double] {
        switch storage {
        case .float(let values): values.map { Double($0) }
        case .double(let values): values
        case .bool(let values): values.map { $0 ? 1 : 0 }
        case .int8(let values): values.map { Double($0) }
        case .uint8(let values): values.map { Double($0) }
        case .int16(let values): values.map { Double($0) }
        case .uint16(let values): values.map { Double($0) }
        case .int32(let values): values.map { Double($0) }
        case .uint32(let values): values.map { Double($0) }
        case .int64(let values): values.map { Double($0) }
        case .uint64(let values): values.map { Double($0) }
        case .string(let values): values.map { Double($0) ?? 0 }
        }
    }

    /// As `Int`: real numbers truncated toward zero (NaN is 0, infinities saturate), uint64 by its bit pattern.
    public var intValues: [Int] {
        switch storage {
        case .bool(let values): values.map { $0 ? 1 : 0 }
        case .int8(let values): values.map { Int($0) }
        case .uint8(let values): values.map { Int($0) }
        case .int16(let values): values.map { Int($0) }
        case .uint16(let values): values.map { Int($0) }
        case .int32(let values): values.map { Int($0) }
        case .uint32(let values): values.map { Int($0) }
        case .int64(let values): values.map { Int($0) }
        case .uint64(let values): values.map { Int(truncatingIfNeeded: $0) }
        case .string(let values): values.map { Int($0) ?? 0 }
        case .float, .double: Tensor(.int64, shape, doubles: doubleValues).intValues
        }
    }

    /// As `Bool`: whether the value is not zero; text is true when it is not empty.
    public var boolValues: [Bool] {
        switch storage {
        case .bool(let values): values
        case .string(let values): values.map { !$0.isEmpty }
        case .float(let values): values.map { $0 != 0 }
        case .double(let values): values.map { $0 != 0 }
        default: intValues.map { $0 != 0 }
        }
    }

    /// Text, empty strings for numbers.
    public var stringValues: [String] {
        if case .string(let values) = storage { return values }
        return Array(repeating: "", count: count)
    }

    /// True for a tensor of text.
    public var isText: Bool {
        if case .string = storage { return true }
        return false
    }

    /// The same values in another shape with as many elements.
    public func reshaped(_ shape: [Int]) -> Tensor {
        precondition(shape.product == count, "a reshape keeps the number of elements")
        return Tensor(element, shape, storage)
    }
}
