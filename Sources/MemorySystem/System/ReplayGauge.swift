/// Whether states are looked up that came before.
public enum Replays: Sendable {
    case never, always, whereItPays
}

/// Decides whether channels walk the graph: a state that was not met before costs more than simulating alone.
///
/// What is saved is weighed against what learning costs. Where it does not pay, the graph rests; a look at a few states from time to
/// time tells whether traffic is back that it knows, and now and then it may learn again. Decisions depend on nothing but what was asked
/// for, and they change no figure.
struct ReplayGauge {
    /// Accesses that could be simulated in the time that it takes to describe a state and to add an edge.
    private static let price = 96
    /// The same for looking a state up and going to an edge's end.
    private static let fee = 3
    /// New states that may be met before it has to pay, at the beginning of learning and where it did pay.
    private static let credit = 128 * price
    private static let reserve = 48 * price
    /// Steps between two looks, steps of a look, and how many of them must be known.
    private static let untilLook = 248
    private static let look = 8
    private static let enough = 4
    /// Steps without learning.
    private static let pauses = 1024...65_536

    private enum Mode { case learning, looking, resting }

    private let choice: Replays
    private var mode: Mode
    /// Accesses that may still be lost.
    private var balance = credit
    /// Steps until the next look or the end of this one, and until learning.
    private var left = 0
    private var pause = pauses.lowerBound
    private var untilLearning = 0
    private var known = 0

    init(_ choice: Replays) {
        self.choice = choice
        mode = choice == .never ? .resting : .learning
    }

    /// States are looked up.
    var isReplaying: Bool { mode != .resting }
    /// What is not known becomes known.
    var isLearning: Bool { mode == .learning }

    /// A step of some accesses was looked up, and found or not; or was not looked up.
    @inline(__always)
    mutating func note(hit: Bool, accesses: Int) {
        guard choice == .whereItPays else { return }
        if mode == .learning {
            if hit {
                if balance < Self.reserve || accesses < Self.fee { balance = min(balance &+ accesses &- Self.fee, max(balance, Self.reserve)) }
            } else {
                balance &-= Self.price
            }
            if balance < 0 { rest() }
            return
        }
        left &-= 1
        untilLearning &-= 1
        if mode == .looking, hit, accesses > Self.fee {
            known &+= 1
            if known == Self.enough {
                learn(balance: Self.reserve)
                pause = max(Self.pauses.lowerBound, pause / 2)
            }
        }
        if left <= 0 { turn() }
    }

    @inline(never)
    private mutating func rest() {
        mode = .resting
        left = Self.untilLook
        untilLearning = pause
        pause = min(pause * 4, Self.pauses.upperBound)
    }

    private mutating func learn(balance: Int) {
        mode = .learning
        self.balance = balance
    }

    @inline(never)
    private mutating func turn() {
        if mode == .learning { return }
        if untilLearning <= 0 { return learn(balance: Self.credit) }
        known = 0
        left = mode == .looking ? Self.untilLook : Self.look
        mode = mode == .looking ? .resting : .looking
    }
}
