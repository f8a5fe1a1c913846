import MemorySystem

/// A small made-up standard whose latencies are all different, so that a message tells which row was found.
enum ToyStandard {
    static let organization = DRAMOrganization(
        ranks: 2, bankGroups: 2, banksPerGroup: 2, rows: 64, columns: 16, dataWidth: 64, burstLength: 8, devices: 8)

    static func make(
        _ constraints: [TimingConstraint], organization: DRAMOrganization = organization, refreshInterval: Int = 0
    ) -> DRAMStandard {
        DRAMStandard(
            name: "TOY", source: "made up for tests", organization: organization, clockPeriod: 1_000_000,
            timing: ["tREFI": TimingParameter(cycles: refreshInterval, source: "made up")], constraints: constraints,
            burstCycles: 4, readLatency: 10, writeLatency: 7, currents: nil)
    }
}

/// A log in a few letters: `Log().at(0, .activate, row: 3).at(11, .read, row: 3)`.
struct Log {
    var records: [DRAMCommandRecord] = []

    func at(
        _ cycle: Int, _ command: DRAMCommand, channel: Int = 0, rank: Int = 0, group: Int = 0, bank: Int = 0, row: Int = 0, column: Int = 0
    ) -> Log {
        var copy = self
        copy.records.append(
            DRAMCommandRecord(
                cycle: cycle, command: command,
                coordinates: DRAMCoordinates(
                    pseudoChannel: channel, rank: rank, bankGroup: group, bank: bank, row: row, column: column)))
        return copy
    }

    /// All violations; the run ends with `end`.
    func violations(_ standard: DRAMStandard, _ options: TimingChecker.Options? = nil, end: Int? = nil) -> [TimingViolation] {
        var checker = TimingChecker(standard, options: options)
        for record in records { checker.check(record) }
        checker.finish(cycle: end ?? records.last?.cycle ?? 0)
        return checker.violations
    }

    /// The last command one cycle earlier.
    var rushed: Log {
        var copy = self
        copy.records[copy.records.count - 1].cycle -= 1
        return copy
    }
}
