/// Channels of a memory that are in one and the same state: what happens in one of them happens in all, so it is simulated once.
///
/// The channels' states are equal in everything that shapes the future or a statistic, but for rows that lie open in banks for which
/// nothing waits: a row that differs from channel to channel has a stand-in, see ``MixedRow``.
struct ChannelGroup: Sendable {
    /// A run of reads with accesses that are not served.
    struct OpenRun: Equatable {
        var request: Int32
        /// Accesses of one channel.
        var remaining: Int32
        /// What its accesses carry in the controller.
        var tag: Int
    }

    var members: ChannelSet
    /// The controller of each of the channels.
    var core: EventCore
    /// The account of these members.
    var account: Int
    /// The controller is in the channels' state; otherwise only its counters count.
    var isLive = true
    /// The channels' state, or -1 when that is not known.
    var node: Int32 = -1
    var cycle = 0
    /// When refreshes fall due, by unit, and the first of these.
    var due: [Int]
    var nearest: Int
    /// The node's rows and waiting writes, and the writes that it leaves out.
    var rows: [Int32] = []
    var writes: [WaitingWrite] = []
    var omitted: [WaitingWrite] = []
    /// What takes the place of `omitted` where members differ in the writes that the node leaves out. The controller is not in the
    /// channels' state then.
    var omittedApart: [OmittedWrites] = []
    /// Oldest first.
    var open: [OpenRun] = []
    /// The latest data of an access that was served, of any of the channels, and of all of them since they are a group.
    var lastCompletion = 0
    var lastCompletionAsGroup = 0
    var mixed: [MixedRow] = []

    init(_ core: EventCore, members: ChannelSet, account: Int) {
        self.core = core
        self.members = members
        self.account = account
        due = core.refreshDates
        nearest = due.min() ?? Int.max
    }

    /// Most writes that one of the channels leaves out.
    @inline(__always)
    var omittedCount: Int { omittedApart.isEmpty ? omitted.count : omittedApart.reduce(0) { max($0, $1.writes.count) } }

    @inline(__always)
    var omitsNothing: Bool { omitted.isEmpty && omittedApart.isEmpty }

    /// After members left: keeps what is theirs of the writes that they differ in.
    mutating func narrowOmittedWrites() {
        guard !omittedApart.isEmpty else { return }
        omittedApart = omittedApart.compactMap { part in
            let bits = part.bits & members.bits
            return bits == 0 ? nil : OmittedWrites(bits: bits, writes: part.writes)
        }
        if omittedApart.count == 1 {
            omitted = omittedApart[0].writes
            omittedApart = []
        }
    }

    var hasReads: Bool { !open.isEmpty }
    var count: Int { members.count }
}

/// Rows that are open in one bank of a group's channels and differ among them. Nothing waits for the bank.
///
/// The group's state has a row of no memory in their place, which no access hits, as long as none hits one of them.
struct MixedRow: Sendable {
    var bank: Int
    /// By channel of the block.
    var rows: [Int32]

    /// What stands for them.
    static func standIn(bank: Int) -> Int32 { Int32.max - Int32(truncatingIfNeeded: bank) }
    var standIn: Int32 { Self.standIn(bank: bank) }
}

/// Writes that wait for their turn in some of a group's channels.
struct OmittedWrites: Sendable {
    /// The channels of the block.
    var bits: UInt64
    var writes: [WaitingWrite]
}
