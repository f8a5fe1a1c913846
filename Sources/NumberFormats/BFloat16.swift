/// bfloat16: the upper half of a binary32, so that rounding needs no change of exponent.
public enum BFloat16 {
    /// The number that a bit pattern stands for.
    public static func decode(_ pattern: UInt16) -> Float {
        Float(bitPattern: UInt32(pattern) << 16)
    }

    /// The pattern nearest to `value`, ties to even. Overflow gives infinity, or the largest finite
    /// number when `saturating`.
    public static func encode(_ value: Float, saturating: Bool = false) -> UInt16 {
        let raw = value.bitPattern
        let sign = UInt16(truncatingIfNeeded: raw >> 16) & 0x8000
        if value.isNaN { return sign | 0x7FC0 }
        let rounded = UInt16(truncatingIfNeeded: (raw &+ 0x7FFF &+ ((raw >> 16) & 1)) >> 16)
        if saturating && rounded & 0x7FFF == 0x7F80 { return sign | 0x7F7F }
        return rounded
    }

    /// The representable number nearest to `value`.
    public static func rounded(_ value: Float, saturating: Bool = false) -> Float {
        decode(encode(value, saturating: saturating))
    }
}
