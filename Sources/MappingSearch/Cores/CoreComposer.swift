import SMT

/// Decides for all operators together on which cores each runs, region by region, so that the whole is done soonest.
public struct CoreComposer: Sendable {
    /// States behind one operation, at the first look and at the second one.
    public var beamWidth = 100
    public var searchWidth = 4000
    /// Z3 gets regions that the search left open, of a few operations.
    public var minimizer = Minimizer(limits: QueryLimits(resources: 3_000_000))

    public init() {}

    /// - Parameter isCancelled: asked between regions; once it is true the rest runs on all cores.
    public func compose(_ problem: CoreProblem, isCancelled: () -> Bool = { false }) -> CoreOutcome {
        var outcome = CoreOutcome(choice: [], cycles: 0, cyclesOnAll: problem.cycles(problem.everything), lowerBound: 0, regions: [])
        // Regions that are alike, as the layers of a network are, are searched once.
        var known: [(problem: CoreProblem, region: CoreOutcome.Region, choice: [Range<Int>])] = []
        for range in problem.regions {
            let part = problem.part(range)
            var (region, choice): (CoreOutcome.Region, [Range<Int>])
            if let same = known.first(where: { $0.problem.isLike(part) }) {
                (region, choice) = (same.region, same.choice)
            } else {
                (region, choice) = search(part, isCancelled)
                known.append((part, region, choice))
            }
            region.operations = range
            outcome.choice += choice
            outcome.regions.append(region)
            outcome.lowerBound += region.lowerBound
        }
        outcome.cycles = problem.cycles(outcome.choice)
        return outcome
    }

    /// - Returns: the region with nothing but its times, and the ranges of its operations.
    private func search(_ part: CoreProblem, _ isCancelled: () -> Bool) -> (CoreOutcome.Region, [Range<Int>]) {
        let all = part.cycles(part.everything)
        var choice = part.everything
        var region = CoreOutcome.Region(operations: 0..<part.operations.count, cycles: all, cyclesOnAll: all, lowerBound: 0)
        let search = CoreSearch(part)
        for width in [beamWidth, searchWidth] where region.lowerBound < region.cycles && !isCancelled() {
            let result = search.run(width: width, below: region.cycles)
            if let better = result.choice { (choice, region.cycles) = (better, part.cycles(better)) }
            region.lowerBound = max(region.lowerBound, min(result.lowerBound, region.cycles))
        }
        let encoding = CoreEncoding(part)
        if region.lowerBound < region.cycles, encoding.isPossible, !isCancelled(), let result = try? solve(encoding, known: region.cycles, isCancelled) {
            if let decisions = result.decisions {
                let found = encoding.choice(decisions)
                // A model is not taken at its word.
                let cycles = part.cycles(found)
                if cycles < region.cycles { (choice, region.cycles) = (found, cycles) }
            }
            region.lowerBound = max(region.lowerBound, min(region.cycles, encoding.least + result.lowerBound))
        }
        return (region, choice)
    }

    private func solve(_ encoding: CoreEncoding, known: Int?, _ isCancelled: () -> Bool) throws(SMTError) -> Minimizer.Result {
        try minimizer.minimize(known: known.map { max(0, $0 - encoding.least) }, isCancelled: isCancelled) { context throws(SMTError) in encoding.build(context) }
    }

    /// The same by Z3 alone, which knows nothing of the search; `nil` where there is too much to write down.
    package func solve(_ problem: CoreProblem) throws(SMTError) -> (choice: [Range<Int>]?, lowerBound: Int)? {
        let encoding = CoreEncoding(problem)
        guard encoding.isPossible else { return nil }
        let result = try solve(encoding, known: nil, { false })
        return (result.decisions.map { encoding.choice($0) }, encoding.least + result.lowerBound)
    }
}

/// Where operators run, and how good that is.
public struct CoreOutcome: Sendable, Equatable {
    /// A stretch of operations that was decided by itself.
    public struct Region: Sendable, Equatable {
        public var operations: Range<Int>
        public var cycles: Int
        /// With all of them on all cores.
        public var cyclesOnAll: Int
        /// No choice takes fewer.
        public var lowerBound: Int

        public var isOptimal: Bool { cycles == lowerBound }
    }

    /// By operation.
    public var choice: [Range<Int>]
    public var cycles: Int
    public var cyclesOnAll: Int
    public var lowerBound: Int
    public var regions: [Region]

    public var isOptimal: Bool { cycles == lowerBound }
    /// How far above the bound it may be, 0 for not at all.
    public var gap: Double { lowerBound > 0 ? Double(cycles) / Double(lowerBound) - 1 : cycles == 0 ? 0 : .infinity }
}

extension CoreProblem {
    /// The same but for names.
    fileprivate func isLike(_ other: CoreProblem) -> Bool {
        cores == other.cores && operations.count == other.operations.count
            && zip(operations, other.operations).allSatisfy { $0.needs == $1.needs && $0.times == $1.times }
    }
}
