import SMT

/// Finds offsets for buffers, or proves that there are none: first-fit, then the canonical search, or Z3 where there are side
/// constraints. Every placement that comes out was checked by plain code that has no part in finding it.
public struct Placer: Sendable {
    /// Orders that first-fit tries; 0 leaves it out.
    public var firstFitTries = 40
    /// The canonical search's, in looked-at buffers and sections; about 200 million are a second.
    public var searchLimit = 4_000_000_000
    /// Z3's, for one query.
    public var solverLimits = QueryLimits(resources: 400_000_000)

    public init() {}

    /// - Parameter isCancelled: asked now and then; true makes the search give up.
    public func place(_ problem: PlacementProblem, isCancelled: () -> Bool = { false }) throws(PlacementFailure) -> PlacementOutcome {
        let live = LiveBytes(of: problem)
        func outcome(_ verdict: PlacementVerdict, _ effort: PlacementEffort) throws(PlacementFailure) -> PlacementOutcome {
            if case .placed(let placement) = verdict, let violation = problem.violation(of: placement) { throw .unsound(violation) }
            return PlacementOutcome(verdict: verdict, effort: effort, live: live)
        }
        if problem.buffers.isEmpty { return try outcome(.placed(Placement(offsets: [])), .firstFit(tries: 0)) }
        if let proof = obstacle(problem, live) { return try outcome(.infeasible(proof), .bounds) }
        if let hinted = hinted(problem) { return try outcome(.placed(hinted), .hints) }
        var firstFit: FirstFit
        do throws(PlacementError) { firstFit = try FirstFit(problem) } catch { throw .problem(error) }
        if problem.aliases.isEmpty && problem.apart.isEmpty && firstFitTries > 0 {
            // Any placement within the capacity will do.
            let best = firstFit.best(tries: firstFitTries, goal: problem.capacity)
            if let best, problem.violation(of: best) == nil { return try outcome(.placed(best), .firstFit(tries: firstFit.tries)) }
        }
        if problem.isPlain {
            guard problem.buffers.count <= CanonicalPortfolio.maximumBuffers else {
                return try outcome(.undecided, .firstFit(tries: firstFit.tries))
            }
            var portfolio = CanonicalPortfolio()
            portfolio.limit = searchLimit
            let result = portfolio.solve(problem, isCancelled: isCancelled)
            let effort = PlacementEffort.search(runs: result.runs, nodes: result.nodes, work: result.work)
            switch (result.verdict, result.placement) {
            case (.found, let placement?): return try outcome(.placed(placement), effort)
            case (.none, _): return try outcome(.infeasible(.exhausted), effort)
            default: return try outcome(.undecided, effort)
            }
        }
        guard firstFit.conflicts.neighbours.count <= 2 * SolverPlacement.maximumPairs else {
            return try outcome(.undecided, .firstFit(tries: firstFit.tries))
        }
        let answer: SolverPlacement.Answer
        do throws(SMTError) {
            answer = try SolverPlacement(problem, firstFit.conflicts, limits: solverLimits).solve()
        } catch {
            throw .solver(error)
        }
        switch answer {
        case .placed(let placement, let record): return try outcome(.placed(placement), .solver(record))
        case .infeasible(let core, let isMinimal, let record):
            return try outcome(.infeasible(.contradiction(core, isMinimal: isMinimal)), .solver(record))
        case .undecided(let record): return try outcome(.undecided, .solver(record))
        }
    }

    /// What no search is needed to see.
    private func obstacle(_ problem: PlacementProblem, _ live: LiveBytes) -> InfeasibilityProof? {
        if live.bytes > problem.capacity { return .liveBytes(live) }
        let room = problem.capacity / problem.banks
        if let index = problem.buffers.firstIndex(where: { $0.size > room }) { return .tooLarge(buffer: index, room: room) }
        if let index = problem.buffers.firstIndex(where: { ($0.fixedOffset ?? 0) > problem.capacity - $0.size }) {
            return .tooLarge(buffer: index, room: problem.capacity)
        }
        return nil
    }

    /// The hints, where every buffer has one or is fixed and they can be followed.
    private func hinted(_ problem: PlacementProblem) -> Placement? {
        guard problem.buffers.contains(where: { $0.hint != nil }) else { return nil }
        var offsets: [Int] = []
        for buffer in problem.buffers {
            guard let offset = buffer.fixedOffset ?? buffer.hint else { return nil }
            offsets.append(offset)
        }
        let placement = Placement(offsets: offsets)
        return problem.violation(of: placement) == nil ? placement : nil
    }
}

/// What became of a placement problem.
public struct PlacementOutcome: Sendable {
    public var verdict: PlacementVerdict
    public var effort: PlacementEffort
    /// A bound that no placement goes below.
    public var live: LiveBytes
}

public enum PlacementVerdict: Sendable, Hashable {
    case placed(Placement)
    case infeasible(InfeasibilityProof)
    /// Neither a placement nor a proof within the limits.
    case undecided
}

/// Why there is no placement.
public enum InfeasibilityProof: Sendable, Hashable {
    /// More is live at one time than there is room for.
    case liveBytes(LiveBytes)
    /// A buffer that does not fit into a bank, or at its fixed offset, alone.
    case tooLarge(buffer: Int, room: Int)
    /// The canonical search has looked everywhere.
    case exhausted
    /// Requirements that cannot hold together with lifetimes, sizes, alignments and capacity; empty when those alone cannot.
    case contradiction([PlacementRequirement], isMinimal: Bool)
}

/// What it took.
public enum PlacementEffort: Sendable, Hashable {
    case bounds
    case hints
    case firstFit(tries: Int)
    case search(runs: Int, nodes: Int, work: Int)
    case solver(QueryRecord)
}

/// Why a placement could not even be attempted.
public enum PlacementFailure: Error, Sendable, Equatable, CustomStringConvertible {
    case problem(PlacementError)
    case solver(SMTError)
    /// A placement did not pass its check: a fault of Cyclewright.
    case unsound(PlacementViolation)

    public var description: String {
        switch self {
        case .problem(let error): error.description
        case .solver(let error): error.description
        case .unsound(let violation): "a placement was found that breaks a constraint (\(violation)); please report this with the input file"
        }
    }
}
