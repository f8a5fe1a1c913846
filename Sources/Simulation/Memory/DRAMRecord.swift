import MemorySystem
import Programs

/// What an off-chip memory's channels did, command by command.
public struct DRAMRecord: Sendable {
    /// JEDEC name of the devices.
    public var standard: String
    /// Cycles of the command clock of the whole run, per channel.
    public var cycles: Int
    /// Share of the time with data on the bus, by channel, 0…1.
    public var busUtilization: [Double]
    public var reads: Int
    public var writes: Int
    /// Accesses that found their row open, no row open, another row open.
    public var rowHits: Int
    public var rowMisses: Int
    public var rowConflicts: Int
    public var refreshes: Int
    /// Nanoseconds from a read's arrival at its controller to its last data, on average and of the slowest in a hundred.
    public var readLatency: Double
    public var readLatency99: Double
    /// Cycles of all channels in which accesses waited and no command could issue, by the timing rule they waited for, most first.
    public var stalls: [(rule: String, cycles: Int)]
    /// Joules by part; empty when no currents of the device are published.
    public var energy: [(part: String, joules: Double)]
    /// Where the energies' currents and path energies come from; begins with "estimate" where it is one.
    public var energySources: [String]
    /// Bytes that each channel moved over time, reads when their data came, writes when the controller took them; `nil` where nobody
    /// kept them.
    public var bandwidth: BandwidthHistory? = nil
    /// Accesses that waited for their data command, in cycles of the command clock, all channels.
    public var readQueue = QueueRecord()
    public var writeQueue = QueueRecord()
    /// Reads that the write queue answered and writes that replaced a waiting one: they did not reach the device.
    public var mergedAccesses = 0
    /// The rules that accesses waited for, and what was lost to them while the memory worked for each operator of the run, and at last what
    /// was lost while it worked for none. Over all of these each rule's cycles are those of `stalls`. Empty where nobody kept them.
    public var lossRules: [String] = []
    public var losses: [DRAMLosses] = []

    public var isEnergyEstimated: Bool { energySources.contains { $0.hasPrefix("estimate") } }

    public var rowHitRate: Double {
        let all = rowHits + rowMisses + rowConflicts
        return all == 0 ? 0 : Double(rowHits) / Double(all)
    }
}

extension DRAMSystem {
    /// The books of all channels at the end of a run.
    mutating func record(until time: Int) -> DRAMRecord {
        let cycles = ceilingDivide(time, standard.clockPeriod)
        var record = DRAMRecord(
            standard: standard.name, cycles: cycles, busUtilization: [], reads: 0, writes: 0, rowHits: 0, rowMisses: 0, rowConflicts: 0,
            refreshes: 0, readLatency: 0, readLatency99: 0, stalls: [], energy: [], energySources: [])
        var stalls: [String: Int] = [:]
        var latencies = LatencyHistogram()
        var energy = DRAMEnergy()
        let model = DRAMEnergyModel(standard, refreshGranularity: configuration.refreshGranularity)
        advance(to: cycles)
        record.bandwidth = bandwidth
        for statistics in statistics() {
            let buses = standard.organization.pseudoChannels
            record.busUtilization.append(cycles == 0 ? 0 : Double(statistics.dataBusCycles) / Double(cycles * buses))
            record.reads += statistics.reads
            record.writes += statistics.writes
            record.rowHits += statistics.rowHits
            record.rowMisses += statistics.rowMisses
            record.rowConflicts += statistics.rowConflicts
            record.refreshes += statistics.refreshes
            for stall in statistics.stalls { stalls[stall.name, default: 0] += stall.cycles }
            latencies.add(statistics.readLatency)
            record.addQueues(of: statistics, standard: standard)
            if let model {
                let states = statistics.background
                energy =
                    energy
                    + model.energy(
                        of: DRAMActivity(
                            commandCounts: statistics.commandCounts, activeStandby: states.reduce(0) { $0 + $1.activeStandby },
                            prechargeStandby: states.reduce(0) { $0 + $1.prechargeStandby },
                            activePowerDown: states.reduce(0) { $0 + $1.activePowerDown },
                            prechargePowerDown: states.reduce(0) { $0 + $1.prechargePowerDown },
                            selfRefresh: states.reduce(0) { $0 + $1.selfRefresh }))
            }
        }
        let nanoseconds = Double(standard.clockPeriod) * 1e-6
        record.readLatency = latencies.average * nanoseconds
        record.readLatency99 = Double(latencies.percentile(0.99)) * nanoseconds
        record.stalls = stalls.map { (rule: $0.key, cycles: $0.value) }.sorted { ($1.cycles, $0.rule) < ($0.cycles, $1.rule) }
        record.energySources = model?.sources ?? []
        if model != nil { record.energy = DRAMEnergy.Part.allCases.map { (part: $0.rawValue, joules: Double(energy[$0]) * 1e-15) } }
        return record
    }
}
