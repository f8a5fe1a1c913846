import Architecture

/// Figures as a JSON object in their own order, which neither Foundation's reader nor its writer keeps; numbers are read as they were written.
package enum FigureText {
    package static func text(_ figures: [EvaluatedPoint.Figure]) -> String {
        var result = "{"
        for (index, figure) in figures.enumerated() {
            if index > 0 { result += "," }
            result += quoted(figure.name) + ":" + number(figure.value)
        }
        return result + "}"
    }

    package static func text(_ values: [Double]) -> String { "[" + values.map(number).joined(separator: ",") + "]" }

    package static func text(_ names: [(name: String, value: ParameterValue)]) -> String {
        "{" + names.map { entry in
            switch entry.value {
            case .integer(let value): quoted(entry.name) + ":\(value)"
            case .number(let value): quoted(entry.name) + ":" + number(value)
            case .text(let text): quoted(entry.name) + ":" + quoted(text)
            }
        }.joined(separator: ",") + "}"
    }

    /// JSON has no infinities; SQLite and Swift read a number beyond all others as one.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "null" }
        if value.isInfinite { return value < 0 ? "-1e999" : "1e999" }
        return Int(exactly: value).map(String.init) ?? String(value)
    }

    /// A JSON string.
    package static func quoted(_ text: String) -> String {
        var result = ""
        JSONValue.quote(text, into: &result)
        return result
    }

    /// - Returns: `nil` for text that `text` did not write.
    package static func figures(_ text: String) -> [EvaluatedPoint.Figure]? {
        var reader = Reader(text)
        guard reader.take("{") else { return nil }
        var figures: [EvaluatedPoint.Figure] = []
        if reader.take("}") { return figures }
        repeat {
            guard let name = reader.string(), reader.take(":"), let value = reader.number() else { return nil }
            figures.append(EvaluatedPoint.Figure(name, value))
        } while reader.take(",")
        return reader.take("}") ? figures : nil
    }

    package static func values(_ text: String) -> [Double]? {
        var reader = Reader(text)
        guard reader.take("[") else { return nil }
        var values: [Double] = []
        if reader.take("]") { return values }
        repeat {
            guard let value = reader.number() else { return nil }
            values.append(value)
        } while reader.take(",")
        return reader.take("]") ? values : nil
    }

    private struct Reader {
        private let bytes: [UInt8]
        private var position = 0

        init(_ text: String) { bytes = Array(text.utf8) }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func number() -> Double? {
            let start = position
            while position < bytes.count, !",]}".utf8.contains(bytes[position]) { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            return text == "null" ? .nan : Double(text)
        }

        mutating func string() -> String? {
            guard take("\"") else { return nil }
            var result: [UInt8] = []
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\"") { return String(decoding: result, as: UTF8.self) }
                guard byte == UInt8(ascii: "\\") else {
                    result.append(byte)
                    continue
                }
                guard position < bytes.count else { return nil }
                let escape = bytes[position]
                position += 1
                switch escape {
                case UInt8(ascii: "n"): result.append(0x0A)
                case UInt8(ascii: "r"): result.append(0x0D)
                case UInt8(ascii: "t"): result.append(0x09)
                case UInt8(ascii: "u"):
                    guard position + 4 <= bytes.count, let code = UInt8(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16) else { return nil }
                    result.append(code)
                    position += 4
                default: result.append(escape)
                }
            }
            return nil
        }
    }
}
