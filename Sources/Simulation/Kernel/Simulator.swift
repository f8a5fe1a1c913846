import Architecture
import MemorySystem
import NumberFormats
import Programs
import Quantities

/// Runs a program on a machine: steps every unit's stream in the order of time.
///
/// Time jumps from one instant in which something can change to the next: a unit that may go on, a release that takes
/// effect, a DMA request that may be sent. Between these instants every unit's state is known in closed form.
struct Simulator {
    let program: Program
    let machine: Machine
    let code: CompiledProgram
    let options: SimulationOptions

    var units: [UnitState] = []
    var logs: [ActivityLog] = []
    var arrays: [SystolicUnit?] = []
    var bankAccesses = BankAccessCounter()
    /// Idle for units of other kinds.
    var dmas: [DMAState] = []
    var vectors: [VectorTiming?] = []
    var prices: [VectorTiming.Price?] = []
    var mainMemories: [BandwidthLatencyMemory?] = []
    /// Memories that answer later.
    var dramMemories: [AccountedMemory] = []
    /// By memory: its place in `dramMemories`, -1 for others.
    var dramNumber: [Int] = []
    let hasDRAMMemories: Bool
    /// What stands between engines and memories that answer later; `nil` for nothing.
    var fabric: MemoryFabric?
    /// By memory.
    let answersLater: [Bool]
    var semaphores: [Int]
    var pending = PendingReleases()
    /// Ports in use by memory, and commands in flight by unit and memory.
    var portsInUse: [Int]
    var portHolds: [Int]
    var variables: UnsafeMutablePointer<Int>
    var bounds: UnsafeMutablePointer<Int>
    let slotCount: Int
    var statistics: Statistics
    var fastForward: FastForward
    var values: ValueMachine?
    /// Whose turn it is.
    var order: OrderKeeper
    /// The instant that is being simulated, in femtoseconds.
    var now = 0
    /// Register-stepped arrays whose current cycle is to be simulated once the instant is over.
    var ticking: [Int] = []

    init(_ program: Program, on machine: Machine, options: SimulationOptions) throws(SimulationError) {
        self.program = program
        self.machine = machine
        self.options = options
        code = try CompiledProgram(program, machine: machine, listsAcquisitions: options.recordsOrder || options.order != nil)
        order = try OrderKeeper(options, program, code, machine)
        semaphores = code.semaphoreInitial
        portsInUse = Array(repeating: 0, count: machine.memories.count)
        portHolds = Array(repeating: 0, count: machine.memories.count * machine.units.count)
        statistics = Statistics(
            units: machine.units.count, memories: machine.memories.count, operators: program.operators.count)
        let fabric = try MemoryFabric(machine)
        self.fabric = fabric
        answersLater = machine.memories.indices.map { machine.memories[$0].dram?.model == .banks || fabric?.serves($0) ?? false }
        hasDRAMMemories = answersLater.contains(true)
        // Refresh has a period of its own: a machine with it comes into the same state again only after ages.
        fastForward = FastForward(
            enabled: options.fastForward && options.fidelity == .event && options.values == nil && !hasDRAMMemories)
        var slots = 0
        for (index, part) in machine.units.enumerated() {
            let stream = code.streams.firstIndex { $0.unit == index }
            var unit = UnitState(kind: .dma, period: part.period, stream: stream ?? -1)
            unit.variables = slots
            if let stream {
                unit.pc = code.streams[stream].first
                unit.slots = code.streams[stream].slots
                unit.wake = 0
                slots += unit.slots
            } else {
                unit.blocked = .finished
            }
            var array: SystolicUnit?
            var dma = DMAState(engine: DMAEngine(width: Bytes(1), request: Bytes(1), outstanding: 1, startup: 0), period: part.period)
            var vector: VectorTiming?
            switch part.kind {
            case .systolicArray(let description):
                unit.kind = .systolicArray
                array = try SystolicUnit(
                    description, fidelity: options.fidelity, needsWideOperands: stream.map(code.needsWideOperands) ?? false)
            case .vector(let description):
                unit.kind = .vector
                vector = VectorTiming(description)
            case .dma(let engine): dma = DMAState(engine: engine, period: part.period)
            }
            units.append(unit)
            arrays.append(array)
            dmas.append(dma)
            vectors.append(vector)
            logs.append(ActivityLog())
        }
        for (index, memory) in machine.memories.enumerated() {
            dramNumber.append(-1)
            if fabric?.serves(index) ?? false {
                mainMemories.append(nil)
                continue
            }
            if let dram = memory.dram, dram.model == .banks {
                dramNumber[index] = dramMemories.count
                dramMemories.append(try AccountedMemory(dram, capacity: memory.capacity, name: memory.name, operators: program.operators.count))
                mainMemories.append(nil)
                continue
            }
            mainMemories.append(
                memory.dram.map {
                    BandwidthLatencyMemory(
                        granularity: $0.accessGranularity.count, bytesPerSecond: memory.peakBytesPerSecond,
                        latencyFemtoseconds: $0.latency.femtoseconds, clockPeriod: machine.period)
                })
        }
        slotCount = slots
        variables = .allocate(capacity: max(1, slots))
        variables.initialize(repeating: 0, count: max(1, slots))
        bounds = .allocate(capacity: max(1, slots))
        bounds.initialize(repeating: 0, count: max(1, slots))
        // A vector price belongs to a function and the unit that runs it; units of one machine may differ.
        prices = Array(repeating: nil, count: machine.units.count * max(1, program.functions.count))
        values = options.values.map { ValueMachine($0, machine: machine, program: program) }
        try values?.allocate(program)
    }

