import MemorySystem
import Testing

/// Refresh management (RFM) of banks that are activated often.
@Suite struct ControllerRefreshManagementTests {
    private static func run(
        _ standard: DRAMStandard, _ configuration: DRAMControllerConfiguration, accesses: Int, _ at: (Int) -> DRAMCoordinates
    ) throws -> (commands: [DRAMCommandRecord], statistics: DRAMStatistics, cycle: Int) {
        var controller = try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(commands: true))
        for number in 0..<accesses {
            let access = DRAMAccess(coordinates: at(number), isWrite: false)
            while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: false) }
        }
        controller.drain()
        return (controller.commandLog, controller.statistics, controller.cycle)
    }

    private static func configuration(_ change: (inout DRAMControllerConfiguration) -> Void) -> DRAMControllerConfiguration {
        var result = DRAMControllerConfiguration()
        result.refreshManagement = true
        change(&result)
        return result
    }

    private static func violations(
        _ commands: [DRAMCommandRecord], _ standard: DRAMStandard, _ configuration: DRAMControllerConfiguration
    ) -> [TimingViolation] {
        var checker = TimingChecker(standard, controlledBy: configuration)
        for record in commands { checker.check(record) }
        return checker.violations
    }

    /// Rows of one bank, in turn.
    private static func hammer(_ number: Int) -> DRAMCoordinates { DRAMCoordinates(bankGroup: 3, bank: 2, row: number % 2) }

    @Test("Without refresh every 32nd activate of a bank is followed by an RFM of tRFM")
    func threshold() throws {
        // So seldom that none falls into the run.
        let standard = try DRAMStandard(named: "DDR5-4800", overrides: ["timing.tREFI": "9000000"])
        let configuration = Self.configuration { $0.scheduling = .firstComeFirstServed }
        let (commands, statistics, _) = try Self.run(standard, configuration, accesses: 320, Self.hammer)
        var activates = 0
        var found: [Int] = []
        for record in commands {
            if record.command == .activate { activates += 1 }
            if record.command == .manageAllBanks { found.append(activates) }
        }
        // What the last 32 ask for comes when all are served.
        #expect(found == (1...9).map { $0 * 32 })
        #expect(statistics.managements == 9)
        for (first, second) in zip(commands, commands.dropFirst()) where first.command == .manageAllBanks {
            #expect(second.command == .activate && second.cycle - first.cycle == 706)
        }
    }

    @Test("A bank may fall behind as often as postponed, up to RAAMMT, and no further")
    func postponed() throws {
        let standard = try DRAMStandard(named: "DDR5-4800", overrides: ["timing.tREFI": "9000000"])
        let configuration = Self.configuration { $0.scheduling = .firstComeFirstServed; $0.postponedManagement = 2 }
        let (commands, _, _) = try Self.run(standard, configuration, accesses: 300, Self.hammer)
        var activates = 0
        var found: [Int] = []
        for record in commands {
            if record.command == .activate { activates += 1 }
            if record.command == .manageAllBanks { found.append(activates) }
        }
        // At 96 for the first time, and each takes 32 off.
        #expect(found.prefix(6) == [96, 128, 160, 192, 224, 256])
        #expect(Self.violations(commands, standard, configuration) == [])
        var tooFar = configuration
        tooFar.postponedManagement = 3
        #expect { try EventController(standard: standard, configuration: tooFar) } throws: {
            "\($0)".contains("postponed management is 3; it must be from 0 to 2") && "\($0)".contains("RAAMMT = 96")
        }
    }

    @Test("An idle rank makes up for what it owes")
    func idle() throws {
        let standard = try DRAMStandard(named: "DDR5-4800", overrides: ["timing.tREFI": "9000000"])
        let configuration = Self.configuration { $0.scheduling = .firstComeFirstServed; $0.postponedManagement = 2; $0.idleRefreshDelay = 100 }
        var controller = try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(commands: true))
        for number in 0..<70 {
            let access = DRAMAccess(coordinates: Self.hammer(number), isWrite: false)
            while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: false) }
        }
        controller.drain()
        let last = try #require(controller.commandLog.last { $0.command == .read }?.cycle)
        controller.advance(to: controller.cycle + 20_000)
        let managements = controller.takeCommandLog().filter { $0.command == .manageAllBanks }.map(\.cycle)
        // 70 activates: 64 are due for two, which leave 6.
        #expect(managements.count == 2 && managements[0] >= last + 100)
    }

    @Test("In fine granularity thresholds are half: the bank of one number in every group is managed, the others work on")
    func sameBank() throws {
        let standard = try DRAMStandard(named: "DDR5-4800")
        let configuration = Self.configuration { $0.refresh = .sameBank; $0.scheduling = .firstComeFirstServed }
        let (commands, statistics, cycle) = try Self.run(standard, configuration, accesses: 6000) { number in
            number % 3 > 0 ? Self.hammer(number) : DRAMCoordinates(bankGroup: number / 3 % 8, bank: 1, row: number / 24 % 50)
        }
        #expect(Self.violations(commands, standard, configuration) == [])
        let managed = commands.filter { $0.command == .manageSameBank }.map(\.coordinates)
        #expect(Set(managed.map(\.bank)).isSuperset(of: [2]) && managed.allSatisfy { $0.bankGroup == 0 })
        let hammered = commands.count { $0.command == .activate && $0.coordinates.bankGroup == 3 && $0.coordinates.bank == 2 }
        // Each takes 16 off, and a refresh of the bank, one in every tREFI / 2, up to 8 more.
        let count = managed.count { $0.bank == 2 }
        #expect(hammered > 2000 && count <= hammered / 16 && count >= (hammered - 16 - (cycle / 4680 + 1) * 8) / 16, "\(count) of \(hammered)")
        #expect(statistics.count(of: .manageAllBanks) == 0)
        // While the hammered bank is managed, another is activated.
        let wait = try #require(standard.cycles("tRFMsb"))
        let during = zip(commands, commands.dropFirst(1)).contains { first, second in
            first.command == .manageSameBank && second.cycle < first.cycle + wait
        }
        #expect(during)
    }

    @Test("The checker counts by itself: with RFM commands left out, or none asked for, a hammered bank is a violation")
    func audit() throws {
        let standard = try DRAMStandard(named: "DDR5-4800")
        let configuration = Self.configuration { $0.scheduling = .firstComeFirstServed }
        let (commands, _, _) = try Self.run(standard, configuration, accesses: 2000, Self.hammer)
        #expect(Self.violations(commands, standard, configuration) == [])
        let without = Self.violations(commands.filter { $0.command != .manageAllBanks }, standard, configuration)
        #expect(without.first?.rule == .refreshManagement)
        #expect("\(try #require(without.first))".contains("at most 96 times more"))
        var unmanaged = configuration
        unmanaged.refreshManagement = false
        let (unguarded, statistics, _) = try Self.run(standard, unmanaged, accesses: 2000, Self.hammer)
        #expect(statistics.managements == 0)
        #expect(Self.violations(unguarded, standard, configuration).contains { $0.rule == .refreshManagement })
        // Just at the limit nothing is wrong; one more is.
        let options = TimingChecker.Options(refreshInterval: 0)
        var rules = options
        rules.refreshManagement = DRAMRefreshManagement(source: "test", initialThreshold: 2, maximumThreshold: 3, refreshDecrement: 1)
        func found(_ commands: [(DRAMCommand, bank: Int)]) -> Int {
            var checker = TimingChecker(ToyStandard.make([]), options: rules)
            for (cycle, item) in commands.enumerated() {
                checker.check(DRAMCommandRecord(cycle: cycle * 1000, command: item.0, coordinates: DRAMCoordinates(bank: item.bank)))
                if item.0 == .activate {
                    checker.check(DRAMCommandRecord(cycle: cycle * 1000 + 500, command: .precharge, coordinates: DRAMCoordinates(bank: item.bank)))
                }
            }
            return checker.violations.count { $0.rule == .refreshManagement }
        }
        let three: [(DRAMCommand, bank: Int)] = [(.activate, 0), (.activate, 0), (.activate, 0)]
        #expect(found(three) == 0 && found(three + [(.activate, 0)]) == 1 && found(three + [(.activate, 1)]) == 0)
        #expect(found(three + [(.manageAllBanks, 0), (.activate, 0), (.activate, 0)]) == 0)
        #expect(found(three + [(.manageAllBanks, 0), (.activate, 0), (.activate, 0), (.activate, 0)]) == 1)
        #expect(found(three + [(.refreshAllBanks, 0), (.activate, 0)]) == 0)
        #expect(found(three + [(.refreshAllBanks, 0), (.activate, 0), (.activate, 0)]) == 1)
    }

    @Test("Management is refused where the standard has none, and with refresh that does not say which banks")
    func refusals() throws {
        #expect { try EventController(standard: try DRAMStandard(named: "DDR4-3200"), configuration: Self.configuration { _ in }) } throws: {
            "\($0)".contains("DDR4-3200 gives no refresh-management")
        }
        let ddr5 = try DRAMStandard(named: "DDR5-4800")
        #expect { try EventController(standard: ddr5, configuration: Self.configuration { $0.refresh = .none }) } throws: {
            "\($0)".contains("on with refresh none")
        }
        #expect { try DRAMStandard(named: "DDR5-4800", overrides: ["refresh-management.RAAMMT": "20"]) } throws: {
            "\($0)".contains("refresh-management.RAAMMT") && "\($0)".contains("only due for management after 32")
        }
        let strict = try DRAMStandard(named: "DDR5-4800", overrides: ["refresh-management.RAAIMT": "80"])
        #expect(strict.refreshManagement?.initialThreshold == 80)
    }
}
