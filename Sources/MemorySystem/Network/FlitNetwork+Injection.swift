extension FlitNetwork {
    /// Hands over a packet, which joins its terminal's queue in `cycle`. Packets of a terminal for the same cycle are sent in the
    /// order of the calls.
    ///
    /// - Throws: `NetworkError` when the packet names terminals or a virtual network that do not exist, has no flits, or when the
    ///   cycle has passed.
    public mutating func inject(_ packet: NetworkPacket, at cycle: Int) throws(NetworkError) {
        try check(packet, at: cycle)
        enqueue(newPacket(packet, at: cycle), at: cycle)
    }

    /// The packets that have arrived since the last call, in the order of their arrival.
    public mutating func takeDeliveries() -> [Delivery] {
        var result: [Delivery] = []
        swap(&result, &arrived)
        return result
    }

    /// True when no packet is anywhere: neither waiting, nor under way, nor to come.
    public var isIdle: Bool { nextEvent == nil }

    /// The next cycle in which something can happen; `nil` when the network has nothing to do.
    public var nextEvent: Int? {
        if busyRouters.contains(where: { $0 != 0 }) || busyTerminals.contains(where: { $0 != 0 }) { return now }
        var next = future.first
        if pending > 0 {
            var cycle = now
            while flitWheel[cycle & wheelMask].isEmpty && creditWheel[cycle & wheelMask].isEmpty { cycle += 1 }
            next = min(next ?? cycle, cycle)
        }
        return next
    }

    func check(_ packet: NetworkPacket, at cycle: Int) throws(NetworkError) {
        func name(_ value: Int, _ what: String, _ limit: Int) throws(NetworkError) {
            guard value >= 0, value < limit else { throw .packet("\(what) \(value) does not exist; there are \(limit), numbered from 0") }
        }
        try name(packet.source, "terminal", topology.terminals)
        try name(packet.destination, "terminal", topology.terminals)
        try name(packet.virtualNetwork, "virtual network", parameters.virtualNetworks)
        guard packet.flits >= 1, packet.flits <= 1 << 20 else {
            throw .packet("a packet of \(packet.flits) flits cannot be sent; a packet has 1 to \(1 << 20)")
        }
        guard cycle >= now else { throw .packet("cycle \(cycle) has passed; the network is at cycle \(now)") }
    }

    mutating func newPacket(_ packet: NetworkPacket, at cycle: Int) -> Int {
        var entry = Packet()
        entry.source = packet.source
        entry.destination = packet.destination
        entry.flits = packet.flits
        entry.tag = packet.tag
        entry.virtualNetwork = packet.virtualNetwork
        entry.created = cycle
        packetsCreated += 1
        return store(entry)
    }

    mutating func store(_ packet: Packet) -> Int {
        if let index = freePackets.popLast() {
            packets[index] = packet
            return index
        }
        packets.append(packet)
        return packets.count - 1
    }

    mutating func enqueue(_ packet: Int, at cycle: Int) {
        // Also for the present cycle: packets handed over earlier for it come first.
        future.insert(packet, at: cycle)
    }

    /// Moves packets whose cycle has come to their terminals' queues.
    mutating func releaseFuture() {
        while let cycle = future.first, cycle <= now {
            let packet = future.removeFirst()
            let terminal = packets[packet].source
            if queueTail[terminal] < 0 { queueHead[terminal] = packet } else { packets[queueTail[terminal]].next = packet }
            queueTail[terminal] = packet
            busyTerminals[terminal >> 6] |= 1 << UInt64(terminal & 63)
        }
    }

    /// Each terminal with a packet sends one flit if it has a virtual channel with room.
    mutating func injectFlits() {
        for word in busyTerminals.indices {
            var set = busyTerminals[word]
            while set != 0 {
                injectFlit(word << 6 + set.trailingZeroBitCount)
                set &= set - 1
            }
        }
    }

    private mutating func injectFlit(_ terminal: Int) {
        let packet = queueHead[terminal]
        let output = ports.outputs + terminal
        var channel = injectionRoute[terminal]
        if channel < 0 {
            let shift = UInt64(packets[packet].virtualNetwork * networkChannels)
            let number = allocateChannel(output, anyMask << shift, for: route.count + terminal)
            guard number >= 0 else { return }
            channel = output * virtualChannels + number
            injectionRoute[terminal] = channel
            owner[channel] = -2 - terminal
            hasMoved = true
        }
        guard credits[channel] > 0 else { return }
        let isHead = flitsInjected[terminal] == 0
        if isHead { packets[packet].injected = now }
        flitsInjected[terminal] += 1
        let isTail = flitsInjected[terminal] == packets[packet].flits
        credits[channel] -= 1
        sent[output] += 1
        flitsInFlight += 1
        hasMoved = true
        schedule(
            FlitEvent(
                target: behind[output] * virtualChannels + channel - output * virtualChannels,
                flit: packet << 2 | (isHead ? 2 : 0) | (isTail ? 1 : 0)),
            at: now + 1 + outputLatency[output])
        guard isTail else { return }
        release(channel, output)
        injectionRoute[terminal] = -1
        flitsInjected[terminal] = 0
        queueHead[terminal] = packets[packet].next
        packets[packet].next = -1
        if queueHead[terminal] < 0 {
            queueTail[terminal] = -1
            busyTerminals[terminal >> 6] &= ~(1 << UInt64(terminal & 63))
        }
    }

    mutating func schedule(_ event: FlitEvent, at cycle: Int) {
        flitWheel[cycle & wheelMask].append(event)
        pending += 1
    }

    mutating func scheduleCredit(_ channel: Int, at cycle: Int) {
        creditWheel[cycle & wheelMask].append(channel)
        pending += 1
    }

    /// A free output virtual channel out of a set, now taken; -1 when there is none. Whoever asks, an input virtual channel or a
    /// terminal, goes round robin by a pointer of its own, as input arbiters of a separable allocator do.
    @inline(__always)
    mutating func allocateChannel(_ output: Int, _ mask: UInt64, for asker: Int) -> Int {
        let set = free[output] & mask
        guard set != 0 else { return -1 }
        let number = Self.first(of: set, from: channelPointer[asker])
        free[output] &= ~(1 << UInt64(number))
        channelPointer[asker] = number + 1 == virtualChannels ? 0 : number + 1
        return number
    }

    /// The packet's tail has left for an output virtual channel.
    @inline(__always)
    mutating func release(_ channel: Int, _ output: Int) {
        owner[channel] = -1
        if parameters.reuse == .whenTailSent { free[output] |= 1 << UInt64(channel - output * virtualChannels) }
    }

    /// The first member of a set at or behind a position, going round.
    @inline(__always)
    static func first(of set: UInt64, from position: Int) -> Int {
        let behind = set & (UInt64.max << UInt64(position))
        return (behind != 0 ? behind : set).trailingZeroBitCount
    }
}
