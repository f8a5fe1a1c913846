import MemorySystem
import Testing

/// The checker keeps up with ten million commands.
@Suite("Timing checker: long logs")
struct CheckerSpeedTests {
    /// A legal log, repeated with a gap in which every rule's time passes, in constant memory.
    @Test func tenMillionCommands() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        var controller = try TickingController(standard: standard, configuration: .init(), recording: DRAMRecording(commands: true))
        var random = Xorshift64Star(seed: 5)
        for number in 0..<2000 {
            let access = AuditTraffic.mixture.access(number, after: 0, standard.organization, &random).access
            while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: access.isWrite) }
        }
        controller.drain()
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
