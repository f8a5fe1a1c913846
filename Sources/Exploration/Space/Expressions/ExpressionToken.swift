import Quantities

/// A word or sign of an expression.
struct ExpressionToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// A number, or a quantity in its base unit.
        case number(Double)
        /// A parameter, a figure, a function or a value that is a name.
        case name(String)
        /// In quotes.
        case literal(String)
        /// `+ - * / % ** < <= > >= == != ( ) ,` and the words `and or not`.
        case sign(String)
        case end
    }

    var kind: Kind
    /// From 0.
    var column: Int
}

/// Cuts an expression into words and signs.
struct ExpressionLexer {
    private let bytes: [UInt8]
    private var position = 0
    /// Whether a text with a hyphen is one name ("weight-stationary") and no difference.
    private let isKnown: (String) -> Bool

    private static let signs = ["**", "<=", ">=", "==", "!=", "+", "-", "*", "/", "%", "<", ">", "(", ")", ","]
    private static let words: Set<String> = ["and", "or", "not"]

    private init(_ text: String, isKnown: @escaping (String) -> Bool) {
        bytes = Array(text.utf8)
        self.isKnown = isKnown
    }

    static func tokens(of text: String, isKnown: @escaping (String) -> Bool) throws(ExpressionError) -> [ExpressionToken] {
        var lexer = ExpressionLexer(text, isKnown: isKnown)
        var tokens: [ExpressionToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        tokens.append(ExpressionToken(kind: .end, column: lexer.bytes.count))
        return tokens
    }

    private mutating func next() throws(ExpressionError) -> ExpressionToken? {
        while position < bytes.count, [0x20, 0x09, 0x0A].contains(bytes[position]) { position += 1 }
        guard position < bytes.count else { return nil }
        let start = position
        let byte = bytes[position]
        if Self.isDigit(byte) || (byte == 0x2E && position + 1 < bytes.count && Self.isDigit(bytes[position + 1])) {
            return ExpressionToken(kind: .number(try number()), column: start)
        }
        if Self.isLetter(byte) {
            let name = name()
            return ExpressionToken(kind: Self.words.contains(name) ? .sign(name) : .name(name), column: start)
        }
        if byte == 0x27 || byte == 0x22 {
            guard let end = bytes[(start + 1)...].firstIndex(of: byte) else { throw ExpressionError(start, "a quotation mark is not closed") }
            position = end + 1
            return ExpressionToken(kind: .literal(text(start + 1, end)), column: start)
        }
        for sign in Self.signs where bytes[start...].starts(with: sign.utf8) {
            position += sign.utf8.count
            return ExpressionToken(kind: .sign(sign), column: start)
        }
        let shown = String(decoding: bytes[start...].prefix(4), as: UTF8.self).prefix(1)
        let cure: [String: String] = ["=": "==", "&": "and", "|": "or", "!": "not", "^": "**", "≤": "<=", "≥": ">="]
        throw ExpressionError(start, "\"\(String(shown).excerpt)\" is no sign of an expression", suggestion: cure[String(shown)])
    }

    private mutating func number() throws(ExpressionError) -> Double {
        let start = position
        while position < bytes.count, Self.isDigit(bytes[position]) || bytes[position] == 0x2E { position += 1 }
        // An exponent, and not the beginning of a word.
        if position < bytes.count, bytes[position] | 0x20 == 0x65 {
            var end = position + 1
            if end < bytes.count, bytes[end] == 0x2B || bytes[end] == 0x2D { end += 1 }
            if end < bytes.count, Self.isDigit(bytes[end]) {
                while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
                position = end
            }
        }
        let digits = text(start, position)
        guard let value = Double(digits), value.isFinite else { throw ExpressionError(start, "\"\(digits.excerpt)\" is not a number") }
        return try quantity(digits, start) ?? value
    }

    /// The number with the unit that follows it, in its base unit; `nil` where none follows.
    private mutating func quantity(_ digits: String, _ start: Int) throws(ExpressionError) -> Double? {
        var begin = position
        while begin < bytes.count, bytes[begin] == 0x20 { begin += 1 }
        var end = begin
        while end < bytes.count, Self.isLetter(bytes[end]) || (end > begin && Self.isDigit(bytes[end])) || bytes[end] >= 0x80 { end += 1 }
        let unit = text(begin, end)
        guard end > begin, !Self.words.contains(unit) else { return nil }
        // "8 GB/s" is a bandwidth.
        if bytes[end...].starts(with: [0x2F, 0x73]), end + 2 == bytes.count || !(Self.isLetter(bytes[end + 2]) || Self.isDigit(bytes[end + 2])),
            let value = ParameterValue.text("\(digits) \(unit)/s").number
        {
            position = end + 2
            return value
        }
        guard let value = ParameterValue.text("\(digits) \(unit)").number else {
            throw ExpressionError(start, "\"\(unit.excerpt)\" after a number is no unit that is known, such as KiB, MHz, ns, pJ, mW, mm2, nm, V or GB/s")
        }
        position = end
        return value
    }

    /// The longest text that is one name: with hyphens and dots where that is a name that is known, else up to the first hyphen.
    private mutating func name() -> String {
        let start = position
        var end = position
        var hyphens: [Int] = []
        while end < bytes.count {
            let byte = bytes[end]
            if byte == 0x2D {
                guard end + 1 < bytes.count, Self.isLetter(bytes[end + 1]) || Self.isDigit(bytes[end + 1]) else { break }
                hyphens.append(end)
            } else if !(Self.isLetter(byte) || Self.isDigit(byte) || byte == 0x2E) {
                break
            }
            end += 1
        }
        while let hyphen = hyphens.popLast() {
            if isKnown(text(start, end)) { break }
            end = hyphen
        }
        position = end
        return text(start, end)
    }

    private func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F }
}
