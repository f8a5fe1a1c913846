import Architecture
import Simulation

/// What a run's networks, caches, queues and flash did, part by part: figures with their names, for terminals and pages.
enum MemoryParts {
    struct Part {
        var name: String
        /// "4×4 mesh".
        var kind: String
        var figures: [(name: String, value: String)]
    }

    static func all(of report: RunReport) -> [Part] {
        let record = report.record
        return record.networks.map(network) + record.caches.map(cache) + record.frontEnds.map(frontEnd)
            + record.memories.compactMap { memory in memory.flash.map { flash(memory.name, $0) } }
    }

    private static func network(_ network: NetworkRecord) -> Part {
        var figures = [
            ("packets", QuantityText.integer(network.packets)), ("data", QuantityText.bytes(network.payloadBytes)),
            ("flits", QuantityText.integer(network.flits)),
        ]
        if !network.isIdeal {
            let least = ratio(Double(network.leastLatencyCycles), Double(network.packets))
            figures += [
                ("mean latency", "\(cycles(network.meanLatency)) (least \(cycles(least)), longest \(QuantityText.integer(network.longestLatency)))"),
                ("waiting", "\(QuantityText.percent(network.stallShare)) of the packets' time"),
                ("links in use", "\(QuantityText.percent(network.meanUtilization)), the busiest \(QuantityText.percent(network.highestUtilization))"),
            ]
        }
        return Part(name: network.name, kind: network.topology + (network.isIdeal ? ", ideal" : ""), figures: figures)
    }

    private static func cache(_ cache: CacheRecord) -> Part {
        let stalls = cache.registerStalls + cache.targetStalls + cache.victimStalls
        return Part(
            name: cache.name, kind: "cache of \(cache.memory), \(QuantityText.bytes(cache.capacityBytes))",
            figures: [
                ("hits", "\(QuantityText.percent(cache.hitRate)) of \(QuantityText.integer(cache.accesses)) accesses to lines of \(QuantityText.bytes(cache.lineBytes))"),
                ("misses", "\(QuantityText.integer(cache.misses)), \(QuantityText.integer(cache.fetches)) of them read"),
                ("write-backs", "\(QuantityText.integer(cache.writeBacks)), \(QuantityText.integer(cache.dirtyLines)) lines still to be written"),
                ("held up", "\(QuantityText.integer(stalls)) cycles"),
            ])
    }

    private static func frontEnd(_ queue: FrontEndRecord) -> Part {
        Part(
            name: queue.memory, kind: queue.queues == 1 ? "front end of \(queue.depth) requests" : "\(queue.queues) front ends of \(queue.depth) requests",
            figures: [
                ("mean wait", cycles(queue.waiting.meanStay)), ("most waiting", QuantityText.integer(queue.largestOccupancy)),
                ("full", "\(QuantityText.integer(queue.fullCycles)) cycles"),
                ("held back", "\(QuantityText.integer(queue.heldBack.entered)) requests, \(cycles(queue.heldBack.meanStay)) each"),
            ])
    }

    private static func flash(_ name: String, _ flash: FlashRecord) -> Part {
        let busy = ratio(flash.busUtilization.reduce(0, +), Double(flash.busUtilization.count))
        return Part(
            name: name, kind: "flash of \(flash.channels) channels",
            figures: [
                ("pages read", "\(QuantityText.integer(flash.pagesRead)) of \(QuantityText.bytes(flash.pageBytes))"),
                ("found in the buffer", QuantityText.integer(flash.bufferHits)), ("buses in use", QuantityText.percent(busy)),
            ])
    }

    private static func cycles(_ value: Double) -> String { "\(QuantityText.fixed(value, decimals: 1)) cycles" }

    // MARK: JSON

    static func json(_ record: ExecutionRecord) -> [(String, JSONValue)] {
        var entries: [(String, JSONValue)] = []
        if !record.networks.isEmpty { entries.append(("networks", .array(record.networks.map(json)))) }
        if !record.caches.isEmpty { entries.append(("caches", .array(record.caches.map(json)))) }
        if !record.frontEnds.isEmpty { entries.append(("frontEnds", .array(record.frontEnds.map(json)))) }
        return entries
    }

    private static func json(_ network: NetworkRecord) -> JSONValue {
        .object([
            ("name", .string(network.name)), ("topology", .string(network.topology)), ("ideal", .boolean(network.isIdeal)),
            ("cycles", .integer(network.cycles)), ("packets", .integer(network.packets)), ("requests", .integer(network.requests)),
            ("flits", .integer(network.flits)), ("payloadBytes", .integer(network.payloadBytes)),
            ("latencyCycles", .integer(network.latencyCycles)), ("queueingCycles", .integer(network.queueingCycles)),
            ("leastLatencyCycles", .integer(network.leastLatencyCycles)), ("longestLatency", .integer(network.longestLatency)),
            ("stallShare", .number(network.stallShare)), ("inside", queue(network.inside)),
            ("channelUtilization", .array(network.channelUtilization.map(JSONValue.number))),
        ])
    }

    private static func json(_ cache: CacheRecord) -> JSONValue {
        .object([
            ("name", .string(cache.name)), ("of", .string(cache.memory)), ("capacityBytes", .integer(cache.capacityBytes)),
            ("lineBytes", .integer(cache.lineBytes)), ("accesses", .integer(cache.accesses)), ("hits", .integer(cache.hits)),
            ("fetches", .integer(cache.fetches)), ("installs", .integer(cache.installs)), ("secondaryMisses", .integer(cache.secondaryMisses)),
            ("writeBacks", .integer(cache.writeBacks)), ("dirtyLines", .integer(cache.dirtyLines)), ("hitRate", .number(cache.hitRate)),
            ("linesOnTheWay", queue(cache.onTheWay)), ("registerStalls", .integer(cache.registerStalls)),
            ("targetStalls", .integer(cache.targetStalls)), ("victimStalls", .integer(cache.victimStalls)),
        ])
    }

    private static func json(_ queue: FrontEndRecord) -> JSONValue {
        .object([
            ("memory", .string(queue.memory)), ("queues", .integer(queue.queues)), ("depth", .integer(queue.depth)),
            ("waiting", self.queue(queue.waiting)), ("largestOccupancy", .integer(queue.largestOccupancy)), ("fullCycles", .integer(queue.fullCycles)),
            ("heldBack", self.queue(queue.heldBack)),
        ])
    }

    static func json(_ flash: FlashRecord) -> JSONValue {
        .object([
            ("channels", .integer(flash.channels)), ("pageBytes", .integer(flash.pageBytes)), ("pagesRead", .integer(flash.pagesRead)),
            ("bufferHits", .integer(flash.bufferHits)), ("busUtilization", .array(flash.busUtilization.map(JSONValue.number))),
            ("source", .string(flash.source)),
        ])
    }

    private static func queue(_ queue: QueueRecord) -> JSONValue {
        .object([
            ("entered", .integer(queue.entered)), ("stayCycles", .integer(queue.stayCycles)),
            ("occupancyCycles", .integer(queue.occupancyCycles)), ("remaining", .integer(queue.remaining)),
        ])
    }
}
