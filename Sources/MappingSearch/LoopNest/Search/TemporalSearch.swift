/// The cheapest temporal loops for a skeleton, proved: a shortest path over what the loops have covered so far.
///
/// What a loop moves depends on the loops within it only through the extents that they cover together and on which tiles have
/// moved since they were filled, and not on the order of the loops below. So the loops are placed from the innermost outwards, one
/// prime factor at a time, and of all partial nests that cover the same extents only those remain that no other one beats, whatever
/// follows. The number of these is small where the number of mappings is astronomical.
///
/// Two things are taken at their best, so that the result is a lower bound that need not be reached: what a tile that is still
/// sliding could save when the level that feeds it is complete, and blocks of which a sliding tile needs a part.
struct TemporalSearch {
    struct Outcome {
        /// Picojoules, at least; infinite when nothing is below the budget.
        var bound: Double
        /// Loops, innermost first: level, dimension, rounds.
        var loops: [(level: Int, dimension: Int, rounds: Int)]
    }

    /// Dimensions whose loops may come next in the nest, at one level.
    private struct Phase {
        var level: Int
        var isAllowed: [Bool]
        /// Rounds of loops of fixed length, by dimension; 0 for none.
        var jumps: [Int]
        /// The level's tile is complete after it.
        var isLast: Bool
    }

    private let problem: LoopNestProblem
    private let hierarchy: MemoryHierarchy
    private let skeleton: MapspaceSkeleton
    private let cost: SkeletonCost
    private let space: TemporalSpace
    private let open: OpenBoundaries
    private let phases: [Phase]
    /// By level: what all boundaries that open there or further out cost at least.
    private let futureFloor: [Double]
    /// By tensor and dimension: 0 irrelevant, 1 moves the tile for good, 2 + index of the sliding.
    private let relevance: [[Int]]
    /// By dimension: tensors, as bits, that a loop over it does not move for good.
    private let survivors: [UInt8]
    /// Coordinates of all tensors in a row: for each its terms, dimension and coefficient.
    private let firstRank: [Int]
    private let firstTerm: [Int]
    private let termDimension: [Int]
    private let termCoefficient: [Int]

    private var labels = TemporalLabels()
    private var heads: [Int32]
    /// By extents: 0 not looked at, 1 fits, 2 does not.
    private var fits: [UInt8]
    private var isGreedy = false
    private(set) var effort = 0

    static let spaceLimit = 4_000_000

