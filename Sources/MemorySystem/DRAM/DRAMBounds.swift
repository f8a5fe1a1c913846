/// What a controller can do at best with a standard, in closed form: the yardsticks of a simulation.
///
/// All are cycles per access of one channel in the long run, with refresh of all banks. They take each rule by itself, so that a
/// controller that meets one within a per cent is limited by nothing but that rule. Windows are taken as rates: the pause of a
/// refresh lets up to one window of activates pass ahead of its rate, tFAW / tREFI (0.2 to 0.8 %) below the bound.
public struct DRAMBounds: Sendable {
    /// A bound and the rule that makes it.
    public struct Floor: Hashable, Sendable {
        /// Cycles of the command clock per access.
        public var cycles: Double
        /// `tFAW / 4`.
        public var rule: String
    }

    /// Bytes per second of one channel with data in every cycle.
    public let peakBandwidth: Double
    /// What refresh leaves to accesses makes everything else longer by this factor: tREFI / (tREFI − tRFC).
    public let refreshFactor: Double
    /// Reads that hit open rows in alternating bank groups.
    public let stream: Floor
    /// Reads that hit open rows of one bank group in one rank.
    public let streamWithinBankGroup: Floor
    /// Reads of a new row each, in banks that are free.
    public let randomRead: Floor
    /// Reads of a new row of the same bank each.
    public let sameBankRead: Floor
    private let accessBytes: Int
    private let clockPeriod: Int

    public init(_ standard: DRAMStandard) {
        let organization = standard.organization
        let pseudoChannels = Double(organization.pseudoChannels)
        let ranks = Double(organization.ranks)
        func cycles(_ names: String...) -> Double { Double(names.compactMap { standard.cycles($0) }.first ?? 0) }
        func commandCycles(_ command: DRAMCommand) -> Double { Double(organization.commandCycles[command] ?? 1) }

        clockPeriod = standard.clockPeriod
        accessBytes = organization.accessBytes
        let burst = Double(standard.burstCycles)
        peakBandwidth = pseudoChannels * Double(accessBytes) / (burst * Double(clockPeriod) * 1e-15)
        let refreshFactor = cycles("tREFI") / (cycles("tREFI") - cycles("tRFC"))
        self.refreshFactor = refreshFactor
        // While one rank refreshes, the others may use the bus.
        let busFactor = organization.ranks == 1 ? refreshFactor : 1

        let bus = Floor(cycles: burst / pseudoChannels * busFactor, rule: "data bus: burst")
        let columnCommands = Floor(cycles: commandCycles(.read), rule: "command bus: RD")
        func longest(_ floors: [Floor]) -> Floor {
            floors.dropFirst().reduce(floors[0]) { $1.cycles > $0.cycles ? $1 : $0 }
        }
        stream = longest([
            bus, columnCommands,
            Floor(cycles: cycles("tCCD_S", "tCCD") / (pseudoChannels * ranks) * refreshFactor, rule: "tCCD_S"),
        ])
        streamWithinBankGroup = longest([
            bus, columnCommands, Floor(cycles: cycles("tCCD_L", "tCCD") / pseudoChannels * refreshFactor, rule: "tCCD_L"),
        ])
        // With automatic precharge an access takes two commands; on one bus they share it.
        let commands =
            organization.separateRowAndColumnCommands
            ? max(commandCycles(.activate), commandCycles(.read)) : commandCycles(.activate) + commandCycles(.read)
        let units = pseudoChannels * ranks
        randomRead = longest([
            bus, Floor(cycles: commands, rule: "command bus: ACT and RD"),
            Floor(cycles: cycles("tFAW") / 4 / units * refreshFactor, rule: "tFAW / 4"),
            Floor(cycles: cycles("tRRD_S", "tRRD") / units * refreshFactor, rule: "tRRD"),
            Floor(cycles: cycles("tRC") / (units * Double(organization.banks)) * refreshFactor, rule: "tRC / banks"),
        ])
        let rowCycle = max(cycles("tRC"), cycles("tRCD", "tRCDRD") + cycles("tRTP") + cycles("tRP"))
        sameBankRead = Floor(cycles: rowCycle * refreshFactor, rule: rowCycle > cycles("tRC") ? "tRCD + tRTP + tRP" : "tRC")
    }

    /// Bytes per second of one channel that serves an access every `cyclesPerAccess` cycles.
    public func bandwidth(cyclesPerAccess: Double) -> Double {
        Double(accessBytes) / (cyclesPerAccess * Double(clockPeriod) * 1e-15)
    }
}
