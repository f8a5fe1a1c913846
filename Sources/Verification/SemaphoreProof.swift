import Programs

/// Semaphores of a whole program: how often they are given and taken, and whether anything waits for ever.
struct SemaphoreProof {
    let program: Program
    let sections: ProgramSections

    /// What is wrong with how often semaphores are given and taken.
    struct Imbalance {
        var name: String
        var counter: Int
        var given: Int
        var taken: Int
    }

    /// Counters that are given and taken a different number of times.
    struct Balance {
        var semaphores = 0
        var wrong: [Imbalance] = []
        /// A semaphore whose statements cannot be counted.
        var uncounted: String?
        var spent = Duration.zero
    }

    /// - Parameter inner: semaphores that only one operator uses.
    /// - Returns: by text, of the semaphores that it alone uses; and of the others.
    func balance(_ inner: Set<String>) -> (own: [Balance], between: Balance) {
        let places = Dictionary(program.semaphores.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        // By semaphore and counter, and what lies outside of the counters.
        var given = program.semaphores.map { Array(repeating: 0, count: $0.count) }
        var taken = given
        var outside: [Int: [Int: (given: Int, taken: Int)]] = [:]
        func settle(_ used: [Int], _ balance: inout Balance) {
            balance.semaphores = used.count
            for place in used {
                let name = program.semaphores[place].name
                for counter in given[place].indices where given[place][counter] != taken[place][counter] {
                    balance.wrong.append(Imbalance(name: name, counter: counter, given: given[place][counter], taken: taken[place][counter]))
                }
                for (counter, number) in (outside[place] ?? [:]).sorted(by: { $0.key < $1.key }) {
                    balance.wrong.append(Imbalance(name: name, counter: counter, given: number.given, taken: number.taken))
                }
            }
        }
        var own: [Balance] = []
        var between = Balance()
        let isShared = program.semaphores.map { !inner.contains($0.name) }
        for text in sections.operators {
            let start = ProcessorTime.now
            var balance = Balance()
            var used: Set<Int> = []
            for site in text.sites {
                let reference: SemaphoreReference
                let count: Int
                let isGiven: Bool
                switch site.kind {
                case .acquire(let named, let number): (reference, count, isGiven) = (named, number, false)
                case .release(let named, let number, _): (reference, count, isGiven) = (named, number, true)
                case .command, .read: continue
                }
                guard let place = places[reference.name] else { between.uncounted = between.uncounted ?? reference.name; continue }
                if !isShared[place] { used.insert(place) }
                func add(_ index: Int, _ number: Int) {
                    if given[place].indices.contains(index) {
                        if isGiven { given[place][index] += number } else { taken[place][index] += number }
                    } else if isGiven {
                        outside[place, default: [:]][index, default: (0, 0)].given += number
                    } else {
                        outside[place, default: [:]][index, default: (0, 0)].taken += number
                    }
                }
                // The same counter once, in no loop.
                if text.layers.isEmpty, site.loops.isEmpty, site.guards.isEmpty, let index = reference.index.constantValue {
                    add(index, count)
                    continue
                }
                guard let counts = counts(reference.index, count, site, text.layers) else {
                    if isShared[place] { between.uncounted = between.uncounted ?? reference.name } else { balance.uncounted = balance.uncounted ?? reference.name }
                    continue
                }
                for (index, number) in counts { add(index, number) }
            }
            settle(used.sorted(), &balance)
            balance.spent = ProcessorTime.now - start
            own.append(balance)
        }
        settle(isShared.indices.filter { isShared[$0] }, &between)
        return (own, between)
    }

    /// How often a statement names each counter. A loop variable that the counter depends on through remainders alone is walked through one
    /// period, each value for all that do the same.
    private func counts(_ index: Expression, _ count: Int, _ site: Site, _ layers: [LoopFrame]) -> [Int: Int]? {
        let pins = site.pins
        let index = index.substitutingPins(pins)
        let guards = site.openGuards
        var names = Set(index.variables)
        for condition in guards { names.formUnion(condition.left.variables + condition.right.variables) }
        let guarded = Set(guards.flatMap { $0.left.variables + $0.right.variables })
        let loops = (layers + site.loops).filter { pins[$0.variable] == nil }
        let bounds = Set(loops.flatMap { $0.bound.variables })
        var times = count
        var walked: [(name: String, values: Int, bound: Expression, period: Int)] = []
        for loop in loops {
            let isNeeded = names.contains(loop.variable) || bounds.contains(loop.variable)
            guard isNeeded else {
                guard let bound = loop.bound.constantValue else { return nil }
                times *= max(0, bound)
                continue
            }
            var period = 0
            if !guarded.contains(loop.variable), !bounds.contains(loop.variable), let own = index.period(of: loop.variable) { period = own }
            walked.append((loop.variable, 0, loop.bound, period))
        }
        // A fixed index outside of its loop never runs.
        for loop in site.loops { if let pin = pins[loop.variable], let bound = loop.bound.constantValue, pin >= bound { return [:] } }
        var result: [Int: Int] = [:]
        // One counter after the other.
        let form = AffineForm(index)
        if guards.isEmpty, walked.count == 1, walked[0].period == 0, form.terms.count == 1, form.terms[0].atom == .variable(walked[0].name),
            let bound = walked[0].bound.constantValue, bound < Enumeration.limit
        {
            for value in 0..<max(0, bound) { result[form.constant + form.terms[0].factor * value, default: 0] += times }
            return result
        }
        var values: [String: Int] = [:]
        var budget = Enumeration.limit
        func walk(_ place: Int, _ weight: Int) -> Bool {
            guard place < walked.count else {
                budget -= 1
                guard budget >= 0 else { return false }
                for condition in guards {
                    guard let a = condition.left.evaluate(values), let b = condition.right.evaluate(values) else { return false }
                    if !condition.relation.holds(a, b) { return true }
                }
                guard let counter = index.evaluate(values) else { return false }
                result[counter, default: 0] += weight
                return true
            }
            let loop = walked[place]
            guard let bound = loop.bound.evaluate(values) else { return false }
            let step = loop.period > 0 ? loop.period : max(1, bound)
            for value in 0..<max(0, min(bound, step)) {
                values[loop.name] = value
                let same = loop.period > 0 ? (bound - value + step - 1) / step : 1
                if !walk(place + 1, weight * same) { return false }
            }
            values[loop.name] = nil
            return true
        }
        return walk(0, times) ? result : nil
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
                let scope = SymbolicScope(text.sizes)
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
                    ? LinearFormula.all(zip(taken, given).map { $0 == $1 }) : ChannelTable.lexicographic(given, taken, scope, orEqual: false)
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
