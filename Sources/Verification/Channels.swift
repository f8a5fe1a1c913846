import Programs

/// A semaphore as one unit takes it and others give it: the n-th time that a counter is taken waits for what was given before.
///
/// Taking and giving run through the same iterations: once the variables that conditions fix are left out, both sides have the
/// same loops in the same order, the same conditions, and the same counter in the same iteration. Then the k-th taking of a
/// counter and the k-th giving belong to the same iteration, and no counting is needed: with no token at the start, taking in
/// iteration x waits for giving in x, and so for every earlier giving; with one round of tokens it waits for all givings of
/// the counter in iterations before x.
struct Channel {
    var name: String
    var acquire: Site
    /// One for each unit that gives.
    var releases: [Site]
    /// Tokens at the start, in takings.
    var rounds: Int
    /// Loops that both sides run through.
    var active: [LoopFrame]
    /// The counter over the active loops' variables.
    var index: Expression
}

/// The channels of an operator.
struct ChannelTable {
    private(set) var channels: [Channel] = []
    /// Why not all semaphores are channels; `nil` when they are.
    private(set) var failure: String?

    /// - Parameter semaphores: those that nothing but this operator uses.
    init(_ text: OperatorText, _ semaphores: [Program.Semaphore], _ solver: ClaimSolver) {
        for semaphore in semaphores {
            let acquires = text.sites.filter { if case .acquire(let reference, _) = $0.kind { reference.name == semaphore.name } else { false } }
            let releases = text.sites.filter { if case .release(let reference, _, _) = $0.kind { reference.name == semaphore.name } else { false } }
            for (place, acquire) in acquires.enumerated() {
                guard let channel = Self.channel(semaphore, acquire, releases, text.sizes) else { failure = failure ?? "\(semaphore.name) is not given in the iterations in which it is taken"; continue }
                // Nobody else takes from or gives to the same counters.
                var isAlone = true
                for (other, site) in acquires.enumerated() where other != place {
                    if !Self.areApart(channel, site, text, solver) { isAlone = false }
                }
                for site in releases where !channel.releases.contains(where: { $0.position == site.position && $0.stream == site.stream }) {
                    if !Self.areApart(channel, site, text, solver) { isAlone = false }
                }
                guard isAlone else { failure = failure ?? "\(semaphore.name) has counters that are used in several ways"; continue }
                channels.append(channel)
            }
            let matched = channels.filter { $0.name == semaphore.name }.flatMap(\.releases)
            for site in releases where !matched.contains(where: { $0.position == site.position && $0.stream == site.stream }) {
                failure = failure ?? "\(semaphore.name) is given and never taken"
            }
        }
        for channel in channels where channel.releases.count > 1 && !isFair(channel, solver, text) {
            failure = failure ?? "\(channel.name) may be given twice by one unit before another has given it"
            channels.removeAll { $0.name == channel.name }
        }
    }

    private static func reference(_ site: Site) -> (SemaphoreReference, Int)? {
        switch site.kind {
        case .acquire(let reference, let count), .release(let reference, let count, _): (reference, count)
        default: nil
        }
    }

    /// Loops without fixed variables, open conditions, and the counter over them.
    private static func form(_ site: Site) -> (loops: [LoopFrame], guards: [Condition], index: AffineForm, count: Int)? {
        guard let (reference, count) = reference(site) else { return nil }
        let fixed = site.fixedIndices
        let replaced = reference.index.substituting { fixed[$0] }
        return (site.freeLoops, site.openGuards, AffineForm(replaced), count)
    }

