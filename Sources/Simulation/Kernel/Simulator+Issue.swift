import Programs

extension Simulator {
    /// Issues the command at a unit's pc. Returns false when a memory port is missing; the unit is then blocked.
    mutating func issue(_ unit: Int, command index: Int, _ base: UnsafeMutablePointer<Int>) throws(SimulationError) -> Bool {
        var feed: SystolicFeed?
        if code.commands[index].opcode == .matmul, arrays[unit] != nil {
            let product = try matmulFeed(unit, index, base)
            guard arrayAccepts(unit, index, product, base) else { return false }
            feed = product
        }
        if !dmas[unit].transfers.isEmpty, !code.commands[index].operands.contains(where: { machine.memories[$0.memory].isDRAM }) {
            // Booked in order: what is on its way comes first.
            dmas[unit].isDraining = true
            units[unit].wake = Int.max
            return false
        }
        guard try takePorts(unit, command: index) else {
            units[unit].blocked = .ports
            if order.isActive { order.blockedAt[unit] = now }
            units[unit].wake = Int.max
            return false
        }
        let operatorIndex = code.expressions.evaluate(code.commands[index].operatorIndex, base)
        guard program.operators.indices.contains(operatorIndex) else {
            throw .invalidProgram("a \(code.commands[index].opcode.rawValue) command names operator \(operatorIndex), which is not declared")
        }
        if units[unit].currentOperator != operatorIndex {
            statistics.flush(unit, operatorIndex: units[unit].currentOperator)
            units[unit].currentOperator = operatorIndex
            units[unit].operatorEpoch += 1
        }
        statistics.begin(operatorIndex: operatorIndex, at: now)
        statistics.count(unit, Statistics.commands, 1)
        switch (code.commands[index].opcode, units[unit].kind) {
        case (.matmul, .systolicArray): if let feed { try issueMatmul(unit, index, feed, base) }
        case (.apply, .vector): try issueApply(unit, index, base)
        case (.copy, .dma), (.gather, .dma): try issueCopy(unit, index, base)
        case (let opcode, _):
            throw .unsupported("\(machine.units[unit].name) cannot execute \(opcode.rawValue) commands")
        }
        return true
    }

    /// Books a command that runs from now on until `done`: `slow` cycles of it are lost for `cause`, the rest is work.
    mutating func book(_ unit: Int, until done: Int, slow: Int, cause: StallCause, operatorIndex: Int) {
        logs[unit].append(until: now, StallCause.dependency.rawValue, operatorIndex: operatorIndex)
        if slow > 0 {
            let stop = min(done, logs[unit].end + slow * units[unit].period)
            logs[unit].append(until: stop, cause.rawValue, operatorIndex: operatorIndex)
        }
        logs[unit].append(until: done, ActivityLog.busy, operatorIndex: operatorIndex)
        units[unit].finishedAt = max(units[unit].finishedAt, done)
        statistics.finish(operatorIndex: operatorIndex, at: done)
    }

    // MARK: Systolic arrays

    /// A matmul command's operands are left (m × k), right (k × n) and out (m × n), in this order.
    private mutating func matmulFeed(_ unit: Int, _ index: Int, _ base: UnsafeMutablePointer<Int>) throws(SimulationError) -> SystolicFeed {
        guard code.commands[index].isMatrixProduct, case .systolicArray(let array) = machine.units[unit].kind
        else { throw .invalidProgram("a matmul command has operands left, right and out of two dimensions each") }
        let m = code.expressions.evaluate(code.commands[index].operands[0].extents[0], base)
        let k = code.expressions.evaluate(code.commands[index].operands[0].extents[1], base)
        let n = code.expressions.evaluate(code.commands[index].operands[1].extents[1], base)
        guard m > 0, k > 0, n > 0 else { throw .invalidProgram("a matmul of \(m) × \(k) × \(n) is empty") }
        var feed = SystolicFeed(
            array: array, m: m, k: k, n: n, left: code.commands[index].operands[0], right: code.commands[index].operands[1],
            out: code.commands[index].operands[2],
            unit: machine.units[unit], memories: machine.memories)
        guard feed.rowsUsed <= array.rows, feed.columnsUsed <= array.columns else {
            throw .invalidProgram(
                "a matmul of \(m) × \(k) × \(n) does not fit \(machine.units[unit].name), which is \(array.rows) × \(array.columns)")
        }
        if code.commands[index].hasImplicitOperands {
            bankAccesses.addConflicts(to: &feed, command: index, keepsEach: options.fidelity == .register, code, base)
        }
        return feed
    }

