/// ONNX files written field by field, in the wire format of Protocol Buffers.
enum ONNXBytes {
    /// A chain of operators with one input each, from `x` to `y`, over fp32[1, 4], for opset 17.
    static func model(operators: [String]) -> [UInt8] {
        var graph: [UInt8] = []
        for (position, name) in operators.enumerated() {
            let output = position == operators.count - 1 ? "y" : "t\(position)"
            let input = position == 0 ? "x" : "t\(position - 1)"
            graph += field(1, text(1, input) + text(2, output) + text(3, "node\(position)") + text(4, name))
        }
        graph += text(2, "chain") + field(11, value("x")) + field(12, value("y"))
        return number(1, 8) + field(7, graph) + field(8, text(1, "") + number(2, 17))
    }

    private static func value(_ name: String) -> [UInt8] {
        let shape = [1, 4].flatMap { field(1, number(1, $0)) }
        return text(1, name) + field(2, field(1, number(1, 1) + field(2, shape)))
    }

    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
    }
    private static func number(_ tag: Int, _ value: Int) -> [UInt8] { varint(tag << 3) + varint(value) }
    private static func field(_ tag: Int, _ bytes: [UInt8]) -> [UInt8] { varint(tag << 3 | 2) + varint(bytes.count) + bytes }
    private static func text(_ tag: Int, _ value: String) -> [UInt8] { field(tag, Array(value.utf8)) }
}
