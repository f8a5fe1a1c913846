import MemorySystem
import Testing

@Suite struct BandwidthHistoryTests {
    /// The same bytes in buckets of the history's final length, from a list of everything that was added.
    private struct Ledger {
        var entries: [(channel: Int, time: Int, bytes: Int)] = []

        func expect(_ history: BandwidthHistory) {
            var sums = [Int](repeating: 0, count: history.channels * history.capacity)
            for entry in entries { sums[entry.channel * history.capacity + entry.time / history.bucketUnits] += entry.bytes }
            for channel in 0..<history.channels {
                for bucket in 0..<history.capacity {
                    #expect(history.bytes(channel: channel, bucket: bucket) == sums[channel * history.capacity + bucket])
                }
                #expect(history.bytes(ofChannel: channel) == entries.reduce(0) { $0 + ($1.channel == channel ? $1.bytes : 0) })
            }
            #expect(history.totalBytes == entries.reduce(0) { $0 + $1.bytes })
        }
    }

    @Test("Bytes are where they were added, however often buckets have merged", arguments: 0..<20)
    func merging(_ seed: Int) {
        var random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % bound
        }
        let channels = 1 + next(5)
        var history = BandwidthHistory(channels: channels, unit: 1000, buckets: [2, 8, 64][seed % 3], shift: seed % 4)
        var ledger = Ledger()
        var latest = 1
        for step in 0..<2000 {
            if step % 100 == 0 { latest = latest * 2 + next(3) }
            // Not in the order of time: channels run ahead of each other.
            let entry = (channel: next(channels), time: next(latest), bytes: next(4) * 32)
            history.add(channel: entry.channel, time: entry.time, bytes: entry.bytes)
            ledger.entries.append(entry)
        }
        ledger.expect(history)
        #expect(history.usedBuckets <= history.capacity)
        let last = ledger.entries.filter { $0.bytes > 0 }.map(\.time).max() ?? 0
        #expect(history.usedBuckets == last / history.bucketUnits + 1)
    }

    @Test("What is spread over time adds up to its bytes, and no bucket gets more than its share and a byte")
    func spreading() {
        for (from, until, bytes) in [(0, 1, 7), (5, 5, 9), (3, 1000, 1), (3, 1000, 999_999_999_999), (17, 64, 47), (0, 1 << 40, 1 << 60), (100, 108, 0)] {
            var history = BandwidthHistory(channels: 2, unit: 1, buckets: 16, shift: 2)
            history.add(channel: 1, from: from, until: until, bytes: bytes)
            #expect(history.totalBytes == bytes)
            #expect(history.bytes(ofChannel: 1) == bytes)
            let width = history.bucketUnits
            for bucket in 0..<history.capacity {
                let overlap = max(0, min(max(until, from + 1), (bucket + 1) * width) - max(from, bucket * width))
                let share = Double(bytes) * Double(overlap) / Double(max(1, until - from))
                #expect(abs(Double(history.bytes(channel: 1, bucket: bucket)) - share) <= 1 + share * 1e-12)
            }
        }
    }

    @Test("Buckets become no longer than they must")
    func width() {
        var history = BandwidthHistory(channels: 1, unit: 500, buckets: 8, shift: 0)
        history.add(channel: 0, time: 7, bytes: 1)
        #expect(history.bucketUnits == 1)
        history.add(channel: 0, time: 8, bytes: 1)
        #expect(history.bucketUnits == 2)
        history.add(channel: 0, time: 127, bytes: 1)
        #expect(history.bucketUnits == 16)
        #expect(history.bucketSeconds == 8e-12)
        #expect((0..<8).map { history.bytes(channel: 0, bucket: $0) } == [2, 0, 0, 0, 0, 0, 0, 1])
        #expect(history.usedBuckets == 8)
    }

    @Test("An empty history uses no bucket, and odd sizes are rounded up")
    func empty() {
        let history = BandwidthHistory(channels: 3, unit: 1, buckets: 100)
        #expect(history.capacity == 128)
        #expect(history.usedBuckets == 0)
        #expect(history.totalBytes == 0)
    }
}
