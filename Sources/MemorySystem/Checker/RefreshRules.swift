/// Every bank is refreshed once per refresh interval (`tREFI`) on average.
///
/// A refresh that falls due after its n-th interval may be postponed by at most `maximumPostponed` intervals and pulled in by at
/// most `maximumPulledIn`. A refresh of all banks counts for each of them. Time in self-refresh does not count: the device then
/// refreshes itself. Its last refresh may be cut short by the exit, so that each bank is owed one more, which counts for nothing else,
/// before self-refresh is entered again (self-refresh operation in JESD79-4, JESD79-5, JESD209-4).
struct RefreshRules: Sendable {
    private let index: LevelIndex
    private let interval: Int
    private let shortestInterval: Int
    private let maximumPostponed: Int
    private let maximumPulledIn: Int
    /// By bank.
    private var refreshes: [Int]
    private var lastRefresh: [(cycle: Int, command: PackedCommand)]
    /// By bank: the refresh after self-refresh has not come.
    private var isOwed: [Bool]
    /// By rank: cycles spent in self-refresh, and since when it is in it now.
    private var selfRefreshed: [Int]
    private var selfRefreshSince: [Int?]

    init(_ organization: DRAMOrganization, interval: Int, shortestInterval: Int, maximumPostponed: Int, maximumPulledIn: Int) {
        index = LevelIndex(organization: organization)
        self.interval = interval
        self.shortestInterval = shortestInterval
        self.maximumPostponed = maximumPostponed
        self.maximumPulledIn = maximumPulledIn
        refreshes = Array(repeating: 0, count: index.count(.bank))
        lastRefresh = Array(repeating: (0, .none), count: index.count(.bank))
        isOwed = Array(repeating: false, count: index.count(.bank))
        selfRefreshed = Array(repeating: 0, count: index.count(.rank))
        selfRefreshSince = Array(repeating: nil, count: index.count(.rank))
    }

    mutating func check(_ record: DRAMCommandRecord, into violations: inout [TimingViolation]) {
        let rank = index.rank(record.coordinates)
        switch record.command {
        case .refreshAllBanks:
            var isReported = false
            for bank in index.banks(ofRank: rank) { refresh(bank, rank, record, &isReported, &violations) }
        case .refreshBank:
            var isReported = false
            refresh(index.bank(record.coordinates), rank, record, &isReported, &violations)
        case .refreshSameBank:
            var isReported = false
            for bank in index.sameBanks(record.coordinates) { refresh(bank, rank, record, &isReported, &violations) }
        case .selfRefreshEnter:
            if let bank = index.banks(ofRank: rank).first(where: { isOwed[$0] }) {
                violations.append(violation(bank, record, 0, "every bank is refreshed between leaving self-refresh and entering it again"))
            }
            selfRefreshSince[rank] = selfRefreshSince[rank] ?? record.cycle
        case .selfRefreshExit:
            if let since = selfRefreshSince[rank] { selfRefreshed[rank] += record.cycle - since }
            selfRefreshSince[rank] = nil
            for bank in index.banks(ofRank: rank) { isOwed[bank] = true }
        default: break
        }
    }

    /// Reports ranks with a bank that is overdue in `cycle`, once each.
    func finish(cycle: Int, into violations: inout [TimingViolation]) {
        for rank in selfRefreshed.indices {
            var worst: (late: Int, bank: Int)?
            for bank in index.banks(ofRank: rank) {
                let late = lateness(bank, rank, cycle)
                if late > worst?.late ?? 0 { worst = (late, bank) }
            }
            guard let worst else { continue }
            let organization = index.organization
            let place = DRAMCoordinates(
                pseudoChannel: rank / organization.ranks, rank: rank % organization.ranks,
                bankGroup: worst.bank % organization.banks / organization.banksPerGroup, bank: worst.bank % organization.banksPerGroup)
            let missing = DRAMCommandRecord(cycle: cycle, command: .refreshBank, coordinates: place)
            violations.append(violation(worst.bank, missing, worst.late, "the run ends with a refresh overdue: \(limit)"))
        }
    }

    private var limit: String {
        "one in each \(interval) cycles, postponed by at most \(maximumPostponed) such intervals"
    }

    private mutating func refresh(
        _ bank: Int, _ rank: Int, _ record: DRAMCommandRecord, _ isReported: inout Bool, _ violations: inout [TimingViolation]
    ) {
        if isOwed[bank] {
            isOwed[bank] = false
            lastRefresh[bank] = (record.cycle, PackedCommand(record))
            return
        }
        if !isReported {
            let late = lateness(bank, rank, record.cycle)
            // The n-th refresh is due after n intervals.
            let early = (refreshes[bank] + 1 - maximumPulledIn) * shortestInterval - elapsed(rank, record.cycle)
            if late > 0 {
                violations.append(violation(bank, record, late, limit))
                isReported = true
            } else if early > 0 {
                violations.append(
                    violation(bank, record, early, "no more than \(maximumPulledIn) refreshes may be ahead of one in each \(shortestInterval) cycles"))
                isReported = true
            }
        }
        refreshes[bank] += 1
        lastRefresh[bank] = (record.cycle, PackedCommand(record))
    }

    /// Cycles by which the next refresh of `bank` is overdue in `cycle`; not positive when it is not.
    private func lateness(_ bank: Int, _ rank: Int, _ cycle: Int) -> Int {
        elapsed(rank, cycle) - (refreshes[bank] + 1 + maximumPostponed) * interval
    }

    private func elapsed(_ rank: Int, _ cycle: Int) -> Int {
        cycle - selfRefreshed[rank] - (selfRefreshSince[rank].map { cycle - $0 } ?? 0)
    }

    private func violation(_ bank: Int, _ record: DRAMCommandRecord, _ cycles: Int, _ requirement: String) -> TimingViolation {
        let last = lastRefresh[bank]
        return TimingViolation(
            rule: .refreshRate, command: record, preceding: last.command.record(cycle: last.cycle), missingCycles: cycles,
            requirement: requirement)
    }
}
