/// What a DRAM channel's controller does, apart from the device's timing: plain data, every field settable.
///
/// One controller serves one channel with all its pseudo-channels and ranks. Reads and writes wait in a queue each, shared by the
/// channel's ranks. A request whose row was opened for it keeps the row open until it is served.
public struct DRAMControllerConfiguration: Hashable, Sendable {
    /// Which of the waiting requests goes next.
    public enum Scheduling: String, CaseIterable, Sendable {
        /// The oldest request only.
        case firstComeFirstServed = "fcfs"
        /// The oldest among the requests whose next command, whichever it is, may issue now (Ramulator 2.1's FR-FCFS).
        case nextCommandReady = "frfcfs"
        /// Row hits first; a row is closed only when no waiting request hits it.
        case rowHitFirst = "frfcfs-row-hit"
    }

    /// When a row is closed that no waiting request conflicts with.
    public enum PagePolicy: String, CaseIterable, Sendable {
        case open
        /// With its last waiting request (auto-precharge).
        case closed
        /// Open or closed by a two-bit counter for each bank, which learns whether the next request would have hit.
        case adaptive
        /// `pageTimeout` cycles after its last access.
        case timeout
    }

    public enum Refresh: String, CaseIterable, Sendable {
        case allBank = "all-bank"
        case perBank = "per-bank"
        /// One bank of every group at a time (DDR5's REFsb).
        case sameBank = "same-bank"
        case none
    }

    /// Requests that wait for service.
    public var readQueueSize = 32
    public var writeQueueSize = 32
    /// Requests that the controller takes in one cycle.
    public var requestsPerCycle = 4
    public var scheduling = Scheduling.nextCommandReady
    /// Accesses to an open row before an older request to another row of the bank goes first; 0 for no cap.
    public var rowHitCap = 0
    public var pagePolicy = PagePolicy.open
    /// Cycles, for page policy `timeout`.
    public var pageTimeout = 200
    /// Writes are served when more than this part of the write queue is full, or all of it, or no reads wait, …
    public var writeHighWatermark = 0.8
    /// … until less than this part is full, or none wait, and reads wait.
    public var writeLowWatermark = 0.2
    /// Writes served in one go while reads wait, after which as many reads come first; 0 for no cap. Without it, reads wait for as
    /// long as writes come faster than they are served.
    public var writeBatchCap = 0
    /// A read of an address with a waiting write is answered from the write queue, one cycle later.
    public var forwardsWrites = true
    /// A write to an address with a waiting write replaces it.
    public var coalescesWrites = true
    /// A write to an address with a waiting read is let in when that has been served. Otherwise the two go in either order: for requesters
    /// that do not write what they have yet to read.
    public var ordersWritesAfterReads = true
    public var refresh = Refresh.allBank
    /// Commands that a refresh of all banks is divided into: 2 (4) refreshes take tRFC2 (tRFC4) each and come twice (four times) as often.
    public var refreshGranularity = 1
    /// Refreshes in the time of one: above 85 °C cells lose charge twice as fast, and 2 are needed.
    public var refreshRate = 1
    /// The ranks' refreshes are spread over the refresh interval.
    public var staggersRefresh = false
    /// Refreshes that a rank with waiting requests may fall behind (JEDEC: 8 for DDR4).
    public var postponedRefreshes = 0
    /// Refreshes that an idle rank may be ahead.
    public var pulledInRefreshes = 0
    /// Cycles without an access after which a rank makes up for postponed refreshes or gets ahead.
    public var idleRefreshDelay = 64
    /// A refresh that is due stops all ranks of the channel, as in Ramulator's priority queue.
    public var refreshBlocksChannel = false
    /// Banks that were activated often are managed (RFM): all of the rank, or the bank of one number in every group, as they are refreshed.
    public var refreshManagement = false
    /// RFM commands that a bank of a busy rank may fall behind; an idle rank makes up for them.
    public var postponedManagement = 0
    /// Requests whose row was opened for them go before all others as soon as they can.
    public var activeRequestsFirst = true
    /// Activates go before all other commands as soon as they can: a read or write that wants the same cycle waits, not the activate
    /// and the window of activates behind it.
    public var activatesFirst = false
    /// A request leaves its queue when its row is opened for it, not when it is served.
    public var activeRequestsLeaveQueue = false
    /// Cycles without a command after which an idle rank powers down; 0 for never.
    public var powerDownAfter = 0
    /// Cycles without an access after which an idle rank goes into self-refresh, once it owes no refresh; 0 for never.
    public var selfRefreshAfter = 0
    /// One command bus even where the standard has one for row and one for column commands.
    public var sharesCommandBus = false
    /// Every command takes one cycle on its bus even where the standard has commands of two.
    public var oneCycleCommands = false

    public init() {}

    /// Ramulator 2.1's generic controller with the settings of the peer measurements: queues of 32, watermarks 0.8 and 0.2.
    /// Source: its documentation and observed behaviour, see MemoryValidation.
    public static var ramulator21: DRAMControllerConfiguration {
        var configuration = DRAMControllerConfiguration()
        configuration.activeRequestsLeaveQueue = true
        configuration.refreshBlocksChannel = true
        return configuration
    }

    /// Names that ``init(preset:)`` takes.
    public static let presetNames = ["default", "ramulator2.1"]

    /// A configuration by name, to be changed field by field.
    public init(preset name: String) throws(DRAMControllerError) {
        switch name {
        case "default": self.init()
        case "ramulator2.1": self = .ramulator21
        default: throw .unknownPreset(name)
        }
    }
}
