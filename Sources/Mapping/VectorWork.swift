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

    /// From the first command to the last byte.
    public var cycles: Double {
        func first(_ stream: Stream?) -> Double {
            stream.map { Double($0.transfer.startup) * $0.transfer.period + memoryLatency + $0.transfer.latency + $0.cycles(bytesPerCycle: bytesPerCycle, latency: memoryLatency) } ?? 0
        }
        func steady(_ stream: Stream?) -> Double {
            stream.map { Double($0.transfer.startup) * $0.transfer.period + $0.cycles(bytesPerCycle: bytesPerCycle, latency: memoryLatency) } ?? 0
        }
        let moved = Double((load?.bytes ?? 0) + (store?.bytes ?? 0)) / bytesPerCycle
        let round = max(steady(load), steady(store), moved, blockCycles)
        return max(first(load), first(once)) + blockCycles + vectorLatency + first(store) + Double(max(0, blocks - 1)) * round
    }
}
