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
    private static let trial = 1024
    private let choice: Replays
    private(set) var isReplaying: Bool
    private var left = trial
    private var hits = 0
    private var pause = 4 * trial

    init(_ choice: Replays) {
        self.choice = choice
        isReplaying = choice != .never
    }

    @inline(__always)
    mutating func note(hit: Bool) {
        guard choice == .whereItPays else { return }
        left &-= 1
        if hit { hits &+= 1 }
        if left == 0 { decide() }
    }

    @inline(never)
    private mutating func decide() {
        if isReplaying {
            isReplaying = hits * 2 >= Self.trial
            left = isReplaying ? Self.trial : pause
            if isReplaying { pause = 4 * Self.trial } else { pause = min(pause * 2, 1 << 22) }
        } else {
            isReplaying = true
            left = Self.trial
        }
        hits = 0
    }
}
