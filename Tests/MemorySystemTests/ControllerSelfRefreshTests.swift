import MemorySystem
import Testing

/// Self-refresh of idle ranks, and refresh of the same bank in all groups.
@Suite struct ControllerSelfRefreshTests {
    private static func log(_ standard: DRAMStandard, _ configuration: DRAMControllerConfiguration, until end: Int, then access: DRAMAccess?) throws
        -> (commands: [DRAMCommandRecord], statistics: DRAMStatistics)
    {
        var controller = try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(commands: true))
        let isTaken = controller.offer(DRAMAccess(coordinates: DRAMCoordinates(row: 1), isWrite: false))
        #expect(isTaken)
        controller.advance(to: end)
        if let access {
            let isTaken = controller.offer(access)
            #expect(isTaken)
            controller.drain()
        }
        return (controller.commandLog, controller.statistics)
    }

    @Test("An idle DDR4 rank: precharge, SRE after the delay; no refresh until a request wakes it, which waits tXS and the relock")
    func ddr4() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        var configuration = DRAMControllerConfiguration()
        configuration.selfRefreshAfter = 1000
        let read = DRAMAccess(coordinates: DRAMCoordinates(row: 2), isWrite: false)
        let (commands, statistics) = try Self.log(standard, configuration, until: 1_000_000, then: read)
        // ACT 0, RD 22, PREA 1000 cycles after it, SRE tRP = 22 later.
        #expect(commands.prefix(4).map(\.command) == [.activate, .read, .prechargeAll, .selfRefreshEnter])
        #expect(commands.prefix(4).map(\.cycle) == [0, 22, 1022, 1044])
        #expect(commands[4].command == .selfRefreshExit && commands[4].cycle == 1_000_000)
        // The refresh owed on waking, tXS = 576 after it; ACT tRFC = 560 later; RD tDLLK = 1024 after the exit, or tRCD = 22 after ACT.
        #expect(commands[5].command == .refreshAllBanks && commands[5].cycle == 1_000_576)
        #expect(commands[6].command == .activate && commands[6].cycle == 1_001_136)
        #expect(commands[7].command == .read && commands[7].cycle == 1_001_158)
        let background = statistics.background[0]
        #expect(background.selfRefresh == 1_000_000 - 1044)
        #expect(background.total == statistics.cycles)
        let model = try #require(DRAMEnergyModel(standard))
        var activity = DRAMActivity(commandCounts: statistics.commandCounts)
        activity.selfRefresh = background.selfRefresh
        // IDD6 = 30 mA at 1.2 V in eight devices for 0.625 ns.
        #expect(model.energy(of: activity)[.selfRefresh] == background.selfRefresh * 180_000)
        // Asleep for 80 intervals, in which a rank awake takes 80 refreshes.
        #expect(statistics.count(of: .refreshAllBanks) == 1)
    }

    @Test("The refresh interval stands still in self-refresh")
    func interval() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        var configuration = DRAMControllerConfiguration()
        configuration.selfRefreshAfter = 1000
        var controller = try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(commands: true))
        func take(_ access: DRAMAccess) { while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: access.isWrite) } }
        take(DRAMAccess(coordinates: DRAMCoordinates(row: 1), isWrite: false))
        controller.advance(to: 500_000)
        // From here on accesses keep the rank awake. 1044 of its first interval's 12480 cycles had passed.
        for number in 0..<2000 {
            take(DRAMAccess(coordinates: DRAMCoordinates(row: 2 + number), isWrite: false))
        }
        let refreshes = controller.commandLog.filter { $0.command == .refreshAllBanks }.map(\.cycle)
        #expect(refreshes.count > 5)
        #expect(refreshes[0] == 500_576)
        let due = 500_000 + 12_480 - 1044
        for (number, cycle) in refreshes.dropFirst().enumerated() {
            let late = cycle - (due + number * 12_480)
            #expect(late >= 0 && late < 200)
        }
    }

    @Test("Power-down first, then self-refresh by way of awake")
    func behindPowerDown() throws {
        let standard = try DRAMStandard(named: "DDR5-4800")
        var configuration = DRAMControllerConfiguration()
        configuration.powerDownAfter = 50
        configuration.selfRefreshAfter = 5000
        let (commands, statistics) = try Self.log(standard, configuration, until: 200_000, then: nil)
        #expect(commands.map(\.command) == [.activate, .read, .powerDownEnter, .powerDownExit, .prechargeAll, .selfRefreshEnter])
        #expect(commands[3].cycle == commands[1].cycle + 5000)
        #expect(statistics.background[0].activePowerDown > 4000)
        #expect(statistics.background[0].selfRefresh > 190_000)
    }

    @Test("DDR5 refreshes bank after bank of every group, each as often as tREFI2, while the others work", arguments: ["DDR5-4800", "DDR5-6400"])
    func sameBank(_ name: String) throws {
        let standard = try DRAMStandard(named: name)
        let interval = try #require(standard.cycles("tREFI")) / 2
        var latency: [Double] = []
        for refresh in [DRAMControllerConfiguration.Refresh.allBank, .sameBank] {
            var configuration = DRAMControllerConfiguration()
            configuration.refresh = refresh
            var controller = try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(commands: true))
            var random = Xorshift(8)
            // A load that leaves gaps: what is felt is who waits for a refresh.
            for _ in 0..<20_000 {
                controller.advance(to: controller.cycle + 60)
                let at = DRAMCoordinates(bankGroup: random.below(8), bank: random.below(4), row: random.below(1000), column: random.below(64))
                while !controller.offer(DRAMAccess(coordinates: at, isWrite: false)) { controller.advanceAfterRefusal(isWrite: false) }
            }
            controller.drain()
            let statistics = controller.statistics
            latency.append(statistics.readLatency.average)
            guard refresh == .sameBank else { continue }
            #expect(statistics.count(of: .refreshAllBanks) == 0)
            let sets = controller.commandLog.filter { $0.command == .refreshSameBank }.map(\.coordinates.bank)
            #expect(sets.prefix(8) == [0, 1, 2, 3, 0, 1, 2, 3])
            #expect(abs(sets.count - statistics.cycles * 4 / interval) <= 1)
        }
        #expect(latency[1] < latency[0], "\(latency)")
    }

    @Test("A dense stream of activates does not put refreshes of the same bank off")
    func noStarvation() throws {
        let standard = try DRAMStandard(named: "DDR5-4800")
        var configuration = DRAMControllerConfiguration()
        configuration.refresh = .sameBank
        var controller = try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(commands: true))
        var checker = TimingChecker(standard, controlledBy: configuration)
        for number in 0..<60_000 {
            let at = DRAMCoordinates(bankGroup: number % 8, bank: number / 8 % 4, row: number / 32 % 1000)
            while !controller.offer(DRAMAccess(coordinates: at, isWrite: false)) { controller.advanceAfterRefusal(isWrite: false) }
        }
        controller.drain()
        for record in controller.takeCommandLog() { checker.check(record) }
        checker.finish(cycle: controller.cycle)
        #expect(checker.violations == [], "\(checker.violations.prefix(3).map(\.description))")
        let interval = try #require(standard.cycles("tREFIsb"))
        #expect(abs(controller.statistics.count(of: .refreshSameBank) - controller.cycle / interval) <= 1)
    }

    @Test("Refresh of parts is refused where the standard has none")
    func refusals() throws {
        var configuration = DRAMControllerConfiguration()
        configuration.refresh = .sameBank
        let lpddr = try DRAMStandard(named: "LPDDR5-6400")
        #expect(throws: DRAMControllerError.self) { try EventController(standard: lpddr, configuration: configuration) }
        configuration.refresh = .perBank
        let ddr = try DRAMStandard(named: "DDR4-3200")
        #expect(throws: DRAMControllerError.self) { try TickingController(standard: ddr, configuration: configuration) }
    }
}
