import Architecture
import MemorySystem

/// An off-chip memory of a fabric, with its nodes, their front ends, and its cache.
struct FabricMemory {
    /// Where channels sit together.
    struct Node {
        /// Of the network; 0 without one.
        var terminal: Int
        /// Parts that wait for the controllers.
        var queue: BoundedFIFO<Int>?
        /// Places that are taken by parts on their way.
        var reserved = 0
        /// Accesses that the controllers have been given and have not served, and how many they are given at most.
        var inService = 0
        var window: Int
        /// Parts that wait at their engines, for how long those waited that have gone, and the integral of their number.
        var heldBack = 0
        var heldTotal = 0
        var heldStays = 0
        var heldTime = 0
        var heldSince = 0
    }

    let name: String
    /// Of the machine.
    let index: Int
    /// One of the two.
    var dram: DRAMSystem?
    var flash: FlashMemory?
    var cache: RequestCache?
    let cacheName: String
    /// Index of the fabric's networks, -1 for none.
    let network: Int
    var nodes: [Node]
    /// By channel.
    private let nodeOfChannel: [Int]
    let isBounded: Bool
    /// Bytes of an access, and bytes that always have the same node: the same, or a line of the cache.
    let granule: Int
    let homeGranule: Int

    // For a moment's use in cutting: the part, and its latest piece, by node; nodes in the order of their first bytes.
    var open: [Int]
    var latest: [Int]
    var touched: [Int] = []

    init(
        _ system: DRAMSystem, part: Machine.MemoryPart, index: Int, dram: DRAM, network: Int?, terminals: [Int], cache: MemoryCache?,
        period: Int
    ) throws(SimulationError) {
        name = part.name
        self.index = index
        self.dram = system
        self.network = network ?? -1
        let channels = system.channels
        let count = max(1, terminals.count)
        nodeOfChannel = (0..<channels).map { $0 * count / channels }
        granule = system.standard.organization.accessBytes
        isBounded = dram.frontEnd != nil
        do throws(CacheError) {
            var queue: BoundedFIFO<Int>?
            if let depth = dram.frontEnd { queue = try BoundedFIFO(capacity: depth) }
            nodes = (0..<count).map {
                Node(terminal: terminals.isEmpty ? 0 : terminals[$0], queue: queue, window: max(1, system.configuration.readQueueSize * channels / count))
            }
            self.cache = try cache.map { description throws(CacheError) in
                try RequestCache(CacheParameters(description), period: period)
            }
        } catch {
            throw .unsupported("memory \(part.name): \(error)")
        }
        cacheName = cache?.name ?? ""
        if let cache, cache.line.count < granule {
            throw .unsupported(
                "memories.\(cache.name).line: a line of \(cache.line) is less than an access of \(system.standard.name), \(granule) B; make it at least as large")
        }
        homeGranule = max(granule, cache?.line.count ?? 1)
        open = Array(repeating: -1, count: count)
        latest = open
    }

    /// Flash, at one node of a network or at none.
    init(_ flash: FlashMemory, part: Machine.MemoryPart, index: Int, network: Int?, terminals: [Int]) {
        name = part.name
        self.index = index
        self.flash = flash
        self.network = network ?? -1
        nodes = [Node(terminal: terminals.first ?? 0, window: Int.max)]
        nodeOfChannel = [0]
        cacheName = ""
        isBounded = false
        granule = flash.pageBytes
        homeGranule = flash.pageBytes
        open = [-1]
        latest = [-1]
    }

    /// The node of the channel of an address; with a cache, of its line's first byte.
    ///
    /// Mutating, so that an element of an array is looked at where it lies: a call for every granule would copy all of the memory.
    mutating func node(of address: Int) -> Int {
        guard let channel = dram?.mapping.locate(address / homeGranule * homeGranule).channel else { return 0 }
        return nodeOfChannel[Int(channel)]
    }

    /// Bytes that move over its pins are known only when it serves, because of a cache or a controller that keeps pages.
    var countsLater: Bool { cache != nil || flash != nil }

    // MARK: Controllers

    var hasWork: Bool { dram?.hasWork ?? flash?.hasWork ?? false }

    mutating func nextCompletion(before horizon: Int) -> Int? {
        if dram != nil { return dram?.nextCompletion(before: horizon) }
        return flash?.nextCompletion(before: horizon)
    }

    mutating func popCompletion(at time: Int) -> DRAMRequestCompletion? {
        if dram != nil { return dram?.popCompletion(at: time) }
        return flash?.popCompletion(at: time)
    }

    mutating func submit(_ request: DRAMRequest, at time: Int) -> Int {
        if dram != nil { return dram?.submit(request, at: time) ?? 0 }
        return flash?.submit(request, at: time) ?? 0
    }

    // MARK: Front ends

    /// Takes a place of a node's front end for a part on its way; false when there is none.
    mutating func reserve(_ node: Int) -> Bool {
        guard let queue = nodes[node].queue else { return true }
        guard queue.count + nodes[node].reserved < queue.capacity else { return false }
        nodes[node].reserved += 1
        return true
    }

    mutating func enter(_ part: Int, node: Int, at time: Int) {
        nodes[node].reserved -= 1
        let isTaken = nodes[node].queue?.push(part, at: time) ?? true
        precondition(isTaken, "a place was reserved")
    }

    /// The next part that may go on; `nil` when none waits or what is behind has no room.
    mutating func leave(_ node: Int, at time: Int) -> Int? {
        if let cache { guard cache.hasRoom else { return nil } } else { guard nodes[node].inService < nodes[node].window else { return nil } }
        return nodes[node].queue?.pop(at: time)
    }

    mutating func begin(part accesses: Int, node: Int) { nodes[node].inService += accesses }
    mutating func end(part accesses: Int, node: Int) { nodes[node].inService -= accesses }

    /// A part waits at its engine for a place.
    mutating func holdBack(_ node: Int, at time: Int) {
        countHeld(node, at: time)
        nodes[node].heldBack += 1
        nodes[node].heldTotal += 1
    }

    mutating func letGo(_ node: Int, at time: Int, since: Int) {
        countHeld(node, at: time)
        nodes[node].heldBack -= 1
        nodes[node].heldStays += time - since
    }

    private mutating func countHeld(_ node: Int, at time: Int) {
        nodes[node].heldTime += nodes[node].heldBack * (time - nodes[node].heldSince)
        nodes[node].heldSince = time
    }
}

extension CacheParameters {
    init(_ cache: MemoryCache) {
        let replacement: Replacement =
            switch cache.replacement {
            case .leastRecentlyUsed: .leastRecentlyUsed
            case .treePseudoLRU: .treePseudoLRU
            case .random: .random(seed: 1)
            }
        self.init(
            capacityBytes: cache.capacity.count, lineBytes: cache.line.count, ways: cache.ways, replacement: replacement,
            hitLatency: cache.latency, missRegisters: cache.missRegisters, targetsPerMiss: cache.targets)
    }
}
