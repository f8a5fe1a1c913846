import MemorySystem
import Testing

/// Flash and memory tiers against closed forms.
@Suite struct TiersTests {
    static let microsecond = 1_000_000_000

    /// Small and with round times: tR 50 µs, transfer 10 µs, tPROG 500 µs, tBERS 2 ms.
    static func flash(channels: Int = 2, dies: Int = 2, planes: Int = 1, cache: Bool = false, independent: Bool = false) -> FlashParameters {
        FlashParameters(
            source: "made up", channels: channels, diesPerChannel: dies, planesPerDie: planes, blocksPerPlane: 8, pagesPerBlock: 16,
            pageBytes: 4096, spareBytes: 904, readTimes: [50 * microsecond], programTimes: [500 * microsecond], eraseTime: 2000 * microsecond,
            channelBytesPerSecond: 500e6, commandTime: 0, hasCacheRegister: cache, hasIndependentPlanes: independent)
    }

    @Test("One page takes tR and a transfer; pages of one die follow each other, of one channel share it, of others go side by side")
    func single() throws {
        let us = Self.microsecond
        #expect(Self.flash().transferTime == 10 * us)
        var array = try FlashArray(Self.flash())
        // Pages 0 and 1 lie in different channels, 0 and 2 in different dies of one channel, 0 and 4 in one die.
        #expect(try array.read(page: 0, at: 0) == 60 * us)
        #expect(try array.read(page: 1, at: 0) == 60 * us)
        #expect(try array.read(page: 2, at: 0) == 70 * us)
        #expect(try array.read(page: 4, at: 0) == 120 * us)
        // Sensed by 120 at the latest, the channel's gap between 70 and 110 fits it… but its die is busy until 70.
        #expect(try array.read(page: 6, at: 0) == 130 * us)
        #expect(array.channelBusyTime == [40 * us, 10 * us])
    }

    @Test("Long sequential reads go at the rate of the buses or of the dies, whichever is slower", arguments: [1, 2, 4, 8, 16])
    func sequential(dies: Int) throws {
        for (cache, planes, independent) in [(false, 1, false), (true, 1, false), (false, 2, true), (true, 2, true)] {
            let parameters = Self.flash(channels: 4, dies: dies, planes: planes, cache: cache, independent: independent)
            var array = try FlashArray(parameters)
            let pages = parameters.pages
            var end = 0
            for page in 0..<pages { end = max(end, try array.read(page: page, at: 0)) }
            let units = Double(dies * planes)
            let unitTime = cache ? 50.0 : 60.0
            let perPage = max(10, unitTime / units)
            let expected = Double(pages / 4) * perPage * 1e9
            #expect(abs(Double(end) / expected - 1) < 0.05, "\(dies) dies, cache \(cache), \(planes) planes: \(end), \(expected)")
            let bandwidth = parameters.sequentialReadBandwidth
            #expect(abs(bandwidth / (4 * 4096 / (perPage * 1e-6)) - 1) < 1e-9)
        }
    }

    @Test("Program goes transfer first; pages in order, once, until the block is erased in all planes at once")
    func programming() throws {
        let us = Self.microsecond
        var array = try FlashArray(Self.flash())
        #expect(try array.program(page: 0, at: 0) == 510 * us)
        #expect(try array.program(page: 2, at: 0) == 520 * us)
        #expect(try array.program(page: 4, at: 0) == 1020 * us)
        #expect(throws: TierError.self) { try array.program(page: 0, at: 0) }
        #expect(throws: TierError.self) { try array.program(page: 12, at: 0) }
        // Planes busy until 1,020, 520 and idle.
        #expect(try array.eraseStripe(0, at: 0) == 3020 * us)
        #expect(array.blocksErased == 4)
        #expect(try array.program(page: 0, at: 0) == 3530 * us)
        #expect(throws: TierError.self) { try array.read(page: 4 * 8 * 16, at: 0) }
        _ = try array.read(page: 0, at: 50)
        #expect(throws: TierError.self) { try array.read(page: 0, at: 49) }
    }

    @Test("Published parameters: a page of 16 KiB over 333 MB/s takes FEMU's 52.433 µs; kinds of pages have their own times")
    func published() throws {
        let parameters = FlashParameters.multiLevel
        #expect(abs(Double(parameters.transferTime - parameters.commandTime) / 52_433e6 - 1) < 1e-4)
        #expect(parameters.capacityBytes == 8 * 8 * 2 * 2048 * 256 * 16384)
        var array = try FlashArray(parameters)
        let lower = try array.read(page: 0, at: 0)
        let upper = try array.read(page: parameters.planes, at: lower) - lower
        #expect(upper - lower == 16 * Self.microsecond)
        try FlashParameters.tripleLevel.validate()
        // 8 channels at 333 MB/s with 6 % of spare bytes: below 2.7 GB/s, and not much below as 8 dies hide tR.
        #expect(parameters.sequentialReadBandwidth > 2.4e9 && parameters.sequentialReadBandwidth < 2.664e9)
    }

