import SMT

/// One run of the scheduler: the best plan and the best bound so far. Costs are bytes beyond the compulsory ones.
struct ScheduleRun {
    private let problem: ScheduleProblem
    private let settings: Scheduler
    private let compulsory: Int
    private var best: (plan: SchedulePlan, cost: Int)?
    private var bound = 0
    private var effort = ScheduleEffort()
    private var reported: ScheduleProgress?

    init(_ problem: ScheduleProblem, _ settings: Scheduler) {
        self.problem = problem
        self.settings = settings
        compulsory = problem.compulsoryBytes
    }

    private var isProved: Bool { best.map { $0.cost <= bound } ?? false }

    func outcome(wasCancelled: Bool) -> ScheduleOutcome? {
        best.map {
            ScheduleOutcome(
                plan: $0.plan, bytes: compulsory + $0.cost, lowerBound: compulsory + min(bound, $0.cost), compulsoryBytes: compulsory,
                placement: .notAsked, effort: effort, wasCancelled: wasCancelled && !isProved)
        }
    }

    private mutating func note(_ plan: SchedulePlan?, bound: Int? = nil, _ progress: (ScheduleProgress) -> Void) {
        if let plan {
            let cost = plan.bytes(in: problem) - compulsory
            if best.map({ cost < $0.cost }) ?? true { best = (plan, cost) }
        }
        if let bound { self.bound = max(self.bound, bound) }
        guard let best else { return }
        let now = ScheduleProgress(bytes: compulsory + best.cost, lowerBound: compulsory + min(self.bound, best.cost))
        if now != reported { progress(now) }
        reported = now
    }

    /// The best residences for one order.
    ///
    /// - Parameter isBound: whether what is proved for the order is proved for the problem.
    mutating func fixedOrder(
        _ order: [Int], isBound: Bool, _ isCancelled: () -> Bool, _ progress: (ScheduleProgress) -> Void
    ) throws(ScheduleFailure) {
        var search = ScheduleSearch(problem, blocks: order.map { [$0] })
        note(search.beam(width: settings.beamWidth), progress)
        let limit = isBound ? settings.searchLimit : settings.searchLimit / 8
        let result = search.run(limit: limit, costLimit: best?.cost ?? .max, isCancelled: isCancelled)
        effort.candidates += result.candidates
        note(result.plan, bound: isBound ? result.lowerBound : nil, progress)
        guard isBound, !isProved, !isCancelled() else { return }
        do throws(SMTError) {
            let answer = try ResidencyEncoding(problem, order: order).solve(settings.minimizer, known: best?.cost, isCancelled: isCancelled)
            effort.records += answer.records
            note(answer.plan, bound: answer.lowerBound, progress)
        } catch { throw .solver(error) }
    }

    /// The best order with its residences.
    mutating func jointOrder(_ isCancelled: () -> Bool, _ progress: (ScheduleProgress) -> Void) throws(ScheduleFailure) {
        if isProved || isCancelled() { return }
        var search = ScheduleSearch(problem)
        note(search.beam(width: settings.beamWidth, isCancelled: isCancelled), progress)
        if best?.cost == 0 { return }
        search.prepare(limit: settings.searchLimit, isCancelled: isCancelled)
        let result = search.run(limit: settings.searchLimit, costLimit: best?.cost ?? .max, isCancelled: isCancelled)
        effort.candidates += result.candidates
        note(result.plan, bound: result.lowerBound, progress)
        if isProved || isCancelled() { return }
        windows(isCancelled, progress)
        guard problem.operators.count <= settings.largestJointQuery, !isProved, !isCancelled() else { return }
        do throws(SMTError) {
            let answer = try OrderEncoding(problem).solve(settings.minimizer, known: best?.cost, isCancelled: isCancelled)
            effort.records += answer.records
            note(answer.plan, bound: answer.lowerBound, progress)
        } catch { throw .solver(error) }
    }

    /// Frees the order within windows of the best one, and moves the windows by half, as long as that helps.
    private mutating func windows(_ isCancelled: () -> Bool, _ progress: (ScheduleProgress) -> Void) {
        var (failures, round) = (0, 0)
        while let before = best, failures < 2, round < 20, !isProved, !isCancelled() {
            let shift = round % 2 * (settings.window / 2)
            var blocks: [[Int]] = []
            for (step, index) in before.plan.order.enumerated() {
                if step == 0 || (step + shift) % settings.window == 0 { blocks.append([]) }
                blocks[blocks.count - 1].append(index)
            }
            var search = ScheduleSearch(problem, blocks: blocks)
            note(search.beam(width: settings.beamWidth, costLimit: before.cost, isCancelled: isCancelled), progress)
            let result = search.run(limit: settings.searchLimit / 16, costLimit: best?.cost ?? .max, isCancelled: isCancelled)
            effort.candidates += result.candidates
            note(result.plan, progress)
            failures = (best?.cost ?? 0) < before.cost ? 0 : failures + 1
            round += 1
        }
        effort.windowRounds += round
    }
}
