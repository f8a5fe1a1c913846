import MemorySystem
import Testing

/// Streams in bulk against the same accesses one by one.
@Suite struct ControllerStreamTests {
    static func compare(
        _ standard: DRAMStandard, _ configuration: DRAMControllerConfiguration, mapping: AddressMapping, streams: [ChannelStream],
        ticking: Bool
    ) throws -> Int {
        var bulk = try EventController(standard: standard, configuration: configuration)
        var single = try EventController(standard: standard, configuration: configuration)
        var reference = try TickingController(standard: standard, configuration: configuration)
        for stream in streams {
            bulk.drive(stream, mapping: mapping)
            for index in 0..<stream.count {
                let address = stream.address + index / stream.run * stream.runStride + index % stream.run * stream.stride
                let access = DRAMAccess(coordinates: mapping.coordinates(of: mapping.locate(address)), isWrite: stream.isWrite)
                while !single.offer(access) { single.advanceAfterRefusal(isWrite: access.isWrite) }
                guard ticking else { continue }
                while !reference.offer(access) { reference.advanceAfterRefusal(isWrite: access.isWrite) }
            }
            #expect(bulk.cycle == single.cycle)
            #expect(bulk.statistics == single.statistics, "\(standard.name) \(stream) \(configuration)")
        }
        bulk.drain()
        single.drain()
        #expect(bulk.statistics == single.statistics)
        if ticking {
            reference.drain()
            #expect(bulk.statistics == reference.statistics)
        }
        return bulk.replayedAccesses
    }

    @Test("A long contiguous stream is replayed, exactly", arguments: DRAMStandard.shippedNames, ["RoRaBaCoBgPcCh", "RoBaRaCoCh"])
    func contiguous(_ name: String, _ scheme: String) throws {
        let standard = try DRAMStandard(named: name)
        let mapping = try AddressMapping(scheme, organization: standard.organization)
        let bytes = standard.organization.accessBytes
        let streams = [
            ChannelStream(address: 3 * bytes, stride: bytes, count: 200_000, isWrite: false),
            ChannelStream(address: 1 << 22, stride: bytes, count: 60_001, isWrite: true),
            ChannelStream(address: 1 << 24, stride: bytes, count: 60_000, isWrite: false),
        ]
        let replayed = try Self.compare(standard, DRAMControllerConfiguration(), mapping: mapping, streams: streams, ticking: false)
        #expect(replayed > 60_000, "\(replayed) of 320001")
    }

    @Test("Against the model that ticks")
    func ticking() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        let mapping = try AddressMapping("RoRaBaCoBgPcCh", organization: standard.organization)
        let stream = ChannelStream(address: 0, stride: 64, count: 20_000, isWrite: false)
        let replayed = try Self.compare(standard, DRAMControllerConfiguration(), mapping: mapping, streams: [stream], ticking: true)
        #expect(replayed > 10_000)
    }

    @Test("Any settings, any strides and runs")
    func random() throws {
        var random = Xorshift(77)
        for _ in 0..<60 {
            let base = try DRAMStandard(named: random.pick(DRAMStandard.shippedNames))
            let standard = random.chance(40) ? base.varied(&random) : base
            let configuration = DRAMControllerConfiguration.random(&random, for: standard)
            let mapping = try AddressMapping(random.pick(["RoRaBaCoBgPcCh", "RoBaRaCoCh", "MOP4CLXOR"]), organization: standard.organization)
            let bytes = standard.organization.accessBytes
            let streams = (0..<3).map { _ in
                let run = random.pick([Int.max, Int.max, 1, 16, 37, 512])
                return ChannelStream(
                    address: random.below(1 << 20) / bytes * bytes, stride: bytes * random.pick([1, 1, 2, 4, 3]), run: run,
                    runStride: run == Int.max ? 0 : bytes * random.pick([run, 4 * run, 1024, 100]), count: 1000 + random.below(20_000),
                    isWrite: random.chance(40))
            }
            _ = try Self.compare(standard, configuration, mapping: mapping, streams: streams, ticking: false)
        }
    }
}