    func deallocate() {
        variables.deallocate()
        bounds.deallocate()
    }

    mutating func run() throws(SimulationError) {
        var steps = 0
        while true {
            var time = pending.nextTime
            for unit in units.indices where units[unit].wake < time { time = units[unit].wake }
            if hasDRAMMemories { time = nextMemoryEvent(before: ticking.isEmpty ? time : min(time, now + 1), else: time) }
            if let failure = fabric?.failure { throw failure }
            if !ticking.isEmpty, time > now {
                // Nothing else happens in this cycle: whatever was to be issued in it has been.
                try tickArrays()
                continue
            }
            if time == Int.max { break }
            now = time
            if hasDRAMMemories { deliverAnswers() }
            while pending.nextTime == time { apply(pending.popNext(), at: time) }
            for unit in units.indices where units[unit].wake == time { try step(unit) }
            steps &+= 1
            if steps & 0xFFF == 0 {
                if time > SimulationOptions.latestTime { throw .limit("the run passed \(SimulationOptions.latestTime / 1_000_000_000_000_000) s of simulated time") }
                options.progress?(statistics.fractionDone)
                for unit in units.indices where units[unit].kind == .dma && dmas[unit].queue.isLarge { settleQueue(unit, at: now) }
            }
        }
        let standstill = describeDeadlock()
        if order.isGiven { try checkOrder(standstill: standstill) }
        if let standstill { throw .deadlock(standstill) }
    }

    /// Runs a unit's stream until it is blocked, busy or at its end.
    private mutating func step(_ unit: Int) throws(SimulationError) {
        if units[unit].kind == .dma, dmas[unit].isActive {
            if order.isActive, !(try sendInOrder(unit)) { return }
            try continueTransfer(unit)
            return
        }
        if units[unit].kind == .systolicArray, options.fidelity == .register {
            if units[unit].blocked == .no { try advance(unit) }
            guard isStepping(unit) else { return }
            units[unit].wake = Int.max
            if !ticking.contains(unit) { ticking.append(unit) }
        } else {
            try advance(unit)
        }
    }

    /// Walks the stream of a unit that may go on.
    private mutating func advance(_ unit: Int) throws(SimulationError) {
        let time = now
        let base = variables + units[unit].variables
        while true {
            let pc = units[unit].pc
            let instruction = code.instructions[pc]
            switch instruction.code {
            case .loop:
                let bound = code.expressions.evaluate(instruction.b, base)
                base[instruction.a] = 0
                bounds[units[unit].variables + instruction.a] = bound
                units[unit].pc = bound > 0 ? pc + 1 : instruction.c
            case .endLoop:
                let next = base[instruction.a] + 1
                if next < bounds[units[unit].variables + instruction.a] {
                    base[instruction.a] = next
                    units[unit].pc = instruction.c + 1
                    if fastForward.isEnabled, units[unit].kind != .dma, isAnchor(unit) {
                        let jumped = try fastForwardFrom(unit, loop: instruction.c)
                        if jumped { return }
                    }
                } else {
                    units[unit].pc = pc + 1
                }
            case .when:
                var holds = true
                for index in instruction.b..<(instruction.b + instruction.d) where holds {
                    let condition = code.conditions[index]
                    holds = condition.relation.holds(
                        code.expressions.evaluate(condition.left, base), code.expressions.evaluate(condition.right, base))
                }
                units[unit].pc = holds ? pc + 1 : instruction.c
            case .acquire:
                let index = try semaphoreIndex(instruction, base)
                guard semaphores[index] >= instruction.c else {
                    units[unit].blocked = .semaphore(index, count: instruction.c)
                    units[unit].wake = Int.max
                    return
                }
                if order.isActive, !(try isTurnToAcquire(unit, index, count: instruction.c)) { return }
                semaphores[index] -= instruction.c
                if order.isActive { try serveSemaphore(unit, index) }
                fastForward.note(semaphore: index, -instruction.c)
                units[unit].pc = pc + 1
            case .release:
                let index = try semaphoreIndex(instruction, base)
                let due = instruction.e == 1 ? units[unit].operandsReadAt : units[unit].finishedAt
                let byDRAM = units[unit].lastWasDRAMBound
                units[unit].pc = pc + 1
                if !dmas[unit].transfers.isEmpty {
                    dmas[unit].deferred.append(
                        DeferredRelease(tag: dmas[unit].latestTransfer, semaphore: index, count: instruction.c, whenRead: false))
                } else if options.fidelity == .register, let tag = arrays[unit]?.pendingTag(whenRead: instruction.e == 1) {
                    arrays[unit]?.deferred.append(
                        DeferredRelease(tag: tag, semaphore: index, count: instruction.c, whenRead: instruction.e == 1))
                } else if due <= time {
                    give(index, instruction.c, byDRAM: byDRAM, at: time)
                } else {
                    pending.insert(time: due, target: index, count: instruction.c, unit: unit, byDRAM: byDRAM)
                }
            case .read:
                // What it reads may be the work of the commands before it.
                if !dmas[unit].transfers.isEmpty {
                    dmas[unit].isDraining = true
                    units[unit].wake = Int.max
                    return
                }
                if units[unit].finishedAt > time {
                    units[unit].wake = align(units[unit].finishedAt, unit)
                    return
                }
                if options.fidelity == .register, arrays[unit]?.pendingTag(whenRead: false) != nil {
                    units[unit].wake = time + units[unit].period
                    return
                }
                guard let value = values?.readInteger(code.reads[instruction.b], code.expressions, base) else {
                    throw .unsupported("the program takes decisions from data: run it with values")
                }
                base[instruction.a] = value
                units[unit].pc = pc + 1
            case .command:
                guard try issue(unit, command: instruction.a, base) else { return }
                units[unit].pc = pc + 1
                // A transfer goes on in `step`, even one that sends its first request at once.
                if units[unit].wake > time || dmas[unit].isActive { return }
            case .end:
                units[unit].blocked = .finished
                units[unit].wake = Int.max
                return
            }
        }
    }

