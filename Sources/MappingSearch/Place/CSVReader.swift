/// Rows of comma-separated fields (RFC 4180). Lines without anything on them are skipped; spaces around fields go.
struct CSVReader {
    struct Row {
        var fields: [String]
        /// The line on which it starts, from 1 on.
        var line: Int
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ text: String) {
        bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// - Returns: `nil` at the end.
    mutating func next(_ file: String) throws(BufferTableError) -> Row? {
        while position < bytes.count {
            var row = Row(fields: [], line: line)
            var isAtEnd = false
            while !isAtEnd { row.fields.append(try field(file, &isAtEnd)) }
            if row.fields != [""] { return row }
        }
        return nil
    }

    private mutating func field(_ file: String, _ isLast: inout Bool) throws(BufferTableError) -> String {
        var text: [UInt8] = []
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
        var isQuoted = false
        if position < bytes.count, bytes[position] == Self.quote {
            isQuoted = true
            let start = line
            position += 1
            while true {
                guard position < bytes.count else { throw BufferTableError(file: file, line: start, "a quoted field without an end") }
                let byte = bytes[position]
                position += 1
                if byte == Self.newline { line += 1 }
                if byte != Self.quote {
                    text.append(byte)
                } else if position < bytes.count, bytes[position] == Self.quote {
                    text.append(Self.quote)
                    position += 1
                } else {
                    break
                }
            }
        }
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == Self.comma { return Self.string(text, isQuoted) }
            if byte == Self.newline {
                line += 1
                isLast = true
                return Self.string(text, isQuoted)
            }
            if isQuoted {
                guard Self.isSpace(byte) else { throw BufferTableError(file: file, line: line, "text after a quoted field") }
            } else {
                text.append(byte)
            }
        }
        isLast = true
        return Self.string(text, isQuoted)
    }

    private static func string(_ bytes: [UInt8], _ isQuoted: Bool) -> String {
        var bytes = bytes[...]
        if !isQuoted { while let last = bytes.last, isSpace(last) { bytes.removeLast() } }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A field as it is written: in quotes where it has to be.
    static func quoted(_ field: String) -> String {
        let bytes = field.utf8
        let needsQuotes =
            bytes.contains { $0 == comma || $0 == quote || $0 == newline || $0 == 0x0D } || bytes.first.map(isSpace) == true || bytes.last.map(isSpace) == true
        guard needsQuotes else { return field }
        var text = "\""
        for character in field.unicodeScalars {
            if character == "\"" { text += "\"" }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let newline = UInt8(ascii: "\n")
}
