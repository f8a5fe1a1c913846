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

/// Up to 64 channels, the first of which is a multiple of 64: a block's.
struct ChannelSet: Hashable, Sendable {
    static let blockBits = 6
    static let blockSize = 1 << blockBits
    var block: Int
    var bits: UInt64

    init(block: Int, bits: UInt64) {
        self.block = block
        self.bits = bits
    }

    /// One channel.
    init(_ channel: Int) { self.init(block: channel >> Self.blockBits, bits: 1 << UInt64(channel & (Self.blockSize - 1))) }

    /// Sets of channels from 0 on: as many together as may be, or each on its own.
    static func covering(_ channels: Int, together: Bool) -> [ChannelSet] {
        if !together { return (0..<channels).map(ChannelSet.init) }
        return stride(from: 0, to: channels, by: blockSize).map { first in
            let count = min(blockSize, channels - first)
            return ChannelSet(block: first >> blockBits, bits: count == blockSize ? UInt64.max : 1 << UInt64(count) - 1)
        }
    }

    var count: Int { bits.nonzeroBitCount }
    var first: Int { block << Self.blockBits + bits.trailingZeroBitCount }

    func contains(_ channel: Int) -> Bool { channel >> Self.blockBits == block && bits >> UInt64(channel & (Self.blockSize - 1)) & 1 == 1 }

    /// In ascending order.
    @inline(__always)
    func forEach(_ visit: (Int) -> Void) {
        var left = bits
        while left != 0 {
            visit(block << Self.blockBits + left.trailingZeroBitCount)
            left &= left &- 1
        }
    }

    /// Every channel's number or-ed exclusively with `distance`.
    @inline(__always)
    func moved(by distance: Int) -> ChannelSet {
        var moved = bits
        let low = distance & (Self.blockSize - 1)
        if low != 0 {
            // Neighbouring groups of 1, 2, 4, … bits change places.
            if low & 1 != 0 { moved = (moved & 0x5555_5555_5555_5555) << 1 | moved >> 1 & 0x5555_5555_5555_5555 }
            if low & 2 != 0 { moved = (moved & 0x3333_3333_3333_3333) << 2 | moved >> 2 & 0x3333_3333_3333_3333 }
            if low & 4 != 0 { moved = (moved & 0x0F0F_0F0F_0F0F_0F0F) << 4 | moved >> 4 & 0x0F0F_0F0F_0F0F_0F0F }
            if low & 8 != 0 { moved = (moved & 0x00FF_00FF_00FF_00FF) << 8 | moved >> 8 & 0x00FF_00FF_00FF_00FF }
            if low & 16 != 0 { moved = (moved & 0x0000_FFFF_0000_FFFF) << 16 | moved >> 16 & 0x0000_FFFF_0000_FFFF }
            if low & 32 != 0 { moved = moved << 32 | moved >> 32 }
        }
        return ChannelSet(block: block ^ distance >> Self.blockBits, bits: moved)
    }
}
