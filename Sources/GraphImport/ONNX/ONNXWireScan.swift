/// Walks the bytes of a model file before it is decoded: finds the first byte that is wrong and refuses what
/// would take too much memory. Decoding proper then cannot fail or grow without bound.
///
/// Protocol buffers encoding: https://protobuf.dev/programming-guides/encoding.
struct ONNXWireScan {
    /// The first thing that is wrong.
    struct Failure: Error {
        var offset: Int
        var message: String
    }

    /// Estimate of the memory that the decoded messages take besides bytes fields.
    private(set) var structureBytes = 0
    private(set) var nodes = 0
    private let limits: ONNXLimits
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var end = 0
    private var open: [(message: ONNXWireSchema.Message, end: Int)] = []

    /// Walks a whole file that starts with `message`.
    static func check(
        _ bytes: UnsafeRawBufferPointer, as message: ONNXWireSchema.Message = .model, limits: ONNXLimits
    ) throws(Failure) {
        var scan = ONNXWireScan(bytes: bytes, limits: limits)
        try scan.run(message)
    }

    private init(bytes: UnsafeRawBufferPointer, limits: ONNXLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private mutating func run(_ message: ONNXWireSchema.Message) throws(Failure) {
        open = [(message, bytes.count)]
        end = bytes.count
        while let (message, messageEnd) = open.last {
            end = messageEnd
            if position == messageEnd {
                open.removeLast()
                continue
            }
            try field(of: message)
        }
    }

    private mutating func field(of message: ONNXWireSchema.Message) throws(Failure) {
        let start = position
        let key = try varint()
        let number = Int(truncatingIfNeeded: key >> 3)
        guard key >> 3 != 0 && key >> 3 < 1 << 29 else {
            throw Failure(offset: start, message: "field number \(key >> 3) is not possible")
        }
        switch key & 7 {
        case 0:
            _ = try varint()
            structureBytes += 8
        case 1: try skip(8, from: start)
        case 5: try skip(4, from: start)
        case 2: try delimited(message, number, start)
        default:
            throw Failure(offset: start, message: "wire type \(key & 7) is not used by ONNX")
        }
        if structureBytes > limits.structureBytes {
            throw Failure(
                offset: start, message: "the model's structure takes more than \(limits.structureBytes) bytes of memory")
        }
    }

    private mutating func delimited(
        _ message: ONNXWireSchema.Message, _ number: Int, _ start: Int
    ) throws(Failure) {
        let length = try varint()
        guard length <= UInt64(end - position) else {
            throw Failure(
                offset: start,
                message: end == bytes.count
                    ? "a field of \(length) bytes runs past the end of the file"
                    : "a field of \(length) bytes runs past the end of its message")
        }
        let fieldEnd = position + Int(length)
        switch ONNXWireSchema.content(of: message, field: number) {
        case .message(let inner):
            if open.count >= limits.messageDepth {
                throw Failure(offset: start, message: "messages nest deeper than \(limits.messageDepth)")
            }
            structureBytes += ONNXWireSchema.memory(of: inner)
            if inner == .node {
                nodes += 1
                if nodes > limits.nodes { throw Failure(offset: start, message: "more than \(limits.nodes) nodes") }
            }
            open.append((inner, fieldEnd))
            return
        case .text:
            structureBytes += 32 + (length > 15 ? Int(length) : 0)
            if String(validating: bytes[position..<fieldEnd], as: UTF8.self) == nil {
                throw Failure(offset: position, message: "the text is not UTF-8")
            }
        case .bytes: structureBytes += 32
        case .packed(let memory, let file):
            structureBytes += Int(length) / file * memory
            if file > 1 && Int(length) % file != 0 {
                throw Failure(offset: start, message: "\(length) bytes do not hold whole numbers of \(file) bytes")
            }
            if file == 1 { try varints(until: fieldEnd) }
        case nil: break
        }
        position = fieldEnd
    }

    /// Numbers of variable length that must end exactly at `fieldEnd`.
    private mutating func varints(until fieldEnd: Int) throws(Failure) {
        let outer = end
        end = fieldEnd
        while position < fieldEnd { _ = try varint() }
        end = outer
    }

    private mutating func skip(_ count: Int, from start: Int) throws(Failure) {
        structureBytes += count
        guard end - position >= count else {
            throw Failure(offset: start, message: "a number is cut off")
        }
        position += count
    }

    private mutating func varint() throws(Failure) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
            if shift > 63 { throw Failure(offset: start, message: "a number has more than 10 bytes") }
        }
        throw Failure(offset: start, message: "a number is cut off")
    }
}
