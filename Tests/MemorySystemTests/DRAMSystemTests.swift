import MemorySystem
import Testing

/// Memories of several channels: against controllers that tick, one channel after the other; and with states looked up that came
/// before against every access simulated.
@Suite struct DRAMSystemTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var standard: String
        var channels = 4
        var mapping = AddressMapping.defaultScheme
        var configuration = DRAMControllerConfiguration()
        var ordersWritesAfterReads = false
        var testDescription: String { "\(standard) × \(channels), \(mapping), \(configuration.refresh), \(configuration.pagePolicy)" }

        func system(_ replays: Replays) throws -> DRAMSystem {
            try DRAMSystem(
                standard: DRAMStandard(named: standard), channels: channels, mapping: mapping, configuration: configuration, latency: 7_000_000,
                replays: replays, ordersWritesAfterReads: ordersWritesAfterReads)
        }
    }

    static func configuration(_ change: (inout DRAMControllerConfiguration) -> Void) -> DRAMControllerConfiguration {
        var result = DRAMControllerConfiguration()
        change(&result)
        return result
    }

    static let cases: [Case] = [
        Case(standard: "HBM2-2000"),
        Case(standard: "DDR5-6400", channels: 2, configuration: configuration { $0.refreshManagement = true }),
        Case(standard: "DDR5-4800", channels: 2, configuration: configuration { $0.refreshManagement = true; $0.refreshGranularity = 2 }),
        Case(standard: "DDR4-3200", channels: 2, configuration: configuration { $0.refreshGranularity = 4; $0.refreshRate = 2; $0.activatesFirst = true }),
        Case(standard: "HBM2-2000", channels: 2, ordersWritesAfterReads: true),
        Case(standard: "HBM2-2400", mapping: "RoRaBaCoBgPcCh ch^co pc^co+2"),
        Case(standard: "HBM3-6400", channels: 2, mapping: "ro ra ba co bg pc ch ch^ro"),
        Case(standard: "DDR4-3200", channels: 1, configuration: configuration { $0.readQueueSize = 8; $0.writeQueueSize = 8 }),
        Case(standard: "DDR3-2133", channels: 2, mapping: "ro ba ra bg pc ch co"),
        Case(standard: "LPDDR4-3200", channels: 2, configuration: configuration { $0.refresh = .perBank }),
        Case(standard: "DDR5-4800", channels: 2, configuration: configuration { $0.refresh = .sameBank; $0.requestsPerCycle = 1 }),
        Case(standard: "GDDR6-14000", channels: 2, configuration: configuration { $0.pagePolicy = .closed }),
        Case(standard: "DDR4-2400", channels: 2, configuration: configuration { $0.pagePolicy = .adaptive }),
        Case(standard: "HBM2-2000", channels: 2, configuration: configuration { $0.rowHitCap = 4; $0.writeBatchCap = 6 }),
        Case(standard: "HBM2-2000", channels: 2, configuration: configuration { $0.forwardsWrites = false; $0.coalescesWrites = false }),
    ]

    /// Requests of many forms; some repeat.
    static func requests(_ count: Int, seed: UInt64, capacity: Int) -> [(time: Int, request: DRAMRequest)] {
        var random = Xorshift(seed)
        var time = 0
        return (0..<count).map { tag in
            time += random.pick([0, 0, 0, 100_000, 20_000_000, 3_000_000_000]) * random.below(3)
            let runs = random.pick([1, 1, 3, 20])
            let runBytes = random.pick([1 + random.below(64), 256, 2_048, 1 + random.below(3_000)])
            let request = DRAMRequest(
                address: min(random.below(40) * 2_048 + random.pick([0, 0, 0, 32, 77]), capacity / 2), runBytes: runBytes, runs: runs,
                stride: random.pick([runBytes, 4_096, 10_000]), isWrite: random.chance(25), tag: tag)
            return (time: time, request: request)
        }
    }

    /// All completions of requests at given times.
    static func serve(_ memory: inout DRAMSystem, _ requests: [(time: Int, request: DRAMRequest)]) throws -> [DRAMRequestCompletion] {
        var done: [DRAMRequestCompletion] = []
        func take(_ memory: inout DRAMSystem, until time: Int) {
            while let next = memory.nextCompletion(before: time) {
                while let completion = memory.popCompletion(at: next) {
                    #expect(completion.lastAccess == next)
                    done.append(completion)
                }
            }
        }
        for (time, request) in requests {
            take(&memory, until: time)
            try memory.check(request)
            _ = memory.submit(request, at: time)
        }
        take(&memory, until: Int.max)
        return done
    }

    /// The same by the definition: channel by channel, access by access, cycle by cycle.
    static func reference(_ item: Case, _ requests: [(time: Int, request: DRAMRequest)]) throws
        -> (completions: [Int: DRAMRequestCompletion], statistics: [DRAMStatistics])
    {
        let standard = try DRAMStandard(named: item.standard)
        let mapping = try AddressMapping(item.mapping, organization: standard.organization, channels: item.channels)
        var configuration = item.configuration
        configuration.ordersWritesAfterReads = item.ordersWritesAfterReads
        let shortest = min(standard.readLatency, standard.writeLatency) + standard.burstCycles
        let bytes = standard.organization.accessBytes
        var first: [Int: Int] = [:]
        var last: [Int: Int] = [:]
        func note(_ tag: Int, _ cycle: Int) {
            first[tag] = min(first[tag] ?? Int.max, cycle)
            last[tag] = max(last[tag] ?? 0, cycle)
        }
        var statistics: [DRAMStatistics] = []
        for channel in 0..<item.channels {
            var controller = try TickingController(
                standard: standard, configuration: configuration, recording: DRAMRecording(completions: true))
            var taken: [(tag: Int, cycle: Int)] = []
            for (time, request) in requests {
                let arrival = (time + standard.clockPeriod - 1) / standard.clockPeriod
                for run in 0..<request.runs {
                    let begin = request.address + run * request.stride
                    for number in begin / bytes...(begin + request.runBytes - 1) / bytes {
                        let place = mapping.locate(number * bytes)
                        guard place.channel == channel else { continue }
                        if controller.cycle < arrival { controller.advance(to: arrival) }
                        let access = DRAMAccess(coordinates: mapping.coordinates(of: place), isWrite: request.isWrite, tag: taken.count)
                        while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: request.isWrite) }
                        taken.append((tag: request.tag, cycle: controller.cycle))
                        if request.isWrite { note(request.tag, controller.cycle + shortest) }
                    }
                }
            }
            controller.drain()
            for completion in controller.takeCompletions() {
                let (tag, cycle) = taken[completion.tag]
                if !requests[tag].request.isWrite { note(tag, max(completion.cycle, cycle + shortest)) }
            }
            statistics.append(controller.statistics)
        }
        var completions: [Int: DRAMRequestCompletion] = [:]
        for (tag, cycle) in last {
            completions[tag] = DRAMRequestCompletion(
                tag: tag, firstAccess: (first[tag] ?? 0) * standard.clockPeriod + 7_000_000, lastAccess: cycle * standard.clockPeriod + 7_000_000)
        }
        return (completions, statistics)
    }

    @Test("Requests complete when controllers that tick say so, channel by channel", arguments: cases)
    func ticking(_ item: Case) throws {
        for seed in 1...2 {
            for replays in [Replays.never, .always] {
                var memory = try item.system(replays)
                let requests = Self.requests(100, seed: UInt64(seed), capacity: memory.capacity)
                let found = try Self.serve(&memory, requests)
                let expected = try Self.reference(item, requests)
                #expect(found.count == requests.count)
                for completion in found { #expect(completion == expected.completions[completion.tag]) }
                memory.drain()
                for (ours, theirs) in zip(memory.statistics(), expected.statistics) {
                    #expect(ours.commandCounts[Int(DRAMCommand.read.rawValue)] == theirs.commandCounts[Int(DRAMCommand.read.rawValue)])
                    #expect(ours.commandCounts[Int(DRAMCommand.activate.rawValue)] == theirs.commandCounts[Int(DRAMCommand.activate.rawValue)])
                    #expect(ours.rowHits == theirs.rowHits)
                    #expect(ours.lastCompletion == theirs.lastCompletion)
                    #expect(ours.waitingReadCycles == theirs.waitingReadCycles)
                    #expect(ours.waitingWriteCycles == theirs.waitingWriteCycles)
                }
            }
        }
    }

    /// Eight requests under way, the next when one is complete; tiles of a few forms, one after the other and from several places.
    static func closedLoop(_ memory: inout DRAMSystem, requests: Int, seed: UInt64) -> [Int] {
        var random = Xorshift(seed)
        var times: [Int] = []
        var cursors = [0, 1 << 22, 1 << 24 + 4_096, 1 << 25]
        var now = 0
        var submitted = 0
        while times.count < requests {
            while submitted < requests, submitted < times.count + 8 {
                let cursor = submitted % 4
                let isWrite = random.chance(5)
                let bytes = isWrite ? 256 : 8_192
                let request = DRAMRequest(address: isWrite ? 1 << 26 + random.below(4_096) * 256 : cursors[cursor], runBytes: bytes, isWrite: isWrite, tag: submitted)
                if !isWrite { cursors[cursor] += bytes }
                _ = memory.submit(request, at: now)
                submitted += 1
            }
            guard let next = memory.nextCompletion(before: Int.max) else { break }
            now = next
            while memory.popCompletion(at: now) != nil { times.append(now) }
        }
        return times
    }

    @Test("Looking up states that came before changes no figure", arguments: cases)
    func replays(_ item: Case) throws {
        var all = try item.system(.never)
        let expected = Self.closedLoop(&all, requests: 1_500, seed: 5)
        #expect(expected.count == 1_500)
        all.drain()
        let statistics = all.statistics()
        for replays in [Replays.always, .whereItPays] {
            var memory = try item.system(replays)
            #expect(Self.closedLoop(&memory, requests: 1_500, seed: 5) == expected)
            #expect(memory.drain() == all.cycle)
            #expect(memory.statistics() == statistics)
            let isPlain = item.configuration == DRAMControllerConfiguration() && !item.ordersWritesAfterReads
            if replays == .always, item.standard == "HBM2-2000", isPlain {
                #expect(memory.replayedAccesses > 250_000)
            }
        }
    }

    /// Requests to all channels, to some and to one, reads and writes, with and without pauses.
    static func uneven(_ memory: inout DRAMSystem, requests: Int, seed: UInt64) -> [Int] {
        var random = Xorshift(seed)
        var times: [Int] = []
        var now = 0
        var submitted = 0
        while times.count < requests {
            let limit = random.pick([1, 4, 12])
            while submitted < requests, submitted < times.count + limit {
                let bytes = random.pick([8_192, 8_192, 2_048, 512, 64, 32 + random.below(200)])
                let request = DRAMRequest(
                    address: random.below(64) * 32_768 + random.pick([0, 0, 0, 64 * random.below(100)]), runBytes: bytes, isWrite: random.chance(20),
                    tag: submitted)
                _ = memory.submit(request, at: now)
                submitted += 1
            }
            guard let next = memory.nextCompletion(before: Int.max) else { break }
            now = next
            while memory.popCompletion(at: now) != nil { times.append(now) }
            if random.chance(10) { now += random.below(2_000_000_000) }
        }
        return times
    }

    @Test("Channels that are simulated as one while they are in one state come to the same figures as each on its own", arguments: 1...6)
    func together(_ seed: UInt64) throws {
        for standard in ["HBM2-2400", "DDR5-4800"] {
            let item = Case(standard: standard, channels: 16, mapping: seed % 2 == 0 ? "RoRaBaCoBgPcCh ch^co" : AddressMapping.defaultScheme)
            var each = try item.system(.never)
            let expected = Self.uneven(&each, requests: 1_200, seed: seed)
            each.drain()
            let statistics = each.statistics()
            #expect(each.replayedAccesses == 0)
            for replays in [Replays.always, .whereItPays] {
                var memory = try item.system(replays)
                #expect(Self.uneven(&memory, requests: 1_200, seed: seed) == expected)
                #expect(memory.drain() == each.cycle)
                #expect(memory.statistics() == statistics)
                #expect(memory.bandwidth.totalBytes == each.bandwidth.totalBytes)
                #expect(memory.replayedAccesses > 1_000)
                // A copy that goes its own way leaves the original as it was.
                var copy = memory
                _ = copy.submit(DRAMRequest(address: 0, runBytes: 100_000, isWrite: false), at: copy.cycle * 10_000_000)
                copy.drain()
                #expect(copy.cycle > memory.cycle)
                #expect(memory.statistics() == statistics)
            }
        }
    }

    @Test("A GiB of weights from 32 channels of HBM3, every access accounted for")
    func weights() throws {
        let standard = try DRAMStandard(named: "HBM3-6400")
        var memory = try DRAMSystem(standard: standard, channels: 32)
        let size = 1 << 30
        _ = memory.submit(DRAMRequest(address: 0, runBytes: size, isWrite: false), at: 0)
        let cycles = memory.drain()
        let statistics = memory.statistics()
        #expect(statistics.reduce(0) { $0 + $1.count(of: .read) } == size / 32)
        #expect(memory.replayedAccesses > size / 32 / 10 * 9)
        // No faster than the pins, refresh included; no slower than 3/4 of them.
        let rfc = try #require(standard.timing["tRFC"]?.cycles)
        let refi = try #require(standard.timing["tREFI"]?.cycles)
        let pins = Double(size) / 32 / 32 / 2 * Double(standard.burstCycles) * Double(refi) / Double(refi - rfc)
        #expect(Double(cycles) > pins * 0.999)
        #expect(Double(cycles) < pins / 0.75)
    }

    @Test("More channels are never slower on a stream; a request beyond the memory is refused")
    func channels() throws {
        var last = Int.max
        for channels in [1, 2, 4, 8] {
            var memory = try Case(standard: "HBM2-2000", channels: channels).system(.whereItPays)
            _ = memory.submit(DRAMRequest(address: 0, runBytes: 8 << 20, isWrite: false), at: 0)
            let cycles = memory.drain()
            #expect(cycles < last)
            last = cycles
            let beyond = DRAMRequest(address: memory.capacity - 10, runBytes: 11, isWrite: false)
            #expect(throws: DRAMSystemError.self) { try memory.check(beyond) }
            #expect(throws: DRAMSystemError.self) { try memory.check(DRAMRequest(address: 0, runBytes: 0, isWrite: false)) }
        }
        #expect(throws: DRAMSystemError.self) { try Case(standard: "HBM2-2000", channels: 3).system(.never) }
    }
}
