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
}
