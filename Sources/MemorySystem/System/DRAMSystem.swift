import HeapModule

/// A memory of several DRAM channels of one standard, as an event-driven simulator uses it: requests in, completions out.
///
/// A request's accesses are spread over the channels by the address mapping. A channel takes accesses in order of submission, each in
/// the first cycle from its arrival on in which the controller has room; the controller serves them in the order of its own rules, so
/// requests complete out of order. A read is complete with its last data, a write when the controller has taken its data, as it
/// is ordered before every later read of the same address there. An access that is answered from the write queue takes no less
/// time than the way to it.
///
/// No access is approximated: cycles, commands and statistics are those of controllers that simulate every access. But channels in one
/// and the same state are simulated as one, see ``ChannelGroup``, and states that came before, followed by what came before, are not
/// simulated again, see ``ReplayGraph``.
///
/// What is not modelled: queues between requester and controllers have no bound (requesters bound their outstanding requests), and
/// the way back is a fixed latency.
public struct DRAMSystem: Sendable {
    public let standard: DRAMStandard
    public let configuration: DRAMControllerConfiguration
    public var mapping: AddressMapping { shapes.mapping }
    /// Between controller and requester, in femtoseconds, once for the answer.
    public let latency: Int
    /// Cycles from a data command to the end of its data, the shorter of read and write: nothing is served sooner.
    let lookahead: Int
    let period: Int
    let units: Int
    /// More writes than these have their turn.
    let writesOn: Int
    var shapes: RequestShapes
    /// Channels that are in one state together, and the group of each channel.
    var groups: [ChannelGroup]
    var groupOf: [Int32]
    /// Controllers that no group uses.
    var spareCores: [EventCore] = []
    var accounts: ChannelAccounts
    /// Channels that come into the same state are simulated as one from then on.
    let joinsChannels: Bool
    var joining = JoiningSchedule()
    var nextTag = 0
    var graph: ReplayGraph
    var gauge: ReplayGauge
    var requests: [Request] = []
    var freeRequests: [Int32] = []
    var completions = Heap<Completion>()
    /// Requests submitted so far.
    var sequence = 0
    /// Reads that controllers have taken or are to take and that are not served, over all channels.
    var pendingReads = 0
    /// For a moment's use.
    var pairRows: [Int32] = Array(repeating: 0, count: ChannelRun.pairLimit)
    var served: [DRAMCompletion] = []
    /// When the accesses of the run were taken that was simulated last.
    var taken: [Int] = []
    var words: [Int32] = []
    var tallies: [Int] = []
    var moved: [Int32] = []
    /// Bytes by channel over time, in cycles: reads when their data come, writes when the controller takes them.
    public internal(set) var bandwidth: BandwidthHistory
    let accessBytes: Int
    /// Accesses that were not simulated on their own.
    public internal(set) var replayedAccesses = 0

    /// Not shared as long as the controllers are not.
    private var owner = Owner()

    private final class Owner: Sendable {}

    /// - Parameters:
    ///   - channels: a power of two.
    ///   - mapping: a scheme or the name of one, see `AddressMapping`.
    ///   - latency: between controller and requester, in femtoseconds, once for the answer.
    ///   - replays: never, always, or where it pays; figures are the same. Nothing is replayed when commands are recorded, nor under
    ///     policies that act on idle time.
    ///   - ordersWritesAfterReads: writes wait for waiting reads of their addresses, and nothing is replayed. Not needed where whoever asks
    ///     does not ask for a write before the reads are complete that it must not overtake.
    public init(
        standard: DRAMStandard, channels: Int, mapping scheme: String = AddressMapping.defaultScheme,
        configuration: DRAMControllerConfiguration = .init(), latency: Int = 0, replays: Replays = .whereItPays,
        recordsCommands: Bool = false, ordersWritesAfterReads: Bool = false
    ) throws(DRAMSystemError) {
        let mapping: AddressMapping
        do { mapping = try AddressMapping(scheme, organization: standard.organization, channels: channels) } catch { throw .mapping(error) }
        var configuration = configuration
        configuration.ordersWritesAfterReads = ordersWritesAfterReads
        let core: EventCore
        do {
            core = try EventCore(
                standard: standard, configuration: configuration, recording: DRAMRecording(commands: recordsCommands, completions: true))
        } catch {
            throw .controller(error)
        }
        self.standard = standard
        self.configuration = configuration
        self.latency = latency
        period = standard.clockPeriod
        lookahead = min(standard.readLatency, standard.writeLatency) + standard.burstCycles
        core.scalars.pointee.answerLatency = lookahead
        units = core.geometry.units
        writesOn = core.policy.writesOn
        shapes = RequestShapes(mapping, banks: core.geometry.banks)
        graph = ReplayGraph(banks: core.geometry.banks, units: core.geometry.units)
        gauge = ReplayGauge(recordsCommands || ordersWritesAfterReads || core.policy.hasHousekeeping ? .never : replays)
        accounts = ChannelAccounts(channels: channels, core)
        bandwidth = BandwidthHistory(channels: channels, unit: standard.clockPeriod)
        joinsChannels = replays != .never && !recordsCommands && !ordersWritesAfterReads
        groups = []
        accessBytes = standard.organization.accessBytes
        var numbers = Array(repeating: Int32(0), count: channels)
        for members in ChannelSet.covering(channels, together: joinsChannels) {
            let number = groups.count
            members.forEach { numbers[$0] = Int32(truncatingIfNeeded: number) }
            groups.append(
                ChannelGroup(number == 0 ? core : EventCore(copying: core), members: members, account: accounts.number(of: members) ?? 0))
        }
        groupOf = numbers
    }

