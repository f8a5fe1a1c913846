/// Cuts the text of a program into tokens, on demand.
///
/// Line starts are tokens and carry the indentation that gives a program its structure. Inside of brackets line ends
/// are plain space. `//` starts a comment.
struct ProgramLexer {
    enum Symbol: String, CaseIterable {
        case range = "..<", readsFrom = "<-", arrow = "->", lessOrEqual = "<=", greaterOrEqual = ">=", equal = "==",
            notEqual = "!=", less = "<", greater = ">", plus = "+", minus = "-", times = "*", divide = "/", modulo = "%",
            open = "(", close = ")", openBracket = "[", closeBracket = "]", comma = ",", colon = ":", at = "@",
            number = "#", coordinate = "$", assign = "="
    }
    enum Kind: Equatable { case word, integer, decimal, string, symbol(Symbol), line(indent: Int), end }

    struct Token {
        var kind: Kind
        var range: Range<Int>
        var line: Int
        var lineStart: Int
    }

    /// A problem at a position; the parser adds the file.
    struct Problem: Error { var token: Token; var message: String; var suggestion: String? }

    let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0
    private var brackets = 0
    private var isAtLineStart = true
    /// Line of the source by line of the text, where they differ.
    private let sourceLines: [Int]?

    private static let symbols = Symbol.allCases.map { ($0, Array($0.rawValue.utf8)) }

    init(_ text: String, sourceLines: [Int]? = nil) {
        bytes = Array(text.utf8)
        self.sourceLines = sourceLines
    }

    func text(_ token: Token) -> String { String(decoding: bytes[token.range], as: UTF8.self) }

    /// Column of a token's first character, from 1.
    func column(_ token: Token) -> Int { String(decoding: bytes[token.lineStart..<token.range.lowerBound], as: UTF8.self).count + 1 }

    mutating func next() throws(Problem) -> Token {
        if isAtLineStart { if let start = try lineBeginning() { return start } }
        skipBlanks()
        while position < bytes.count, bytes[position] == 0x0A {
            newLine()
            if brackets == 0 {
                isAtLineStart = true
                return try next()
            }
            skipBlanks()
        }
        guard position < bytes.count else { return token(.end, from: position) }
        let start = position
        let byte = bytes[position]
        if ProgramNames.startsName(byte) {
            advance(while: ProgramNames.continuesName)
            return token(.word, from: start)
        }
        if ProgramNames.isDigit(byte) { return number() }
        if byte == 0x22 { return try string() }
        for (symbol, spelling) in Self.symbols where spelling[0] == byte && bytes[position...].starts(with: spelling) {
            position += spelling.count
            if symbol == .open || symbol == .openBracket { brackets += 1 }
            if symbol == .close || symbol == .closeBracket { brackets = Swift.max(0, brackets - 1) }
            return token(.symbol(symbol), from: start)
        }
        position += 1
        while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
        let odd = token(.end, from: start)
        throw Problem(token: odd, message: "unexpected character '\(text(odd))'", suggestion: "put names in quotes")
    }

    /// Lengthens the word just read by the characters that only units, memories and opcodes may contain.
    mutating func extend(_ word: Token) -> Token {
        advance(while: ProgramNames.continuesLongName)
        var longer = word
        longer.range = word.range.lowerBound..<position
        return longer
    }

    /// The line token of the next line that holds anything.
    private mutating func lineBeginning() throws(Problem) -> Token? {
        isAtLineStart = false
        while position < bytes.count {
            let start = position
            advance { $0 == 0x20 }
            let indent = position - start
            let mark = position
            skipBlanks()
            if position < bytes.count, bytes[position] == 0x0A { newLine(); continue }
            if position == bytes.count { return nil }
            if bytes[mark] == 0x09 {
                throw Problem(token: token(.end, from: mark), message: "a tab indents the line", suggestion: "indent with spaces")
            }
            return token(.line(indent: indent), from: position)
        }
        return nil
    }

    private mutating func newLine() {
        position += 1
        line += 1
        lineStart = position
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0D: position += 1
            case 0x2F where position + 1 < bytes.count && bytes[position + 1] == 0x2F: advance { $0 != 0x0A }
            default: return
            }
        }
    }

    private mutating func advance(while condition: (UInt8) -> Bool) {
        while position < bytes.count, condition(bytes[position]) { position += 1 }
    }

    private func token(_ kind: Kind, from start: Int) -> Token {
        let source = sourceLines.map { line < $0.count ? $0[line] : ($0.last ?? line) } ?? line
        return Token(kind: kind, range: start..<position, line: source, lineStart: lineStart)
    }

    private mutating func number() -> Token {
        let start = position
        var isDecimal = false
        advance(while: ProgramNames.isDigit)
        if position + 1 < bytes.count, bytes[position] == 0x2E, ProgramNames.isDigit(bytes[position + 1]) {
            isDecimal = true
            position += 1
            advance(while: ProgramNames.isDigit)
        }
        if position < bytes.count, bytes[position] == 0x65 {
            var digits = position + 1
            if digits < bytes.count, bytes[digits] == 0x2B || bytes[digits] == 0x2D { digits += 1 }
            if digits < bytes.count, ProgramNames.isDigit(bytes[digits]) {
                isDecimal = true
                position = digits
                advance(while: ProgramNames.isDigit)
            }
        }
        return token(isDecimal ? .decimal : .integer, from: start)
    }

    private mutating func string() throws(Problem) -> Token {
        let start = position
        position += 1
        while position < bytes.count, bytes[position] != 0x22, bytes[position] != 0x0A {
            position += bytes[position] == 0x5C && position + 1 < bytes.count && bytes[position + 1] != 0x0A ? 2 : 1
        }
        guard position < bytes.count, bytes[position] == 0x22 else {
            throw Problem(token: token(.end, from: start), message: "the quoted text has no end", suggestion: "close it with '\"' on the same line")
        }
        position += 1
        return token(.string, from: start)
    }
}

extension ProgramLexer {
    /// The text that a string token stands for, escapes resolved; `nil` when an escape is unknown.
    func value(ofString token: Token) -> String? {
        var result = String.UnicodeScalarView()
        var scalars = String(decoding: bytes[(token.range.lowerBound + 1)..<(token.range.upperBound - 1)], as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            guard scalar == "\\" else { result.append(scalar); continue }
            switch scalars.popFirst() {
            case "\"": result.append("\"")
            case "\\": result.append("\\")
            case "n": result.append("\n")
            case "t": result.append("\t")
            case "r": result.append("\r")
            case "u":
                guard scalars.popFirst() == "{", let end = scalars.firstIndex(of: "}"),
                    let code = UInt32(String(scalars[..<end]), radix: 16), let scalar = Unicode.Scalar(code)
                else { return nil }
                result.append(scalar)
                scalars = scalars[scalars.index(after: end)...]
            default: return nil
            }
        }
        return String(result)
    }
}
