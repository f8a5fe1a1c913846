extension DRAMSystem {
    /// Appends everything that shapes the memory's future, relative to `time` (femtoseconds, an edge of its clock): two memories with
    /// equal words answer the same requests alike. Rows and requests are absolute: only what comes back to the same places repeats.
    public mutating func writeState(relativeTo time: Int, into words: inout [Int]) {
        let now = time / standard.clockPeriod
        for channel in controllers.indices {
            // Idle channels lag behind.
            if controllers[channel].cycle < horizon { controllers[channel].advance(to: horizon) }
            words.append(controllers[channel].cycle - now)
            controllers[channel].writeState(into: &words)
            words.append(lanes[channel].turn)
            for queue in lanes[channel].queues {
                words.append(queue.cursors.count)
                for cursor in queue.cursors { cursor.writeState(relativeTo: now, into: &words) }
            }
        }
        words.append(horizon - now)
        for completion in finished { words += [completion.tag, completion.lastAccess - time, completion.firstAccess - time, completion.busBytes] }
        for slot in slots where slot.remaining > 0 {
            words += [slot.tag, slot.remaining, slot.busBytes, slot.first == Int.max ? Int.max : slot.first - time, slot.last == 0 ? 0 : slot.last - time]
        }
    }

    /// Moves all times by `delta` femtoseconds, a multiple of the clock period. Statistics stay; see ``repeatStatistics(since:times:)``.
    public mutating func shift(by delta: Int) {
        let cycles = delta / standard.clockPeriod
        precondition(cycles * standard.clockPeriod == delta, "a shift off the memory's clock")
        for channel in controllers.indices {
            if controllers[channel].cycle < horizon { controllers[channel].advance(to: horizon) }
            controllers[channel].shift(by: cycles)
            for queue in lanes[channel].queues.indices { lanes[channel].queues[queue].shift(by: cycles) }
        }
        horizon += cycles
        for index in finished.indices {
            finished[index].firstAccess += delta
            finished[index].lastAccess += delta
        }
        for index in slots.indices where slots[index].remaining > 0 {
            if slots[index].first != Int.max { slots[index].first += delta }
            if slots[index].last != 0 { slots[index].last += delta }
        }
    }
}
