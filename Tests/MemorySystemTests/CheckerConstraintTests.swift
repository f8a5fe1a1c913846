import MemorySystem
import Testing

/// Each kind of constraint row, from both sides of its limit.
@Suite("Timing checker: constraint rows")
struct CheckerConstraintTests {
    /// `log` is legal and its last command is one cycle from being illegal, by the rule `name` alone.
    private func expectTight(
        _ log: Log, _ constraint: TimingConstraint, preceding: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let standard = ToyStandard.make([constraint])
        #expect(log.violations(standard) == [], sourceLocation: sourceLocation)
        let found = log.rushed.violations(standard)
        #expect(found.count == 1, "\(found)", sourceLocation: sourceLocation)
        #expect(found.first?.rule == .constraint(constraint.name, constraint.level), sourceLocation: sourceLocation)
        #expect(found.first?.missingCycles == 1, sourceLocation: sourceLocation)
        #expect(found.first?.preceding == log.records[preceding], sourceLocation: sourceLocation)
        #expect(found.first?.command == log.rushed.records.last, sourceLocation: sourceLocation)
    }

    @Test func withinABank() {
        let rcd = TimingConstraint(name: "tRCD", level: .bank, preceding: [.activate], following: [.read, .write], latency: 11)
        expectTight(Log().at(5, .activate, row: 3).at(16, .read, row: 3), rcd, preceding: 0)
        // Another bank's activate does not count.
        let log = Log().at(0, .activate, row: 3).at(30, .activate, bank: 1).at(31, .read, row: 3)
        #expect(log.violations(ToyStandard.make([rcd])) == [])
    }

    @Test func withinABankGroup() {
        let long = TimingConstraint(name: "tCCD_L", level: .bankGroup, preceding: [.read], following: [.read], latency: 9)
        let opened = Log().at(0, .activate).at(1, .activate, bank: 1).at(2, .activate, group: 1)
        expectTight(opened.at(20, .read).at(29, .read, bank: 1), long, preceding: 3)
        #expect(opened.at(20, .read).at(24, .read, group: 1).violations(ToyStandard.make([long])) == [])
    }

    @Test func withinARank() {
        let short = TimingConstraint(name: "tRRD_S", level: .rank, preceding: [.activate], following: [.activate], latency: 5)
        expectTight(Log().at(0, .activate).at(5, .activate, group: 1), short, preceding: 0)
        #expect(Log().at(0, .activate).at(1, .activate, rank: 1).violations(ToyStandard.make([short])) == [])
    }

    @Test func betweenRanks() {
        let turn = TimingConstraint(
            name: "tRTRS", level: .rank, preceding: [.read, .readAutoPrecharge], following: [.read], latency: 8, sibling: true)
        let opened = Log().at(0, .activate).at(1, .activate, rank: 1)
        expectTight(opened.at(20, .readAutoPrecharge).at(28, .read, rank: 1), turn, preceding: 2)
        #expect(opened.at(20, .read).at(24, .read).violations(ToyStandard.make([turn])) == [])
    }

    /// The earliest of five activates counts, not the last.
    @Test func windows() {
        let faw = TimingConstraint(name: "tFAW", level: .rank, preceding: [.activate], following: [.activate], latency: 40, window: 4)
        var organization = ToyStandard.organization
        organization.banksPerGroup = 8
        let standard = ToyStandard.make([faw], organization: organization)
        let four = (0..<4).reduce(Log()) { $0.at($1 * 3, .activate, bank: $1) }
        #expect(four.at(40, .activate, bank: 4).violations(standard) == [])
        let found = four.at(39, .activate, bank: 4).violations(standard)
        #expect(found.map(\.rule) == [.constraint("tFAW", .rank)])
        #expect(found.first?.preceding == four.records[0])
        // The sixth is held by the second.
        #expect(four.at(40, .activate, bank: 4).at(42, .activate, bank: 5).violations(standard).map(\.missingCycles) == [1])
        #expect(four.at(40, .activate, bank: 4).at(43, .activate, bank: 5).violations(standard) == [])
        // Activates of another rank are not counted.
        #expect(four.at(13, .activate, rank: 1).violations(standard) == [])
    }

