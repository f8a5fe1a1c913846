/// One command at a time on each command bus, one burst at a time on each data bus.
///
/// Pseudo-channels share the command buses and have a data bus each. Row and column commands have a bus each where the
/// organisation says so. A burst occupies its data bus from the read or write latency on; between bursts of different ranks the
/// bus changes hands.
struct BusRules: Sendable {
    private struct Burst: Sendable {
        var start: Int
        var end: Int
        var rank: Int
        var cycle: Int
        var command: PackedCommand
    }

    private struct CommandBus: Sendable {
        /// First cycle in which the bus is free again.
        var free = Int.min / 4
        var cycle = 0
        var command = PackedCommand.none
    }

    private let hasColumnBus: Bool
    private let commandCycles: [Int]
    private let readLatency: Int
    private let writeLatency: Int
    private let burstCycles: Int
    private let rankSwitchCycles: Int
    private var rowBus = CommandBus()
    private var columnBus = CommandBus()
    /// By pseudo-channel: bursts that a coming one could still meet.
    private var bursts: [[Burst]]

    /// - Parameter rankSwitchCycles: idle cycles of the data bus between bursts of different ranks.
    init(_ standard: DRAMStandard, rankSwitchCycles: Int) {
        let organization = standard.organization
        hasColumnBus = organization.separateRowAndColumnCommands
        commandCycles = DRAMCommand.allCases.map { organization.commandCycles[$0] ?? 1 }
        readLatency = standard.readLatency
        writeLatency = standard.writeLatency
        burstCycles = standard.burstCycles
        self.rankSwitchCycles = rankSwitchCycles
        bursts = Array(repeating: [], count: organization.pseudoChannels)
    }

    mutating func check(_ record: DRAMCommandRecord, into violations: inout [TimingViolation]) {
        let cycles = commandCycles[Int(record.command.rawValue)]
        if hasColumnBus && record.command.movesData {
            BusRules.occupy(&columnBus, record, cycles, &violations)
        } else {
            BusRules.occupy(&rowBus, record, cycles, &violations)
        }
        if record.command.movesData { transfer(record, &violations) }
    }

    private static func occupy(
        _ bus: inout CommandBus, _ record: DRAMCommandRecord, _ cycles: Int, _ violations: inout [TimingViolation]
    ) {
        if record.cycle < bus.free {
            violations.append(
                TimingViolation(
                    rule: .commandBus, command: record, preceding: bus.command.record(cycle: bus.cycle),
                    missingCycles: bus.free - record.cycle, requirement: "one command at a time"))
        }
        bus.free = max(bus.free, record.cycle + cycles)
        bus.cycle = record.cycle
        bus.command = PackedCommand(record)
    }

    private mutating func transfer(_ record: DRAMCommandRecord, _ violations: inout [TimingViolation]) {
        let isRead = record.command == .read || record.command == .readAutoPrecharge
        let start = record.cycle + (isRead ? readLatency : writeLatency)
        let burst = Burst(
            start: start, end: start + burstCycles, rank: record.coordinates.rank, cycle: record.cycle, command: PackedCommand(record))
        let channel = record.coordinates.pseudoChannel
        // No later command's burst starts earlier than this.
        let horizon = record.cycle + min(readLatency, writeLatency) - rankSwitchCycles
        bursts[channel].removeAll { $0.end <= horizon }
        for other in bursts[channel] {
            let gap = other.rank == burst.rank ? 0 : rankSwitchCycles
            let isApart = burst.start >= other.end + gap || other.start >= burst.end + gap
            guard !isApart else { continue }
            var requirement = "the burst in cycles \(burst.start)..<\(burst.end) meets the one in \(other.start)..<\(other.end)"
            if gap > 0 { requirement += ", which another rank drives and \(gap) cycles must lie between" }
            violations.append(
                TimingViolation(
                    rule: .dataBus, command: record, preceding: other.command.record(cycle: other.cycle),
                    missingCycles: other.end + gap - burst.start, requirement: requirement))
        }
        bursts[channel].append(burst)
    }
}
