extension FlitNetwork {
    /// Gives output virtual channels to packets whose heads wait for them. Whoever went away empty-handed is first in the next cycle.
    mutating func allocateChannels(_ router: Int) {
        let first = inputBase[router]
        let start = allocationPointer[router]
        let later = UInt64.max << UInt64(start)
        var loser = -1
        var set = waitingPorts[router] & later
        var afterwards = waitingPorts[router] & ~later
        while true {
            if set == 0 {
                guard afterwards != 0 else { break }
                set = afterwards
                afterwards = 0
            }
            let number = set.trailingZeroBitCount
            set &= set - 1
            let input = first + number
            var heads = waiting[input]
            while heads != 0 {
                let channel = input * virtualChannels + heads.trailingZeroBitCount
                heads &= heads - 1
                guard readyAt[channel] <= now else { continue }
                if !allocate(channel, input: input, router: router), loser < 0 { loser = number }
            }
        }
        if loser < 0 { loser = start + 1 == inputBase[router + 1] - first ? 0 : start + 1 }
        allocationPointer[router] = loser
    }

    /// One attempt for one packet; false when it has to try again.
    private mutating func allocate(_ channel: Int, input: Int, router: Int) -> Bool {
        if branches[channel] >= 0 { return allocateBranches(channel, input: input) }
        let packet = buffer[channel * depth + head[channel]] >> 2
        if packets[packet].set >= 0 {
            if fork(channel, packet: packet, router: router) { return allocateBranches(channel, input: input) }
        } else if packets[packet].reduction >= 0, let combiner = combiner(for: packet, at: router, input: input) {
            route[channel] = combiner * virtualChannels
            routeOutput[channel] = combiner - outputBase[router]
            setWaiting(false, channel, input)
            setActive(true, channel, input)
            readyAt[channel] = now + parameters.timing.virtualChannelAllocation
            hasMoved = true
            return true
        }
        let entry = router * topology.terminals + packets[packet].destination
        let shift = UInt64(packets[packet].virtualNetwork * networkChannels)
        var output = -1
        var number = -1
        // Packets that fork or combine elsewhere keep to the paths that their trees were built from.
        if routing.isAdaptive, packets[packet].set < 0, packets[packet].reduction < 0 {
            output = bestAdaptiveOutput(router, routing.adaptive[entry], shift)
            if output >= 0 { number = allocateChannel(output, adaptiveMask << shift, for: channel) }
        }
        if number < 0 {
            output = outputBase[router] + Int(routing.escapePort[entry])
            number = allocateChannel(output, outputMask(output, class: Int(routing.escapeClass[entry])) << shift, for: channel)
            guard number >= 0 else { return false }
        }
        let taken = output * virtualChannels + number
        owner[taken] = channel
        route[channel] = taken
        routeOutput[channel] = output - outputBase[router]
        setWaiting(false, channel, input)
        setActive(true, channel, input)
        readyAt[channel] = now + parameters.timing.virtualChannelAllocation
        hasMoved = true
        return true
    }

    /// Channels of the first virtual network for a packet of a class: any towards a terminal.
    @inline(__always)
    func outputMask(_ output: Int, class channelClass: Int) -> UInt64 { behind[output] < 0 ? anyMask : escapeMasks[channelClass] }

    /// Of the output ports in a set the one with most free virtual channels, then with most credits; -1 when none is free.
    private func bestAdaptiveOutput(_ router: Int, _ candidates: UInt64, _ shift: UInt64) -> Int {
        var best = -1
        var bestFree = 0
        var bestCredits = 0
        var set = candidates
        while set != 0 {
            let output = outputBase[router] + set.trailingZeroBitCount
            set &= set - 1
            let channels = free[output] & adaptiveMask << shift
            let freeCount = channels.nonzeroBitCount
            guard freeCount > 0, freeCount >= bestFree else { continue }
            var creditCount = 0
            for number in 0..<virtualChannels { creditCount += credits[output * virtualChannels + number] }
            if freeCount > bestFree || creditCount > bestCredits { (best, bestFree, bestCredits) = (output, freeCount, creditCount) }
        }
        return best
    }