    private mutating func issueMatmul(
        _ unit: Int, _ index: Int, _ feed: SystolicFeed, _ base: UnsafeMutablePointer<Int>
    ) throws(SimulationError) {
        let (m, k, n) = (feed.m, feed.k, feed.n)
        let leftRegion = code.commands[index].operands[0]
        let rightRegion = code.commands[index].operands[1]
        let outRegion = code.commands[index].operands[2]
        let accumulates = evaluate(code.commands[index].accumulate, base)
        let keeps = evaluate(code.commands[index].keep, base)
        let tile = feed.tile(keepsStationary: keeps != 0)
        let operatorIndex = units[unit].currentOperator
        statistics.count(unit, Statistics.macs, m * k * n)
        statistics.count(unit, Statistics.vectors, tile.stream)
        statistics.count(unit, Statistics.vectorRows, tile.stream * tile.rowsUsed)
        statistics.count(unit, Statistics.vectorColumns, tile.stream * tile.columnsUsed)
        let readsLeft = !(keeps != 0 && feed.leftIsStationary)
        let readsRight = !(keeps != 0 && feed.rightIsStationary)
        if readsLeft { statistics.countRead(unit, memory: leftRegion.memory, bytes: leftRegion.element.bytes(for: m * k)) }
        if readsRight { statistics.countRead(unit, memory: rightRegion.memory, bytes: rightRegion.element.bytes(for: k * n)) }
        if keeps == 0 {
            if feed.leftIsStationary { statistics.count(unit, Statistics.stationaryElements, m * k) }
            if feed.rightIsStationary { statistics.count(unit, Statistics.stationaryElements, k * n) }
        }
        statistics.countWrite(unit, memory: outRegion.memory, bytes: outRegion.element.bytes(for: m * n))
        if accumulates != 0 { statistics.countRead(unit, memory: outRegion.memory, bytes: outRegion.element.bytes(for: m * n)) }

        let period = units[unit].period
        let part = machine.units[unit]
        let latency = max(part.memoryLatency[leftRegion.memory], part.memoryLatency[rightRegion.memory])
            + part.memoryLatency[outRegion.memory]
        if let values {
            let operands = try values.matmulOperands(
                code.commands[index], left: leftRegion, right: rightRegion, sums: outRegion.element, code.expressions, base)
            let addresses = try values.addresses(outRegion, code.expressions, base).addresses
            if options.fidelity == .register {
                let flight = ArrayFlight(
                    number: 0, issuedAt: now, addresses: feed.deliveryOrder(addresses), memory: outRegion.memory,
                    element: outRegion.element, accumulates: accumulates != 0, latency: latency, slow: feed.slowCycles(tile),
                    cause: feed.cause, operatorIndex: operatorIndex, command: index)
                try issueRegisters(unit, tile: tile, operands: feed.edges(operands), flight: flight)
                units[unit].wake = now + period
                return
            }
            let sums = values.multiply(operands, m: m, k: k, n: n)
            try values.store(
                sums, addresses: addresses, memory: outRegion.memory, element: outRegion.element, accumulates: accumulates != 0)
        }
        guard let times = try arrays[unit]?.issue(tile, at: now / period) else { return }
        let done = (times.done + latency) * period
        book(unit, until: done, slow: feed.slowCycles(tile), cause: feed.cause, operatorIndex: operatorIndex)
        let read = max(times.stationaryRead, times.movingRead) * period
        units[unit].operandsReadAt = max(units[unit].operandsReadAt, read)
        // The stream goes on in the next cycle: what it gives is not to wait until the array takes another command.
        units[unit].wake = now + period
        finishPorts(unit, command: index, at: done)
    }

