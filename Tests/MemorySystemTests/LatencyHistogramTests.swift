import MemorySystem
import Testing

/// A histogram beside the sorted list of what went into it.
@Suite struct LatencyHistogramTests {
    /// Exact to 2047 cycles, to a part in 128 above.
    @Test func percentilesAreThoseOfASortedList() {
        var random = Xorshift(17)
        for bits in [4, 11, 12, 20, 31] {
            var histogram = LatencyHistogram()
            let latencies = (0..<999).map { _ in random.below(1 << bits) }.sorted()
            for latency in latencies { histogram.add(latency) }
            for part in [0.001, 0.25, 0.5, 0.9, 0.999] {
                let exact = latencies[Int((999 * part).rounded(.up)) - 1]
                let found = histogram.percentile(part)
                #expect(found <= exact && exact - found <= (exact < 2048 ? 0 : exact / 128), "\(bits) bits, \(part): \(found) of \(exact)")
            }
            #expect(histogram.maximum == latencies[998] && histogram.sum == latencies.reduce(0, +) && histogram.count == 999)
        }
    }

    /// The last bucket holds everything from 2³² cycles on; what lies below has buckets of its own.
    @Test func whatIsLongerThanTheLastBucketCountsThere() {
        for (latency, shown) in [(1 << 32, 1 << 32), (Int.max >> 1, 1 << 32), ((1 << 32) - 1, (1 << 32) - (1 << 24)), ((1 << 32) - (1 << 24) - 1, (1 << 32) - (1 << 25))] {
            var histogram = LatencyHistogram()
            histogram.add(latency)
            #expect(histogram.percentile(0.5) == shown, "\(latency)")
            #expect(histogram.maximum == latency)
        }
    }

    @Test func whatTwoChannelsSawTogether() {
        var (first, second, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for latency in [3, 2047, 2048, 70_000, 1 << 33] {
            first.add(latency)
            both.add(latency)
        }
        for latency in [4, 5, 1 << 31] {
            second.add(latency)
            both.add(latency)
        }
        first.add(second)
        #expect(first == both)
    }
}
