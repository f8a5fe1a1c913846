import Exploration
import Synchronization

/// Remembers what was made for a key, for several threads: who asks while another makes it waits for that one. Failures are remembered too.
///
/// Values depend on their keys alone, so that what is forgotten, and when, changes time and no figure.
final class SweepMemory<Value: Sendable>: Sendable {
    private final class Slot: Sendable {
        let value = Mutex<Result<Value, PointFailure>?>(nil)
    }

    private struct State {
        var slots: [String: Slot] = [:]
        /// In the order in which they were made; the first that is left is the next to go.
        var order: [(key: String, weight: Int)] = []
        var oldest = 0
        var weight = 0
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let isEnabled: Bool
    private let weight: @Sendable (Value) -> Int

    /// - Parameters:
    ///   - capacity: weight of all values that are kept, at least one.
    ///   - weight: of a value; a failure weighs one.
    init(capacity: Int, isEnabled: Bool, weight: @escaping @Sendable (Value) -> Int = { _ in 1 }) {
        precondition(capacity > 0, "a memory holds something")
        self.capacity = capacity
        self.isEnabled = isEnabled
        self.weight = weight
    }

    /// The value for `key`, made where it is not known.
    func value(_ key: String, make: () throws(PointFailure) -> Value) throws(PointFailure) -> Value {
        guard isEnabled else { return try make() }
        let slot = slot(key)
        let (result, isNew) = slot.value.withLock { known -> (Result<Value, PointFailure>, Bool) in
            if let known { return (known, false) }
            let made: Result<Value, PointFailure>
            do throws(PointFailure) { made = .success(try make()) } catch { made = .failure(error) }
            known = made
            return (made, true)
        }
        if isNew { remember(key, (try? result.get()).map(weight) ?? 1) }
        return try result.get()
    }

    private func slot(_ key: String) -> Slot {
        state.withLock { state in
            if let slot = state.slots[key] { return slot }
            let slot = Slot()
            state.slots[key] = slot
            return slot
        }
    }

    private func remember(_ key: String, _ weight: Int) {
        state.withLock { state in
            state.order.append((key, weight))
            state.weight += weight
            while state.weight > capacity, state.oldest < state.order.count {
                let (oldest, freed) = state.order[state.oldest]
                state.slots[oldest] = nil
                state.weight -= freed
                state.oldest += 1
            }
            // Not for each one, which would cost the length of the list.
            if state.oldest > 1024, state.oldest * 2 > state.order.count {
                state.order.removeFirst(state.oldest)
                state.oldest = 0
            }
        }
    }
}
