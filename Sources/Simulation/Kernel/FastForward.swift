import Programs

/// Finds out that the machine repeats itself, and how often it will.
///
/// At the end of an iteration of a loop the whole machine's state is noted, relative to the time. When an earlier note is equal,
/// the machine did in between what it will do again, as long as every expression of the loops that moved gives the same
/// extents, conditions and semaphores when their indices go on by the same amounts, and addresses that behave alike.
/// That is decided by `ShiftAnalysis` from the program's text; then the counts of one period are multiplied.
struct FastForward {
    struct Note {
        var time = 0
        var loop = 0
        /// What must be equal.
        var state: [Int] = []
        /// Loop indices of all units.
        var variables: [Int] = []
        /// What is multiplied; with an order, services had and recorded follow, by queue.
        var counts: [Int] = []
        var logCounts: [Int] = []
        var logEnds: [Int] = []
        var epochs: [Int] = []
        var journal = 0
    }

    let isEnabled: Bool
    /// Notes of late, oldest first; so many for each loop.
    var notes: [Note] = []
    static let perLoop = 24
    /// Changes of semaphores since the oldest note.
    var journal: [(semaphore: Int, change: Int)] = []
    /// Net changes by semaphore, all zero between calls.
    private var scratch: [Int] = []
    /// Loops in which notes found no partner: they are noted more rarely.
    var misses: [Int: Int] = [:]
    /// Periods replayed, for the log.
    var replays = 0

    init(enabled: Bool) { isEnabled = enabled }

    @inline(__always)
    mutating func note(semaphore: Int, _ change: Int) {
        if isEnabled { journal.append((semaphore, change)) }
    }

    mutating func reset() {
        notes.removeAll(keepingCapacity: true)
        journal.removeAll(keepingCapacity: true)
    }

    mutating func keep(_ note: Note) {
        var same = 0
        var oldest = -1
        for index in notes.indices.reversed() where notes[index].loop == note.loop {
            same += 1
            oldest = index
        }
        if same >= Self.perLoop { notes.remove(at: oldest) }
        notes.append(note)
    }

    /// True when the semaphores are as they were at the note.
    mutating func semaphoresReturned(since position: Int, of count: Int) -> Bool {
        if scratch.count != count { scratch = Array(repeating: 0, count: count) }
        var touched: [Int] = []
        for index in position..<journal.count {
            let entry = journal[index]
            if scratch[entry.semaphore] == 0 { touched.append(entry.semaphore) }
            scratch[entry.semaphore] += entry.change
        }
        var returned = true
        for semaphore in touched {
            if scratch[semaphore] != 0 { returned = false }
            scratch[semaphore] = 0
        }
        return returned
    }

    /// Whether this iteration of a loop is worth a note.
    mutating func wantsNote(loop: Int, iteration: Int) -> Bool {
        let missed = misses[loop, default: 0]
        return missed < 256 || iteration % 61 < 2
    }
}

extension Simulator {
    /// Notes the state at the end of an iteration and jumps ahead when it repeats. Returns true when it jumped: time has changed.
    mutating func fastForwardFrom(_ unit: Int, loop: Int) throws(SimulationError) -> Bool {
        let slot = units[unit].variables + code.instructions[loop].a
        // The place behind a loop over layers is in no loop of an operator: what repeats there repeats with other operators.
        guard code.operatorLoops[loop + 1] > code.operatorLoops[loop], bounds[slot] - variables[slot] > 3, fastForward.wantsNote(loop: loop, iteration: variables[slot]) else { return false }
        if fastForward.journal.count > 1 << 16 { fastForward.reset() }
        for index in units.indices where units[index].kind == .dma { settleQueue(index, at: now) }
        let note = takeNote(unit, loop: loop)
        for index in fastForward.notes.indices.reversed() {
            // Compared in place: a note is a handful of arrays.
            guard fastForward.notes[index].loop == loop, fastForward.notes[index].time < note.time,
                fastForward.notes[index].state == note.state, fastForward.notes[index].epochs == note.epochs
            else { continue }
            let earlier = fastForward.notes[index]
            guard let plan = replayPlan(from: earlier, to: note),
                fastForward.semaphoresReturned(since: earlier.journal, of: semaphores.count)
            else { continue }
            if order.isActive { try order.replay(from: earlier.counts[statistics.current.count...], times: plan.times) }
            replay(plan, from: earlier, to: note)
            // Notes of the loops around this one stay: a period of theirs may hold replays.
            fastForward.notes.removeAll { $0.loop == loop }
            fastForward.misses[loop] = 0
            fastForward.replays += 1
            return true
        }
        fastForward.misses[loop, default: 0] += 1
        fastForward.keep(note)
        for unit in logs.indices { logs[unit].protect() }
        return false
    }

    /// One unit at a time looks out for repetition: the first that computes and is in a loop of its operator. What the machine repeats, it
    /// repeats for all.
    func isAnchor(_ unit: Int) -> Bool {
        for other in 0..<unit where units[other].kind != .dma && units[other].stream >= 0 && units[other].blocked != .finished {
            if code.operatorLoops[units[other].pc] > 0 { return false }
        }
        return true
    }