    private static func channel(_ semaphore: Program.Semaphore, _ acquire: Site, _ releases: [Site], _ sizes: SymbolicSizes?) -> Channel? {
        guard let taking = form(acquire), taking.guards.isEmpty,
            taking.loops.allSatisfy({ $0.bound.constantValue != nil || $0.bound.variables.allSatisfy { sizes?.isCount($0) ?? false } })
        else { return nil }
        var matching: [Site] = []
        var given = 0
        for release in releases {
            guard let giving = form(release), giving.guards.isEmpty, giving.index == taking.index,
                giving.loops.map(\.variable) == taking.loops.map(\.variable), giving.loops.map(\.bound) == taking.loops.map(\.bound)
            else { continue }
            guard release.stream != acquire.stream, !matching.contains(where: { $0.stream == release.stream }) else { return nil }
            if let first = matching.first, let one = form(first)?.count, one != giving.count { return nil }
            matching.append(release)
            given += giving.count
        }
        guard !matching.isEmpty, given == taking.count, semaphore.initial % taking.count == 0 else { return nil }
        return Channel(
            name: semaphore.name, acquire: acquire, releases: matching, rounds: semaphore.initial / taking.count, active: taking.loops,
            index: taking.index.expression)
    }

    private static func areApart(_ channel: Channel, _ site: Site, _ text: OperatorText, _ solver: ClaimSolver) -> Bool {
        guard let (reference, _) = reference(site), case .acquire(let own, _) = channel.acquire.kind else { return false }
        func ranges(_ loops: [LoopFrame]) -> [String: ClosedRange<Int>] {
            Dictionary(loops.compactMap { loop in loop.bound.constantValue.map { (loop.variable, 0...max(0, $0 - 1)) } }) { a, _ in a }
        }
        if let a = own.index.interval(ranges(channel.acquire.loops)), let b = reference.index.interval(ranges(site.loops)), !a.overlaps(b) { return true }
        // Counters that differ by less than all factors: 2·slot and 2·slot + 1.
        let (one, two) = (AffineForm(own.index), AffineForm(reference.index))
        let divisor = (one.terms + two.terms).reduce(0) { greatestCommonDivisor($0, abs($1.factor)) }
        if divisor > 1, (one.constant - two.constant) % divisor != 0 { return true }
        let scope = SymbolicScope(text.sizes)
        let layers = scope.layers(text.layers)
        let (x, inX) = scope.iteration(of: channel.acquire, layers: layers.variables, named: "i.")
        let (y, inY) = scope.iteration(of: site, layers: layers.variables, named: "j.")
        let meet = scope.term(own.index, x) == scope.term(reference.index, y)
        if case .impossible = solver.search(scope, layers.domain + inX + inY + [meet]).outcome { return true }
        return false
    }

    /// Several units give what one takes at once. A unit that runs ahead must not give twice for a round to which another has not
    /// given: each of them has to wait, before it gives again, for something that the taker gives after taking.
    private func isFair(_ channel: Channel, _ solver: ClaimSolver, _ text: OperatorText) -> Bool {
        for release in channel.releases {
            let back = channels.first { other in
                guard other.acquire.stream == release.stream, other.releases.count == 1 || other.name != channel.name,
                    let giver = other.releases.first(where: { $0.stream == channel.acquire.stream }),
                    other.active.map(\.variable) == channel.active.map(\.variable), other.active.map(\.bound) == channel.active.map(\.bound),
                    channel.rounds + other.rounds == 1
                else { return false }
                guard other.releases.count == 1 else { return false }
                // It takes before it gives, in the same iteration; and the taker gives back after taking.
                guard other.acquire.position < release.position, channel.acquire.position < giver.position else { return false }
                return Self.sameCounterImpliesSame(channel, other, solver, text)
            }
            guard back != nil else { return false }
        }
        return true
    }

    private static func sameCounterImpliesSame(_ a: Channel, _ b: Channel, _ solver: ClaimSolver, _ text: OperatorText) -> Bool {
        if a.index == b.index { return true }
        let scope = SymbolicScope(text.sizes)
        let layers = scope.layers(text.layers)
        var (x, y) = (layers.variables, layers.variables)
        var domain = layers.domain
        for loop in a.active {
            for (name, isFirst) in [("i.", true), ("j.", false)] {
                let index = scope.unknown(name + loop.variable)
                domain += [index >= 0, index < scope.term(loop.bound, layers.variables)]
                if isFirst { x[loop.variable] = index } else { y[loop.variable] = index }
            }
        }
        let same = scope.term(a.index, x) == scope.term(a.index, y)
        let other = scope.term(b.index, x) != scope.term(b.index, y)
        if case .impossible = solver.search(scope, domain + [same, other]).outcome { return true }
        return false
    }

