/// Energies of a skeleton: what is settled, and for each pair of levels between which a tensor moves, what moved words cost.
struct SkeletonCost {
    /// Words of one tensor from a level into the next inner one that keeps it.
    struct Boundary {
        var space: Int
        var child: Int
        var parent: Int
        var isResult: Bool
        /// Picojoules for a block, of all instances.
        var fillEnergy: Double
        var readEnergy: Double
        var updateEnergy: Double
        var childBlock: Double
        var parentBlock: Double
        /// Different words for each word that one instance gets, for each instance of the parent.
        var distinct: Double
        /// First touches, that find nothing to be read.
        var childPartition: Double
        var parentPartition: Double
        /// At least so many words move into one instance.
        var floor = 0.0

        /// Picojoules when `words` move into each instance.
        @inline(__always)
        func energy(_ words: Double) -> Double {
            let requests = words * distinct
            if isResult {
                return blocks(max(0, words - childPartition), childBlock) * fillEnergy + blocks(requests, parentBlock) * updateEnergy
                    + blocks(max(0, requests - parentPartition), parentBlock) * readEnergy
            }
            return blocks(words, childBlock) * fillEnergy + blocks(requests, parentBlock) * readEnergy
        }

        @inline(__always)
        private func blocks(_ words: Double, _ size: Double) -> Double { size == 1 ? words : (words / size).rounded(.up) }

        /// Of one word more, without rounding to blocks.
        var slope: Double {
            fillEnergy / childBlock + distinct * (isResult ? updateEnergy + readEnergy : readEnergy) / parentBlock
        }

        /// At most so much above `linear` is `energy`, for as many words as can be; infinite where that is not known.
        var blockError: Double {
            if isResult { return .infinity }
            return (childBlock == 1 ? 0 : fillEnergy) + (parentBlock == 1 ? 0 : readEnergy)
        }

        /// Never more than `energy`.
        func linear(_ words: Double) -> Double {
            guard isResult else { return slope * words }
            return slope * words - childPartition * fillEnergy / childBlock - parentPartition * readEnergy / parentBlock
        }
    }

    /// Rounds of all temporal loops.
    let steps: Double
    /// Multiplications, what the multipliers read and write, and leakage during the steps.
    let settled: Double
    /// By tensor, innermost first.
    let boundaries: [[Boundary]]
    /// Temporal extents, by dimension.
    let extents: [Int]
    /// Spatial factors inside of each level's temporal loops, by level times dimensions plus dimension.
    let insideOf: [Int]
    /// Whether the figures are exact: no coordinate has two dimensions side by side, and no bandwidth can make more cycles.
    let isExact: Bool

    /// At least, whatever the temporal loops are.
    var floor: Double {
        boundaries.reduce(settled) { $1.reduce($0) { $0 + $1.energy($1.floor) } }
    }

    init(_ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ skeleton: MapspaceSkeleton) {
        let levels = hierarchy.levels.count, dimensions = problem.dimensions.count
        var inside = [[Int]](repeating: [Int](repeating: 1, count: dimensions), count: levels + 1)
        for level in (0..<levels).reversed() {
            for dimension in 0..<dimensions { inside[level][dimension] = inside[level + 1][dimension] * skeleton.spatial[level][dimension] }
        }
        insideOf = inside.flatMap { $0 }
        isExact = hierarchy.levels.allSatisfy { $0.readBandwidth == nil && $0.writeBandwidth == nil && $0.sharedBandwidth == nil }
            && skeleton.spatial.allSatisfy { spatial in
                problem.dataSpaces.allSatisfy { space in
                    let spread = space.ranks.flatMap { $0 }.filter { spatial[$0.dimension] > 1 }.map(\.dimension)
                    return space.ranks.allSatisfy { $0.count { spatial[$0.dimension] > 1 } <= 1 } && Set(spread).count == spread.count
                }
            }
        let extents = (0..<dimensions).map { problem.dimensions[$0].extent / inside[0][$0] }
        self.extents = extents
        let steps = extents.reduce(1.0) { $0 * Double($1) }
        self.steps = steps
        // Instances in use, of each level and of the multipliers.
        var instances = [1]
        for level in 0..<levels { instances.append(instances[level] * skeleton.spatial[level].reduce(1, *)) }
        func arrays(_ level: Int) -> Double {
            let own = hierarchy.levels[level]
            return Double(own.clusterSize == 1 ? instances[level] : min(instances[level], max(1, own.instances / own.clusterSize)))
        }
        func partition(_ space: Int, _ level: Int) -> Double {
            var beside = [Int](repeating: 1, count: dimensions)
            for outer in 0..<level { for dimension in 0..<dimensions { beside[dimension] *= skeleton.spatial[outer][dimension] } }
            return Double(max(1, problem.size(space) / problem.tileSize(space, beside)))
        }
        /// At least, since there are at least a + b − 1 different sums of a and b numbers; exact where no two dimensions of one coordinate are
        /// spread by the same level.
        func distinct(_ space: Int, _ parent: Int, _ child: Int) -> Double {
            var product = 1.0
            for level in parent..<child {
                let ranks = problem.dataSpaces[space].ranks
                // Dimensions that are in several coordinates count once.
                var counted = [Bool](repeating: false, count: dimensions)
                for rank in ranks {
                    var most = 1
                    for term in rank where !counted[term.dimension] { most += skeleton.spatial[level][term.dimension] - 1 }
                    for term in rank { counted[term.dimension] = true }
                    product *= Double(most)
                }
            }
            return product
        }
        var settled = Double(problem.computes) * hierarchy.compute.energy
        var boundaries: [[Boundary]] = []
        for (space, entry) in problem.dataSpaces.enumerated() {
            let keepers = (0..<levels).filter { skeleton.keeps[$0][space] }.reversed().map { $0 }
            var own: [Boundary] = []
            for (child, parent) in zip(keepers, keepers.dropFirst()) {
                let (inner, outer) = (hierarchy.levels[child], hierarchy.levels[parent])
                var boundary = Boundary(
                    space: space, child: child, parent: parent, isResult: entry.isResult, fillEnergy: inner.energy.write * arrays(child),
                    readEnergy: outer.energy.read * arrays(parent), updateEnergy: outer.energy.update * arrays(parent), childBlock: Double(inner.blockSize),
                    parentBlock: Double(outer.blockSize), distinct: distinct(space, parent, child), childPartition: partition(space, child),
                    parentPartition: partition(space, parent))
                // Every round of a dimension alone needs another word of its coordinate.
                boundary.floor = entry.ranks.reduce(1.0) { product, rank in product * Double(rank.map { extents[$0.dimension] }.max() ?? 1) }
                var counted: Set<Int> = []
                if entry.ranks.contains(where: { rank in rank.contains { !counted.insert($0.dimension).inserted } }) { boundary.floor = 1 }
                own.append(boundary)
            }
            boundaries.append(own)
            guard let innermost = keepers.first else { continue }
            let level = hierarchy.levels[innermost]
            let requests = steps * distinct(space, innermost, levels)
            func blocks(_ words: Double) -> Double { (max(0, words) / Double(level.blockSize)).rounded(.up) }
            let energy =
                entry.isResult
                ? blocks(requests) * level.energy.update + blocks(requests - partition(space, innermost)) * level.energy.read
                : blocks(requests) * level.energy.read
            settled += energy * arrays(innermost)
        }
        for level in 0..<levels where skeleton.keeps[level].contains(true) {
            settled += hierarchy.levels[level].energy.leak * steps * Double(instances[level])
        }
        self.settled = settled
        self.boundaries = boundaries
    }
}
