/// Audits the commands of one channel against a standard, one by one as they are issued.
///
/// It shares no code with the controllers: it knows what has happened, never what may come next. Checked are
/// - every constraint row of the standard, windows and siblings included (``TimingConstraint``);
/// - the banks' and ranks' states: activate only when closed, read and write only the open row, refresh only when closed, nothing
///   but an exit while powered down;
/// - the command buses, and the data buses with the gap between ranks;
/// - the refresh rate, and refresh management where the controller does it;
/// - the coordinates.
///
/// Records of reads and writes carry the row that they mean.
public struct TimingChecker: Sendable {
    /// What is not in the constraint rows.
    public struct Options: Sendable {
        /// Cycles per refresh of a bank; 0 when refresh is not checked.
        public var refreshInterval: Int
        /// Refresh intervals by which a refresh may be late. 8 for DDR4 (JESD79-4, 4.24), so that two are at most 9 intervals apart.
        public var maximumPostponedRefreshes: Int
        public var maximumPulledInRefreshes: Int
        /// Cycles per refresh of a bank against which pulling in is measured: shorter than the interval where the time between
        /// refreshes of single banks is rounded down.
        public var shortestRefreshInterval: Int
        /// Idle cycles of the data bus between bursts of different ranks.
        public var rankSwitchCycles: Int
        /// Violations that are kept; all are counted.
        public var maximumViolations: Int
        /// What banks that are activated often ask for; `nil` where it is not checked.
        public var refreshManagement: DRAMRefreshManagement?

        public init(
            refreshInterval: Int, maximumPostponedRefreshes: Int = 8, maximumPulledInRefreshes: Int = 8,
            shortestRefreshInterval: Int? = nil, rankSwitchCycles: Int = 1, maximumViolations: Int = 100
        ) {
            self.refreshInterval = refreshInterval
            self.shortestRefreshInterval = shortestRefreshInterval ?? refreshInterval
            self.maximumPostponedRefreshes = maximumPostponedRefreshes
            self.maximumPulledInRefreshes = maximumPulledInRefreshes
            self.rankSwitchCycles = rankSwitchCycles
            self.maximumViolations = maximumViolations
        }

        /// With the standard's `tREFI`, and its `tCS` between ranks where it has one.
        public init(_ standard: DRAMStandard) {
            let interval = standard.timing["tREFI"]?.cycles ?? 0
            let byBank = standard.timing["tREFIpb"].map { $0.cycles * standard.organization.banks } ?? interval
            self.init(
                refreshInterval: interval, shortestRefreshInterval: min(interval, byBank),
                rankSwitchCycles: standard.timing["tCS"]?.cycles ?? 1)
        }
    }

    /// The first violations, in the order of the commands.
    public private(set) var violations: [TimingViolation] = []
    public private(set) var violationCount = 0
    public private(set) var commandCount = 0

    private let organization: DRAMOrganization
    private let maximumViolations: Int
    private var constraints: ConstraintRules
    private var banks: BankStateRules
    private var buses: BusRules
    private var refresh: RefreshRules?
    private var management: ManagementRules?
    private var last: DRAMCommandRecord?
    private var found: [TimingViolation] = []

    public init(_ standard: DRAMStandard, options: Options? = nil) {
        let options = options ?? Options(standard)
        organization = standard.organization
        maximumViolations = options.maximumViolations
        constraints = ConstraintRules(standard)
        banks = BankStateRules(standard.organization)
        buses = BusRules(standard, rankSwitchCycles: options.rankSwitchCycles)
        if options.refreshInterval > 0 {
            refresh = RefreshRules(
                standard.organization, interval: options.refreshInterval, shortestInterval: options.shortestRefreshInterval,
                maximumPostponed: options.maximumPostponedRefreshes, maximumPulledIn: options.maximumPulledInRefreshes)
        }
        if let rules = options.refreshManagement {
            management = ManagementRules(
                standard.organization, threshold: rules.initialThreshold, maximum: rules.maximumThreshold, relief: rules.refreshDecrement)
        }
    }

