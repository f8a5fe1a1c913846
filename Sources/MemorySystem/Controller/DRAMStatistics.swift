/// What one channel did in its cycles so far.
public struct DRAMStatistics: Hashable, Sendable {
    /// Cycles of one rank of one pseudo-channel by what it does while nothing is asked of it; they add up to all cycles.
    public struct Background: Hashable, Sendable {
        /// At least one row open (IDD3N).
        public var activeStandby = 0
        /// All rows closed (IDD2N).
        public var prechargeStandby = 0
        public var activePowerDown = 0
        public var prechargePowerDown = 0
        public var selfRefresh = 0

        public init() {}
        public var total: Int { activeStandby + prechargeStandby + activePowerDown + prechargePowerDown + selfRefresh }
    }

    public var cycles = 0
    /// Accepted accesses, forwarded and coalesced ones included.
    public var reads = 0
    public var writes = 0
    /// Reads answered from the write queue.
    public var forwardedReads = 0
    /// Writes that replaced a waiting one.
    public var coalescedWrites = 0
    /// By `DRAMCommand.rawValue`.
    public var commandCounts = [Int](repeating: 0, count: DRAMCommand.allCases.count)
    /// Accesses whose first command was a read or write, an activate, a precharge.
    public var rowHits = 0
    public var rowMisses = 0
    public var rowConflicts = 0
    /// From offer to the cycle after the last data.
    public var readLatency = LatencyHistogram()
    public var writeLatency = LatencyHistogram()
    /// Cycles with data on a data bus, summed over pseudo-channels.
    public var dataBusCycles = 0
    /// Cycles in which accesses waited or a refresh was due, and no command issued.
    public var stallCycles = 0
    /// The same by the rule that the next command waited for; names in ``stallNames``.
    public var stallsByName: [Int]
    public var stallNames: [String]
    /// By rank, then pseudo-channel: unit = pseudoChannel · ranks + rank.
    public var background: [Background]
    /// Sum over cycles of reads (writes) that wait for their data command.
    public var waitingReadCycles = 0
    public var waitingWriteCycles = 0
    /// The cycle of the last completion.
    public var lastCompletion = 0

    init(standard: DRAMStandard) {
        stallNames = ConstraintNames(standard).names
        stallsByName = Array(repeating: 0, count: stallNames.count)
        background = Array(repeating: Background(), count: DRAMChannelGeometry(standard.organization).units)
    }

    public func count(of command: DRAMCommand) -> Int { commandCounts[Int(command.rawValue)] }
    /// Accesses that went to the device.
    public var served: Int { readLatency.count + writeLatency.count - forwardedReads - coalescedWrites }
    public var refreshes: Int { count(of: .refreshAllBanks) + count(of: .refreshBank) + count(of: .refreshSameBank) }
    /// Commands of refresh management (RFM).
    public var managements: Int { count(of: .manageAllBanks) + count(of: .manageSameBank) }
    public var rowHitRate: Double {
        let all = rowHits + rowMisses + rowConflicts
        return all == 0 ? 0 : Double(rowHits) / Double(all)
    }

    /// Stalls by rule, most first, without those that did not occur.
    public var stalls: [(name: String, cycles: Int)] {
        zip(stallNames, stallsByName).filter { $0.1 > 0 }.map { (name: $0.0, cycles: $0.1) }
            .sorted { $0.cycles == $1.cycles ? $0.name < $1.name : $0.cycles > $1.cycles }
    }

    /// Adds what another channel did, or what came since `earlier`, `times` over.
    public mutating func add(_ later: DRAMStatistics, since earlier: DRAMStatistics? = nil, times: Int = 1) {
        func add(_ left: inout Int, _ field: KeyPath<DRAMStatistics, Int>) {
            left += (later[keyPath: field] - (earlier?[keyPath: field] ?? 0)) * times
        }
        add(&cycles, \.cycles)
        add(&reads, \.reads)
        add(&writes, \.writes)
        add(&forwardedReads, \.forwardedReads)
        add(&coalescedWrites, \.coalescedWrites)
        add(&rowHits, \.rowHits)
        add(&rowMisses, \.rowMisses)
        add(&rowConflicts, \.rowConflicts)
        add(&dataBusCycles, \.dataBusCycles)
        add(&stallCycles, \.stallCycles)
        add(&waitingReadCycles, \.waitingReadCycles)
        add(&waitingWriteCycles, \.waitingWriteCycles)
        add(&lastCompletion, \.lastCompletion)
        for index in commandCounts.indices { add(&commandCounts[index], \.commandCounts[index]) }
        for index in stallsByName.indices { add(&stallsByName[index], \.stallsByName[index]) }
        for unit in background.indices {
            add(&background[unit].activeStandby, \.background[unit].activeStandby)
            add(&background[unit].prechargeStandby, \.background[unit].prechargeStandby)
            add(&background[unit].activePowerDown, \.background[unit].activePowerDown)
            add(&background[unit].prechargePowerDown, \.background[unit].prechargePowerDown)
            add(&background[unit].selfRefresh, \.background[unit].selfRefresh)
        }
        readLatency.repeatPeriod(from: earlier?.readLatency ?? LatencyHistogram(), to: later.readLatency, times: times)
        writeLatency.repeatPeriod(from: earlier?.writeLatency ?? LatencyHistogram(), to: later.writeLatency, times: times)
    }
}
