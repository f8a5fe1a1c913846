import NumberFormats

/// The machine types in which a datapath holds operands; each fixes the type of its sums.
package enum DatapathFormat: Sendable, Equatable {
    /// Operands of up to 8 bits with sign, sums in 32-bit two's complement that wrap.
    case int8
    /// Operands of up to 16 bits with sign (also uint8, or int8 less a zero point), sums as above.
    case int16
    /// Floating-point operands that are exact in binary32; products and sums are rounded to binary32, one after the other.
    case float

    /// The narrowest format that holds the operands of an array.
    ///
    /// - Throws: `ArrayCommandError.unsupportedFormat` when none does.
    package init(input: ElementType, weight: ElementType, accumulator: ElementType) throws(ArrayCommandError) {
        let operands = [input, weight]
        if operands.contains(where: \.isFloatingPoint) {
            guard operands.allSatisfy({ Self.bitsOfSignedInteger($0) ?? 0 <= 16 && $0 != .fp64 && $0 != .bool }) else {
                throw .unsupportedFormat("\(input) × \(weight) is not exact in fp32; use formats of at most 32 bits")
            }
            guard accumulator == .fp32 else {
                throw .unsupportedFormat("floating-point sums are held in fp32, not in \(accumulator); set accumulator: fp32")
            }
            self = .float
            return
        }
        var bits = 0
        for type in operands {
            guard let needed = Self.bitsOfSignedInteger(type), needed <= 16 else {
                throw .unsupportedFormat("operands of type \(type) do not fit 16 bits with sign; use int16 or narrower, or uint8")
            }
            bits = max(bits, needed)
        }
        guard accumulator == .int32 else {
            throw .unsupportedFormat("integer sums are held in int32, not in \(accumulator); set accumulator: int32")
        }
        self = bits <= 8 ? .int8 : .int16
    }

    /// Bits in two's complement that hold every value of an integer type, `nil` for other types.
    private static func bitsOfSignedInteger(_ type: ElementType) -> Int? {
        type.isInteger ? type.bits + (type.isSigned ? 0 : 1) : nil
    }
}

/// Operand values, erased to one type. Row-major.
package enum OperandMatrix: Sendable, Equatable {
    case int8([Int8]), int16([Int16]), float([Float])
}

/// Result values, erased to one type. Row-major.
package enum SumMatrix: Sendable, Equatable {
    case int32([Int32]), float([Float])
}

/// A number type of a datapath's operands.
package protocol DatapathOperand: BitwiseCopyable, Sendable {
    associatedtype Sum: BitwiseCopyable & Sendable
    static var zero: Self { get }
    static var zeroSum: Sum { get }
    /// One step of an element, in the arithmetic of the hardware.
    static func multiplyAdd(_ sum: Sum, _ left: Self, _ top: Self) -> Sum
    /// One step of a row of elements: out[c] = above[c] + left[c] · top[c]. `out` may be `above`.
    static func multiplyAddRow(
        _ out: UnsafeMutablePointer<Sum>, _ above: UnsafePointer<Sum>, _ left: UnsafePointer<Self>,
        _ top: UnsafePointer<Self>, count: Int)
    static func matrix(_ sums: [Sum]) -> SumMatrix
}

extension Int8: DatapathOperand {
    package static var zeroSum: Int32 { 0 }
    @inline(__always)
    package static func multiplyAdd(_ sum: Int32, _ left: Int8, _ top: Int8) -> Int32 {
        sum &+ Int32(left) &* Int32(top)
    }
    /// Sixteen lanes at a time: a product of two int8 fits 16 bits, where a multiplication costs half of one in 32.
    @inline(__always)
    package static func multiplyAddRow(
        _ out: UnsafeMutablePointer<Int32>, _ above: UnsafePointer<Int32>, _ left: UnsafePointer<Int8>,
        _ top: UnsafePointer<Int8>, count: Int
    ) {
        var c = 0
        while c &+ 16 <= count {
            let a = UnsafeRawPointer(left + c).loadUnaligned(as: SIMD16<Int8>.self)
            let b = UnsafeRawPointer(top + c).loadUnaligned(as: SIMD16<Int8>.self)
            let product = widen(a) &* widen(b)
            let sum = UnsafeRawPointer(above + c).loadUnaligned(as: SIMD16<Int32>.self)
            UnsafeMutableRawPointer(out + c).storeBytes(
                of: sum &+ widen(product), as: SIMD16<Int32>.self)
            c &+= 16
        }
        while c < count {
            out[c] = multiplyAdd(above[c], left[c], top[c])
            c &+= 1
        }
    }
    package static func matrix(_ sums: [Int32]) -> SumMatrix { .int32(sums) }
}

/// Lane by lane, which the compiler turns into unpacking; the library's `init(truncatingIfNeeded:)` is a call that is not inlined.
@inline(__always)
private func widen(_ lanes: SIMD16<Int8>) -> SIMD16<Int16> {
    var wide = SIMD16<Int16>()
    for i in 0..<16 { wide[i] = Int16(truncatingIfNeeded: lanes[i]) }
    return wide
}

@inline(__always)
private func widen(_ lanes: SIMD16<Int16>) -> SIMD16<Int32> {
    var wide = SIMD16<Int32>()
    for i in 0..<16 { wide[i] = Int32(truncatingIfNeeded: lanes[i]) }
    return wide
}

extension DatapathOperand {
    @inline(__always)
    package static func multiplyAddRow(
        _ out: UnsafeMutablePointer<Sum>, _ above: UnsafePointer<Sum>, _ left: UnsafePointer<Self>,
        _ top: UnsafePointer<Self>, count: Int
    ) {
        for c in 0..<count { out[c] = multiplyAdd(above[c], left[c], top[c]) }
    }
}

extension Int16: DatapathOperand {
    package static var zeroSum: Int32 { 0 }
    @inline(__always)
    package static func multiplyAdd(_ sum: Int32, _ left: Int16, _ top: Int16) -> Int32 {
        sum &+ Int32(left) &* Int32(top)
    }
    package static func matrix(_ sums: [Int32]) -> SumMatrix { .int32(sums) }
}

extension Float: DatapathOperand {
    package static var zeroSum: Float { 0 }
    @inline(__always)
    package static func multiplyAdd(_ sum: Float, _ left: Float, _ top: Float) -> Float { sum + left * top }
    package static func matrix(_ sums: [Float]) -> SumMatrix { .float(sums) }
}
