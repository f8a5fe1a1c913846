extension DRAMSystem {
    /// A completion is known this many cycles ahead, at least.
    /// Accesses that are answered from the write queue are made to take as long.
    private var foresight: Int { min(standard.readLatency, standard.writeLatency) + standard.burstCycles }

    /// Takes a request that arrives at `time` (femtoseconds, not before the time advanced to). It is offered to the channels from
    /// the next edge of the memory's clock on.
    public mutating func submit(_ request: DRAMRequest, at time: Int) throws(DRAMSystemError) {
        guard request.runBytes > 0, request.runs > 0, request.address >= 0, request.stride >= 0 else { throw .emptyRequest }
        guard request.end <= capacity else { throw .beyondCapacity(end: request.end, capacity: capacity) }
        let arrival = max(horizon, (time + standard.clockPeriod - 1) / standard.clockPeriod)
        let bytes = standard.organization.accessBytes
        var accesses = 0
        if request.stride % bytes == 0 {
            accesses = ((request.address + request.runBytes - 1) / bytes - request.address / bytes + 1) * request.runs
        } else {
            for run in 0..<request.runs {
                let begin = request.address + run * request.stride
                accesses += (begin + request.runBytes - 1) / bytes - begin / bytes + 1
            }
        }
        let slot = freeSlots.popLast() ?? slots.count
        let state = Slot(tag: request.tag, remaining: accesses, busBytes: accesses * bytes, first: Int.max, last: 0)
        if slot == slots.count { slots.append(state) } else { slots[slot] = state }
        outstanding += 1
        for channel in lanes.indices {
            let cursor = ChannelCursor(request, slot: slot, channel: channel, arrival: arrival, split: split)
            if cursor.address >= 0 { lanes[channel].append(cursor) }
        }
    }

    /// Runs up to `time` (femtoseconds), or up to the next completion if one comes no later: returns its time. Completions are to be
    /// taken before time goes on.
    public mutating func advance(to time: Int) -> Int? {
        let target = (time + standard.clockPeriod - 1) / standard.clockPeriod
        while true {
            if let first = finished.first {
                // No channel can come up with an earlier one any more.
                if first.lastAccess <= (horizon + foresight) * standard.clockPeriod {
                    return first.lastAccess <= time ? first.lastAccess : nil
                }
            } else if outstanding == 0 {
                horizon = max(horizon, target)
                return nil
            }
            guard horizon < target else { return nil }
            step(to: target)
        }
    }

    /// Runs the channels with work up to `target`, at most as far as completions are known ahead.
    mutating func step(to target: Int) {
        horizon = min(target, horizon + foresight)
        for channel in lanes.indices where lanes[channel].waiting > 0 || controllers[channel].hasWork {
            controllers[channel].recordCompletions(foresight: foresight)
            controllers[channel].serve(&lanes[channel], split: split, until: horizon)
            collect(channel)
        }
    }

    /// Requests complete by `time`, in order of time.
    public mutating func takeCompletions(through time: Int) -> [DRAMRequestCompletion] {
        let count = finished.firstIndex { $0.lastAccess > time } ?? finished.count
        defer { finished.removeFirst(count) }
        return Array(finished[..<count])
    }

    private mutating func collect(_ channel: Int) {
        for completion in controllers[channel].takeCompletions() {
            let time = completion.cycle * standard.clockPeriod
            let slot = completion.tag
            slots[slot].first = min(slots[slot].first, time)
            slots[slot].last = max(slots[slot].last, time)
            slots[slot].remaining -= 1
            guard slots[slot].remaining == 0 else { continue }
            let state = slots[slot]
            let done = DRAMRequestCompletion(tag: state.tag, firstAccess: state.first, lastAccess: state.last, busBytes: state.busBytes)
            let place = finished.firstIndex { $0.lastAccess > done.lastAccess } ?? finished.count
            finished.insert(done, at: place)
            freeSlots.append(slot)
            outstanding -= 1
        }
    }
}

extension DRAMSystem.Lane {
    mutating func append(_ cursor: ChannelCursor) {
        waiting += 1
        let place = queues.firstIndex { $0.requester == cursor.requester } ?? queues.count
        if place == queues.count { queues.append(LaneQueue(requester: cursor.requester)) }
        queues[place].append(cursor)
    }
}

extension EventController {
    /// Requests wait in the controller.
    var hasWork: Bool { pending > 0 }

    /// Runs all cycles before `end`, taking accesses from a lane.
    mutating func serve(_ lane: inout DRAMSystem.Lane, split: ChannelSplit, until end: Int) {
        while cycle < end {
            if lane.waiting == 0 {
                advance(to: end)
                return
            }
            var refused = (read: false, write: false)
            var nextArrival = end
            var tried = 0
            while tried < lane.queues.count {
                let queue = lane.turn < lane.queues.count ? lane.turn : 0
                lane.turn = queue + 1
                tried += 1
                let address = lane.queues[queue].address
                if address < 0 { continue }
                let arrival = lane.queues[queue].arrival
                if arrival > cycle {
                    nextArrival = min(nextArrival, arrival)
                    continue
                }
                let isWrite = lane.queues[queue].isWrite
                if isWrite ? refused.write : refused.read { continue }
                let place = split.mapping.locate(address)
                if offer(
                    bank: Int(place.bank), row: Int(place.row), column: Int(place.column), isWrite: isWrite, tag: lane.queues[queue].slot)
                {
                    if lane.queues[queue].advance(split) { lane.waiting -= 1 }
                    tried = 0
                } else if isWrite {
                    refused.write = true
                } else {
                    refused.read = true
                }
            }
            if refused.read || refused.write {
                advanceAfterRefusal(read: refused.read, write: refused.write, until: min(end, nextArrival))
            } else {
                advance(to: max(nextArrival, cycle + 1))
            }
        }
    }
}