    /// Whether the array takes the tile of a matmul command in this cycle; if not, the unit comes back when it does.
    private mutating func arrayAccepts(
        _ unit: Int, _ index: Int, _ feed: SystolicFeed, _ base: UnsafeMutablePointer<Int>
    ) -> Bool {
        let tile = feed.tile(keepsStationary: evaluate(code.commands[index].keep, base) != 0)
        if options.fidelity == .register, let registers = arrays[unit]?.registers {
            guard !registers.isIdle, !registers.accepts(tile) else { return true }
            return false
        }
        let earliest = (arrays[unit]?.earliestIssue(of: tile) ?? 0) * units[unit].period
        if earliest > now { units[unit].wake = earliest }
        return earliest <= now
    }

    /// Value of an optional attribute, 0 when the command does not have it.
    @inline(__always)
    private func evaluate(_ attribute: Int, _ base: UnsafeMutablePointer<Int>) -> Int {
        attribute < 0 ? 0 : code.expressions.evaluate(attribute, base)
    }

    // MARK: Vector units

    private mutating func issueApply(_ unit: Int, _ index: Int, _ base: UnsafeMutablePointer<Int>) throws(SimulationError) {
        guard let timing = vectors[unit],
            let function = code.commands[index].attribute("function").map({ code.expressions.evaluate($0, base) }),
            program.functions.indices.contains(function)
        else { throw .invalidProgram("an apply command needs a function that the program declares") }
        var elements = code.commands[index].attribute("elements").map { code.expressions.evaluate($0, base) } ?? 0
        if let factor = code.commands[index].attribute("by") { elements *= code.expressions.evaluate(factor, base) }
        let slot = unit * program.functions.count + function
        let price: VectorTiming.Price
        if let known = prices[slot] {
            price = known
        } else {
            price = try timing.price(program.functions[function].steps)
            prices[slot] = price
        }
        let compute = timing.cycles(price, elements: elements)
        var transfer = 0
        var latency = 0
        for position in code.commands[index].operands.indices {
            var count = 1
            for extent in code.commands[index].operands[position].extents { count *= max(0, code.expressions.evaluate(extent, base)) }
            let memory = code.commands[index].operands[position].memory
            let bytes = code.commands[index].operands[position].element.bytes(for: count)
            if code.commands[index].operandNames[position].hasPrefix("out") {
                statistics.countWrite(unit, memory: memory, bytes: bytes)
            } else {
                statistics.countRead(unit, memory: memory, bytes: bytes)
            }
            let width = machine.units[unit].memoryWidth[memory]
            if width < Int.max { transfer = max(transfer, ceilingDivide(bytes, width)) }
            latency = max(latency, machine.units[unit].memoryLatency[memory])
        }
        statistics.count(unit, Statistics.vectorOperations, price.operations * elements)
        try values?.executeApply(function: program.functions[function], command: code.commands[index], code.expressions, base)
        let cycles = max(max(compute, transfer) + latency, 1)
        let done = now + cycles * units[unit].period
        book(unit, until: done, slow: max(0, transfer - compute), cause: .operands, operatorIndex: units[unit].currentOperator)
        units[unit].operandsReadAt = max(units[unit].operandsReadAt, done)
        units[unit].wake = done
        finishPorts(unit, command: index, at: done)
    }

    // MARK: DMA engines

