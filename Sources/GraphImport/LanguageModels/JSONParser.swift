/// Recursive descent over the bytes of a JSON text.
package struct JSONParser {
    static let deepest = 64
    static let largestMemberCount = 1 << 16

    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1

    private init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// The one value of the text; `file` is its name in errors.
    package static func parse(_ bytes: [UInt8], file: String) throws(ImportError) -> JSONValue {
        var parser = JSONParser(bytes, file: file)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        if let byte = parser.peek { throw parser.error("\(Self.shown(byte)) behind the end of the document") }
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ message: String, suggestion: String? = nil) -> ImportError {
        ImportError(file: file, place: "line \(line)", message: message, suggestion: suggestion)
    }

    private static func shown(_ byte: UInt8) -> String {
        (0x21...0x7E).contains(byte) ? "\"\(Character(UnicodeScalar(byte)))\"" : "byte \(byte)"
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            if byte == 0x0A { line += 1 }
            position += 1
        }
    }

    private mutating func value(depth: Int) throws(ImportError) -> JSONValue {
        if depth > Self.deepest {
            throw error("nested more than \(Self.deepest) levels deep", suggestion: "a config.json is nearly flat")
        }
        skipSpace()
        switch peek {
        case nil: throw error("ends where a value is expected", suggestion: "the file may be truncated")
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(ImportError) -> JSONValue {
        let count = text.utf8CodeUnitCount
        let matches = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if !matches { throw error("a word that is not true, false or null") }
        position += count
        return value
    }

    private mutating func object(depth: Int) throws(ImportError) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        skipSpace()
        if peek == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else {
                throw error("a member needs a key in quotes", suggestion: "check for a comma before the brace that closes")
            }
            let keyLine = line
            let key = try string()
            if !keys.insert(key).inserted {
                throw error("key \"\(key.prefix(40))\" occurs twice in one object", suggestion: "keep one of the two")
            }
            skipSpace()
            guard peek == UInt8(ascii: ":") else { throw error("\":\" is missing behind key \"\(key.prefix(40))\"") }
            position += 1
            members.append(.init(key: key, value: try value(depth: depth + 1), line: keyLine))
            if members.count > Self.largestMemberCount { throw error("more than \(Self.largestMemberCount) members") }
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return .object(members)
            default: throw error("\",\" or \"}\" is missing behind member \"\(key.prefix(40))\"")
            }
        }
    }

    private mutating func array(depth: Int) throws(ImportError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if peek == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return .array(elements)
            default: throw error("\",\" or \"]\" is missing in an array")
            }
        }
    }

    private mutating func number() throws(ImportError) -> JSONValue {
        let start = position
        var isInteger = true
        if peek == UInt8(ascii: "-") { position += 1 }
        let firstDigit = peek
        let whole = digits()
        let isWellFormed = whole == 1 || (whole > 1 && firstDigit != UInt8(ascii: "0"))
        guard isWellFormed else {
            let found = bytes[start...].prefix(1).first.map(Self.shown) ?? "nothing"
            throw error("\(found) where a value is expected", suggestion: "numbers are written like 4096 or 1e-05")
        }
        if peek == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            if digits() == 0 { throw error("a number without digits behind its point") }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            if digits() == 0 { throw error("a number without digits in its exponent") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text) else { throw error("a number that cannot be read") }
        return .real(value)
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() throws(ImportError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw error("a line break or control character inside a string")
            default: text.append(byte)
            }
        }
        throw error("ends inside a string", suggestion: "the file may be truncated")
    }

    private mutating func escape(into text: inout [UInt8]) throws(ImportError) {
        guard let byte = peek else { throw error("ends inside a string", suggestion: "the file may be truncated") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try hexadecimal()
            if (0xD800..<0xDC00).contains(scalar), bytes[position...].starts(with: [0x5C, 0x75]) {
                position += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let character = UnicodeScalar(scalar) else { throw error("half of a surrogate pair") }
            text.append(contentsOf: Character(character).utf8)
        default: throw error("\\\(Self.shown(byte)) is no escape of a string")
        }
    }

    private mutating func hexadecimal() throws(ImportError) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("\\u needs four hexadecimal digits") }
        position += 4
        return value
    }
}