    /// Matches inputs with flits to outputs with credit and sends the winners.
    mutating func allocateSwitch(_ router: Int, _ moves: UInt64) {
        let firstInput = inputBase[router]
        let firstOutput = outputBase[router]
        let outputs = outputBase[router + 1] - firstOutput
        let crossbarInputs = (inputBase[router + 1] - firstInput) * speedup
        var requested: UInt64 = 0
        var moves = moves
        while moves != 0 {
            let input = firstInput + moves.trailingZeroBitCount
            moves &= moves - 1
            for part in 0..<speedup {
                let set = active[input] & speedupMasks[part]
                if set != 0 { requested |= request(set, input: input, crossbarInput: (input - firstInput) * speedup + part) }
            }
        }
        guard requested != 0 else { return }
        var open = requested
        var unmatched = UInt64.max
        for iteration in 0..<iterations {
            var granted: UInt64 = 0
            var set = open
            while set != 0 {
                let output = set.trailingZeroBitCount
                set &= set - 1
                let wishes = requests[output] & unmatched
                guard wishes != 0 else { continue }
                let winner = Self.first(of: wishes, from: grantPointer[firstOutput + output])
                grants[winner] |= 1 << UInt64(output)
                granted |= 1 << UInt64(winner)
            }
            guard granted != 0 else { break }
            while granted != 0 {
                let crossbarInput = granted.trailingZeroBitCount
                granted &= granted - 1
                let offers = grants[crossbarInput]
                grants[crossbarInput] = 0
                let pointer = firstInput * speedup + crossbarInput
                let output = Self.first(of: offers, from: acceptPointer[pointer])
                unmatched &= ~(1 << UInt64(crossbarInput))
                open &= ~(1 << UInt64(output))
                if iteration == 0 {
                    grantPointer[firstOutput + output] = crossbarInput + 1 == crossbarInputs ? 0 : crossbarInput + 1
                    acceptPointer[pointer] = output + 1 == outputs ? 0 : output + 1
                }
                let virtualChannel = requestVC[crossbarInput * radix + output]
                inputPointer[pointer] = virtualChannel + 1 == virtualChannels ? 0 : virtualChannel + 1
                let input = firstInput + crossbarInput / speedup
                let channel = input * virtualChannels + virtualChannel
                guard branches[channel] >= 0 else {
                    send(channel, input: input, output: firstOutput + output)
                    continue
                }
                // A forking packet may use all outputs that it was granted at once.
                var copies = offers
                while copies != 0 {
                    let copy = copies.trailingZeroBitCount
                    copies &= copies - 1
                    guard requestVC[crossbarInput * radix + copy] == virtualChannel, open & 1 << UInt64(copy) != 0 || copy == output else { continue }
                    open &= ~(1 << UInt64(copy))
                    sendCopy(channel, input: input, output: firstOutput + copy)
                }
                retireBranches(channel, input: input)
            }
        }
        while requested != 0 {
            requests[requested.trailingZeroBitCount] = 0
            requested &= requested - 1
        }
    }

    /// Notes which outputs a crossbar input asks for, virtual channels round robin. Returns the outputs.
    @inline(__always)
    private mutating func request(_ set: UInt64, input: Int, crossbarInput: Int) -> UInt64 {
        var asked: UInt64 = 0
        let start = inputPointer[input * speedup + (speedup == 1 ? 0 : crossbarInput % speedup)]
        let later = UInt64.max << UInt64(start)
        var now = set & later
        var afterwards = set & ~later
        while true {
            if now == 0 {
                guard afterwards != 0 else { break }
                now = afterwards
                afterwards = 0
            }
            let virtualChannel = now.trailingZeroBitCount
            now &= now - 1
            let channel = input * virtualChannels + virtualChannel
            if branches[channel] >= 0 {
                asked |= requestBranches(channel, virtualChannel, crossbarInput: crossbarInput, asked: asked)
                if asksOnce && asked != 0 { break }
                continue
            }
            guard readyAt[channel] <= self.now, count[channel] > 1 || lastArrival[channel] < self.now, credits[route[channel]] > 0 else {
                continue
            }
            let output = routeOutput[channel]
            guard asked & 1 << UInt64(output) == 0 else { continue }
            asked |= 1 << UInt64(output)
            requests[output] |= 1 << UInt64(crossbarInput)
            requestVC[crossbarInput * radix + output] = virtualChannel
            if asksOnce { break }
        }
        return asked
    }
}