    /// - Returns: `nil` when the skeleton's extents have too many divisors, or the problem's coordinates more than two dimensions.
    init?(_ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints, _ skeleton: MapspaceSkeleton, _ cost: SkeletonCost) {
        guard let space = TemporalSpace(cost.extents, limit: Self.spaceLimit), let open = OpenBoundaries(problem, cost.extents) else { return nil }
        // Places in a sliding have eight bits.
        guard space.divisors.allSatisfy({ $0.count <= 256 }) else { return nil }
        self.problem = problem
        self.hierarchy = hierarchy
        self.skeleton = skeleton
        self.cost = cost
        self.space = space
        self.open = open
        phases = Self.phases(problem, hierarchy, constraints, skeleton)
        guard phases.allSatisfy({ $0.jumps.count { $0 > 1 } <= 8 }) else { return nil }
        futureFloor = hierarchy.levels.indices.map { level in
            cost.boundaries.reduce(0) { $1.reduce($0) { $1.child <= level ? $0 + $1.energy($1.floor) : $0 } }
        }
        let relevance = problem.dataSpaces.enumerated().map { index, entry in
            problem.dimensions.indices.map { dimension in
                let ranks = entry.ranks.indices.filter { entry.ranks[$0].contains { $0.dimension == dimension } }
                if ranks.isEmpty { return 0 }
                if ranks.count == 1, let sliding = open.fields[index].slidings.firstIndex(where: { $0.rank == ranks[0] }) { return 2 + sliding }
                return 1
            }
        }
        self.relevance = relevance
        survivors = problem.dimensions.indices.map { dimension in
            relevance.indices.reduce(0) { relevance[$1][dimension] != 1 ? $0 | 1 << UInt8($1) : $0 }
        }
        let ranks = problem.dataSpaces.flatMap(\.ranks)
        firstRank = problem.dataSpaces.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.ranks.count) }
        firstTerm = ranks.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        termDimension = ranks.flatMap { $0.map(\.dimension) }
        termCoefficient = ranks.flatMap { $0.map(\.coefficient) }
        heads = [Int32](repeating: -1, count: space.count)
        fits = [UInt8](repeating: 0, count: space.count)
    }

    private static func phases(
        _ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints, _ skeleton: MapspaceSkeleton
    ) -> [Phase] {
        var phases: [Phase] = []
        let dimensions = problem.dimensions.indices
        for level in hierarchy.levels.indices.reversed() {
            let fixed = skeleton.fixed[level]
            let prefix = constraints.levels[level].innermost.filter { fixed[$0] != 1 && problem.dimensions[$0].extent > 1 }
            let rest = dimensions.filter { !prefix.contains($0) && fixed[$0] != 1 }
            for group in prefix.map({ [$0] }) + [rest] {
                phases.append(
                    Phase(
                        level: level, isAllowed: dimensions.map { group.contains($0) && fixed[$0] == 0 },
                        jumps: dimensions.map { group.contains($0) && fixed[$0] > 1 ? fixed[$0] : 0 }, isLast: false))
            }
            phases[phases.count - 1].isLast = true
        }
        return phases
    }

    /// - Parameters:
    ///   - budget: picojoules; what costs as much or more is not looked for.
    ///   - limit: partial nests that may be made; when there are more, the bound is what is known without this search.
    ///   - isGreedy: of the nests that cover the same extents only the cheapest goes on: quick, and the bound is none.
    /// - Returns: `nil` at the limit.
    mutating func run(below budget: Double, limit: Int, isGreedy: Bool = false) -> Outcome? {
        self.isGreedy = isGreedy
        labels.removeAll()
        for index in heads.indices { heads[index] = -1 }
        append(key: 0, cost: cost.settled, parent: -1, level: 0, dimension: 0, rounds: 1, at: 0)
        for phase in phases {
            if phase.isAllowed.contains(true) || phase.jumps.contains(where: { $0 > 1 }) {
                for index in fits.indices { fits[index] = 0 }
                extend(phase, below: budget)
            }
            guard finish(phase, below: budget), labels.keys.count <= limit else {
                effort += labels.keys.count
                return labels.keys.count <= limit ? Outcome(bound: .infinity, loops: []) : nil
            }
        }
        effort += labels.keys.count
        var best: Int32 = -1
        var label = heads[space.count - 1]
        while label >= 0 {
            if best < 0 || labels.costs[Int(label)] < labels.costs[Int(best)] { best = label }
            label = labels.following[Int(label)]
        }
        guard best >= 0, labels.costs[Int(best)] < budget else { return Outcome(bound: .infinity, loops: []) }
        var loops: [(level: Int, dimension: Int, rounds: Int)] = []
        var current = Int(best)
        while labels.parents[current] >= 0 {
            if labels.rounds[current] > 1 { loops.append((Int(labels.levels[current]), Int(labels.dimensions[current]), labels.rounds[current])) }
            current = Int(labels.parents[current])
        }
        return Outcome(bound: labels.costs[Int(best)], loops: loops.reversed())
    }

    private mutating func append(key: UInt64, cost: Double, parent: Int32, level: Int, dimension: Int, rounds: Int, at index: Int) {
        labels.keys.append(key)
        labels.costs.append(cost)
        labels.parents.append(parent)
        labels.levels.append(Int8(level))
        labels.dimensions.append(Int8(dimension))
        labels.rounds.append(rounds)
        labels.following.append(heads[index])
        heads[index] = Int32(labels.keys.count - 1)
    }

    /// Adds a label unless another one of the same extents is as good in every respect, and removes those that it beats.
    @inline(__always)
    private mutating func insert(key: UInt64, cost: Double, parent: Int32, level: Int, dimension: Int, rounds: Int, at index: Int) {
        var label = heads[index]
        var previous: Int32 = -1
        while label >= 0 {
            let other = Int(label)
            let next = labels.following[other]
            if labels.costs[other] <= cost {
                if isGreedy || open.covers(labels.keys[other], key) { return }
            } else if isGreedy || open.covers(key, labels.keys[other]) {
                if previous < 0 { heads[index] = next } else { labels.following[Int(previous)] = next }
                label = next
                continue
            }
            previous = label
            label = next
        }
        append(key: key, cost: cost, parent: parent, level: level, dimension: dimension, rounds: rounds, at: index)
    }

    // MARK: One phase

    /// What is known of the extents whose labels are being extended.
    private struct Place {
        var places: [Int]
        var extents: [Int]
        /// Rounds of all loops that are still to be placed.
        var rest: Double
        /// By tensor: boundaries that have been opened so far, innermost first; words of each one's tile, and what it costs if it is
        /// open.
        var opened: [Int]
        var tiles: [[Double]]
        var costs: [[Double]]
        /// By tensor: what the outermost n of them could save at most.
        var slack: [[Double]]
        /// Which tensors, as bits, may stay where they are in the next loop: one for each kind of loop that there can be.
        var survivors: [UInt8]
    }

    private func makePlace() -> Place {
        let zeros = cost.boundaries.map { [Double](repeating: 0, count: $0.count + 1) }
        return Place(
            places: [Int](repeating: 0, count: space.divisors.count), extents: [Int](repeating: 1, count: space.divisors.count), rest: 0,
            opened: [Int](repeating: 0, count: cost.boundaries.count), tiles: zeros, costs: zeros, slack: zeros, survivors: [])
    }

    /// - Parameter level: boundaries of levels within it are open.
    private func fill(_ place: inout Place, _ index: Int, _ level: Int) {
        space.decode(index, into: &place.places)
        var rest = 1.0
        for dimension in place.places.indices {
            let extent = space.divisors[dimension][place.places[dimension]]
            place.extents[dimension] = extent
            rest *= Double(space.extents[dimension] / extent)
        }
        place.rest = rest
        place.survivors.removeAll(keepingCapacity: true)
        for dimension in place.places.indices where place.extents[dimension] < space.extents[dimension] {
            if !place.survivors.contains(survivors[dimension]) { place.survivors.append(survivors[dimension]) }
        }
        for (tensor, boundaries) in cost.boundaries.enumerated() {
            var opened = 0
            while opened < boundaries.count, boundaries[opened].child > level { opened += 1 }
            place.opened[tensor] = opened
            guard opened > 0 else { continue }
            // Loops over dimensions of single coordinates move every tile whole.
            var moves = 1.0
            for dimension in place.places.indices where relevance[tensor][dimension] == 1 {
                moves *= Double(space.extents[dimension] / place.extents[dimension])
            }
            var slack = 0.0
            place.slack[tensor][0] = 0
            for count in 1...opened {
                let boundary = boundaries[opened - count]
                let words = tile(boundary, place.extents)
                let own = boundary.energy(words * rest)
                place.tiles[tensor][opened - count] = words
                place.costs[tensor][opened - count] = own
                slack += own - min(own, boundary.energy(max(boundary.floor, words * moves)))
                place.slack[tensor][count] = slack
            }
        }
    }

    @inline(__always)
    private func tile(_ boundary: SkeletonCost.Boundary, _ extents: [Int]) -> Double {
        let inside = cost.inside[boundary.child]
        var words = 1
        for rank in firstRank[boundary.space]..<firstRank[boundary.space + 1] {
            var length = 1
            for term in firstTerm[rank]..<firstTerm[rank + 1] {
                let dimension = termDimension[term]
                length += termCoefficient[term] * (extents[dimension] * inside[dimension] - 1)
            }
            words *= length
        }
        return Double(words)
    }

    /// What could still be saved on a label, at most.
    ///
    /// The next loop, whatever its dimension, ends the savings of all tensors whose tiles it moves.
    @inline(__always)
    private func slack(_ key: UInt64, _ place: borrowing Place) -> Double {
        var most = 0.0
        for survivors in place.survivors {
            var total = 0.0
            for tensor in open.fields.indices where survivors & 1 << UInt8(tensor) != 0 {
                let value = (key >> open.fields[tensor].shift) & open.fields[tensor].mask
                let count = OpenBoundaries.count(value)
                if count == 0 { continue }
                let end = place.opened[tensor]
                if OpenBoundaries.mode(value) == 0 {
                    total += place.slack[tensor][count]
                } else {
                    total += slidingSlack(OpenBoundaries.latest(value), tensor, place, end)
                }
                let older = OpenBoundaries.older(value)
                if older != 0 { total += slidingSlack(older, tensor, place, end - count) }
            }
            most = max(most, total)
        }
        return most
    }

    private mutating func extend(_ phase: Phase, below budget: Double) {
        var place = makePlace()
        var savings = cost.boundaries.map { [Double](repeating: 0, count: $0.count + 1) }
        var jumpBits: [UInt64] = []
        var promising: [Int32] = []
        var bit: UInt64 = 0
        for jump in phase.jumps {
            jumpBits.append(jump > 1 ? 1 << (open.jumpShift + bit) : 0)
            if jump > 1 { bit += 1 }
        }
        for index in 0..<space.count where heads[index] >= 0 {
            fill(&place, index, phase.level)
            let future = futureFloor[phase.level]
            // Labels that cannot become good enough stay in the list, and are dropped at the end of the phase.
            promising.removeAll(keepingCapacity: true)
            var label = heads[index]
            while label >= 0 {
                if labels.costs[Int(label)] - slack(labels.keys[Int(label)], place) < budget - future { promising.append(label) }
                label = labels.following[Int(label)]
            }
            if promising.isEmpty { continue }
            for step in space.steps where phase.isAllowed[step.dimension] {
                let next = index + step.advance[place.places[step.dimension]]
                if next == index { continue }
                move(step.dimension, step.prime, promising, next, 0, place, &savings, phase)
            }
            for (dimension, rounds) in phase.jumps.enumerated() where rounds > 1 {
                let reached = place.extents[dimension] * rounds
                guard space.extents[dimension] % reached == 0, let target = space.divisors[dimension].firstIndex(of: reached) else { continue }
                let next = index + (target - place.places[dimension]) * space.multipliers[dimension]
                move(dimension, rounds, promising, next, jumpBits[dimension], place, &savings, phase)
            }
        }
    }

    /// Puts a loop around all labels of some extents.
    @inline(__always)
    private mutating func move(
        _ dimension: Int, _ rounds: Int, _ promising: [Int32], _ next: Int, _ jump: UInt64, _ place: borrowing Place, _ savings: inout [[Double]],
        _ phase: Phase
    ) {
        if fits[next] == 0 { fits[next] = fitsTile(phase.level, next) ? 1 : 2 }
        guard fits[next] == 1 else { return }
        // Tensors that the loop does not touch are moved less often.
        for tensor in savings.indices where relevance[tensor][dimension] == 0 {
            let opened = place.opened[tensor]
            guard opened > 0 else { continue }
            var total = 0.0
            for count in 1...opened {
                let boundary = cost.boundaries[tensor][opened - count]
                let words = place.tiles[tensor][opened - count] * place.rest
                total += place.costs[tensor][opened - count] - boundary.energy(words / Double(rounds))
                savings[tensor][count] = total
            }
        }
        for current in promising {
            let key = labels.keys[Int(current)]
            if jump != 0, key & jump != 0 { continue }
            var cost = labels.costs[Int(current)]
            var changed = key | jump
            for tensor in savings.indices {
                let (shift, mask) = (open.fields[tensor].shift, open.fields[tensor].mask)
                let value = (key >> shift) & mask
                let count = OpenBoundaries.count(value)
                if count == 0 { continue }
                let kind = relevance[tensor][dimension]
                var replacement = value
                if kind == 0, OpenBoundaries.mode(value) == 0 {
                    cost -= savings[tensor][count]
                    // What slides has been moved, and goes back.
                    replacement = OpenBoundaries.latest(value)
                } else if kind >= 2 {
                    let end = place.opened[tensor], older = OpenBoundaries.older(value)
                    var (new, saving) = slide(tensor, OpenBoundaries.latest(value), kind - 2, dimension, rounds, place, phase.level, end, older != 0)
                    if older != 0 {
                        let (newOlder, savingOfOlder) = slide(tensor, older, kind - 2, dimension, rounds, place, phase.level, end - count, false)
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
            insert(key: changed, cost: cost, parent: current, level: phase.level, dimension: dimension, rounds: rounds, at: next)
        }
    }

    /// Opens the boundaries of a level that is complete, and drops labels that are too expensive.
    ///
    /// - Returns: false when none is left.
    private mutating func finish(_ phase: Phase, below budget: Double) -> Bool {
        var place = makePlace()
        let jumps: UInt64 = phase.jumps.reduce(into: 0) { if $1 > 1 { $0 = $0 << 1 | 1 } } << open.jumpShift
        let keeps = skeleton.keeps[phase.level]
        let isOpening = cost.boundaries.map { $0.contains { $0.child == phase.level } }
        var isAny = false
        for index in 0..<space.count where heads[index] >= 0 {
            if phase.isLast, keeps.contains(true), !fitsTile(phase.level, index) {
                heads[index] = -1
                continue
            }
            fill(&place, index, phase.level)
            var list: [Int32] = []
            var label = heads[index]
            while label >= 0 {
                list.append(label)
                label = labels.following[Int(label)]
            }
            heads[index] = -1
            for label in list.reversed() {
                let key = labels.keys[Int(label)]
                guard key & jumps == jumps else { continue }
                var cost = labels.costs[Int(label)]
                if cost - slack(key, place) + futureFloor[phase.level] >= budget { continue }
                var changed = key & ~jumps
                if phase.isLast {
                    for (tensor, field) in open.fields.enumerated() {
                        let value = (key >> field.shift) & field.mask
                        var (latest, older) = (value, UInt64(0))
                        if !field.slidings.isEmpty { (latest, older) = (OpenBoundaries.latest(value), OpenBoundaries.older(value)) }
                        let end = place.opened[tensor], count = OpenBoundaries.count(value)
                        let isSliding = OpenBoundaries.mode(latest) > 0
                        // What cannot be followed any further is taken at its best.
                        if older != 0, isSliding && isOpening[tensor] || crossesSpatial(older, tensor, phase.level) {
                            cost -= slidingSlack(older, tensor, place, end - count)
                            older = 0
                        }
                        if isSliding, isOpening[tensor] && !open.hasOlder || crossesSpatial(latest, tensor, phase.level) {
                            cost -= slidingSlack(latest, tensor, place, end)
                            latest = 0
                        }
                        if isOpening[tensor], let boundary = self.cost.boundaries[tensor].first(where: { $0.child == phase.level }) {
                            cost += boundary.energy(tile(boundary, place.extents) * place.rest)
                            if isSliding, latest != 0 { (latest, older) = (0, latest) }
                            latest = UInt64(OpenBoundaries.count(latest) + 1)
                        }
                        let replacement = field.slidings.isEmpty ? latest : OpenBoundaries.field(latest, older: older)
                        changed = changed & ~(field.mask << field.shift) | replacement << field.shift
                    }
                }
                insert(key: changed, cost: cost, parent: label, level: phase.level, dimension: 0, rounds: 1, at: index)
                isAny = true
            }
        }
        return isAny
    }

    /// Whether the tiles that a level keeps fit into it when its loops and those within cover `index`.
    private func fitsTile(_ level: Int, _ index: Int) -> Bool {
        guard let capacity = hierarchy.levels[level].effectiveCapacity else { return true }
        var extents = cost.inside[level]
        var rest = index
        for dimension in extents.indices {
            let list = space.divisors[dimension]
            extents[dimension] *= list[rest % list.count]
            rest /= list.count
        }
        var words = 0
        for tensor in problem.dataSpaces.indices where skeleton.keeps[level][tensor] { words += problem.tileSize(tensor, extents) }
        return words <= capacity
    }

    // MARK: Sliding tiles

    /// Lengths, along the sliding coordinate, of a boundary's tile as it was when it opened.
    @inline(__always)
    private func length(_ sliding: OpenBoundaries.Sliding, _ boundary: SkeletonCost.Boundary, _ first: Int, _ second: Int) -> Int {
        let inside = cost.inside[boundary.child]
        return 1 + sliding.first.coefficient * (first * inside[sliding.first.dimension] - 1)
            + sliding.second.coefficient * (second * inside[sliding.second.dimension] - 1)
    }

    /// Puts a loop around an open boundary that moves its tile along a coordinate of two dimensions.
    ///
    /// - Parameters:
    ///   - value: a run.
    ///   - end: how many boundaries had been opened when the run's last one had.
    ///   - staysOpen: even if its tiles are too short to slide, since an older run does.
    /// - Returns: the run afterwards, and what is saved against moving the tile whole from here on.
    private func slide(
        _ tensor: Int, _ value: UInt64, _ index: Int, _ dimension: Int, _ rounds: Int, _ place: borrowing Place, _ level: Int, _ end: Int, _ staysOpen: Bool
    ) -> (UInt64, Double) {
        let count = OpenBoundaries.count(value), mode = OpenBoundaries.mode(value)
        guard mode == 0 || mode == index + 1 else { return (0, 0) }
        let sliding = open.fields[tensor].slidings[index]
        let (a, b) = (sliding.first, sliding.second)
        let inside = cost.inside[level]
        let now = (place.extents[a.dimension], place.extents[b.dimension])
        var start = now
        var began = (place.places[a.dimension], place.places[b.dimension])
        if mode > 0 {
            began = OpenBoundaries.places(value)
            start = (space.divisors[a.dimension][began.0], space.divisors[b.dimension][began.1])
        }
        let coefficient = dimension == a.dimension ? a.coefficient : b.coefficient
        let behind = a.coefficient * inside[a.dimension] * (now.0 - start.0) + b.coefficient * inside[b.dimension] * (now.1 - start.1)
        let shift = coefficient * place.extents[dimension] * inside[dimension] - behind
        guard shift >= 0 else { return (0, 0) }
        var saving = 0.0
        var isSliding = staysOpen
        let share = Double(rounds - 1) / Double(rounds)
        for position in (end - count)..<end {
            let boundary = cost.boundaries[tensor][position]
            let length = length(sliding, boundary, start.0, start.1)
            let lengthNow = mode == 0 ? length : self.length(sliding, boundary, now.0, now.1)
            let words = place.tiles[tensor][position] / Double(lengthNow) * Double(length)
            let moved = words / Double(length) * Double(min(length, shift))
            if length > 1 { isSliding = true }
            if mode == 0 {
                let total = (share * moved + words / Double(rounds)) * place.rest
                saving += place.costs[tensor][position] - min(place.costs[tensor][position], boundary.linear(total))
            } else {
                saving += boundary.slope * share * place.rest * (words - moved)
            }
        }
        guard isSliding else { return (0, 0) }
        return (OpenBoundaries.sliding(count, index + 1, began.0, began.1), saving)
    }

    /// What a tensor that is sliding could still save: further loops along the same coordinate could move nothing at all.
    private func slidingSlack(_ value: UInt64, _ tensor: Int, _ place: borrowing Place, _ end: Int) -> Double {
        let count = OpenBoundaries.count(value)
        let sliding = open.fields[tensor].slidings[OpenBoundaries.mode(value) - 1]
        let (a, b) = (sliding.first.dimension, sliding.second.dimension)
        let left = Double(space.extents[a] / place.extents[a]) * Double(space.extents[b] / place.extents[b])
        guard left > 1 else { return 0 }
        let began = OpenBoundaries.places(value)
        var total = 0.0
        for position in (end - count)..<end {
            let boundary = cost.boundaries[tensor][position]
            let length = length(sliding, boundary, space.divisors[a][began.0], space.divisors[b][began.1])
            let lengthNow = self.length(sliding, boundary, place.extents[a], place.extents[b])
            let words = place.tiles[tensor][position] / Double(lengthNow) * Double(length)
            total += boundary.slope * words * place.rest * (1 - 1 / left)
        }
        return total
    }

    /// Whether instances outside of `level` spread a dimension that the tensor slides along: then how far its loops have moved it
    /// is not told by the extents alone.
    private func crossesSpatial(_ value: UInt64, _ tensor: Int, _ level: Int) -> Bool {
        guard level > 0 else { return false }
        let sliding = open.fields[tensor].slidings[OpenBoundaries.mode(value) - 1]
        return skeleton.spatial[level - 1][sliding.first.dimension] > 1 || skeleton.spatial[level - 1][sliding.second.dimension] > 1
    }
}
