import Mapping
import OperatorGraph

extension ProductExtents {
    /// Whether a product is this one or a part of it.
    func covers(_ part: ProductExtents) -> Bool { part.batch <= batch && part.m <= m && part.k == k && part.n <= n }
}

extension Lowerer {
    /// Tiles that a product has to have: those in which an operator's blocks before it have their weights, or what the file says.
    func agreed(_ shared: MatmulMapping?, _ given: MatmulMapping?, _ problem: MatmulProblem, _ most: MatmulResources) -> MatmulMapping? {
        guard let shared else { return given }
        if let given, given.tileN == min(shared.tileN, problem.n), given.tileK == shared.tileK { return given }
        var mapping = shared.fitted(to: problem)
        // Where this block has less room than the first one, fewer rows at once.
        func fits() -> Bool {
            let needs = MatmulAllocation(mapping, problem).needs(most)
            return needs.left <= most.leftBudget && needs.right <= most.rightBudget && needs.sums <= most.sumBudget
        }
        let unit = max(1, problem.rowUnit)
        while !fits(), mapping.tileM > unit { mapping.tileM = max(unit, mapping.tileM / 2 / unit * unit) }
        return mapping
    }

    /// The unit that the blocks of an operator before this one took: all take the same.
    func unitOfBlocks(of name: String) -> ChosenUnit.Kind? {
        guard let base = fused.base(of: name) else { return nil }
        return units.last { BlockName.base(of: $0.name) == base }?.kind
    }

    /// What the file says of a block's operator, where it says nothing of the block.
    func ofBase<Entry>(_ name: String, _ entry: (String) -> Entry?) -> Entry? {
        entry(name) ?? BlockName.base(of: name).flatMap(entry)
    }
}

extension [String] {
    /// With the names of operators and tensors whose blocks are in it.
    var withBases: [String] {
        var seen: Set<String> = []
        return self + compactMap { BlockName.base(of: $0) }.filter { seen.insert($0).inserted }
    }
}

extension WorkloadMapping {
    /// What is said of every block of an operator alike is said once of the operator.
    mutating func joinBlocks(_ products: [MappedProduct]) {
        let fusedOperators = Set(fusion.flatMap(\.operators))
        guard !fusion.isEmpty else { return }
        func base(_ name: String) -> String? { BlockName.base(of: name).flatMap { fusedOperators.contains($0) ? $0 : nil } }
        joinOperators(products, base)
        joinUnits(base)
        joinTensors()
    }

    private mutating func joinOperators(_ products: [MappedProduct], _ base: (String) -> String?) {
        let problems = Dictionary(products.map { ($0.request.operatorName, $0.request.problem) }) { first, _ in first }
        var blocks: [String: [MappedOperator]] = [:]
        for entry in operators { if let name = base(entry.name) { blocks[name, default: []].append(entry) } }
        // The entry that speaks for the most blocks; its product covers all of theirs.
        var common: [String: MappedOperator] = [:]
        func speaks(_ entry: MappedOperator, for other: MappedOperator) -> Bool {
            guard let whole = entry.product, let part = other.product, whole.covers(part), let problem = problems[other.name] else { return false }
            return entry.mapping.fitted(to: problem) == other.mapping
        }
        for (name, entries) in blocks {
            let counts = entries.map { entry in entries.count { speaks(entry, for: $0) } }
            guard let most = counts.max(), most > 1, let index = counts.firstIndex(of: most) else { continue }
            common[name] = entries[index]
        }
        var joined: [MappedOperator] = []
        for var entry in operators {
            guard let name = base(entry.name), let shared = common[name] else {
                joined.append(entry)
                continue
            }
            if entry == shared {
                entry.name = name
                joined.append(entry)
            } else if !speaks(shared, for: entry) {
                joined.append(entry)
            }
        }
        operators = joined
    }

    private mutating func joinUnits(_ base: (String) -> String?) {
        var kinds: [String: Set<ChosenUnit.Kind>] = [:]
        for unit in units { if let name = base(unit.name) { kinds[name, default: []].insert(unit.kind) } }
        var seen: Set<String> = []
        units = units.compactMap { unit in
            guard let name = base(unit.name), kinds[name]?.count == 1 else { return unit }
            return seen.insert(name).inserted ? ChosenUnit(name: name, kind: unit.kind) : nil
        }
    }

    private mutating func joinTensors() {
        var places: [String: [PlacedTensor]] = [:]
        for tensor in tensors { if let name = BlockName.base(of: tensor.name) { places[name, default: []].append(tensor) } }
        let names = Set(tensors.map(\.name))
        var seen: Set<String> = []
        tensors = tensors.compactMap { tensor in
            guard let name = BlockName.base(of: tensor.name), !names.contains(name), let all = places[name],
                all.allSatisfy({ $0.place == tensor.place && $0.address == tensor.address })
            else { return tensor }
            return seen.insert(name).inserted ? PlacedTensor(name: name, place: tensor.place, address: tensor.address) : nil
        }
    }
}
