/// The state of an ``EventController``, in plain memory: scheduling touches it a hundred times per request.
///
/// A class only so that the memory has one owner; ``EventController`` and ``DRAMSystem`` copy it before a change when it is shared, and so
/// it may be sent along with them.
final class EventCore: @unchecked Sendable {
    let standard: DRAMStandard
    let configuration: DRAMControllerConfiguration
    let geometry: DRAMChannelGeometry
    let timing: CompiledTiming
    let policy: Policy

    let scalars: UnsafeMutablePointer<Scalars>
    let counts: UnsafeMutablePointer<Counts>
    let units: UnsafeMutablePointer<Unit>
    let banks: UnsafeMutablePointer<Bank>
    /// By bank: activates that count towards refresh management. Apart from the banks, as what most runs do not need.
    let activations: UnsafeMutablePointer<Int32>
    /// By unit: the first number of banks within groups of which one waits for its management, or -1.
    let managed: UnsafeMutablePointer<Int32>
    /// By bank: reads, then writes.
    let lists: UnsafeMutablePointer<List>
    let entries: UnsafeMutablePointer<Entry>
    let entryCapacity: Int
    /// Waiting requests by `addressSlot`: none to a slot is none to its addresses.
    let waitingAt: UnsafeMutablePointer<UInt16>
    static let addressSlots = 512
    /// Packed cycles by level's instance and command, see ``CompiledTiming``.
    let ready: UnsafeMutablePointer<Int>
    let rings: UnsafeMutablePointer<Int>
    /// Counters by command, then by stall, then background cycles by unit (five each), then two histograms.
    let tallies: UnsafeMutablePointer<Int>
    let tallyCount: Int
    /// The compiled effects, flattened: see `EventCore+Timing`.
    let program: EffectProgram

    /// First rows of the levels in `ready`.
    let rowOfChannel: Int
    let rowOfPseudoChannels: Int
    let rowOfUnits: Int
    let rowOfGroups: Int
    let rowOfBanks: Int
    /// Rules exist above the rank.
    let hasOuterLevels: Bool
    let stallTallies: Int
    let backgroundTallies: Int
    let readHistogram: Int
    let writeHistogram: Int

    /// Commands to one unit move no cycles of another's, apart from the buses.
    let hasIndependentUnits: Bool
    var commandLog: [DRAMCommandRecord] = []

    /// The configuration, worked out.
    struct Policy {
        let requestsPerCycle: Int
        let queueSizes: (reads: Int, writes: Int)
        let scheduling: DRAMControllerConfiguration.Scheduling
        let rowHitCap: Int
        let autoPrecharges: Bool
        let isAdaptive: Bool
        let pageTimeout: Int
        /// Writes are served when more than `writesOn` wait, until fewer than `writesOff` do.
        let writesOn: Int
        let writesOff: Int
        /// `Int.max` for none.
        let writeBatchCap: Int
        let refresh: DRAMControllerConfiguration.Refresh
        let refreshInterval: Int
        let postponed: Int
        let pulledIn: Int
        let idleRefreshDelay: Int
        let powerDownAfter: Int
        let selfRefreshAfter: Int
        let refreshesAfterSelfRefresh: Int
        /// Activates after which a bank is due for management and after which it waits for it; `Int.max` without management.
        let managementThreshold: Int
        let managementLimit: Int
        /// What a refresh takes off a bank's activates.
        let managementRelief: Int
        let hasHousekeeping: Bool
        let hasOneBus: Bool
        let readEnd: Int
        let writeEnd: Int
        let activePriority: Int
        let activatePriority: Int
        /// `nextCommandReady` with rows left open and no cap: what most runs use has a shorter way to its decisions.
        let isSimple: Bool
    }

