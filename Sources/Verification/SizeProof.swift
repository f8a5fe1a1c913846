import Programs

/// Proves a cut for every size D of its dimension: unbounded integers, the negated claim handed to the solver.
struct SizeProof {
    let solver: ClaimSolver

    private struct Chain {
        var tile: LinearTerm, fold: LinearTerm, inside: LinearTerm
        var index: LinearTerm
        var domain: [LinearFormula]
        var extent: LinearTerm
    }

    private func chain(_ cut: DimensionCut, _ size: LinearTerm, _ scope: SymbolicScope, _ name: String) -> Chain {
        let (tile, fold, inside) = (scope.unknown(name + "t"), scope.unknown(name + "l"), scope.unknown(name + "x"))
        let count = scope.division(size + (cut.tile - 1), cut.tile).quotient
        var domain = [tile >= 0, tile < count, inside >= 0, fold >= 0]
        let rest = scope.minimum(scope.constant(cut.tile), size - tile * cut.tile)
        guard cut.fold > 0 else {
            domain += [fold == 0, inside < rest]
            return Chain(tile: tile, fold: fold, inside: inside, index: tile * cut.tile + inside, domain: domain, extent: rest)
        }
        domain.append(fold < scope.division(rest + (cut.fold - 1), cut.fold).quotient)
        let extent = scope.minimum(scope.constant(cut.fold), rest - fold * cut.fold)
        domain.append(inside < extent)
        return Chain(tile: tile, fold: fold, inside: inside, index: tile * cut.tile + fold * cut.fold + inside, domain: domain, extent: extent)
    }

    /// Inside, no index twice, no index left out, no empty tile.
    func holds(_ cut: DimensionCut) -> Bool {
        let claims: [(SymbolicScope, LinearTerm) -> [LinearFormula]] = [
            { scope, size in
                let chain = chain(cut, size, scope, "i.")
                return chain.domain + [chain.index < 0 || chain.index >= size]
            },
            { scope, size in
                let (one, other) = (chain(cut, size, scope, "i."), chain(cut, size, scope, "j."))
                return one.domain + other.domain + [one.index == other.index, one.tile != other.tile || one.fold != other.fold || one.inside != other.inside]
            },
            { scope, size in
                // The witness: which tile, fold and place an index belongs to.
                let index = scope.unknown("x")
                let (tile, within) = scope.division(index, cut.tile)
                let fold = cut.fold > 0 ? scope.division(within, cut.fold).quotient : scope.constant(0)
                let inside = cut.fold > 0 ? scope.division(within, cut.fold).rest : within
                let chain = chain(cut, size, scope, "i.")
                return [index >= 0, index < size, chain.tile == tile, chain.fold == fold, chain.inside == inside, !LinearFormula.all(chain.domain)]
            },
            { scope, size in
                // A tile, or a fold of it, in which there is nothing: the loops without the place inside.
                let chain = chain(cut, size, scope, "i.")
                return chain.domain.dropLast() + [chain.extent <= 0]
            },
        ]
        return solver.together {
            for claim in claims {
                let scope = SymbolicScope()
                let size = scope.unknown("D")
                guard case .impossible = solver.search(scope, [size >= 1] + claim(scope, size)).outcome else { return false }
            }
            return true
        }
    }
}
