/// Ranges of the integer formats, wrapping as registers do and saturating as requantisation does.
extension ElementType {
    /// Smallest and largest integer of the format; `nil` for floating-point formats. The largest uint64
    /// does not fit `Int64`, so that format reports `Int64.max` and its callers take `UInt64` where it matters.
    public var integerRange: ClosedRange<Int64>? {
        switch self {
        case .bool: 0...1
        case .ternary: -1...1
        case .int2: -2...1
        case .int4: -8...7
        case .int8: -128...127
        case .int16: -32_768...32_767
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        case .int64: Int64.min...Int64.max
        case .uint2: 0...3
        case .uint4: 0...15
        case .uint8: 0...255
        case .uint16: 0...65_535
        case .uint32: 0...Int64(UInt32.max)
        case .uint64: 0...Int64.max
        default: nil
        }
    }

    /// The low bits of `value` read in this format (two's complement), the way a register of this width
    /// keeps it. `ternary` keeps the sign, `bool` whether it is not zero. Floating-point formats return it unchanged.
    public func wrapped(_ value: Int64) -> Int64 {
        switch self {
        case .bool: value != 0 ? 1 : 0
        case .ternary: value.signum()
        case .int2: (value << 62) >> 62
        case .int4: (value << 60) >> 60
        case .int8: Int64(Int8(truncatingIfNeeded: value))
        case .int16: Int64(Int16(truncatingIfNeeded: value))
        case .int32: Int64(Int32(truncatingIfNeeded: value))
        case .uint2: value & 3
        case .uint4: value & 15
        case .uint8: value & 255
        case .uint16: value & 65_535
        case .uint32: value & 0xFFFF_FFFF
        default: value
        }
    }

    /// `value` moved to the nearest number of this format's range.
    public func saturated(_ value: Int64) -> Int64 {
        guard let range = integerRange else { return value }
        return min(max(value, range.lowerBound), range.upperBound)
    }

    /// `value` rounded half to even and moved into this integer format's range; NaN becomes 0.
    public func quantized(_ value: Double) -> Int64 {
        guard let range = integerRange, !value.isNaN else { return 0 }
        let nearest = value.rounded(.toNearestOrEven)
        if nearest <= Double(range.lowerBound) { return range.lowerBound }
        if nearest >= Double(range.upperBound) { return range.upperBound }
        return Int64(nearest)
    }
}
