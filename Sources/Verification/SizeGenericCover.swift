import Programs

/// Pieces of one dimension of an array, by loops and a coordinate, where the dimension may have any size.
struct SizeGenericCover {
    /// What one statement does along the dimension: from `start`, `extent` indices.
    struct Piece {
        /// With sizes that stand for any.
        var site: Site
        var operand: String
        /// Linear in loop variables, whose factors are numbers, and what is no variable.
        var start: AffineForm
        var extent: Expression

        fileprivate var names: Set<String> { start.variables.union(extent.variables) }

        /// Whether two statements do the same along the dimension.
        static func isSame(_ a: Piece, _ b: Piece) -> Bool {
            let (one, other) = (a.reduced, b.reduced)
            return a.start == b.start && a.extent == b.extent && one.guards == other.guards
                && one.loops.elementsEqual(other.loops) { $0.variable == $1.variable && $0.bound == $1.bound }
        }

        /// The statement with the loops and conditions that matter along the dimension.
        fileprivate var reduced: Site {
            var result = site
            result.loops = Enumeration.loops(site.loops, for: names)
            let bound = Set(result.loops.map(\.variable))
            result.guards = site.guards.filter { condition in
                let used = condition.left.variables + condition.right.variables
                return used.contains { bound.contains($0) } && used.allSatisfy { name in bound.contains(name) || !site.loops.contains { $0.variable == name } }
            }
            return result
        }
    }

    /// What is wrong, and the smallest size for which it is.
    struct Failure {
        var message: String
        var size: Int?
        var values: [String: Int] = [:]

        var text: String { size.map { "\(message) where it has \($0)" } ?? message }
    }

    let sizes: SymbolicSizes
    let solver: ClaimSolver
    let layers: [String: Int]
    /// Of the dimension.
    let size: Expression
    /// What stands for the size in a counterexample.
    let sizeName: String

    /// An iteration of the loops that a piece depends on, and a place in it.
    private struct Place {
        var index: LinearTerm
        var variables: [String: LinearTerm]
        var loops: [String]
        var within: LinearTerm
        var extent: LinearTerm
        /// Of the loops, without the place.
        var domain: [LinearFormula]
        var inside: LinearFormula
    }

    private func place(_ piece: Piece, _ scope: SymbolicScope, named prefix: String) -> Place {
        let site = piece.reduced
        let (variables, domain) = scope.iteration(of: site, layers: layers.mapValues { scope.constant($0) }, named: prefix)
        let within = scope.unknown("\(prefix)$")
        let extent = scope.term(piece.extent, variables)
        return Place(
            index: scope.term(piece.start.expression, variables) + within, variables: variables, loops: site.loops.map(\.variable), within: within,
            extent: extent, domain: domain, inside: within >= 0 && within < extent)
    }

    /// Every index lies inside; `nil` when proved.
    func outside(_ pieces: [Piece]) -> Failure? {
        for piece in pieces {
            let failure = failure("\(piece.operand) of \(piece.site.unit) lies outside") { scope, all in
                let place = place(piece, scope, named: "")
                return place.domain + [place.inside, place.index < 0 || place.index >= all]
            }
            if let failure { return failure }
        }
        return nil
    }

    /// Every index is inside, none is done twice, none is left out, and no piece is empty; `nil` when proved.
    func failure(_ pieces: [Piece]) -> Failure? {
        if let failure = outside(pieces) { return failure }
        for (number, piece) in pieces.enumerated() {
            let what = "\(piece.operand) of \(piece.site.unit)"
            if let failure = failure("\(what) is empty", { scope, _ in
                let place = place(piece, scope, named: "")
                return place.domain + [place.extent <= 0]
            }) { return failure }
            for other in pieces[number...].indices {
                if let failure = failure("\(what) has an index twice", { scope, _ in
                    let (one, two) = (place(piece, scope, named: "i."), place(pieces[other], scope, named: "j."))
                    var claims = one.domain + two.domain + [one.inside, two.inside, one.index == two.index]
                    if other == number {
                        claims.append(LinearFormula.any(one.loops.map { (one.variables[$0] ?? one.within) != (two.variables[$0] ?? two.within) } + [one.within != two.within]))
                    }
                    return claims
                }) { return failure }
            }
        }
        return failure("\(pieces.first?.operand ?? "it") leaves an index out") { scope, all in
            let index = scope.unknown("x")
            return [index >= 0, index < all] + pieces.map { !witness($0, index, scope) }
        }
    }

    /// That a piece has an index, where loops and coordinate follow from it by division, from the longest steps to the shortest.
    private func witness(_ piece: Piece, _ index: LinearTerm, _ scope: SymbolicScope) -> LinearFormula {
        let site = piece.reduced
        let fixed = site.fixedIndices
        var variables = layers.mapValues { scope.constant($0) }
        var inside: [LinearFormula] = []
        var rest = index - piece.start.constant
        var steps: [(name: String, factor: Int)] = []
        for term in piece.start.terms {
            if case .variable(let name) = term.atom, SymbolicSizes.isSize(name) {
                rest = rest - scope.term(term.atom, [:]) * term.factor
                continue
            }
            guard case .variable(let name) = term.atom, let loop = site.loops.first(where: { $0.variable == name }) else { return .constant(false) }
            if let value = fixed[name] {
                let value = scope.term(value, variables)
                variables[name] = value
                rest = rest - value * term.factor
                inside += [value >= 0, value < scope.term(loop.bound, variables)]
            } else {
                steps.append((name, term.factor))
            }
        }
        // A loop whose index fixes no place does the same again.
        guard site.loops.allSatisfy({ loop in variables[loop.variable] != nil || steps.contains { $0.name == loop.variable } }), steps.allSatisfy({ $0.factor > 0 })
        else { return .constant(false) }
        for step in steps.sorted(by: { $0.factor > $1.factor }) {
            let (quotient, remainder) = scope.division(rest, step.factor)
            (variables[step.name], rest) = (quotient, remainder)
        }
        for loop in site.loops where fixed[loop.variable] == nil {
            guard let value = variables[loop.variable] else { continue }
            inside += [value >= 0, value < scope.term(loop.bound, variables)]
        }
        inside += site.guards.map { scope.formula($0, variables) }
        inside += [rest >= 0, rest < scope.term(piece.extent, variables)]
        return LinearFormula.all(inside)
    }

    private func failure(_ message: String, _ claim: (SymbolicScope, LinearTerm) -> [LinearFormula]) -> Failure? {
        let scope = SymbolicScope(sizes)
        let all = scope.term(size, [:])
        let formulas = claim(scope, all)
        switch solver.search(scope, formulas).outcome {
        case .impossible: return nil
        case .undecided(let reason): return Failure(message: "\(message): \(reason)")
        case .possible(var model):
            // The smallest size.
            let unknown = scope.unknown("free:\(sizeName)")
            var (low, high) = (1, model["free:\(sizeName)"] ?? 1)
            while low < high {
                let middle = (low + high) / 2
                guard case .possible(let smaller) = solver.search(scope, formulas + [unknown <= scope.constant(middle)]).outcome else { low = middle + 1; continue }
                model = smaller
                high = min(middle, max(low, smaller["free:\(sizeName)"] ?? middle))
            }
            return Failure(message: message, size: high, values: model)
        }
    }
}
