import Programs

/// Expressions of a program as terms of the solver, with loop indices as unknowns.
///
/// A floor division by a constant becomes an unknown, the quotient, and so does a minimum, with their definitions beside them: total
/// functions of their operands, so that the definitions may stand in a negated claim.
final class SymbolicScope {
    /// By number: what a model is asked for, and `nil` for what stands for a part of an expression.
    private(set) var names: [String?] = []
    /// What defines an unknown that stands for a part of an expression; empty for others.
    private(set) var definitions: [[LinearFormula]] = []
    private var byName: [String: Int] = [:]
    private let sizes: SymbolicSizes?
    /// Values of functions of outer loops' indices, in iterations so far.
    private var applied: [(name: String, arguments: [LinearTerm], value: LinearTerm)] = []
    private var parts: [[Int]: (first: LinearTerm, second: LinearTerm)] = [:]

    /// - Parameter sizes: what stands for any size in the expressions.
    init(_ sizes: SymbolicSizes? = nil) {
        self.sizes = sizes
        for dimension in sizes?.dimensions ?? [] {
            let count = unknown("free:\(dimension.countName)")
            var known = [count >= 1]
            if let tile = dimension.tile {
                // As many tiles as the length needs.
                let length = unknown("free:\(dimension.lengthName)")
                let all = length * dimension.unit
                known += [length >= 1, all <= count * tile, all > count * tile - tile]
                for part in length.parts { definitions[part.unknown] = known }
            }
            for part in count.parts { definitions[part.unknown] = known }
            guard dimension.image != nil else { continue }
            let image = unknown("free:\(dimension.imageName)")
            for part in image.parts { definitions[part.unknown] = [image >= 1] }
        }
    }

    private func add(_ name: String?) -> Int {
        names.append(name)
        definitions.append([])
        return names.count - 1
    }

    func unknown(_ name: String) -> LinearTerm {
        if let known = byName[name] { return LinearTerm(unknown: known) }
        let number = add(name)
        byName[name] = number
        return LinearTerm(unknown: number)
    }

    func constant(_ value: Int) -> LinearTerm { LinearTerm(value) }

    func term(_ expression: Expression, _ variables: [String: LinearTerm], at coordinates: [LinearTerm] = []) -> LinearTerm {
        switch expression {
        case .constant(let value): return LinearTerm(value)
        case .variable(let name):
            if let known = variables[name] { return known }
            // A function whose iteration is not known may have any value.
            if sizes?.functions.contains(where: { $0.name == name }) ?? false { return LinearTerm(unknown: add(nil)) }
            return unknown("free:\(name)")
        case .coordinate(let index): return index < coordinates.count ? coordinates[index] : LinearTerm(0)
        case .sum(let a, let b): return term(a, variables, at: coordinates) + term(b, variables, at: coordinates)
        case .product(let a, let factor): return term(a, variables, at: coordinates) * factor
        case .quotient(let a, let divisor): return division(term(a, variables, at: coordinates), divisor).quotient
        case .remainder(let a, let divisor): return division(term(a, variables, at: coordinates), divisor).rest
        case .minimum(let a, let b): return minimum(term(a, variables, at: coordinates), term(b, variables, at: coordinates))
        case .maximum(let a, let b): return minimum(term(a, variables, at: coordinates) * -1, term(b, variables, at: coordinates) * -1) * -1
        }
    }

    /// One expression has one unknown, wherever it occurs.
    private func part(_ kind: Int, _ a: LinearTerm, _ b: LinearTerm, _ make: () -> (LinearTerm, LinearTerm)) -> (LinearTerm, LinearTerm) {
        var key = [kind, a.constant]
        for part in a.parts { key += [part.unknown, part.factor] }
        key += [-1, b.constant]
        for part in b.parts { key += [part.unknown, part.factor] }
        if let known = parts[key] { return known }
        let made = make()
        parts[key] = made
        return made
    }