    /// With siblings, the second last command to any of the others counts.
    @Test func windowsOverSiblings() {
        let rule = TimingConstraint(
            name: "tX", level: .bankGroup, preceding: [.activate], following: [.activate], latency: 20, window: 2, sibling: true)
        var organization = ToyStandard.organization
        organization.bankGroups = 4
        let standard = ToyStandard.make([rule], organization: organization)
        let log = Log().at(0, .activate, group: 1).at(5, .activate, group: 2)
        #expect(log.at(20, .activate, group: 3).violations(standard) == [])
        #expect(log.at(19, .activate, group: 3).violations(standard).first?.preceding == log.records[0])
        // Of group 2's siblings only one has had a command.
        #expect(log.at(6, .activate, group: 2, bank: 1).violations(standard) == [])
    }

    /// A command to a whole rank concerns every bank of it.
    @Test func commandsToAllBanksMeetRowsOfABank() {
        let ras = TimingConstraint(name: "tRAS", level: .bank, preceding: [.activate], following: [.precharge, .prechargeAll], latency: 21)
        expectTight(Log().at(0, .activate).at(9, .activate, group: 1, bank: 1).at(30, .prechargeAll), ras, preceding: 1)
        let rp = TimingConstraint(name: "tRP", level: .bank, preceding: [.precharge, .prechargeAll], following: [.activate], latency: 12)
        expectTight(Log().at(0, .prechargeAll).at(12, .activate, group: 1, bank: 1), rp, preceding: 0)
        #expect(Log().at(0, .prechargeAll).at(2, .activate, rank: 1).violations(ToyStandard.make([rp])) == [])
    }

    @Test func acrossPseudoChannels() {
        var organization = ToyStandard.organization
        organization.pseudoChannels = 2
        organization.ranks = 1
        let own = TimingConstraint(name: "tCCD_S", level: .pseudoChannel, preceding: [.read], following: [.read], latency: 6)
        let both = TimingConstraint(name: "tCH", level: .channel, preceding: [.read], following: [.read], latency: 3)
        let standard = ToyStandard.make([own, both], organization: organization)
        let opened = Log().at(0, .activate).at(1, .activate, channel: 1).at(20, .read)
        #expect(opened.at(23, .read, channel: 1).violations(standard) == [])
        #expect(opened.at(22, .read, channel: 1).violations(standard).map(\.rule) == [.constraint("tCH", .channel)])
        #expect(opened.at(25, .read).violations(standard).map(\.rule) == [.constraint("tCCD_S", .pseudoChannel)])
    }

    @Test func aViolationTellsWhatHappened() throws {
        let rcd = TimingConstraint(name: "tRCD", level: .bank, preceding: [.activate], following: [.read], latency: 11)
        let log = Log().at(100, .activate, rank: 1, group: 1, bank: 1, row: 17).at(108, .read, rank: 1, group: 1, bank: 1, row: 17, column: 4)
        let text = try #require(log.violations(ToyStandard.make([rcd])).first).description
        #expect(
            text == """
                cycle 108: RD rank 1 group 1 bank 1 row 17 column 4 in cycle 108: tRCD: 11 cycles within a bank; \
                before it: ACT rank 1 group 1 bank 1 row 17 in cycle 100; 3 cycles missing
                """)
    }

    @Test func violationsAreCountedBeyondThoseThatAreKept() {
        let rule = TimingConstraint(name: "tRRD", level: .rank, preceding: [.precharge], following: [.precharge], latency: 5)
        var checker = TimingChecker(ToyStandard.make([rule]), options: .init(refreshInterval: 0, maximumViolations: 3))
        for record in (0..<10).reduce(Log(), { $0.at($1, .precharge) }).records { checker.check(record) }
        #expect(checker.violations.count == 3)
        #expect(checker.violationCount == 9)
        #expect(checker.commandCount == 10)
    }
}
