extension FlitNetwork {
    /// Simulates all cycles before `cycle`, so that `now` becomes `cycle`.
    ///
    /// - Throws: `NetworkDeadlock` when flits wait for each other in a circle, which only routing functions can bring about that were
    ///   let in by `allowsCyclicDependencies`.
    public mutating func advance(to cycle: Int) throws(NetworkDeadlock) {
        detach()
        while now < cycle {
            guard let next = nextEvent, next < cycle else {
                now = cycle
                return
            }
            now = next
            step()
            if stillCycles > parameters.timing.routing + parameters.timing.virtualChannelAllocation + 2 {
                throw NetworkDeadlock(cycle: now - stillCycles, waiting: waitingCycle())
            }
        }
    }

    /// Simulates until nothing is left to do.
    ///
    /// - Throws: `NetworkDeadlock` as `advance(to:)`.
    public mutating func drain() throws(NetworkDeadlock) {
        while let next = nextEvent { try advance(to: next + 1) }
    }

    private mutating func step() {
        hasMoved = false
        let wasPending = pending > 0
        releaseFuture()
        let slot = now & wheelMask
        if !creditWheel[slot].isEmpty { receiveCredits(slot) }
        if !flitWheel[slot].isEmpty { receiveFlits(slot) }
        injectFlits()
        for word in busyRouters.indices {
            var set = busyRouters[word]
            while set != 0 {
                let router = word << 6 + set.trailingZeroBitCount
                set &= set - 1
                if visit(router) { busyRouters[word] &= ~(1 << UInt64(router & 63)) }
            }
        }
        stillCycles = hasMoved || wasPending || flitsInFlight == 0 ? 0 : stillCycles + 1
        now += 1
    }

    private mutating func receiveCredits(_ slot: Int) {
        swap(&creditScratch, &creditWheel[slot])
        pending -= creditScratch.count
        let waitsForEmpty = parameters.reuse == .whenEmpty
        for channel in creditScratch {
            credits[channel] += 1
            if waitsForEmpty && credits[channel] == depth && owner[channel] == -1 {
                free[channel / virtualChannels] |= 1 << UInt64(channel % virtualChannels)
            }
        }
        creditScratch.removeAll(keepingCapacity: true)
    }

    private mutating func receiveFlits(_ slot: Int) {
        swap(&flitScratch, &flitWheel[slot])
        pending -= flitScratch.count
        for event in flitScratch {
            guard event.target >= 0 else {
                leave(event.flit, from: -1 - event.target)
                continue
            }
            receive(event.flit, at: event.target)
        }
        flitScratch.removeAll(keepingCapacity: true)
    }

    /// A flit arrives in an input buffer.
    mutating func receive(_ flit: Int, at channel: Int) {
        let input = channel / virtualChannels
        let bit: UInt64 = 1 << UInt64(channel - input * virtualChannels)
        var place = head[channel] + count[channel]
        if place >= depth { place -= depth }
        buffer[channel * depth + place] = flit
        count[channel] += 1
        lastArrival[channel] = now
        let router = inputRouter[input]
        let port: UInt64 = 1 << UInt64(input - inputBase[router])
        if route[channel] >= 0 || branches[channel] >= 0 {
            active[input] |= bit
            activePorts[router] |= port
        } else if waiting[input] & bit == 0 {
            waiting[input] |= bit
            waitingPorts[router] |= port
            readyAt[channel] = now + parameters.timing.routing
        }
        busyRouters[router >> 6] |= 1 << UInt64(router & 63)
    }

    /// A flit reaches a terminal or a combining unit.
    private mutating func leave(_ flit: Int, from channel: Int) {
        let output = channel / virtualChannels
        let packet = flit >> 2
        flitsInFlight -= 1
        guard case .terminal = ports.outputEnd[output] else {
            if flit & 1 != 0 { combine(packet, at: ports.outputRouter[output]) }
            return
        }
        scheduleCredit(channel, at: now + 1 + outputLatency[output] + parameters.timing.creditDelay)
        guard flit & 1 != 0 else { return }
        let entry = packets[packet]
        arrived.append(
            Delivery(
                source: entry.source, destination: entry.destination, tag: entry.tag, flits: entry.flits, created: entry.created,
                injected: entry.injected, delivered: now, hops: entry.hops, value: entry.value))
        if entry.reduction >= 0 { finishReduction(entry.reduction) }
        freePackets.append(packet)
    }

    /// One cycle of a router. Returns true when it holds no flits any more.
    private mutating func visit(_ router: Int) -> Bool {
        let moves = activePorts[router]
        if waitingPorts[router] != 0 { allocateChannels(router) }
        if moves != 0 { allocateSwitch(router, moves) }
        return waitingPorts[router] | activePorts[router] == 0
    }

    /// Sends the flit at the front of an input virtual channel through the switch.
    mutating func send(_ channel: Int, input: Int, output: Int) {
        let flit = buffer[channel * depth + head[channel]]
        let route = route[channel]
        forward(flit, over: route, output)
        pop(channel, input)
        if flit & 1 != 0 {
            if behind[output] != .min { release(route, output) }
            self.route[channel] = -1
            setActive(false, channel, input)
            if count[channel] > 0 {
                setWaiting(true, channel, input)
                readyAt[channel] = now + 1 + parameters.timing.routing
            }
        } else if count[channel] == 0 {
            setActive(false, channel, input)
        }
    }

    /// A packet in an input virtual channel has flits to send, or none.
    @inline(__always)
    mutating func setActive(_ isActive: Bool, _ channel: Int, _ input: Int) {
        let bit: UInt64 = 1 << UInt64(channel - input * virtualChannels)
        let set = isActive ? active[input] | bit : active[input] & ~bit
        active[input] = set
        let router = inputRouter[input]
        let port: UInt64 = 1 << UInt64(input - inputBase[router])
        if set != 0 { activePorts[router] |= port } else { activePorts[router] &= ~port }
    }

    /// A packet in an input virtual channel waits for an output virtual channel, or not.
    @inline(__always)
    mutating func setWaiting(_ isWaiting: Bool, _ channel: Int, _ input: Int) {
        let bit: UInt64 = 1 << UInt64(channel - input * virtualChannels)
        let set = isWaiting ? waiting[input] | bit : waiting[input] & ~bit
        waiting[input] = set
        let router = inputRouter[input]
        let port: UInt64 = 1 << UInt64(input - inputBase[router])
        if set != 0 { waitingPorts[router] |= port } else { waitingPorts[router] &= ~port }
    }

    /// Puts a flit on the wire behind an output port.
    mutating func forward(_ flit: Int, over route: Int, _ output: Int) {
        hasMoved = true
        sent[output] += 1
        if flit & 2 != 0 { packets[flit >> 2].hops += 1 }
        let target = behind[output]
        let arrival = now + crossing + outputLatency[output]
        guard target >= 0 else {
            if target != .min { credits[route] -= 1 }
            schedule(FlitEvent(target: -1 - route, flit: flit), at: arrival)
            return
        }
        credits[route] -= 1
        schedule(FlitEvent(target: (target - output) * virtualChannels + route, flit: flit), at: arrival)
    }

    /// Takes the front flit out of a buffer and returns its credit.
    mutating func pop(_ channel: Int, _ input: Int) {
        head[channel] = head[channel] + 1 == depth ? 0 : head[channel] + 1
        count[channel] -= 1
        let upstream = inFront[input]
        guard upstream >= 0 else { return }
        scheduleCredit(
            (upstream - input) * virtualChannels + channel, at: now + 1 + outputLatency[upstream] + parameters.timing.creditDelay)
    }
}
