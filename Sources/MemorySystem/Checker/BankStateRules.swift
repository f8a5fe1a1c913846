/// What a bank and a rank may be told, from the state that earlier commands left them in.
///
/// A bank is closed or has one open row; reads and writes with automatic precharge close it. A rank is awake, powered down or in
/// self-refresh.
struct BankStateRules: Sendable {
    private enum Power: UInt8, Sendable { case awake, poweredDown, selfRefresh }

    private let index: LevelIndex
    /// By bank; -1 when closed.
    private var openRow: [Int]
    /// By bank: the command that opened or closed it last.
    private var lastChange: [(cycle: Int, command: PackedCommand)]
    /// By rank.
    private var openBanks: [Int]
    private var power: [Power]
    private var powerChange: [(cycle: Int, command: PackedCommand)]

    init(_ organization: DRAMOrganization) {
        index = LevelIndex(organization: organization)
        openRow = Array(repeating: -1, count: index.count(.bank))
        lastChange = Array(repeating: (0, .none), count: index.count(.bank))
        openBanks = Array(repeating: 0, count: index.count(.rank))
        power = Array(repeating: .awake, count: index.count(.rank))
        powerChange = Array(repeating: (0, .none), count: index.count(.rank))
    }

    func check(_ record: DRAMCommandRecord, into violations: inout [TimingViolation]) {
        let rank = index.rank(record.coordinates)
        if let requirement = powerRequirement(record.command, rank) {
            let change = powerChange[rank]
            violations.append(
                TimingViolation(
                    rule: .powerState, command: record, preceding: change.command.record(cycle: change.cycle), missingCycles: 0,
                    requirement: requirement))
        }
        switch record.command {
        case .activate, .refreshBank:
            let bank = index.bank(record.coordinates)
            if openRow[bank] >= 0 { refuse(record, bank, "the bank has row \(openRow[bank]) open", &violations) }
        case .read, .write, .readAutoPrecharge, .writeAutoPrecharge:
            let bank = index.bank(record.coordinates)
            if openRow[bank] < 0 {
                refuse(record, bank, "the bank has no open row", &violations)
            } else if openRow[bank] != record.coordinates.row {
                refuse(record, bank, "the bank has row \(openRow[bank]) open", &violations)
            }
        case .refreshAllBanks, .manageAllBanks, .selfRefreshEnter:
            guard openBanks[rank] > 0, let bank = index.banks(ofRank: rank).first(where: { openRow[$0] >= 0 }) else { return }
            refuse(record, bank, "all banks of the rank must be closed, and \(openBanks[rank]) are open", &violations)
        case .refreshSameBank, .manageSameBank:
            guard let bank = index.sameBanks(record.coordinates).first(where: { openRow[$0] >= 0 }) else { return }
            refuse(record, bank, "the bank must be closed in every group, and has row \(openRow[bank]) open in one", &violations)
        case .precharge, .prechargeAll, .powerDownEnter, .powerDownExit, .selfRefreshExit: break
        }
    }

    mutating func append(_ record: DRAMCommandRecord) {
        let rank = index.rank(record.coordinates)
        let change = (record.cycle, PackedCommand(record))
        switch record.command {
        case .activate:
            let bank = index.bank(record.coordinates)
            if openRow[bank] < 0 { openBanks[rank] += 1 }
            openRow[bank] = record.coordinates.row
            lastChange[bank] = change
        case .precharge, .readAutoPrecharge, .writeAutoPrecharge: close(index.bank(record.coordinates), rank, change)
        case .prechargeAll: for bank in index.banks(ofRank: rank) { close(bank, rank, change) }
        case .powerDownEnter: enter(.poweredDown, rank, change)
        case .selfRefreshEnter: enter(.selfRefresh, rank, change)
        case .powerDownExit, .selfRefreshExit: enter(.awake, rank, change)
        case .read, .write, .refreshAllBanks, .refreshBank, .refreshSameBank, .manageAllBanks, .manageSameBank: break
        }
    }

    private mutating func close(_ bank: Int, _ rank: Int, _ change: (Int, PackedCommand)) {
        guard openRow[bank] >= 0 else { return }
        openRow[bank] = -1
        openBanks[rank] -= 1
        lastChange[bank] = change
    }

    private mutating func enter(_ state: Power, _ rank: Int, _ change: (Int, PackedCommand)) {
        power[rank] = state
        powerChange[rank] = change
    }

    private func refuse(_ record: DRAMCommandRecord, _ bank: Int, _ requirement: String, _ violations: inout [TimingViolation]) {
        let change = lastChange[bank]
        violations.append(
            TimingViolation(
                rule: .bankState, command: record, preceding: change.command.record(cycle: change.cycle), missingCycles: 0,
                requirement: requirement))
    }

    /// What `command` asks of the rank and does not find; `nil` when it may be issued.
    private func powerRequirement(_ command: DRAMCommand, _ rank: Int) -> String? {
        switch (power[rank], command) {
        case (.poweredDown, .powerDownExit), (.selfRefresh, .selfRefreshExit): nil
        case (.awake, .powerDownExit): "the rank is not powered down"
        case (.awake, .selfRefreshExit): "the rank is not in self-refresh"
        case (.awake, _): nil
        case (.poweredDown, _): "the rank is powered down and must leave that first"
        case (.selfRefresh, _): "the rank is in self-refresh and must leave that first"
        }
    }
}
