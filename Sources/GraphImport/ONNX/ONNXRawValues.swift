import NumberFormats
import OperatorGraph

/// Decodes packed little-endian values, as `raw_data` and external files hold them.
enum ONNXRawValues {
    /// A tensor from exactly `type.bytes` bytes.
    static func tensor(_ type: TensorType, _ bytes: UnsafeRawBufferPointer) -> Tensor {
        precondition(bytes.count == type.bytes, "the caller compares the byte count with the type")
        let count = type.count
        let storage: Tensor.Storage = switch type.element {
        case .bool: .bool(bytes.map { $0 != 0 })
        case .int8: .int8(array(bytes, count))
        case .uint8: .uint8(array(bytes, count))
        case .int16: .int16(array(bytes, count))
        case .uint16: .uint16(array(bytes, count))
        case .int32: .int32(array(bytes, count))
        case .uint32: .uint32(array(bytes, count))
        case .int64: .int64(array(bytes, count))
        case .uint64: .uint64(array(bytes, count))
        case .fp32: .float(array(bytes, count))
        case .fp64: .double(array(bytes, count))
        case .int4: .int8(unpacked(bytes, count, bits: 4).map { Int8(bitPattern: $0 << 4) >> 4 })
        case .int2, .ternary: .int8(unpacked(bytes, count, bits: 2).map { Int8(bitPattern: $0 << 6) >> 6 })
        case .uint4: .uint8(unpacked(bytes, count, bits: 4))
        case .uint2: .uint8(unpacked(bytes, count, bits: 2))
        case .fp4E2M1: .float(numbers(unpacked(bytes, count, bits: 4), table(type.element, patterns: 16)))
        case .fp8E4M3, .fp8E5M2: .float(numbers(Array(bytes), table(type.element, patterns: 256)))
        case .fp16, .bf16: .float(halves(array(bytes, count), type.element))
        }
        return Tensor(type.element, type.shape, storage)
    }

    /// `count` values of a type that is stored as it lies in memory. Every platform of ours is little-endian.
    private static func array<Value: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, _ count: Int) -> [Value] {
        Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
            initialized = count
        }
    }

    /// Values narrower than a byte, the first in the low bits.
    private static func unpacked(_ bytes: UnsafeRawBufferPointer, _ count: Int, bits: Int) -> [UInt8] {
        let perByte = 8 / bits
        let mask = UInt8(1 << bits - 1)
        return (0..<count).map { bytes[$0 / perByte] >> UInt8($0 % perByte * bits) & mask }
    }

    private static func table(_ element: ElementType, patterns: UInt16) -> [Float] {
        (0..<patterns).map { element.number(ofPattern: $0) ?? 0 }
    }

    private static func numbers(_ patterns: [UInt8], _ table: [Float]) -> [Float] {
        patterns.map { table[Int($0)] }
    }

    private static func halves(_ patterns: [UInt16], _ element: ElementType) -> [Float] {
        element == .bf16
            ? patterns.map { Float(bitPattern: UInt32($0) << 16) }
            : patterns.map { element.number(ofPattern: $0) ?? 0 }
    }
}
