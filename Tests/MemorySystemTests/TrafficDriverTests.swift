import MemorySystem
import Testing

@Suite("Traffic over channels")
struct TrafficDriverTests {
    private func run(
        _ pattern: TrafficPattern, count: Int, channels: Int, mapping: String = AddressMapping.defaultScheme, name: String = "DDR4-3200"
    ) throws -> TrafficDriver {
        let standard = try DRAMStandard(named: name)
        let mapping = try AddressMapping(mapping, organization: standard.organization, channels: channels)
        var driver = try TrafficDriver(standard: standard, mapping: mapping)
        for access in try TrafficGenerator(pattern, count: count, accessBytes: standard.organization.accessBytes, capacity: mapping.capacity) {
            driver.make(access)
        }
        driver.finish()
        return driver
    }

    /// One channel does what the reference model does when it is driven by hand.
    @Test(arguments: [TrafficPattern.sequential, .randomMixed, .streamAdd])
    func oneChannelIsAController(_ pattern: TrafficPattern) throws {
        let driver = try run(pattern, count: 3000, channels: 1)
        let standard = driver.standard
        var controller = try TickingController(standard: standard)
        let accesses = try TrafficGenerator(pattern, count: 3000, accessBytes: 64, capacity: driver.mapping.capacity)
        controller.drive(accesses.map {
            DRAMAccess(coordinates: driver.mapping.coordinates(of: driver.mapping.locate($0.address)), isWrite: $0.isWrite)
        })
        #expect(driver.statistics == [controller.statistics])
    }

    @Test func everyAccessArrivesInItsChannel() throws {
        let driver = try run(.randomMixed, count: 9000, channels: 8)
        var expected = [Int](repeating: 0, count: 8)
        for access in try TrafficGenerator(.randomMixed, count: 9000, accessBytes: 64, capacity: driver.mapping.capacity) {
            expected[Int(driver.mapping.locate(access.address).channel)] += 1
        }
        #expect(driver.statistics.map { $0.reads + $0.writes } == expected)
        #expect(driver.accesses == 9000)
        // All channels are simulated for the same time: standby energy is everyone's.
        #expect(Set(driver.statistics.map(\.cycles)) == [driver.cycles])
    }

    @Test func sumsAreThoseOfTheChannels() throws {
        let channels = try run(.randomMixed, count: 9000, channels: 4).statistics
        let total = try #require(DRAMStatistics.sum(channels))
        #expect(total.reads == 6000 && total.writes == 3000)
        #expect(total.readLatency.count == 6000)
        #expect(total.readLatency.maximum == channels.map(\.readLatency.maximum).max())
        #expect(total.commandCounts == (0..<DRAMCommand.allCases.count).map { index in channels.reduce(0) { $0 + $1.commandCounts[index] } })
        #expect(total.cycles == channels[0].cycles)
        let states = total.activity
        let cycles = states.activeStandby + states.prechargeStandby + states.activePowerDown + states.prechargePowerDown + states.selfRefresh
        #expect(cycles == 4 * total.cycles)
        #expect(DRAMStatistics.sum([]) == nil)
    }

    @Test func accessesWaitForTheirCycle() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        let mapping = try AddressMapping(AddressMapping.defaultScheme, organization: standard.organization, channels: 2)
        var driver = try TrafficDriver(standard: standard, mapping: mapping, recordsCommands: true)
        var log: [[DRAMCommandRecord]] = [[], []]
        func take(_ channel: Int, _ records: [DRAMCommandRecord]) { log[channel] += records }
        driver.make(MemoryAccess(address: 0, isWrite: false, cycle: 1000), commands: take)
        driver.make(MemoryAccess(address: 64, isWrite: false, cycle: 40_000_000), commands: take)
        driver.finish()
        driver.takeCommands(take)
        #expect(log[0].first?.cycle == 1000)
        let reads = log[1].filter { $0.command == .read }
        #expect(reads.count == 1 && (reads.first?.cycle ?? 0) >= 40_000_000)
        // And nothing of the pause is missing in the log.
        #expect(log[1].filter { $0.command == .refreshAllBanks }.count == driver.statistics[1].refreshes)
        #expect(driver.statistics[1].refreshes >= 40_000_000 / 12480 - 1)
    }

    /// All at once or one by one: the same statistics, to the last stall.
    @Test(
        arguments: [
            ("DDR4-3200", 1, "seq", 100_003, 8 << 30), ("DDR4-3200", 4, "seq", 100_003, 8 << 30), ("DDR4-3200", 2, "seq", 60_001, 1 << 20),
            ("HBM3-6400", 16, "seq", 300_005, 1 << 30), ("HBM2-2000", 8, "seq", 7, 1 << 30), ("LPDDR5-6400", 1, "stride512", 30_000, 1 << 20),
            ("DDR5-4800", 1, "stride131072", 20_000, 8 << 30), ("GDDR6-14000", 2, "seq", 200_000, 1 << 29),
        ])
    func atOnceIsOneByOne(_ name: String, _ channels: Int, _ pattern: String, _ count: Int, _ capacity: Int) throws {
        let standard = try DRAMStandard(named: name)
        let mapping = try AddressMapping(AddressMapping.defaultScheme, organization: standard.organization, channels: channels)
        let generator = try TrafficGenerator(
            try #require(TrafficPattern(name: pattern)), count: count, accessBytes: standard.organization.accessBytes,
            capacity: min(capacity, mapping.capacity))
        var together = try TrafficDriver(standard: standard, mapping: mapping), single = together
        let isTaken = together.makeAtOnce(generator)
        #expect(isTaken)
        together.finish()
        for access in generator { single.make(access) }
        single.finish()
        #expect(together.cycles == single.cycles)
        #expect(together.accesses == single.accesses)
        #expect(together.statistics == single.statistics)
    }

    @Test func whatIsNoStreamIsNotMadeAtOnce() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        func isTaken(_ pattern: TrafficPattern, _ scheme: String, channels: Int, capacity: Int = 1 << 30, records: Bool = false) throws -> Bool {
            let mapping = try AddressMapping(scheme, organization: standard.organization, channels: channels)
            var driver = try TrafficDriver(standard: standard, mapping: mapping, recordsCommands: records)
            return driver.makeAtOnce(try TrafficGenerator(pattern, count: 1000, accessBytes: 64, capacity: capacity))
        }
        #expect(try isTaken(.sequential, "ro-ra-ba-bg-co-ch", channels: 4))
        #expect(try !isTaken(.sequential, "ch-ro-ra-ba-bg-co", channels: 4))
        #expect(try !isTaken(.sequential, "ro-ra-ba-bg-co-ch ch^ro", channels: 4))
        #expect(try !isTaken(.sequential, "ro-ra-ba-bg-co-ch", channels: 4, records: true))
        #expect(try !isTaken(.sequential, "ro-ra-ba-bg-co-ch", channels: 4, capacity: 1000))
        #expect(try !isTaken(.random, "ro-ra-ba-bg-co", channels: 1))
        #expect(try !isTaken(.stride(bytes: 512), "ro-ra-ba-bg-co-ch", channels: 2))
        #expect(try !isTaken(.stride(bytes: 96), "ro-ra-ba-bg-co", channels: 1))
        #expect(try !isTaken(.stride(bytes: 128), "ro-ra-ba-bg-co", channels: 1, capacity: 1024))
    }
}
