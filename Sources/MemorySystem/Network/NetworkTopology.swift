/// Which routers there are, how channels join them and where terminals attach: plain data, no behaviour.
///
/// A terminal is a place where packets enter and leave: a core, a memory channel, a chip. Channels are unidirectional; a link in
/// both directions is two channels. Routers and terminals are numbered from 0.
public struct NetworkTopology: Hashable, Sendable {
    /// The family a topology belongs to, which says what routing algorithms know about it.
    public enum Kind: Hashable, Sendable {
        /// One channel that all terminals share: an arbiter in front of it, a distributor behind it.
        case bus
        /// One router that joins all terminals.
        case crossbar
        /// A grid; dimension 0 varies fastest in router numbers.
        case mesh(dimensions: [Int])
        /// A grid whose rows close to rings. A ring is a torus of one dimension.
        case torus(dimensions: [Int])
        /// A tree with terminals at the leaves and one channel each way between parent and child.
        case hTree(arity: Int, levels: Int)
        /// A k-ary n-tree (Petrini and Vanneschi 1997): as many channels up as down at every switch.
        case fatTree(arity: Int, levels: Int)
        case custom
    }

    /// A unidirectional channel between two routers.
    public struct Channel: Hashable, Sendable {
        public var from: Int
        public var to: Int
        /// Cycles on the wire.
        public var latency: Int

        public init(from: Int, to: Int, latency: Int = 1) {
            self.from = from
            self.to = to
            self.latency = latency
        }
    }

    public var kind: Kind
    public var routers: Int
    public var channels: [Channel]
    /// By terminal: the router that its packets enter at.
    public var injectionRouters: [Int]
    /// By terminal: the router that packets for it leave from; the same except on a bus.
    public var ejectionRouters: [Int]
    /// Cycles on the wire between a terminal and its router.
    public var terminalLatency: Int

    /// A topology from its parts. Nothing is checked here; `validate()` does.
    public init(
        kind: Kind = .custom, routers: Int, channels: [Channel], injectionRouters: [Int], ejectionRouters: [Int]? = nil,
        terminalLatency: Int = 1
    ) {
        self.kind = kind
        self.routers = routers
        self.channels = channels
        self.injectionRouters = injectionRouters
        self.ejectionRouters = ejectionRouters ?? injectionRouters
        self.terminalLatency = terminalLatency
    }

    public var terminals: Int { injectionRouters.count }

    /// As users write it: `8×8 mesh`.
    public var name: String {
        func times(_ dimensions: [Int]) -> String { dimensions.map(String.init).joined(separator: "×") }
        switch kind {
        case .bus: return "bus of \(terminals) terminals"
        case .crossbar: return "crossbar of \(terminals) terminals"
        case .mesh(let dimensions): return times(dimensions) + " mesh"
        case .torus(let dimensions):
            return dimensions.count == 1 ? "ring of \(dimensions[0]) routers" : times(dimensions) + " torus"
        case .hTree(let arity, let levels): return "H-tree of arity \(arity) and \(levels) levels"
        case .fatTree(let arity, let levels): return "\(arity)-ary \(levels)-tree"
        case .custom: return "network of \(routers) routers and \(terminals) terminals"
        }
    }
}