    private func takeNote(_ unit: Int, loop: Int) -> FastForward.Note {
        var note = FastForward.Note()
        note.time = now
        note.loop = loop
        note.state.reserveCapacity(256)
        note.state.append(unit)
        for index in units.indices where units[index].stream >= 0 {
            let state = units[index]
            note.state.append(state.pc)
            switch state.blocked {
            case .no: note.state.append(-1)
            case .ports: note.state.append(-2)
            case .finished: note.state.append(-3)
            case .turn: note.state.append(-4)
            case .semaphore(let semaphore, let count): note.state.append(semaphore); note.state.append(count)
            }
            note.state.append(state.wake == Int.max ? -1 : state.wake - now)
            note.state.append(max(0, state.finishedAt - now))
            note.state.append(max(0, state.operandsReadAt - now))
            note.state.append(state.lastWasDRAMBound ? 1 : 0)
            note.state.append(state.transferCommand)
            if dmas[index].isActive { note.state.append(state.transferIssuedAt - now) }
            arrays[index]?.writeState(relativeTo: now / state.period, into: &note.state)
            if state.kind == .dma { dmas[index].writeState(relativeTo: now, into: &note.state) }
            // Bounds of the loops around the place where the unit stands were worked out when the loops began.
            for place in code.enclosing(state.pc) { note.state.append(bounds[state.variables + code.enclosingSlots[place]]) }
        }
        for memory in mainMemories.indices { mainMemories[memory]?.writeState(relativeTo: now, into: &note.state) }
        for memory in portsInUse.indices { note.state.append(portsInUse[memory]) }
        for hold in portHolds { note.state.append(hold) }
        pending.writeState(relativeTo: now, into: &note.state)
        note.variables = Array(UnsafeBufferPointer(start: variables, count: slotCount))
        note.counts = statistics.current
        note.logCounts = logs.map(\.count)
        note.logEnds = logs.map(\.end)
        note.epochs = units.map(\.operatorEpoch)
        note.journal = fastForward.journal.count
        if order.isActive { note.counts += order.counts }
        return note
    }

    /// Which loops moved between two notes, by how much, and how many more times the period can happen.
    struct ReplayPlan {
        struct Move { var slot: Int; var step: Int }
        /// By unit; `nil` for a unit that stood still.
        var moves: [Move?]
        var times: Int
        var period: Int
    }

    private func replayPlan(from earlier: FastForward.Note, to later: FastForward.Note) -> ReplayPlan? {
        let period = later.time - earlier.time
        guard period % machine.period == 0 else { return nil }
        var plan = ReplayPlan(moves: Array(repeating: nil, count: units.count), times: Int.max, period: period)
        for unit in units.indices where units[unit].stream >= 0 {
            guard period % units[unit].period == 0 else { return nil }
            let state = units[unit]
            var changed: Int?
            for place in code.enclosing(state.pc) {
                let slot = code.enclosingSlots[place]
                guard earlier.variables[state.variables + slot] != later.variables[state.variables + slot] else { continue }
                guard changed == nil else { return nil }
                changed = slot
            }
            let stoodStill = earlier.logCounts[unit] == later.logCounts[unit] && earlier.logEnds[unit] == later.logEnds[unit]
            guard let changed else {
                // It may only have waited, or have been at its end.
                guard stoodStill, state.blocked != .no else { return nil }
                continue
            }
            guard !stoodStill, earlier.logEnds[unit] - earlier.time == later.logEnds[unit] - later.time else { return nil }
            let from = earlier.variables[state.variables + changed]
            let step = later.variables[state.variables + changed] - from
            guard step > 0, let analysis = ShiftAnalysis(self, unit: unit, slot: changed, from: from, step: step) else { return nil }
            let reach = (analysis.end - later.variables[state.variables + changed]) / step
            guard reach > 0 else { return nil }
            plan.times = min(plan.times, reach)
            plan.moves[unit] = ReplayPlan.Move(slot: changed, step: step)
        }
        guard plan.times != Int.max else { return nil }
        if order.isGiven { plan.times = order.repetitions(since: earlier.counts[statistics.current.count...], atMost: plan.times) }
        return plan.times > 0 ? plan : nil
    }

    private mutating func replay(_ plan: ReplayPlan, from earlier: FastForward.Note, to later: FastForward.Note) {
        let delta = plan.period * plan.times
        now += delta
        for index in statistics.current.indices {
            statistics.current[index] += (later.counts[index] - earlier.counts[index]) * plan.times
        }
        for unit in units.indices where units[unit].stream >= 0 {
            guard let move = plan.moves[unit] else { continue }
            variables[units[unit].variables + move.slot] += move.step * plan.times
            if units[unit].wake != Int.max { units[unit].wake += delta }
            units[unit].finishedAt += delta
            if order.isActive { order.blockedAt[unit] += delta }
            units[unit].operandsReadAt += delta
            units[unit].transferIssuedAt += delta
            logs[unit].replay(from: earlier.logCounts[unit], times: plan.times, period: plan.period)
            arrays[unit]?.shift(by: delta / units[unit].period)
            dmas[unit].shift(by: delta)
            let operatorIndex = units[unit].currentOperator
            // A unit may pass through an operator's loops without a command of its own.
            let commands = unit * statistics.width + Statistics.commands
            if operatorIndex >= 0, later.counts[commands] > earlier.counts[commands] { statistics.finish(operatorIndex: operatorIndex, at: units[unit].finishedAt) }
        }
        // Units that stood still keep their place; what they wait for moves with the pending releases.
        for memory in mainMemories.indices { mainMemories[memory]?.shift(by: delta) }
        pending.shift(by: delta)
    }
}
