/// What a memory with banks makes of its peak bandwidth and of `latency`: by its standard, for reads that follow each other in memory.
public struct DRAMSpeed: Sendable, Hashable {
    /// Part of the time in which data can move, 0…1; refresh takes the rest.
    public var availability: Double
    /// Femtoseconds that a device takes to open a row and to bring one access of it.
    public var deviceLatency: Int

    public init(availability: Double, deviceLatency: Int) {
        self.availability = availability
        self.deviceLatency = deviceLatency
    }
}
