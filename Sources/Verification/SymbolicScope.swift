import Programs
import SMT

/// Expressions of a program as terms of the solver, with loop indices as unknowns.
///
/// Floor division and remainder by a constant become two unknowns, quotient and rest, with their definition beside them: total
/// functions of the operand, so that the definitions may stand in a negated claim.
final class SymbolicScope {
    let context: Context
    /// Definitions of the unknowns that stand for quotients and rests.
    private(set) var definitions: [Formula] = []
    private var divisions: [String: (quotient: IntegerTerm, rest: IntegerTerm)] = [:]
    private var fresh = 0
    /// What a model is asked for, in order of creation.
    private(set) var unknowns: [(name: String, term: IntegerTerm)] = []

    init() { context = Context() }

    func unknown(_ name: String) -> IntegerTerm {
        let term = context.integer(name)
        if !unknowns.contains(where: { $0.name == name }) { unknowns.append((name, term)) }
        return term
    }

    func constant(_ value: Int) -> IntegerTerm { context.integer(value) }

    func term(_ expression: Expression, _ variables: [String: IntegerTerm], at coordinates: [IntegerTerm] = []) -> IntegerTerm {
        switch expression {
        case .constant(let value): return context.integer(value)
        case .variable(let name): return variables[name] ?? unknown("free:\(name)")
        case .coordinate(let index): return index < coordinates.count ? coordinates[index] : context.integer(0)
        case .sum(let a, let b): return term(a, variables, at: coordinates) + term(b, variables, at: coordinates)
        case .product(let a, let factor): return term(a, variables, at: coordinates) * factor
        case .quotient(let a, let divisor): return division(term(a, variables, at: coordinates), divisor).quotient
        case .remainder(let a, let divisor): return division(term(a, variables, at: coordinates), divisor).rest
        case .minimum(let a, let b): return term(a, variables, at: coordinates).minimum(term(b, variables, at: coordinates))
        case .maximum(let a, let b): return term(a, variables, at: coordinates).maximum(term(b, variables, at: coordinates))
        }
    }

    func division(_ dividend: IntegerTerm, _ divisor: Int) -> (quotient: IntegerTerm, rest: IntegerTerm) {
        let key = "\(dividend)/\(divisor)"
        if let known = divisions[key] { return known }
        fresh += 1
        let quotient = context.integer("q\(fresh)")
        let rest = context.integer("r\(fresh)")
        definitions.append(dividend == quotient * divisor + rest)
        definitions.append(rest >= 0)
        definitions.append(rest < divisor)
        divisions[key] = (quotient, rest)
        return (quotient, rest)
    }

    func formula(_ condition: Condition, _ variables: [String: IntegerTerm], at coordinates: [IntegerTerm] = []) -> Formula {
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
    func iteration(of site: Site, layers: [String: IntegerTerm], named prefix: String) -> (variables: [String: IntegerTerm], domain: [Formula]) {
        var variables = layers
        var domain: [Formula] = []
        for loop in site.loops {
            let index = unknown("\(prefix)\(loop.variable)")
            domain.append(index >= 0)
            domain.append(index < term(loop.bound, variables))
            variables[loop.variable] = index
        }
        for condition in site.guards { domain.append(formula(condition, variables)) }
        return (variables, domain)
    }

    /// Layers' variables, and what holds for them.
    func layers(_ frames: [LoopFrame]) -> (variables: [String: IntegerTerm], domain: [Formula]) {
        var variables: [String: IntegerTerm] = [:]
        var domain: [Formula] = []
        for frame in frames {
            let index = unknown(frame.variable)
            domain.append(index >= 0)
            domain.append(index < term(frame.bound, variables))
            variables[frame.variable] = index
        }
        return (variables, domain)
    }

    /// A point of a region: unknowns for its coordinates, and what holds for them.
    func point(of region: Region, _ variables: [String: IntegerTerm], named prefix: String) -> (coordinates: [IntegerTerm], domain: [Formula]) {
        var coordinates: [IntegerTerm] = []
        var domain: [Formula] = []
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
    func bitAddress(_ region: Region, _ variables: [String: IntegerTerm], _ coordinates: [IntegerTerm]) -> IntegerTerm {
        term(region.base, variables) * 8 + term(region.index, variables, at: coordinates) * region.element.bits
    }
}

/// What came of a query.
struct Answer {
    enum Outcome { case impossible, possible([String: Int]), undecided(String) }
    var outcome: Outcome
    var resources: UInt64
}

/// The solver for claims, with one limit for each query.
final class ClaimSolver {
    let limits: QueryLimits
    private(set) var resources: UInt64 = 0
    private(set) var queries = 0

    init(resources: UInt32) { limits = QueryLimits(resources: resources) }

    /// Whether the formulas can hold together; if so, small values of the unknowns.
    func search(_ scope: SymbolicScope, _ formulas: [Formula]) -> Answer {
        queries += 1
        do throws(SMTError) {
            let solver = try Solver(scope.context, limits: limits, procedure: .logic("QF_LIA"))
            try solver.assert(scope.definitions)
            try solver.assert(formulas)
            let verdict = try solver.check()
            var used = solver.record?.resourcesUsed ?? 0
            defer { resources += used }
            switch verdict {
            case .unsatisfiable: return Answer(outcome: .impossible, resources: used)
            case .satisfiable:
                var model = try values(solver, scope)
                // Indices up to 0, 1, 3, 7, … until some do: the least power of two.
                var bound = 0
                while bound < 1 << 20, model.values.contains(where: { $0 > bound }) {
                    try solver.push()
                    for unknown in scope.unknowns { try solver.assert(unknown.term <= bound) }
                    let smaller = try solver.check()
                    used += solver.record?.resourcesUsed ?? 0
                    if smaller == .satisfiable {
                        model = try values(solver, scope)
                        break
                    }
                    try solver.pop()
                    bound = 2 * bound + 1
                }
                return Answer(outcome: .possible(model), resources: used)
            case .limitReached: return Answer(outcome: .undecided("not proved within \(limits.resources) resources"), resources: used)
            case .unknown(let reason): return Answer(outcome: .undecided(reason), resources: used)
            }
        } catch {
            return Answer(outcome: .undecided("\(error)"), resources: 0)
        }
    }

    private func values(_ solver: Solver, _ scope: SymbolicScope) throws(SMTError) -> [String: Int] {
        let model = try solver.model()
        var values: [String: Int] = [:]
        for unknown in scope.unknowns { values[unknown.name] = try model.value(of: unknown.term) }
        return values
    }
}
