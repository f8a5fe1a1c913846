/// The reference model of a DRAM controller: looks at every request in every cycle.
///
/// What is modelled: the command bus (one command per cycle; where the standard has separate row and column command buses, one on
/// each), queues, scheduling, page policy, refresh, power-down, self-refresh, the order of accesses to one address, and all of the
/// standard's constraints. What is not: the latency of the controller's own pipeline, errors, calibration.
public struct TickingController: DRAMController {
    struct Entry: Hashable {
        var access: DRAMAccess
        var bank: Int
        var unit: Int
        var arrival: Int
        /// Order of arrival.
        var sequence: Int
        /// Its bank's row was opened for it.
        var isActive = false
        /// Booked as hit, miss or conflict.
        var isClassified = false
    }

    struct Unit: Hashable {
        /// Refreshes that are due; negative when ahead.
        var owedRefreshes = 0
        var nextRefreshDue = Int.max
        /// What was left of the refresh interval when self-refresh began.
        var pausedInterval = 0
        /// The bank (within the unit) that per-bank refresh is at, the bank (within its group) that same-bank refresh is at.
        var refreshBank = 0
        var power = RankPower.awake
        var openBanks = 0
        var lastCommand = 0
        var lastAccess = 0
    }

    struct Bank: Hashable {
        /// -1 when closed.
        var openRow = -1
        /// A request whose row was opened for it is not yet served.
        var isReserved = false
        /// Since the row was opened.
        var accesses = 0
        var lastUse = 0
        /// For page policy `adaptive`: 0 and 1 close, 2 and 3 leave open.
        var openness = 2
        /// The row that auto-precharge closed last, or -1.
        var closedRow = -1
        /// Activates that count towards refresh management.
        var activations = 0
    }

    let standard: DRAMStandard
    let configuration: DRAMControllerConfiguration
    let geometry: DRAMChannelGeometry
    let recording: DRAMRecording
    let refreshInterval: Int

    public internal(set) var cycle = 0
    /// In order of arrival, of both queues.
    var entries: [Entry] = []
    var waitingReads = 0
    var waitingWrites = 0
    var isWriting = false
    /// Writes served since writes are.
    var writesInBatch = 0
    /// Reads that come before the next batch of writes, because the last one was cut short.
    var owedReads = 0
    var acceptedThisCycle = 0
    var nextSequence = 0
    var units: [Unit]
    var banks: [Bank]
    var timing: TimingHistory
    /// Packed cycle from which on a command bus is free: of row and of column commands, or of both.
    var busFree = [0, 0]
    var issuedThisCycle = 0
    var counts: DRAMStatistics
    public internal(set) var commandLog: [DRAMCommandRecord] = []
    var completions: [DRAMCompletion] = []

    public init(standard: DRAMStandard, configuration: DRAMControllerConfiguration, recording: DRAMRecording) throws(DRAMControllerError) {
        try configuration.validate(for: standard)
        let standard = standard.withRefreshGranularity(configuration.refreshGranularity)
        self.standard = standard
        self.configuration = configuration
        self.recording = recording
        geometry = DRAMChannelGeometry(standard.organization)
        refreshInterval = configuration.refreshInterval(standard)
        units = Array(repeating: Unit(), count: geometry.units)
        banks = Array(repeating: Bank(), count: geometry.banks)
        timing = TimingHistory(standard)
        counts = DRAMStatistics(standard: standard)
        if configuration.refresh != .none {
            for unit in units.indices {
                units[unit].nextRefreshDue = refreshInterval + (configuration.staggersRefresh ? unit * refreshInterval / geometry.units : 0)
            }
        }
    }

    public var statistics: DRAMStatistics {
        var result = counts
        result.cycles = cycle
        return result
    }

    public mutating func takeCompletions() -> [DRAMCompletion] {
        defer { completions.removeAll(keepingCapacity: true) }
        return completions
    }

    public mutating func takeCommandLog() -> [DRAMCommandRecord] {
        defer { commandLog.removeAll(keepingCapacity: true) }
        return commandLog
    }

