import SMT

/// Finds orders and residences with the fewest bytes off chip, and places for what is on chip.
///
/// First a few of the most promising states at each step, for something to compare with; then all states, those that can
/// become cheapest first, which proves what it finds; where that reaches its limit, the order in windows, then Z3. Plans are
/// replayed by plain code before they come out.
public struct Scheduler: Sendable {
    public enum Freedom: String, Sendable, Hashable, CaseIterable {
        /// Operators run as they are listed.
        case fixed
        /// Operators run in the best order.
        case joint
    }

    /// States that come up, for one search; about a million are a second.
    public var searchLimit = 8_000_000
    /// States kept at each step of the first look.
    public var beamWidth = 64
    /// Operators in a window whose order is free while the others' is fixed.
    public var window = 12
    public var minimizer = Minimizer(limits: QueryLimits(resources: 100_000_000))
    /// Z3 gets orders of at most so many operators to find.
    public var largestJointQuery = 40
    /// Whether places are looked for.
    public var placesTensors = true
    public var placer = Placer()
    /// Plans that are tried when places cannot be found.
    public var placementTries = 24

    public init() {
        placer.searchLimit = 10_000_000
        placer.solverLimits.resources = 50_000_000
    }

    /// - Parameters:
    ///   - progress: called with the best bytes and the bound whenever one of them gets better.
    ///   - isCancelled: asked now and then; true makes the search return the best so far.
    public func schedule(
        _ problem: ScheduleProblem, order freedom: Freedom, isCancelled: () -> Bool = { false }, progress: (ScheduleProgress) -> Void = { _ in }
    ) throws(ScheduleFailure) -> ScheduleOutcome {
        if freedom == .fixed && !problem.isOrder(Array(problem.operators.indices)) { throw .problem(.order) }
        var run = ScheduleRun(problem, self)
        try run.fixedOrder(problem.topologicalOrder, isBound: freedom == .fixed, isCancelled, progress)
        if freedom == .joint { try run.jointOrder(isCancelled, progress) }
        guard var outcome = run.outcome(wasCancelled: isCancelled()) else { throw .none }
        if placesTensors { try place(problem, freedom, &outcome, isCancelled) }
        do throws(ScheduleViolation) {
            let bytes = try problem.replay(outcome.plan)
            guard bytes == outcome.bytes, bytes >= outcome.lowerBound else { throw .order }
        } catch { throw .unsound(error) }
        return outcome
    }
}

/// What a search is at.
public struct ScheduleProgress: Sendable, Hashable {
    public var bytes: Int
    public var lowerBound: Int
}

public struct ScheduleOutcome: Sendable {
    public var plan: SchedulePlan
    /// To and from the memory off chip.
    public var bytes: Int
    /// No schedule moves fewer.
    public var lowerBound: Int
    public var compulsoryBytes: Int
    public var placement: SchedulePlacement
    public var effort: ScheduleEffort
    /// Whether the search was told to stop.
    public var wasCancelled: Bool

    /// Whether no schedule moves fewer bytes.
    public var isOptimal: Bool { bytes == lowerBound }
}

public enum SchedulePlacement: Sendable, Hashable {
    case notAsked
    /// Every residence has its offset.
    case placed
    /// There are no places for the plan, nor for any of those that were tried in its stead; the bytes are those of the plan.
    case none(tried: Int)
}

/// What it took.
public struct ScheduleEffort: Sendable, Hashable {
    /// States that came up.
    public var candidates = 0
    /// Orders improved window by window.
    public var windowRounds = 0
    public var records: [QueryRecord] = []
    /// Plans that had no places.
    public var unplacedPlans = 0
}

public enum ScheduleFailure: Error, Sendable, Equatable, CustomStringConvertible {
    case problem(ScheduleProblemError)
    case solver(SMTError)
    /// Stopped before anything was found.
    case none
    /// A plan did not pass its check: a fault of Cyclewright.
    case unsound(ScheduleViolation)
    case placement(PlacementFailure)

    public var description: String {
        switch self {
        case .problem(let error): error.description
        case .solver(let error): error.description
        case .none: "no schedule was found before the search was stopped"
        case .unsound(let violation): "a schedule was found that breaks a rule (\(violation)); please report this with the input files"
        case .placement(let failure): failure.description
        }
    }
}