    private mutating func issueCopy(_ unit: Int, _ index: Int, _ base: UnsafeMutablePointer<Int>) throws(SimulationError) {
        guard let from = code.commands[index].operand("from"), let to = code.commands[index].operand("to") else {
            throw .invalidProgram("a copy command needs operands from and to")
        }
        let source = code.commands[index].operands[from]
        let destination = code.commands[index].operands[to]
        let writes = machine.memories[destination.memory].isDRAM
        guard !(writes && machine.memories[source.memory].isDRAM) else {
            throw .unsupported("a copy from one DRAM to another needs a stop on chip")
        }
        let isGather = code.commands[index].opcode == .gather
        let shape = isGather ? gatherShape(source, destination, base) : try transferShape(writes ? destination : source, base)
        let bytes = shape.totalBytes
        if isGather {
            try values?.executeGather(command: code.commands[index], from: source, to: destination, code.expressions, base)
        } else {
            try values?.executeCopy(command: code.commands[index], from: source, to: destination, code.expressions, base)
        }
        units[unit].transferIssuedAt = now
        units[unit].transferCommand = index
        guard machine.memories[source.memory].isDRAM || writes, bytes > 0 else {
            statistics.countRead(unit, memory: source.memory, bytes: bytes)
            statistics.countWrite(unit, memory: destination.memory, bytes: bytes)
            let cycles = dmas[unit].engine.startup + transferCycles(unit, bytes, source.memory, destination.memory)
            let done = now + max(1, cycles) * units[unit].period
            units[unit].lastWasDRAMBound = false
            book(unit, until: done, slow: 0, cause: .operands, operatorIndex: units[unit].currentOperator)
            units[unit].operandsReadAt = max(units[unit].operandsReadAt, done)
            units[unit].wake = done
            finishPorts(unit, command: index, at: done)
            return
        }
        units[unit].transferDRAM = writes ? destination.memory : source.memory
        units[unit].transferPeer = writes ? source.memory : destination.memory
        if writes {
            statistics.countRead(unit, memory: source.memory, bytes: bytes)
        } else {
            statistics.countWrite(unit, memory: destination.memory, bytes: bytes)
        }
        dmas[unit].begin(shape, isWrite: writes, at: now)
        if answersLater[units[unit].transferDRAM] { enqueueTransfer(unit, command: index) }
        units[unit].wake = align(dmas[unit].nextIssue, unit)
        dmas[unit].nextIssue = units[unit].wake
    }

    /// Rows of a table, one request run each. Which rows does not matter to a memory without banks: they are taken to
    /// lie one behind the other.
    private func gatherShape(
        _ table: CompiledProgram.CompiledRegion, _ destination: CompiledProgram.CompiledRegion, _ base: UnsafeMutablePointer<Int>
    ) -> TransferShape {
        let rows = code.expressions.evaluate(destination.extents[0], base)
        let width = destination.extents.dropFirst().reduce(1) { $0 * code.expressions.evaluate($1, base) }
        var shape = TransferShape()
        shape.address = code.expressions.evaluate(table.base, base)
        shape.runBytes = table.element.bytes(for: width)
        shape.runs = rows
        shape.stride = shape.runBytes
        return shape
    }

    private func transferCycles(_ unit: Int, _ bytes: Int, _ source: Int, _ destination: Int) -> Int {
        let part = machine.units[unit]
        var width = min(part.memoryWidth[source], part.memoryWidth[destination])
        if case .dma(let engine) = part.kind { width = min(width, engine.width.count) }
        return ceilingDivide(bytes, max(1, width)) + part.memoryLatency[source] + part.memoryLatency[destination]
    }

    private func transferShape(
        _ region: CompiledProgram.CompiledRegion, _ base: UnsafeMutablePointer<Int>
    ) throws(SimulationError) -> TransferShape {
        if region.shape >= 0 {
            var shape = code.shapes[region.shape]
            shape.address = code.expressions.evaluate(region.base, base) + code.expressions.evaluate(region.offset, base) * region.element.bits / 8
            return shape
        }
        guard let strides = region.strides, region.guards.isEmpty else {
            throw .unsupported("a copy needs regions with constant strides and without padding")
        }
        var extents = [Int]()
        extents.reserveCapacity(region.extents.count)
        for extent in region.extents { extents.append(code.expressions.evaluate(extent, base)) }
        let offset = code.expressions.evaluate(region.offset, base)
        return TransferShape(
            address: code.expressions.evaluate(region.base, base) + offset * region.element.bits / 8, extents: extents,
            strides: strides, bits: region.element.bits)
    }

