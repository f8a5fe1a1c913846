/// A symbolic dimension that exporters write as a formula of others: `past_length + sequence_length`, `2*s0 - 1`.
///
/// Understood are sums and differences of products of names and numbers. Anything else is a name of its own.
struct ONNXDimensionExpression {
    struct Unbound: Error {
        var name: String
    }

    private enum Factor {
        case number(Int)
        case name(String)
    }

    private var terms: [(sign: Int, factors: [Factor])] = []

    /// `nil` where the text is no formula.
    init?(_ text: String) {
        var sign = 1
        var factors: [Factor] = []
        var expectsFactor = true
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if character == " " {
                index = text.index(after: index)
            } else if expectsFactor {
                let start = index
                while index < text.endIndex, text[index].isLetter || text[index].isNumber || "_.".contains(text[index]) {
                    index = text.index(after: index)
                }
                let word = text[start..<index]
                guard let first = word.first else { return nil }
                if first.isNumber {
                    guard let number = Int(word) else { return nil }
                    factors.append(.number(number))
                } else {
                    factors.append(.name(String(word)))
                }
                expectsFactor = false
            } else {
                switch character {
                case "*": break
                case "+", "-":
                    terms.append((sign, factors))
                    factors = []
                    sign = character == "+" ? 1 : -1
                default: return nil
                }
                expectsFactor = true
                index = text.index(after: index)
            }
        }
        if expectsFactor { return nil }
        terms.append((sign, factors))
    }

    /// Names in the order in which they occur.
    var names: [String] {
        terms.flatMap { term in
            term.factors.compactMap { factor in
                if case .name(let name) = factor { return name }
                return nil
            }
        }
    }

    /// The size, or the first name that has none. What overflows comes to -1, which is no size either.
    func evaluate(_ sizes: [String: Int]) -> Result<Int, Unbound> {
        var sum = 0
        for term in terms {
            var product = term.sign
            for factor in term.factors {
                let value: Int
                switch factor {
                case .number(let number): value = number
                case .name(let name):
                    guard let size = sizes[name] else { return .failure(Unbound(name: name)) }
                    value = size
                }
                let (result, overflow) = product.multipliedReportingOverflow(by: value)
                if overflow { return .success(-1) }
                product = result
            }
            let (result, overflow) = sum.addingReportingOverflow(product)
            if overflow { return .success(-1) }
            sum = result
        }
        return .success(sum)
    }
}
