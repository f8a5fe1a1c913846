/// One search for the best mapping with factors that need not divide.
struct ImperfectRun {
    /// What bounds have left open: a skeleton with rounds whose best mapping is dearer than its bound.
    private struct Open {
        var entry: ImperfectQueue.Entry
        var bound: Merit
    }

    private let problem: LoopNestProblem
    private let hierarchy: MemoryHierarchy
    private let constraints: MapspaceConstraints
    private let skeletons: [ImperfectSkeletons.Entry]
    private let objective: MappingObjective
    private var counts = RoundCounts()
    private var open: [Open] = []
    var best: (problem: LoopNestProblem, mapping: LoopNestMapping, report: LoopNestReport, value: Merit)?
    /// What has not been looked at, or not to the end, is not below.
    private(set) var openBound = Merit.none
    private(set) var labels = 0
    private(set) var searches = 0

    init(
        _ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints, _ skeletons: [ImperfectSkeletons.Entry], _ objective: MappingObjective
    ) {
        self.problem = problem
        self.hierarchy = hierarchy
        self.constraints = constraints
        self.skeletons = skeletons
        self.objective = objective
    }

    /// The problem that the parts and rounds make; `nil` where it would be too large to be counted.
    private func longer(_ skeleton: Int, _ rounds: [Int]) -> LoopNestProblem? {
        var dimensions = problem.dimensions
        for index in dimensions.indices { dimensions[index].extent = skeletons[skeleton].covered[index] * rounds[index] }
        return try? LoopNestProblem(name: problem.name, dimensions: dimensions, dataSpaces: problem.dataSpaces)
    }

    private func floor(_ skeleton: Int, _ rounds: [Int]) -> Merit? {
        guard let longer = longer(skeleton, rounds) else { return nil }
        let cost = SkeletonCost(longer, hierarchy, skeletons[skeleton].skeleton)
        return MapspaceSearch.value(objective, cost.floor, cost.steps)
    }

    private func budget(_ steps: Double) -> Double { best.map { MapspaceSearch.budget(objective, $0.value, steps) } ?? .infinity }

    /// Whether a part less side by side would do with as many rounds: then another skeleton has the same rounds for less.
    private func isWasteful(_ skeleton: Int, _ rounds: [Int]) -> Bool {
        let entry = skeletons[skeleton]
        for (level, wishes) in constraints.levels.enumerated() where wishes.minimumParallelism <= 1 {
            for dimension in rounds.indices {
                let factor = entry.skeleton.spatial[level][dimension]
                guard factor > wishes.spatial[dimension].lowerBound else { continue }
                if entry.covered[dimension] / factor * (factor - 1) * rounds[dimension] >= problem.dimensions[dimension].extent { return true }
            }
        }
        return false
    }

    private mutating func consider(_ longer: LoopNestProblem, _ skeleton: Int, _ loops: [TemporalSearch.Loop]) {
        let mapping = LoopNestMapping(longer, on: hierarchy, constraints, skeletons[skeleton].skeleton, loops)
        do throws(LoopNestError) {
            let report = try LoopNestAnalysis(longer, on: hierarchy).report(mapping)
            precondition(constraints.violations(by: mapping, longer, on: hierarchy).isEmpty, "a search obeys its constraints")
            let value = MapspaceSearch.value(objective, report.energy, Double(report.cycles))
            if value < best?.value ?? .none { best = (longer, mapping, report, value) }
        } catch {
            preconditionFailure("a search makes mappings that can be: \(error)")
        }
    }

    /// Looks at skeletons with rounds by ascending floors.
    ///
    /// - Parameter least: no mapping is below.
    mutating func search(labelLimit: Int, atLeast least: Double, searchEffort: Int) {
        var queue = ImperfectQueue()
        for index in skeletons.indices {
            guard let floor = floor(index, skeletons[index].rounds) else { continue }
            queue.insert(ImperfectQueue.Entry(skeleton: index, rounds: skeletons[index].rounds, last: 0, floor: floor))
        }
        while let entry = queue.removeFirst() {
            if let best, best.value <= entry.floor || best.value.first <= least * (1 + 1e-12) { break }
            guard labels + searches * searchEffort < labelLimit else {
                openBound = min(openBound, entry.floor)
                break
            }
            searches += 1
            look(at: entry, labelLimit: labelLimit)
            append(after: entry, &queue)
        }
    }

    private mutating func look(at entry: ImperfectQueue.Entry, labelLimit: Int) {
        guard let longer = longer(entry.skeleton, entry.rounds) else { return }
        let skeleton = skeletons[entry.skeleton].skeleton
        let cost = SkeletonCost(longer, hierarchy, skeleton)
        guard var search = TemporalSearch(longer, hierarchy, constraints, skeleton, cost, DivisorTable(longer)) else {
            openBound = min(openBound, entry.floor)
            return
        }
        // Something to beat.
        if best == nil, let outcome = search.run(below: .infinity, limit: labelLimit, isGreedy: true), outcome.bound < .infinity {
            consider(longer, entry.skeleton, outcome.loops)
        }
        let outcome = search.run(below: budget(cost.steps), limit: max(1, labelLimit - labels))
        labels += search.effort
        guard let outcome else {
            openBound = min(openBound, entry.floor)
            return
        }
        // Nothing in it is below what has been found.
        guard outcome.bound < .infinity else { return }
        let bound = MapspaceSearch.value(objective, outcome.bound, cost.steps)
        consider(longer, entry.skeleton, outcome.loops)
        if let best, bound.first < best.value.first * (1 - 1e-12) { open.append(Open(entry: entry, bound: bound)) }
    }

    /// The same skeleton with more rounds of one dimension.
    private mutating func append(after entry: ImperfectQueue.Entry, _ queue: inout ImperfectQueue) {
        let skeleton = skeletons[entry.skeleton]
        for dimension in entry.last..<entry.rounds.count {
            guard let next = counts.next(after: entry.rounds[dimension], least: skeleton.rounds[dimension], loops: skeleton.loops[dimension]) else { continue }
            var rounds = entry.rounds
            rounds[dimension] = next
            guard !isWasteful(entry.skeleton, rounds), let floor = floor(entry.skeleton, rounds), floor < best?.value ?? .none else { continue }
            queue.insert(ImperfectQueue.Entry(skeleton: entry.skeleton, rounds: rounds, last: dimension, floor: max(floor, entry.floor)))
        }
    }

    /// Goes one by one through what bounds have left open.
    mutating func close(labelLimit: Int) {
        var closing = 0
        for item in open {
            guard let value = best?.value, item.bound.first < value.first * (1 - 1e-12) else { continue }
            var isClosed = false
            // Cycles that a bandwidth adds are not searched for.
            if objective != .cycles, closing < labelLimit, let longer = longer(item.entry.skeleton, item.entry.rounds) {
                let skeleton = skeletons[item.entry.skeleton].skeleton
                let cost = SkeletonCost(longer, hierarchy, skeleton)
                if var search = TemporalSearch(longer, hierarchy, constraints, skeleton, cost, DivisorTable(longer)) {
                    isClosed = search.visitAll(below: budget(cost.steps), limit: labelLimit - closing) { loops in
                        consider(longer, item.entry.skeleton, loops)
                        return budget(cost.steps)
                    }
                    closing += search.effort
                }
            }
            if !isClosed { openBound = min(openBound, item.bound) }
        }
        labels += closing
    }
}