    public var capacity: Int { mapping.capacity }
    public var channels: Int { groupOf.count }
    /// Bytes per second of all channels, with no cycle lost.
    public var peakBandwidth: Double {
        let organization = standard.organization
        let bytesPerCycle = Double(organization.accessBytes * organization.pseudoChannels * channels) / Double(standard.burstCycles)
        return bytesPerCycle * 1e15 / Double(standard.clockPeriod)
    }

    /// Something is under way.
    public var hasWork: Bool { pendingReads > 0 || !completions.isEmpty }

    /// When the next request is complete, if that is not after `horizon`; nothing may be submitted before that time, or before
    /// `horizon` when the answer is `nil`.
    public mutating func nextCompletion(before horizon: Int) -> Int? {
        own()
        let end = horizon == Int.max ? Int.max : (horizon + period - 1) / period
        while true {
            let known = completions.min?.time
            var slowest = Int.max
            if pendingReads > 0 {
                for group in groups.indices where groups[group].hasReads && groups[group].cycle < slowest { slowest = groups[group].cycle }
            }
            // What is not known comes no sooner than this.
            let unknown = slowest == Int.max ? Int.max : (slowest + lookahead) * period + latency
            if let known, known <= unknown { return known <= horizon ? known : nil }
            guard slowest < end else { return known.flatMap { $0 <= horizon ? $0 : nil } }
            // Whatever is asked for at the next completion comes before what that may cause.
            let stop = min(end, known.map { $0 / period } ?? Int.max, slowest + lookahead)
            for group in groups.indices where groups[group].hasReads && groups[group].cycle < stop { wait(group, until: stop) }
        }
    }

    /// The completion at a time that ``nextCompletion(before:)`` gave, one after the other in the order of submission.
    public mutating func popCompletion(at time: Int) -> DRAMRequestCompletion? {
        guard let next = completions.min, next.time <= time else { return nil }
        _ = completions.popMin()
        return DRAMRequestCompletion(tag: next.tag, firstAccess: next.first, lastAccess: next.time)
    }

    /// Lets time pass in all channels until a cycle, at least.
    public mutating func advance(to cycle: Int) {
        own()
        while let group = groups.firstIndex(where: { $0.cycle < cycle }) { wait(group, until: cycle) }
    }

    /// Runs every channel until its last access is served, and all to the same cycle. Returns that cycle.
    @discardableResult
    public mutating func drain() -> Int {
        own()
        var last = 0
        partAll()
        for group in groups.indices {
            makeLive(group)
            groups[group].core.drain()
            noteProgress(group)
            last = max(last, groups[group].cycle, groups[group].lastCompletion)
        }
        advance(to: last)
        return last
    }

    /// The furthest channel's cycle.
    public var cycle: Int { groups.reduce(0) { max($0, $1.cycle) } }

    /// By channel.
    public mutating func statistics() -> [DRAMStatistics] {
        own()
        partAll()
        for group in groups.indices {
            makeLive(group)
            settleCounters(group)
        }
        accounts.settle(graph)
        return groupOf.indices.map { channel in
            let sum = accounts.sum(channel: channel)
            return groups[Int(groupOf[channel])].core.statistics(tallies: sum.tallies, counts: sum.counts)
        }
    }

    /// Commands by channel since the last call, when recorded.
    public mutating func takeCommandLogs() -> [[DRAMCommandRecord]] {
        own()
        return groupOf.map { group in
            defer { groups[Int(group)].core.commandLog.removeAll(keepingCapacity: true) }
            return groups[Int(group)].core.commandLog
        }
    }

    /// Before a change: gives this memory controllers of its own if a copy of it shares them.
    @inline(__always)
    mutating func own() {
        if !isKnownUniquelyReferenced(&owner) { copyControllers() }
    }

    @inline(never)
    private mutating func copyControllers() {
        owner = Owner()
        for group in groups.indices { groups[group].core = EventCore(copying: groups[group].core) }
        spareCores = []
    }
}
