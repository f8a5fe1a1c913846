import NumberFormats

/// Single tokens, names, numbers and lists.
extension ProgramParser {
    mutating func advance() throws(ProgramError) {
        do throws(ProgramLexer.Problem) {
            token = try lexer.next()
        } catch {
            throw self.error(error.message, error.suggestion, at: error.token)
        }
    }

    func error(_ message: String, _ suggestion: String? = nil, at place: ProgramLexer.Token? = nil) -> ProgramError {
        let place = place ?? token
        return ProgramError(file: file, line: place.line, column: lexer.column(place), message: message, suggestion: suggestion)
    }

    /// The current token, for messages.
    var described: String {
        switch token.kind {
        case .line: return "the end of the line"
        case .end: return "the end of the text"
        default:
            let text = lexer.text(token)
            return text.count > 40 ? "'\(text.prefix(40))…'" : "'\(text)'"
        }
    }

    mutating func endOfLine() throws(ProgramError) {
        switch token.kind {
        case .line, .end: return
        default: throw error("unexpected \(described) after what the line says")
        }
    }

    /// Reads the lines that are indented further than `parent`, all alike.
    mutating func block(
        under parent: Int, _ line: (inout ProgramParser, _ indent: Int) throws(ProgramError) -> Void
    ) throws(ProgramError) {
        guard case .line(let indent) = token.kind, indent > parent else { return }
        while case .line(let next) = token.kind, next >= indent {
            guard next == indent else {
                throw error("the line is indented further than its neighbours, and nothing above it takes a block", "indent it by \(indent) spaces")
            }
            try advance()
            try line(&self, indent)
        }
        if case .line(let next) = token.kind, next > parent {
            throw error("the indentation fits no block above", "indent it by \(indent) or \(parent) spaces")
        }
    }

    mutating func accept(_ symbol: ProgramLexer.Symbol) throws(ProgramError) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: ProgramLexer.Symbol) throws(ProgramError) {
        guard try accept(symbol) else { throw error("expected '\(symbol.rawValue)', found \(described)") }
    }

    mutating func accept(word: String) throws(ProgramError) -> Bool {
        guard token.kind == .word, lexer.text(token) == word else { return false }
        try advance()
        return true
    }

    mutating func expect(word: String) throws(ProgramError) {
        guard try accept(word: word) else { throw error("expected \"\(word)\", found \(described)") }
    }

    mutating func string(_ what: String) throws(ProgramError) -> String {
        guard token.kind == .string else { throw error("expected \(what) in quotes, found \(described)") }
        guard let value = lexer.value(ofString: token) else {
            throw error("the quoted text has an unknown escape", "the escapes are \\\" \\\\ \\n \\t \\r \\u{…}")
        }
        try advance()
        return value
    }

    /// A name that may hold `-`, `+` and `*`, bare or in quotes.
    mutating func name(_ what: String) throws(ProgramError) -> String {
        if token.kind == .string { return try string(what) }
        guard token.kind == .word else { throw error("expected \(what), found \(described)") }
        token = lexer.extend(token)
        let name = lexer.text(token)
        try advance()
        return name
    }

    mutating func variable() throws(ProgramError) -> String {
        if token.kind == .string { return try string("a variable") }
        guard token.kind == .word else { throw error("expected a variable, found \(described)") }
        let name = lexer.text(token)
        try advance()
        return name
    }

    /// The word of an enumeration's case.
    mutating func rawValue<Value: RawRepresentable<String>>(
        _ type: Value.Type, _ accepted: [String], _ what: String
    ) throws(ProgramError) -> Value {
        guard token.kind == .word else { throw error("expected \(what), found \(described)", "one of \(accepted.joined(separator: ", "))") }
        let word = lexer.text(token)
        guard let value = Value(rawValue: word) else {
            throw error(
                "expected \(what), found '\(word)'",
                Spelling.suggestion(for: word, among: accepted) ?? "one of \(accepted.joined(separator: ", "))")
        }
        try advance()
        return value
    }

    mutating func elementType() throws(ProgramError) -> ElementType {
        try rawValue(ElementType.self, ElementType.allCases.map(\.rawValue), "an element format")
    }

    /// The digits of the current token as a number, negated when `isNegative`.
    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type, isNegative: Bool = false) throws(ProgramError) -> Value {
        guard token.kind == .integer else { throw error("expected an integer, found \(described)") }
        let digits = lexer.text(token)
        guard let value = Value(isNegative ? "-" + digits : digits) else {
            throw error(
                "\(isNegative ? "-" : "")\(digits.prefix(40)) does not fit in \(Value.bitWidth) bits",
                "use a value from \(Value.min) to \(Value.max)")
        }
        try advance()
        return value
    }

    mutating func signedInteger() throws(ProgramError) -> Int { try signedInteger(Int.self) }

    mutating func signedInteger<Value: FixedWidthInteger>(_ type: Value.Type) throws(ProgramError) -> Value {
        let isNegative = try accept(.minus)
        return try integer(type, isNegative: isNegative)
    }

    /// The position of a numbered declaration, which must be the next one.
    mutating func ordinal(_ index: Int, _ what: String) throws(ProgramError) {
        let place = token
        let number = try signedInteger()
        guard number == index else {
            throw error("\(what) are numbered from 0 in their order", "write \(index) instead of \(number)", at: place)
        }
    }

    /// `0..<`
    mutating func rangeFromZero() throws(ProgramError) {
        let place = token
        guard try signedInteger() == 0 else {
            throw error("loops count from 0", "write 0..<count and add the start where the variable is used", at: place)
        }
        try expect(.range)
    }

    /// `[a, b, c]`
    mutating func list<Element>(_ element: (inout ProgramParser) throws(ProgramError) -> Element) throws(ProgramError) -> [Element] {
        try sequence(.openBracket, .closeBracket, element)
    }

    /// `(a, b, c)` or the like.
    mutating func sequence<Element>(
        _ open: ProgramLexer.Symbol, _ close: ProgramLexer.Symbol, _ element: (inout ProgramParser) throws(ProgramError) -> Element
    ) throws(ProgramError) -> [Element] {
        try expect(open)
        var result: [Element] = []
        if try accept(close) { return result }
        repeat { result.append(try element(&self)) } while try accept(.comma)
        try expect(close)
        return result
    }

    /// `[64 x 3 x 7 x 7]`
    mutating func shape() throws(ProgramError) -> [Int] {
        try extents { (parser) throws(ProgramError) in try parser.signedInteger() }
    }

    mutating func extents<Element>(_ element: (inout ProgramParser) throws(ProgramError) -> Element) throws(ProgramError) -> [Element] {
        try expect(.openBracket)
        var result: [Element] = []
        if try accept(.closeBracket) { return result }
        repeat { result.append(try element(&self)) } while try accept(word: "x")
        guard try accept(.closeBracket) else {
            throw error("expected 'x' or ']', found \(described)", "extents are written [64 x 3], with spaces around the x")
        }
        return result
    }
}
