/// The controller of one DRAM channel, in cycles of the command clock.
///
/// Time is the caller's: it offers accesses at the start of `cycle` and advances the controller. Two models exist that agree on
/// every command and every figure: ``TickingController``, written for clarity, and ``EventController``, for speed.
public protocol DRAMController: Sendable {
    init(standard: DRAMStandard, configuration: DRAMControllerConfiguration, recording: DRAMRecording) throws(DRAMControllerError)

    /// All earlier cycles are over.
    var cycle: Int { get }
    /// Offers an access at the start of `cycle`; false when its queue is full or enough was taken in this cycle.
    mutating func offer(_ access: DRAMAccess) -> Bool
    /// Runs all cycles before `cycle`.
    mutating func advance(to cycle: Int)
    /// Runs until an access that was refused may be offered again, at least one cycle.
    mutating func advanceAfterRefusal(isWrite: Bool)
    /// Runs until every access is complete.
    mutating func drain()

    /// Of all cycles before `cycle`.
    var statistics: DRAMStatistics { get }
    /// In order of issue, when recorded.
    var commandLog: [DRAMCommandRecord] { get }
    /// Completions in order of service since the last call, when recorded; some lie after `cycle`.
    mutating func takeCompletions() -> [DRAMCompletion]
    /// Hands over the log since the last call, so that it need not be kept.
    mutating func takeCommandLog() -> [DRAMCommandRecord]
}

extension DRAMController {
    public init(standard: DRAMStandard, configuration: DRAMControllerConfiguration = .init()) throws(DRAMControllerError) {
        try self.init(standard: standard, configuration: configuration, recording: DRAMRecording())
    }

    /// Serves accesses in closed loop: at the start of each cycle accesses are offered until one is refused, from cycle 0 on,
    /// and the run ends with the last completion.
    public mutating func drive(_ accesses: some Sequence<DRAMAccess>) {
        for access in accesses {
            while !offer(access) { advanceAfterRefusal(isWrite: access.isWrite) }
        }
        drain()
    }
}
