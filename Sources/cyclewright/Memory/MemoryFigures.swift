import MemorySystem

/// What a run of a memory alone amounts to.
struct MemoryFigures {
    let standard: DRAMStandard
    let configuration: DRAMControllerConfiguration
    let mapping: AddressMapping
    /// What was run.
    let traffic: String
    let channels: [DRAMStatistics]
    /// All channels together.
    let total: DRAMStatistics
    /// `nil` where the standard has no currents.
    let energy: DRAMEnergy?
    let energySources: [String]
    /// Commands that the timing checker saw; `nil` when it did not look.
    let checkedCommands: Int?

    init(_ driver: TrafficDriver, traffic: String, checkedCommands: Int?) {
        standard = driver.standard
        configuration = driver.configuration
        mapping = driver.mapping
        self.traffic = traffic
        self.checkedCommands = checkedCommands
        channels = driver.statistics
        guard let total = DRAMStatistics.sum(channels) else { preconditionFailure("a memory has at least one channel") }
        self.total = total
        let model = DRAMEnergyModel(driver.standard, refreshGranularity: configuration.refreshGranularity)
        energy = model?.energy(of: total.activity)
        energySources = model?.sources ?? []
    }

    /// Femtoseconds as a whole number are exact: seconds only for people.
    var clockSeconds: Double { Double(standard.clockPeriod) * 1e-15 }
    var clockHertz: Double { 1e15 / Double(standard.clockPeriod) }
    /// Cycles to the end of the last access.
    var cycles: Int { max(1, total.lastCompletion) }
    var seconds: Double { Double(cycles) * clockSeconds }
    var requests: Int { total.reads + total.writes }
    var accessBytes: Int { standard.organization.accessBytes }
    var cyclesPerRequest: Double { Double(cycles) / Double(max(1, requests)) }
    /// Bytes over the data buses.
    var transferredBytes: Int { Self.transferred(total) * accessBytes }
    var peakBandwidth: Double { DRAMBounds(standard).peakBandwidth * Double(mapping.channels) }
    /// Bytes per second over the data buses.
    var bandwidth: Double { Double(transferredBytes) / seconds }
    var utilization: Double { bandwidth / peakBandwidth }
    var picojoulesPerBit: Double? { energy.map { Double($0.total) * 1e-3 / Double(max(1, transferredBytes * 8)) } }
    var averagePower: Double? { energy.map { $0.joules / seconds } }

    func bandwidth(_ channel: DRAMStatistics) -> Double { Double(Self.transferred(channel) * accessBytes) / seconds }

    private static func transferred(_ statistics: DRAMStatistics) -> Int {
        [DRAMCommand.read, .readAutoPrecharge, .write, .writeAutoPrecharge].reduce(0) { $0 + statistics.count(of: $1) }
    }

    /// Commands that were issued, in the order of `DRAMCommand`.
    static func commands(_ statistics: DRAMStatistics) -> [(command: DRAMCommand, count: Int)] {
        DRAMCommand.allCases.map { ($0, statistics.count(of: $0)) }.filter { $0.count > 0 }
    }

    /// Settings that are not the default's, for one line of a report.
    var changedSettings: [String] {
        let standard = DRAMControllerConfiguration()
        return DRAMControllerConfiguration.settings.compactMap { setting in
            let value = setting.value(configuration)
            return value == setting.value(standard) ? nil : "\(setting.name) \(value)"
        }
    }
}
