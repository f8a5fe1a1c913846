/// A packet to be sent.
public struct NetworkPacket: Hashable, Sendable {
    public var source: Int
    public var destination: Int
    /// In flits, head included.
    public var flits: Int
    /// Given back on delivery; the network does not look at it.
    public var tag: Int
    /// From 0 to the number of virtual networks − 1.
    public var virtualNetwork: Int

    public init(source: Int, destination: Int, flits: Int = 1, tag: Int = 0, virtualNetwork: Int = 0) {
        self.source = source
        self.destination = destination
        self.flits = flits
        self.tag = tag
        self.virtualNetwork = virtualNetwork
    }
}

/// A packet that has arrived.
public struct Delivery: Hashable, Sendable {
    public var source: Int
    public var destination: Int
    public var tag: Int
    public var flits: Int
    /// Cycle for which the packet was handed to the network.
    public var created: Int
    /// Cycle in which its head left the source queue.
    public var injected: Int
    /// Cycle in which its tail reached the terminal.
    public var delivered: Int
    /// Routers passed.
    public var hops: Int
    /// Sum of the contributions of a reduction.
    public var value: Int

    /// Cycles from creation to delivery, waiting in the source queue included.
    public var latency: Int { delivered - created }
}

extension FlitNetwork {
    /// A packet inside of the network.
    struct Packet: Sendable {
        var source = 0
        var destination = 0
        var flits = 0
        var tag = 0
        var virtualNetwork = 0
        var created = 0
        var injected = 0
        var hops = 0
        var value = 0
        /// Next packet in the source queue.
        var next = -1
        /// Number of the set of terminals of a multicast; -1 for one destination.
        var set = -1
        /// Number of the reduction that this contributes to; -1 for none.
        var reduction = -1
    }

    /// A flit that arrives: its packet × 4, +2 for a head, +1 for a tail.
    struct FlitEvent: Sendable {
        /// Input virtual channel; or -1 - output virtual channel to a terminal or combining unit.
        var target: Int
        var flit: Int
    }

    /// One way that a forking packet takes.
    struct Branch: Sendable {
        var next = -1
        var output = 0
        /// Output virtual channel, -1 before it has one.
        var route = -1
        var packet = 0
        var sent = 0
        /// Of the first branch: flits that all branches have sent.
        var popped = 0
    }

    /// A reduction under way.
    struct Reduction: Sendable {
        var isActive = false
        /// By router: contributions that meet there, those that have, and their sum.
        var expected: [Int] = []
        var received: [Int] = []
        var sum: [Int] = []
    }
}