    init(standard: DRAMStandard, configuration: DRAMControllerConfiguration, recording: DRAMRecording) throws(DRAMControllerError) {
        try configuration.validate(for: standard)
        let standard = standard.withRefreshGranularity(configuration.refreshGranularity)
        self.standard = standard
        self.configuration = configuration
        geometry = DRAMChannelGeometry(standard.organization)
        guard geometry.banksPerUnit <= 64 else { throw .tooManyBanks(geometry.banks) }
        policy = Policy(standard: standard, configuration: configuration)
        timing = CompiledTiming(standard, commands: Self.commands(of: configuration))
        program = EffectProgram(
            timing, geometry: geometry, standard: standard, hasOneCycleCommands: configuration.oneCycleCommands)
        scalars = .allocate(capacity: 1)
        scalars.initialize(to: Scalars())
        counts = .allocate(capacity: 1)
        counts.initialize(to: Counts())
        units = .allocate(capacity: geometry.units)
        units.initialize(repeating: Unit(), count: geometry.units)
        banks = .allocate(capacity: geometry.banks)
        banks.initialize(repeating: Bank(), count: geometry.banks)
        activations = .allocate(capacity: geometry.banks)
        activations.initialize(repeating: 0, count: geometry.banks)
        managed = .allocate(capacity: geometry.units)
        managed.initialize(repeating: -1, count: geometry.units)
        lists = .allocate(capacity: geometry.banks * 2)
        lists.initialize(repeating: List(), count: geometry.banks * 2)
        entryCapacity = configuration.readQueueSize + configuration.writeQueueSize + geometry.banks
        entries = .allocate(capacity: entryCapacity)
        entries.initialize(repeating: Entry(), count: entryCapacity)
        waitingAt = .allocate(capacity: Self.addressSlots)
        waitingAt.initialize(repeating: 0, count: Self.addressSlots)
        ready = .allocate(capacity: timing.rows * CompiledTiming.stride)
        ready.initialize(repeating: 0, count: timing.rows * CompiledTiming.stride)
        rings = .allocate(capacity: max(1, timing.ringWords))
        rings.initialize(repeating: Int.min, count: max(1, timing.ringWords))
        rowOfChannel = timing.firstRow[.channel] ?? 0
        rowOfPseudoChannels = timing.firstRow[.pseudoChannel] ?? 0
        rowOfUnits = timing.firstRow[.rank] ?? 0
        rowOfGroups = timing.firstRow[.bankGroup] ?? 0
        rowOfBanks = timing.firstRow[.bank] ?? 0
        hasOuterLevels = geometry.units > 1
        hasIndependentUnits = program.isWithinUnits
        stallTallies = DRAMCommand.allCases.count
        backgroundTallies = stallTallies + ConstraintNames(standard).count
        readHistogram = backgroundTallies + 5 * geometry.units
        writeHistogram = readHistogram + LatencyHistogram.buckets
        tallyCount = writeHistogram + LatencyHistogram.buckets
        tallies = .allocate(capacity: tallyCount)
        tallies.initialize(repeating: 0, count: tallyCount)
        scalars.pointee.recordsCommands = recording.commands
        scalars.pointee.recordsCompletions = recording.completions
        prepare()
    }

    /// A copy of its own.
    init(copying other: EventCore) {
        standard = other.standard
        configuration = other.configuration
        geometry = other.geometry
        timing = other.timing
        policy = other.policy
        program = other.program
        entryCapacity = other.entryCapacity
        tallyCount = other.tallyCount
        rowOfChannel = other.rowOfChannel
        rowOfPseudoChannels = other.rowOfPseudoChannels
        rowOfUnits = other.rowOfUnits
        rowOfGroups = other.rowOfGroups
        rowOfBanks = other.rowOfBanks
        hasOuterLevels = other.hasOuterLevels
        hasIndependentUnits = other.hasIndependentUnits
        stallTallies = other.stallTallies
        backgroundTallies = other.backgroundTallies
        readHistogram = other.readHistogram
        writeHistogram = other.writeHistogram
        func copy<Word>(_ source: UnsafeMutablePointer<Word>, _ count: Int) -> UnsafeMutablePointer<Word> {
            let target = UnsafeMutablePointer<Word>.allocate(capacity: count)
            target.initialize(from: source, count: count)
            return target
        }
        scalars = copy(other.scalars, 1)
        counts = copy(other.counts, 1)
        units = copy(other.units, geometry.units)
        banks = copy(other.banks, geometry.banks)
        activations = copy(other.activations, geometry.banks)
        managed = copy(other.managed, geometry.units)
        lists = copy(other.lists, geometry.banks * 2)
        entries = copy(other.entries, entryCapacity)
        waitingAt = copy(other.waitingAt, Self.addressSlots)
        ready = copy(other.ready, timing.rows * CompiledTiming.stride)
        rings = copy(other.rings, max(1, timing.ringWords))
        tallies = copy(other.tallies, tallyCount)
        commandLog = other.commandLog
        copyCompletions(of: other)
    }

    deinit {
        scalars.pointee.completions?.deallocate()
        scalars.deallocate()
        counts.deallocate()
        units.deallocate()
        banks.deallocate()
        activations.deallocate()
        managed.deallocate()
        lists.deallocate()
        entries.deallocate()
        waitingAt.deallocate()
        ready.deallocate()
        rings.deallocate()
        tallies.deallocate()
    }

