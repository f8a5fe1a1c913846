import Programs

/// A sum of terms: variables, coordinates, and what is not linear in them as a whole, each with a factor.
struct AffineForm: Equatable {
    var constant = 0
    /// In order of first appearance, no factor zero.
    var terms: [(atom: Expression, factor: Int)] = []

    init() {}

    init(_ expression: Expression) { add(expression, 1) }

    static func == (a: AffineForm, b: AffineForm) -> Bool {
        a.constant == b.constant && a.terms.count == b.terms.count && a.terms.allSatisfy { term in b.factor(of: term.atom) == term.factor }
    }

    func factor(of atom: Expression) -> Int { terms.first { $0.atom == atom }?.factor ?? 0 }

    mutating func add(_ expression: Expression, _ factor: Int) {
        switch expression {
        case .constant(let value): constant += value * factor
        case .sum(let a, let b): add(a, factor); add(b, factor)
        case .product(let a, let by): add(a, factor * by)
        case .variable, .coordinate, .minimum, .maximum, .remainder: addTerm(expression, factor)
        case .quotient(let a, let divisor):
            // What the divisor divides comes out: (385·m)/55 is 7·m.
            let inner = AffineForm(a)
            if divisor > 0, inner.terms.allSatisfy({ $0.factor % divisor == 0 }) {
                constant += floorDivide(inner.constant, divisor) * factor
                for term in inner.terms { addTerm(term.atom, term.factor / divisor * factor) }
            } else {
                addTerm(expression, factor)
            }
        }
    }

    private mutating func addTerm(_ atom: Expression, _ factor: Int) {
        guard factor != 0 else { return }
        if let place = terms.firstIndex(where: { $0.atom == atom }) {
            terms[place].factor += factor
            if terms[place].factor == 0 { terms.remove(at: place) }
        } else {
            terms.append((atom, factor))
        }
    }

    mutating func add(term atom: Expression, _ factor: Int) { addTerm(atom, factor) }

    static func - (a: AffineForm, b: AffineForm) -> AffineForm {
        var result = a
        result.constant -= b.constant
        for term in b.terms { result.addTerm(term.atom, -term.factor) }
        return result
    }

    /// The same sum with every multiple of a divisor taken out of its quotient and its rest: (108·m + $0) / 27 is 4·m + $0 / 27.
    var reduced: AffineForm {
        var result = AffineForm()
        result.constant = constant
        for term in terms {
            switch term.atom {
            case .quotient(let inner, let divisor) where divisor > 0:
                let (whole, rest) = AffineForm(inner).reduced.divided(by: divisor)
                result.constant += whole.constant * term.factor
                for own in whole.terms { result.addTerm(own.atom, own.factor * term.factor) }
                if rest.terms.isEmpty { continue }
                result.addTerm(.quotient(rest.expression, divisor), term.factor)
            case .remainder(let inner, let divisor) where divisor > 0:
                let (_, rest) = AffineForm(inner).reduced.divided(by: divisor)
                if rest.terms.isEmpty { result.constant += rest.constant * term.factor; continue }
                result.addTerm(.remainder(rest.expression, divisor), term.factor)
            default: result.addTerm(term.atom, term.factor)
            }
        }
        return result
    }

    /// whole · divisor + rest, with the rest's constant in 0 ..< divisor and none of its factors a multiple of the divisor.
    private func divided(by divisor: Int) -> (whole: AffineForm, rest: AffineForm) {
        var (whole, rest) = (AffineForm(), AffineForm())
        whole.constant = floorDivide(constant, divisor)
        rest.constant = floorRemainder(constant, divisor)
        for term in terms {
            if term.factor % divisor == 0 { whole.addTerm(term.atom, term.factor / divisor) } else { rest.addTerm(term.atom, term.factor) }
        }
        return (whole, rest)
    }

    var expression: Expression {
        terms.reduce(Expression.constant(constant)) { $0 + $1.atom * $1.factor }
    }

    /// Names of all variables in it.
    var variables: Set<String> { Set(terms.flatMap { $0.atom.variables }) }

    /// Whether a term other than a plain coordinate depends on coordinates.
    var isLinearInCoordinates: Bool {
        terms.allSatisfy { term in
            if case .coordinate = term.atom { return true }
            return !term.atom.hasCoordinates
        }
    }

    /// The factor of a coordinate.
    func stride(of dimension: Int) -> Int { factor(of: .coordinate(dimension)) }

