import MemorySystem
import Testing

/// Caches against models so simple that they can be seen to be right.
@Suite struct CacheTests {
    /// Sets as lists, most recently used first; by the place where a line is found, one pass gives the hits of all associativities
    /// (stack distances: Mattson et al. 1970).
    private func stackDistances(_ lines: [Int], sets: Int) -> [Int?] {
        var stacks = Array(repeating: [Int](), count: sets)
        return lines.map { line in
            let set = line % sets
            let place = stacks[set].firstIndex(of: line)
            if let place { stacks[set].remove(at: place) }
            stacks[set].insert(line, at: 0)
            return place
        }
    }

    /// Addresses with some locality: small steps, some jumps.
    private func trace(_ count: Int, lines: Int, seed: UInt64) -> [Int] {
        var random = Xorshift64Star(seed: seed)
        var at = 0
        return (0..<count).map { _ in
            at = random.below(4) == 0 ? random.below(lines) : (at + random.below(7) + lines - 3) % lines
            return at
        }
    }

    @Test("LRU hits are those of the stack distances, for every associativity, whatever the memory's latency", arguments: [0, 1, 37])
    func stackDistance(latency: Int) throws {
        let lines = trace(30_000, lines: 700, seed: 1)
        let distances = stackDistances(lines, sets: 16)
        for ways in [1, 2, 3, 4, 8, 16] {
            var cache = try Cache(
                CacheParameters(capacityBytes: 16 * ways * 64, ways: ways, missRegisters: 4, targetsPerMiss: 2),
                memory: FixedLatencyMemory(latency: latency))
            var time = 0
            var random = Xorshift64Star(seed: 2)
            for line in lines {
                time += random.below(5)
                _ = cache.access(address: line * 64 + 8, bytes: 4, isWrite: false, at: time)
            }
            let expected = distances.count { $0.map { $0 < ways } ?? false }
            #expect(cache.statistics.hits + cache.statistics.secondaryMisses == expected, "\(ways) ways")
            #expect(cache.statistics.primaryMisses == lines.count - expected)
            #expect(cache.statistics.bytesRead == 64 * cache.statistics.primaryMisses)
            if latency == 0 { #expect(cache.statistics.secondaryMisses == 0) }
        }
    }

    @Test("Write-backs are those of lists with dirty marks; with the flush every dirty line is written once")
    func writeBacks() throws {
        let ways = 4
        let sets = 8
        let lines = trace(20_000, lines: 300, seed: 5)
        var cache = try Cache(CacheParameters(capacityBytes: sets * ways * 32, lineBytes: 32, ways: ways), memory: RecordingMemory())
        var stacks = Array(repeating: [(line: Int, dirty: Bool)](), count: sets)
        var random = Xorshift64Star(seed: 6)
        var written: [Int] = []
        for (time, line) in lines.enumerated() {
            let isWrite = random.below(3) == 0
            _ = cache.access(address: line * 32, bytes: 32, isWrite: isWrite, at: time * 3)
            let set = line % sets
            var dirty = isWrite
            if let place = stacks[set].firstIndex(where: { $0.line == line }) {
                dirty = dirty || stacks[set][place].dirty
                stacks[set].remove(at: place)
            }
            stacks[set].insert((line, dirty), at: 0)
            if stacks[set].count > ways {
                let last = stacks[set].removeLast()
                if last.dirty { written.append(last.line) }
            }
        }
        #expect(cache.memory.written == written)
        #expect(cache.statistics.writeBacks == written.count)
        _ = cache.flush(at: 1_000_000)
        let left = stacks.flatMap { $0 }.filter(\.dirty).map(\.line)
        #expect(Set(cache.memory.written.dropFirst(written.count)) == Set(left))
        #expect(cache.statistics.bytesWritten == 32 * (written.count + left.count))
    }

    struct RecordingMemory: CacheMemory {
        var written: [Int] = []
        mutating func read(address: Int, bytes: Int, at time: Int) -> Int { time + 10 }
        mutating func write(address: Int, bytes: Int, at time: Int) -> Int {
            written.append(address / 32)
            return time
        }
    }

    @Test("Going round one line more than a set holds: LRU never hits, pseudo-LRU of two ways neither, random does as its theory says")
    func cyclic() throws {
        func hitRate(_ replacement: CacheParameters.Replacement, ways: Int) throws -> Double {
            var cache = try Cache(CacheParameters(capacityBytes: 64 * ways, ways: ways, replacement: replacement), memory: FixedLatencyMemory(latency: 0))
            for step in 0..<40_000 { _ = cache.access(address: step % (ways + 1) * 64, bytes: 1, isWrite: false, at: step * 2) }
            return cache.statistics.hitRate
        }
        #expect(try hitRate(.leastRecentlyUsed, ways: 8) == 0)
        #expect(try hitRate(.treePseudoLRU, ways: 2) == 0)
        #expect(try hitRate(.treePseudoLRU, ways: 8) > 0)
        // One line of the W + 1 is missing. After a miss it is one of the W others, each with chance 1/W: the walk meets it after
        // 1 … W steps, (W + 1) / 2 on average. So a miss every (W + 1) / 2 accesses.
        for ways in [2, 4, 8] {
            let expected = 1 - 2 / Double(ways + 1)
            #expect(abs(try hitRate(.random(seed: 3), ways: ways) - expected) < 0.02, "\(ways) ways")
        }
    }

    @Test("Pseudo-LRU of two ways is LRU")
    func pseudoLRU() throws {
        var exact = try Cache(CacheParameters(capacityBytes: 4096, ways: 2), memory: FixedLatencyMemory(latency: 9))
        var pseudo = try Cache(CacheParameters(capacityBytes: 4096, ways: 2, replacement: .treePseudoLRU), memory: FixedLatencyMemory(latency: 9))
        for (time, line) in trace(20_000, lines: 200, seed: 7).enumerated() {
            let isWrite = line % 5 == 0
            let a = exact.access(address: line * 64, bytes: 8, isWrite: isWrite, at: time)
            let b = pseudo.access(address: line * 64, bytes: 8, isWrite: isWrite, at: time)
            #expect(a == b)
        }
        #expect(exact.statistics == pseudo.statistics)
    }

    @Test("A stream of misses goes at one line per cycle or at the rate of the miss registers, whichever is less", arguments: [1, 2, 8, 64])
    func missRegisters(count: Int) throws {
        let latency = 30
        let hit = 2
        var cache = try Cache(
            CacheParameters(capacityBytes: 1 << 20, ways: 4, hitLatency: hit, missRegisters: count), memory: FixedLatencyMemory(latency: latency))
        var last = 0
        let lines = 512
        for line in 0..<lines { last = cache.access(address: line * 64, bytes: 64, isWrite: false, at: 0) }
        // A register is held for hit + latency cycles. With fewer registers than that, rounds of `count` lines follow each other.
        let round = max(hit + latency, count)
        let expected = count >= hit + latency ? lines - 1 + hit + latency : (lines / count - 1) * round + count - 1 + hit + latency
        #expect(last == expected)
        // Little's law on the registers: lines × time held = integral of registers in use.
        #expect(cache.statistics.missTime == lines * (hit + latency))
        #expect(cache.statistics.largestOutstanding <= count)
    }

    @Test("Accesses to a line on its way wait for it and ask memory once; beyond the places they are held up")
    func secondaryMisses() throws {
        var cache = try Cache(
            CacheParameters(capacityBytes: 4096, ways: 4, hitLatency: 1, missRegisters: 2, targetsPerMiss: 3), memory: FixedLatencyMemory(latency: 20))
        #expect(cache.access(address: 0, bytes: 4, isWrite: false, at: 0) == 21)
        #expect(cache.access(address: 4, bytes: 4, isWrite: false, at: 1) == 21)
        #expect(cache.access(address: 8, bytes: 4, isWrite: false, at: 2) == 21)
        // The fourth finds no place: it enters when the line is there, as a hit.
        #expect(cache.access(address: 12, bytes: 4, isWrite: false, at: 3) == 22)
        #expect(cache.statistics.primaryMisses == 1 && cache.statistics.secondaryMisses == 2 && cache.statistics.hits == 1)
        #expect(cache.statistics.targetStalls == 18)
        #expect(cache.statistics.bytesRead == 64)
    }

    @Test("Write-through sends every write on and never writes back; without allocation a write brings nothing in")
    func writePolicies() throws {
        for allocates in [true, false] {
            var cache = try Cache(
                CacheParameters(capacityBytes: 1024, ways: 2, isWriteBack: false, allocatesOnWrite: allocates), memory: FixedLatencyMemory(latency: 5))
            for step in 0..<1000 { _ = cache.access(address: step * 48 % 8192, bytes: 8, isWrite: true, at: step * 20) }
            #expect(cache.statistics.bytesWritten == 8000)
            #expect(cache.statistics.writeBacks == 0)
            #expect((cache.statistics.bytesRead > 0) == allocates)
        }
        var around = try Cache(CacheParameters(capacityBytes: 1024, ways: 2, allocatesOnWrite: false), memory: FixedLatencyMemory(latency: 5))
        _ = around.access(address: 0, bytes: 8, isWrite: true, at: 0)
        #expect(around.statistics.bytesWritten == 8 && around.statistics.bytesRead == 0)
        _ = around.access(address: 0, bytes: 8, isWrite: false, at: 10)
        _ = around.access(address: 0, bytes: 8, isWrite: true, at: 30)
        #expect(around.statistics.bytesWritten == 8)
        #expect(around.flush(at: 100) == 105 && around.statistics.bytesWritten == 72)
    }

    @Test("An access over two lines touches both and ends with the later one")
    func splitting() throws {
        var cache = try Cache(CacheParameters(capacityBytes: 1024, ways: 2), memory: FixedLatencyMemory(latency: 10))
        #expect(cache.access(address: 60, bytes: 8, isWrite: false, at: 0) == 12)
        #expect(cache.statistics.primaryMisses == 2)
    }

    @Test("A state moved in time goes on alike")
    func shifting() throws {
        for replacement in [CacheParameters.Replacement.leastRecentlyUsed, .treePseudoLRU, .random(seed: 1)] {
            var cache = try Cache(CacheParameters(capacityBytes: 2048, ways: 4, replacement: replacement), memory: FixedLatencyMemory(latency: 50))
            let lines = trace(400, lines: 100, seed: 9)
            for (time, line) in lines.enumerated() { _ = cache.access(address: line * 64, bytes: 4, isWrite: false, at: time) }
            var moved = cache
            moved.shift(by: 1000)
            var before: [Int] = []
            var after: [Int] = []
            cache.writeState(relativeTo: 400, into: &before)
            moved.writeState(relativeTo: 1400, into: &after)
            #expect(before == after)
            for (time, line) in lines.enumerated() {
                let end = cache.access(address: line * 64, bytes: 4, isWrite: false, at: 400 + time)
                #expect(moved.access(address: line * 64, bytes: 4, isWrite: false, at: 1400 + time) == end + 1000)
            }
        }
    }

    @Test("Caches that cannot be built are refused with the rule")
    func refusals() {
        func failure(_ parameters: CacheParameters) -> String {
            do {
                _ = try Cache(parameters, memory: FixedLatencyMemory(latency: 1))
                return "accepted"
            } catch { return "\(error)" }
        }
        #expect(failure(CacheParameters(capacityBytes: 1000, ways: 2)).contains("multiple of lineBytes × ways, 128"))
        #expect(failure(CacheParameters(capacityBytes: 64 * 12, ways: 2)).contains("number of sets is 6; it must be a power of two"))
        #expect(failure(CacheParameters(capacityBytes: 960, lineBytes: 60, ways: 2)).contains("lineBytes is 60"))
        #expect(failure(CacheParameters(capacityBytes: 64 * 3, ways: 3, replacement: .treePseudoLRU)).contains("treePseudoLRU is 3"))
        #expect(failure(CacheParameters(capacityBytes: 1024, ways: 0)).contains("ways is 0"))
        #expect(failure(CacheParameters(capacityBytes: 1024, ways: 2, missRegisters: 0)).contains("missRegisters is 0"))
    }
}
