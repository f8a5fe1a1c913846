/// The format of one tensor element or of one datapath register.
///
/// Storage sizes are those of a packed array: two int4 values share a byte. A tensor whose size in
/// bits is not a multiple of eight occupies the next whole byte.
public enum ElementType: String, Sendable, Hashable, CaseIterable, Codable {
    case bool
    case ternary
    case int2, int4, int8, int16, int32, int64
    case uint2, uint4, uint8, uint16, uint32, uint64
    /// FP4 E2M1 of the OCP Microscaling Formats specification v1.0.
    case fp4E2M1
    /// FP8 E4M3 (finite-only with NaN) of the OCP 8-bit Floating Point specification v1.0.
    case fp8E4M3
    /// FP8 E5M2 of the OCP 8-bit Floating Point specification v1.0.
    case fp8E5M2
    /// IEEE 754 binary16.
    case fp16
    /// bfloat16: the upper half of a binary32.
    case bf16
    /// IEEE 754 binary32.
    case fp32
    /// IEEE 754 binary64.
    case fp64

    /// Width of one element in bits.
    public var bits: Int {
        switch self {
        case .ternary, .int2, .uint2: 2
        case .int4, .uint4, .fp4E2M1: 4
        case .bool, .int8, .uint8, .fp8E4M3, .fp8E5M2: 8
        case .int16, .uint16, .fp16, .bf16: 16
        case .int32, .uint32, .fp32: 32
        case .int64, .uint64, .fp64: 64
        }
    }

    /// Bytes that `count` packed elements occupy.
    public func bytes(for count: Int) -> Int { (count * bits + 7) / 8 }

    /// True for the floating-point formats.
    public var isFloatingPoint: Bool {
        switch self {
        case .fp4E2M1, .fp8E4M3, .fp8E5M2, .fp16, .bf16, .fp32, .fp64: true
        default: false
        }
    }

    /// True for signed and unsigned integer formats, `ternary` included and `bool` excluded.
    public var isInteger: Bool { !isFloatingPoint && self != .bool }

    /// True for integer formats that hold negative values.
    public var isSigned: Bool {
        switch self {
        case .bool, .uint2, .uint4, .uint8, .uint16, .uint32, .uint64: false
        default: true
        }
    }
}
