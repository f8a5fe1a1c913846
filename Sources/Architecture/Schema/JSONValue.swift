/// A JSON value whose objects keep their order, so that generated files are the same every time and read as written.
indirect enum JSONValue {
    case string(String)
    case integer(Int)
    case bool(Bool)
    case array([JSONValue])
    case object([(String, JSONValue)])

    /// Indented text.
    func text(indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent + 2)
        let close = String(repeating: " ", count: indent)
        switch self {
        case .string(let text): return Self.quoted(text)
        case .integer(let value): return String(value)
        case .bool(let value): return String(value)
        case .array(let items):
            if items.isEmpty { return "[]" }
            let isShort = items.allSatisfy { if case .string = $0 { true } else { false } }
            if isShort { return "[" + items.map { $0.text() }.joined(separator: ", ") + "]" }
            return "[\n" + items.map { margin + $0.text(indent: indent + 2) }.joined(separator: ",\n") + "\n\(close)]"
        case .object(let entries):
            if entries.isEmpty { return "{}" }
            return "{\n"
                + entries.map { "\(margin)\(Self.quoted($0.0)): \($0.1.text(indent: indent + 2))" }.joined(separator: ",\n")
                + "\n\(close)}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
