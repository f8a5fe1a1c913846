import SMT

/// A question for the solver: formulas with the definitions of what occurs in them, unknowns numbered as they first occur.
struct ClaimQuery {
    /// The scope's unknowns, in order of first occurrence.
    private(set) var unknowns: [Int] = []
    /// The query's number of each unknown.
    private(set) var numbers: [Int: Int] = [:]
    private(set) var formulas: [LinearFormula] = []
    /// Numbers of the unknowns that have names.
    private(set) var named: [Int] = []
    /// The same for questions that differ in names alone.
    private(set) var key: [Int] = []

    init(_ scope: SymbolicScope, _ claim: LinearFormula) {
        var formulas = [claim]
        if case .conjunction(let list) = claim { formulas = list }
        var unknowns: [Int] = []
        var numbers: [Int: Int] = [:]
        var place = 0
        while place < formulas.count {
            let first = unknowns.count
            let formula = formulas[place]
            formula.forEachUnknown { unknown in
                guard numbers[unknown] == nil else { return }
                numbers[unknown] = unknowns.count
                unknowns.append(unknown)
            }
            for unknown in unknowns[first...] { formulas += scope.definitions[unknown] }
            place += 1
        }
        (self.formulas, self.unknowns, self.numbers) = (formulas, unknowns, numbers)
        named = unknowns.indices.filter { scope.names[unknowns[$0]] != nil }
        key.reserveCapacity(64)
        key.append(named.count)
        key += named
        for formula in formulas { write(formula) }
    }

    private mutating func write(_ formula: LinearFormula) {
        switch formula {
        case .constant(let value): key.append(value ? -1 : -2)
        case .atMostZero(let term): write(-3, term)
        case .zero(let term): write(-4, term)
        case .negation(let inner):
            key.append(-5)
            write(inner)
        case .conjunction(let list), .disjunction(let list):
            if case .conjunction = formula { key.append(-6) } else { key.append(-7) }
            key.append(list.count)
            for inner in list { write(inner) }
        }
    }

    private mutating func write(_ kind: Int, _ term: LinearTerm) {
        key += [kind, term.parts.count, term.constant]
        for part in term.parts { key += [numbers[part.unknown] ?? -1, part.factor] }
    }

    // MARK: For the solver

    func formula(_ formula: LinearFormula, _ terms: [IntegerTerm], _ context: Context) -> Formula {
        switch formula {
        case .constant(let value): context.constant(value)
        case .atMostZero(let term): sum(term, terms, context) <= -term.constant
        case .zero(let term): sum(term, terms, context) == -term.constant
        case .negation(let inner): !self.formula(inner, terms, context)
        case .conjunction(let list): context.all(list.map { self.formula($0, terms, context) })
        case .disjunction(let list): context.any(list.map { self.formula($0, terms, context) })
        }
    }

    private func sum(_ term: LinearTerm, _ terms: [IntegerTerm], _ context: Context) -> IntegerTerm {
        context.sum(
            term.parts.map { part in
                let unknown = terms[numbers[part.unknown] ?? 0]
                return part.factor == 1 ? unknown : unknown * part.factor
            })
    }
}
