import MemorySystem
import Testing

@Suite struct ControllerStatisticsTests {
    private static func busy(_ name: String, requests: Int = 20_000) throws -> (DRAMStandard, DRAMStatistics) {
        let standard = try DRAMStandard(named: name)
        var configuration = DRAMControllerConfiguration()
        configuration.powerDownAfter = 100
        var controller = try EventController(standard: standard, configuration: configuration)
        var traffic = VariedTraffic(seed: 11, organization: standard.organization)
        for _ in 0..<requests {
            let (access, pause) = traffic.next()
            if pause > 0 { controller.advance(to: controller.cycle + pause) }
            while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: access.isWrite) }
        }
        controller.drain()
        return (standard, controller.statistics)
    }

    @Test("Little's law: what waits, summed over cycles, is what the accesses waited", arguments: ["DDR4-3200", "HBM3-6400", "LPDDR5-6400"])
    func littlesLaw(_ name: String) throws {
        let standard = try DRAMStandard(named: name)
        var controller = try TickingController(standard: standard)
        var traffic = VariedTraffic(seed: 5, organization: standard.organization)
        for _ in 0..<2_000 {
            let access = traffic.next().access
            while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: access.isWrite) }
        }
        controller.drain()
        let found = controller.statistics
        let reads = found.readLatency.count - found.forwardedReads
        let writes = found.writeLatency.count - found.coalescedWrites
        #expect(reads + writes > 500)
        let readWait = found.readLatency.sum - found.forwardedReads - reads * (standard.readLatency + standard.burstCycles)
        let writeWait = found.writeLatency.sum - found.coalescedWrites - writes * (standard.writeLatency + standard.burstCycles)
        #expect(found.waitingReadCycles == readWait)
        #expect(found.waitingWriteCycles == writeWait)
    }

    @Test("Every access is served once; hits, misses, conflicts and background cycles add up", arguments: DRAMStandard.shippedNames)
    func sums(_ name: String) throws {
        let (standard, found) = try Self.busy(name)
        #expect(found.reads + found.writes == 20_000)
        #expect(found.readLatency.count == found.reads)
        #expect(found.writeLatency.count == found.writes)
        #expect(found.rowHits + found.rowMisses + found.rowConflicts == found.served)
        #expect(found.count(of: .read) + found.count(of: .write) == found.served)
        #expect(found.dataBusCycles == found.served * standard.burstCycles)
        for background in found.background { #expect(background.total == found.cycles) }
        #expect(found.stallsByName.reduce(0, +) == found.stallCycles)
        #expect(found.stallCycles < found.cycles)
    }

    @Test("Percentiles of a histogram are those of its latencies")
    func percentiles() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        var controller = try EventController(standard: standard, configuration: .init(), recording: DRAMRecording(completions: true))
        var starts: [Int] = []
        var random = Xorshift(3)
        for number in 0..<5_000 {
            let coordinates = DRAMCoordinates(bankGroup: random.below(4), bank: random.below(4), row: random.below(100), column: random.below(128))
            while !controller.offer(DRAMAccess(coordinates: coordinates, isWrite: false, tag: number)) {
                controller.advanceAfterRefusal(isWrite: false)
            }
            starts.append(controller.cycle)
        }
        controller.drain()
        let latencies = controller.takeCompletions().map { $0.cycle - starts[$0.tag] }.sorted()
        let found = controller.statistics.readLatency
        #expect(found.percentile(0.5) == latencies[2_499])
        #expect(found.percentile(0.99) == latencies[4_949])
        #expect(found.maximum == latencies[4_999])
        #expect(found.sum == latencies.reduce(0, +))
    }

    @Test("A forwarded read takes a cycle; a second write to an address takes no command")
    func forwarding() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        var controller = try EventController(standard: standard)
        let place = DRAMCoordinates(bankGroup: 1, bank: 2, row: 3, column: 4)
        for isWrite in [true, true, false] {
            let isAccepted = controller.offer(DRAMAccess(coordinates: place, isWrite: isWrite))
            #expect(isAccepted)
        }
        controller.drain()
        let found = controller.statistics
        #expect(found.count(of: .write) == 1)
        #expect(found.count(of: .read) == 0)
        #expect(found.readLatency.maximum == 1)
        #expect(found.coalescedWrites == 1)
    }

    @Test("Settings that no controller can have are refused with the setting's name")
    func refusals() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        var configuration = DRAMControllerConfiguration()
        configuration.readQueueSize = 0
        #expect(throws: DRAMControllerError.self) { try EventController(standard: standard, configuration: configuration) }
        configuration = DRAMControllerConfiguration()
        configuration.writeLowWatermark = 0.9
        #expect(throws: DRAMControllerError.self) { try TickingController(standard: standard, configuration: configuration) }
        #expect(throws: DRAMControllerError.unknownPreset("ramulator")) { try DRAMControllerConfiguration(preset: "ramulator") }
    }
}
