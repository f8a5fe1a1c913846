import Synchronization

/// Remembers what was made for a key, for several threads: who asks while another makes it waits for that one.
///
/// Values depend on their keys alone, so that what is forgotten, and when, changes time and no figure.
final class SweepMemory<Value: Sendable>: Sendable {
    private final class Slot: Sendable {
        let value = Mutex<Result<Value, PointFailureBox>?>(nil)
    }

    private struct State {
        var slots: [String: Slot] = [:]
        /// In the order in which they came; the first is the next to go.
        var order: [String] = []
        var oldest = 0
    }

    /// Failures are remembered as well.
    struct PointFailureBox: Error, Sendable { var reason: String }

    private let state = Mutex(State())
    private let capacity: Int
    private let isEnabled: Bool

    /// - Parameter capacity: values that are kept, at least one.
    init(capacity: Int, isEnabled: Bool) {
        precondition(capacity > 0, "a memory holds something")
        self.capacity = capacity
        self.isEnabled = isEnabled
    }

    /// The value for `key`, made where it is not known.
    func value(_ key: String, make: () -> Result<Value, PointFailureBox>) -> Result<Value, PointFailureBox> {
        guard isEnabled else { return make() }
        return slot(key).value.withLock { known in
            if let known { return known }
            let made = make()
            known = made
            return made
        }
    }

    private func slot(_ key: String) -> Slot {
        state.withLock { state in
            if let slot = state.slots[key] { return slot }
            if state.slots.count >= capacity {
                state.slots[state.order[state.oldest]] = nil
                state.oldest += 1
                // Not for each one, which would cost the length of the list.
                if state.oldest >= capacity {
                    state.order.removeFirst(state.oldest)
                    state.oldest = 0
                }
            }
            let slot = Slot()
            state.slots[key] = slot
            state.order.append(key)
            return slot
        }
    }
}
