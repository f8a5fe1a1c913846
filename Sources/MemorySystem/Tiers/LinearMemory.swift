/// SRAM, HBM or DDR as a tier sees it: channels of fixed bandwidth, interleaved, behind a fixed latency.
///
/// What is modelled: whole accesses, the share of each channel in a request, channels busy with earlier requests; a request may be
/// served in the gaps that earlier ones leave. What is not: banks, rows, refresh; the DRAM controller has those.
public struct LinearMemory: Sendable {
    public var channels: Int
    /// Of all channels together.
    public var bytesPerSecond: Double
    /// From a request to its first byte, in femtoseconds.
    public var latency: Int
    /// Bytes that lie next to each other in one channel.
    public var interleave: Int
    /// Smallest access in bytes.
    public var granularity: Int
    private var timelines: [BusyTimeline] = []

    public init(channels: Int = 1, bytesPerSecond: Double, latency: Int, interleave: Int = 256, granularity: Int = 32) {
        self.channels = channels
        self.bytesPerSecond = bytesPerSecond
        self.latency = latency
        self.interleave = interleave
        self.granularity = granularity
    }

    func validate() throws(TierError) {
        try TierError.require(channels, "channels", in: 1...4096)
        try TierError.require(latency, "latency", in: 0...1_000_000_000_000_000)
        try TierError.require(granularity, "granularity", in: 1...(1 << 20))
        try TierError.require(interleave, "interleave", in: granularity...(1 << 30))
        guard interleave % granularity == 0 else {
            throw TierError("interleave is \(interleave); it must be a multiple of the granularity of \(granularity)")
        }
        guard bytesPerSecond.isFinite, bytesPerSecond >= 1e3 else {
            throw TierError("bytesPerSecond is \(bytesPerSecond); it must be at least 1,000")
        }
    }

    /// Moves bytes; returns when the last one has been read or taken. Calls come in the order of `time`.
    ///
    /// - Parameter dataAt: when the data to be written will be there, if later than the call.
    mutating func access(address: Int, bytes: Int, isWrite: Bool, at time: Int, dataAt: Int? = nil) -> Int {
        if timelines.isEmpty { timelines = Array(repeating: BusyTimeline(), count: channels) }
        let first = address / granularity * granularity
        let end = (address + bytes + granularity - 1) / granularity * granularity
        let rate = bytesPerSecond / Double(channels)
        let start = max(time, dataAt ?? time)
        var last = start
        // Whole rounds over all channels, then what is left piece by piece.
        let round = interleave * channels
        let rounds = max(0, end / round - (first + round - 1) / round)
        var share = Array(repeating: rounds * interleave, count: channels)
        var position = first
        while position < end {
            if rounds > 0 && position % round == 0 && end - position >= round {
                position += rounds * round
                continue
            }
            let next = min(end, (position / interleave + 1) * interleave)
            share[position / interleave % channels] += next - position
            position = next
        }
        for channel in 0..<channels where share[channel] > 0 {
            let length = Int((Double(share[channel]) * 1e15 / rate).rounded(.up))
            timelines[channel].forget(before: time)
            last = max(last, timelines[channel].takeDivided(length, from: start))
        }
        return last + (isWrite ? 0 : latency)
    }
}
