/// One collective operation of one size on one system, and what it comes to.
public struct CollectiveMeasurement: Hashable, Sendable {
    /// Of each rank's buffer; of the whole gathered or scattered buffer where ranks hold parts of it.
    public var bytes: Int
    /// Femtoseconds from the start to the last arrival.
    public var duration: Int
    public var steps: Int
    /// Payload bytes sent by all ranks together.
    public var bytesSent: Int
    /// Busiest link's share of the duration, 0 to 1.
    public var peakLinkUse: Double
    /// Femtoseconds without contention, in closed form; `nil` with several flows, for which there is none.
    public var contentionFree: Int?
    /// Bytes a second: size over time.
    public var algorithmBandwidth: Double
    /// The same in terms of what a link carries; see `CollectiveOperation.busFactor`.
    public var busBandwidth: Double
}

extension CollectiveSystem {
    /// Runs an operation once.
    ///
    /// - Parameters:
    ///   - flows: parts of the buffer that are worked on independently of each other.
    ///   - reduceBytesPerSecond: how fast a receiver combines what arrives; `nil` for at once.
    ///   - followsRing: ring algorithms go round `ringOrder`, where there is one, instead of in the order of chips' numbers.
    /// - Throws: `CollectiveError` for what the algorithm, the link or the topology does not allow.
    public func measure(
        _ operation: CollectiveOperation, bytes: Int, link: ChipLink, flows: Int = 1, reduceBytesPerSecond: Double? = nil,
        followsRing: Bool = true
    ) throws(CollectiveError) -> CollectiveMeasurement {
        var order: [Int]?
        switch operation {
        case .allReduce(.ring), .allGather(.ring), .reduceScatter(.ring): order = followsRing ? ringOrder : nil
        default: break
        }
        var network = try network(link: link)
        let schedule = try CollectiveSchedule(operation, ranks: chips, elements: bytes, flows: flows, order: order)
        let result = try network.run(schedule, elementBytes: 1, reduceBytesPerSecond: reduceBytesPerSecond)
        let seconds = Double(result.duration) * 1e-15
        let bandwidth = result.duration > 0 ? Double(bytes) / seconds : .infinity
        return CollectiveMeasurement(
            bytes: bytes, duration: result.duration, steps: (schedule.transfers.map(\.step).max() ?? -1) + 1, bytesSent: result.bytesSent,
            peakLinkUse: result.peakLinkUse,
            contentionFree: flows == 1
                ? operation.time(
                    ranks: chips, bytes: bytes, link: link, hops: hasTerminalLinks ? 2 : 1, linksPerChip: linksPerChip,
                    reduceBytesPerSecond: reduceBytesPerSecond)
                : nil,
            algorithmBandwidth: bandwidth, busBandwidth: bandwidth * operation.busFactor(ranks: chips))
    }
}
