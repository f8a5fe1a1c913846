extension EventCore {
    /// What the whole channel shares.
    struct Scalars {
        var cycle = 0
        var acceptedThisCycle = 0
        /// How often reads gave way to writes or writes to reads.
        var turns = 0
        var waitingReads = 0
        var waitingWrites = 0
        /// Requests in the pool.
        var entries = 0
        var freeEntry: Int32 = 0
        /// 1 while writes are served, 0 for reads.
        var serving = 0
        var writesInBatch = 0
        var owedReads = 0
        /// Packed.
        var rowBusFree = 0
        var columnBusFree = 0
        var lastIssue = -1
        var nextRefreshDue = Int.max
        /// Ranks whose refresh is forced.
        var forcedUnits = 0
        var decision = Decision()
        var isDecided = false
        var recordsCommands = false
        var recordsCompletions = false
        /// Cycles that an access takes which is answered from the write queue.
        var answerLatency = 1
        /// Completions that were not handed over, in a buffer of the core's own.
        var completions: UnsafeMutablePointer<DRAMCompletion>?
        var completionCount = 0
        var completionCapacity = 0
    }

    /// The next command, and when.
    struct Decision {
        var cycle = Int.max
        var command = DRAMCommand.activate
        var unit: Int32 = 0
        var bank: Int32 = -1
        var entry: Int32 = -1
        /// The first cycle in which needed work could go on, packed with the rule that it waits for; `Int.max` without work.
        var awaited = Int.max
    }

    struct Unit {
        var owedRefreshes = 0
        var nextRefreshDue = Int.max
        var pausedInterval = 0
        var refreshBank = 0
        var power = RankPower.awake
        var openBanks = 0
        var lastCommand = 0
        var lastAccess = 0
        /// Requests to the unit.
        var entries = 0
        /// Banks (bit = bank within the unit) with a request whose row was opened for it.
        var reserved: UInt64 = 0
        /// Banks with waiting reads, writes.
        var reads: UInt64 = 0
        var writes: UInt64 = 0
        /// When the background state began.
        var backgroundSince = 0
        /// The unit's next commands of either kind, as long as nothing happens to the unit.
        var rowCommands = NextCommand()
        var columnCommands = NextCommand()
        var isGoneThrough = false
    }

    /// The first of some commands, as far as their bank's and unit's timing goes.
    struct NextCommand {
        /// The earliest packed cycle.
        var awaited = Int.max
        /// The cycle, not before that in which the commands were gone through.
        var cycle = Int.max
        /// The cycle of the commands that come next: the order is good for cycles before it.
        var later = Int.max
        var rank = Int.max
        /// Unit, bank + 1, command and entry in one word, so that a better command costs one store.
        var place = 0
    }

    struct Bank {
        var openRow: Int32 = -1
        /// The request whose row was opened for it, or -1. It is in no list.
        var active: Int32 = -1
        var accesses: Int32 = 0
        var closedRow: Int32 = -1
        var lastUse = 0
        var openness: Int32 = 2
        var unit: Int32 = 0
        var group: Int32 = 0
        var bankInUnit: Int32 = 0
    }

    /// Reads or writes of one bank, in order of arrival.
    struct List {
        var head: Int32 = -1
        var tail: Int32 = -1
        /// The oldest request to the open row, or -1.
        var hit: Int32 = -1
        /// The oldest other request, or -1.
        var miss: Int32 = -1
    }

    struct Entry {
        var bank: Int32 = 0
        var row: Int32 = 0
        var column: Int32 = 0
        var next: Int32 = -1
        var previous: Int32 = -1
        /// 1 for a write.
        var direction: Int32 = 0
        var isClassified = false
        var isActive = false
        /// See `EventCore.addressSlot`.
        var slot: UInt16 = 0
        var arrival = 0
        var sequence = 0
        var tag = 0
    }
}
