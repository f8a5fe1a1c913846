import NumberFormats
import OperatorGraph

extension ProgramPrinter {
    mutating func write(_ function: Program.Function, _ index: Int) {
        let inputs = function.inputs.map(String.init).joined(separator: ", ")
        let outputs = function.outputs.map(String.init).joined(separator: ", ")
        line(0, "function \(index) \(ProgramNames.name(function.name)) (\(inputs)) -> (\(outputs))")
        for node in function.nodes { write(node) }
        for step in function.steps {
            line(2, "step \(ProgramNames.name(step.operation))\(step.repeats == 1 ? "" : " repeats \(step.repeats)")")
        }
    }

    private mutating func write(_ node: Graph.Node) {
        var text = "node \(ProgramNames.quoted(node.name)) \(ProgramNames.name(node.operation))"
        if !node.domain.isEmpty { text += " domain \(ProgramNames.quoted(node.domain))" }
        line(2, text + " version \(node.version) \(Self.values(node.inputs)) -> \(Self.values(node.outputs))")
        for (name, value) in node.attributes.sorted(by: { $0.key < $1.key }) {
            line(4, "\(ProgramNames.name(name)) = \(Self.text(value))")
        }
    }

    private static func values(_ values: [Graph.ValueID?]) -> String {
        "(\(values.map { $0.map(String.init) ?? "_" }.joined(separator: ", ")))"
    }

    private static func text(_ attribute: Attribute) -> String {
        switch attribute {
        case .int(let value): "int \(value)"
        case .float(let value): "float \(text(value))"
        case .string(let value): "string \(ProgramNames.quoted(value))"
        case .ints(let values): "ints \(list(values) { "\($0)" })"
        case .floats(let values): "floats \(list(values, text))"
        case .strings(let values): "strings \(list(values, ProgramNames.quoted))"
        case .tensor(let tensor): "tensor \(tensor.element.rawValue)\(shape(tensor.shape)) as \(text(tensor.storage))"
        }
    }

    private static func text(_ storage: Tensor.Storage) -> String {
        switch storage {
        case .bool(let values): "bool \(list(values) { $0 ? "1" : "0" })"
        case .int8(let values): "int8 \(list(values) { "\($0)" })"
        case .uint8(let values): "uint8 \(list(values) { "\($0)" })"
        case .int16(let values): "int16 \(list(values) { "\($0)" })"
        case .uint16(let values): "uint16 \(list(values) { "\($0)" })"
        case .int32(let values): "int32 \(list(values) { "\($0)" })"
        case .uint32(let values): "uint32 \(list(values) { "\($0)" })"
        case .int64(let values): "int64 \(list(values) { "\($0)" })"
        case .uint64(let values): "uint64 \(list(values) { "\($0)" })"
        case .float(let values): "float \(list(values, text))"
        case .double(let values): "double \(list(values, text))"
        case .string(let values): "string \(list(values, ProgramNames.quoted))"
        }
    }

    /// Swift's shortest text that reads back to the same value; bits for what is no number.
    private static func text(_ value: Float) -> String { value.isNaN ? "nan(\(value.bitPattern))" : "\(value)" }
    private static func text(_ value: Double) -> String { value.isNaN ? "nan(\(value.bitPattern))" : "\(value)" }

    private static func list<Value>(_ values: [Value], _ text: (Value) -> String) -> String {
        "[\(values.map(text).joined(separator: ", "))]"
    }
}
