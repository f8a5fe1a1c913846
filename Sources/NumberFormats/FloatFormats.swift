/// Rounding to the floating-point formats.
extension ElementType {
    /// The fields of a format of at most 16 bits; `nil` for bf16 (see `BFloat16`), wider formats and integers.
    public var miniFloat: MiniFloat? {
        switch self {
        case .fp16: .binary16
        case .fp8E4M3: .e4m3
        case .fp8E5M2: .e5m2
        case .fp4E2M1: .e2m1
        default: nil
        }
    }

    /// The number of this floating-point format nearest to `value`, ties to even; fp32, fp64 and integer
    /// formats return it unchanged. Overflow follows the format (infinity or NaN) unless `saturating`.
    public func rounded(_ value: Float, saturating: Bool = false) -> Float {
        if self == .bf16 { return BFloat16.rounded(value, saturating: saturating) }
        return miniFloat?.rounded(value, saturating: saturating) ?? value
    }

    /// The pattern of the number nearest to `value` in a floating-point format of at most 16 bits; `nil` for others.
    public func pattern(of value: Float, saturating: Bool = false) -> UInt16? {
        if self == .bf16 { return BFloat16.encode(value, saturating: saturating) }
        return miniFloat?.encode(value, saturating: saturating)
    }

    /// The number that a pattern stands for in a floating-point format of at most 16 bits; `nil` for others.
    public func number(ofPattern pattern: UInt16) -> Float? {
        if self == .bf16 { return BFloat16.decode(pattern) }
        return miniFloat?.decode(pattern)
    }
}

extension MiniFloat {
    /// IEEE 754 binary16.
    public static let binary16 = MiniFloat(exponentBits: 5, mantissaBits: 10, bias: 15, specials: .infinityAndNaN)
    /// OCP FP8 E4M3: largest number 448.
    public static let e4m3 = MiniFloat(exponentBits: 4, mantissaBits: 3, bias: 7, specials: .onlyNaN)
    /// OCP FP8 E5M2: largest number 57344.
    public static let e5m2 = MiniFloat(exponentBits: 5, mantissaBits: 2, bias: 15, specials: .infinityAndNaN)
    /// OCP FP4 E2M1: ±0, 0.5, 1, 1.5, 2, 3, 4, 6.
    public static let e2m1 = MiniFloat(exponentBits: 2, mantissaBits: 1, bias: 1, specials: .none)
}
