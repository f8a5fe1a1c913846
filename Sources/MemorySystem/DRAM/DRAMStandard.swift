/// A DRAM device standard at one speed: organisation, timing and currents, all read from a file.
public struct DRAMStandard: Sendable {
    /// As users name it: `DDR4-3200`.
    public var name: String
    public var source: String
    public var organization: DRAMOrganization
    /// Clock period in femtoseconds (the command clock that all cycle counts refer to).
    public var clockPeriod: Int
    /// Named timing parameters in cycles of the command clock: `tRCD`, `tRFC`, `CL`, `CWL`, `tREFI`, …
    public var timing: [String: TimingParameter]
    /// What must lie between which commands.
    public var constraints: [TimingConstraint]
    /// Cycles of data on the bus per access (BL / data rate per clock).
    public var burstCycles: Int
    /// Cycles from a read command to its first data (CL).
    public var readLatency: Int
    /// Cycles from a write command to its first data (CWL).
    public var writeLatency: Int
    /// `nil` where no trustworthy currents are published.
    public var currents: DRAMCurrents?
    /// What banks that are activated often ask for; `nil` where the standard has no refresh management.
    public var refreshManagement: DRAMRefreshManagement?
    /// Energies along the way of the data, where they are known better than from currents; `nil` elsewhere.
    public var pathEnergies: DRAMPathEnergies?

    public init(
        name: String, source: String, organization: DRAMOrganization, clockPeriod: Int, timing: [String: TimingParameter],
        constraints: [TimingConstraint], burstCycles: Int, readLatency: Int, writeLatency: Int, currents: DRAMCurrents?,
        pathEnergies: DRAMPathEnergies? = nil, refreshManagement: DRAMRefreshManagement? = nil
    ) {
        self.name = name
        self.source = source
        self.organization = organization
        self.clockPeriod = clockPeriod
        self.timing = timing
        self.constraints = constraints
        self.burstCycles = burstCycles
        self.readLatency = readLatency
        self.writeLatency = writeLatency
        self.currents = currents
        self.pathEnergies = pathEnergies
        self.refreshManagement = refreshManagement
    }

    /// The cycles of a timing parameter, `nil` for a name that the standard does not have.
    public func cycles(_ name: String) -> Int? { timing[name]?.cycles }

    /// Whether the standard refreshes single banks (REFpb); all refresh all banks.
    public var refreshesBanks: Bool { timing["tRFCpb"] != nil }

    /// Whether the standard refreshes one bank of every group together (REFsb).
    public var refreshesSameBanks: Bool { timing["tRFCsb"] != nil }
}

/// What one channel is made of. Channels are a property of the memory built from the standard, not of the standard.
public struct DRAMOrganization: Hashable, Sendable {
    /// Halves of a channel with their own data bus and banks, sharing the command bus (HBM); 1 elsewhere.
    public var pseudoChannels: Int
    public var ranks: Int
    public var bankGroups: Int
    public var banksPerGroup: Int
    public var rows: Int
    /// Accesses (bursts) per row: a file's `columns` (transfers of the data width) / burst length.
    public var columns: Int
    /// Data bus of one (pseudo-)channel, in bits.
    public var dataWidth: Int
    public var burstLength: Int
    /// Devices in lock-step that make up the data width (8 for x8 DDR4); currents are per device.
    public var devices: Int
    /// Row and column commands have their own command buses: one of each per cycle (HBM).
    public var separateRowAndColumnCommands: Bool
    /// Cycles that a command occupies its command bus (2 for two-cycle commands of DDR5/LPDDR), by command; 1 where absent.
    public var commandCycles: [DRAMCommand: Int]

    public init(
        pseudoChannels: Int = 1, ranks: Int = 1, bankGroups: Int, banksPerGroup: Int, rows: Int, columns: Int, dataWidth: Int,
        burstLength: Int, devices: Int, separateRowAndColumnCommands: Bool = false, commandCycles: [DRAMCommand: Int] = [:]
    ) {
        self.pseudoChannels = pseudoChannels
        self.ranks = ranks
        self.bankGroups = bankGroups
        self.banksPerGroup = banksPerGroup
        self.rows = rows
        self.columns = columns
        self.dataWidth = dataWidth
        self.burstLength = burstLength
        self.devices = devices
        self.separateRowAndColumnCommands = separateRowAndColumnCommands
        self.commandCycles = commandCycles
    }