    public mutating func offer(_ access: DRAMAccess) -> Bool {
        guard acceptedThisCycle < configuration.requestsPerCycle else { return false }
        let twin = entries.contains { $0.access.isWrite && $0.access.coordinates == access.coordinates }
        if twin, access.isWrite ? configuration.coalescesWrites : configuration.forwardsWrites {
            answerAtOnce(access)
            return true
        }
        if isHeldByOlder(access, hasTwin: twin) { return false }
        guard access.isWrite ? waitingWrites < configuration.writeQueueSize : waitingReads < configuration.readQueueSize else { return false }
        let bank = geometry.bank(access.coordinates)
        entries.append(
            Entry(access: access, bank: bank, unit: geometry.unit(ofBank: bank), arrival: cycle, sequence: nextSequence))
        nextSequence += 1
        acceptedThisCycle += 1
        if access.isWrite {
            waitingWrites += 1
            counts.writes += 1
        } else {
            waitingReads += 1
            counts.reads += 1
        }
        return true
    }

    /// An access to the address of a waiting one has to come after it: a write after a read, a read after a write that is not
    /// forwarded. The queues keep no order between reads and writes, so it is let in when the other is served.
    private func isHeldByOlder(_ access: DRAMAccess, hasTwin: Bool) -> Bool {
        if !access.isWrite { return hasTwin }
        return configuration.ordersWritesAfterReads && entries.contains { !$0.access.isWrite && $0.access.coordinates == access.coordinates }
    }

    /// A read forwarded from the write queue, or a write merged into it.
    private mutating func answerAtOnce(_ access: DRAMAccess) {
        acceptedThisCycle += 1
        if access.isWrite {
            counts.writes += 1
            counts.coalescedWrites += 1
        } else {
            counts.reads += 1
            counts.forwardedReads += 1
        }
        complete(access, arrival: cycle, at: cycle + 1)
    }

    mutating func complete(_ access: DRAMAccess, arrival: Int, at end: Int) {
        if access.isWrite { counts.writeLatency.add(end - arrival) } else { counts.readLatency.add(end - arrival) }
        counts.lastCompletion = max(counts.lastCompletion, end)
        if recording.completions { completions.append(DRAMCompletion(tag: access.tag, cycle: end)) }
    }

    public mutating func advance(to target: Int) {
        while cycle < target { tick() }
    }

    public mutating func advanceAfterRefusal(isWrite: Bool) {
        repeat { tick() } while isWrite ? waitingWrites >= configuration.writeQueueSize : waitingReads >= configuration.readQueueSize
    }

    public mutating func drain() {
        while !entries.isEmpty { tick() }
        advance(to: counts.lastCompletion)
    }

    /// One cycle: what is due, which commands issue, what is booked.
    private mutating func tick() {
        for unit in units.indices where units[unit].nextRefreshDue == cycle {
            // In self-refresh the device refreshes itself.
            if units[unit].power != .selfRefreshing { units[unit].owedRefreshes += 1 }
            units[unit].nextRefreshDue += refreshInterval
        }
        issuedThisCycle = 0
        updateWriteMode()
        var candidates = candidates()
        while let candidate = bestReady(candidates) {
            issue(candidate)
            issuedThisCycle += 1
            updateWriteMode()
            candidates = self.candidates()
        }
        account(candidates)
        cycle += 1
        acceptedThisCycle = 0
    }

    private mutating func updateWriteMode() {
        let fill = Double(waitingWrites) / Double(configuration.writeQueueSize)
        if isWriting {
            let isCut = configuration.writeBatchCap > 0 && writesInBatch >= configuration.writeBatchCap
            guard fill < configuration.writeLowWatermark || waitingWrites == 0 || isCut, waitingReads > 0 else { return }
            isWriting = false
            owedReads = isCut ? configuration.writeBatchCap : 0
        } else if waitingReads == 0 || owedReads == 0 && (fill > configuration.writeHighWatermark || fill == 1) {
            isWriting = true
            writesInBatch = 0
        }
    }

    private mutating func account(_ candidates: [Candidate]) {
        for unit in units.indices {
            switch (units[unit].power, units[unit].openBanks > 0) {
            case (.awake, true): counts.background[unit].activeStandby += 1
            case (.awake, false): counts.background[unit].prechargeStandby += 1
            case (.poweredDown, true): counts.background[unit].activePowerDown += 1
            case (.poweredDown, false): counts.background[unit].prechargePowerDown += 1
            case (.selfRefreshing, _): counts.background[unit].selfRefresh += 1
            }
        }
        for entry in entries {
            if entry.access.isWrite { counts.waitingWriteCycles += 1 } else { counts.waitingReadCycles += 1 }
        }
        guard issuedThisCycle == 0 else { return }
        let needed = candidates.lazy.filter { $0.priority < Candidate.housekeeping }
        guard let next = needed.map(\.ready).min() ?? (entries.isEmpty ? nil : 0) else { return }
        counts.stallCycles += 1
        counts.stallsByName[ConstraintNames.name(next)] += 1
    }
}
