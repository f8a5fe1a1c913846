import MemorySystem
import Testing

/// A legal log with one mistake in it is found illegal.
@Suite("Timing checker: mutations")
struct CheckerMutationTests {
    private struct LegalLog {
        var standard: DRAMStandard
        var records: [DRAMCommandRecord]
        var end: Int
    }

    private static let legal = Result {
        let standard = try DRAMStandard(named: "DDR4-3200")
        let controller = try AuditTraffic.served(4000, by: standard)
        return LegalLog(standard: standard, records: controller.commandLog, end: controller.cycle)
    }

    private let standard: DRAMStandard
    private let log: [DRAMCommandRecord]
    private let end: Int

    init() throws {
        let legal = try CheckerMutationTests.legal.get()
        (standard, log, end) = (legal.standard, legal.records, legal.end)
    }

    private func violations(_ records: [DRAMCommandRecord], _ options: TimingChecker.Options? = nil) -> [TimingViolation] {
        var checker = TimingChecker(standard, options: options)
        for record in records { checker.check(record) }
        checker.finish(cycle: end)
        return checker.violations
    }

    @Test func theLogIsLegal() {
        #expect(violations(log) == [])
        #expect(log.count > 8000)
        #expect(log.contains { $0.command == .refreshAllBanks })
    }

    /// What a controller issues as soon as it may is illegal a cycle earlier: most of a busy log, and by many different rules.
    @Test func hurriedCommands() {
        var found = 0, tried = 0
        var rules = Set<String>()
        for index in stride(from: 1, to: log.count, by: 37) where log[index].cycle > log[index - 1].cycle + 1 {
            var mutant = Array(log[...min(log.count - 1, index)])
            mutant[index].cycle -= 1
            tried += 1
            let names = violations(mutant).map(\.rule.name)
            if !names.isEmpty { found += 1 }
            rules.formUnion(names)
        }
        #expect(tried > 100)
        #expect(Double(found) > 0.8 * Double(tried), "\(found) of \(tried)")
        #expect(rules.isSuperset(of: ["tRCD", "tRP", "tCCD_L", "tRTP", "tRAS"]), "\(rules.sorted())")
    }

    @Test(arguments: [DRAMCommand.activate, .precharge])
    func forgottenCommands(_ command: DRAMCommand) throws {
        let places = log.indices.filter { log[$0].command == command }
        for place in places.dropLast(40).enumerated().filter({ $0.offset % 50 == 0 }).map(\.element) {
            var mutant = log
            mutant.remove(at: place)
            let first = try #require(violations(mutant).first, "\(log[place])")
            #expect(first.rule == .bankState)
        }
    }

    @Test func aForgottenRefresh() throws {
        let options = TimingChecker.Options(refreshInterval: try #require(standard.timing["tREFI"]).cycles, maximumPostponedRefreshes: 0)
        // With no postponement allowed, a refresh that waits for its banks is a few cycles late as it is.
        let lateAnyway = violations(log, options)
        #expect(lateAnyway.allSatisfy { $0.missingCycles < 200 })
        let refreshes = log.indices.filter { log[$0].command == .refreshAllBanks }
        var mutant = log
        mutant.remove(at: try #require(refreshes.first))
        #expect(violations(mutant, options).contains { $0.rule == .refreshRate && $0.missingCycles > 10_000 })
    }

    @Test func exchangedCommands() {
        var tried = 0
        for index in log.indices.dropLast() where log[index].command == .activate {
            // The activate and the next command to its bank.
            guard let other = log[(index + 1)...].firstIndex(where: { $0.coordinates.bank == log[index].coordinates.bank && $0.coordinates.bankGroup == log[index].coordinates.bankGroup })
            else { continue }
            tried += 1
            guard tried % 40 == 0 else { continue }
            var mutant = Array(log[...other])
            (mutant[index].command, mutant[other].command) = (mutant[other].command, mutant[index].command)
            #expect(!violations(mutant).isEmpty, "\(log[index])")
        }
        #expect(tried > 400)
    }

    @Test func aWrongRowOrBank() {
        for index in log.indices where log[index].command == .read && index % 61 == 0 {
            var row = log, bank = log
            row[index].coordinates.row += 1
            bank[index].coordinates.bank = (bank[index].coordinates.bank + 1) % 4
            #expect(violations(row).map(\.rule) == [.bankState])
            #expect(!violations(bank).isEmpty || log[..<index].last { $0.coordinates.bank == bank[index].coordinates.bank }?.coordinates.row == bank[index].coordinates.row)
        }
    }
}