    private func prepare() {
        for bank in 0..<geometry.banks {
            banks[bank].unit = Int32(geometry.unit(ofBank: bank))
            banks[bank].group = Int32(geometry.instance(of: .bankGroup, ofBank: bank))
            banks[bank].bankInUnit = Int32(bank % geometry.banksPerUnit)
        }
        for entry in 0..<entryCapacity { entries[entry].next = entry + 1 < entryCapacity ? Int32(entry + 1) : -1 }
        let instances = timing.rings(geometry)
        for ring in instances { rings[ring] = 0 }
        guard policy.refresh != .none else { return }
        for unit in 0..<geometry.units {
            let offset = configuration.staggersRefresh ? unit * policy.refreshInterval / geometry.units : 0
            units[unit].nextRefreshDue = policy.refreshInterval + offset
            scalars.pointee.nextRefreshDue = min(scalars.pointee.nextRefreshDue, units[unit].nextRefreshDue)
        }
    }

    /// Commands that a controller may ever issue.
    static func commands(of configuration: DRAMControllerConfiguration) -> Set<DRAMCommand> {
        var commands: Set<DRAMCommand> = [.activate, .precharge, .read, .write]
        if configuration.pagePolicy == .closed || configuration.pagePolicy == .adaptive {
            commands.formUnion([.readAutoPrecharge, .writeAutoPrecharge])
        }
        switch configuration.refresh {
        case .allBank: commands.formUnion([.prechargeAll, .refreshAllBanks])
        case .perBank: commands.insert(.refreshBank)
        case .sameBank: commands.insert(.refreshSameBank)
        case .none: break
        }
        if configuration.refreshManagement { commands.formUnion(configuration.refresh == .sameBank ? [.manageSameBank] : [.prechargeAll, .manageAllBanks]) }
        if configuration.powerDownAfter > 0 { commands.formUnion([.powerDownEnter, .powerDownExit]) }
        if configuration.selfRefreshAfter > 0 { commands.formUnion([.prechargeAll, .selfRefreshEnter, .selfRefreshExit]) }
        return commands
    }
}

extension EventCore.Policy {
    init(standard: DRAMStandard, configuration: DRAMControllerConfiguration) {
        requestsPerCycle = configuration.requestsPerCycle
        queueSizes = (configuration.readQueueSize, configuration.writeQueueSize)
        scheduling = configuration.scheduling
        rowHitCap = configuration.rowHitCap
        autoPrecharges = configuration.pagePolicy == .closed || configuration.pagePolicy == .adaptive
        isAdaptive = configuration.pagePolicy == .adaptive
        pageTimeout = configuration.pagePolicy == .timeout ? configuration.pageTimeout : 0
        // The fill is compared as the reference compares it, so that no rounding differs.
        let size = configuration.writeQueueSize
        let fills = (0...size).map { Double($0) / Double(size) }
        writesOn = min(size - 1, fills.lastIndex { !($0 > configuration.writeHighWatermark) } ?? -1)
        writesOff = max(1, fills.firstIndex { !($0 < configuration.writeLowWatermark) } ?? size + 1)
        writeBatchCap = configuration.writeBatchCap == 0 ? Int.max : configuration.writeBatchCap
        refresh = configuration.refresh
        refreshInterval = configuration.refreshInterval(standard)
        postponed = configuration.postponedRefreshes
        pulledIn = configuration.pulledInRefreshes
        idleRefreshDelay = configuration.idleRefreshDelay
        powerDownAfter = configuration.powerDownAfter
        selfRefreshAfter = configuration.selfRefreshAfter
        refreshesAfterSelfRefresh = configuration.refreshesAfterSelfRefresh(standard.organization)
        let management = configuration.refreshManagement ? standard.refreshManagement : nil
        managementThreshold = management.map(configuration.managementThreshold) ?? Int.max
        managementLimit = management.map(configuration.managementLimit) ?? Int.max
        managementRelief = management.map(configuration.managementRelief) ?? 0
        let hurriesRefresh = configuration.refresh != .none && (postponed > 0 || pulledIn > 0)
        let hurriesManagement = management != nil && configuration.postponedManagement > 0
        hasHousekeeping = hurriesRefresh || hurriesManagement || powerDownAfter > 0 || selfRefreshAfter > 0 || pageTimeout > 0
        hasOneBus = configuration.sharesCommandBus || !standard.organization.separateRowAndColumnCommands
        readEnd = standard.readLatency + standard.burstCycles
        writeEnd = standard.writeLatency + standard.burstCycles
        isSimple = configuration.scheduling == .nextCommandReady && rowHitCap == 0 && !autoPrecharges && !configuration.activatesFirst
        activatePriority =
            configuration.activatesFirst
            ? TickingController.Candidate.activate
            : configuration.scheduling == .rowHitFirst ? TickingController.Candidate.lowerRequest : TickingController.Candidate.request
        activePriority = configuration.activeRequestsFirst ? TickingController.Candidate.active : TickingController.Candidate.request
    }
}
