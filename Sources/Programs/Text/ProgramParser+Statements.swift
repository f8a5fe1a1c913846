/// Statements, commands and regions.
extension ProgramParser {
    /// The statements of a block, whose lines are indented further than `parent`.
    mutating func statements(under parent: Int, depth: Int) throws(ProgramError) -> [Statement] {
        guard depth <= Self.statementDepthLimit else {
            throw error("statements are nested deeper than \(Self.statementDepthLimit)", "merge loops")
        }
        var result: [Statement] = []
        try block(under: parent) { (parser, indent) throws(ProgramError) in
            result.append(try parser.statement(indent, depth))
        }
        return result
    }

    private mutating func statement(_ indent: Int, _ depth: Int) throws(ProgramError) -> Statement {
        lines.statements.append(token.line)
        let isQuoted = token.kind == .string
        let keyword = try name("a statement")
        switch isQuoted ? "" : keyword {
        case "for":
            let variable = try variable()
            try expect(word: "in")
            try rangeFromZero()
            let bound = try expression()
            try endOfLine()
            return .loop(variable: variable, bound: bound, body: try statements(under: indent, depth: depth + 1))
        case "when":
            var all: [Condition] = []
            if try !accept(word: "true") { all = try conditions() }
            try endOfLine()
            return .when(all, body: try statements(under: indent, depth: depth + 1))
        case "acquire":
            let reference = try semaphoreReference()
            let count = try multiplicity()
            try endOfLine()
            return .acquire(reference, count: count)
        case "release":
            let reference = try semaphoreReference()
            let count = try multiplicity()
            var time = ReleaseTime.finished
            if try accept(word: "when") {
                time = try rawValue(ReleaseTime.self, ["finished", "operandsRead"], "a time of release")
            }
            try endOfLine()
            return .release(reference, count: count, when: time)
        case "read":
            let symbol = try variable()
            try expect(.readsFrom)
            let region = try region()
            try endOfLine()
            return .read(symbol: symbol, from: region)
        default:
            return .command(try command(keyword, indent))
        }
    }

    /// `weights.full[k%2]`
    private mutating func semaphoreReference() throws(ProgramError) -> SemaphoreReference {
        let semaphoreName = try name("a semaphore")
        guard try accept(.openBracket) else { return SemaphoreReference(semaphoreName) }
        let index = try expression()
        try expect(.closeBracket)
        return SemaphoreReference(semaphoreName, index)
    }

    private mutating func multiplicity() throws(ProgramError) -> Int { try accept(word: "times") ? try signedInteger() : 1 }

    /// `matmul #0 left: …, right: …, out: …, accumulate = min(k, 1)`; the operands on the same line or on lines below it.
    private mutating func command(_ opcode: String, _ indent: Int) throws(ProgramError) -> Command {
        guard token.kind == .symbol(.number) else {
            throw error(
                "expected '#' and the operator that \"\(opcode)\" works for, found \(described)",
                Spelling.suggestion(for: opcode, among: ProgramNames.statements))
        }
        try advance()
        var command = Command(opcode, operatorIndex: try operatorNumber(), operands: [])
        switch token.kind {
        case .line, .end: break
        default: try operands(of: &command)
        }
        try endOfLine()
        try block(under: indent) { (parser, _) throws(ProgramError) in
            try parser.operands(of: &command)
            try parser.endOfLine()
        }
        return command
    }

    /// `12`, or an expression in parentheses.
    private mutating func operatorNumber() throws(ProgramError) -> Expression {
        guard try accept(.open) else { return .constant(try signedInteger()) }
        let number = try expression()
        try expect(.close)
        return number
    }

    private mutating func operands(of command: inout Command) throws(ProgramError) {
        repeat {
            switch token.kind {
            case .line, .end: return
            default: break
            }
            let operandName = try name("an operand or attribute")
            if try accept(.colon) {
                command.operands.append(Command.Operand(operandName, try region()))
            } else if try accept(.assign) {
                command.attributes.append(Command.Attribute(operandName, try expression()))
            } else {
                throw error("expected ':' and a region or '=' and a value, found \(described)")
            }
        } while try accept(.comma)
    }

    /// `unified@4096 int8[56 x 64](64*$0 + $1 where 0 <= $1 else 0)`; without parentheses the elements lie one after the other.
    mutating func region() throws(ProgramError) -> Region {
        let place = token
        let memory = try name("a memory")
        var instance: Expression?
        if try accept(.openBracket) {
            instance = try expression()
            try expect(.closeBracket)
        }
        try expect(.at)
        let base = try expression()
        let element = try elementType()
        let extents = try extents { (parser) throws(ProgramError) in try parser.expression() }
        var region = Region(memory: memory, instance: instance, base: base, element: element, extents: extents, index: 0)
        guard try accept(.open) else {
            guard let index = Region.rowMajorIndex(extents) else {
                throw error(
                    "the region needs the place of its points, which follows from the extents only if those after the first are integers",
                    "write (stride*$0 + $1) after the extents", at: place)
            }
            region.index = index
            return region
        }
        region.index = try expression()
        if try accept(word: "where") { region.guards = try conditions() }
        if try accept(word: "else") { region.fill = try fill() }
        try expect(.close)
        return region
    }

    private mutating func fill() throws(ProgramError) -> Region.Fill {
        if token.kind == .integer, lexer.text(token) == "0" {
            try advance()
            return .zero
        }
        guard try accept(word: "lowest") else { throw error("expected 0 or lowest, found \(described)") }
        return .lowest
    }
}
