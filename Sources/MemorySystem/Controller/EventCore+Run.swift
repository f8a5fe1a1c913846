extension EventCore {
    /// Runs all cycles before `end`; with `freeing`, stops after the cycle in which a queue (0 reads, 1 writes, 2 either) has room,
    /// and with -2 after the cycle in which the last request is served.
    func run(until end: Int, freeing: Int = -1) {
        var limit = end
        while scalars.pointee.cycle < limit {
            if scalars.pointee.nextRefreshDue <= scalars.pointee.cycle { refreshesFallDue() }
            updateServing()
            if !scalars.pointee.isDecided { decide() }
            let cycle = scalars.pointee.cycle
            let decided = scalars.pointee.decision.cycle
            let stop = min(limit, scalars.pointee.nextRefreshDue)
            let reached = min(decided, stop)
            if reached > cycle {
                bookStall(from: scalars.pointee.lastIssue == cycle ? cycle &+ 1 : cycle, to: reached)
                scalars.pointee.cycle = reached
                scalars.pointee.acceptedThisCycle = 0
            }
            if decided >= stop { continue }
            issue()
            updateServing()
            if freeing != -1, hasRoom(freeing) {
                limit = min(limit, reached &+ 1)
                if policy.hasOneBus {
                    // Nothing else can issue in this cycle.
                    scalars.pointee.cycle = reached &+ 1
                    scalars.pointee.acceptedThisCycle = 0
                }
            }
        }
    }

    @inline(__always)
    func hasRoom(_ queue: Int) -> Bool {
        switch queue {
        case 0: scalars.pointee.waitingReads < policy.queueSizes.reads
        case 1: scalars.pointee.waitingWrites < policy.queueSizes.writes
        case 2: scalars.pointee.waitingReads < policy.queueSizes.reads || scalars.pointee.waitingWrites < policy.queueSizes.writes
        default: scalars.pointee.entries == 0
        }
    }

    func runAfterRefusal(isWrite: Bool) {
        let queue = isWrite ? 1 : 0
        if hasRoom(queue) { run(until: scalars.pointee.cycle + 1) } else { run(until: Int.max, freeing: queue) }
    }

    func drain() {
        if scalars.pointee.entries > 0 { run(until: Int.max, freeing: -2) }
        run(until: counts.pointee.lastCompletion)
    }

    private func refreshesFallDue() {
        var next = Int.max
        for unit in 0..<geometry.units {
            if units[unit].nextRefreshDue == scalars.pointee.cycle {
                units[unit].nextRefreshDue += policy.refreshInterval
                // In self-refresh the device refreshes itself.
                if units[unit].power != .selfRefreshing { owe(unit, 1) }
            }
            next = min(next, units[unit].nextRefreshDue)
        }
        scalars.pointee.nextRefreshDue = next
        forgetDecision()
    }

    private func owe(_ unit: Int, _ refreshes: Int) {
        let wasForced = isForced(unit)
        units[unit].owedRefreshes += refreshes
        if !wasForced, isForced(unit) { scalars.pointee.forcedUnits += 1 }
    }

    /// The refresh interval that self-refresh cut short goes on.
    func resumeRefresh(_ unit: Int) {
        guard policy.refresh != .none else { return }
        units[unit].nextRefreshDue = scalars.pointee.cycle + units[unit].pausedInterval
        scalars.pointee.nextRefreshDue = refreshDates.min() ?? Int.max
        owe(unit, policy.refreshesAfterSelfRefresh)
    }

    @inline(__always)
    private func updateServing() {
        let writes = scalars.pointee.waitingWrites
        if scalars.pointee.serving == 1 {
            if scalars.pointee.waitingReads > 0, writes < policy.writesOff || scalars.pointee.writesInBatch >= policy.writeBatchCap {
                scalars.pointee.serving = 0
                scalars.pointee.turns &+= 1
                scalars.pointee.owedReads = scalars.pointee.writesInBatch >= policy.writeBatchCap ? policy.writeBatchCap : 0
                forgetDecision()
            }
        } else if scalars.pointee.waitingReads == 0 || writes > policy.writesOn && scalars.pointee.owedReads == 0 {
            scalars.pointee.serving = 1
            scalars.pointee.turns &+= 1
            scalars.pointee.writesInBatch = 0
            forgetDecision()
        }
    }

    /// What is to be done next changes for all units.
    private func forgetDecision() {
        scalars.pointee.isDecided = false
        for unit in 0..<geometry.units { units[unit].isGoneThrough = false }
    }

    @inline(__always)
    private func bookStall(from: Int, to: Int) {
        let awaited = scalars.pointee.decision.awaited
        guard awaited != Int.max, to > from else { return }
        counts.pointee.stallCycles &+= to &- from
        tallies[stallTallies + ConstraintNames.name(awaited)] &+= to &- from
    }

    var statistics: DRAMStatistics {
        var result = DRAMStatistics(standard: standard)
        let now = scalars.pointee.cycle
        result.cycles = now
        let counts = counts.pointee
        result.reads = counts.reads
        result.writes = counts.writes
        result.forwardedReads = counts.forwardedReads
        result.coalescedWrites = counts.coalescedWrites
        for command in DRAMCommand.allCases { result.commandCounts[Int(command.rawValue)] = tallies[Int(command.rawValue)] }
        result.rowHits = counts.rowHits
        result.rowMisses = counts.rowMisses
        result.rowConflicts = counts.rowConflicts
        let buckets = LatencyHistogram.buckets
        result.readLatency = LatencyHistogram(
            counts: Array(UnsafeBufferPointer(start: tallies + readHistogram, count: buckets)), sum: counts.readLatencySum,
            maximum: counts.readLatencyMaximum)
        result.writeLatency = LatencyHistogram(
            counts: Array(UnsafeBufferPointer(start: tallies + writeHistogram, count: buckets)), sum: counts.writeLatencySum,
            maximum: counts.writeLatencyMaximum)
        result.dataBusCycles = counts.dataBusCycles
        result.stallCycles = counts.stallCycles
        for name in result.stallsByName.indices { result.stallsByName[name] = tallies[stallTallies + name] }
        result.waitingReadCycles = counts.waitingReadCycles
        result.waitingWriteCycles = counts.waitingWriteCycles
        result.lastCompletion = counts.lastCompletion
        for unit in 0..<geometry.units {
            let open = backgroundState(unit)
            func cycles(_ state: Int) -> Int {
                let place = backgroundTallies + unit * 5 + state
                return tallies[place] + (place == open ? now - units[unit].backgroundSince : 0)
            }
            result.background[unit].activeStandby = cycles(0)
            result.background[unit].prechargeStandby = cycles(1)
            result.background[unit].activePowerDown = cycles(2)
            result.background[unit].prechargePowerDown = cycles(3)
            result.background[unit].selfRefresh = cycles(4)
        }
        forEachWaiting { entry in
            let waited = now - entry.arrival
            if entry.direction == 1 { result.waitingWriteCycles += waited } else { result.waitingReadCycles += waited }
        }
        return result
    }

    func forEachWaiting(_ visit: (Entry) -> Void) {
        for bank in 0..<geometry.banks {
            if banks[bank].active >= 0 { visit(entries[Int(banks[bank].active)]) }
            for direction in 0..<2 {
                var index = lists[bank * 2 + direction].head
                while index >= 0 {
                    visit(entries[Int(index)])
                    index = entries[Int(index)].next
                }
            }
        }
    }
}
