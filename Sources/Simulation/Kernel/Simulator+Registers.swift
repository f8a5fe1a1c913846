extension Simulator {
    /// Gives a command to a register-stepped array in the current cycle.
    mutating func issueRegisters(_ unit: Int, tile: ArrayTile, operands: (left: OperandMatrix, top: OperandMatrix), flight: ArrayFlight) throws(SimulationError) {
        var flight = flight
        do {
            let cycle = now / units[unit].period
            if let registers = arrays[unit]?.registers, registers.isIdle {
                let idle = cycle - registers.cycle
                arrays[unit]?.registers?.skip(idle)
            }
            let format = arrays[unit]?.registers?.format ?? .float
            flight.number = try arrays[unit]?.registers?.issue(
                tile, left: operands.left.held(as: format), top: operands.top.held(as: format)) ?? 0
        } catch {
            throw .invalidProgram("\(error)")
        }
        arrays[unit]?.noteIssued(flight.number)
        arrays[unit]?.flights.append(flight)
    }

    /// True while an array steps through registers: its log ends at the last command that is done.
    func isStepping(_ unit: Int) -> Bool {
        options.fidelity == .register && arrays[unit]?.registers.map { !$0.isIdle } ?? false
    }

    /// Simulates the current cycle of the arrays that are in it, after their streams have gone as far as they could.
    mutating func tickArrays() throws(SimulationError) {
        let arrays = ticking.sorted()
        ticking.removeAll(keepingCapacity: true)
        for unit in arrays { try tickRegisters(unit) }
    }

    private mutating func tickRegisters(_ unit: Int) throws(SimulationError) {
        let period = units[unit].period
        let signals = arrays[unit]?.registers?.step() ?? ArraySignals()
        if let read = signals.movingRead {
            arrays[unit]?.lastRead = read
            units[unit].operandsReadAt = max(units[unit].operandsReadAt, now + period)
            giveDeferred(unit, at: now + period) { $0.whenRead && $0.tag <= read }
        }
        for finished in signals.done { try finish(unit, finished) }
        units[unit].wake = isStepping(unit) || units[unit].blocked == .no ? now + period : Int.max
    }

    private mutating func finish(_ unit: Int, _ finished: FinishedTile) throws(SimulationError) {
        guard let flight = arrays[unit]?.flights.removeFirst() else { return }
        if let sums = finished.result {
            try values?.store(
                sums, addresses: flight.addresses, memory: flight.memory, element: flight.element, accumulates: flight.accumulates)
        }
        let done = (finished.times.done + flight.latency) * units[unit].period
        let operatorIndex = flight.operatorIndex
        logs[unit].append(until: flight.issuedAt, StallCause.dependency.rawValue, operatorIndex: operatorIndex)
        if flight.slow > 0 {
            let stop = min(done, logs[unit].end + flight.slow * units[unit].period)
            logs[unit].append(until: stop, flight.cause.rawValue, operatorIndex: operatorIndex)
        }
        logs[unit].append(until: done, ActivityLog.busy, operatorIndex: operatorIndex)
        units[unit].finishedAt = max(units[unit].finishedAt, done)
        statistics.finish(operatorIndex: operatorIndex, at: done)
        arrays[unit]?.lastDone = finished.command
        finishPorts(unit, command: flight.command, at: done)
        giveDeferred(unit, at: done) { !$0.whenRead && $0.tag <= finished.command }
    }

    private mutating func giveDeferred(_ unit: Int, at time: Int, where isDue: (DeferredRelease) -> Bool) {
        guard let deferred = arrays[unit]?.deferred else { return }
        for release in deferred where isDue(release) {
            pending.insert(time: time, target: release.semaphore, count: release.count, unit: unit, byDRAM: false)
        }
        arrays[unit]?.deferred.removeAll(where: isDue)
    }
}
