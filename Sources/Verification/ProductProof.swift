import Programs

/// Proves that the commands of a product execute every multiply-accumulate exactly once, and that sums start once.
struct ProductProof {
    enum Finding {
        case proved
        case wrong(Site, [String: Int], String)
        case unknown(String)
    }

    let text: OperatorText
    let solver: ClaimSolver
    let layers: [String: Int]

    var products: [Site] { text.commands.filter { $0.command?.opcode == "matmul" } }

    /// Loops over which the same sums are added to.
    static func reduction(_ site: Site) -> [LoopFrame] {
        guard let out = site.command?[operand: "out"] else { return [] }
        var used = Set(AffineForm(out.index).variables).union(AffineForm(out.base).variables)
        for extent in out.extents { used.formUnion(extent.variables) }
        // A tile's place in its buffer may not depend on it when there is one buffer: what lies outside of the innermost sums' loops
        // is found by where sums are taken.
        return site.loops.filter { !used.contains($0.variable) }
    }

    // MARK: Sums

    /// Sums start exactly in the first step of their tile: the first along every loop inside of the tile that the sums do not depend on.
    func initialisation(tileLoops: Set<String>) -> Finding {
        for site in products {
            guard let command = site.command else { continue }
            let scope = SymbolicScope(text.sizes)
            let around = scope.layers(text.layers)
            let (i, inI) = scope.iteration(of: site, layers: around.variables, named: "")
            let accumulate = command[attribute: "accumulate"].map { scope.term($0, i) } ?? scope.constant(0)
            let inner = Self.reduction(site).filter { !tileLoops.contains($0.variable) }
            let isFirst = LinearFormula.all(inner.compactMap { i[$0.variable].map { $0 == 0 } })
            let wrong = (accumulate == 0 && !isFirst) || (isFirst && accumulate != 0)
            switch solver.search(scope, around.domain + inI + [wrong]).outcome {
            case .impossible: continue
            case .undecided(let reason): return .unknown(reason)
            case .possible(let model):
                let starts = command[attribute: "accumulate"]?.evaluate(model) ?? 0
                return .wrong(site, model, starts == 0 ? "sums start again in the middle of their tile" : "sums never start: they are added to what was there")
            }
        }
        return .proved
    }

    // MARK: Folds

    /// Along one dimension of a tile, the part that one command does.
    struct Part {
        var start: AffineForm
        var extent: Expression
    }

    static func parts(_ region: Region) -> [Part]? {
        guard let distances = BoxCover.distances(of: region) else { return nil }
        let form = AffineForm(region.index)
        guard form.isLinearInCoordinates, var pieces = form.split(by: distances) else { return nil }
        // A dimension of extent 1 has no distance of its own.
        var result: [Part] = region.extents.map { Part(start: AffineForm(), extent: $0) }
        for place in pieces.indices {
            guard let dimension = region.extents.indices.first(where: { region.extents[$0] != .constant(1) && form.stride(of: $0) == distances[place] })
            else {
                if region.extents.allSatisfy({ $0 == .constant(1) }) { return pieces[place].terms.isEmpty ? result : nil }
                return nil
            }
            pieces[place].add(term: .coordinate(dimension), -1)
            result[dimension].start = pieces[place]
        }
        return result
    }
}
