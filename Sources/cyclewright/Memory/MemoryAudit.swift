import MemorySystem

/// The timing checker on every channel of a run.
struct MemoryAudit {
    private var checkers: [TimingChecker]

    init(_ driver: TrafficDriver) {
        let checker = TimingChecker(driver.standard, controlledBy: driver.configuration, maximumViolations: 10)
        checkers = Array(repeating: checker, count: driver.mapping.channels)
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
