import Exploration
import Foundation
import Synchronization
import Testing

@Suite("Running sweeps")
struct RunningTests {
    private let space = FakeSpace()

    private func run(
        _ path: String, jobs: Int = 1, limit: Int? = nil, repeats: Bool = false, hook: @escaping @Sendable () -> Void = {}, goesOn: () -> Bool = { true }
    ) throws -> (summary: SweepRunner.Summary, results: SweepResults) {
        let database = try SweepDatabase(path: path, header: space.header())
        var fake = FakeStrategy(space, seed: 3)
        fake.repeats = repeats
        var strategy: any SearchStrategy = fake
        var engine: any PointEngine = LocalEngine(jobs: jobs, evaluator: FakeEvaluator(hook: hook))
        let summary = try SweepRunner(database: database, space: space, pointLimit: limit).run(&strategy, on: &engine, goesOn: goesOn)
        return (summary, try SweepReader(path: path).results())
    }

    @Test func everyPointIsRunOnceWhateverBecomesOfIt() throws {
        try withFolder { folder in
            let runs = Mutex(0)
            let (summary, results) = try run(folder + "/a.sqlite", hook: { runs.withLock { $0 += 1 } })
            #expect(summary.ending == .exhausted && summary.evaluated == 30 && runs.withLock { $0 } == 30)
            #expect(results.points.map(\.number) == Array(0..<30))
            #expect(Set(results.points.map(\.point)) == Set(space.points))
            // Against the evaluator and the space by themselves.
            for point in results.points {
                let outcome: Result<[EvaluatedPoint.Figure], PointFailure> = Result { () throws(PointFailure) in
                    try FakeEvaluator().evaluate(space.settings(of: point.point))
                }
                switch outcome {
                case .success(let figures):
                    #expect(point.figures == figures && point.objectives == figures.prefix(2).map(\.value))
                    #expect(point.status == (figures[0].value > 40 ? .beyondLimit : .finished))
                case .failure(let failure): #expect(point.status == .failed && point.reason == failure.reason && point.figures.isEmpty)
                }
            }
            #expect(summary.failed == results.points.count { $0.status == .failed } && summary.failed > 0)
            #expect(results.points.contains { $0.status == .beyondLimit && $0.reason.hasPrefix("cycles <= 40") })
            // The same command again finds nothing to do.
            let again = try run(folder + "/a.sqlite", hook: { runs.withLock { $0 += 1 } })
            #expect(again.summary.evaluated == 0 && runs.withLock { $0 } == 30 && again.results == results)
        }
    }

    @Test(arguments: [2, 3, 16])
    func jobsChangeNothing(jobs: Int) throws {
        try withFolder { folder in
            let alone = try run(folder + "/a.sqlite").results
            // Points take times of their own, so that they finish in another order.
            let tick = Mutex(0)
            let together = try run(folder + "/b.sqlite", jobs: jobs, hook: { usleep(UInt32(tick.withLock { $0 = ($0 + 7) % 11; return $0 }) * 300) }).results
            #expect(together == alone)
        }
    }

    @Test func interruptedAnywhereItEndsTheSame() throws {
        try withFolder { folder in
            let whole = try run(folder + "/whole.sqlite").results
            for stop in 1..<30 {
                let path = folder + "/\(stop).sqlite", begun = Mutex(0)
                let (summary, part) = try run(path, jobs: 2, hook: { begun.withLock { $0 += 1 } }, goesOn: { begun.withLock { $0 } < stop })
                if summary.ending == .interrupted { #expect(part.points.count == summary.evaluated && part.points.count <= 30) }
                let runs = Mutex(0)
                let rest = try run(path, jobs: 2, hook: { runs.withLock { $0 += 1 } })
                #expect(rest.results == whole)
                #expect(part.points.count + runs.withLock { $0 } == 30)
            }
        }
    }

    @Test func aLimitOnPointsCanBeRaised() throws {
        try withFolder { folder in
            let first = try run(folder + "/a.sqlite", limit: 8)
            #expect(first.summary.ending == .complete && first.results.points.count == 8)
            let second = try run(folder + "/a.sqlite", limit: 20)
            #expect(second.summary.evaluated == 12)
            let straight = try run(folder + "/b.sqlite", limit: 20).results
            #expect(second.results == straight)
            #expect(try run(folder + "/a.sqlite", limit: 5).results.points.count == 20)
        }
    }

    @Test func pointsThatAreKnownAreNotRunAgain() throws {
        try withFolder { folder in
            let runs = Mutex(0)
            let (summary, results) = try run(folder + "/a.sqlite", repeats: true, hook: { runs.withLock { $0 += 1 } })
            #expect(summary.ending == .repeating && runs.withLock { $0 } == results.points.count)
            #expect(Set(results.points.map(\.point)).count == results.points.count)
            let again = try run(folder + "/a.sqlite", repeats: true, hook: { runs.withLock { $0 += 1 } })
            #expect(runs.withLock { $0 } == again.results.points.count)
        }
    }

    @Test func aStrategyThatChangesItsMindIsRefused() throws {
        try withFolder { folder in
            let path = folder + "/a.sqlite"
            let before = try run(path, limit: 12).results
            let database = try SweepDatabase(path: path, header: space.header())
            var strategy: any SearchStrategy = FakeStrategy(space, seed: 4)
            var engine: any PointEngine = LocalEngine(jobs: 1, evaluator: FakeEvaluator())
            #expect(throws: SweepError.changedStrategy(path, "fake", 0)) {
                try SweepRunner(database: database, space: space, pointLimit: nil).run(&strategy, on: &engine)
            }
            #expect(try SweepReader(path: path).results() == before)
        }
    }

    @Test func frontsOfOnePassAreThoseOfTheWhole() throws {
        try withFolder { folder in
            let results = try run(folder + "/a.sqlite").results
            var collector = FrontCollector(results.objectives)
            for point in results.points { collector.add(point) }
            #expect(collector.front.map(\.number).sorted() == results.paretoFront([0, 1]).map { results.points[$0].number }.sorted())
            #expect(collector.best[0]?.number == results.paretoFront([0]).map { results.points[$0].number }.first)
            #expect(collector.count(.failed) == results.points.count { $0.status == .failed })
        }
    }
}
