import Programs

/// Every multiply-accumulate once: along each dimension the folds of each tile follow one another.
extension ProductProof {
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

    /// Along one dimension: a value of the tile loops that it depends on.
    private struct Tile: Hashable, Comparable {
        /// Number of the list of loops.
        var loops: Int
        var indices: [Int]

        static func < (a: Tile, b: Tile) -> Bool {
            a.loops == b.loops ? a.indices.lexicographicallyPrecedes(b.indices) : a.loops < b.loops
        }
    }

    /// What one iteration does of a tile along one dimension.
    private struct Piece {
        var start: Int
        var extent: Int
        var site: Int
        var values: [Int]
    }

    private func volume(_ sites: [Site], _ tileLoops: Set<String>, _ depthLoops: Set<String>) -> Result<Int, Failure> {
        guard let first = sites.first else { return .success(0) }
        let outer = first.loops.filter { tileLoops.contains($0.variable) || depthLoops.contains($0.variable) }
        guard outer.allSatisfy({ $0.bound.constantValue != nil }) else { return .failure(Failure(finding: .unknown("a loop over tiles without a constant bound"))) }
        // By dimension: what is done of each tile, by the tile loops that the dimension depends on and their indices.
        var tileLoopNames: [[String]] = []
        var seen: [[Tile: [Piece]]] = [[:], [:], [:]]
        // By dimension and site.
        var spaces: [[IterationSpace]] = [[], [], []]
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
                let guards = site.guards.filter { condition in !Set(own).isDisjoint(with: condition.left.variables + condition.right.variables) }
                guard guards.allSatisfy({ Set($0.left.variables + $0.right.variables).isSubset(of: Set(own).union(layers.keys)) }) else {
                    return .failure(Failure(finding: .unknown("conditions over several dimensions")))
                }
                let tooMany = Failure(finding: .unknown("too many iterations along one dimension"))
                guard let space = IterationSpace(loops, guards: guards, layers), let startOf = space.slots(starts[dimension].expression),
                    let extentOf = space.slots(extents[dimension])
                else { return .failure(tooMany) }
                let tileNames = outer.map(\.variable).filter { own.contains($0) }
                let tilePlaces = tileNames.compactMap { space.place(of: $0) }
                let form = tileLoopNames.firstIndex(of: tileNames) ?? tileLoopNames.count
                if form == tileLoopNames.count { tileLoopNames.append(tileNames) }
                var budget = Enumeration.limit
                var problem: Finding?
                let isDone = space.walk(budget: &budget) { values in
                    let extent = extentOf.value(values)
                    if extent <= 0 { problem = .wrong(site, space.named(values), "the tile is empty"); return false }
                    let tile = Tile(loops: form, indices: tilePlaces.map { values[$0] })
                    seen[dimension][tile, default: []].append(Piece(start: startOf.value(values), extent: extent, site: number, values: values))
                    return true
                }
                if let problem { return .failure(Failure(finding: problem)) }
                guard isDone else { return .failure(tooMany) }
                spaces[dimension].append(space)
            }
            let idle = site.loops.filter { loop in !taken.contains(loop.variable) && !tileLoops.contains(loop.variable) && loop.bound != .constant(1) && !depthLoops.contains(loop.variable) }
            if let loop = idle.first { return .failure(Failure(finding: .wrong(site, [loop.variable: 1], "the loop over \(loop.variable) multiplies the same again"))) }
        }
        // Arrays share a tile along one dimension and do all of it along the others.
        var isDivided = sites.count == 1
        // A product over dimensions; what none of them depends on repeats tiles of the same size.
        var volume = 1
        var used: Set<String> = []
        for dimension in 0..<3 {
            var extent = 0
            for (tile, pieces) in seen[dimension].sorted(by: { $0.key < $1.key }) {
                used.formUnion(tileLoopNames[tile.loops])
                var all = pieces
                if sites.count > 1 {
                    let lists = sites.indices.map { number in pieces.filter { $0.site == number }.sorted { $0.start < $1.start } }
                    let isShared = lists.allSatisfy { list in list.elementsEqual(lists[0]) { $0.start == $1.start && $0.extent == $1.extent } }
                    if isShared { all = lists[0] } else { isDivided = true }
                }
                all.sort { $0.start < $1.start }
                var next = 0
                for piece in all {
                    if piece.start != next {
                        let what = ["row", "column", "step of depth"][dimension]
                        return .failure(Failure(finding: .wrong(
                            sites[piece.site], spaces[dimension][piece.site].named(piece.values),
                            piece.start < next ? "\(what) \(piece.start) of its tile is done twice" : "\(what)s \(next) to \(piece.start - 1) of their tile are left out")))
                    }
                    next += piece.extent
                }
                extent += next
            }
            volume *= extent
        }
        if !isDivided { return .failure(Failure(finding: .wrong(sites[1], [:], "the same products are done twice"))) }
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
