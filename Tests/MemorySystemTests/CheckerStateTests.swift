import MemorySystem
import Testing

/// States of banks and ranks, buses, refresh and coordinates: what no constraint row says.
@Suite("Timing checker: states and buses")
struct CheckerStateTests {
    private let standard = ToyStandard.make([])
    private typealias Rule = TimingViolation.Rule

    private func rules(_ log: Log) -> [Rule] { log.violations(standard).map(\.rule) }

    // MARK: Banks

    @Test func activateNeedsAClosedBank() {
        let open = Log().at(0, .activate, row: 1)
        #expect(rules(open.at(50, .activate, row: 2)) == [.bankState])
        #expect(rules(open.at(50, .activate, row: 1)) == [.bankState])
        #expect(rules(open.at(40, .precharge).at(50, .activate, row: 2)) == [])
        #expect(rules(open.at(40, .prechargeAll).at(50, .activate, row: 2)) == [])
        #expect(rules(open.at(40, .precharge, bank: 1).at(50, .activate, row: 2)) == [.bankState])
        #expect(rules(open.at(40, .prechargeAll, rank: 1).at(50, .activate, row: 2)) == [.bankState])
        #expect(open.at(50, .activate, row: 2).violations(standard).first?.preceding == open.records[0])
    }

    @Test(arguments: [DRAMCommand.read, .write, .readAutoPrecharge, .writeAutoPrecharge])
    func columnCommandsNeedTheirRow(_ command: DRAMCommand) {
        #expect(rules(Log().at(0, command)) == [.bankState])
        #expect(rules(Log().at(0, .activate, row: 5).at(20, command, row: 5)) == [])
        #expect(rules(Log().at(0, .activate, row: 5).at(20, command, row: 6)) == [.bankState])
        #expect(rules(Log().at(0, .activate, row: 5).at(20, command, bank: 1, row: 5)) == [.bankState])
        #expect(rules(Log().at(0, .activate, row: 5).at(10, .precharge).at(20, command, row: 5)) == [.bankState])
    }

    @Test(arguments: [DRAMCommand.readAutoPrecharge, .writeAutoPrecharge])
    func automaticPrechargeClosesTheRow(_ command: DRAMCommand) {
        let closed = Log().at(0, .activate, row: 5).at(20, command, row: 5)
        #expect(rules(closed.at(40, .read, row: 5)) == [.bankState])
        #expect(rules(closed.at(40, .activate, row: 6)) == [])
        #expect(rules(closed.at(40, .refreshAllBanks)) == [])
    }

    @Test func refreshNeedsClosedBanks() {
        let open = Log().at(0, .activate, group: 1, bank: 1, row: 5)
        #expect(rules(open.at(50, .refreshAllBanks)) == [.bankState])
        #expect(rules(open.at(50, .selfRefreshEnter)) == [.bankState])
        #expect(rules(open.at(50, .refreshBank, group: 1, bank: 1)) == [.bankState])
        // Other banks and ranks do not mind.
        #expect(rules(open.at(50, .refreshBank)) == [])
        #expect(rules(open.at(50, .refreshAllBanks, rank: 1)) == [])
        #expect(rules(open.at(40, .precharge, group: 1, bank: 1).at(50, .refreshAllBanks)) == [])
        #expect(rules(open.at(40, .prechargeAll).at(50, .refreshAllBanks)) == [])
        // Precharging a closed bank is allowed and opens nothing.
        #expect(rules(Log().at(0, .precharge).at(5, .prechargeAll).at(9, .refreshAllBanks)) == [])
    }

    // MARK: Power

