extension FlitNetwork {
    /// Hands over a packet for several terminals. Routers where their paths part copy it flit by flit, so that each channel of the
    /// tree carries it once. Every destination gets a delivery of its own.
    ///
    /// Branches go on independently of each other: a packet stays in its buffer until the slowest branch has taken it. As the
    /// buffer holds the whole packet, no branch waits for another one and the order of channels that keeps single packets free of
    /// deadlock does so for forking ones.
    ///
    /// - Throws: `NetworkError` for what `inject` refuses, no destinations, a packet longer than a buffer, or buffers that may hold two
    ///   packets.
    public mutating func injectMulticast(_ packet: NetworkPacket, to destinations: [Int], at cycle: Int) throws(NetworkError) {
        guard let first = destinations.first else { throw .packet("a multicast needs at least one destination") }
        var packet = packet
        packet.destination = first
        try check(packet, at: cycle)
        var seen = Array(repeating: false, count: topology.terminals)
        for destination in destinations {
            packet.destination = destination
            try check(packet, at: cycle)
            guard !seen[destination] else { throw .packet("terminal \(destination) is named twice in a multicast") }
            seen[destination] = true
        }
        guard packet.flits <= depth else {
            throw .packet("a multicast of \(packet.flits) flits does not fit in a buffer of \(depth); split it or deepen bufferDepth")
        }
        guard parameters.reuse == .whenEmpty || destinations.count == 1 else {
            throw .packet("multicast needs reuse .whenEmpty: the packet must have a buffer for itself where it forks")
        }
        packet.destination = first
        let index = newPacket(packet, at: cycle)
        if destinations.count > 1 { packets[index].set = store(set: destinations) }
        enqueue(index, at: cycle)
    }

    private mutating func store(set: [Int]) -> Int {
        if let index = freeSets.popLast() {
            destinationSets[index] = set
            return index
        }
        destinationSets.append(set)
        return destinationSets.count - 1
    }

    /// Looks at where a multicast goes from here. False when all destinations lie behind one channel: it goes on as one packet.
    mutating func fork(_ channel: Int, packet: Int, router: Int) -> Bool {
        let set = packets[packet].set
        var keys: [Int] = []
        var groups: [[Int]] = []
        for destination in destinationSets[set] {
            let entry = router * topology.terminals + destination
            let key = Int(routing.escapePort[entry]) * routing.classes + Int(routing.escapeClass[entry])
            if let place = keys.firstIndex(of: key) {
                groups[place].append(destination)
            } else {
                keys.append(key)
                groups.append([destination])
            }
        }
        packets[packet].destination = destinationSets[set][0]
        guard groups.count > 1 else { return false }
        var firstBranch = -1
        for place in groups.indices.reversed() {
            var copy = packets[packet]
            copy.destination = groups[place][0]
            copy.set = groups[place].count > 1 ? store(set: groups[place]) : -1
            var branch = Branch()
            branch.next = firstBranch
            branch.output = ports.outputBase[router] + keys[place] / routing.classes
            branch.packet = store(copy)
            if let index = freeBranches.popLast() {
                branchPool[index] = branch
                firstBranch = index
            } else {
                branchPool.append(branch)
                firstBranch = branchPool.count - 1
            }
        }
        branches[channel] = firstBranch
        return true
    }

    /// Asks for an output virtual channel for each branch without one; false while some have none.
    mutating func allocateBranches(_ channel: Int, input: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(channel - input * virtualChannels)
        let router = ports.inputRouter[input]
        var isComplete = true
        var branch = branches[channel]
        while branch >= 0 {
            defer { branch = branchPool[branch].next }
            guard branchPool[branch].route < 0 else { continue }
            let output = branchPool[branch].output
            let packet = branchPool[branch].packet
            let entry = router * topology.terminals + packets[packet].destination
            let shift = UInt64(packets[packet].virtualNetwork * networkChannels)
            let number = allocateChannel(output, outputMask(output, class: Int(routing.escapeClass[entry])) << shift, for: channel)
            guard number >= 0 else {
                isComplete = false
                continue
            }
            branchPool[branch].route = output * virtualChannels + number
            owner[output * virtualChannels + number] = channel
            if active[input] & bit == 0 {
                setActive(true, channel, input)
                readyAt[channel] = now + parameters.timing.virtualChannelAllocation
            }
            hasMoved = true
        }
        if isComplete { setWaiting(false, channel, input) }
        return isComplete
    }

    /// Notes the outputs for which branches of a packet have a flit and credit; those in `asked` are taken.
    mutating func requestBranches(_ channel: Int, _ virtualChannel: Int, crossbarInput: Int, asked: UInt64) -> UInt64 {
        guard readyAt[channel] <= now else { return 0 }
        let firstOutput = ports.outputBase[ports.inputRouter[channel / virtualChannels]]
        var added: UInt64 = 0
        var branch = branches[channel]
        while branch >= 0 {
            if canSend(branch, of: channel) {
                let output = branchPool[branch].output - firstOutput
                if (asked | added) & 1 << UInt64(output) == 0 {
                    added |= 1 << UInt64(output)
                    requests[output] |= 1 << UInt64(crossbarInput)
                    requestVC[crossbarInput * radix + output] = virtualChannel
                }
            }
            branch = branchPool[branch].next
        }
        return added
    }

    private func canSend(_ branch: Int, of channel: Int) -> Bool {
        let route = branchPool[branch].route
        guard route >= 0, credits[route] > 0 else { return false }
        let place = branchPool[branch].sent - branchPool[branches[channel]].popped
        return place < count[channel] - 1 || (place == count[channel] - 1 && lastArrival[channel] < now)
    }

    /// Sends the next flit of the branch that goes to an output.
    mutating func sendCopy(_ channel: Int, input: Int, output: Int) {
        var branch = branches[channel]
        while branch >= 0, branchPool[branch].output != output || !canSend(branch, of: channel) { branch = branchPool[branch].next }
        guard branch >= 0 else { return }
        var place = head[channel] + branchPool[branch].sent - branchPool[branches[channel]].popped
        if place >= depth { place -= depth }
        let flit = branchPool[branch].packet << 2 | buffer[channel * depth + place] & 3
        let route = branchPool[branch].route
        forward(flit, over: route, output)
        flitsInFlight += 1
        branchPool[branch].sent += 1
        if flit & 1 != 0 { release(route, output) }
    }

    /// Frees the flits that all branches have sent, and the packet behind the last one.
    mutating func retireBranches(_ channel: Int, input: Int) {
        let first = branches[channel]
        var least = Int.max
        var branch = first
        while branch >= 0 {
            least = min(least, branchPool[branch].sent)
            branch = branchPool[branch].next
        }
        while branchPool[first].popped < least {
            let flit = buffer[channel * depth + head[channel]]
            branchPool[first].popped += 1
            flitsInFlight -= 1
            pop(channel, input)
            guard flit & 1 != 0 else { continue }
            let packet = flit >> 2
            destinationSets[packets[packet].set] = []
            freeSets.append(packets[packet].set)
            freePackets.append(packet)
            branch = first
            while branch >= 0 {
                freeBranches.append(branch)
                branch = branchPool[branch].next
            }
            branches[channel] = -1
            setActive(false, channel, input)
            if count[channel] > 0 {
                setWaiting(true, channel, input)
                readyAt[channel] = now + 1 + parameters.timing.routing
            }
            return
        }
    }
}
