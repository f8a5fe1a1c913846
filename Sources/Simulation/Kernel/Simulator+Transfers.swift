/// Transfers to and from memories that answer later.
extension Simulator {
    /// The next instant in which a request is complete, if it comes no later than anything else.
    ///
    /// - Parameters:
    ///   - horizon: when the machine may next ask a memory for something.
    ///   - other: the next event of the machine.
    mutating func nextMemoryEvent(before horizon: Int, else other: Int) -> Int {
        var time = horizon
        var found = false
        for memory in dramMemories.indices where dramMemories[memory].hasWork {
            if let next = dramMemories[memory].nextCompletion(before: time) {
                time = min(time, next)
                found = true
            }
        }
        if let next = fabric?.nextAnswer(before: time) {
            time = min(time, next)
            found = true
        }
        return found ? time : other
    }

    /// Hands the answers of this instant to the engines that wait for them.
    mutating func deliverAnswers() {
        for memory in dramMemories.indices {
            while let answer = dramMemories[memory].popCompletion(at: now) {
                deliver(RequestTag(answer.tag), first: answer.firstAccess, last: answer.lastAccess)
            }
        }
        guard fabric != nil else { return }
        while let answer = fabric?.popAnswer(at: now) { deliver(RequestTag(answer.tag), first: answer.first, last: answer.time) }
        countTraffic()
    }

    private mutating func deliver(_ tag: RequestTag, first: Int, last: Int) {
        let unit = tag.unit
        if dmas[unit].complete(slot: tag.slot, first: first, last: last), units[unit].blocked == .no {
            units[unit].wake = align(max(now, dmas[unit].nextIssue), unit)
            dmas[unit].nextIssue = max(dmas[unit].nextIssue, dmas[unit].isActive ? units[unit].wake : 0)
        }
        while let transfer = dmas[unit].popDone() { finish(transfer, of: unit) }
        if dmas[unit].isDraining, dmas[unit].transfers.isEmpty {
            dmas[unit].isDraining = false
            units[unit].wake = align(max(now, units[unit].finishedAt), unit)
        }
    }

    /// Books what caches moved, for the operators that their engines work on.
    mutating func countTraffic() {
        for moved in fabric?.takeTraffic() ?? [] {
            if moved.isWrite {
                statistics.countWrite(moved.unit, memory: moved.memory, bytes: moved.bytes)
            } else {
                statistics.countRead(moved.unit, memory: moved.memory, bytes: moved.bytes)
            }
        }
    }

    mutating func enqueueTransfer(_ unit: Int, command: Int) {
        let latency = machine.units[unit].memoryLatency[units[unit].transferPeer] * units[unit].period
        let work = (dmas[unit].linkCycles(dmas[unit].shape.totalBytes) + dmas[unit].engine.startup) * units[unit].period + latency
        dmas[unit].enqueue(command: command, operatorIndex: units[unit].currentOperator, work: work, latency: latency, at: now)
    }

    /// Sends what may be sent now; the engine comes back when its next request may go.
    mutating func sendRequests(_ unit: Int, to memory: Int) throws(SimulationError) {
        fabric?.target = memory
        while dmas[unit].isActive, dmas[unit].nextIssue <= now {
            if order.isActive, !(try takesTurn(unit, at: memory)) { return }
            let number = dramNumber[memory]
            let bytes = number < 0 ? dmas[unit].send(to: &fabric, requester: unit) : dmas[unit].send(to: &dramMemories[number], requester: unit)
            if dmas[unit].transfers.last?.isWrite ?? false {
                statistics.countWrite(unit, memory: memory, bytes: bytes)
            } else {
                statistics.countRead(unit, memory: memory, bytes: bytes)
            }
        }
        let next = dmas[unit].nextIssue
        units[unit].wake = next == DMAState.unknown ? Int.max : align(max(now, next), unit)
    }

    private mutating func finish(_ transfer: DMATransfer, of unit: Int) {
        let done = transfer.lastCompletion + transfer.latency
        let start = max(logs[unit].end, transfer.issuedAt)
        let slow = max(0, (done - start - transfer.work) / units[unit].period)
        units[unit].lastWasDRAMBound = slow > 0
        logs[unit].append(until: transfer.issuedAt, StallCause.dependency.rawValue, operatorIndex: transfer.operatorIndex)
        logs[unit].append(
            until: min(done, logs[unit].end + slow * units[unit].period), StallCause.dram.rawValue, operatorIndex: transfer.operatorIndex)
        logs[unit].append(until: done, ActivityLog.busy, operatorIndex: transfer.operatorIndex)
        units[unit].finishedAt = max(units[unit].finishedAt, done)
        units[unit].operandsReadAt = max(units[unit].operandsReadAt, done)
        statistics.finish(operatorIndex: transfer.operatorIndex, at: done)
        finishPorts(unit, command: transfer.command, at: done)
        for release in dmas[unit].deferred where release.tag <= transfer.number {
            pending.insert(time: done, target: release.semaphore, count: release.count, unit: unit, byDRAM: slow > 0)
        }
        dmas[unit].deferred.removeAll { $0.tag <= transfer.number }
    }
}
