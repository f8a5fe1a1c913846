extension Program {
    /// A program from its text, checked (`validate()`).
    ///
    /// - Parameter file: name for messages.
    /// - Throws: the first mistake, with its line.
    public init(text: String, file: String) throws(ProgramError) {
        var parser = try ProgramParser(text, file: file)
        self = try parser.program()
        try validate(file: file, lines: parser.lines)
    }

    /// Reads the text format. The program is not checked beyond its form: see `validate()`.
    ///
    /// - Parameter file: name for messages.
    /// - Throws: the first mistake, with its line and column.
    public static func parse(_ text: String, file: String) throws(ProgramError) -> Program {
        var parser = try ProgramParser(text, file: file)
        return try parser.program()
    }
}

/// Recursive descent over the tokens, one function for each rule of the grammar in the documentation's article "Program".
struct ProgramParser {
    /// Loops and conditions inside of each other at most.
    static let statementDepthLimit = 64
    /// Operators of an expression above each other at most, so that walking an expression needs little stack.
    static let expressionDepthLimit = 200

    let file: String
    var lexer: ProgramLexer
    /// The token that is looked at, not yet consumed.
    var token: ProgramLexer.Token
    var lines = SourceLines()

    init(_ text: String, file: String) throws(ProgramError) {
        self.file = file
        let expansion = try RepeatExpansion(text, file: file)
        lexer = ProgramLexer(expansion.text, sourceLines: expansion.sourceLines)
        token = ProgramLexer.Token(kind: .end, range: 0..<0, line: 1, lineStart: 0)
        try advance()
    }

    mutating func program() throws(ProgramError) -> Program {
        guard case .line(0) = token.kind else { throw error("expected the line: program \"name\" on \"architecture\"") }
        try advance()
        try expect(word: "program")
        let name = try string("the program's name")
        try expect(word: "on")
        var program = Program(name: name, architecture: try string("the architecture's name"))
        try endOfLine()
        while case .line(let indent) = token.kind {
            guard indent == 0 else { throw error("this line belongs to nothing above it", "remove its indentation") }
            try advance()
            try declaration(into: &program)
        }
        guard token.kind == .end else { throw error("expected a new line, found \(described)") }
        return program
    }

    private mutating func declaration(into program: inout Program) throws(ProgramError) {
        let line = token.line
        guard token.kind == .word else { throw error("expected a declaration, found \(described)", Self.declarations) }
        let keyword = lexer.text(token)
        switch keyword {
        case "operator":
            lines.operators.append(line)
            program.operators.append(try workloadOperator(index: program.operators.count))
        case "tensor":
            lines.tensors.append(line)
            program.tensors.append(try placement())
        case "function":
            lines.functions.append(line)
            program.functions.append(try function(index: program.functions.count))
        case "semaphore":
            lines.semaphores.append(line)
            program.semaphores.append(try semaphore())
        case "stream":
            lines.streams.append(line)
            program.streams.append(try stream())
        default:
            let words = ["operator", "tensor", "function", "semaphore", "stream"]
            throw error("\"\(keyword)\" opens no declaration", Spelling.suggestion(for: keyword, among: words) ?? Self.declarations)
        }
    }

    private static let declarations = "declarations begin with operator, tensor, function, semaphore or stream"

    /// `operator 0 "conv1" Conv+Relu unit mxu macs 118013952`, notes below it.
    private mutating func workloadOperator(index: Int) throws(ProgramError) -> Program.Operator {
        try advance()
        try ordinal(index, "operators")
        var result = Program.Operator(
            name: try string("the operator's name"), type: try name("the operator's type"), unit: "", macs: 0)
        if try accept(word: "unit") { result.unit = try name("a unit") }
        if try accept(word: "macs") { result.macs = try signedInteger() }
        try endOfLine()
        try block(under: 0) { (parser, _) throws(ProgramError) in
            try parser.expect(word: "note")
            result.notes.append(try parser.string("the note"))
            try parser.endOfLine()
        }
        return result
    }

    /// `tensor 12 "conv1.weight" parameter weights@0 int8[64 x 3 x 7 x 7] strides [147, 49, 7, 1] bytes 9408`,
    /// `tensor 5 "fc.weight" parameter weights@0 int8[512 x 1000] tiled [512 x 1000] by [256 x 256] bytes 512000`
    private mutating func placement() throws(ProgramError) -> Program.Placement {
        try advance()
        let value = try signedInteger()
        let tensorName = try string("the tensor's name")
        let role = try rawValue(Program.Placement.Role.self, ["input", "parameter", "constant", "output", "intermediate"], "the tensor's role")
        let memory = try name("a memory")
        try expect(.at)
        let address = try signedInteger()
        let element = try elementType()
        let shape = try shape()
        var strides = rowMajorStrides(shape)
        if try accept(word: "strides") { strides = try list { (parser) throws(ProgramError) in try parser.signedInteger() } }
        guard let strides else { throw error("the shape has more elements than 64 bits can count") }
        var tiling: Tiling?
        if try accept(word: "tiled") {
            let extents = try self.shape()
            var blocks: [[Int]] = []
            while try accept(word: "by") { blocks.append(try self.shape()) }
            tiling = Tiling(extents, by: blocks)
        }
        try expect(word: "bytes")
        let bytes = try signedInteger()
        try endOfLine()
        return Program.Placement(
            value: value, name: tensorName, role: role, memory: memory, address: address, element: element, shape: shape,
            strides: strides, tiling: tiling, bytes: bytes)
    }

    /// `semaphore weights.full[2] = 0 loaded`
    private mutating func semaphore() throws(ProgramError) -> Program.Semaphore {
        try advance()
        let semaphoreName = try name("the semaphore's name")
        var count = 1
        if try accept(.openBracket) {
            count = try signedInteger()
            try expect(.closeBracket)
        }
        try expect(.assign)
        let initial = try signedInteger()
        let meaning = try rawValue(
            Program.Semaphore.Meaning.self, Program.Semaphore.Meaning.allCases.map(\.rawValue), "what a waiting stream lacks")
        try endOfLine()
        return Program.Semaphore(name: semaphoreName, count: count, initial: initial, meaning: meaning)
    }

    /// `stream mxu`, `stream core*.lif for core in 0..<64`; the statements below it.
    private mutating func stream() throws(ProgramError) -> Program.Stream {
        try advance()
        var result = Program.Stream(unit: try name("a unit"), body: [])
        if try accept(word: "for") {
            let variable = try variable()
            try expect(word: "in")
            try rangeFromZero()
            result.family = Program.Stream.Family(variable: variable, count: try signedInteger())
        }
        try endOfLine()
        result.body = try statements(under: 0, depth: 0)
        return result
    }
}
