/// How often which latency occurred: exact to the cycle up to 2048 cycles, to 1 % (rounded down) above, and as 2³² cycles from there on.
public struct LatencyHistogram: Hashable, Sendable {
    static let exact = 2048
    /// Steps between two powers of two.
    static let steps = 128

    /// No access waits for seconds, which 2³² cycles are.
    static let buckets = exact + 21 * steps + 1

    public private(set) var count = 0
    public private(set) var sum = 0
    public private(set) var maximum = 0
    /// By bucket; grows to the largest latency seen.
    private(set) var counts: [Int] = []

    public init() {}

    public var average: Double { count == 0 ? 0 : Double(sum) / Double(count) }

    init(counts: [Int], sum: Int, maximum: Int) {
        self.counts = counts
        self.sum = sum
        self.maximum = maximum
        count = counts.reduce(0, +)
    }

    @inline(__always)
    package mutating func add(_ latency: Int) {
        count &+= 1
        sum &+= latency
        if latency > maximum { maximum = latency }
        let bucket = Self.bucket(latency)
        if bucket >= counts.count { grow(to: bucket) }
        counts[bucket] &+= 1
    }

    @inline(never)
    private mutating func grow(to bucket: Int) {
        let size = max(256, bucket + 64, counts.count * 3 / 2)
        counts.append(contentsOf: repeatElement(0, count: size - counts.count))
    }

    /// The smallest latency that at least `part` of all accesses do not exceed.
    public func percentile(_ part: Double) -> Int {
        let rank = max(1, Int((Double(count) * part).rounded(.up)))
        var seen = 0
        for (bucket, occurrences) in counts.enumerated() {
            seen += occurrences
            if seen >= rank { return Self.latency(bucket) }
        }
        return maximum
    }

    @inline(__always)
    static func bucket(_ latency: Int) -> Int {
        if latency < exact { return latency }
        let exponent = Int.bitWidth - 1 - latency.leadingZeroBitCount
        if exponent >= 32 { return buckets - 1 }
        return exact + (exponent - 11) * steps + (latency >> (exponent - 7)) - steps
    }

    static func latency(_ bucket: Int) -> Int {
        if bucket < exact { return bucket }
        let exponent = (bucket - exact) / steps
        return ((bucket - exact) % steps + steps) << (exponent + 4)
    }

    /// Adds another's latencies: those of another channel.
    public mutating func add(_ other: LatencyHistogram) { repeatPeriod(from: LatencyHistogram(), to: other, times: 1) }

    /// Adds what came between `earlier` and `later`, `times` over.
    mutating func repeatPeriod(from earlier: LatencyHistogram, to later: LatencyHistogram, times: Int) {
        count += (later.count - earlier.count) * times
        sum += (later.sum - earlier.sum) * times
        if times > 0 { maximum = max(maximum, later.maximum) }
        if later.counts.count > counts.count { counts.append(contentsOf: repeatElement(0, count: later.counts.count - counts.count)) }
        for bucket in later.counts.indices {
            let before = bucket < earlier.counts.count ? earlier.counts[bucket] : 0
            counts[bucket] += (later.counts[bucket] - before) * times
        }
    }

    /// Equal figures, however far the buckets have grown.
    public static func == (left: LatencyHistogram, right: LatencyHistogram) -> Bool {
        guard left.count == right.count, left.sum == right.sum, left.maximum == right.maximum else { return false }
        for bucket in 0..<max(left.counts.count, right.counts.count) {
            let a = bucket < left.counts.count ? left.counts[bucket] : 0
            let b = bucket < right.counts.count ? right.counts[bucket] : 0
            if a != b { return false }
        }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        hasher.combine(sum)
        hasher.combine(maximum)
    }
}