    /// Sends requests of a transfer as long as nothing else can happen in between.
    mutating func continueTransfer(_ unit: Int) throws(SimulationError) {
        let memory = units[unit].transferDRAM
        if answersLater[memory] {
            try sendRequests(unit, to: memory)
            return
        }
        let horizon = horizon(of: unit)
        guard var channels = mainMemories[memory].take() else { return }
        dmas[unit].issueAll(to: &channels, requester: unit, before: horizon)
        mainMemories[memory] = channels
        if dmas[unit].isActive {
            units[unit].wake = dmas[unit].nextIssue
        } else {
            finishTransfer(unit)
        }
    }

    /// When something else than what this unit does can happen.
    @inline(__always)
    func horizon(of unit: Int) -> Int {
        var horizon = pending.nextTime
        for other in units.indices where other != unit && units[other].wake < horizon { horizon = units[other].wake }
        // An array whose cycle is still to be stepped may give something at its end.
        return ticking.isEmpty ? horizon : min(horizon, now + 1)
    }

    private mutating func finishTransfer(_ unit: Int) {
        let index = units[unit].transferCommand
        let memory = units[unit].transferDRAM
        if dmas[unit].isWrite {
            statistics.countWrite(unit, memory: memory, bytes: dmas[unit].busBytes)
        } else {
            statistics.countRead(unit, memory: memory, bytes: dmas[unit].busBytes)
        }
        let latency = machine.units[unit].memoryLatency[units[unit].transferPeer] * units[unit].period
        let done = dmas[unit].lastCompletion + latency
        let start = max(logs[unit].end, units[unit].transferIssuedAt)
        let work = (dmas[unit].linkCycles(dmas[unit].shape.totalBytes) + dmas[unit].engine.startup) * units[unit].period + latency
        let slow = max(0, (done - start - work) / units[unit].period)
        units[unit].lastWasDRAMBound = slow > 0
        // The transfer began when it was issued, which may be before now.
        let operatorIndex = units[unit].currentOperator
        logs[unit].append(until: units[unit].transferIssuedAt, StallCause.dependency.rawValue, operatorIndex: operatorIndex)
        logs[unit].append(until: min(done, logs[unit].end + slow * units[unit].period), StallCause.dram.rawValue, operatorIndex: operatorIndex)
        logs[unit].append(until: done, ActivityLog.busy, operatorIndex: operatorIndex)
        units[unit].finishedAt = max(units[unit].finishedAt, done)
        units[unit].operandsReadAt = max(units[unit].operandsReadAt, done)
        statistics.finish(operatorIndex: operatorIndex, at: done)
        units[unit].wake = max(now, dmas[unit].nextIssue)
        finishPorts(unit, command: index, at: done)
    }

    // MARK: Memory ports

    private mutating func takePorts(_ unit: Int, command: Int) throws(SimulationError) -> Bool {
        let count = machine.memories.count
        let ports = code.commands[command].ports
        for port in ports {
            let memory = code.portMemories[port]
            if portHolds[unit * count + memory] == 0, portsInUse[memory] >= machine.memories[memory].ports { return false }
        }
        if order.isActive, !(try isTurnForPorts(unit, command: command)) { return false }
        for port in ports {
            let memory = code.portMemories[port]
            if portHolds[unit * count + memory] == 0 { portsInUse[memory] += 1 }
            portHolds[unit * count + memory] += 1
        }
        if order.isActive { try servePorts(unit, command: command) }
        return true
    }

    mutating func finishPorts(_ unit: Int, command: Int, at done: Int) {
        for port in code.commands[command].ports {
            pending.insert(time: done, target: -1 - code.portMemories[port], count: 1, unit: unit, byDRAM: false)
        }
    }

    mutating func releasePort(unit: Int, memory: Int, at time: Int) {
        let slot = unit * machine.memories.count + memory
        portHolds[slot] -= 1
        guard portHolds[slot] == 0 else { return }
        portsInUse[memory] -= 1
        for other in units.indices where units[other].blocked == .ports {
            units[other].blocked = .no
            units[other].wake = align(time, other)
            guard !isStepping(other) else { continue }
            logs[other].append(until: units[other].wake, StallCause.bankConflict.rawValue, operatorIndex: waitingOperator(other))
        }
    }
}
