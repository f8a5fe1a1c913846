import SMT

/// What came of a query.
struct Answer {
    enum Outcome { case impossible, possible([String: Int]), undecided(String) }
    var outcome: Outcome
    var resources: UInt64
}

/// The solver for claims, with one limit for each query. What has been asked once, in the same words for other addresses or another
/// core, is not asked again.
///
/// A context of Z3 costs more than most questions: those of one proof are asked in one context, one after the other. Where one can hold, each is
/// asked by itself.
final class ClaimSolver {
    let limits: QueryLimits
    private(set) var resources: UInt64 = 0
    private(set) var queries = 0
    /// Queries that were answered by an earlier one.
    private(set) var repeats = 0

    private enum Known { case impossible, possible([Int]), undecided(String) }
    private var known: [[Int]: Known] = [:]
    /// What is to be asked together; `nil` outside of ``together(_:)``.
    private var collected: [ClaimQuery]?
    private var collectedKeys: Set<[Int]> = []

    /// Questions that are asked together.
    private static let most = 8
    /// Resources for each of them; what takes more is asked by itself.
    private static let share: UInt32 = 40_000

    init(resources: UInt32) { limits = QueryLimits(resources: resources) }

    /// Has Z3 make what all of its contexts share.
    func start() {
        let scope = SymbolicScope()
        let unknown = scope.unknown("x")
        _ = ask(ClaimQuery(scope, LinearFormula.all([unknown >= scope.constant(1), unknown <= scope.constant(0)])))
    }

    /// Whether the formulas can hold together; if so, small values of the unknowns.
    func search(_ scope: SymbolicScope, _ formulas: [LinearFormula]) -> Answer {
        queries += 1
        guard case let whole = LinearFormula.all(formulas), !whole.isFalse else { return Answer(outcome: .impossible, resources: 0) }
        let query = ClaimQuery(scope, whole)
        if let known = known[query.key] {
            repeats += 1
            return Answer(outcome: outcome(known, query, scope), resources: 0)
        }
        if collected != nil {
            if collectedKeys.insert(query.key).inserted { collected?.append(query) }
            return Answer(outcome: .impossible, resources: 0)
        }
        let (found, used) = ask(query)
        resources += used
        known[query.key] = found
        return Answer(outcome: outcome(found, query, scope), resources: used)
    }

    /// A proof, all of whose questions are asked at once.
    ///
    /// - Parameter proof: is run as if nothing that is not known could hold; when that turns out wrong, once more. It has to do nothing but ask
    ///   and answer.
    func together<Result>(_ proof: () -> Result) -> Result {
        guard collected == nil else { return proof() }
        let before = (queries, repeats)
        collected = []
        let result = proof()
        let open = collected ?? []
        (collected, collectedKeys) = (nil, [])
        if open.isEmpty { return result }
        if open.count == 1 {
            let (found, used) = ask(open[0])
            resources += used
            known[open[0].key] = found
            if case .impossible = found { return result }
        } else {
            var isProved = true
            for first in stride(from: 0, to: open.count, by: Self.most) where isProved {
                let some = Array(open[first..<min(open.count, first + Self.most)])
                isProved = areImpossible(some)
                if isProved { for query in some { known[query.key] = .impossible } }
            }
            if isProved { return result }
        }
        (queries, repeats) = before
        return proof()
    }

    /// Whether none of the claims can hold.
    private func areImpossible(_ list: [ClaimQuery]) -> Bool {
        do throws(SMTError) {
            let context = Context()
            let each = QueryLimits(resources: min(limits.resources, Self.share * UInt32(list.count)))
            let solver = try Solver(context, limits: each, procedure: .simple)
            for (number, query) in list.enumerated() {
                let terms = query.unknowns.indices.map { context.integer("x\(number).\($0)") }
                try solver.push()
                for formula in query.formulas { try solver.assert(query.formula(formula, terms, context)) }
                let verdict = try solver.check()
                resources += solver.record?.resourcesUsed ?? 0
                guard verdict == .unsatisfiable else { return false }
                try solver.pop()
            }
            return true
        } catch {
            return false
        }
    }

    private func outcome(_ known: Known, _ query: ClaimQuery, _ scope: SymbolicScope) -> Answer.Outcome {
        switch known {
        case .impossible: return .impossible
        case .undecided(let reason): return .undecided(reason)
        case .possible(let values):
            var model: [String: Int] = [:]
            for name in scope.names { if let name { model[name] = 0 } }
            for (number, unknown) in query.unknowns.enumerated() { if let name = scope.names[unknown] { model[name] = values[number] } }
            return .possible(model)
        }
    }

    private func ask(_ query: ClaimQuery) -> (Known, UInt64) {
        var used: UInt64 = 0
        do throws(SMTError) {
            let context = Context()
            let terms = query.unknowns.indices.map { context.integer("x\($0)") }
            let solver = try Solver(context, limits: limits, procedure: .simple)
            for formula in query.formulas { try solver.assert(query.formula(formula, terms, context)) }
            let verdict = try solver.check()
            used = solver.record?.resourcesUsed ?? 0
            switch verdict {
            case .unsatisfiable: return (.impossible, used)
            case .satisfiable:
                var model = try values(solver, terms)
                // Indices up to 0, 1, 3, 7, … until some do: the least power of two.
                let named = query.named
                var bound = 0
                while bound < 1 << 20, named.contains(where: { model[$0] > bound }) {
                    try solver.push()
                    for number in named { try solver.assert(terms[number] <= bound) }
                    let smaller = try solver.check()
                    used += solver.record?.resourcesUsed ?? 0
                    if smaller == .satisfiable {
                        model = try values(solver, terms)
                        break
                    }
                    try solver.pop()
                    bound = 2 * bound + 1
                }
                // A model is not trusted.
                guard query.formulas.allSatisfy({ $0.holds { model[query.numbers[$0] ?? 0] } }) else { return (.undecided("the solver's model does not hold"), used) }
                return (.possible(model), used)
            case .limitReached: return (.undecided("not proved within \(limits.resources) resources"), used)
            case .unknown(let reason): return (.undecided(reason), used)
            }
        } catch {
            return (.undecided("\(error)"), used)
        }
    }

    private func values(_ solver: Solver, _ terms: [IntegerTerm]) throws(SMTError) -> [Int] {
        let model = try solver.model()
        var values: [Int] = []
        for term in terms { values.append(try model.value(of: term)) }
        return values
    }
}

extension LinearFormula {
    var isFalse: Bool { if case .constant(false) = self { true } else { false } }
}
