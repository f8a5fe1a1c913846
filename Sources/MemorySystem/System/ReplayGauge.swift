/// Whether states are looked up that came before.
public enum Replays: Sendable {
    case never, always, whereItPays
}

/// Decides whether channels walk the graph: a state that was not met before costs more than simulating alone.
///
/// Decisions depend on nothing but what was asked for, and they change no figure.
struct ReplayGauge {
    private static let trial = 512
    /// Accesses that could be simulated in the time that it takes to describe a state and to add an edge.
    private static let price = 96
    private let choice: Replays
    private(set) var isReplaying: Bool
    private var left = trial
    /// Accesses saved, less those that could have been simulated, in the trial's second half: the first meets most states for the
    /// first time.
    private var balance = 0
    private var pause = 2 * trial

    init(_ choice: Replays) {
        self.choice = choice
        isReplaying = choice != .never
    }

    /// A step of some accesses was looked up, and found or not.
    @inline(__always)
    mutating func note(hit: Bool, accesses: Int) {
        guard choice == .whereItPays else { return }
        left &-= 1
        if left < Self.trial / 2 { balance &+= hit ? accesses : -Self.price }
        if left == 0 { decide() }
    }

    @inline(never)
    private mutating func decide() {
        if isReplaying {
            isReplaying = balance > 0
            left = isReplaying ? Self.trial : pause
            pause = isReplaying ? 2 * Self.trial : min(pause * 2, 128 * Self.trial)
        } else {
            isReplaying = true
            left = Self.trial
        }
        balance = 0
    }
}
