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
    private var sequence = 0
    var answers = Heap<Answer>()
    /// By unit: parts that wait because a front end is full, oldest first.
    var held: [Deque<Int>]
    var heldCount = 0
    /// Unit that is asked first when a place becomes free.
    var nextHeld = 0
    /// Held parts are being let go: what that frees is seen there.
    private var isReleasing = false
    /// Bytes that moved over the pins of memories that count them when they do, by the unit whose access caused it; handed out by `takeTraffic`.
    var traffic: [Traffic] = []
    /// The latest time at which something was looked at.
    private var latest = 0
    /// Why nothing goes on.
    var failure: SimulationError?

    /// A request of an engine.
    struct Transaction {
        var tag = 0
        var sequence = 0
        var remaining = 0
        var first = Int.max
        var last = 0
    }

    /// What of a request concerns one node.
    struct Part {
        var transaction = 0
        var memory = 0
        var node = 0
        var unit = 0
        var isWrite = false
        /// Payload.
        var bytes = 0
        /// First of its pieces.
        var piece = -1
        /// Requests to the memory, or accesses to the cache, without an answer.
        var remaining = 0
        /// Accesses of the memory while it is served.
        var accesses = 0
        var first = Int.max
        var last = 0
        var offeredAt = 0
    }

    /// Runs of a part that are evenly spaced.
    struct Piece {
        var request: DRAMRequest
        var next = -1
    }

    struct Answer: Comparable {
        var time: Int
        var sequence: Int
        var tag: Int
        var first: Int

        static func < (a: Answer, b: Answer) -> Bool { (a.time, a.sequence) < (b.time, b.sequence) }
        static func == (a: Answer, b: Answer) -> Bool { (a.time, a.sequence) == (b.time, b.sequence) }
    }

    struct Traffic {
        var unit: Int
        var memory: Int
        var bytes: Int
        var isWrite: Bool
    }

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

    // MARK: Parts on their way

    /// A part is ready to leave its engine: it goes when the front end behind has a place, and nothing of the engine waits before it.
    private mutating func offer(_ part: Int, at time: Int) {
        let unit = parts[part].unit
        guard memories[parts[part].memory].isBounded else { return depart(part, at: time) }
        guard held[unit].isEmpty, memories[parts[part].memory].reserve(parts[part].node) else {
            held[unit].append(part)
            heldCount += 1
            memories[parts[part].memory].holdBack(parts[part].node, at: time)
            return
        }
        depart(part, at: time)
    }

    /// Lets go what was held back for want of places, engine after engine in turn.
    mutating func releaseHeld(at time: Int) {
        guard !isReleasing else { return }
        isReleasing = true
        defer { isReleasing = false }
        while heldCount > 0 {
            var moved = false
            for offset in held.indices {
                let unit = (nextHeld + offset) % held.count
                guard let part = held[unit].first, memories[parts[part].memory].reserve(parts[part].node) else { continue }
                held[unit].removeFirst()
                heldCount -= 1
                nextHeld = (unit + 1) % held.count
                memories[parts[part].memory].letGo(parts[part].node, at: time, since: parts[part].offeredAt)
                depart(part, at: time)
                moved = true
                break
            }
            if !moved { return }
        }
    }

    private mutating func depart(_ part: Int, at time: Int) {
        let memory = parts[part].memory
        let network = memories[memory].network
        guard network >= 0 else { return arrive(part, at: time) }
        let unit = networks[network].unitTerminals[parts[part].unit]
        let node = memories[memory].nodes[parts[part].node].terminal
        let payload = parts[part].isWrite ? parts[part].bytes : 0
        let isThere = networks[network].send(from: unit, to: node, bytes: payload, tag: part << 1, isAnswer: false, at: time)
        if isThere { arrive(part, at: time) }
    }

    /// A part is at its node.
    private mutating func arrive(_ part: Int, at time: Int) {
        let memory = parts[part].memory
        guard memories[memory].isBounded else { return serve(part, at: time) }
        memories[memory].enter(part, node: parts[part].node, at: time)
        drain(memory, node: parts[part].node, at: time)
    }

    /// Moves parts from a front end to the controllers or the cache as long as those have room.
    mutating func drain(_ memory: Int, node: Int, at time: Int) {
        var isFreed = false
        while let part = memories[memory].leave(node, at: time) {
            serve(part, at: time)
            isFreed = true
        }
        if isFreed { releaseHeld(at: time) }
    }

    private mutating func serve(_ part: Int, at time: Int) {
        let memory = parts[part].memory
        var piece = parts[part].piece
        parts[part].remaining = 0
        while piece >= 0 {
            var request = pieces[piece].request
            if memories[memory].cache != nil {
                parts[part].remaining += memories[memory].cache?.take(request, owner: part, at: time) ?? 0
            } else {
                request.tag = part << 2
                let moved = memories[memory].submit(request, at: time)
                parts[part].accesses += moved / memories[memory].granule
                if memories[memory].countsLater {
                    traffic.append(Traffic(unit: parts[part].unit, memory: memories[memory].index, bytes: moved, isWrite: false))
                }
                parts[part].remaining += 1
            }
            let next = pieces[piece].next
            freePieces.append(piece)
            piece = next
        }
        parts[part].piece = -1
        memories[memory].begin(part: parts[part].accesses, node: parts[part].node)
    }

    /// One of a part's requests, or accesses, is complete.
    mutating func settle(_ part: Int, first: Int, last: Int) {
        parts[part].first = min(parts[part].first, first)
        parts[part].last = max(parts[part].last, last)
        parts[part].remaining -= 1
        guard parts[part].remaining == 0 else { return }
        let memory = parts[part].memory
        memories[memory].end(part: parts[part].accesses, node: parts[part].node)
        let time = parts[part].last
        let network = memories[memory].network
        if network >= 0 {
            let unit = networks[network].unitTerminals[parts[part].unit]
            let node = memories[memory].nodes[parts[part].node].terminal
            let payload = parts[part].isWrite ? 0 : parts[part].bytes
            if networks[network].send(from: node, to: unit, bytes: payload, tag: part << 1 | 1, isAnswer: true, at: time) {
                finish(part, first: parts[part].first, last: time)
            }
        } else {
            finish(part, first: parts[part].first, last: time)
        }
        if memories[memory].isBounded { drain(memory, node: parts[part].node, at: time) }
    }

    /// A part's answer is back.
    private mutating func finish(_ part: Int, first: Int, last: Int) {
        let index = parts[part].transaction
        freeParts.append(part)
        transactions[index].remaining -= 1
        transactions[index].first = min(transactions[index].first, first)
        transactions[index].last = max(transactions[index].last, last)
        guard transactions[index].remaining == 0 else { return }
        let transaction = transactions[index]
        freeTransactions.append(index)
        answers.insert(Answer(time: transaction.last, sequence: transaction.sequence, tag: transaction.tag, first: transaction.first))
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

/// Takes requests, now or later to be answered.
protocol RequestTaker {
    /// Returns the bytes that move over the memory's pins.
    mutating func submit(_ request: DRAMRequest, at time: Int) -> Int
}

extension AccountedMemory: RequestTaker {}
extension MemoryFabric: RequestTaker {}

extension Optional: RequestTaker where Wrapped: RequestTaker {
    mutating func submit(_ request: DRAMRequest, at time: Int) -> Int { self?.submit(request, at: time) ?? 0 }
}
