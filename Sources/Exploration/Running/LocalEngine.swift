import Dispatch
import Foundation
import Synchronization

/// Evaluates points on threads of this process.
public struct LocalEngine: PointEngine {
    /// Simulations and importers recurse over graphs: what the main thread of a process has.
    private static let stackBytes = 16 << 20
    /// Between two looks at whether to go on.
    private static let patience = DispatchTimeInterval.milliseconds(100)

    private let jobs: Int
    private let evaluator: any PointEvaluator

    /// - Parameter jobs: threads, at least one.
    public init(jobs: Int, evaluator: any PointEvaluator) {
        precondition(jobs > 0, "points are evaluated by somebody")
        self.jobs = jobs
        self.evaluator = evaluator
    }

    /// What the threads of one batch share.
    private final class Board: Sendable {
        private struct State {
            var next = 0
            var outcomes: [(index: Int, outcome: PointOutcome)] = []
            var running = 0
            var isStopped = false

            /// The index of a point that nobody has taken.
            mutating func take(_ count: Int) -> Int? {
                guard !isStopped, next < count else { return nil }
                defer { next += 1 }
                return next
            }
        }

        private let state: Mutex<State>
        private let requests: [PointRequest]
        private let evaluator: any PointEvaluator
        /// Signalled for every outcome, and for every thread that ends.
        let news = DispatchSemaphore(value: 0)

        init(_ requests: [PointRequest], _ evaluator: any PointEvaluator, threads: Int) {
            self.requests = requests
            self.evaluator = evaluator
            state = Mutex(State(running: threads))
        }

        func work() {
            while let index = state.withLock({ $0.take(requests.count) }) {
                let outcome: PointOutcome
                do throws(PointFailure) { outcome = .success(try evaluator.evaluate(requests[index].settings)) } catch { outcome = .failure(error) }
                state.withLock { $0.outcomes.append((index, outcome)) }
                news.signal()
            }
            state.withLock { $0.running -= 1 }
            news.signal()
        }

        func stop() { state.withLock { $0.isStopped = true } }

        /// What has come since the last call, and whether anything can still come.
        func collect() -> (outcomes: [(index: Int, outcome: PointOutcome)], isOver: Bool) {
            state.withLock { state in
                defer { state.outcomes = [] }
                return (state.outcomes, state.running == 0)
            }
        }
    }

    public mutating func evaluate(
        _ requests: [PointRequest], goesOn: () -> Bool, deliver: ([(index: Int, outcome: PointOutcome)]) throws -> Void
    ) throws {
        guard !requests.isEmpty else { return }
        let threads = min(jobs, requests.count)
        let board = Board(requests, evaluator, threads: threads)
        // Whatever ends this, nobody begins another point afterwards.
        defer { board.stop() }
        for _ in 0..<threads {
            let thread = Thread { board.work() }
            thread.stackSize = Self.stackBytes
            thread.start()
        }
        while true {
            _ = board.news.wait(timeout: .now() + Self.patience)
            if !goesOn() { board.stop() }
            let (outcomes, isOver) = board.collect()
            if !outcomes.isEmpty { try deliver(outcomes) }
            if isOver { return }
        }
    }
}
