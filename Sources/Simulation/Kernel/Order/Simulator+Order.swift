/// Units that take turns.
extension Simulator {
    /// What a queue is called in messages.
    func queueName(_ queue: Int) -> String {
        let semaphore = order.semaphore(ofQueue: queue)
        if semaphore >= 0 { return "semaphore \(code.semaphoreNames[semaphore])" }
        return machine.memories[queue].isDRAM ? "memory \(machine.memories[queue].name)" : "the ports of \(machine.memories[queue].name)"
    }

    private func isTurn(of unit: Int, at queue: Int) throws(SimulationError) -> Bool {
        guard order.isEnforced[queue] else { return true }
        let next = order.turn(at: queue)
        guard next >= 0 else {
            let count = order.place(at: queue).count
            throw .order("\(machine.units[unit].name) asks for service \(count + 1) of \(queueName(queue)), and the order has \(count). \(OrderKeeper.hint)")
        }
        return next == unit
    }

    /// Books a service at `time`, and wakes the unit whose turn comes.
    private mutating func serve(_ unit: Int, at queue: Int, time: Int) throws(SimulationError) {
        let next = try order.serve(unit, at: queue)
        guard next >= 0, next != unit else { return }
        switch units[next].blocked {
        case .turn where units[next].transferDRAM == queue:
            units[next].blocked = .no
            dmas[next].nextIssue = max(dmas[next].nextIssue, align(time, next))
            units[next].wake = dmas[next].nextIssue
        case .ports: wakeForTurn(next, at: time, cause: .bankConflict)
        case .semaphore(let semaphore, let count):
            guard queue == order.queue(ofSemaphore: semaphore), semaphores[semaphore] >= count else { return }
            wakeForTurn(next, at: time, cause: code.semaphoreMeaning[semaphore].cause(byDRAM: false))
        case .no, .turn, .finished: break
        }
    }

    /// - Note: a wait that ends in the instant in which it began is none, and leaves no trace in the log.
    private mutating func wakeForTurn(_ unit: Int, at time: Int, cause: StallCause) {
        units[unit].blocked = .no
        units[unit].wake = align(time, unit)
        guard units[unit].wake > order.blockedAt[unit], !isStepping(unit), dmas[unit].transfers.isEmpty else { return }
        logs[unit].append(until: units[unit].wake, cause.rawValue, operatorIndex: waitingOperator(unit))
    }

    // MARK: Requests

    /// Sends requests of a transfer as long as it is the engine's turn and nothing else can happen in between. Returns true when all of
    /// them are sent, so that the transfer can be booked; also for a memory that answers later, to which they are sent one by one.
    mutating func sendInOrder(_ unit: Int) throws(SimulationError) -> Bool {
        let memory = units[unit].transferDRAM
        guard !answersLater[memory] else { return true }
        let horizon = horizon(of: unit)
        while dmas[unit].isActive {
            guard try isTurn(of: unit, at: memory) else {
                units[unit].blocked = .turn
                units[unit].wake = Int.max
                return false
            }
            let time = dmas[unit].nextIssue
            guard var channels = mainMemories[memory].take() else { return false }
            dmas[unit].issue(to: &channels, requester: unit)
            mainMemories[memory] = channels
            try serve(unit, at: memory, time: time)
            if dmas[unit].isActive, dmas[unit].nextIssue >= horizon {
                units[unit].wake = dmas[unit].nextIssue
                return false
            }
        }
        return true
    }

    /// Whether an engine may send its next request to a memory that answers later. If not, it waits for its turn.
    mutating func takesTurn(_ unit: Int, at memory: Int) throws(SimulationError) -> Bool {
        guard try isTurn(of: unit, at: memory) else {
            units[unit].blocked = .turn
            units[unit].wake = Int.max
            return false
        }
        try serve(unit, at: memory, time: dmas[unit].nextIssue)
        return true
    }

    // MARK: Ports

    /// Whether a command's turn has come at all memories with few ports that it uses.
    func isTurnForPorts(_ unit: Int, command: Int) throws(SimulationError) -> Bool {
        for port in code.commands[command].ports {
            guard try isTurn(of: unit, at: code.portMemories[port]) else { return false }
        }
        return true
    }

    /// Books the ports that a command took: once for a memory, however many of its operands lie there.
    mutating func servePorts(_ unit: Int, command: Int) throws(SimulationError) {
        let ports = code.commands[command].ports
        for port in ports {
            let memory = code.portMemories[port]
            if ports.lowerBound < port, code.portMemories[ports.lowerBound..<port].contains(memory) { continue }
            try serve(unit, at: memory, time: now)
        }
    }

    // MARK: Semaphores

    /// Whether a unit may acquire a semaphore that is high enough. If not, it waits for its turn.
    mutating func isTurnToAcquire(_ unit: Int, _ semaphore: Int, count: Int) throws(SimulationError) -> Bool {
        let queue = order.queue(ofSemaphore: semaphore)
        guard try isTurn(of: unit, at: queue) else {
            units[unit].blocked = .semaphore(semaphore, count: count)
            order.blockedAt[unit] = now
            units[unit].wake = Int.max
            return false
        }
        return true
    }

    mutating func serveSemaphore(_ unit: Int, _ semaphore: Int) throws(SimulationError) {
        try serve(unit, at: order.queue(ofSemaphore: semaphore), time: now)
    }

    // MARK: The end

    /// Why a run in order has come to a standstill or has not used its order.
    func checkOrder(standstill: String?) throws(SimulationError) {
        guard let standstill else { return try order.checkEnd(queueName) }
        var turns: [String] = []
        for queue in order.isEnforced.indices where order.isEnforced[queue] {
            let next = order.turn(at: queue), place = order.place(at: queue)
            // Of those that wait for others' turns, and of the units whose turn it is.
            guard next >= 0, place.next > 1 || order.semaphore(ofQueue: queue) < 0 else { continue }
            turns.append("service \(place.next) of \(place.count) of \(queueName(queue)) is \(machine.units[next].name)'s")
        }
        throw .order("no unit can go on: \(standstill). \(turns.prefix(8).joined(separator: "; ")). \(OrderKeeper.hint)")
    }
}
