import MemorySystem
import Testing

@Suite struct DRAMSystemTests {
    static func system(_ name: String = "HBM2-2000", channels: Int = 4, mapping: String = AddressMapping.defaultScheme) throws -> DRAMSystem {
        try DRAMSystem(standard: DRAMStandard(named: name), channels: channels, mapping: mapping)
    }

    @Test("A stream over shared channels is the same as requests served access by access, channel by channel", arguments: [
        "RoRaBaCoBgPcCh", "ro ra ba co bg pc ch co:2", "ro ra ba co bg pc ch ch^ro", "ro ba ra bg pc ch co",
    ])
    func stream(_ scheme: String) throws {
        let standard = try DRAMStandard(named: "HBM2-2000")
        let bytes = standard.organization.accessBytes
        var memory = try Self.system(mapping: scheme)
        try memory.stream(address: 5 * bytes, bytes: 40_000 * bytes, isWrite: false)
        try memory.stream(address: 1 << 24, bytes: 9_001 * bytes, isWrite: true)
        memory.drain()
        let mapping = try AddressMapping(scheme, organization: standard.organization, channels: 4)
        var cycles: [Int] = []
        var served = 0
        for channel in 0..<4 {
            var controller = try EventController(standard: standard)
            for (first, count, isWrite) in [(5, 40_000, false), ((1 << 24) / bytes, 9_001, true)] {
                for access in first..<first + count {
                    let place = mapping.locate(access * bytes)
                    guard place.channel == channel else { continue }
                    let request = DRAMAccess(coordinates: mapping.coordinates(of: place), isWrite: isWrite)
                    while !controller.offer(request) { controller.advanceAfterRefusal(isWrite: isWrite) }
                }
            }
            controller.drain()
            cycles.append(controller.cycle)
            let expected = controller.statistics
            let found = memory.statistics[channel]
            #expect(found.lastCompletion == expected.lastCompletion)
            #expect(found.readLatency == expected.readLatency)
            #expect(found.writeLatency == expected.writeLatency)
            #expect(found.rowHits == expected.rowHits)
            served += found.served
        }
        #expect(memory.cycle == cycles.max())
        #expect(served == 49_001)
    }

    @Test("16 GiB of weights from 32 channels of HBM3, every access accounted for")
    func weights() throws {
        let standard = try DRAMStandard(named: "HBM3-6400")
        var memory = try DRAMSystem(standard: standard, channels: 32)
        try memory.stream(address: 0, bytes: 16 << 30, isWrite: false)
        let cycles = memory.drain()
        let statistics = memory.statistics
        #expect(statistics.reduce(0) { $0 + $1.served } == (16 << 30) / 32)
        #expect(statistics.reduce(0) { $0 + $1.count(of: .read) } == (16 << 30) / 32)
        // No faster than the pins, refresh included; no slower than 3/4 of them.
        let rfc = try #require(standard.timing["tRFC"]?.cycles)
        let refi = try #require(standard.timing["tREFI"]?.cycles)
        let pins = Double(16 << 30) / 32 / 32 / 2 * Double(standard.burstCycles) * Double(refi) / Double(refi - rfc)
        #expect(Double(cycles) > pins * 0.999)
        #expect(Double(cycles) < pins / 0.75)
    }

    /// Requests of any shape at any time.
    static func requests(_ count: Int, seed: UInt64, capacity: Int) -> [(time: Int, request: DRAMRequest)] {
        var random = Xorshift(seed)
        var time = 0
        return (0..<count).map { tag in
            time += random.pick([0, 0, 1_000_000, 37_000_000]) * random.below(3)
            let runs = random.pick([1, 1, 3, 20])
            let runBytes = 1 + random.below(random.pick([64, 700, 9_000]))
            let stride = random.pick([runBytes, 4_096, 10_000])
            let request = DRAMRequest(
                address: random.below(capacity / 2), runBytes: runBytes, runs: runs, stride: stride, isWrite: random.chance(30),
                requester: random.below(3), tag: tag)
            return (time: time, request: request)
        }
    }

