import NumberFormats
import OperatorGraph

extension RandomWorkload {
    /// Equal layers one behind the other, as deep networks have them: their programs become loops. Values stay small integers.
    static func layers(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let rows = random.int(1...9)
        let width = random.int(2...12)
        let hidden = random.int(2...16)
        let recipe = (0..<random.int(1...3)).map { _ in random.int(0...5) }
        let isResidual = random.oneIn(2)
        var value = writer.input(element, [rows, width])
        if random.oneIn(2) { value = try writer.node("Relu", [value]) }
        let shared = writer.input(element, [rows, width])
        for _ in 0..<random.int(4...11) {
            let before = value
            for step in recipe {
                switch step {
                case 0:
                    value = try writer.node("MatMul", [value, writer.parameter(element, [width, hidden])])
                    value = try writer.node("Relu", [value])
                    value = try writer.node("MatMul", [value, writer.parameter(element, [hidden, width])])
                case 1: value = try writer.node("Gemm", [value, writer.parameter(element, [width, width]), writer.parameter(element, [width])])
                case 2: value = try writer.node("Sub", [value, try writer.node("ReduceMax", [value], ["keepdims": .int(1)])])
                case 3: value = try writer.node("Add", [value, writer.parameter(element, [width])])
                case 4:
                    let scores = try writer.node("MatMul", [value, try writer.node("Transpose", [value], ["perm": .ints([1, 0])])])
                    value = try writer.node("MatMul", [try writer.node("Clip", [scores, writer.scalar(element, -2), writer.scalar(element, 2)]), value])
                // A value that all layers read.
                default: value = try writer.node("Mul", [value, shared])
                }
                value = try writer.node("Clip", [value, writer.scalar(element, -2), writer.scalar(element, 2)])
            }
            if isResidual { value = try writer.node("Add", [value, before]) }
        }
        if random.oneIn(2) { _ = try writer.node("MatMul", [value, writer.parameter(element, [width, hidden])]) }
    }
}
