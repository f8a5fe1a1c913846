import MemorySystem
import Testing

/// The checker keeps up with ten million commands.
@Suite("Timing checker: long logs")
struct CheckerSpeedTests {
    /// A legal log, repeated with a gap in which every rule's time passes, in constant memory.
    @Test func tenMillionCommands() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        let controller = try AuditTraffic.served(2000, by: standard)
        var log = controller.commandLog
        let last = try #require(log.last).cycle
        log.append(DRAMCommandRecord(cycle: last + 200, command: .prechargeAll, coordinates: DRAMCoordinates()))
        let period = last + 400
        var checker = TimingChecker(standard, options: .init(refreshInterval: 0))
        var offset = 0
        while checker.commandCount < 10_000_000 {
            for var record in log {
                record.cycle += offset
                checker.check(record)
            }
            offset += period
        }
        #expect(checker.violations == [])
    }
}
