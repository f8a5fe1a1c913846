import Architecture
import Programs

extension Simulator {
    /// Closes the books: everything the run counted, and where every cycle of every unit went.
    mutating func record() -> ExecutionRecord {
        let period = machine.period
        let last = max(logs.map(\.end).max() ?? 0, statistics.operatorEnd.max() ?? 0)
        let cycles = ceilingDivide(last, period)
        let end = cycles * period
        countTraffic()
        for unit in units.indices {
            // All requests are complete by now, and on the engine's next clock edge at the latest.
            if units[unit].kind == .dma { settleQueue(unit, at: end + units[unit].period) }
            statistics.flush(unit, operatorIndex: units[unit].currentOperator)
        }
        for unit in logs.indices {
            logs[unit].append(until: end, StallCause.nothingToDo.rawValue, operatorIndex: -1)
        }
        let spans = spans()
        let operators = operatorRecords(end: end, spans: spans)
        var record = ExecutionRecord(
            architecture: program.architecture, workload: program.name, fidelity: options.fidelity,
            clockPeriodFemtoseconds: period, cycles: cycles, macs: operators.reduce(0) { $0 + $1.macs },
            peakMacsPerCycle: machine.peakMacsPerCycle, units: unitRecords(end: end), memories: memoryRecords(end: end),
            operators: operators, spans: spans, trace: options.trace ? traceEvents() : [])
        if let fabric {
            record.networks = fabric.networkRecords(until: end)
            record.caches = fabric.cacheRecords(period: period)
            record.frontEnds = fabric.frontEndRecords(period: period)
        }
        return record
    }

    private static let states = StallCause.allCases.count + 1

    /// Cycles of the machine's clock from shares in femtoseconds: rounded so that they add up to `total` exactly.
    private func activity(_ shares: ArraySlice<Int>, total: Int) -> Activity {
        let period = machine.period
        var activity = Activity()
        var running = 0
        var given = 0
        for (offset, share) in shares.enumerated() {
            running += share
            let upTo = min(total, (running + period / 2) / period)
            if offset == 0 { activity.busy = upTo - given } else { activity.stalls[offset - 1] = upTo - given }
            given = upTo
        }
        activity[.nothingToDo] += total - given
        return activity
    }

    private func unitRecords(end: Int) -> [UnitRecord] {
        units.indices.map { unit in
            var totals = [Int](repeating: 0, count: Self.states)
            logs[unit].accumulate(boundaries: [end], into: &totals, states: Self.states)
            let kind: UnitRecord.Kind =
                switch units[unit].kind {
                case .systolicArray: .systolicArray
                case .vector: .vector
                case .dma: .dma
                }
            var record = UnitRecord(
                name: machine.units[unit].name, kind: kind, activity: activity(totals[...], total: end / machine.period),
                commands: statistics.ofUnit(unit, Statistics.commands), macs: statistics.ofUnit(unit, Statistics.macs))
            record.vectorOperations = statistics.ofUnit(unit, Statistics.vectorOperations)
            record.stationaryElements = statistics.ofUnit(unit, Statistics.stationaryElements)
            switch machine.units[unit].kind {
            case .systolicArray(let array): (record.rows, record.columns) = (array.rows, array.columns)
            case .dma(let engine):
                record.requests = queueRecord(unit)
                record.outstanding = engine.outstanding
            case .vector: break
            }
            return record
        }
    }

    private mutating func memoryRecords(end: Int) -> [MemoryRecord] {
        let use = MemoryUse(of: code, memories: machine.memories)
        return machine.memories.indices.map { memory in
            var read = 0
            var written = 0
            for index in program.operators.indices {
                read += statistics.read(operator: index, memory: memory)
                written += statistics.written(operator: index, memory: memory)
            }
            let part = machine.memories[memory]
            let number = dramNumber[memory]
            let peak = number >= 0 ? dramMemories[number].peakBandwidth : fabric?.peakBandwidth(memory)
            var record = MemoryRecord(
                name: part.name, kind: part.flash != nil ? .flash : part.isDRAM ? .dram : .sram, capacityBytes: part.capacity,
                allocatedBytes: part.isDRAM ? allocatedBytes(part.name) : use.bytes(memory), readBytes: read, writeBytes: written,
                peakBytesPerSecond: peak ?? (part.isDRAM ? part.peakBytesPerSecond : 0),
                dram: number >= 0 ? dramMemories[number].record(until: end) : fabric?.dramRecord(memory, until: end))
            record.flash = fabric?.flashRecord(memory, until: end)
            return record
        }
    }

    /// Bytes up to the end of the last tensor.
    private func allocatedBytes(_ memory: String) -> Int {
        program.tensors.filter { $0.memory == memory }.map { $0.address + $0.bytes }.max() ?? 0
    }

