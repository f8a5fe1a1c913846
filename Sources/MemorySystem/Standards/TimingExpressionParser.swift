import Quantities

/// Recursive descent over
///
///     sum     = product (("+" | "-") product)*
///     product = factor (("*" | "/") factor)*
///     factor  = number [unit] | name | ("max" | "min") "(" sum ("," sum)* ")" | "(" sum ")"
struct TimingExpressionParser {
    private enum Token: Equatable {
        case number(String)
        case name(String)
        case symbol(Character)

        var text: String {
            switch self {
            case .number(let text), .name(let text): text
            case .symbol(let character): String(character)
            }
        }
    }

    private let text: String
    private var tokens: [Token] = []
    private var position = 0
    private var depth = 0
    private var tokenFailure: TimingExpression.Failure?

    init(_ text: String) {
        self.text = text
        tokenize()
    }

    mutating func parse() throws(TimingExpression.Failure) -> TimingExpression {
        if let tokenFailure { throw tokenFailure }
        let expression = try sum()
        if position < tokens.count { throw failure("\"\(tokens[position].text)\" is not expected where it stands") }
        return expression
    }

    private mutating func tokenize() {
        var rest = Substring(text)
        while let first = rest.first {
            if first == " " {
                rest.removeFirst()
            } else if first.isASCII, first.isNumber {
                let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
                tokens.append(.number(String(digits)))
                rest.removeFirst(digits.count)
            } else if first.isASCII, first.isLetter || first == "_" {
                let letters = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                tokens.append(.name(String(letters)))
                rest.removeFirst(letters.count)
            } else if "+-*/(),".contains(first) {
                tokens.append(.symbol(first))
                rest.removeFirst()
            } else {
                tokenFailure = failure("\"\(String(first).excerpt)\" is not part of an expression")
                return
            }
        }
    }

    private func failure(_ problem: String) -> TimingExpression.Failure {
        .init("\"\(text.excerpt)\": \(problem); write cycles, times such as \"7.5 ns\", names, + - * / and max(…), min(…)")
    }

    private mutating func accept(_ symbol: Character) -> Bool {
        guard position < tokens.count, tokens[position] == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func sum() throws(TimingExpression.Failure) -> TimingExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 16 else { throw failure("is nested more than 16 deep") }
        var result = try product()
        while true {
            if accept("+") {
                result = .sum(result, try product())
            } else if accept("-") {
                result = .difference(result, try product())
            } else {
                return result
            }
        }
    }

    private mutating func product() throws(TimingExpression.Failure) -> TimingExpression {
        var result = try factor()
        while true {
            if accept("*") {
                result = .product(result, try factor())
            } else if accept("/") {
                result = .quotient(result, try factor())
            } else {
                return result
            }
        }
    }

    private mutating func factor() throws(TimingExpression.Failure) -> TimingExpression {
        guard position < tokens.count else { throw failure(tokens.isEmpty ? "has no value" : "something is missing at the end") }
        let token = tokens[position]
        position += 1
        switch token {
        case .number(let digits): return try number(digits)
        case .name(let name) where name == "max" || name == "min":
            guard accept("(") else { throw failure("\"\(name)\" needs its values in parentheses") }
            var parts = [try sum()]
            while accept(",") { parts.append(try sum()) }
            guard accept(")") else { throw failure("a \")\" is missing") }
            return name == "max" ? .maximum(parts) : .minimum(parts)
        case .name(let name): return .name(name)
        case .symbol("("):
            let inner = try sum()
            guard accept(")") else { throw failure("a \")\" is missing") }
            return inner
        case .symbol(let symbol): throw failure("\"\(symbol)\" is not expected where it stands")
        }
    }

    /// A count of cycles ("4", "4 nCK") or a time ("7.5 ns").
    private mutating func number(_ digits: String) throws(TimingExpression.Failure) -> TimingExpression {
        if position < tokens.count, case .name(let unit) = tokens[position], ["ps", "ns", "us"].contains(unit) {
            position += 1
            let time: Time
            do {
                time = try Time(parsing: "\(digits) \(unit)")
            } catch {
                throw failure(error.problem)
            }
            // Anything longer is a mistake.
            guard time.femtoseconds <= 100_000_000_000_000 else { throw failure("\(digits) \(unit) is longer than 100 ms") }
            return .femtoseconds(time.femtoseconds)
        }
        if position < tokens.count, tokens[position] == .name("nCK") { position += 1 }
        guard let count = Int(digits), count <= TimingExpression.limit else {
            throw failure("\(digits) is not a whole number of cycles; a time needs its unit")
        }
        return .cycles(count)
    }
}
