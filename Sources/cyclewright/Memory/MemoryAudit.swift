import MemorySystem

/// The timing checker on every channel of a run.
struct MemoryAudit {
    private var checkers: [TimingChecker]

    init(_ driver: TrafficDriver) {
        var options = TimingChecker.Options(driver.standard)
        let configuration = driver.configuration
        if configuration.refresh == .none { options.refreshInterval = 0 }
        // A refresh that is due waits for the commands before it.
        options.maximumPostponedRefreshes = configuration.postponedRefreshes + 1
        options.maximumPulledInRefreshes = configuration.pulledInRefreshes + 1
        options.maximumViolations = 10
        checkers = Array(repeating: TimingChecker(driver.standard, options: options), count: driver.mapping.channels)
    }

    mutating func check(_ channel: Int, _ records: [DRAMCommandRecord]) {
        for record in records { checkers[channel].check(record) }
    }

    mutating func finish(cycle: Int) {
        for channel in checkers.indices { checkers[channel].finish(cycle: cycle) }
    }

    var commandCount: Int { checkers.reduce(0) { $0 + $1.commandCount } }
    var violationCount: Int { checkers.reduce(0) { $0 + $1.violationCount } }

    /// The first violations, with their channel.
    var violations: [String] {
        checkers.indices.flatMap { channel in checkers[channel].violations.map { "channel \(channel): \($0)" } }
    }
}
