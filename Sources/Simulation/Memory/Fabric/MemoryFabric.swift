import Architecture
import DequeModule
import HeapModule
import MemorySystem

/// What stands between DMA engines and off-chip memories that answer later: networks, queues in front of controllers, caches.
///
/// A request is cut into parts, one for each node of the network at which its memory's channels sit (one part without a network). A part
/// travels to its node as a packet (read: a header flit; write: header and data), waits in the node's front end, passes the cache, and
/// is served by the memory; then its answer travels back (read: header and data; write: a header flit). The request is complete when all
/// answers have come. Flash, too, is read through here.
///
/// No deadlock of protocol: an engine holds a place for every answer (one of its outstanding requests), a packet is sent only when the
/// front end behind it has a place, so terminals take every packet that arrives, whatever else waits; requests and answers keep to
/// virtual networks of their own where the network has two. What remains is the routing, which is examined when the network is built.
///
/// Not modelled: the time that credits of a front end take on their way back; flits of a data packet that leave before the last of its
/// data have come.
struct MemoryFabric {
    /// Behind parts, in the order of the machine's memories.
    var memories: [FabricMemory] = []
    /// By memory of the machine: index of `memories`, or -1.
    private(set) var places: [Int]
    var networks: [FabricNetwork] = []
    /// The memory, of the machine, that the next requests go to.
    var target = 0

    var transactions: [Transaction] = []
    var freeTransactions: [Int] = []
    var parts: [Part] = []
    var freeParts: [Int] = []
    var pieces: [Piece] = []
    var freePieces: [Int] = []
    var sequence = 0
    var answers = Heap<Answer>()
    /// By unit: parts that wait because a front end is full, oldest first.
    var held: [Deque<Int>]
    var heldCount = 0
    /// Unit that is asked first when a place becomes free.
    var nextHeld = 0
    /// Held parts are being let go: what that frees is seen there.
    var isReleasing = false
    /// Bytes that moved over the pins of memories that count them when they do, by the unit whose access caused it; handed out by `takeTraffic`.
    var traffic: [Traffic] = []
    /// The latest time at which something was looked at.
    var latest = 0
    /// Why nothing goes on.
    var failure: SimulationError?

    /// The parts of a machine; `nil` when it has none.
    ///
    /// - Throws: `SimulationError` with the rule that a network, cache or memory breaks.
    init?(_ machine: Machine) throws(SimulationError) {
        let architecture = machine.architecture
        places = Array(repeating: -1, count: machine.memories.count)
        held = Array(repeating: Deque(), count: machine.units.count)
        for description in architecture.networks {
            do throws(ArchitectureError) {
                networks.append(try FabricNetwork(description, machine: machine))
            } catch {
                throw .unsupported(error.description)
            }
        }
        for (index, part) in machine.memories.enumerated() {
            let network = networks.firstIndex { $0.memoryTerminals[index] != nil }
            let cache = architecture.caches.first { $0.of == part.name }
            if let flash = part.flash {
                places[index] = memories.count
                memories.append(
                    FabricMemory(
                        try FlashMemory(flash, capacity: part.capacity, name: part.name), part: part, index: index, network: network,
                        terminals: network.flatMap { networks[$0].memoryTerminals[index] } ?? []))
                continue
            }
            guard let dram = part.dram, dram.model == .banks else { continue }
            guard network != nil || cache != nil || dram.frontEnd != nil else { continue }
            places[index] = memories.count
            memories.append(
                try FabricMemory(
                    try DRAMSystem(dram, capacity: part.capacity, name: part.name), part: part, index: index, dram: dram,
                    network: network, terminals: network.flatMap { networks[$0].memoryTerminals[index] } ?? [], cache: cache,
                    period: machine.period))
        }
        guard !memories.isEmpty else { return nil }
    }

    /// Whether requests to a memory pass here.
    func serves(_ memory: Int) -> Bool { places[memory] >= 0 }

    /// Takes a request to the `target`.
    ///
    /// - Returns: bytes that move over the memory's pins for it; 0 where that is known later, see `takeTraffic`.
    mutating func submit(_ request: DRAMRequest, at asked: Int) -> Int {
        let memory = places[target]
        // Transfers end in their order, so that an engine may hear late of what one gave free, and ask in the past. The controllers bear
        // that; queues, caches, networks and flash do not go back in time.
        let network = memories[memory].network
        let isTransparent = !memories[memory].isBounded && !memories[memory].countsLater && network >= 0 && networks[network].isIdeal
        let time = isTransparent ? asked : max(asked, latest)
        sequence += 1
        let transaction = store(Transaction(tag: request.tag, sequence: sequence))
        let unit = RequestTag(request.tag).unit
        let bytes = cut(request, memory: memory, unit: unit, transaction: transaction)
        for node in memories[memory].touched {
            let part = memories[memory].open[node]
            memories[memory].open[node] = -1
            parts[part].offeredAt = time
            transactions[transaction].remaining += 1
            offer(part, at: time)
        }
        memories[memory].touched.removeAll(keepingCapacity: true)
        return memories[memory].countsLater ? 0 : bytes
    }

    /// The next answer, if one comes no later than `horizon`; nothing may be submitted before that time, or before `horizon` when the
    /// answer is `nil`.
    mutating func nextAnswer(before horizon: Int) -> Int? {
        while failure == nil {
            var time = min(horizon, answers.min?.time ?? Int.max)
            var network = Int.max
            for index in networks.indices { network = min(network, networks[index].nextEvent) }
            time = min(time, network)
            for index in memories.indices {
                if let event = memories[index].cache?.nextEvent { time = min(time, event) }
            }
            var isServed = false
            for index in memories.indices where memories[index].hasWork {
                guard let next = memories[index].nextCompletion(before: time) else { continue }
                if next < time { isServed = false }
                time = next
                isServed = true
            }
            if time < Int.max { latest = max(latest, time) }
            if isServed, time < Int.max {
                for index in memories.indices { takeCompletions(index, at: time) }
                continue
            }
            if stepCaches(at: time) { continue }
            if let answer = answers.min?.time, answer == time { return answer }
            // What engines send in this instant is still to travel in this cycle.
            guard network == time, time < horizon else { return nil }
            stepNetworks(at: time)
        }
        return nil
    }

    mutating func popAnswer(at time: Int) -> Answer? {
        guard let next = answers.min, next.time <= time else { return nil }
        return answers.popMin()
    }

    private mutating func stepNetworks(at time: Int) {
        for index in networks.indices where networks[index].nextEvent == time {
            do throws(NetworkDeadlock) {
                let deliveries = try networks[index].step()
                for delivery in deliveries {
                    let part = delivery.tag >> 1
                    if delivery.tag & 1 == 0 {
                        arrive(part, at: time)
                    } else {
                        // A read's data come in behind the header, flit by flit: the first early enough for all that follow.
                        finish(part, first: time - max(0, delivery.flits - 2) * networks[index].period, last: time)
                    }
                }
            } catch {
                failure = .deadlock("network \(networks[index].name): \(error)")
                return
            }
        }
    }

    private mutating func store(_ transaction: Transaction) -> Int {
        if let index = freeTransactions.popLast() {
            transactions[index] = transaction
            return index
        }
        transactions.append(transaction)
        return transactions.count - 1
    }
}
