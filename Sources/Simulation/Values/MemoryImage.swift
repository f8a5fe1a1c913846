import NumberFormats
import OperatorGraph

/// The contents of one memory. Elements are addressed by bit, so that formats narrower than a byte are packed as in hardware.
///
/// Little-endian; pages that are never touched cost nothing.
final class MemoryImage {
    let byteCount: Int
    private let bytes: UnsafeMutablePointer<UInt8>

    init(byteCount: Int) {
        self.byteCount = byteCount
        let size = max(16, byteCount + 8)
        // Zeroed memory straight from the system: untouched pages are not backed.
        let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        bytes = raw.bindMemory(to: UInt8.self, capacity: size)
        bytes.initialize(repeating: 0, count: size)
    }

    deinit { bytes.deallocate() }

    @inline(__always)
    func load<T: FixedWidthInteger>(_ bitAddress: Int, as type: T.Type) -> T {
        UnsafeRawPointer(bytes + bitAddress >> 3).loadUnaligned(as: T.self)
    }

    @inline(__always)
    func store<T: FixedWidthInteger>(_ value: T, _ bitAddress: Int) {
        UnsafeMutableRawPointer(bytes + bitAddress >> 3).storeBytes(of: value, as: T.self)
    }

    /// Reads a field of up to 8 bits that does not cross a byte.
    @inline(__always)
    func loadBits(_ bitAddress: Int, _ width: Int) -> UInt8 {
        (bytes[bitAddress >> 3] >> UInt8(bitAddress & 7)) & UInt8((1 << width) - 1)
    }

    @inline(__always)
    func storeBits(_ value: UInt8, _ bitAddress: Int, _ width: Int) {
        let mask = UInt8((1 << width) - 1) << UInt8(bitAddress & 7)
        let index = bitAddress >> 3
        bytes[index] = (bytes[index] & ~mask) | ((value << UInt8(bitAddress & 7)) & mask)
    }

    /// Copies one element, bit for bit.
    func copyElement(from source: MemoryImage, _ sourceAddress: Int, to address: Int, bits: Int) {
        switch bits {
        case 8: store(source.load(sourceAddress, as: UInt8.self), address)
        case 16: store(source.load(sourceAddress, as: UInt16.self), address)
        case 32: store(source.load(sourceAddress, as: UInt32.self), address)
        case 64: store(source.load(sourceAddress, as: UInt64.self), address)
        default: storeBits(source.loadBits(sourceAddress, bits), address, bits)
        }
    }

    func copy(from source: MemoryImage, _ sourceByte: Int, to byte: Int, count: Int) {
        (bytes + byte).update(from: source.bytes + sourceByte, count: count)
    }
}

extension MemoryImage {
    /// Integer at a bit address, sign-extended where the format has a sign.
    @inline(__always)
    func integer(_ bitAddress: Int, _ element: ElementType) -> Int {
        switch element {
        case .int8: Int(load(bitAddress, as: Int8.self))
        case .uint8, .bool: Int(load(bitAddress, as: UInt8.self))
        case .int16: Int(load(bitAddress, as: Int16.self))
        case .uint16: Int(load(bitAddress, as: UInt16.self))
        case .int32: Int(load(bitAddress, as: Int32.self))
        case .uint32: Int(load(bitAddress, as: UInt32.self))
        case .int64, .uint64: Int(load(bitAddress, as: Int64.self))
        case .uint4, .uint2: Int(loadBits(bitAddress, element.bits))
        case .int4: Int(Int8(bitPattern: loadBits(bitAddress, 4) << 4) >> 4)
        case .int2, .ternary: Int(Int8(bitPattern: loadBits(bitAddress, 2) << 6) >> 6)
        default: 0
        }
    }

    @inline(__always)
    func setInteger(_ value: Int, _ bitAddress: Int, _ element: ElementType) {
        switch element {
        case .int8, .uint8, .bool: store(UInt8(truncatingIfNeeded: value), bitAddress)
        case .int16, .uint16: store(UInt16(truncatingIfNeeded: value), bitAddress)
        case .int32, .uint32: store(UInt32(truncatingIfNeeded: value), bitAddress)
        case .int64, .uint64: store(Int64(value), bitAddress)
        case .int4, .uint4, .int2, .uint2, .ternary: storeBits(UInt8(truncatingIfNeeded: value), bitAddress, element.bits)
        default: break
        }
    }

    /// Floating-point value at a bit address.
    func float(_ bitAddress: Int, _ element: ElementType) -> Float {
        switch element {
        case .fp32: return Float(bitPattern: load(bitAddress, as: UInt32.self))
        case .fp64: return Float(Double(bitPattern: load(bitAddress, as: UInt64.self)))
        default:
            guard element.isFloatingPoint else { return Float(integer(bitAddress, element)) }
            let pattern = element.bits == 16 ? load(bitAddress, as: UInt16.self)
                : element.bits == 8 ? UInt16(load(bitAddress, as: UInt8.self)) : UInt16(loadBits(bitAddress, element.bits))
            return element.number(ofPattern: pattern) ?? 0
        }
    }

    /// Stores a value, rounded to the format.
    func setFloat(_ value: Float, _ bitAddress: Int, _ element: ElementType) {
        switch element {
        case .fp32: store(value.bitPattern, bitAddress)
        case .fp64: store(Double(value).bitPattern, bitAddress)
        default:
            guard element.isFloatingPoint else { return setInteger(Int(value), bitAddress, element) }
            let pattern = element.pattern(of: value) ?? 0
            switch element.bits {
            case 16: store(pattern, bitAddress)
            case 8: store(UInt8(truncatingIfNeeded: pattern), bitAddress)
            default: storeBits(UInt8(truncatingIfNeeded: pattern), bitAddress, element.bits)
            }
        }
    }
}
