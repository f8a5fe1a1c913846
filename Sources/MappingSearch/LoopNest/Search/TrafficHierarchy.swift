/// Traffic as energy.
enum TrafficHierarchy {
    /// A machine on which words at the outermost level cost one each, and energy decides between equals: all that a mapping takes is less
    /// than one word for up to 16 times the least energy.
    static func counting(_ hierarchy: MemoryHierarchy, leastEnergy: Double) -> MemoryHierarchy? {
        var levels = hierarchy.levels
        var compute = hierarchy.compute
        let share = leastEnergy > 0 && leastEnergy.isFinite ? 1 / (16 * leastEnergy) : 0
        for index in levels.indices {
            let energy = levels[index].energy
            levels[index].energy = .init(read: energy.read * share, write: energy.write * share, update: energy.update * share, leak: energy.leak * share)
        }
        let (own, words) = (levels[0].energy, Double(levels[0].blockSize))
        levels[0].energy = .init(read: 1 + own.read / words, write: 1 + own.write / words, update: 1 + own.update / words, leak: own.leak)
        (levels[0].blockSize, levels[0].clusterSize) = (1, 1)
        compute.energy *= share
        return try? MemoryHierarchy(levels: levels, compute: compute)
    }
}

extension LoopNestReport {
    /// Words that the outermost level is read, and written.
    public var traffic: Int {
        (levels.first?.tensors ?? []).reduce(0) { $0 + ($1.map { $0.reads + $0.fills + $0.updates } ?? 0) }
    }
}

extension MapspaceSearch {
    /// The mapping of least traffic, of these the one of least energy.
    ///
    /// - Parameter leastEnergy: of any mapping, or about that.
    func leastTraffic(_ leastEnergy: Double, progress: (Double, Double) -> Bool = { _, _ in true }) throws(MapspaceError) -> MapspaceOutcome {
        guard let machine = TrafficHierarchy.counting(hierarchy, leastEnergy: leastEnergy) else { throw .empty("the outermost level's words cannot be counted") }
        var search = MapspaceSearch(problem, on: machine, constraints: constraints)
        (search.labelLimit, search.skeletonLabelLimit, search.closingLabelLimit) = (labelLimit, skeletonLabelLimit, closingLabelLimit)
        var outcome = try search.run(.energy, progress: progress)
        outcome.count(problem, on: hierarchy)
        return outcome
    }
}

extension MapspaceOutcome {
    /// Makes an outcome on a machine that counts traffic as energy one of traffic.
    ///
    /// All that is not traffic is less than a word, so that the bound is the next whole number of words.
    mutating func count(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy) {
        report = LoopNestAnalysis(problem, on: hierarchy).uncheckedReport(mapping)
        objective = .traffic
        value = Double(report.traffic)
        bound = min(value, bound.rounded(.down))
    }
}