    @Test(arguments: [DRAMCommand.activate, .precharge, .prechargeAll, .refreshAllBanks, .refreshBank, .powerDownEnter, .selfRefreshExit])
    func nothingButAnExitWhilePoweredDown(_ command: DRAMCommand) {
        let down = Log().at(0, .powerDownEnter)
        #expect(rules(down.at(10, command)) == [.powerState])
        #expect(rules(down.at(10, command, rank: 1)) == (command == .powerDownEnter || command != .selfRefreshExit ? [] : [.powerState]))
        if command != .selfRefreshExit { #expect(rules(down.at(5, .powerDownExit).at(10, command)) == []) }
    }

    @Test func exitsBelongToTheirEntries() {
        #expect(rules(Log().at(0, .powerDownExit)) == [.powerState])
        #expect(rules(Log().at(0, .selfRefreshExit)) == [.powerState])
        #expect(rules(Log().at(0, .selfRefreshEnter).at(10, .powerDownExit)) == [.powerState])
        #expect(rules(Log().at(0, .selfRefreshEnter).at(10, .selfRefreshExit)) == [])
        #expect(rules(Log().at(0, .selfRefreshEnter).at(10, .activate)) == [.powerState])
        #expect(rules(Log().at(0, .activate).at(10, .powerDownEnter).at(20, .powerDownExit).at(30, .read)) == [])
        #expect(rules(Log().at(0, .activate).at(10, .powerDownEnter).at(30, .read)) == [.powerState])
    }

    // MARK: Buses

    @Test func oneCommandAtATime() {
        #expect(rules(Log().at(3, .activate).at(3, .activate, rank: 1)) == [.commandBus])
        #expect(rules(Log().at(3, .activate).at(4, .activate, rank: 1)) == [])
    }

    @Test func longCommandsHoldTheBus() {
        var organization = ToyStandard.organization
        organization.commandCycles = [.activate: 3]
        let standard = ToyStandard.make([], organization: organization)
        let log = Log().at(3, .activate)
        #expect(log.at(5, .precharge, rank: 1).violations(standard).map(\.missingCycles) == [1])
        #expect(log.at(6, .precharge, rank: 1).at(7, .precharge, rank: 1).violations(standard) == [])
    }

    @Test func rowAndColumnCommandsMayHaveBusesOfTheirOwn() {
        var organization = ToyStandard.organization
        organization.pseudoChannels = 2
        organization.separateRowAndColumnCommands = true
        let standard = ToyStandard.make([], organization: organization)
        let open = Log().at(0, .activate).at(1, .activate, channel: 1)
        #expect(open.at(20, .activate, bank: 1).at(20, .read).violations(standard) == [])
        // Pseudo-channels share both.
        #expect(open.at(20, .read, channel: 1).at(20, .read).violations(standard).map(\.rule) == [.commandBus])
        #expect(open.at(20, .activate, channel: 1, bank: 1).at(20, .precharge).violations(standard).map(\.rule) == [.commandBus])
        // And each has its own data bus.
        #expect(open.at(20, .read, channel: 1).at(21, .read).violations(standard) == [])
    }

    @Test func burstsDoNotOverlap() {
        let open = Log().at(0, .activate).at(1, .activate, rank: 1)
        #expect(rules(open.at(20, .read).at(24, .read)) == [])
        let found = open.at(20, .read).at(23, .read).violations(standard)
        #expect(found.map(\.rule) == [.dataBus])
        #expect(found.first?.missingCycles == 1)
        #expect(rules(open.at(20, .write).at(23, .write)) == [.dataBus])
        // Read data in 30..<34; write data 7 cycles after the command.
        #expect(rules(open.at(20, .read).at(27, .write)) == [])
        #expect(open.at(20, .read).at(26, .write).violations(standard).map(\.missingCycles) == [1])
        // Write data in 27..<31; a read's 10 cycles after the command.
        #expect(rules(open.at(20, .write).at(21, .read)) == [])
        // A write that slips in before the data of an earlier read: 28..<32 is before 32..<36.
        #expect(rules(open.at(22, .read).at(23, .write)) == [.dataBus])
    }

    @Test func theBusChangesHandsBetweenRanks() {
        let open = Log().at(0, .activate).at(1, .activate, rank: 1)
        #expect(rules(open.at(20, .read).at(25, .read, rank: 1)) == [])
        #expect(open.at(20, .read).at(24, .read, rank: 1).violations(standard).map(\.missingCycles) == [1])
        let wide = TimingChecker.Options(refreshInterval: 0, rankSwitchCycles: 3)
        #expect(open.at(20, .read).at(27, .read, rank: 1).violations(standard, wide) == [])
        #expect(open.at(20, .read).at(26, .read, rank: 1).violations(standard, wide).map(\.rule) == [.dataBus])
    }

    // MARK: Refresh

    private func refreshed(_ cycles: [Int], rank: Int = 0) -> Log { cycles.reduce(Log()) { $0.at($1, .refreshAllBanks, rank: rank) } }

    @Test func refreshesMayBePostponedSoFar() {
        var organization = ToyStandard.organization
        organization.ranks = 1
        let standard = ToyStandard.make([], organization: organization, refreshInterval: 100)
        let options = TimingChecker.Options(refreshInterval: 100, maximumPostponedRefreshes: 2)
        // Due in 100, 200, 300, …; the third one may come in 500.
        let log = refreshed([100, 200])
        #expect(log.at(500, .refreshAllBanks).violations(standard, options) == [])
        let late = log.at(501, .refreshAllBanks).violations(standard, options)
        #expect(late.map(\.rule) == [.refreshRate])
        #expect(late.first?.missingCycles == 1)
        #expect(late.first?.preceding == log.records.last)
        // A refresh that never comes shows at the end, once per rank.
        #expect(log.violations(standard, options, end: 500) == [])
        #expect(log.violations(standard, options, end: 507).map(\.missingCycles) == [7])
        #expect(Log().violations(standard, options, end: 301).count == 1)
    }

    @Test func refreshesMayBePulledInSoFar() {
        var organization = ToyStandard.organization
        organization.ranks = 1
        let standard = ToyStandard.make([], organization: organization, refreshInterval: 100)
        let options = TimingChecker.Options(refreshInterval: 100, maximumPulledInRefreshes: 2)
        #expect(refreshed([0, 1, 100]).violations(standard, options) == [])
        #expect(refreshed([0, 1, 99]).violations(standard, options).map(\.missingCycles) == [1])
    }

    @Test func everyBankIsRefreshed() {
        var organization = ToyStandard.organization
        organization.ranks = 1
        let standard = ToyStandard.make([], organization: organization, refreshInterval: 100)
        let options = TimingChecker.Options(refreshInterval: 100, maximumPostponedRefreshes: 0)
        // Bank by bank, but one is forgotten.
        let three = Log().at(25, .refreshBank).at(50, .refreshBank, bank: 1).at(75, .refreshBank, group: 1)
        #expect(three.violations(standard, options, end: 100) == [])
        let found = three.violations(standard, options, end: 120)
        #expect(found.map(\.rule) == [.refreshRate])
        #expect(found.first?.command.coordinates == DRAMCoordinates(bankGroup: 1, bank: 1))
        #expect(three.at(100, .refreshBank, group: 1, bank: 1).violations(standard, options, end: 120) == [])
    }

    @Test func timeInSelfRefreshDoesNotCount() {
        var organization = ToyStandard.organization
        organization.ranks = 1
        let standard = ToyStandard.make([], organization: organization, refreshInterval: 100)
        let options = TimingChecker.Options(refreshInterval: 100, maximumPostponedRefreshes: 0)
        let asleep = Log().at(50, .selfRefreshEnter).at(5050, .selfRefreshExit)
        #expect(asleep.at(5100, .refreshAllBanks).violations(standard, options) == [])
        #expect(asleep.at(5101, .refreshAllBanks).violations(standard, options).map(\.missingCycles) == [1])
        #expect(Log().at(50, .selfRefreshEnter).violations(standard, options, end: 100_000) == [])
    }

    @Test func selfRefreshOwesARefresh() {
        var organization = ToyStandard.organization
        organization.ranks = 1
        let standard = ToyStandard.make([], organization: organization, refreshInterval: 100)
        let options = TimingChecker.Options(refreshInterval: 100, maximumPostponedRefreshes: 0, maximumPulledInRefreshes: 1)
        let awake = Log().at(50, .selfRefreshEnter).at(5050, .selfRefreshExit)
        // Not again before every bank was refreshed, all at once or one by one.
        #expect(awake.at(5060, .selfRefreshEnter).violations(standard, options).map(\.rule) == [.refreshRate])
        #expect(awake.at(5060, .refreshAllBanks).at(5070, .selfRefreshEnter).violations(standard, options) == [])
        let three = awake.at(5060, .refreshBank).at(5061, .refreshBank, bank: 1).at(5062, .refreshBank, group: 1)
        #expect(three.at(5070, .selfRefreshEnter).violations(standard, options).map(\.rule) == [.refreshRate])
        #expect(three.at(5063, .refreshBank, group: 1, bank: 1).at(5070, .selfRefreshEnter).violations(standard, options) == [])
        // It does not stand for the one that is due.
        let refreshed = awake.at(5060, .refreshAllBanks)
        #expect(refreshed.violations(standard, options, end: 5101).map(\.missingCycles) == [1])
        #expect(refreshed.at(5100, .refreshAllBanks).violations(standard, options, end: 5101) == [])
    }

    @Test func refreshOfTheSameBankGoesToEveryGroup() {
        let open = Log().at(0, .activate, group: 1, bank: 1, row: 5)
        #expect(rules(open.at(50, .refreshSameBank, bank: 1)) == [.bankState])
        #expect(rules(open.at(50, .refreshSameBank)) == [])
        #expect(rules(open.at(50, .refreshSameBank, rank: 1, bank: 1)) == [])
        #expect(rules(open.at(40, .precharge, group: 1, bank: 1).at(50, .refreshSameBank, bank: 1)) == [])
        let row = TimingConstraint(name: "tRFCsb", level: .bank, preceding: [.refreshSameBank], following: [.activate], latency: 30)
        let standard = ToyStandard.make([row], refreshInterval: 100)
        let refreshed = Log().at(0, .refreshSameBank, bank: 1)
        for group in 0..<2 {
            #expect(refreshed.at(29, .activate, group: group, bank: 1).violations(standard, end: 0).map(\.rule) == [.constraint("tRFCsb", .bank)])
            #expect(refreshed.at(30, .activate, group: group, bank: 1).violations(standard, end: 0) == [])
            #expect(refreshed.at(1, .activate, group: group).violations(standard, end: 0) == [])
            #expect(refreshed.at(1, .activate, rank: 1, group: group, bank: 1).violations(standard, end: 0) == [])
        }
        // Each of its banks has had its refresh.
        let options = TimingChecker.Options(refreshInterval: 100, maximumPostponedRefreshes: 0)
        var organization = ToyStandard.organization
        organization.ranks = 1
        let toy = ToyStandard.make([], organization: organization, refreshInterval: 100)
        #expect(refreshed.violations(toy, options, end: 101).count == 1)
        #expect(refreshed.at(1, .refreshSameBank).violations(toy, options, end: 101) == [])
    }

    // MARK: Records

    @Test func coordinatesExist() {
        let outside = [
            Log().at(0, .activate, channel: 1), Log().at(0, .activate, rank: 2), Log().at(0, .activate, group: 2), Log().at(0, .activate, bank: -1),
            Log().at(0, .activate, row: 64), Log().at(0, .activate, column: 16),
        ]
        for log in outside { #expect(rules(log) == [.coordinates], "\(log.records)") }
        #expect(rules(Log().at(0, .activate, rank: 1, group: 1, bank: 1, row: 63, column: 15)) == [])
    }

    @Test func commandsAreInOrder() {
        #expect(rules(Log().at(7, .activate).at(6, .precharge, rank: 1)).contains(.commandOrder))
    }
}
