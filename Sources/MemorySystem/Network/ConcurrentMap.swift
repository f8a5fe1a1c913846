import Dispatch
import Synchronization

/// What comes of each value, in the order of the values, worked out on several threads.
///
/// The values are independent and `body` is a function of one of them, so that the result does not depend on the number of threads or
/// on who finishes first. Values are begun in the order in which they are given.
///
/// - Parameters:
///   - threads: 1 for none beside the caller's.
///   - finished: called on the caller's thread each time a value is done.
func concurrentMap<Value: Sendable, Result: Sendable>(
    _ values: [Value], threads: Int, finished: () -> Void, _ body: @escaping @Sendable (Value) -> Result
) -> [Result] {
    guard threads > 1, values.count > 1 else {
        return values.map { value in
            defer { finished() }
            return body(value)
        }
    }
    let state = ConcurrentResults<Result>(count: values.count)
    let signal = DispatchSemaphore(value: 0)
    for _ in 0..<min(threads, values.count) {
        DispatchQueue.global().async {
            while let index = state.take() {
                state.put(body(values[index]), at: index)
                signal.signal()
            }
        }
    }
    for _ in values {
        signal.wait()
        finished()
    }
    return state.all()
}

/// Results under way, and the next value to be begun.
private final class ConcurrentResults<Result: Sendable>: Sendable {
    private let state: Mutex<(next: Int, results: [Result?])>
    private let count: Int

    init(count: Int) {
        self.count = count
        state = Mutex((next: 0, results: Array(repeating: nil, count: count)))
    }

    func take() -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    func put(_ result: Result, at index: Int) { state.withLock { $0.results[index] = result } }
    func all() -> [Result] { state.withLock { $0.results.compactMap { $0 } } }
}
