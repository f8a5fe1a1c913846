extension FlitNetwork {
    /// Appends all that shapes the future, times relative to `now`: two networks with equal states do the same from there on, but
    /// for the shift in time. Tags and past deliveries are not part of it.
    public func writeState(into state: inout [Int]) {
        func write(_ packet: Int) {
            let entry = packets[packet]
            state.append(entry.source)
            state.append(entry.destination)
            state.append(entry.flits)
            state.append(entry.virtualNetwork)
            state.append(entry.reduction)
            state.append(entry.value)
            if entry.set >= 0 { state += destinationSets[entry.set] }
            state.append(-1)
        }
        for channel in route.indices where count[channel] > 0 || route[channel] >= 0 || branches[channel] >= 0 {
            let input = channel / virtualChannels
            state.append(channel)
            state.append(count[channel])
            state.append(max(0, readyAt[channel] - now))
            state.append(route[channel])
            state.append(Int(waiting[input] >> UInt64(channel - input * virtualChannels) & 1))
            for offset in 0..<count[channel] {
                let flit = buffer[channel * depth + (head[channel] + offset) % depth]
                state.append(flit & 3)
                if flit & 2 != 0 { write(flit >> 2) }
            }
            var branch = branches[channel]
            while branch >= 0 {
                state.append(branchPool[branch].output)
                state.append(branchPool[branch].route)
                state.append(branchPool[branch].sent - branchPool[branches[channel]].popped)
                branch = branchPool[branch].next
            }
        }
        state.append(-2)
        for channel in credits.indices where credits[channel] != depth || owner[channel] != -1 {
            state += [channel, credits[channel], owner[channel]]
        }
        state.append(-3)
        state += inputPointer
        state += acceptPointer
        state += grantPointer
        state += channelPointer
        state += allocationPointer
        for word in free { state.append(Int(bitPattern: UInt(word))) }
        for terminal in queueHead.indices where queueHead[terminal] >= 0 {
            state += [terminal, flitsInjected[terminal], injectionRoute[terminal]]
            var packet = queueHead[terminal]
            while packet >= 0 {
                write(packet)
                packet = packets[packet].next
            }
        }
        for offset in 0...wheelMask {
            let slot = (now + offset) & wheelMask
            // Within one cycle flits go to different ports and credits to different counters, in any order.
            for event in flitWheel[slot].sorted(by: { ($0.target, $0.flit) < ($1.target, $1.flit) }) {
                state += [-4, offset, event.target, event.flit & 3]
                write(event.flit >> 2)
            }
            for credit in creditWheel[slot].sorted() { state += [-5, offset, credit] }
        }
        for entry in future.entries.sorted(by: { ($0.time, $0.order) < ($1.time, $1.order) }) {
            state += [-6, entry.time - now]
            write(entry.item)
        }
        for reduction in reductions where reduction.isActive {
            state.append(-7)
            state += reduction.expected
            state += reduction.received
            state += reduction.sum
        }
    }

    /// Moves the present and everything under way by `cycles`, as if so many cycles had passed in which nothing changed.
    public mutating func shift(by cycles: Int) {
        precondition(cycles >= 0, "time does not run backwards")
        detach()
        // The wheels are addressed by cycle: turn them.
        let turn = cycles & wheelMask
        if turn != 0 {
            func turned<Element>(_ wheel: [[Element]]) -> [[Element]] {
                (0...wheelMask).map { wheel[($0 - turn) & wheelMask] }
            }
            flitWheel = turned(flitWheel)
            creditWheel = turned(creditWheel)
        }
        now += cycles
        for channel in readyAt.indices {
            readyAt[channel] += cycles
            lastArrival[channel] += cycles
        }
        future.shift(by: cycles)
        for index in packets.indices {
            packets[index].created += cycles
            packets[index].injected += cycles
        }
    }
}