    private func semaphoreIndex(
        _ instruction: CompiledProgram.Instruction, _ base: UnsafeMutablePointer<Int>
    ) throws(SimulationError) -> Int {
        let offset = code.expressions.evaluate(instruction.b, base)
        guard offset >= 0, offset < instruction.d else {
            throw .invalidProgram("semaphore index \(offset) is outside of \(code.semaphoreNames[instruction.a])'s array of \(instruction.d)")
        }
        return instruction.a + offset
    }

    mutating func give(_ semaphore: Int, _ count: Int, byDRAM: Bool, at time: Int) {
        semaphores[semaphore] += count
        fastForward.note(semaphore: semaphore, count)
        for unit in units.indices {
            guard case .semaphore(semaphore, let needed) = units[unit].blocked, semaphores[semaphore] >= needed else { continue }
            units[unit].blocked = .no
            units[unit].wake = align(time, unit)
            // What is on its way is booked when it has arrived.
            guard !isStepping(unit), dmas[unit].transfers.isEmpty else { continue }
            let cause = code.semaphoreMeaning[semaphore].cause(byDRAM: byDRAM)
            logs[unit].append(until: units[unit].wake, cause.rawValue, operatorIndex: waitingOperator(unit))
        }
    }

    private mutating func apply(_ release: PendingRelease, at time: Int) {
        if release.target >= 0 {
            give(release.target, release.count, byDRAM: release.byDRAM, at: time)
        } else {
            releasePort(unit: release.unit, memory: -1 - release.target, at: time)
        }
    }

    /// The operator on whose behalf a unit waits: that of the next command in its stream.
    func waitingOperator(_ unit: Int) -> Int {
        let base = variables + units[unit].variables
        var pc = units[unit].pc
        // Loops on the way begin at 0; their slots may still be those of loops that are left on the way.
        var entered: [(slot: Int, value: Int)] = []
        defer { for (slot, value) in entered.reversed() { base[slot] = value } }
        while pc < code.instructions.count {
            let instruction = code.instructions[pc]
            switch instruction.code {
            case .command: return code.expressions.evaluate(code.commands[instruction.a].operatorIndex, base)
            case .loop:
                entered.append((instruction.a, base[instruction.a]))
                base[instruction.a] = 0
            case .end: return max(0, units[unit].currentOperator)
            default: break
            }
            pc += 1
        }
        return max(0, units[unit].currentOperator)
    }

    @inline(__always)
    func align(_ time: Int, _ unit: Int) -> Int {
        let period = units[unit].period
        return (time + period - 1) / period * period
    }

    private func describeDeadlock() -> String? {
        var waiting: [String] = []
        for unit in units.indices {
            switch units[unit].blocked {
            case .finished: continue
            case .semaphore(let semaphore, let count):
                waiting.append("\(machine.units[unit].name) waits for \(count) of \(code.semaphoreNames[semaphore]) (has \(semaphores[semaphore]))")
            case .ports: waiting.append("\(machine.units[unit].name) waits for a memory port")
            case .turn: waiting.append("\(machine.units[unit].name) waits for its turn at \(machine.memories[units[unit].transferDRAM].name)")
            case .no: waiting.append("\(machine.units[unit].name) does not end")
            }
        }
        return waiting.isEmpty ? nil : waiting.joined(separator: "; ")
    }
}

extension Program.Semaphore.Meaning {
    /// What a unit waited for that waited for such a semaphore.
    ///
    /// - Parameter byDRAM: whether the transfer that it waited for waited for the memory off chip.
    func cause(byDRAM: Bool) -> StallCause {
        switch self {
        case .loaded: byDRAM ? .dram : .dma
        case .free: .bufferFree
        case .computed: .dependency
        }
    }
}
