/// One access of a DMA engine to off-chip memory.
struct MemoryRequest {
    /// First byte of the first run.
    var address: Int
    /// Bytes of one contiguous run.
    var runBytes: Int
    /// Runs, `stride` bytes apart.
    var runs: Int
    var stride: Int
    var isWrite: Bool
    /// The unit that asks.
    var requester: Int
}

/// When a request is served, in femtoseconds.
struct MemoryResponse {
    /// When the first byte leaves the memory (read) or is taken by it (write).
    var firstByte: Int
    /// When the last byte has.
    var lastByte: Int
    /// Bytes moved over the memory's pins, whole accesses counted.
    var busBytes: Int
}

/// Off-chip memory as DMA engines see it: requests in, in the order of their arrival; times out.
///
/// A model may use anything about the requests, addresses and order included; engines never look behind this interface.
protocol MainMemory {
    /// Takes a request that arrives at `time`; times never go back.
    mutating func submit(_ request: MemoryRequest, at time: Int) -> MemoryResponse
    /// Appends everything that shapes the future, relative to `time`, to a snapshot.
    func writeState(relativeTo time: Int, into state: inout [Int])
    /// Moves all absolute times by `delta`.
    mutating func shift(by delta: Int)
}

/// Memory of fixed bandwidth and latency that serves requests one after the other.
///
/// What is modelled: whole accesses (`accessGranularity`), the bandwidth of all channels together, the latency of a
/// read, first come first served. What is not: banks, rows, refresh, bus turnaround, channel imbalance.
/// Time is counted in 1/256 of the machine's clock cycle, to which each request's service is rounded up: the peak bandwidth
/// is never exceeded, a request takes at most 1/256 of a cycle too long, and periodic programs have periodic times.
struct BandwidthLatencyMemory: MainMemory {
    private let granularity: Int
    /// Its logarithm where it is a power of two, else -1.
    private let granularityBits: Int
    /// The clock period in femtoseconds: a time is `ticks * period / 256`.
    private let period: Int
    private let ticksPerByte: Double
    private let latencyTicks: Int
    /// When the data bus is free, in ticks.
    private var freeAt = 0

    init(granularity: Int, bytesPerSecond: Double, latencyFemtoseconds: Int, clockPeriod: Int) {
        self.granularity = max(1, granularity)
        granularityBits = self.granularity.nonzeroBitCount == 1 ? self.granularity.trailingZeroBitCount : -1
        period = clockPeriod
        ticksPerByte = 1e15 / bytesPerSecond * 256 / Double(clockPeriod)
        latencyTicks = Int((Double(latencyFemtoseconds) * 256 / Double(clockPeriod)).rounded())
    }

    mutating func submit(_ request: MemoryRequest, at time: Int) -> MemoryResponse {
        let bus = busBytes(of: request)
        let start = max(freeAt, ticks(notBefore: time))
        freeAt = start + Int((Double(bus) * ticksPerByte).rounded(.up))
        let delay = request.isWrite ? 0 : latencyTicks
        return MemoryResponse(
            firstByte: femtoseconds(start + delay), lastByte: femtoseconds(freeAt + delay), busBytes: bus)
    }

    /// Whole accesses that the runs touch, in bytes.
    func busBytes(of request: MemoryRequest) -> Int {
        if granularityBits >= 0 {
            // Shifts instead of divisions: this runs for every request of every run.
            let bits = granularityBits
            if request.runs == 1 || request.stride & (granularity - 1) == 0 {
                return ((request.address + request.runBytes - 1) >> bits - request.address >> bits + 1) << bits * request.runs
            }
            var sum = 0
            var address = request.address
            for _ in 0..<request.runs {
                sum &+= (address &+ request.runBytes &- 1) >> bits &- address >> bits &+ 1
                address &+= request.stride
            }
            return sum << bits
        }
        func touched(_ address: Int) -> Int {
            ((address + request.runBytes - 1) / granularity - address / granularity + 1) * granularity
        }
        if request.runs == 1 || request.stride % granularity == 0 { return touched(request.address) * request.runs }
        var sum = 0
        for run in 0..<request.runs { sum += touched(request.address + run * request.stride) }
        return sum
    }

    private func ticks(notBefore time: Int) -> Int {
        let whole = time / period
        return whole * 256 + ((time - whole * period) * 256 + period - 1) / period
    }

    private func femtoseconds(_ ticks: Int) -> Int { (ticks >> 8) * period + ((ticks & 255) * period) >> 8 }

    func writeState(relativeTo time: Int, into state: inout [Int]) { state.append(max(0, freeAt - ticks(notBefore: time))) }

    /// `delta` is a multiple of the clock period: both snapshots of a period lie on clock edges.
    mutating func shift(by delta: Int) { freeAt += delta / period * 256 }
}