    /// The sum cut into coordinates of an array with these distances, the largest first: each term goes to the largest distance
    /// that divides its factor. `nil` when one is divided by none.
    ///
    /// - Parameter isNearest: whether the constant counts from the nearest index along a dimension, and not from the one before: the corner
    ///   of a padded image lies a row below and a column before. Negative constants always do.
    func split(by distances: [Int], isNearest: Bool = false) -> [AffineForm]? {
        var parts = distances.map { _ in AffineForm() }
        for term in terms {
            guard let place = distances.indices.first(where: { term.factor % distances[$0] == 0 }) else { return nil }
            parts[place].addTerm(term.atom, term.factor / distances[place])
        }
        var rest = constant
        for place in distances.indices {
            let distance = distances[place]
            let isLast = place == distances.count - 1
            let quotient = isLast || (rest >= 0 && !isNearest) ? floorDivide(rest, distance) : floorDivide(rest + distance / 2, distance)
            parts[place].constant = quotient
            rest -= quotient * distance
        }
        return rest == 0 ? parts : nil
    }
}

extension Expression {
    var hasCoordinates: Bool {
        switch self {
        case .coordinate: true
        case .constant, .variable: false
        case .product(let a, _), .quotient(let a, _), .remainder(let a, _): a.hasCoordinates
        case .sum(let a, let b), .minimum(let a, let b), .maximum(let a, let b): a.hasCoordinates || b.hasCoordinates
        }
    }

    var hasMaximum: Bool {
        switch self {
        case .maximum: true
        case .constant, .variable, .coordinate: false
        case .product(let a, _), .quotient(let a, _), .remainder(let a, _): a.hasMaximum
        case .sum(let a, let b), .minimum(let a, let b): a.hasMaximum || b.hasMaximum
        }
    }

    /// After how many steps of a variable the value is the same again; `nil` when it is never known to be.
    func period(of name: String) -> Int? {
        func both(_ a: Expression, _ b: Expression) -> Int? {
            guard let x = a.period(of: name), let y = b.period(of: name) else { return nil }
            return x / greatestCommonDivisor(x, y) * y
        }
        switch self {
        case .constant, .coordinate: return 1
        case .variable(let own): return own == name ? nil : 1
        case .product(let a, _), .quotient(let a, _): return a.period(of: name)
        case .sum(let a, let b), .minimum(let a, let b), .maximum(let a, let b): return both(a, b)
        case .remainder(let a, let divisor):
            if let own = a.period(of: name) { return own }
            var period = 1
            for term in AffineForm(a).terms where term.atom.variables.contains(name) {
                guard term.atom == .variable(name) else { return nil }
                let own = divisor / greatestCommonDivisor(divisor, abs(term.factor))
                period = period / greatestCommonDivisor(period, own) * own
            }
            return period
        }
    }

    /// Bounds by interval arithmetic; `nil` when a variable has none or 64 bits do not hold them.
    func interval(_ variables: [String: ClosedRange<Int>], at coordinates: [ClosedRange<Int>] = []) -> ClosedRange<Int>? {
        switch self {
        case .constant(let value): return value...value
        case .variable(let name): return variables[name]
        case .coordinate(let index): return coordinates.indices.contains(index) ? coordinates[index] : nil
        case .sum(let a, let b):
            guard let x = a.interval(variables, at: coordinates), let y = b.interval(variables, at: coordinates) else { return nil }
            let (low, high) = (x.lowerBound.addingReportingOverflow(y.lowerBound), x.upperBound.addingReportingOverflow(y.upperBound))
            guard !low.overflow, !high.overflow else { return nil }
            return low.partialValue...high.partialValue
        case .product(let a, let factor):
            guard let x = a.interval(variables, at: coordinates) else { return nil }
            let (low, high) = (x.lowerBound.multipliedReportingOverflow(by: factor), x.upperBound.multipliedReportingOverflow(by: factor))
            guard !low.overflow, !high.overflow else { return nil }
            return Swift.min(low.partialValue, high.partialValue)...Swift.max(low.partialValue, high.partialValue)
        case .quotient(let a, let divisor):
            guard let x = a.interval(variables, at: coordinates), divisor > 0 else { return nil }
            return floorDivide(x.lowerBound, divisor)...floorDivide(x.upperBound, divisor)
        case .remainder(let a, let divisor):
            guard let x = a.interval(variables, at: coordinates), divisor > 0 else { return nil }
            let quotient = floorDivide(x.lowerBound, divisor)
            guard quotient == floorDivide(x.upperBound, divisor) else { return 0...(divisor - 1) }
            return floorRemainder(x.lowerBound, divisor)...floorRemainder(x.upperBound, divisor)
        case .minimum(let a, let b):
            guard let x = a.interval(variables, at: coordinates), let y = b.interval(variables, at: coordinates) else { return nil }
            return Swift.min(x.lowerBound, y.lowerBound)...Swift.min(x.upperBound, y.upperBound)
        case .maximum(let a, let b):
            guard let x = a.interval(variables, at: coordinates), let y = b.interval(variables, at: coordinates) else { return nil }
            return Swift.max(x.lowerBound, y.lowerBound)...Swift.max(x.upperBound, y.upperBound)
        }
    }
}

func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