    /// Rounded down; the divisor is positive.
    func division(_ dividend: LinearTerm, _ divisor: Int) -> (quotient: LinearTerm, rest: LinearTerm) {
        let (whole, inner) = dividend.divided(by: divisor)
        guard !inner.parts.isEmpty else { return (whole, inner) }
        let (quotient, rest) = part(0, inner, LinearTerm(divisor)) {
            let quotient = add(nil)
            let (q, r) = (LinearTerm(unknown: quotient), inner - LinearTerm(unknown: quotient) * divisor)
            definitions[quotient] = [r >= 0, r < divisor]
            return (q, r)
        }
        return (whole + quotient, rest)
    }

    func minimum(_ a: LinearTerm, _ b: LinearTerm) -> LinearTerm {
        if let difference = (a - b).constantValue { return difference <= 0 ? a : b }
        return part(1, a, b) {
            let smaller = add(nil)
            let term = LinearTerm(unknown: smaller)
            definitions[smaller] = [term <= a, term <= b, term == a || term == b]
            return (term, term)
        }.0
    }

    func formula(_ condition: Condition, _ variables: [String: LinearTerm], at coordinates: [LinearTerm] = []) -> LinearFormula {
        let (a, b) = (term(condition.left, variables, at: coordinates), term(condition.right, variables, at: coordinates))
        return switch condition.relation {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .equal: a == b
        case .notEqual: a != b
        case .greaterOrEqual: a >= b
        case .greater: a > b
        }
    }

    /// The iterations of a site: unknowns for its loops, under a name of their own, and what holds for them.
    func iteration(of site: Site, layers: [String: LinearTerm], named prefix: String) -> (variables: [String: LinearTerm], domain: [LinearFormula]) {
        var variables = layers
        var domain: [LinearFormula] = []
        for loop in site.loops {
            let index = unknown("\(prefix)\(loop.variable)")
            domain.append(index >= 0)
            domain.append(index < term(loop.bound, variables))
            variables[loop.variable] = index
        }
        for function in sizes?.functions ?? [] {
            let arguments = function.arguments.compactMap { variables[$0] }
            guard arguments.count == function.arguments.count else { continue }
            let value = unknown("\(prefix)\(function.name)")
            if let multiple = function.multiple {
                let (times, count) = (term(multiple.atom, variables), unknown("free:\(multiple.countName)"))
                for number in 0...multiple.most { domain.append(times != constant(number) || value == count * (multiple.unit * number)) }
            }
            // The same indices have the same value.
            for other in applied where other.name == function.name {
                domain.append(LinearFormula.any(zip(arguments, other.arguments).map { $0 != $1 }) || value == other.value)
            }
            applied.append((function.name, arguments, value))
            variables[function.name] = value
        }
        for condition in site.guards { domain.append(formula(condition, variables)) }
        return (variables, domain)
    }

    /// Layers' variables, and what holds for them.
    func layers(_ frames: [LoopFrame]) -> (variables: [String: LinearTerm], domain: [LinearFormula]) {
        var variables: [String: LinearTerm] = [:]
        var domain: [LinearFormula] = []
        for frame in frames {
            let index = unknown(frame.variable)
            domain.append(index >= 0)
            domain.append(index < term(frame.bound, variables))
            variables[frame.variable] = index
        }
        return (variables, domain)
    }

    /// A point of a region: unknowns for its coordinates, and what holds for them.
    func point(of region: Region, _ variables: [String: LinearTerm], named prefix: String) -> (coordinates: [LinearTerm], domain: [LinearFormula]) {
        var coordinates: [LinearTerm] = []
        var domain: [LinearFormula] = []
        for (dimension, extent) in region.extents.enumerated() {
            if extent == .constant(1) { coordinates.append(constant(0)); continue }
            let coordinate = unknown("\(prefix)$\(dimension)")
            domain.append(coordinate >= 0)
            domain.append(coordinate < term(extent, variables))
            coordinates.append(coordinate)
        }
        for condition in region.guards { domain.append(formula(condition, variables, at: coordinates)) }
        return (coordinates, domain)
    }

    /// Bits from the memory's beginning to a point's element.
    func bitAddress(_ region: Region, _ variables: [String: LinearTerm], _ coordinates: [LinearTerm]) -> LinearTerm {
        term(region.base, variables) * 8 + term(region.index, variables, at: coordinates) * region.element.bits
    }
}
