import Architecture
import MemorySystem
import Programs

/// What went over a network on chip in a run. Cycles are those of the network.
public struct NetworkRecord: Sendable {
    public var name: String
    /// As users know it: `4×4 mesh`.
    public var topology: String
    /// True when every packet was there at once.
    public var isIdeal: Bool
    /// Bytes a second of one channel.
    public var channelBytesPerSecond: Double
    public var cycles: Int
    /// Packets of requests and answers, and those of requests alone.
    public var packets: Int
    public var requests: Int
    public var flits: Int
    /// Flits over channels between routers: each counts once for every hop.
    public var channelFlits: Int
    /// Data in them.
    public var payloadBytes: Int
    /// Sums over packets: from handing over to arrival, the share of it before the first flit left, and what it takes when nothing is
    /// in the way.
    public var latencyCycles: Int
    public var queueingCycles: Int
    public var leastLatencyCycles: Int
    public var longestLatency: Int
    /// Packets from handing over to arrival: the two sides of Little's law.
    public var inside: QueueRecord
    /// Share of the cycles in which each channel between routers carried a flit.
    public var channelUtilization: [Double]

    public var meanLatency: Double { packets == 0 ? 0 : Double(latencyCycles) / Double(packets) }
    /// Share of the packets' time in which they waited for others.
    public var stallShare: Double { latencyCycles == 0 ? 0 : Double(latencyCycles - leastLatencyCycles) / Double(latencyCycles) }
    public var meanUtilization: Double {
        channelUtilization.isEmpty ? 0 : channelUtilization.reduce(0, +) / Double(channelUtilization.count)
    }
    public var highestUtilization: Double { channelUtilization.max() ?? 0 }
}

/// What a cache in front of an off-chip memory did in a run. Cycles are those of the machine.
public struct CacheRecord: Sendable {
    public var name: String
    /// Name of the memory behind it.
    public var memory: String
    public var capacityBytes: Int
    public var lineBytes: Int
    /// Accesses to lines.
    public var accesses: Int
    public var hits: Int
    /// Lines asked for, and lines written whole without asking.
    public var fetches: Int
    public var installs: Int
    /// Accesses to lines on their way.
    public var secondaryMisses: Int
    public var writeBacks: Int
    /// Lines that differ from memory at the end of the run.
    public var dirtyLines: Int
    /// Lines on their way: the two sides of Little's law; and how many at most.
    public var onTheWay: QueueRecord
    public var largestOutstanding: Int
    /// Cycles in which accesses were held up for want of a miss register, of a place in one, or by the line that was to make room.
    public var registerStalls: Int
    public var targetStalls: Int
    public var victimStalls: Int

    public var misses: Int { fetches + installs }
    public var hitRate: Double { accesses == 0 ? 0 : Double(hits + secondaryMisses) / Double(accesses) }
    public var readBytes: Int { fetches * lineBytes }
    public var writeBytes: Int { writeBacks * lineBytes }
}

/// The queues in front of a memory's controllers. Cycles are those of the machine.
public struct FrontEndRecord: Sendable {
    public var memory: String
    /// Queues, one at each node, and the requests that each holds at most.
    public var queues: Int
    public var depth: Int
    /// Requests, or parts of them that go to one node: all queues together.
    public var waiting: QueueRecord
    public var largestOccupancy: Int
    /// Cycles in which queues were full, over all of them.
    public var fullCycles: Int
    /// Those that were held back at their engines.
    public var heldBack: QueueRecord
}

extension MemoryFabric {
    func dramRecord(_ memory: Int, until time: Int) -> DRAMRecord? {
        guard serves(memory) else { return nil }
        var system = memories[places[memory]].dram
        return system?.record(until: time)
    }

    func flashRecord(_ memory: Int, until time: Int) -> FlashRecord? {
        guard serves(memory), let flash = memories[places[memory]].flash else { return nil }
        let parameters = flash.array.parameters
        return FlashRecord(
            channels: parameters.channels, pageBytes: parameters.pageBytes, pagesRead: flash.array.pagesRead, bufferHits: flash.bufferHits,
            busUtilization: flash.array.channelBusyTime.map { time == 0 ? 0 : Double($0) / Double(time) }, source: parameters.source)
    }

    func peakBandwidth(_ memory: Int) -> Double? {
        guard serves(memory) else { return nil }
        let place = memories[places[memory]]
        return place.dram?.peakBandwidth ?? place.flash?.array.parameters.sequentialReadBandwidth
    }

    func networkRecords(until end: Int) -> [NetworkRecord] {
        networks.map { network in
            let cycles = max(ceilingDivide(end, network.period), network.flits.now)
            return NetworkRecord(
                name: network.name, topology: network.description.topology.name, isIdeal: network.isIdeal,
                channelBytesPerSecond: network.description.channelBytesPerSecond, cycles: cycles, packets: network.packets,
                requests: network.requests, flits: network.sentFlits, channelFlits: network.flits.channelFlits.reduce(0, +), payloadBytes: network.payload, latencyCycles: network.latency,
                queueingCycles: network.queueing, leastLatencyCycles: network.leastLatency, longestLatency: network.longest,
                inside: QueueRecord(
                    entered: network.delivered, stayCycles: network.latency, occupancyCycles: network.occupancy,
                    remaining: network.packets - network.delivered),
                channelUtilization: network.flits.channelFlits.map { cycles == 0 ? 0 : Double($0) / Double(cycles) })
        }
    }

    func cacheRecords(period: Int) -> [CacheRecord] {
        memories.compactMap { memory in
            guard let cache = memory.cache else { return nil }
            let counted = cache.statistics
            return CacheRecord(
                name: memory.cacheName, memory: memory.name, capacityBytes: cache.parameters.capacityBytes, lineBytes: cache.parameters.lineBytes,
                accesses: counted.accesses, hits: counted.hits, fetches: counted.fetches, installs: counted.installs,
                secondaryMisses: counted.secondaryMisses, writeBacks: counted.writeBacks, dirtyLines: cache.dirtyLines,
                onTheWay: QueueRecord(
                    entered: counted.fetches, stayCycles: counted.missTime / period, occupancyCycles: counted.registerTime / period),
                largestOutstanding: counted.largestOutstanding, registerStalls: counted.registerStalls / period,
                targetStalls: counted.targetStalls / period, victimStalls: counted.victimStalls / period)
        }
    }

    func frontEndRecords(period: Int) -> [FrontEndRecord] {
        memories.compactMap { memory in
            guard memory.isBounded else { return nil }
            var record = FrontEndRecord(
                memory: memory.name, queues: memory.nodes.count, depth: memory.nodes[0].queue?.capacity ?? 0, waiting: QueueRecord(),
                largestOccupancy: 0, fullCycles: 0, heldBack: QueueRecord())
            for node in memory.nodes {
                guard let queue = node.queue?.statistics else { continue }
                record.waiting += QueueRecord(
                    entered: queue.departures, stayCycles: queue.totalStay, occupancyCycles: queue.occupancyTime,
                    remaining: queue.arrivals - queue.departures)
                record.largestOccupancy = max(record.largestOccupancy, queue.largestOccupancy)
                record.fullCycles += queue.fullTime
                record.heldBack += QueueRecord(
                    entered: node.heldTotal - node.heldBack, stayCycles: node.heldStays, occupancyCycles: node.heldTime, remaining: node.heldBack)
            }
            for path in [\FrontEndRecord.waiting, \.heldBack] {
                record[keyPath: path].stayCycles /= period
                record[keyPath: path].occupancyCycles /= period
            }
            record.fullCycles /= period
            return record
        }
    }
}
