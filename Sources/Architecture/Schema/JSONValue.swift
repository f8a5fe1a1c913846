/// A JSON document whose keys keep the order in which they were given, so that files compare line by line and are the same every time.
package indirect enum JSONValue {
    case string(String)
    case integer(Int)
    /// Printed with the fewest digits that read back as the same value; `null` when not finite, which JSON cannot say.
    case number(Double)
    case boolean(Bool)
    case array([JSONValue])
    case object([(String, JSONValue)])

    /// The document with one line for each key at the top and for each element of an array there.
    package var document: String {
        var text = ""
        write(into: &text, depth: 0)
        text += "\n"
        return text
    }

    /// The value with a line for each member and each element, for people; arrays of strings stay on one.
    package func indented(by indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent + 2), close = "\n" + String(repeating: " ", count: indent)
        switch self {
        case .array(let elements) where elements.contains { if case .string = $0 { false } else { true } }:
            return "[\n" + elements.map { margin + $0.indented(by: indent + 2) }.joined(separator: ",\n") + close + "]"
        case .object(let members) where !members.isEmpty:
            let lines = members.map { name, value in
                var line = margin
                JSONValue.quote(name, into: &line)
                return line + ": " + value.indented(by: indent + 2)
            }
            return "{\n" + lines.joined(separator: ",\n") + close + "}"
        default:
            var text = ""
            write(into: &text, depth: 2)
            return text
        }
    }

    /// Appends the value; only depths 0 and 1 break lines.
    package func write(into text: inout String, depth: Int) {
        switch self {
        case .string(let value): JSONValue.quote(value, into: &text)
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? value.description : "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .array(let elements):
            JSONValue.list(elements, "[", "]", into: &text, depth: depth, broken: depth == 1 && !elements.isEmpty) {
                $0.write(into: &$1, depth: depth + 1)
            }
        case .object(let members):
            JSONValue.list(members, "{", "}", into: &text, depth: depth, broken: depth == 0) {
                JSONValue.quote($0.0, into: &$1)
                $1 += ": "
                $0.1.write(into: &$1, depth: depth + 1)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element], _ opening: String, _ closing: String, into text: inout String, depth: Int, broken: Bool,
        element: (Element, inout String) -> Void
    ) {
        let separator = broken ? ",\n" + String(repeating: "  ", count: depth + 1) : ", "
        text += opening
        if broken { text += separator.dropFirst() }
        for (index, value) in elements.enumerated() {
            if index > 0 { text += separator }
            element(value, &text)
        }
        if broken { text += "\n" + String(repeating: "  ", count: depth) }
        text += closing
    }

    /// Appends `value` as a JSON string literal (RFC 8259, section 7).
    package static func quote(_ value: String, into text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
