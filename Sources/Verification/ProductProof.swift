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

    /// Each tile's rows, columns and depth are done exactly once, over all arrays and folds, and all tiles together make up the
    /// operator's multiply-accumulates.
    ///
    /// - Parameter tileLoops: loops over the tiles of the result.
    func folds(tileLoops: Set<String>, depthLoops: Set<String>, expected: Int) -> Finding {
        var total = 0
        // Cores do parts of the product, each with its own sums.
        var groups: [String: [Site]] = [:]
        for site in products {
            guard let out = site.command?[operand: "out"] else { continue }
            groups["\(out.memory)@\(AffineForm(out.base).expression)", default: []].append(site)
        }
        for (_, sites) in groups.sorted(by: { $0.key < $1.key }) {
            switch volume(sites, tileLoops, depthLoops) {
            case .success(let volume): total += volume
            case .failure(let failure): return failure.finding
            }
        }
        guard total == expected else {
            return products.first.map { .wrong($0, [:], "\(total) multiply-accumulates are executed, the operator has \(expected)") } ?? .unknown("no products")
        }
        return .proved
    }

    private struct Failure: Error { var finding: Finding }

    private func volume(_ sites: [Site], _ tileLoops: Set<String>, _ depthLoops: Set<String>) -> Result<Int, Failure> {
        guard let first = sites.first else { return .success(0) }
        let outer = first.loops.filter { tileLoops.contains($0.variable) || depthLoops.contains($0.variable) }
        guard outer.allSatisfy({ $0.bound.constantValue != nil }) else { return .failure(Failure(finding: .unknown("a loop over tiles without a constant bound"))) }
        // By dimension: the covered extent for each value of the tile loops that it depends on.
        var sizes: [[String: Int]] = [[:], [:], [:]]
        var keys: [[String]] = [[], [], []]
        var seen: [[Int]: [String: [(start: Int, extent: Int, values: [String: Int], site: Int)]]] = [:]
        var varying = [false, false, false]
        for (number, site) in sites.enumerated() {
            guard let command = site.command, let left = command[operand: "left"], let right = command[operand: "right"], let out = command[operand: "out"],
                left.extents.count == 2, right.extents.count == 2, out.extents.count == 2, let sums = Self.parts(out), let operand = Self.parts(right)
            else { return .failure(Failure(finding: .unknown("a product of another form"))) }
            guard left.extents[0] == out.extents[0], right.extents[1] == out.extents[1], left.extents[1] == right.extents[0] else {
                return .failure(Failure(finding: .unknown("operands whose extents are written differently")))
            }
            let starts = [sums[0].start, sums[1].start, depthStart(operand[0].start, outer)]
            let extents = [out.extents[0], out.extents[1], right.extents[0]]
            var taken: Set<String> = []
            for dimension in 0..<3 {
                let names = starts[dimension].variables.union(extents[dimension].variables)
                let loops = Enumeration.loops(site.loops, for: names)
                let own = loops.map(\.variable)
                guard taken.isDisjoint(with: Set(own).subtracting(layers.keys)) else { return .failure(Failure(finding: .unknown("dimensions that share a loop"))) }
                taken.formUnion(own)
                if !loops.isEmpty { varying[dimension] = true }
                let guards = site.guards.filter { condition in !Set(own).isDisjoint(with: condition.left.variables + condition.right.variables) }
                guard guards.allSatisfy({ Set($0.left.variables + $0.right.variables).isSubset(of: Set(own).union(layers.keys)) }) else {
                    return .failure(Failure(finding: .unknown("conditions over several dimensions")))
                }
                var budget = Enumeration.limit
                var problem: Finding?
                let isDone = Enumeration.walk(loops, guards: guards, layers, budget: &budget) { values in
                    guard let start = starts[dimension].expression.evaluate(values), let extent = extents[dimension].evaluate(values) else { return false }
                    if extent <= 0 { problem = .wrong(site, values, "the tile is empty"); return false }
                    let tile = outer.filter { own.contains($0.variable) }.map { "\($0.variable)=\(values[$0.variable] ?? 0)" }.joined(separator: ",")
                    seen[[dimension], default: [:]][tile, default: []].append((start, extent, values, number))
                    return true
                }
                if let problem { return .failure(Failure(finding: problem)) }
                guard isDone else { return .failure(Failure(finding: .unknown("too many iterations along one dimension"))) }
            }
            let idle = site.loops.filter { loop in !taken.contains(loop.variable) && !tileLoops.contains(loop.variable) && loop.bound != .constant(1) && !depthLoops.contains(loop.variable) }
            if let loop = idle.first { return .failure(Failure(finding: .wrong(site, [loop.variable: 1], "the loop over \(loop.variable) multiplies the same again"))) }
        }
        // Arrays share a tile along one dimension and do all of it along the others.
        var isDivided = sites.count == 1
        for dimension in 0..<3 {
            for (tile, pieces) in (seen[[dimension]] ?? [:]).sorted(by: { $0.key < $1.key }) {
                var lists = sites.indices.map { number in pieces.filter { $0.site == number }.sorted { $0.start < $1.start } }
                let isShared = lists.allSatisfy { list in list.elementsEqual(lists[0]) { $0.start == $1.start && $0.extent == $1.extent } }
                if isShared { lists = [lists[0]] } else { isDivided = true }
                let all = lists.flatMap { $0 }.sorted { $0.start < $1.start }
                var next = 0
                for piece in all {
                    if piece.start != next {
                        let what = ["row", "column", "step of depth"][dimension]
                        return .failure(Failure(finding: .wrong(
                            sites[piece.site], piece.values, piece.start < next ? "\(what) \(piece.start) of its tile is done twice" : "\(what)s \(next) to \(piece.start - 1) of their tile are left out")))
                    }
                    next += piece.extent
                }
                sizes[dimension][tile] = next
                keys[dimension].append(tile)
            }
        }
        if !isDivided { return .failure(Failure(finding: .wrong(sites[1], [:], "the same products are done twice"))) }
        // A product over dimensions; what none of them depends on repeats tiles of the same size.
        var volume = 1
        for dimension in 0..<3 { volume *= sizes[dimension].values.reduce(0, +) }
        let used = Set((0..<3).flatMap { dimension in keys[dimension].flatMap { $0.split(separator: ",").map { String($0.split(separator: "=")[0]) } } })
        for loop in outer where !used.contains(loop.variable) { volume *= max(0, loop.bound.constantValue ?? 0) }
        return .success(volume)
    }

    /// Depth counts from the tile's beginning: where all of a held operand lies in its buffer, tiles of depth are no part of it.
    private func depthStart(_ start: AffineForm, _ outer: [LoopFrame]) -> AffineForm {
        var result = AffineForm()
        result.constant = start.constant
        for term in start.terms where Set(term.atom.variables).isDisjoint(with: outer.map(\.variable)) { result.add(term: term.atom, term.factor) }
        return result
    }
}
