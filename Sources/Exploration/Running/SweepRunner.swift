/// Runs a sweep: asks the strategy, has points evaluated, stores them as they finish, and tells the strategy in the order in which it asked.
///
/// What the strategy is asked and told depends on the space and the seed alone, so that neither the number of jobs nor an interruption
/// changes a result. To go on, the strategy is asked and told again what it was, from the database.
public struct SweepRunner {
    /// How a run came to its end.
    public enum Ending: Sendable, Hashable {
        /// As many points as were wanted.
        case complete
        /// The strategy has no more points.
        case exhausted
        /// The strategy asks for nothing but points that are known already.
        case repeating
        /// It was asked to stop, and some points are left.
        case interrupted
    }

    /// What a run has done.
    public struct Summary: Sendable, Hashable {
        public var ending: Ending
        /// Points that this run evaluated; those that were known before are not among them.
        public var evaluated: Int
        /// Of those, the ones without figures.
        public var failed: Int
    }

    /// How far a sweep is.
    public struct Progress: Sendable, Hashable {
        /// Points evaluated, those of earlier runs included.
        public var evaluated: Int
        /// As many as are wanted, where that is known.
        public var wanted: Int?
        public var failed: Int
    }

    /// Batches in a row without a point that is new, after which a strategy is taken to have come to its end.
    static let patience = 20

    private let database: SweepDatabase
    private let space: any SweptSpace
    private let pointLimit: Int?

    /// - Parameter pointLimit: points to evaluate, those of earlier runs included; `nil` for all that the strategy asks for.
    public init(database: SweepDatabase, space: any SweptSpace, pointLimit: Int?) {
        self.database = database
        self.space = space
        self.pointLimit = pointLimit
    }

    /// - Parameters:
    ///   - strategy: as it was when the sweep began.
    ///   - goesOn: asked now and then; once it is false the run comes to an end soon, with everything stored that is finished.
    public func run(
        _ strategy: inout any SearchStrategy, on engine: inout any PointEngine, goesOn: () -> Bool = { true },
        progress: (Progress) -> Void = { _ in }
    ) throws -> Summary {
        defer { engine.finish() }
        var summary = Summary(ending: .complete, evaluated: 0, failed: 0)
        progress(state(summary))
        for number in 0..<database.batchCount {
            let batch = try database.batch(number)
            let again = try strategy.ask(batch.requested)
            guard again == batch.points.map(\.point) else { throw SweepError.changedStrategy(database.path, database.header.strategy, number) }
            guard let told = try complete(batch, &engine, goesOn, &summary, progress) else {
                summary.ending = .interrupted
                return summary
            }
            try strategy.tell(told)
        }
        var knownBatches = 0
        while database.pointCount < pointLimit ?? .max {
            guard goesOn() else {
                summary.ending = .interrupted
                return summary
            }
            let count = min(database.header.batchSize, (pointLimit ?? .max) - database.pointCount)
            let points = try strategy.ask(count)
            guard !points.isEmpty else {
                summary.ending = .exhausted
                return summary
            }
            guard points.count <= count else { throw SweepError.greedyStrategy(database.header.strategy, asked: count, given: points.count) }
            let before = database.pointCount
            let batch = try database.append(points, requested: count)
            guard let told = try complete(batch, &engine, goesOn, &summary, progress) else {
                summary.ending = .interrupted
                return summary
            }
            try strategy.tell(told)
            knownBatches = database.pointCount == before ? knownBatches + 1 : 0
            if knownBatches >= Self.patience {
                summary.ending = .repeating
                return summary
            }
        }
        return summary
    }

    /// Evaluates what is missing of a batch.
    ///
    /// - Returns: what became of its points in their order; `nil` when some are missing since the run was asked to stop.
    private func complete(
        _ batch: SweepDatabase.Batch, _ engine: inout any PointEngine, _ goesOn: () -> Bool, _ summary: inout Summary,
        _ progress: (Progress) -> Void
    ) throws -> [EvaluatedPoint]? {
        var outcomes: [Int: EvaluatedPoint] = [:]
        var requests: [PointRequest] = []
        for stored in batch.points {
            if let outcome = stored.outcome {
                outcomes[stored.number] = outcome
            } else if !requests.contains(where: { $0.number == stored.number }) {
                requests.append(PointRequest(number: stored.number, point: stored.point, settings: space.settings(of: stored.point)))
            }
        }
        if !requests.isEmpty {
            try engine.evaluate(requests, goesOn: goesOn) { finished in
                let points = finished.map { space.evaluated(requests[$0.index].number, requests[$0.index].point, $0.outcome) }
                try database.store(points)
                for point in points {
                    outcomes[point.number] = point
                    summary.evaluated += 1
                    if point.status == .failed { summary.failed += 1 }
                }
                progress(state(summary))
            }
        }
        let told = batch.points.compactMap { outcomes[$0.number] }
        return told.count == batch.points.count ? told : nil
    }

    private func state(_ summary: Summary) -> Progress {
        Progress(evaluated: database.evaluatedCount, wanted: pointLimit, failed: summary.failed)
    }
}

/// Why a sweep cannot go on, though its database and its points are in order.
public enum SweepError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The strategy asks for other points than it did when the sweep began: path, strategy, batch.
    case changedStrategy(String, String, Int)
    /// The strategy gave more points than it was asked for.
    case greedyStrategy(String, asked: Int, given: Int)
    /// The cluster does not do its part.
    case cluster(String)

    public var description: String {
        switch self {
        case .changedStrategy(let path, let strategy, let batch):
            "\(path): the strategy \"\(strategy)\" asks for other points in batch \(batch) than it did when this sweep began, so that it cannot be gone on with; a strategy has to give the same points for the same seed and results. Nothing was changed: write to another file with --output"
        case .greedyStrategy(let strategy, let asked, let given):
            "the strategy \"\(strategy)\" was asked for at most \(asked) points and gave \(given)"
        case .cluster(let message): message
        }
    }
}
