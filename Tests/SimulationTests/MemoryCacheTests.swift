import Architecture
import MemorySystem
import Programs
import Simulation
import Testing

/// A machine whose DMA engines reach their memory through a cache.
@Suite struct MemoryCacheTests {
    private static func machine(capacity: String = "64 KiB", ways: Int = 4, line: Int = 64, latency: Int = 5, network: String? = nil, outstanding: Int = 4) throws -> Architecture {
        try NetworkOnChipTests.machine(
            network: network, channels: 2, outstanding: outstanding, request: 256,
            more: "  l2: { kind: cache, of: dram, capacity: \(capacity), ways: \(ways), line: \(line) B, latency: \(latency), mshrs: 8 }")
    }

    private func expectConservation(_ record: ExecutionRecord) throws {
        let cache = try #require(record.caches.first)
        let memory = try #require(record.memories.first { $0.name == "dram" })
        let dram = try #require(memory.dram)
        #expect(memory.readBytes == cache.readBytes && memory.writeBytes == cache.writeBytes)
        #expect(dram.reads * 32 == cache.readBytes && dram.writes * 32 == cache.writeBytes)
        #expect(cache.accesses == cache.hits + cache.misses + cache.secondaryMisses)
        #expect(cache.onTheWay.stayCycles == cache.onTheWay.occupancyCycles)
        #expect(cache.largestOutstanding <= 8)
    }

    @Test("A cache that holds the working set reads each line once", arguments: [32, 64, 256])
    func workingSet(_ line: Int) throws {
        let body = """
            stream load
              for i in 0..<3
                copy #0 from: dram@4096 int8[32768], to: spad@0 int8[32768]
            """
        let record = try NetworkOnChipTests.run(body, on: Self.machine(line: line))
        let cache = try #require(record.caches.first)
        #expect(cache.fetches == 32768 / line && cache.writeBacks == 0 && cache.installs == 0)
        #expect(cache.accesses == 3 * max(1, 256 / line) * (32768 / 256))
        try expectConservation(record)
        // The first time through is the memory's, the others the cache's, a line a cycle.
        let none = try NetworkOnChipTests.run(body, on: NetworkOnChipTests.machine(network: nil, channels: 2, outstanding: 4, request: 256))
        #expect(try #require(none.memories[0].dram).reads == 3 * 1024)
    }

    @Test("A working set that does not fit is read each time, and dirty lines are written back")
    func streaming() throws {
        // 32 KiB through 4 KiB, least recently used goes first: nothing is found again.
        let body = """
            semaphore done = 0
            stream load
              for i in 0..<2
                copy #0 from: dram@0 int8[32768], to: spad@0 int8[32768]
              release done
            stream store
              acquire done
              copy #0 from: spad@0 int8[32768], to: dram@0 int8[32768]
            """
        let record = try NetworkOnChipTests.run(body.replacing("semaphore done = 0", with: "semaphore done = 0 loaded"), on: Self.machine(capacity: "4 KiB"))
        let cache = try #require(record.caches.first)
        #expect(cache.fetches == 1024 && cache.installs == 512)
        // All but those that are still there.
        #expect(cache.writeBacks == 512 - 64 && cache.dirtyLines == 64)
        try expectConservation(record)
    }

    /// A hit takes the cache's cycles: known from a machine by hand. Startup 2, latency 5, a line a cycle, and one cycle through the engine.
    @Test("A hit takes the cache's latency", arguments: [0, 5, 20])
    func hit(_ latency: Int) throws {
        func run(_ times: Int) throws -> Int {
            try NetworkOnChipTests.run(
                "stream load\n  for i in 0..<\(times)\n    copy #0 from: dram@0 int8[64], to: spad@0 int8[64]\n", on: Self.machine(latency: latency, outstanding: 1)
            ).cycles
        }
        // One more copy: 2 cycles of startup after the last answer, then the hit, then a cycle through the engine.
        #expect(try run(3) - run(2) == 2 + latency + 1)
        #expect(try run(9) - run(2) == 7 * (2 + latency + 1))
    }

    @Test("Behind a network: the network's packets, the cache's lines")
    func behindNetwork() throws {
        let body = """
            stream load
              for i in 0..<4
                copy #0 from: dram@0 int8[16384], to: spad@0 int8[16384]
            """
        let record = try NetworkOnChipTests.run(body, on: Self.machine(network: NetworkOnChipTests.mesh()))
        #expect(record.networks[0].payloadBytes == 4 * 16384)
        #expect(record.caches[0].fetches == 256)
        try expectConservation(record)
    }

    @Test("Equal runs are equal") func deterministic() throws {
        let body = NetworkOnChipTests.read(65536) + NetworkOnChipTests.write(65536, to: 32768)
        let machine = try Self.machine(capacity: "8 KiB", network: NetworkOnChipTests.mesh(), outstanding: 16)
        let first = try NetworkOnChipTests.run(body, on: machine), second = try NetworkOnChipTests.run(body, on: machine)
        #expect(first.cycles == second.cycles && first.caches[0].hits == second.caches[0].hits)
        #expect(first.networks[0].latencyCycles == second.networks[0].latencyCycles)
    }
}
