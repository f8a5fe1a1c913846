import Programs
import SMT

/// Semaphores of a whole program: how often they are given and taken, and whether anything waits for ever.
struct SemaphoreProof {
    let program: Program
    let sections: ProgramSections

    /// Counters that are given and taken a different number of times, or whose statements cannot be counted.
    func imbalance() -> [(name: String, counter: Int, given: Int, taken: Int, operatorIndex: Int)] {
        var given: [String: [Int: Int]] = [:]
        var taken: [String: [Int: Int]] = [:]
        var user: [String: Int] = [:]
        for text in sections.operators {
            for site in text.sites {
                let reference: SemaphoreReference
                let count: Int
                let isGiven: Bool
                switch site.kind {
                case .acquire(let own, let number): (reference, count, isGiven) = (own, number, false)
                case .release(let own, let number, _): (reference, count, isGiven) = (own, number, true)
                default: continue
                }
                user[reference.name] = text.first
                var names = Set(reference.index.variables)
                for condition in site.guards { names.formUnion(condition.left.variables + condition.right.variables) }
                let loops = text.layers + site.loops
                let needed = Enumeration.loops(loops, for: names)
                var times = count
                for loop in loops where !needed.contains(loop) {
                    guard let bound = loop.bound.constantValue else { times = 0; break }
                    times *= max(0, bound)
                }
                var counts: [Int: Int] = [:]
                var budget = Enumeration.limit
                _ = Enumeration.walk(needed, guards: site.guards, budget: &budget) { values in
                    guard let index = reference.index.evaluate(values) else { return false }
                    counts[index, default: 0] += times
                    return true
                }
                for (index, number) in counts {
                    if isGiven { given[reference.name, default: [:]][index, default: 0] += number } else { taken[reference.name, default: [:]][index, default: 0] += number }
                }
            }
        }
        var result: [(name: String, counter: Int, given: Int, taken: Int, operatorIndex: Int)] = []
        for semaphore in program.semaphores {
            let counters = Set((given[semaphore.name] ?? [:]).keys).union((taken[semaphore.name] ?? [:]).keys)
            for counter in counters.sorted() {
                let (a, b) = (given[semaphore.name]?[counter] ?? 0, taken[semaphore.name]?[counter] ?? 0)
                if a != b || counter < 0 || counter >= semaphore.count { result.append((semaphore.name, counter, a, b, user[semaphore.name] ?? 0)) }
            }
        }
        return result
    }

    /// Proves that the units of one operator, started together, all come to their end.
    ///
    /// Whatever is taken waits for something earlier: in an earlier iteration, or in the same one from a unit that comes before in an
    /// order of units without cycles. So the earliest step that is left can always be made. `nil` when proved.
    static func progressFailure(_ text: OperatorText, _ table: ChannelTable, _ solver: ClaimSolver) -> String? {
        if let failure = table.failure { return failure }
        // All loops with semaphores inside begin alike, in units that have to do with each other.
        var group = Dictionary(uniqueKeysWithValues: Set(text.sites.map(\.stream)).map { ($0, $0) })
        for channel in table.channels {
            for release in channel.releases {
                let (from, to) = (group[release.stream], group[channel.acquire.stream])
                for (stream, value) in group where value == from { group[stream] = to }
            }
        }
        var longest: [Int: [LoopFrame]] = [:]
        for channel in table.channels {
            for site in [channel.acquire] + channel.releases {
                let known = longest[group[site.stream] ?? 0] ?? []
                for (one, other) in zip(site.loops, known) where one.variable != other.variable || one.bound != other.bound {
                    return "units have loops over tiles in different orders"
                }
                if site.loops.count > known.count { longest[group[site.stream] ?? 0] = site.loops }
            }
        }
        var before: [Int: Set<Int>] = [:]
        for channel in table.channels where channel.rounds == 0 {
            for release in channel.releases { before[channel.acquire.stream, default: []].insert(release.stream) }
        }
        var done: Set<Int> = []
        var open = Set(text.sites.map(\.stream))
        while let next = open.sorted().first(where: { before[$0, default: []].isSubset(of: done) }) {
            done.insert(next)
            open.remove(next)
        }
        if !open.isEmpty { return "units wait for each other in a circle" }
        for channel in table.channels {
            for release in channel.releases {
                let scope = SymbolicScope()
                let layers = scope.layers(text.layers)
                let (x, inX) = scope.iteration(of: channel.acquire, layers: layers.variables, named: "i.")
                let (y, inY) = scope.iteration(of: release, layers: layers.variables, named: "j.")
                let common = zip(channel.acquire.loops, release.loops).map { pair in pair.0.variable }
                let (to, from) = (common.compactMap { x[$0] }, common.compactMap { y[$0] })
                let (taken, given) = (channel.active.compactMap { x[$0.variable] }, channel.active.compactMap { y[$0.variable] })
                let same = scope.term(channel.index, x) == scope.term(channel.index, y)
                let claim = channel.rounds == 0
                    ? ChannelTable.lexicographic(from, to, scope, orEqual: true) : ChannelTable.lexicographic(from, to, scope, orEqual: false)
                let needed = channel.rounds == 0
                    ? scope.context.all(zip(taken, given).map { $0 == $1 }) : ChannelTable.lexicographic(given, taken, scope, orEqual: false)
                switch solver.search(scope, layers.domain + inX + inY + [same, needed, !claim]).outcome {
                case .impossible: continue
                case .possible: return "\(channel.name) is waited for before it can be given"
                case .undecided(let reason): return reason
                }
            }
        }
        return nil
    }
}