    /// A checker of what a controller with `configuration` issues: as strict as its settings allow.
    ///
    /// A refresh that is due waits for the commands before it, hence one interval more than may be postponed.
    public init(_ standard: DRAMStandard, controlledBy configuration: DRAMControllerConfiguration, maximumViolations: Int = 100) {
        var standard = standard
        if configuration.oneCycleCommands { standard.organization.commandCycles = [:] }
        var options = Options(standard)
        switch configuration.refresh {
        case .none: options.refreshInterval = 0
        case .sameBank:
            // In fine-granularity mode each bank is refreshed twice as often.
            options.refreshInterval /= 2
            options.shortestRefreshInterval = (standard.timing["tREFIsb"]?.cycles ?? 0) * standard.organization.banksPerGroup
        case .allBank:
            // Refreshes of a part of the rows each: as often as there are parts, each as short as tRFC2 (tRFC4) says.
            let parts = configuration.refreshGranularity
            options.refreshInterval /= parts
            options.shortestRefreshInterval = options.refreshInterval
            for index in standard.constraints.indices where parts > 1 && ["tRFC", "tRFM"].contains(standard.constraints[index].name) {
                let fine = standard.timing["\(standard.constraints[index].name)\(parts)"]
                standard.constraints[index].latency = fine?.cycles ?? standard.constraints[index].latency
            }
        case .perBank: break
        }
        // In the heat refreshes come several times as often: each bank's distance shrinks, rounded down.
        options.refreshInterval /= configuration.refreshRate
        switch configuration.refresh {
        case .perBank, .sameBank:
            let inTurn = configuration.refresh == .perBank ? standard.organization.banks : standard.organization.banksPerGroup
            options.shortestRefreshInterval = options.shortestRefreshInterval / inTurn / configuration.refreshRate * inTurn
        case .allBank, .none: options.shortestRefreshInterval /= configuration.refreshRate
        }
        if configuration.refreshManagement, var rules = standard.refreshManagement {
            // MR58: in fine-granularity mode the threshold is half, the maximum twice as many times the threshold.
            if configuration.refresh == .sameBank || configuration.refreshGranularity > 1 {
                rules.initialThreshold /= 2
                rules.refreshDecrement /= 2
            }
            options.refreshManagement = rules
        }
        options.maximumPostponedRefreshes = configuration.postponedRefreshes + 1
        options.maximumPulledInRefreshes = configuration.pulledInRefreshes + 1
        options.maximumViolations = maximumViolations
        self.init(standard, options: options)
    }

    /// Checks the next command. It becomes part of the history whether it is legal or not, unless its coordinates do not exist.
    public mutating func check(_ record: DRAMCommandRecord) {
        commandCount += 1
        defer { if !found.isEmpty { collect() } }
        if let last, record.cycle < last.cycle {
            found.append(
                TimingViolation(
                    rule: .commandOrder, command: record, preceding: last, missingCycles: last.cycle - record.cycle,
                    requirement: "commands are listed in the order of their cycles"))
        }
        guard isInRange(record) else { return }
        constraints.check(record, into: &found)
        constraints.append(record)
        banks.check(record, into: &found)
        banks.append(record)
        buses.check(record, into: &found)
        refresh?.check(record, into: &found)
        management?.check(record, into: &found)
        last = record
    }

    /// Checks what only the end shows: refreshes that are overdue in `cycle`, the run's last.
    public mutating func finish(cycle: Int) {
        refresh?.finish(cycle: cycle, into: &found)
        collect()
    }

    private mutating func collect() {
        violationCount += found.count
        violations += found.prefix(max(0, maximumViolations - violations.count))
        found.removeAll(keepingCapacity: true)
    }

    private mutating func isInRange(_ record: DRAMCommandRecord) -> Bool {
        let at = record.coordinates, has = organization
        if 0..<has.pseudoChannels ~= at.pseudoChannel, 0..<has.ranks ~= at.rank, 0..<has.bankGroups ~= at.bankGroup,
            0..<has.banksPerGroup ~= at.bank, 0..<has.rows ~= at.row, 0..<has.columns ~= at.column
        {
            return true
        }
        let fields = [
            ("pseudo-channel", at.pseudoChannel, has.pseudoChannels), ("rank", at.rank, has.ranks),
            ("bank group", at.bankGroup, has.bankGroups), ("bank", at.bank, has.banksPerGroup), ("row", at.row, has.rows),
            ("column", at.column, has.columns),
        ]
        for (name, value, count) in fields where value < 0 || value >= count {
            found.append(
                TimingViolation(
                    rule: .coordinates, command: record, preceding: nil, missingCycles: 0,
                    requirement: "\(name) \(value) does not exist; there are \(count), numbered from 0"))
        }
        return false
    }
}
