/// Bytes that the channels of a memory moved, by bucket of time, in memory that does not grow with the run.
///
/// Buckets are equally long, a power of two of the caller's unit of time. When a time lies beyond the last bucket, neighbours are
/// added to each other and every bucket covers twice as much, until the time fits. No byte is lost or counted twice by that.
public struct BandwidthHistory: Sendable, Equatable {
    public static let defaultBuckets = 512

    public let channels: Int
    /// Most buckets of a channel, a power of two.
    public let capacity: Int
    /// Length of the unit of time in femtoseconds, such as the period of the command clock.
    public let unit: Int
    /// A bucket is 2^`shift` units long.
    public private(set) var shift: Int
    /// By channel, then by bucket; buckets that nothing reached yet are 0.
    private var counts: [Int]

    /// - Parameters:
    ///   - unit: femtoseconds of a unit of time.
    ///   - buckets: most buckets of a channel, rounded up to a power of two and to at least two.
    ///   - shift: the shortest buckets are 2^`shift` units long.
    public init(channels: Int, unit: Int, buckets: Int = defaultBuckets, shift: Int = 4) {
        precondition(channels > 0 && unit > 0 && (0..<48).contains(shift), "a history needs channels and a unit of time")
        var capacity = 2
        while capacity < buckets { capacity *= 2 }
        self.channels = channels
        self.capacity = capacity
        self.unit = unit
        self.shift = shift
        counts = Array(repeating: 0, count: channels * capacity)
    }

    /// Books bytes that moved at `time`, which is not negative.
    @inline(__always)
    public mutating func add(channel: Int, time: Int, bytes: Int) {
        if time >> shift >= capacity { cover(time) }
        counts[channel &* capacity &+ time >> shift] &+= bytes
    }

    /// Books bytes that moved evenly in `from..<until`; all of them at `from` where that is empty.
    public mutating func add(channel: Int, from: Int, until: Int, bytes: Int) {
        forEachBucket(from: from, until: until, bytes: bytes) { history, bucket, share in
            history.counts[channel &* history.capacity &+ bucket] &+= share
        }
    }

    /// Books bytes that each of some channels moved evenly in `from..<until`; all of them at `from` where that is empty.
    @inline(__always)
    mutating func add(_ channels: ChannelSet, from: Int, until: Int, bytes: Int) {
        forEachBucket(from: from, until: until, bytes: bytes) { history, bucket, share in
            let capacity = history.capacity
            history.counts.withUnsafeMutableBufferPointer { counts in
                channels.forEach { counts[$0 &* capacity &+ bucket] &+= share }
            }
        }
    }

    /// Books bytes that each of some channels moved at each of some times.
    @inline(__always)
    mutating func add(_ channels: ChannelSet, at times: some Collection<Int>, bytesEach bytes: Int) {
        var place = times.startIndex
        while place < times.endIndex {
            let time = times[place]
            let bucket = bucket(of: time)
            var count = 0
            while place < times.endIndex, self.bucket(of: times[place]) == bucket {
                count += 1
                times.formIndex(after: &place)
            }
            add(channels, from: time, until: time, bytes: count * bytes)
        }
    }

    /// What moves in each bucket.
    @inline(__always)
    private mutating func forEachBucket(from: Int, until: Int, bytes: Int, _ visit: (inout BandwidthHistory, Int, Int) -> Void) {
        let last = max(from, until - 1)
        if last >> shift >= capacity { cover(last) }
        if from >> shift == last >> shift { return visit(&self, from >> shift, bytes) }
        let length = until - from
        var given = 0
        for bucket in from >> shift...last >> shift {
            let end = min(until, (bucket + 1) << shift)
            // Rounded down from the sum up to here, so that the last bucket completes it.
            let product = bytes.multipliedFullWidth(by: end - from)
            let upTo = length.dividingFullWidth(product).quotient
            visit(&self, bucket, upTo - given)
            given = upTo
        }
    }

    /// Makes buckets longer until `time` lies in one.
    @inline(never)
    private mutating func cover(_ time: Int) {
        while time >> shift >= capacity {
            shift += 1
            for channel in 0..<channels {
                let first = channel * capacity
                for bucket in 0..<(capacity / 2) {
                    counts[first + bucket] = counts[first + 2 * bucket] + counts[first + 2 * bucket + 1]
                }
                for bucket in (capacity / 2)..<capacity { counts[first + bucket] = 0 }
            }
        }
    }

    /// The bucket of a time, which may lie beyond the last.
    @inline(__always)
    func bucket(of time: Int) -> Int { time >> shift }

    /// Units of time of one bucket.
    public var bucketUnits: Int { 1 << shift }
    public var bucketSeconds: Double { Double(unit) * Double(bucketUnits) * 1e-15 }

    /// Buckets up to the last one that holds a byte of any channel.
    public var usedBuckets: Int {
        var used = 0
        for channel in 0..<channels {
            var bucket = capacity
            while bucket > used, counts[channel * capacity + bucket - 1] == 0 { bucket -= 1 }
            used = max(used, bucket)
        }
        return used
    }

    public func bytes(channel: Int, bucket: Int) -> Int { counts[channel * capacity + bucket] }

    /// Bytes of a channel over all time.
    public func bytes(ofChannel channel: Int) -> Int { counts[(channel * capacity)..<((channel + 1) * capacity)].reduce(0, +) }

    public var totalBytes: Int { counts.reduce(0, +) }
}
