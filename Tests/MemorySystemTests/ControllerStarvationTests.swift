import MemorySystem
import Testing

/// Nobody waits for as long as others keep coming, where a cap says so; refresh never does.
@Suite struct ControllerStarvationTests {
    /// An access that others would keep from its turn, among them; returns how long it waits.
    private static func wait(
        _ configuration: DRAMControllerConfiguration, victim: DRAMAccess, count: Int, others: (Int) -> DRAMAccess
    ) throws -> Int {
        let standard = try DRAMStandard(named: "DDR4-3200")
        var controller = try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(completions: true))
        func take(_ access: DRAMAccess) { while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: access.isWrite) } }
        for number in 0..<200 { take(others(number)) }
        take(victim)
        let start = controller.cycle
        for number in 200..<count { take(others(number)) }
        let end = controller.cycle
        controller.drain()
        let done = controller.takeCompletions().first { $0.tag == victim.tag }?.cycle
        return min(done ?? Int.max, end) - start
    }

    @Test("A row miss behind a stream of hits to its bank: as long as they come without a cap, a few hits with one", arguments: [
        DRAMControllerConfiguration.Scheduling.nextCommandReady, .rowHitFirst,
    ])
    func rowHits(_ scheduling: DRAMControllerConfiguration.Scheduling) throws {
        let miss = DRAMAccess(coordinates: DRAMCoordinates(row: 9), isWrite: false, tag: -7)
        var configuration = DRAMControllerConfiguration()
        configuration.scheduling = scheduling
        configuration.refresh = .none
        let hit = { (number: Int) in DRAMAccess(coordinates: DRAMCoordinates(row: 1, column: number % 128), isWrite: false, tag: number) }
        let uncapped = try Self.wait(configuration, victim: miss, count: 5_000, others: hit)
        #expect(uncapped > 20_000)
        configuration.rowHitCap = 4
        let capped = try Self.wait(configuration, victim: miss, count: 5_000, others: hit)
        // 31 hits may be older, with the row opened again for every four of them: no more than nine row cycles.
        #expect(capped < 9 * 100, "\(capped)")
    }

    @Test("A read behind a stream of writes: as long as they come without a cap, a batch with one")
    func writes() throws {
        let read = DRAMAccess(coordinates: DRAMCoordinates(bankGroup: 3, row: 9), isWrite: false, tag: -7)
        var configuration = DRAMControllerConfiguration()
        let write = { (number: Int) in
            DRAMAccess(coordinates: DRAMCoordinates(bankGroup: number % 2, row: number / 256, column: number / 2 % 128), isWrite: true, tag: number)
        }
        let uncapped = try Self.wait(configuration, victim: read, count: 8_000, others: write)
        #expect(uncapped > 20_000)
        configuration.writeBatchCap = 16
        let capped = try Self.wait(configuration, victim: read, count: 8_000, others: write)
        // 16 writes of at most 8 cycles, the turn of the bus and the read itself, with a refresh between.
        #expect(capped < 16 * 8 + 150 + 700, "\(capped)")
    }

    @Test("Refreshes keep their rate under a stream of hits", arguments: [
        ("DDR4-3200", DRAMControllerConfiguration.Refresh.allBank), ("DDR5-4800", .sameBank), ("HBM3-6400", .perBank), ("LPDDR4X-4266", .perBank),
        ("LPDDR5-6400", .perBank), ("GDDR6-14000", .perBank),
    ], [0, 8])
    func refresh(_ item: (name: String, refresh: DRAMControllerConfiguration.Refresh), postponed: Int) throws {
        let standard = try DRAMStandard(named: item.name)
        var configuration = DRAMControllerConfiguration()
        configuration.refresh = item.refresh
        configuration.postponedRefreshes = postponed
        configuration.scheduling = .rowHitFirst
        var controller = try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(commands: true))
        var checker = TimingChecker(standard, controlledBy: configuration)
        for number in 0..<60_000 {
            let at = DRAMCoordinates(row: 3, column: number % standard.organization.columns)
            while !controller.offer(DRAMAccess(coordinates: at, isWrite: false)) { controller.advanceAfterRefusal(isWrite: false) }
            if number % 4_096 == 0 { for record in controller.takeCommandLog() { checker.check(record) } }
        }
        controller.drain()
        for record in controller.takeCommandLog() { checker.check(record) }
        checker.finish(cycle: controller.cycle)
        #expect(checker.violations == [], "\(checker.violations.prefix(3).map(\.description))")
        #expect(controller.statistics.refreshes > 20)
    }
}
