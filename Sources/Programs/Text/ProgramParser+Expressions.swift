/// Expressions and conditions.
///
/// Every tree has its own text (`Expression.description`), and reading that text rebuilds the same tree. Arithmetic of
/// bare integers is carried out while reading; an integer in parentheses stands for itself: `2*3` is 6, `2*(3)` is the
/// product that an unsimplified tree holds.
extension ProgramParser {
    /// A part of an expression while it is read.
    struct Part {
        enum Form {
            /// A bare integer.
            case literal
            /// A product that no parentheses close: subtracting it negates its factor.
            case product
            case closed
        }
        var expression: Expression
        var form: Form
        var depth: Int
    }

    mutating func expression() throws(ProgramError) -> Expression { try sum(nesting: 0).expression }

    private mutating func sum(nesting: Int) throws(ProgramError) -> Part {
        var left = try term(nesting: nesting)
        while true {
            let place = token
            if try accept(.plus) {
                let right = try term(nesting: nesting)
                if let x = left.literal, let y = right.literal {
                    left = Part(expression: .constant(try checked(x.addingReportingOverflow(y), place)), form: .literal, depth: 1)
                } else {
                    left = try part(.sum(left.expression, right.expression), left, right, place)
                }
            } else if try accept(.minus) {
                let right = try term(nesting: nesting)
                if let x = left.literal, let y = right.literal {
                    left = Part(expression: .constant(try checked(x.subtractingReportingOverflow(y), place)), form: .literal, depth: 1)
                } else {
                    let subtracted = try negated(right, place)
                    let isConstantFirst = left.literal != nil
                    left = try part(
                        isConstantFirst ? .sum(subtracted, left.expression) : .sum(left.expression, subtracted), left, right, place)
                }
            } else {
                return left
            }
        }
    }

    private func negated(_ part: Part, _ place: ProgramLexer.Token) throws(ProgramError) -> Expression {
        switch (part.form, part.expression) {
        case (.literal, .constant(let value)): return .constant(try checked((0).subtractingReportingOverflow(value), place))
        case (.product, .product(let inner, let factor)):
            return .product(inner, try checked((0).subtractingReportingOverflow(factor), place))
        default: return .product(part.expression, -1)
        }
    }

    private mutating func term(nesting: Int) throws(ProgramError) -> Part {
        var left = try factor(nesting: nesting)
        while true {
            let place = token
            if try accept(.times) {
                let right = try factor(nesting: nesting)
                if let x = left.literal, let y = right.literal {
                    left = Part(expression: .constant(try checked(x.multipliedReportingOverflow(by: y), place)), form: .literal, depth: 1)
                } else if let factor = left.literal {
                    left = try part(.product(right.expression, factor), left, right, place, form: .product)
                } else if let factor = right.expression.constantValue {
                    left = try part(.product(left.expression, factor), left, right, place, form: .product)
                } else if let factor = left.expression.constantValue {
                    left = try part(.product(right.expression, factor), left, right, place, form: .product)
                } else {
                    throw error("one factor of a product must be an integer", "bind the product in a loop or read it from memory", at: place)
                }
            } else if token.kind == .symbol(.divide) || token.kind == .symbol(.modulo) {
                let isDivision = token.kind == .symbol(.divide)
                try advance()
                let right = try factor(nesting: nesting)
                guard let divisor = right.expression.constantValue else {
                    throw error("the divisor must be an integer", at: place)
                }
                if let x = left.literal {
                    guard divisor > 0 else { throw error("the divisor must be positive", at: place) }
                    let value = isDivision ? floorDivide(x, divisor) : floorRemainder(x, divisor)
                    left = Part(expression: .constant(value), form: .literal, depth: 1)
                } else {
                    let whole = left.expression
                    left = try part(isDivision ? .quotient(whole, divisor) : .remainder(whole, divisor), left, right, place)
                }
            } else {
                return left
            }
        }
    }

    private mutating func factor(nesting: Int) throws(ProgramError) -> Part {
        guard nesting < Self.expressionDepthLimit else { throw tooDeep(token) }
        let place = token
        switch token.kind {
        case .integer: return Part(expression: .constant(try integer(Int.self)), form: .literal, depth: 1)
        case .symbol(.minus):
            try advance()
            if token.kind == .integer {
                return Part(expression: .constant(try integer(Int.self, isNegative: true)), form: .literal, depth: 1)
            }
            let operand = try factor(nesting: nesting + 1)
            return try part(try negated(operand, place), operand, operand, place, form: operand.form == .literal ? .literal : .product)
        case .symbol(.coordinate):
            try advance()
            return Part(expression: .coordinate(try integer(Int.self)), form: .closed, depth: 1)
        case .symbol(.open):
            try advance()
            var inner = try sum(nesting: nesting + 1)
            try expect(.close)
            inner.form = .closed
            return inner
        case .word, .string:
            let isQuoted = token.kind == .string
            let name = try variable()
            guard !isQuoted, name == "min" || name == "max", try accept(.open) else {
                return Part(expression: .variable(name), form: .closed, depth: 1)
            }
            var left = try sum(nesting: nesting + 1)
            repeat {
                try expect(.comma)
                let right = try sum(nesting: nesting + 1)
                let pair: Expression = name == "min" ? .minimum(left.expression, right.expression) : .maximum(left.expression, right.expression)
                left = try part(pair, left, right, place)
            } while token.kind == .symbol(.comma)
            try expect(.close)
            return left
        default: throw error("expected an expression, found \(described)")
        }
    }

    private func part(
        _ expression: Expression, _ left: Part, _ right: Part, _ place: ProgramLexer.Token, form: Part.Form = .closed
    ) throws(ProgramError) -> Part {
        let depth = Swift.max(left.depth, right.depth) + 1
        guard depth <= Self.expressionDepthLimit else { throw tooDeep(place) }
        return Part(expression: expression, form: form, depth: depth)
    }

    private func tooDeep(_ place: ProgramLexer.Token) -> ProgramError {
        error("the expression is nested deeper than \(Self.expressionDepthLimit)", "split it, or write it with fewer parentheses", at: place)
    }

    private func checked(_ result: (partialValue: Int, overflow: Bool), _ place: ProgramLexer.Token) throws(ProgramError) -> Int {
        guard !result.overflow else { throw error("the value does not fit in 64 bits", at: place) }
        return result.partialValue
    }

    /// `m < 4 and n == k`
    mutating func conditions() throws(ProgramError) -> [Condition] {
        var result = [try condition()]
        while try accept(word: "and") { result.append(try condition()) }
        return result
    }

    private mutating func condition() throws(ProgramError) -> Condition {
        let left = try expression()
        guard case .symbol(let symbol) = token.kind, let relation = Condition.Relation(rawValue: symbol.rawValue) else {
            throw error(
                "expected a comparison, found \(described)", "one of \(Condition.Relation.allCases.map(\.rawValue).joined(separator: " "))")
        }
        try advance()
        return Condition(left, relation, try expression())
    }
}

extension ProgramParser.Part {
    /// The value of a bare integer.
    var literal: Int? { form == .literal ? expression.constantValue : nil }
}
