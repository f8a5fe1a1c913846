extension AccelergyEnergyTable {
    /// The file's text, laid out as Accelergy lays it out; reading and writing it again gives the same bytes.
    public var yaml: String {
        var text = "ERT:\n    version: '0.4'\n    tables:\n"
        if components.isEmpty { return "ERT:\n    version: '0.4'\n    tables: []\n" }
        for component in components {
            text += "      - name: \(AccelergyText.scalar(component.name.description))\n"
            text += component.actions.isEmpty ? "        actions: []\n" : "        actions:\n"
            for action in component.actions {
                text += "          - name: \(AccelergyText.scalar(action.name))\n"
                text += action.arguments.isEmpty ? "            arguments: {}\n" : "            arguments:\n"
                for argument in action.arguments {
                    text += "                \(AccelergyText.scalar(argument.name)): \(AccelergyText.scalar(argument.value))\n"
                }
                text += "            energy: \(action.picojoules)\n"
            }
        }
        return text
    }
}

extension AccelergyAreaTable {
    /// The file's text, laid out as Accelergy lays it out; reading and writing it again gives the same bytes.
    public var yaml: String {
        if components.isEmpty { return "ART:\n    version: '0.4'\n    tables: []\n" }
        var text = "ART:\n    version: '0.4'\n    tables:\n"
        for component in components {
            text += "      - name: \(AccelergyText.scalar(component.name.description))\n        area: \(component.squareMicrometres)\n"
        }
        return text
    }
}

enum AccelergyText {
    /// A value as YAML: plain where nothing in it has a meaning of its own, in quotes otherwise.
    static func scalar(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.utf8.first.map { isLetterOrDigit($0) || $0 == 0x2D && text.utf8.count > 1 } == true
            && text.utf8.allSatisfy { isLetterOrDigit($0) || "_.[]-+/".utf8.contains($0) } && !["null", "Null", "NULL"].contains(text)
        if isPlain, !text.hasPrefix("---") { return text }
        if !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || (0x80...0x9F).contains($0.value) || [0x2028, 0x2029, 0xFEFF].contains($0.value) }) {
            return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value >= 0x7F && scalar.value <= 0x9F || [0x2028, 0x2029, 0xFEFF].contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