    // MARK: Order

    /// The semaphore that a unit gives next after a command, of those that another unit takes.
    func forward(from first: Site, to second: Site) -> (channel: Channel, release: Site)? {
        var best: (channel: Channel, release: Site)?
        for channel in channels where channel.acquire.stream == second.stream && channel.acquire.position < second.position {
            guard let release = channel.releases.first(where: { $0.stream == first.stream }), release.position > first.position else { continue }
            if best.map({ release.position < $0.release.position }) ?? true { best = (channel, release) }
        }
        return best
    }

    /// A formula under which the access of `first` in iteration x has ended before `second` begins in iteration y, whatever anything
    /// takes: sufficient, not necessary.
    func precedes(
        _ first: Site, _ x: [String: LinearTerm], isWrite: Bool, _ second: Site, _ y: [String: LinearTerm], _ scope: SymbolicScope
    ) -> LinearFormula {
        var ways: [LinearFormula] = []
        for channel in channels where channel.acquire.stream == second.stream {
            guard let release = channel.releases.first(where: { $0.stream == first.stream }) else { continue }
            if isWrite, case .release(_, _, .operandsRead) = release.kind { continue }
            guard let given = Self.instance(of: release, near: first, x, scope), let taken = Self.instance(of: channel.acquire, near: second, y, scope)
            else { continue }
            var conditions = [
                Self.isOrdered(first, x, release, given, scope), Self.isOrdered(channel.acquire, taken, second, y, scope),
            ]
            let (from, to) = (channel.active.compactMap { given[$0.variable] }, channel.active.compactMap { taken[$0.variable] })
            guard from.count == channel.active.count, to.count == channel.active.count else { continue }
            guard channel.rounds <= 1 else { continue }
            conditions.append(Self.lexicographic(from, to, scope, orEqual: channel.rounds == 0))
            conditions.append(scope.term(channel.index, given) == scope.term(channel.index, taken))
            ways.append(LinearFormula.all(conditions))
        }
        return LinearFormula.any(ways)
    }

    /// The iteration of a semaphore's statement that belongs to a command's: the same indices, except for those that its conditions fix.
    private static func instance(of site: Site, near command: Site, _ indices: [String: LinearTerm], _ scope: SymbolicScope) -> [String: LinearTerm]? {
        let fixed = site.fixedIndices
        var result = indices
        for loop in site.loops {
            if let index = fixed[loop.variable] { result[loop.variable] = scope.term(index, [:]); continue }
            guard command.loops.contains(where: { $0.variable == loop.variable }) else { return nil }
        }
        return result
    }

    /// `a` in iteration x comes before `b` in iteration y of the same stream.
    private static func isOrdered(_ a: Site, _ x: [String: LinearTerm], _ b: Site, _ y: [String: LinearTerm], _ scope: SymbolicScope) -> LinearFormula {
        var shared: [String] = []
        for (one, other) in zip(a.loops, b.loops) {
            guard one.identity == other.identity else { break }
            shared.append(one.variable)
        }
        let (p, q) = (shared.compactMap { x[$0] }, shared.compactMap { y[$0] })
        return lexicographic(p, q, scope, orEqual: a.position < b.position)
    }

    static func lexicographic(_ a: [LinearTerm], _ b: [LinearTerm], _ scope: SymbolicScope, orEqual: Bool) -> LinearFormula {
        var result = LinearFormula.constant(orEqual)
        for (p, q) in zip(a, b).reversed() { result = p < q || (p == q && result) }
        return result
    }
}
