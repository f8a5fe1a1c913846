import NumberFormats

/// A number format as arithmetic units see it: what a multiplier multiplies.
public struct ArithmeticFormat: Sendable, Hashable, CustomStringConvertible {
    /// "int8", "fp16", "tf32".
    public var name: String
    public var isFloatingPoint: Bool
    /// Bits that are multiplied: of an integer all of them, of a floating-point number its significand with the hidden one.
    public var significandBits: Int

    init(name: String, isFloatingPoint: Bool, significandBits: Int) {
        self.name = name
        self.isFloatingPoint = isFloatingPoint
        self.significandBits = significandBits
    }

    /// Unsigned and signed integers cost the same; a ternary digit is an integer of two bits.
    public init(_ type: ElementType) {
        switch type {
        case .bool: self.init(integerBits: 1)
        case .ternary: self.init(integerBits: 2)
        case .fp4E2M1: self.init(name: type.rawValue, isFloatingPoint: true, significandBits: 2)
        case .fp8E5M2: self.init(name: type.rawValue, isFloatingPoint: true, significandBits: 3)
        case .fp8E4M3: self.init(name: type.rawValue, isFloatingPoint: true, significandBits: 4)
        case .bf16: self.init(name: type.rawValue, isFloatingPoint: true, significandBits: 8)
        case .fp16: self.init(name: type.rawValue, isFloatingPoint: true, significandBits: 11)
        case .fp32: self.init(name: type.rawValue, isFloatingPoint: true, significandBits: 24)
        case .fp64: self.init(name: type.rawValue, isFloatingPoint: true, significandBits: 53)
        case .int2, .int4, .int8, .int16, .int32, .int64, .uint2, .uint4, .uint8, .uint16, .uint32, .uint64: self.init(integerBits: type.bits)
        }
    }

    /// An integer of any width: the adders of an int8 product may have 20 bits.
    public init(integerBits bits: Int) { self.init(name: "int\(bits)", isFloatingPoint: false, significandBits: bits) }

    /// NVIDIA's format of 19 bits: the exponent of fp32 and the significand of fp16.
    public static let tf32 = ArithmeticFormat(name: "tf32", isFloatingPoint: true, significandBits: 11)

    static let largestInteger = 1024

    /// A name as files have it: an element type, "tf32", "fp8" for E4M3, or "int" with any width.
    public init?(named name: String) {
        if let type = ElementType(rawValue: name) {
            self.init(type)
        } else if name == "tf32" {
            self = .tf32
        } else if name == "fp8" {
            self.init(.fp8E4M3)
        } else if name.hasPrefix("int"), let bits = Int(name.dropFirst(3)), bits >= 1, bits <= Self.largestInteger, String(bits) == name.dropFirst(3) {
            self.init(integerBits: bits)
        } else {
            return nil
        }
    }

    static let names = ElementType.allCases.map(\.rawValue) + ["tf32", "fp8"]

    public var description: String { name }
}