    /// All completions, asked for in steps of up to `step` femtoseconds.
    static func serve(_ memory: inout DRAMSystem, _ requests: [(time: Int, request: DRAMRequest)], step: Int) throws -> [DRAMRequestCompletion] {
        var done: [DRAMRequestCompletion] = []
        var now = 0
        func run(_ memory: inout DRAMSystem, to time: Int) {
            while now < time {
                let limit = min(time, now + step)
                if let next = memory.advance(to: limit) {
                    #expect(next >= now && next <= limit)
                    now = next
                    done += memory.takeCompletions(through: next)
                } else {
                    now = limit
                }
            }
        }
        for (time, request) in requests {
            run(&memory, to: time)
            try memory.submit(request, at: time)
        }
        var end = now
        while done.count < requests.count {
            end += 1_000_000_000
            run(&memory, to: end)
        }
        return done
    }

    @Test("Every request completes once; times do not depend on how often one asks", arguments: ["RoRaBaCoBgPcCh", "ro ra ba co bg pc ch ch^ro"])
    func requests(_ scheme: String) throws {
        var coarse = try Self.system(mapping: scheme)
        var fine = coarse
        let requests = Self.requests(400, seed: 9, capacity: coarse.capacity)
        let first = try Self.serve(&coarse, requests, step: 1 << 40)
        let second = try Self.serve(&fine, requests, step: 777_777)
        #expect(first == second)
        #expect(Set(first.map(\.tag)).count == 400)
        #expect(zip(first, first.dropFirst()).allSatisfy { $0.lastAccess <= $1.lastAccess })
        for completion in first {
            #expect(completion.lastAccess > requests[completion.tag].time)
            #expect(completion.firstAccess <= completion.lastAccess)
            #expect(completion.busBytes >= requests[completion.tag].request.runBytes * requests[completion.tag].request.runs)
        }
        let bytes = coarse.standard.organization.accessBytes
        let accesses = coarse.statistics.reduce(0) { $0 + $1.reads + $1.writes }
        #expect(accesses * bytes == first.reduce(0) { $0 + $1.busBytes })
    }

    @Test("A memory shifted in time does the same later, and its state says so")
    func shift() throws {
        var memory = try Self.system()
        let period = memory.standard.clockPeriod
        let requests = Self.requests(50, seed: 4, capacity: memory.capacity)
        for (_, request) in requests { try memory.submit(request, at: 0) }
        _ = memory.advance(to: 700 * period)
        var later = memory
        later.shift(by: 12_345 * period)
        var words: [Int] = []
        var shifted: [Int] = []
        memory.writeState(relativeTo: 700 * period, into: &words)
        later.writeState(relativeTo: 13_045 * period, into: &shifted)
        #expect(words == shifted)
        #expect(words.count > 100)
        memory.drain()
        later.drain()
        let early = memory.takeCompletions(through: Int.max)
        let late = later.takeCompletions(through: Int.max)
        #expect(early.count == 50)
        #expect(early.map(\.lastAccess) == late.map { $0.lastAccess - 12_345 * period })
        #expect(early.map(\.tag) == late.map(\.tag))
    }

    @Test("More channels are never slower on a stream; a request beyond the memory is refused")
    func channels() throws {
        var last = Int.max
        for channels in [1, 2, 4, 8] {
            var memory = try Self.system(channels: channels)
            try memory.stream(address: 0, bytes: 8 << 20, isWrite: false)
            let cycles = memory.drain()
            #expect(cycles < last)
            last = cycles
            let beyond = DRAMRequest(address: memory.capacity - 10, runBytes: 11, isWrite: false)
            #expect(throws: DRAMSystemError.self) { try memory.submit(beyond, at: 0) }
        }
        #expect(throws: DRAMSystemError.self) { try Self.system(channels: 3) }
    }
}