    /// Bytes of one access.
    public var accessBytes: Int { dataWidth / 8 * burstLength }
    public var banks: Int { bankGroups * banksPerGroup }
    /// Bytes of one channel: all pseudo-channels and ranks.
    public var channelBytes: Int { pseudoChannels * ranks * banks * rows * columns * accessBytes }
}

/// A timing parameter with the place its value comes from.
public struct TimingParameter: Hashable, Sendable {
    public var cycles: Int
    public var source: String

    public init(cycles: Int, source: String) {
        self.cycles = cycles
        self.source = source
    }
}

/// The smallest distance between two commands at one level of the organisation.
///
/// The distance holds between the `window`-th last command of `preceding` and the next of `following` that go to the same
/// instance of `level` (`tFAW` is a window of 4 activates in a rank); with `sibling`, to different instances of `level` with the
/// same parent (rank-to-rank switching).
public struct TimingConstraint: Hashable, Sendable {
    public enum Level: String, CaseIterable, Sendable {
        case channel, pseudoChannel, rank, bankGroup, bank
    }

    /// The parameter that rules it, for reports: `tFAW`.
    public var name: String
    public var level: Level
    public var preceding: [DRAMCommand]
    public var following: [DRAMCommand]
    /// In cycles of the command clock.
    public var latency: Int
    public var window: Int
    public var sibling: Bool

    public init(
        name: String, level: Level, preceding: [DRAMCommand], following: [DRAMCommand], latency: Int, window: Int = 1,
        sibling: Bool = false
    ) {
        self.name = name
        self.level = level
        self.preceding = preceding
        self.following = following
        self.latency = latency
        self.window = window
        self.sibling = sibling
    }
}

/// Currents in milliampere per device and supply voltages in volt, as datasheets give them.
public struct DRAMCurrents: Hashable, Sendable {
    /// With which rows open IDD3N was measured, where that matters to what IDD0 is compared with.
    public enum Baseline: String, CaseIterable, Sendable {
        /// IDD3N is taken off IDD0 as it is: the datasheets' formula.
        case allBanks = "all-banks"
        /// IDD3N has all banks open and IDD0 one: of what open banks add to IDD2N, one bank's share is taken off (DDR5, whose IDD0
        /// is below its IDD3N).
        case oneBank = "one-bank"
    }

    public var source: String
    public var baseline: Baseline
    /// One entry per supply rail (VDD, VPP; VDD1 and VDD2 for LPDDR): energies are sums over rails.
    public var rails: [Rail]

    public struct Rail: Hashable, Sendable {
        public var name: String
        public var voltage: Double
        /// By datasheet name: `IDD0`, `IDD2N`, `IDD2P`, `IDD3N`, `IDD3P`, `IDD4R`, `IDD4W`, `IDD5B`, `IDD5C`, `IDD5PB`, `IDD6`.
        public var milliamperes: [String: Double]

        public init(name: String, voltage: Double, milliamperes: [String: Double]) {
            self.name = name
            self.voltage = voltage
            self.milliamperes = milliamperes
        }
    }

    public init(source: String, rails: [Rail], baseline: Baseline = .allBanks) {
        self.source = source
        self.baseline = baseline
        self.rails = rails
    }
}

/// Energies of an access by the stages that it passes, as measured or modelled for a device.
public struct DRAMPathEnergies: Hashable, Sendable {
    public var source: String
    /// Opening and closing a row, in picojoule; `nil` where currents give it.
    public var activate: Double?
    /// From the cell to the edge of the die, for reads and writes alike; empty where currents give it.
    public var stages: [Stage]
    /// Between the device and its host, in picojoule per bit.
    public var interface: Double

    public struct Stage: Hashable, Sendable {
        public var name: String
        public var picojoulesPerBit: Double

        public init(name: String, picojoulesPerBit: Double) {
            self.name = name
            self.picojoulesPerBit = picojoulesPerBit
        }
    }

    public init(source: String, activate: Double?, stages: [Stage], interface: Double) {
        self.source = source
        self.activate = activate
        self.stages = stages
        self.interface = interface
    }
}
