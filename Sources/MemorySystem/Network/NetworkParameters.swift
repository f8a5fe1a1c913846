/// How packets find their way.
public enum NetworkRouting: Hashable, Sendable {
    /// What suits the topology without adaptivity: dimension order on grids, up and down on trees, shortest paths elsewhere.
    case standard
    /// One dimension after the other; on a torus with two classes of virtual channels (Dally and Seitz 1987).
    case dimensionOrder
    /// Any shortest path, by the free virtual channels of each hop, with escape channels where the shortest paths alone could
    /// deadlock (Duato 1993).
    case minimalAdaptive
    /// Only over the channels of one tree that spans the network: free of deadlock on any network whose channels go both ways.
    case spanningTree
    /// By table: `next[router][terminal]` is the router to go to, or the router itself where the terminal is attached.
    case table([[Int]])

    package var name: String {
        switch self {
        case .standard: "standard"
        case .dimensionOrder: "dimension-order"
        case .minimalAdaptive: "minimal adaptive"
        case .spanningTree: "spanning-tree"
        case .table: "table"
        }
    }
}

/// Cycles of a router's pipeline stages, as BookSim counts them.
///
/// A head flit that arrives in cycle t computes its route in t … t + routing − 1, is given a virtual channel in the following
/// `virtualChannelAllocation` cycles, wins the switch in the next `switchAllocation`, crosses it in `switchTraversal`, spends the
/// channel's latency on the wire and arrives in the cycle after. With `routing` 0 (look-ahead) allocation begins on arrival.
/// A body flit enters switch allocation in the cycle after its arrival at the earliest.
public struct RouterTiming: Hashable, Sendable {
    public var routing: Int
    public var virtualChannelAllocation: Int
    public var switchAllocation: Int
    public var switchTraversal: Int
    /// Cycles to process a credit, wire not counted.
    public var creditDelay: Int

    /// Stages take what they take in BookSim 2 (`routing_delay`, `vc_alloc_delay`, `sw_alloc_delay`, `st_final_delay` in
    /// src/booksim_config.cpp at commit 0105eb4); credits a cycle more than its `credit_delay` of 0.
    public init(
        routing: Int = 1, virtualChannelAllocation: Int = 1, switchAllocation: Int = 1, switchTraversal: Int = 1, creditDelay: Int = 1
    ) {
        self.routing = routing
        self.virtualChannelAllocation = virtualChannelAllocation
        self.switchAllocation = switchAllocation
        self.switchTraversal = switchTraversal
        self.creditDelay = creditDelay
    }

    /// Cycles from a head flit's arrival at a router to its arrival behind a channel of latency `wire`, nothing in its way.
    public func hop(wire: Int) -> Int {
        routing + virtualChannelAllocation + switchAllocation + switchTraversal + wire
    }
}

/// How inputs and outputs of a switch are matched in each cycle.
public enum SwitchAllocator: Hashable, Sendable {
    /// Outputs grant, inputs accept, round robin, pointers move with accepted grants of the first iteration (McKeown 1999).
    case iSLIP(iterations: Int)
    /// Each input asks for one output, each output takes one input, both round robin.
    case separableInputFirst
}

/// When an output's virtual channel may be given to the next packet.
public enum VirtualChannelReuse: Hashable, Sendable {
    /// When the tail has left this router (`wait_for_tail_credit = 0`).
    case whenTailSent
    /// When the buffer behind it is empty again (`wait_for_tail_credit = 1`); adaptive routing, multicast and reduction need this.
    case whenEmpty
}

/// Everything about a network but its topology.
public struct NetworkParameters: Hashable, Sendable {
    public var routing: NetworkRouting
    /// Of each port, all virtual networks together.
    public var virtualChannels: Int
    /// Flits of each virtual channel's input buffer.
    public var bufferDepth: Int
    /// Classes of packets that must not wait for each other (requests and replies), each with its share of virtual channels.
    public var virtualNetworks: Int
    public var timing: RouterTiming
    /// Crossbar inputs of each input port: virtual channel v uses number v modulo this.
    public var inputSpeedup: Int
    public var allocator: SwitchAllocator
    public var reuse: VirtualChannelReuse
    /// Payload of a flit in bytes.
    public var flitBytes: Int
    /// Cycles that a router takes to combine the contributions to a reduction.
    public var reductionLatency: Int
    /// Accept routing functions whose channels can wait for each other in a circle; the watchdog then reports deadlocks.
    public var allowsCyclicDependencies: Bool

    /// Defaults are those of BookSim 2 but for the number of virtual channels (16 there) and the delay of credits.
    public init(
        routing: NetworkRouting = .standard, virtualChannels: Int = 8, bufferDepth: Int = 8, virtualNetworks: Int = 1,
        timing: RouterTiming = RouterTiming(), inputSpeedup: Int = 1, allocator: SwitchAllocator = .iSLIP(iterations: 1),
        reuse: VirtualChannelReuse = .whenTailSent, flitBytes: Int = 32, reductionLatency: Int = 1, allowsCyclicDependencies: Bool = false
    ) {
        self.routing = routing
        self.virtualChannels = virtualChannels
        self.bufferDepth = bufferDepth
        self.virtualNetworks = virtualNetworks
        self.timing = timing
        self.inputSpeedup = inputSpeedup
        self.allocator = allocator
        self.reuse = reuse
        self.flitBytes = flitBytes
        self.reductionLatency = reductionLatency
        self.allowsCyclicDependencies = allowsCyclicDependencies
    }

    /// - Throws: `NetworkError` naming the first value out of range.
    func validate() throws(NetworkError) {
        let check = NetworkTopology.require
        try check(virtualChannels, "virtualChannels", 1...64)
        try check(virtualNetworks, "virtualNetworks", 1...virtualChannels)
        guard virtualChannels % virtualNetworks == 0 else {
            throw .invalid(
                parameter: "virtualChannels", value: virtualChannels, rule: "it must be a multiple of the \(virtualNetworks) virtual networks")
        }
        try check(bufferDepth, "bufferDepth", 1...(1 << 16))
        try check(timing.routing, "timing.routing", 0...64)
        try check(timing.virtualChannelAllocation, "timing.virtualChannelAllocation", 1...64)
        try check(timing.switchAllocation, "timing.switchAllocation", 1...64)
        try check(timing.switchTraversal, "timing.switchTraversal", 0...64)
        try check(timing.creditDelay, "timing.creditDelay", 0...64)
        try check(inputSpeedup, "inputSpeedup", 1...virtualChannels)
        if case .iSLIP(let iterations) = allocator { try check(iterations, "allocator iterations", 1...64) }
        try check(flitBytes, "flitBytes", 1...(1 << 20))
        try check(reductionLatency, "reductionLatency", 1...(1 << 15))
    }

    /// Flits of a packet with `bytes` of payload.
    public func flits(bytes: Int) -> Int { max(1, (bytes + flitBytes - 1) / flitBytes) }
}
