/// How fast the units around a product are, in cycles of the machine's clock and bytes.
public struct ProductTiming: Sendable, Hashable {
    /// A DMA engine.
    public struct Transfer: Sendable, Hashable {
        /// Equal for purposes that one engine serves.
        public var engine: String
        public var width: Int
        public var request: Int
        public var outstanding: Int
        public var startup: Int
        /// Cycles of the machine in one of the engine, and those that the on-chip end adds.
        public var period: Double
        public var latency: Double

        public init(engine: String, width: Int, request: Int, outstanding: Int, startup: Int, period: Double, latency: Double) {
            self.engine = engine; self.width = width; self.request = request; self.outstanding = outstanding; self.startup = startup
            self.period = period; self.latency = latency
        }
    }

    public var left: Transfer?
    public var right: Transfer?
    public var store: Transfer?
    /// Off chip: bytes a cycle of all channels, and from a request to its first byte.
    public var memoryBytesPerCycle: Double
    public var memoryLatency: Double
    /// Part of the time in which off-chip memory moves data: refresh takes the rest.
    public var memoryAvailability = 1.0
    /// Bytes a cycle at which the array's memories deliver left and right operands and take sums, `Int.max` without limit; cycles of
    /// their latency, and of the machine in one of the array.
    public var leftWidth = Int.max
    public var rightWidth = Int.max
    public var sumWidth = Int.max
    public var arrayLatency = 0
    public var arrayPeriod = 1.0
    /// An output-stationary array shifts its results down.
    public var shiftsResults = false
    /// The vector unit: elements at a time, cycles for each such vector, cycles until the last result, and those of its memories.
    public var lanes = 1
    public var vectorIntervals = 1
    public var vectorLatency = 0
    public var vectorMemoryLatency = 0
    public var vectorPeriod = 1.0
    public var vectorSumWidth = Int.max
    public var vectorWidth = Int.max
    /// Bytes that come once for the epilogue.
    public var wholeBytes = 0
    /// Why times can be others than these figures say; empty for none.
    public var caveats: [String] = []

    public init(left: Transfer?, right: Transfer?, store: Transfer?, memoryBytesPerCycle: Double, memoryLatency: Double) {
        self.left = left; self.right = right; self.store = store; self.memoryBytesPerCycle = memoryBytesPerCycle; self.memoryLatency = memoryLatency
    }
}
