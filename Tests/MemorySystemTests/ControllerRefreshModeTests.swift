import MemorySystem
import Testing

/// Refresh in fine granularity and in the heat.
@Suite struct ControllerRefreshModeTests {
    private static func run(_ standard: DRAMStandard, _ change: (inout DRAMControllerConfiguration) -> Void) throws
        -> (commands: [DRAMCommandRecord], statistics: DRAMStatistics)
    {
        var configuration = DRAMControllerConfiguration()
        change(&configuration)
        var controller = try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(commands: true))
        // A new row of one bank each: an activate follows every refresh as soon as it may.
        for number in 0..<4000 {
            let access = DRAMAccess(coordinates: DRAMCoordinates(row: number), isWrite: false)
            while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: false) }
        }
        controller.drain()
        // All of it goes to one pseudo-channel; the other refreshes by itself.
        return (controller.commandLog.filter { $0.coordinates.pseudoChannel == 0 }, controller.statistics)
    }

    /// Cycles from each refresh to the activate behind it, and the refreshes' number.
    private static func refreshes(_ commands: [DRAMCommandRecord]) -> (count: Int, durations: Set<Int>) {
        var last: Int?
        var durations: Set<Int> = []
        for record in commands {
            if record.command == .refreshAllBanks { last = record.cycle }
            if record.command == .activate, let cycle = last {
                durations.insert(record.cycle - cycle)
                last = nil
            }
        }
        return (commands.count { $0.command == .refreshAllBanks }, durations)
    }

    /// JESD79-4C: 8 Gb refresh in 350, 260 and 160 ns, of 0.625 ns each; tREFI of 7.8 µs whole, halved and quartered. JESD79-5: 16 Gb in 295
    /// and 160 ns of 0.4167 ns (less 0.3 % before rounding up), tREFI of 3.9 µs.
    @Test("A refresh in parts comes as often as there are parts, and takes tRFC2 or tRFC4", arguments: [
        ("DDR4-3200", 1, 560, 12_480), ("DDR4-3200", 2, 416, 6240), ("DDR4-3200", 4, 256, 3120), ("DDR4-2400", 2, 312, 4680),
        ("DDR5-4800", 1, 706, 9360), ("DDR5-4800", 2, 383, 4680), ("DDR5-6400", 2, 511, 6240),
    ])
    func fineGranularity(name: String, parts: Int, duration: Int, interval: Int) throws {
        let standard = try DRAMStandard(named: name)
        let (commands, statistics) = try Self.run(standard) { $0.refreshGranularity = parts }
        let found = Self.refreshes(commands)
        #expect(found.durations.min() == duration && found.durations.count == 1, "\(found.durations)")
        #expect(abs(found.count - statistics.cycles / interval) <= 1)
        #expect(statistics.refreshes == found.count && standard.organization.pseudoChannels == 1)
    }

    @Test("Above 85 degrees every refresh comes twice as often and takes as long", arguments: ["DDR3-1600", "DDR4-3200", "LPDDR5-6400", "HBM3-6400"])
    func heat(name: String) throws {
        let standard = try DRAMStandard(named: name)
        let interval = try #require(standard.cycles("tREFI")), duration = try #require(standard.cycles("tRFC"))
        for rate in [1, 2, 4] {
            let (commands, statistics) = try Self.run(standard) { $0.refreshRate = rate }
            let found = Self.refreshes(commands)
            #expect(found.durations.min() == duration)
            #expect(abs(found.count - statistics.cycles / (interval / rate)) <= 1)
        }
        guard standard.refreshesBanks else { return }
        let byBank = try #require(standard.cycles("tREFIpb"))
        let (commands, statistics) = try Self.run(standard) { $0.refreshRate = 2; $0.refresh = .perBank }
        #expect(abs(commands.count { $0.command == .refreshBank } - statistics.cycles / (byBank / 2)) <= 1)
    }

    @Test("A refresh in parts takes the energy of IDD5F, or IDD5B, over tRFC2")
    func energy() throws {
        let ddr5 = try #require(DRAMEnergyModel(try DRAMStandard(named: "DDR5-4800"), refreshGranularity: 2))
        // 1.1 V · (262 − 142) mA in four devices for 383 cycles.
        #expect(ddr5.refreshAllBanks == Int((1.1 * 120 * 383 * 416.667 * 4).rounded()))
        let ddr4 = try #require(DRAMEnergyModel(try DRAMStandard(named: "DDR4-3200"), refreshGranularity: 4))
        // 1.2 V · (250 − 52) mA in eight devices for 256 cycles.
        #expect(ddr4.refreshAllBanks == Int((1.2 * 198 * 256 * 625 * 8).rounded()))
    }

    @Test("What a standard has no time for is refused with what it has", arguments: [
        ("DDR3-1600", "all-bank", 2, 1, "it must be 1 with DDR3-1600"), ("DDR5-4800", "all-bank", 4, 1, "it must be 1 or 2 with DDR5-4800"),
        ("DDR4-3200", "all-bank", 3, 1, "it must be 1 or 2 or 4 with DDR4-3200"),
        ("DDR5-4800", "same-bank", 2, 1, "unless all banks are refreshed together"),
        ("DDR5-4800", "same-bank", 1, 4, "a refresh takes 312 cycles, and one would be due every 292"),
    ])
    func refusals(name: String, refresh: String, parts: Int, rate: Int, message: String) throws {
        var configuration = DRAMControllerConfiguration()
        try configuration.set("refresh", to: refresh)
        try configuration.set("refresh-granularity", to: "\(parts)")
        try configuration.set("refresh-rate", to: "\(rate)")
        let standard = try DRAMStandard(named: name)
        #expect { try EventController(standard: standard, configuration: configuration) } throws: { "\($0)".contains(message) }
        #expect { try TickingController(standard: standard, configuration: configuration) } throws: { "\($0)".contains(message) }
    }
}
