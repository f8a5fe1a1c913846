/// The loops of a mapping in one row, and what each of them moves.
struct LoopNestLoops {
    struct Loop {
        var level: Int
        var isSpatial: Bool
        var dimension: Int
        var count: Int
        /// How far one round moves along its dimension.
        var stride: Int
    }

    /// Outermost first; none of a single round.
    let loops: [Loop]
    private let problem: LoopNestProblem

    init(_ problem: LoopNestProblem, _ mapping: LoopNestMapping) {
        var loops: [Loop] = []
        for (level, part) in mapping.levels.enumerated() {
            for dimension in part.order.reversed() where part.temporal[dimension] > 1 {
                loops.append(Loop(level: level, isSpatial: false, dimension: dimension, count: part.temporal[dimension], stride: 0))
            }
            for (dimension, count) in part.spatial.enumerated() where count > 1 {
                loops.append(Loop(level: level, isSpatial: true, dimension: dimension, count: count, stride: 0))
            }
        }
        var extents = [Int](repeating: 1, count: problem.dimensions.count)
        for index in loops.indices.reversed() {
            let dimension = loops[index].dimension
            loops[index].stride = extents[dimension]
            extents[dimension] *= loops[index].count
        }
        self.loops = loops
        self.problem = problem
    }

    /// Instances of a level that are in use.
    func instances(of level: Int) -> Int {
        loops.reduce(1) { $1.isSpatial && $1.level < level ? $0 * $1.count : $0 }
    }

    /// Rounds of all temporal loops.
    var steps: Int { loops.reduce(1) { $1.isSpatial ? $0 : $0 * $1.count } }

    /// Words that go into one instance of a level for one tensor, over the whole run.
    ///
    /// From one tile to the next only what is new is moved where the tile slides forward along one of its coordinates. A tile that
    /// jumps back, or along two coordinates at once, is moved whole: so Timeloop counts, and a controller that
    /// remembers one tile and its direction does. A tile that stays is not moved.
    ///
    /// - Parameter extents: of the level's tile, by dimension.
    func words(into level: Int, _ space: Int, extents: [Int]) -> Int {
        let ranks = problem.dataSpaces[space].ranks
        let lengths = ranks.map { LoopNestProblem.length($0, extents) }
        let whole = lengths.reduce(1, *)
        var moved = whole
        // How far the loops within the current one have moved each coordinate when they start over.
        var behind = [Int](repeating: 0, count: ranks.count)
        var rounds = loops.reduce(1) { !$1.isSpatial && $1.level < level ? $0 * $1.count : $0 }
        for loop in loops.reversed() where !loop.isSpatial && loop.level < level {
            var slidingRank = -1, step = 0, isWhole = false
            for (rank, terms) in ranks.enumerated() {
                var shift = -behind[rank]
                for term in terms where term.dimension == loop.dimension {
                    shift += term.coefficient * loop.stride
                    behind[rank] += term.coefficient * loop.stride * (loop.count - 1)
                }
                guard shift != 0 else { continue }
                if slidingRank >= 0 || shift < 0 { isWhole = true }
                (slidingRank, step) = (rank, shift)
            }
            let outside = rounds / loop.count
            if isWhole {
                moved += (loop.count - 1) * outside * whole
            } else if slidingRank >= 0 {
                moved += (loop.count - 1) * outside * (whole / lengths[slidingRank] * min(lengths[slidingRank], step))
            }
            rounds = outside
        }
        return moved
    }

    /// How many different tiles of a tensor the instances of the level `child` have at one moment, for each instance of `parent`:
    /// what the parent sends to more than one of them it reads once.
    ///
    /// Equal tiles are recognised among the instances of one spatial level and not across several, as in Timeloop.
    func distinctTiles(_ space: Int, from parent: Int, to child: Int) -> Int {
        var product = 1
        for level in parent..<child {
            product *= distinctTiles(space, loops.filter { $0.isSpatial && $0.level == level })
        }
        return product
    }

    private func distinctTiles(_ space: Int, _ loops: [Loop]) -> Int {
        let ranks = problem.dataSpaces[space].ranks
        var places: Set<[Int]> = [[Int](repeating: 0, count: ranks.count)]
        for loop in loops {
            let step = ranks.map { terms in terms.reduce(0) { $1.dimension == loop.dimension ? $0 + $1.coefficient * loop.stride : $0 } }
            guard step.contains(where: { $0 != 0 }) else { continue }
            var next: Set<[Int]> = []
            next.reserveCapacity(places.count * loop.count)
            for place in places {
                for round in 0..<loop.count { next.insert(zip(place, step).map { $0 + round * $1 }) }
            }
            places = next
        }
        return places.count
    }
}
