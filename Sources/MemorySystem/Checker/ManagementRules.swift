/// No bank is activated more often than its device bears without refresh management (JESD79-5, 4.41: RAA counters, MR58 and MR59).
///
/// Of each bank the activates are counted. An RFM takes `threshold` off the count, a refresh `relief`, neither below 0; self-refresh
/// changes nothing. An activate that makes the count exceed `maximum` is a violation.
struct ManagementRules: Sendable {
    private let index: LevelIndex
    private let threshold: Int
    private let maximum: Int
    private let relief: Int
    /// By bank.
    private var activates: [Int]
    private var lastManagement: [(cycle: Int, command: PackedCommand)]

    init(_ organization: DRAMOrganization, threshold: Int, maximum: Int, relief: Int) {
        index = LevelIndex(organization: organization)
        self.threshold = threshold
        self.maximum = maximum
        self.relief = relief
        activates = Array(repeating: 0, count: index.count(.bank))
        lastManagement = Array(repeating: (0, .none), count: index.count(.bank))
    }

    mutating func check(_ record: DRAMCommandRecord, into violations: inout [TimingViolation]) {
        switch record.command {
        case .activate:
            let bank = index.bank(record.coordinates)
            activates[bank] += 1
            guard activates[bank] > maximum else { return }
            let last = lastManagement[bank]
            violations.append(
                TimingViolation(
                    rule: .refreshManagement, command: record, preceding: last.command.record(cycle: last.cycle), missingCycles: 0,
                    requirement: "a bank is activated at most \(maximum) times more than refreshes and RFM make up for"))
        case .manageAllBanks: take(threshold, off: index.banks(ofRank: index.rank(record.coordinates)), record)
        case .manageSameBank: take(threshold, off: index.sameBanks(record.coordinates), record)
        case .refreshAllBanks: take(relief, off: index.banks(ofRank: index.rank(record.coordinates)), record)
        case .refreshSameBank: take(relief, off: index.sameBanks(record.coordinates), record)
        case .refreshBank: take(relief, off: CollectionOfOne(index.bank(record.coordinates)), record)
        default: break
        }
    }

    private mutating func take(_ count: Int, off banks: some Sequence<Int>, _ record: DRAMCommandRecord) {
        for bank in banks {
            activates[bank] = max(0, activates[bank] - count)
            lastManagement[bank] = (record.cycle, PackedCommand(record))
        }
    }
}