    static func tiers() throws -> TieredMemory {
        try TieredMemory([
            MemoryTier(
                name: "sram", capacityBytes: 1 << 20,
                model: .linear(LinearMemory(bytesPerSecond: 1e12, latency: 2_000_000, interleave: 64, granularity: 64))),
            MemoryTier(
                name: "hbm", capacityBytes: 1 << 24,
                model: .linear(LinearMemory(channels: 4, bytesPerSecond: 100e9, latency: 100_000_000, interleave: 256, granularity: 32))),
            MemoryTier(name: "flash", capacityBytes: flash().capacityBytes, model: .flash(try FlashArray(flash()))),
        ])
    }

    @Test("Objects are read where they are, at that tier's speed, and from the fastest tier once they have arrived there")
    func residency() throws {
        let us = Self.microsecond
        var memory = try Self.tiers()
        try memory.place("weights", bytes: 64 * 4096, in: "flash")
        #expect(memory.residency(of: "weights", at: 0) == ["flash"])
        // 16 pages for each die: 60 µs each, the first a transfer of the other die later at most.
        let first = try memory.read("weights", at: 0)
        #expect(first >= 16 * 60 * us && first <= 16 * 60 * us + 10 * us)
        let copied = try memory.copy("weights", to: "hbm", at: first)
        #expect(memory.residency(of: "weights", at: first) == ["flash"])
        #expect(memory.residency(of: "weights", at: copied) == ["hbm", "flash"])
        // Reading from flash takes as long as before; the last piece is then written at 25 GB/s a channel.
        #expect(copied >= 2 * first - 10 * us && copied <= 2 * first + 20 * us)
        let fast = try memory.read("weights", at: copied) - copied
        #expect(fast == 64 * 4096 * 10_000 + 100_000_000)
        #expect(memory.tiers[2].bytesRead == 2 * 64 * 4096 && memory.tiers[1].bytesWritten == 64 * 4096)
        // One channel of four: a quarter of the bandwidth.
        let start = copied + fast
        #expect(try memory.read("weights", offset: 512, bytes: 256, at: start) - start == 256 * 40_000 + 100_000_000)
    }

    @Test("A copy that waits for flash leaves the faster tier's channels free in between, and flash takes reads that come while it goes on")
    func background() throws {
        let us = Self.microsecond
        var memory = try Self.tiers()
        try memory.place("weights", bytes: 64 * 4096, in: "flash")
        try memory.place("activations", bytes: 1 << 16, in: "hbm")
        try memory.place("old", bytes: 1 << 16, in: "hbm")
        let copied = try memory.copy("weights", to: "hbm", piece: 4096, at: 0)
        #expect(copied > 900 * us)
        // Alone: 64 KiB at 100 GB/s and 100 ns. A piece of the copy, 4 KiB or 41 ns, may lie in the way.
        let start = 500 * us
        let alone = (1 << 16) * 10_000 + 100_000_000
        let read = try memory.read("activations", at: start) - start
        #expect(read >= alone && read <= alone + 2 * 4096 * 10_000)
        // A copy into flash, whose data come later, does not keep the next call from being earlier than they do.
        let back = try memory.copy("old", to: "flash", at: start)
        #expect(try memory.read("weights", bytes: 1, at: start + 1) < back + 100 * us)
    }

    @Test("A channel works without pause while it has requests: the end of a backlog is the sum of its work")
    func workConservation() throws {
        var tiers = try TieredMemory([
            MemoryTier(
                name: "m", capacityBytes: 1 << 20,
                model: .linear(LinearMemory(bytesPerSecond: 1e12, latency: 0, interleave: 32, granularity: 32)))
        ])
        try tiers.place("o", bytes: 1 << 20, in: "m")
        var random = Xorshift64Star(seed: 3)
        var time = 0
        // An independent single queue: it is busy until then.
        var busyUntil = 0
        for _ in 0..<5000 {
            time += random.below(150_000)
            let bytes = 32 * (1 + random.below(4))
            busyUntil = max(busyUntil, time) + bytes * 1000
            #expect(try tiers.read("o", offset: 32 * random.below(1000), bytes: bytes, at: time) == busyUntil)
        }
    }

