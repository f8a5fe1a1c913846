/// Counts what a mapping does on a hierarchy, exactly, and prices it: cycles, accesses of every tensor in every level, energy, area.
///
/// The rules are Timeloop's, derived from its documented semantics and from the statistics of 41 runs of its version 4cf6d4c
/// (the project's `reference/mapping.md` §1.3 and §1.4), all of which come out digit for digit:
///
/// - One multiplication per multiplier and cycle; the rounds of all temporal loops are the cycles unless a level's words
///   per cycle are too few, and then as many more as that level needs. Loading the first tiles and storing the last takes no time.
/// - A level reads what the next inner level that keeps the tensor is filled with, once for all instances that get the same.
/// - Partial sums that leave a level update the next outer one, added up on the way across instances. They are read back, and
///   added to, except for the first of each element, which finds nothing there.
/// - Accesses move blocks; a part of a block costs a whole one.
///
/// Not modelled, here as there: energy of networks, of address generation and of temporal reductions (zero in those runs). Not
/// modelled, other than there: forwarding of tiles between neighbouring instances. It happens in one of the runs (Eyeriss-like,
/// AlexNet conv3) where its fills come out lower than one for each word, because the forwarded words of only one round are counted.
public struct LoopNestAnalysis: Sendable {
    public let problem: LoopNestProblem
    public let hierarchy: MemoryHierarchy

    public init(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy) {
        self.problem = problem
        self.hierarchy = hierarchy
    }

    /// - Throws: what `LoopNestMapping.check` finds.
    public func report(_ mapping: LoopNestMapping) throws(LoopNestError) -> LoopNestReport {
        try mapping.check(problem, on: hierarchy)
        return uncheckedReport(mapping)
    }

    /// For a mapping that is known to be right.
    func uncheckedReport(_ mapping: LoopNestMapping) -> LoopNestReport {
        let loops = LoopNestLoops(problem, mapping)
        let steps = loops.steps
        let instances = hierarchy.levels.indices.map { loops.instances(of: $0) }
        var tensors = hierarchy.levels.map { _ in [LoopNestReport.Tensor?](repeating: nil, count: problem.dataSpaces.count) }
        for space in problem.dataSpaces.indices { count(space, mapping, loops, steps, &tensors) }
        let bandwidthCycles = hierarchy.levels.indices.map { Self.bandwidthCycles(hierarchy.levels[$0], tensors[$0]) }
        let cycles = max(steps, bandwidthCycles.max() ?? 0)
        var energy = Double(problem.computes) * hierarchy.compute.energy
        let computeEnergy = energy
        var levels: [LoopNestReport.Level] = []
        for (index, level) in hierarchy.levels.enumerated() {
            let clusters = min(instances[index], max(1, level.instances / level.clusterSize))
            var own = 0.0
            for space in tensors[index].indices {
                guard var tensor = tensors[index][space] else { continue }
                tensor.energy = Self.energy(tensor, level) * Double(level.clusterSize == 1 ? instances[index] : clusters)
                own += tensor.energy
                tensors[index][space] = tensor
            }
            let isUsed = tensors[index].contains { $0 != nil }
            let leakage = isUsed ? level.energy.leak * Double(cycles) * Double(instances[index]) : 0
            energy += own + leakage
            levels.append(
                LoopNestReport.Level(
                    instances: instances[index], clusters: clusters, tensors: tensors[index], bandwidthCycles: bandwidthCycles[index],
                    leakage: leakage, energy: own + leakage))
        }
        return LoopNestReport(
            computes: problem.computes, computeInstances: loops.instances(of: hierarchy.levels.count),
            availableInstances: hierarchy.compute.instances, computeCycles: steps, cycles: cycles, computeEnergy: computeEnergy,
            levels: levels, energy: energy, area: hierarchy.area)
    }

    /// Accesses of one tensor in all levels.
    private func count(_ space: Int, _ mapping: LoopNestMapping, _ loops: LoopNestLoops, _ steps: Int, _ tensors: inout [[LoopNestReport.Tensor?]]) {
        let keepers = hierarchy.levels.indices.filter { mapping.levels[$0].keeps[space] }
        let whole = problem.size(space)
        let isResult = problem.dataSpaces[space].isResult
        for (position, level) in keepers.enumerated() {
            let isOutermost = position == 0
            let extents = mapping.extents(within: level)
            let moved = loops.words(into: level, space, extents: extents)
            // Towards the inside: into the next level that keeps the tensor, or into the multipliers, once a step.
            let child = position + 1 < keepers.count ? keepers[position + 1] : hierarchy.levels.count
            let wordsOfChild = child < hierarchy.levels.count ? loops.words(into: child, space, extents: mapping.extents(within: child)) : steps
            let requests = wordsOfChild * loops.distinctTiles(space, from: level, to: child)
            let partition = max(1, whole / sideBySide(space, mapping, level))
            let fills = isOutermost ? 0 : isResult ? max(0, moved - partition) : moved
            tensors[level][space] = LoopNestReport.Tensor(
                partitionSize: partition, tileSize: problem.tileSize(space, extents),
                reads: isResult ? max(0, requests - partition) : requests,
                fills: fills,
                updates: isResult ? requests : 0,
                temporalReductions: isResult ? max(0, requests - partition) : 0,
                addressGenerations: fills + requests,
                energy: 0)
        }
    }

    /// The box of coordinates that the instances of a level are spread over.
    private func sideBySide(_ space: Int, _ mapping: LoopNestMapping, _ level: Int) -> Int {
        var extents = [Int](repeating: 1, count: problem.dimensions.count)
        for part in mapping.levels[..<level] {
            for dimension in extents.indices { extents[dimension] *= part.spatial[dimension] }
        }
        return problem.tileSize(space, extents)
    }

    /// Of one instance, or of a cluster's shared array.
    private static func energy(_ tensor: LoopNestReport.Tensor, _ level: MemoryHierarchy.Level) -> Double {
        func blocks(_ words: Int) -> Double { Double((words + level.blockSize - 1) / level.blockSize) }
        return blocks(tensor.reads) * level.energy.read + blocks(tensor.fills) * level.energy.write + blocks(tensor.updates) * level.energy.update
    }

    private static func bandwidthCycles(_ level: MemoryHierarchy.Level, _ tensors: [LoopNestReport.Tensor?]) -> Int {
        var read = 0, written = 0
        for case let tensor? in tensors {
            read += tensor.reads
            written += tensor.fills + tensor.updates
        }
        func cycles(_ words: Int, _ bandwidth: Double?) -> Int {
            guard let bandwidth else { return 0 }
            // At most 2^60 words; bandwidths so small that this is no number of cycles are limited.
            return Int(min(0x1p60, (Double(words) / bandwidth).rounded(.up)))
        }
        return max(cycles(read, level.readBandwidth), cycles(written, level.writeBandwidth), cycles(read + written, level.sharedBandwidth))
    }
}