    /// Operators in program order; each one's window runs from the latest end of all before it to its own.
    private func operatorRecords(end: Int, spans: [Span]) -> [OperatorRecord] {
        let period = machine.period
        var boundaries: [Int] = []
        var frontier = 0
        for index in program.operators.indices {
            let finish = ceilingDivide(statistics.operatorEnd[index], period) * period
            frontier = max(frontier, finish)
            // The last operator's window takes the run to its end.
            boundaries.append(index == program.operators.count - 1 ? max(end, frontier) : frontier)
        }
        var windows: [Int: [Int]] = [:]
        func activity(of unit: Int, in index: Int, cycles: Int) -> Activity {
            if windows[unit] == nil {
                var totals = Array(repeating: 0, count: boundaries.count * Self.states)
                logs[unit].accumulate(boundaries: boundaries, into: &totals, states: Self.states)
                windows[unit] = totals
            }
            let first = index * Self.states
            return windows[unit].map { self.activity($0[first..<(first + Self.states)], total: cycles) } ?? Activity()
        }
        var movers = [(unit: Int, busy: Int)](repeating: (-1, 0), count: program.operators.count)
        for span in spans where units[span.unit].kind == .dma && span.busy > movers[span.operatorIndex].busy {
            movers[span.operatorIndex] = (span.unit, span.busy)
        }
        var records: [OperatorRecord] = []
        var before = 0
        for (index, description) in program.operators.enumerated() {
            let unit = machine.unitIndex[description.unit]
            let cycles = (boundaries[index] - before) / period
            var ofUnit = Activity()
            if let unit { ofUnit = activity(of: unit, in: index, cycles: cycles) } else { ofUnit[.nothingToDo] = cycles }
            let ran = statistics.operatorStart[index] != Int.max
            records.append(
                OperatorRecord(
                    name: description.name, type: description.type, unit: description.unit,
                    start: ran ? statistics.operatorStart[index] / period : before / period,
                    end: ran ? ceilingDivide(statistics.operatorEnd[index], period) : before / period, cycles: cycles,
                    activity: ofUnit, macs: statistics.ofOperator(index, Statistics.macs),
                    readBytes: machine.memories.indices.map { statistics.read(operator: index, memory: $0) },
                    writeBytes: machine.memories.indices.map { statistics.written(operator: index, memory: $0) },
                    notes: description.notes, vectorOperations: statistics.ofOperator(index, Statistics.vectorOperations),
                    vectors: statistics.ofOperator(index, Statistics.vectors),
                    vectorRows: statistics.ofOperator(index, Statistics.vectorRows),
                    vectorColumns: statistics.ofOperator(index, Statistics.vectorColumns)))
            records[index].commands = statistics.ofOperator(index, Statistics.commands)
            records[index].stationaryElements = statistics.ofOperator(index, Statistics.stationaryElements)
            if movers[index].unit >= 0 {
                records[index].transferUnit = machine.units[movers[index].unit].name
                records[index].transferActivity = activity(of: movers[index].unit, in: index, cycles: cycles)
            }
            before = boundaries[index]
        }
        return records
    }

    private func spans() -> [Span] {
        let period = machine.period
        var spans: [Span] = []
        for unit in logs.indices {
            for (index, summary) in logs[unit].summaries(operators: program.operators.count) {
                spans.append(
                    Span(
                        unit: unit, operatorIndex: index, start: summary.start / period, end: ceilingDivide(summary.end, period),
                        busy: summary.busy / period))
            }
        }
        return spans
    }

    private func traceEvents() -> [TraceEvent] {
        var events: [TraceEvent] = []
        for unit in logs.indices {
            logs[unit].forEach { start, end, state, operatorIndex in
                guard state != StallCause.nothingToDo.rawValue else { return }
                let isStall = state != ActivityLog.busy
                let event = TraceEvent(
                    unit: unit, operatorIndex: max(0, operatorIndex),
                    name: isStall ? (StallCause(rawValue: state)?.label ?? "") : (program.operators.indices.contains(operatorIndex) ? program.operators[operatorIndex].name : ""),
                    isStall: isStall, startFemtoseconds: start, durationFemtoseconds: end - start)
                // Where fast-forward looked for a period the log begins a new segment, which is none of the reader's business.
                if let last = events.last, last.unit == unit, last.operatorIndex == event.operatorIndex, last.isStall == isStall,
                    last.name == event.name, last.startFemtoseconds + last.durationFemtoseconds == start
                {
                    events[events.count - 1].durationFemtoseconds += end - start
                } else {
                    events.append(event)
                }
            }
        }
        return events
    }
}
