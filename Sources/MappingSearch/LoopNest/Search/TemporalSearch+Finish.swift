/// Completes levels.
extension TemporalSearch {
    /// Opens the boundaries of a level that is complete, and drops labels that are too expensive.
    ///
    /// - Returns: false when none is left.
    mutating func finish(_ phase: TemporalPhase, below budget: Double) -> Bool {
        var place = TemporalPlace(self)
        let jumps: UInt64 = phase.jumps.reduce(into: 0) { if $1 > 1 { $0 = $0 << 1 | 1 } } << open.jumpShift
        let keepsAny = skeleton.keeps[phase.level].contains(true)
        // By tensor: the boundary that the level opens; -1 for none.
        let opening = (0..<place.opened.count).map { tensor in
            (firstBoundary[tensor]..<firstBoundary[tensor + 1]).first { boundaries[$0].child == phase.level } ?? -1
        }
        let slides = open.fields.map { !$0.slidings.isEmpty }
        var isAny = false
        var list: [Int32] = []
        for index in 0..<space.count where heads[index] >= 0 {
            locate(&place, index)
            if phase.isLast, keepsAny, !fitsTile(phase.level, place.extents) {
                heads[index] = -1
                continue
            }
            fill(&place, phase.level)
            list.removeAll(keepingCapacity: true)
            var label = heads[index]
            while label >= 0 {
                list.append(label)
                label = labels.following[Int(label)]
            }
            heads[index] = -1
            for label in list.reversed() {
                let key = labels.keys[Int(label)]
                guard key & jumps == jumps else { continue }
                var cost = labels.costs[Int(label)], error = labels.errors[Int(label)]
                if cost - slack(key, place) + futureFloor[phase.level] >= budget { continue }
                var changed = key & ~jumps
                if phase.isLast {
                    for tensor in opening.indices {
                        let (shift, mask) = (open.fields[tensor].shift, open.fields[tensor].mask)
                        let value = (key >> shift) & mask
                        var (latest, older) = (value, UInt64(0))
                        if slides[tensor] { (latest, older) = (OpenBoundaries.latest(value), OpenBoundaries.older(value)) }
                        let end = firstBoundary[tensor] + place.opened[tensor], count = OpenBoundaries.count(value)
                        let isSliding = OpenBoundaries.mode(latest) > 0, isOpening = opening[tensor] >= 0
                        // What cannot be followed any further is taken at its best.
                        if older != 0, isSliding && isOpening || crossesSpatial(older, tensor, phase.level) {
                            let best = slidingSlack(older, tensor, place, end - count)
                            cost -= best
                            error += best
                            older = 0
                        }
                        if isSliding, isOpening && !open.hasOlder || crossesSpatial(latest, tensor, phase.level) {
                            let best = slidingSlack(latest, tensor, place, end)
                            cost -= best
                            error += best
                            latest = 0
                        }
                        if isOpening {
                            cost += boundaries[opening[tensor]].energy(tile(opening[tensor], place.extents) * place.rest)
                            if isSliding, latest != 0 { (latest, older) = (0, latest) }
                            latest = UInt64(OpenBoundaries.count(latest) + 1)
                        }
                        let replacement = slides[tensor] ? OpenBoundaries.field(latest, older: older) : latest
                        changed = changed & ~(mask << shift) | replacement << shift
                    }
                }
                insert(key: changed, cost: cost, error: error, parent: label, level: phase.level, dimension: 0, rounds: 1, at: index)
                isAny = true
            }
        }
        return isAny
    }
}
