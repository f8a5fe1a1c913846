/// A binary floating-point format of at most 16 bits, described by its fields: sign, exponent, mantissa.
///
/// Modelled: subnormals, signed zero, round-half-to-even, infinities and NaN where the format has them.
/// Not modelled: NaN payloads (all NaN become one pattern), exceptions.
/// Sources: IEEE 754-2019 for binary16; OCP 8-bit Floating Point Specification v1.0 for E4M3 and E5M2;
/// OCP Microscaling Formats Specification v1.0 for E2M1.
public struct MiniFloat: Sendable, Hashable {
    /// Which bit patterns do not stand for finite numbers.
    public enum Specials: Sendable, Hashable {
        /// The top exponent holds infinity (mantissa 0) and NaN, as in IEEE 754.
        case infinityAndNaN
        /// Only the all-ones pattern is NaN; there is no infinity (E4M3).
        case onlyNaN
        /// Every pattern is a finite number (E2M1).
        case none
    }

    public let exponentBits: Int
    public let mantissaBits: Int
    public let bias: Int
    public let specials: Specials

    public init(exponentBits: Int, mantissaBits: Int, bias: Int, specials: Specials) {
        precondition(exponentBits >= 2 && mantissaBits >= 1 && exponentBits + mantissaBits <= 15)
        self.exponentBits = exponentBits
        self.mantissaBits = mantissaBits
        self.bias = bias
        self.specials = specials
    }

    /// Width of one number in bits, sign included.
    public var bits: Int { 1 + exponentBits + mantissaBits }

    private var signMask: UInt16 { 1 << UInt16(exponentBits + mantissaBits) }

    /// The pattern of the largest finite number.
    public var largestFinitePattern: UInt16 {
        switch specials {
        case .infinityAndNaN: (((1 << UInt16(exponentBits)) - 1) << UInt16(mantissaBits)) - 1
        case .onlyNaN: signMask - 2
        case .none: signMask - 1
        }
    }

    /// The largest finite number.
    public var largestFinite: Float { decode(largestFinitePattern) }

    /// The number that a bit pattern stands for; bits above the format's width are ignored.
    public func decode(_ pattern: UInt16) -> Float {
        let magnitude = pattern & (signMask - 1)
        let negative = pattern & signMask != 0
        let value: Float
        if magnitude > largestFinitePattern {
            let infinity = specials == .infinityAndNaN && magnitude == largestFinitePattern + 1
            value = infinity ? .infinity : .nan
        } else {
            let exponentField = Int(magnitude >> UInt16(mantissaBits))
            let mantissa = Int(magnitude & ((1 << UInt16(mantissaBits)) - 1))
            let significand = exponentField == 0 ? mantissa : mantissa + (1 << mantissaBits)
            let exponent = max(exponentField, 1) - bias - mantissaBits
            value = Float(sign: .plus, exponent: exponent, significand: Float(significand))
        }
        return negative ? -value : value
    }

    /// The pattern nearest to `value`, ties to the even mantissa.
    ///
    /// Beyond the largest finite number: that number when `saturating` (infinities too), else infinity,
    /// or NaN in a format without infinity. A format without NaN turns NaN into −0, as ml_dtypes does.
    public func encode(_ value: Float, saturating: Bool = false) -> UInt16 {
        let raw = value.bitPattern
        let sign: UInt16 = raw >> 31 == 0 ? 0 : signMask
        if value.isNaN { return sign | notANumberPattern }
        let field = Int((raw >> 23) & 0xFF)
        if field == 0 { return sign }  // a binary32 subnormal is below half of every format's smallest number
        if value.isInfinite { return sign | overflowPattern(saturating) }
        let exponent = field - 127
        let significand = UInt64(raw & 0x7F_FFFF) | 0x80_0000
        let smallestNormal = 1 - bias
        let isSubnormal = exponent < smallestNormal
        let shift = 23 - mantissaBits + (isSubnormal ? smallestNormal - exponent : 0)
        if shift > 25 { return sign }
        let kept = significand >> UInt64(shift)
        let rest = significand & ((1 << UInt64(shift)) - 1)
        let half: UInt64 = 1 << UInt64(shift - 1)
        let rounded = kept + (rest > half || (rest == half && kept & 1 == 1) ? 1 : 0)
        // The hidden bit of a normal number adds one to the exponent field, as does a carry out of the mantissa.
        let magnitude = isSubnormal ? rounded : rounded + UInt64(exponent + bias - 1) << UInt64(mantissaBits)
        if magnitude > UInt64(largestFinitePattern) { return sign | overflowPattern(saturating) }
        return sign | UInt16(magnitude)
    }

    /// The representable number nearest to `value`.
    public func rounded(_ value: Float, saturating: Bool = false) -> Float {
        decode(encode(value, saturating: saturating))
    }

    private var notANumberPattern: UInt16 {
        switch specials {
        case .infinityAndNaN: largestFinitePattern + 1 + (1 << UInt16(mantissaBits - 1))
        case .onlyNaN: signMask - 1
        case .none: signMask
        }
    }

    private func overflowPattern(_ saturating: Bool) -> UInt16 {
        if saturating || specials == .none { return largestFinitePattern }
        return specials == .infinityAndNaN ? largestFinitePattern + 1 : notANumberPattern
    }
}
