import Architecture
import Quantities

/// Compiles expressions: `rows * columns <= 16384 and (dataflow == weight-stationary or log2(rows) < 5)`.
///
/// From loose to tight: `or`, `and`, `not`, comparisons (which do not chain), `+ -`, `* / %`, a sign, `**` (to the right). Functions are `min`,
/// `max`, `floor`, `ceil`, `round`, `abs`, `sqrt` and `log2`. There is nothing else: no assignment, no access to anything outside.
package struct ExpressionParser {
    /// Parentheses, functions and signs within one another.
    static let maximumDepth = 64
    private static let functions: [String: (operation: CompiledExpression.Operation, arguments: ClosedRange<Int>)] = [
        "min": (.minimum, 1...64), "max": (.maximum, 1...64), "floor": (.floor, 1...1), "ceil": (.ceiling, 1...1), "round": (.round, 1...1),
        "abs": (.magnitude, 1...1), "sqrt": (.squareRoot, 1...1), "log2": (.logarithm, 1...1),
    ]

    /// What a part of an expression is, for messages and checks.
    private struct Part {
        var kind: CompiledExpression.Kind
        /// Where it begins.
        var column: Int
        /// A parameter that is a name, or a name that was written.
        var parameter: Int?
        var literal: String?
    }

    private var tokens: [ExpressionToken]
    private var position = 0
    private var depth = 0
    private var instructions: [CompiledExpression.Instruction] = []
    private var scope: ExpressionScope
    private let allowsFigures: Bool

    /// - Parameters:
    ///   - expected: what the value has to be.
    ///   - allowsFigures: whether names that are no parameters are figures; otherwise they are mistakes.
    package static func compile(
        _ text: String, expected: CompiledExpression.Kind, scope: inout ExpressionScope, allowsFigures: Bool
    ) throws(ExpressionError) -> CompiledExpression {
        let known = scope
        let tokens = try ExpressionLexer.tokens(of: text) { known.isKnown($0) }
        var parser = ExpressionParser(tokens: tokens, scope: scope, allowsFigures: allowsFigures)
        let whole = try parser.disjunction()
        guard case .end = parser.token.kind else { throw parser.unexpected("an operator or the end") }
        try parser.require(whole, expected, "the expression")
        scope = parser.scope
        return CompiledExpression(text: text, kind: expected, instructions: parser.instructions)
    }

    private init(tokens: [ExpressionToken], scope: ExpressionScope, allowsFigures: Bool) {
        self.tokens = tokens; self.scope = scope; self.allowsFigures = allowsFigures
    }

    private var token: ExpressionToken { tokens[position] }

    private mutating func take(_ signs: [String]) -> String? {
        guard case .sign(let sign) = token.kind, signs.contains(sign) else { return nil }
        position += 1
        return sign
    }

    private mutating func emit(_ operation: CompiledExpression.Operation) { instructions.append(.init(operation: operation)) }

    // MARK: Truths

    private mutating func disjunction() throws(ExpressionError) -> Part {
        var left = try conjunction()
        while take(["or"]) != nil { left = try combine(left, try conjunction(), "or", .or) }
        return left
    }

    private mutating func conjunction() throws(ExpressionError) -> Part {
        var left = try negation()
        while take(["and"]) != nil { left = try combine(left, try negation(), "and", .and) }
        return left
    }

    private mutating func combine(_ left: Part, _ right: Part, _ word: String, _ operation: CompiledExpression.Operation) throws(ExpressionError) -> Part {
        try require(left, .truth, "what is left of \"\(word)\"")
        try require(right, .truth, "what is right of \"\(word)\"")
        emit(operation)
        return Part(kind: .truth, column: left.column)
    }

    private mutating func negation() throws(ExpressionError) -> Part {
        let column = token.column
        guard take(["not"]) != nil else { return try comparison() }
        try descend(column)
        let part = try negation()
        depth -= 1
        try require(part, .truth, "what follows \"not\"")
        emit(.not)
        return Part(kind: .truth, column: column)
    }

    private mutating func comparison() throws(ExpressionError) -> Part {
        let signs = ["<", "<=", ">", ">=", "==", "!="]
        let left = try sum()
        guard let sign = take(signs) else { return left }
        let right = try sum()
        try checkComparable(left, right, sign)
        switch sign {
        case "<": emit(.less)
        case "<=": emit(.lessOrEqual)
        case ">": emit(.greater)
        case ">=": emit(.greaterOrEqual)
        case "==": emit(.equal)
        default: emit(.unequal)
        }
        if take(signs) != nil {
            throw ExpressionError(tokens[position - 1].column, "comparisons do not chain; write \"a <= b and b <= c\"")
        }
        return Part(kind: .truth, column: left.column)
    }

    private func checkComparable(_ left: Part, _ right: Part, _ sign: String) throws(ExpressionError) {
        guard left.kind != .truth, right.kind != .truth else {
            throw ExpressionError(left.column, "\"\(sign)\" compares numbers or names, and one side is a comparison itself")
        }
        guard left.kind == right.kind else {
            throw ExpressionError(right.column, "\"\(sign)\" compares a \(left.kind.rawValue) with a \(right.kind.rawValue)")
        }
        guard left.kind == .name else { return }
        guard sign == "==" || sign == "!=" else { throw ExpressionError(left.column, "names have no order; compare them with == or !=") }
        for (one, other) in [(left, right), (right, left)] {
            guard let parameter = one.parameter, let literal = other.literal else { continue }
            let names = scope.parameters[parameter].names
            if !names.contains(literal) {
                throw ExpressionError(
                    other.column, "\(scope.parameters[parameter].name) is never \"\(literal.excerpt)\"; it is \(quotedList(names.sorted().prefix(8)))",
                    suggestion: Suggestion.closest(to: literal, among: names.sorted()))
            }
        }
    }

    // MARK: Numbers

    private mutating func sum() throws(ExpressionError) -> Part {
        var left = try product()
        while let sign = take(["+", "-"]) { left = try arithmetic(left, sign, try product(), sign == "+" ? .add : .subtract) }
        return left
    }

    private mutating func product() throws(ExpressionError) -> Part {
        var left = try signed()
        while let sign = take(["*", "/", "%"]) {
            left = try arithmetic(left, sign, try signed(), sign == "*" ? .multiply : sign == "/" ? .divide : .remainder)
        }
        return left
    }

    private mutating func arithmetic(
        _ left: Part, _ sign: String, _ right: Part, _ operation: CompiledExpression.Operation
    ) throws(ExpressionError) -> Part {
        try require(left, .number, "what is left of \"\(sign)\"")
        try require(right, .number, "what is right of \"\(sign)\"")
        emit(operation)
        return Part(kind: .number, column: left.column)
    }

    private mutating func signed() throws(ExpressionError) -> Part {
        let column = token.column
        guard let sign = take(["-", "+"]) else { return try raised() }
        try descend(column)
        let part = try signed()
        depth -= 1
        try require(part, .number, "what follows \"\(sign)\"")
        if sign == "-" { emit(.negate) }
        return Part(kind: .number, column: column)
    }

    private mutating func raised() throws(ExpressionError) -> Part {
        let base = try primary()
        guard take(["**"]) != nil else { return base }
        try descend(base.column)
        let exponent = try signed()
        depth -= 1
        return try arithmetic(base, "**", exponent, .power)
    }

    private mutating func primary() throws(ExpressionError) -> Part {
        let column = token.column
        switch token.kind {
        case .number(let value):
            position += 1
            instructions.append(.init(operation: .constant, value: value))
            return Part(kind: .number, column: column)
        case .literal(let text):
            position += 1
            return literal(text, column)
        case .name(let name):
            position += 1
            if case .sign("(") = token.kind { return try call(name, column) }
            return try named(name, column)
        case .sign("("):
            position += 1
            try descend(column)
            let part = try disjunction()
            depth -= 1
            guard take([")"]) != nil else { throw unexpected("\")\"") }
            return part
        case .sign, .end: throw unexpected("a number or a name")
        }
    }

    private mutating func literal(_ text: String, _ column: Int) -> Part {
        instructions.append(.init(operation: .constant, value: scope.number(ofName: text)))
        return Part(kind: .name, column: column, literal: text)
    }

    private mutating func named(_ name: String, _ column: Int) throws(ExpressionError) -> Part {
        if let slot = scope.slot(ofParameter: name) {
            instructions.append(.init(operation: .slot, slot: Int32(slot)))
            let kind = scope.parameters[slot].kind
            return Part(kind: kind, column: column, parameter: kind == .name ? slot : nil)
        }
        if scope.isValue(name) { return literal(name, column) }
        guard allowsFigures else {
            let names = scope.parameters.map(\.name)
            throw ExpressionError(
                column, "\"\(name.excerpt)\" is no parameter of the space; there are \(quotedList(names.prefix(12), conjunction: "and"))",
                suggestion: Suggestion.closest(to: name, among: names))
        }
        guard let slot = scope.slot(ofFigure: name) else { throw ExpressionError(column, "more than \(ExpressionScope.maximumFigures) figures are mentioned") }
        instructions.append(.init(operation: .slot, slot: Int32(slot)))
        return Part(kind: .number, column: column)
    }

    private mutating func call(_ name: String, _ column: Int) throws(ExpressionError) -> Part {
        guard let function = Self.functions[name] else {
            let names = Self.functions.keys.sorted()
            throw ExpressionError(
                column, "\"\(name.excerpt)\" is no function; there are \(wordList(names, conjunction: "and"))",
                suggestion: Suggestion.closest(to: name, among: names))
        }
        try descend(column)
        position += 1
        var count = 0
        repeat {
            let argument = try disjunction()
            try require(argument, .number, "what \(name) is given")
            count += 1
            if count > 1, function.operation.operands == 2 { emit(function.operation) }
        } while take([","]) != nil
        depth -= 1
        guard take([")"]) != nil else { throw unexpected("\",\" or \")\"") }
        guard function.arguments.contains(count) else {
            throw ExpressionError(column, "\(name) takes \(function.arguments.upperBound == 1 ? "one number" : "1 to \(function.arguments.upperBound) numbers") and is given \(count)")
        }
        if function.operation.operands == 1 { emit(function.operation) }
        return Part(kind: .number, column: column)
    }

    // MARK: Mistakes

    private mutating func descend(_ column: Int) throws(ExpressionError) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw ExpressionError(column, "is nested more than \(Self.maximumDepth) deep") }
    }

    private func require(_ part: Part, _ kind: CompiledExpression.Kind, _ what: String) throws(ExpressionError) {
        guard part.kind != kind else { return }
        let article = ["number": "a number", "truth": "a comparison (true or false)", "name": "a name"]
        let found = article[part.kind.rawValue] ?? ""
        let wanted = article[kind.rawValue] ?? ""
        let subject = part.parameter.map { "; \(scope.parameters[$0].name) has values that are no numbers" } ?? ""
        throw ExpressionError(part.column, "\(what) is \(found) and has to be \(wanted)\(subject)")
    }

    private func unexpected(_ wanted: String) -> ExpressionError {
        let found =
            switch token.kind {
            case .number(let value): "\(value)"
            case .name(let name), .literal(let name), .sign(let name): "\"\(name.excerpt)\""
            case .end: "the end"
            }
        return ExpressionError(token.column, "has \(found) where \(wanted) belongs (column \(token.column + 1))")
    }
}
