/// How names are written: bare where the grammar can tell them apart, in quotes otherwise.
enum ProgramNames {
    /// Words that open a statement, so that an opcode of the same name needs quotes.
    static let statements: Set<String> = ["for", "when", "acquire", "release", "read"]
    /// Words that mean something where a variable may stand.
    static let expressions: Set<String> = ["min", "max", "true"]

    static func startsName(_ byte: UInt8) -> Bool {
        (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A) || byte == 0x5F
    }
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    /// Letters, digits, `_` and `.`: what variables consist of.
    static func continuesName(_ byte: UInt8) -> Bool { startsName(byte) || isDigit(byte) || byte == 0x2E }
    /// Units, memories, opcodes and the like may contain `-`, `+` and `*` besides.
    static func continuesLongName(_ byte: UInt8) -> Bool {
        continuesName(byte) || byte == 0x2D || byte == 0x2B || byte == 0x2A
    }

    static func variable(_ name: String) -> String {
        isBare(name, continuesName) && !expressions.contains(name) ? name : quoted(name)
    }

    static func name(_ name: String) -> String { isBare(name, continuesLongName) ? name : quoted(name) }

    static func opcode(_ name: String) -> String {
        isBare(name, continuesLongName) && !statements.contains(name) ? name : quoted(name)
    }

    private static func isBare(_ name: String, _ continues: (UInt8) -> Bool) -> Bool {
        guard let first = name.utf8.first, startsName(first) else { return false }
        return name.utf8.allSatisfy(continues)
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
