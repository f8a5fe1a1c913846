import MemorySystem
import Testing

/// The cache whose memory answers later against the one whose memory answers at once.
@Suite struct RequestCacheTests {
    /// Runs accesses of less than a line through a cache in front of a memory of fixed latency. Returns when each is complete.
    private static func run(_ parameters: CacheParameters, _ accesses: [(address: Int, isWrite: Bool, time: Int)], latency: Int) throws -> ([Int], RequestCacheStatistics) {
        var cache = try RequestCache(parameters, period: 1)
        var ends = Array(repeating: -1, count: accesses.count)
        var fills: [(time: Int, register: Int)] = []
        var next = 0
        while true {
            var time = cache.nextEvent ?? Int.max
            if next < accesses.count { time = min(time, accesses[next].time) }
            if let fill = fills.first { time = min(time, fill.time) }
            if time == Int.max { break }
            while let fill = fills.first, fill.time == time {
                cache.arrive(register: fill.register, at: time)
                fills.removeFirst()
            }
            while next < accesses.count, accesses[next].time == time {
                let access = accesses[next]
                #expect(cache.take(DRAMRequest(address: access.address, runBytes: 4, isWrite: access.isWrite), owner: next, at: time) == 1)
                next += 1
            }
            while let event = cache.nextEvent, event == time {
                switch cache.step(at: time) {
                case .complete(let owner)?: ends[owner] = time
                case .fetch(_, let register, _)?: fills.append((time + latency, register))
                case .writeBack?, nil: break
                }
            }
        }
        return (ends, cache.statistics)
    }

    @Test("Both caches do the same at the same times", arguments: [1, 7, 60], [1, 2, 8])
    func agree(_ latency: Int, _ registers: Int) throws {
        var random = Xorshift64Star(seed: UInt64(latency * 100 + registers))
        for (capacity, ways) in [(1024, 1), (1024, 4), (4096, 2), (512, 8)] {
            let parameters = CacheParameters(
                capacityBytes: capacity, lineBytes: 64, ways: ways, hitLatency: 1 + random.below(5), missRegisters: registers, targetsPerMiss: 1 + random.below(3))
            var time = 0
            var at = 0
            let accesses = (0..<4000).map { _ in
                time += random.below(4)
                at = random.below(5) == 0 ? random.below(128) : (at + random.below(3) + 127) % 128
                return (address: at * 64 + random.below(15) * 4, isWrite: random.below(3) == 0, time: time)
            }
            let (ends, ours) = try Self.run(parameters, accesses, latency: latency)
            var cache = try Cache(parameters, memory: FixedLatencyMemory(latency: latency))
            let expected = accesses.map { cache.access(address: $0.address, bytes: 4, isWrite: $0.isWrite, at: $0.time) }
            #expect(ends == expected)
            let theirs = cache.statistics
            #expect(ours.accesses == theirs.accesses && ours.hits == theirs.hits && ours.secondaryMisses == theirs.secondaryMisses)
            #expect(ours.fetches == theirs.primaryMisses && ours.installs == 0)
            #expect(ours.evictions == theirs.evictions && ours.writeBacks == theirs.writeBacks)
            #expect(ours.missTime == theirs.missTime && ours.registerTime == ours.missTime)
            #expect(ours.largestOutstanding <= registers)
        }
    }

    @Test("Whole lines that are written are not read")
    func wholeLines() throws {
        var cache = try RequestCache(CacheParameters(capacityBytes: 256, lineBytes: 64, ways: 4), period: 1)
        // Eight lines through four places: four are written back, none is read.
        #expect(cache.take(DRAMRequest(address: 0, runBytes: 512, isWrite: true), owner: 0, at: 0) == 8)
        var completions = 0
        var writes: [Int] = []
        while let event = cache.nextEvent {
            switch cache.step(at: event) {
            case .complete?: completions += 1
            case .writeBack(let address, _)?: writes.append(address)
            case .fetch?: Issue.record("a line is read")
            case nil: break
            }
        }
        #expect(completions == 8 && writes == [0, 64, 128, 192])
        #expect(cache.statistics.installs == 8 && cache.statistics.writeBacks == 4 && cache.dirtyLines == 4)
    }
}
