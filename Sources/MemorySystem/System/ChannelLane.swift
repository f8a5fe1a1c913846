/// A channel: its controller, and where the channel is in the graph of states when its controller lags behind.
struct ChannelLane: Sendable {
    /// A run of reads with accesses that are not served.
    struct OpenRun {
        var request: Int32
        var remaining: Int32
        /// What its accesses carry in the controller.
        var tag: Int
    }

    var controller: EventController
    /// The controller is in the channel's state; otherwise only its counters count.
    var isLive = true
    /// The channel's state, or -1 when that is not known.
    var node: Int32 = -1
    var cycle = 0
    /// When refreshes fall due, by unit, and the first of these.
    var due: [Int]
    var nearest: Int
    /// The node's rows and waiting writes, and the writes that it leaves out.
    var rows: [Int32] = []
    var writes: [WaitingWrite] = []
    var omitted: [WaitingWrite] = []
    /// Oldest first.
    var open: [OpenRun] = []
    var nextTag = 0
    var lastCompletion = 0

    init(_ controller: EventController) {
        self.controller = controller
        due = controller.core.refreshDates
        nearest = due.min() ?? Int.max
    }

    var hasReads: Bool { !open.isEmpty }
}

/// Whether states are looked up that came before.
public enum Replays: Sendable {
    case never, always, whereItPays
}

/// Decides whether channels walk the graph: a state that was not met before costs more than simulating alone.
///
/// Decisions depend on nothing but what was asked for, and they change no figure.
struct ReplayGauge {
    private static let trial = 2048
    /// Accesses that could be simulated in the time that it takes to describe a state and to add an edge.
    private static let price = 64
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
