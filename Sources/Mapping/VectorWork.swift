/// What one core does of a vector operator, block by block: loads, computing and stores that overlap from block to block.
public struct VectorWork: Sendable, Hashable {
    /// The transfers of one block.
    public struct Stream: Sendable, Hashable {
        public var transfer: ProductTiming.Transfer
        public var bytes = 0
        public var requests = 0
        public var linkCycles = 0

        public init(_ transfer: ProductTiming.Transfer) { self.transfer = transfer }

        /// Adds a block whose dimensions are given by their extents and the strides between their elements.
        public mutating func add(_ dimensions: [(extent: Int, stride: Int)], bits: Int) {
            var list = StridedDimensions(count: dimensions.count)
            for dimension in dimensions { list.add(dimension.extent, stride: dimension.stride) }
            let requests = TransferRequests(list, bits: bits, request: transfer.request, width: transfer.width)
            bytes += requests.bytes
            self.requests += requests.requests
            linkCycles += requests.linkCycles
        }

        /// Cycles in which the engine moves the block once it is under way, with the memory's answer after `latency`.
        func cycles(bytesPerCycle: Double, latency: Double) -> Double {
            guard requests > 0 else { return 0 }
            let request = Double(bytes) / Double(requests)
            let turn = latency + request * max(transfer.period / Double(transfer.width), 1 / bytesPerCycle)
            let rounds = Double(requests) / Double(max(1, transfer.outstanding))
            return max(Double(bytes) / bytesPerCycle, Double(max(linkCycles, requests)) * transfer.period, rounds > 1 ? rounds * turn : 0)
        }
    }

    /// Index of the program's operator.
    public var operatorIndex: Int
    public var blocks: Int
    /// Of one block, and once before the first.
    public var load: Stream?
    public var once: Stream?
    public var store: Stream?
    /// Of the vector unit for one block, in cycles of the machine.
    public var blockCycles: Double
    public var vectorLatency: Double
    /// Off-chip memory: this core's part of its bandwidth, and from a request to its first byte.
    public var bytesPerCycle: Double
    public var memoryLatency: Double

    public init(operatorIndex: Int, blocks: Int, blockCycles: Double, vectorLatency: Double, bytesPerCycle: Double, memoryLatency: Double) {
        self.operatorIndex = operatorIndex; self.blocks = blocks; self.blockCycles = blockCycles; self.vectorLatency = vectorLatency
        self.bytesPerCycle = max(1e-9, bytesPerCycle); self.memoryLatency = memoryLatency
    }

    /// From the first command to the last byte, and until the core may begin another operator that does not need the result: until then
    /// the slowest of memory, engines and vector unit has done its part.
    ///
    /// - Parameter bandwidth: part of the off-chip bandwidth that there really is.
    /// - Returns: cycles, and those of them that this core's part of the memory needs for the bytes.
    public func engagement(bandwidth: Double = 1) -> (cycles: Double, engaged: Double, moved: Double) {
        let rate = bytesPerCycle * bandwidth
        func startup(_ stream: Stream) -> Double { Double(stream.transfer.startup) * stream.transfer.period }
        func moving(_ stream: Stream?) -> Double { stream.map { startup($0) + $0.cycles(bytesPerCycle: rate, latency: memoryLatency) } ?? 0 }
        func whole(_ stream: Stream?) -> Double { stream.map { moving($0) + memoryLatency + $0.transfer.latency } ?? 0 }
        let moved = Double((load?.bytes ?? 0) + (store?.bytes ?? 0)) / rate
        let round = max(moving(load), moving(store), moved, blockCycles)
        let cycles = max(whole(load), whole(once)) + blockCycles + vectorLatency + whole(store) + Double(max(0, blocks - 1)) * round
        let bytes = Double(blocks) * moved + Double(once?.bytes ?? 0) / rate
        return (cycles, min(cycles, Double(blocks) * round + moving(once)), min(cycles, bytes))
    }

    /// From the first command to the last byte.
    public var cycles: Double { engagement().cycles }
}
