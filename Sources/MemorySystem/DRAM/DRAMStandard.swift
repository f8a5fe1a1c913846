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

    public init(
        name: String, source: String, organization: DRAMOrganization, clockPeriod: Int, timing: [String: TimingParameter],
        constraints: [TimingConstraint], burstCycles: Int, readLatency: Int, writeLatency: Int, currents: DRAMCurrents?
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
    }
}

/// What one channel is made of. Channels are a property of the memory built from the standard, not of the standard.
public struct DRAMOrganization: Hashable, Sendable {
    /// Halves of a channel with their own data bus and banks, sharing the command bus (HBM); 1 elsewhere.
    public var pseudoChannels: Int
    public var ranks: Int
    public var bankGroups: Int
    public var banksPerGroup: Int
    public var rows: Int
    /// Accesses (bursts) per row: column addresses / burst length.
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
    public var source: String
    /// One entry per supply rail (VDD, VPP; VDD1 and VDD2 for LPDDR): energies are sums over rails.
    public var rails: [Rail]

    public struct Rail: Hashable, Sendable {
        public var name: String
        public var voltage: Double
        /// By datasheet name: `IDD0`, `IDD2N`, `IDD2P`, `IDD3N`, `IDD3P`, `IDD4R`, `IDD4W`, `IDD5B`, `IDD5PB`, `IDD6`.
        public var milliamperes: [String: Double]

        public init(name: String, voltage: Double, milliamperes: [String: Double]) {
            self.name = name
            self.voltage = voltage
            self.milliamperes = milliamperes
        }
    }

    public init(source: String, rails: [Rail]) {
        self.source = source
        self.rails = rails
    }
}