    @Test("A byte out of flash costs a whole page")
    func pageGranularity() throws {
        var memory = try Self.tiers()
        try memory.place("table", bytes: 1 << 18, in: "flash")
        #expect(try memory.read("table", offset: 5000, bytes: 1, at: 0) == 60 * Self.microsecond)
        // Two bytes on both sides of a page's end: two pages, side by side.
        #expect(try memory.read("table", offset: 3 * 4096 - 1, bytes: 2, at: 100 * Self.microsecond) == 160 * Self.microsecond)
    }

    @Test("A move leaves the old place free; back in flash an object is erased and programmed first")
    func moving() throws {
        let us = Self.microsecond
        var memory = try Self.tiers()
        try memory.place("cache", bytes: 1 << 16, in: "hbm")
        let end = try memory.move("cache", to: "flash", at: 0)
        #expect(memory.residency(of: "cache", at: end) == ["flash"])
        #expect(memory.tiers[1].bytesUsed == 0)
        // 16 pages over 4 dies: erase 2 ms, then four times transfers of both dies' pages and 500 µs.
        #expect(end >= 2000 * us + 4 * 510 * us && end <= 2000 * us + 4 * 530 * us)
        #expect(throws: TierError.self) { try memory.write("cache", at: end) }
    }

    @Test("Writing one copy drops the others")
    func writing() throws {
        var memory = try Self.tiers()
        try memory.place("state", bytes: 4096, in: "hbm")
        let there = try memory.copy("state", to: "sram", at: 0)
        let written = try memory.write("state", bytes: 64, at: there)
        #expect(memory.residency(of: "state", at: written) == ["sram"])
        #expect(memory.tiers[1].bytesUsed == 0)
    }

    @Test("Any order of placing, copying and dropping keeps used bytes right, and all space comes back in one piece")
    func allocation() throws {
        var memory = try Self.tiers()
        var random = Xorshift64Star(seed: 2)
        var live: [String: Int] = [:]
        for step in 0..<3000 {
            if random.below(2) == 0 {
                let bytes = 1 + random.below(1 << 16)
                if (try? memory.place("o\(step)", bytes: bytes, in: "sram")) != nil { live["o\(step)"] = (bytes + 63) / 64 * 64 }
            } else if let name = live.keys.sorted().randomElement(using: &random) {
                try memory.drop(name, from: "sram", at: step)
                live[name] = nil
            }
            #expect(memory.tiers[0].bytesUsed == live.values.reduce(0, +))
        }
        for name in live.keys { try memory.drop(name, from: "sram", at: 5000) }
        try memory.place("all", bytes: 1 << 20, in: "sram")
    }

    @Test("What does not fit or is not there is refused with what is missing")
    func refusals() throws {
        var memory = try Self.tiers()
        #expect(failure { try memory.place("big", bytes: 2 << 20, in: "sram") }.contains("big takes 2097152 bytes in sram, which has 1048576 free"))
        #expect(failure { try memory.place("a", bytes: 10, in: "ddr") }.contains("there are sram, hbm, flash"))
        #expect(failure { _ = try memory.read("nothing", at: 0) }.contains("place it first"))
        try memory.place("a", bytes: 100, in: "hbm")
        #expect(failure { try memory.place("a", bytes: 10, in: "sram") }.contains("placed already"))
        #expect(failure { _ = try memory.read("a", offset: 90, bytes: 11, at: 0) }.contains("bytes 90..<101"))
        let end = try memory.copy("a", to: "sram", at: 0)
        #expect(failure { try memory.drop("a", from: "sram", at: end - 1) }.contains("in use in sram"))
        #expect(failure { _ = try memory.copy("a", to: "sram", at: end) }.contains("already"))
        #expect(failure { _ = try TieredMemory([]) }.contains("no tiers"))
        let negative = MemoryTier(name: "x", capacityBytes: 0, model: .linear(LinearMemory(bytesPerSecond: 1e9, latency: 0)))
        #expect(failure { _ = try TieredMemory([negative]) }.contains("capacity of x is 0"))
        let still = MemoryTier(name: "x", capacityBytes: 1024, model: .linear(LinearMemory(bytesPerSecond: 0, latency: 0)))
        #expect(failure { _ = try TieredMemory([still]) }.contains("bytesPerSecond is 0"))
        var parameters = Self.flash()
        parameters.channels = 0
        #expect(failure { _ = try FlashArray(parameters) }.contains("channels is 0"))
        parameters = Self.flash()
        parameters.readTimes = []
        #expect(failure { _ = try FlashArray(parameters) }.contains("readTimes is empty"))
        let large = MemoryTier(name: "f", capacityBytes: 1 << 40, model: .flash(try FlashArray(Self.flash())))
        #expect(failure { _ = try TieredMemory([large]) }.contains("its flash has"))
    }
}
