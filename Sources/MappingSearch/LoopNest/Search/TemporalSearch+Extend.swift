/// Puts loops around partial nests.
extension TemporalSearch {
    /// Places the loops of a phase, one factor at a time, until there are none left to place or more labels than `limit`.
    mutating func extend(_ phase: TemporalPhase, below budget: Double, limit: Int) {
        var place = TemporalPlace(self)
        var savings = [Double](repeating: 0, count: boundaries.count + place.opened.count)
        var jumpBits: [UInt64] = []
        var promising: [Int32] = []
        var bit: UInt64 = 0
        for jump in phase.jumps {
            jumpBits.append(jump > 1 ? 1 << (open.jumpShift + bit) : 0)
            if jump > 1 { bit += 1 }
        }
        let future = futureFloor[phase.level]
        for index in 0..<space.count where heads[index] >= 0 {
            if labels.keys.count > limit { return }
            locate(&place, index)
            fill(&place, phase.level)
            // Labels that cannot become good enough stay in the list, and are dropped at the end of the phase.
            promising.removeAll(keepingCapacity: true)
            var label = heads[index]
            while label >= 0 {
                if labels.costs[Int(label)] - slack(labels.keys[Int(label)], place) < budget - future { promising.append(label) }
                label = labels.following[Int(label)]
            }
            if promising.isEmpty { continue }
            for step in space.steps where phase.isAllowed[step.dimension] {
                let next = index + space.advances[step.first + place.places[step.dimension]]
                if next == index { continue }
                move(step.dimension, step.prime, promising, next, 0, place, &savings, phase.level)
            }
            for (dimension, rounds) in phase.jumps.enumerated() where rounds > 1 {
                let reached = place.extents[dimension] * rounds
                guard space.extents[dimension] % reached == 0, let target = space.divisors[dimension].firstIndex(of: reached) else { continue }
                let next = index + (target - place.places[dimension]) * space.multipliers[dimension]
                move(dimension, rounds, promising, next, jumpBits[dimension], place, &savings, phase.level)
            }
        }
    }

    /// Puts a loop around all labels of some extents.
    @inline(__always)
    private mutating func move(
        _ dimension: Int, _ rounds: Int, _ promising: [Int32], _ next: Int, _ jump: UInt64, _ place: borrowing TemporalPlace, _ savings: inout [Double], _ level: Int
    ) {
        if fits[next] == 0 { fits[next] = fitsTile(level, place.extents, dimension, rounds) ? 1 : 2 }
        guard fits[next] == 1 else { return }
        let dimensions = space.extents.count
        // Tensors that the loop does not touch are moved less often.
        for tensor in place.opened.indices where relevance[tensor * dimensions + dimension] == 0 {
            let opened = place.opened[tensor]
            guard opened > 0 else { continue }
            let first = firstBoundary[tensor], end = first + opened
            var total = 0.0
            for position in (first..<end).reversed() {
                let words = place.tiles[position] * place.rest
                total += place.costs[position] - boundaries[position].energy(words / Double(rounds))
                savings[first + tensor + end - position] = total
            }
        }
        for current in promising {
            let key = labels.keys[Int(current)]
            if jump != 0, key & jump != 0 { continue }
            var cost = labels.costs[Int(current)], error = labels.errors[Int(current)]
            var changed = key | jump
            for tensor in place.opened.indices {
                let (shift, mask) = (open.fields[tensor].shift, open.fields[tensor].mask)
                let value = (key >> shift) & mask
                let count = OpenBoundaries.count(value)
                if count == 0 { continue }
                let kind = relevance[tensor * dimensions + dimension]
                var replacement = value
                if kind == 0, OpenBoundaries.mode(value) == 0 {
                    cost -= savings[firstBoundary[tensor] + tensor + count]
                    // What slides has been moved, and goes back.
                    replacement = OpenBoundaries.latest(value)
                } else if kind >= 2 {
                    let end = firstBoundary[tensor] + place.opened[tensor], older = OpenBoundaries.older(value)
                    let latest = OpenBoundaries.latest(value)
                    var (new, saving) = slide(tensor, latest, kind - 2, dimension, rounds, place, level, end, older != 0)
                    if OpenBoundaries.mode(latest) == 0, new != 0 { error += blockErrors((end - count)..<end) }
                    if older != 0 {
                        let (newOlder, savingOfOlder) = slide(tensor, older, kind - 2, dimension, rounds, place, level, end - count, false)
                        saving += savingOfOlder
                        if new != 0 { new = OpenBoundaries.field(new, older: newOlder) }
                    }
                    cost -= saving
                    replacement = new
                } else {
                    replacement = 0
                }
                if replacement != value { changed = changed & ~(mask << shift) | replacement << shift }
            }
            insert(key: changed, cost: cost, error: error, parent: current, level: level, dimension: dimension, rounds: rounds, at: next)
        }
    }

    /// Picojoules by which boundaries whose tiles slide can be dearer than without rounding to blocks.
    @inline(__always)
    private func blockErrors(_ positions: Range<Int>) -> Double { positions.reduce(0) { $0 + boundaries[$1].blockError } }

    /// Whether the tiles that a level keeps fit into it when its loops and those within cover the extents, one of them some times over.
    @inline(__always)
    func fitsTile(_ level: Int, _ extents: [Int], _ dimension: Int = 0, _ rounds: Int = 1) -> Bool {
        let capacity = capacities[level]
        guard capacity < .max else { return true }
        let inside = level * extents.count
        var words = 0
        for tensor in 0..<(firstRank.count - 1) where skeleton.keeps[level][tensor] {
            var size = 1
            for rank in firstRank[tensor]..<firstRank[tensor + 1] {
                var length = 1
                for term in firstTerm[rank]..<firstTerm[rank + 1] {
                    let own = termDimension[term]
                    length += termCoefficient[term] * (extents[own] * (own == dimension ? rounds : 1) * cost.insideOf[inside + own] - 1)
                }
                size *= length
            }
            words += size
        }
        return words <= capacity
    }
}
