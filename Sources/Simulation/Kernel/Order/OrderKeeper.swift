import Programs

/// Whose turn it is at everything that units share, and whose it was.
///
/// Queues are numbered: memories first, then semaphores.
struct OrderKeeper {
    /// Units take turns, or their turns are written down; otherwise nothing here is used.
    let isActive: Bool
    let isRecording: Bool
    let isGiven: Bool
    private let memories: Int
    /// Whether several units may be served, by queue.
    private(set) var isShared: [Bool] = []
    private var shared: [Int] = []
    /// Whether units have to wait for their turns, by queue.
    private(set) var isEnforced: [Bool] = []

    /// The order given, by queue: place in `users` of each service.
    private var services: [[UInt8]] = []
    private var users: [[Int]] = []
    /// Services had, by queue.
    private(set) var position: [Int] = []

    /// Since when each unit is blocked, where it may be for a turn.
    var blockedAt: [Int] = []

    /// The order recorded, in the same form.
    private(set) var recorded: [[UInt8]] = []
    private var recordedUsers: [[Int]] = []
    private var recordedServices = 0

    init(_ options: SimulationOptions, _ program: Program, _ code: CompiledProgram, _ machine: Machine) throws(SimulationError) {
        isRecording = options.recordsOrder
        isGiven = options.order != nil
        isActive = isRecording || isGiven
        memories = machine.memories.count
        guard isActive else { return }
        isShared = Self.sharedQueues(code, machine)
        isEnforced = isShared.map { _ in false }
        position = isShared.map { _ in 0 }
        blockedAt = machine.units.map { _ in 0 }
        services = isShared.map { _ in [] }
        users = services.map { _ in [] }
        recorded = services
        recordedUsers = users
        shared = isShared.indices.filter { isShared[$0] }
        if let order = options.order { try take(order, program, code, machine) }
    }

    /// The queue of a semaphore.
    func queue(ofSemaphore semaphore: Int) -> Int { memories + semaphore }

    /// The semaphore of a queue, negative for a memory's.
    func semaphore(ofQueue queue: Int) -> Int { queue - memories }

    // MARK: Turns

    /// The unit whose turn it is, −1 at the end.
    func turn(at queue: Int) -> Int {
        let place = position[queue]
        return place < services[queue].count ? users[queue][Int(services[queue][place])] : -1
    }

    /// Writes down that a unit was served. Returns the unit whose turn it is now, −1 where no order is kept.
    mutating func serve(_ unit: Int, at queue: Int) throws(SimulationError) -> Int {
        if isRecording, isShared[queue] { try record(unit, at: queue) }
        guard isEnforced[queue] else {
            if isGiven, isShared[queue] { try checkSole(unit, at: queue) }
            return -1
        }
        position[queue] += 1
        return turn(at: queue)
    }

    /// What has no order may serve one unit.
    private mutating func checkSole(_ unit: Int, at queue: Int) throws(SimulationError) {
        if users[queue].isEmpty { users[queue].append(unit) }
        guard users[queue][0] == unit else { throw .order("it has no turns at a semaphore that several units acquire. \(Self.hint)") }
    }

    private mutating func record(_ unit: Int, at queue: Int) throws(SimulationError) {
        var rank = recordedUsers[queue].firstIndex(of: unit) ?? -1
        if rank < 0 {
            rank = recordedUsers[queue].count
            guard rank < ServiceOrder.mostUnits else { throw .limit("an order of service is kept for at most \(ServiceOrder.mostUnits) units of one memory") }
            recordedUsers[queue].append(unit)
        }
        try count(1)
        recorded[queue].append(UInt8(rank))
    }

    private mutating func count(_ more: Int) throws(SimulationError) {
        recordedServices += more
        guard recordedServices <= ServiceOrder.mostServices else {
            throw .limit("the order of service has more than \(ServiceOrder.mostServices) services, which is the most that is recorded; run fewer layers, or with larger requests")
        }
    }

    // MARK: Fast-forward

    /// Services had so far and services recorded, of each queue that may serve several units.
    var counts: [Int] {
        var counts: [Int] = []
        counts.reserveCapacity(2 * shared.count)
        for queue in shared {
            counts.append(position[queue])
            counts.append(recorded[queue].count)
        }
        return counts
    }

    /// How many more times what was served since there were `counts` comes again, the turn after it included; at most `most`.
    func repetitions(since counts: ArraySlice<Int>, atMost most: Int) -> Int {
        var times = most
        for (place, queue) in shared.enumerated() where isEnforced[queue] {
            let earlier = counts[counts.startIndex + 2 * place], later = position[queue]
            let length = later - earlier
            guard length > 0 else { continue }
            let available = services[queue].count - later
            // A period needs its own services and, for whoever waits at its end, the one after them.
            let (product, overflow) = length.multipliedReportingOverflow(by: times)
            let most = overflow ? available : min(available, product + 1)
            var matched = 0
            services[queue].withUnsafeBufferPointer { services in
                while matched < most, services[earlier + matched] == services[later + matched] { matched += 1 }
            }
            times = min(times, (matched - 1) / length)
            if times <= 0 { return 0 }
        }
        return times
    }

    /// Has the services since there were `counts` happen so many more times.
    mutating func replay(from counts: ArraySlice<Int>, times: Int) throws(SimulationError) {
        for (place, queue) in shared.enumerated() {
            if isEnforced[queue] { position[queue] += (position[queue] - counts[counts.startIndex + 2 * place]) * times }
            let earlier = counts[counts.startIndex + 2 * place + 1]
            guard isRecording, recorded[queue].count > earlier else { continue }
            let period = Array(recorded[queue][earlier...])
            let (product, overflow) = period.count.multipliedReportingOverflow(by: times)
            try count(overflow ? ServiceOrder.mostServices + 1 : product)
            recorded[queue].reserveCapacity(recorded[queue].count + product)
            for _ in 0..<times { recorded[queue].append(contentsOf: period) }
        }
    }

    // MARK: Before and after a run

    static let hint = "An order fits the program, and machines that cut transfers into the same requests as the one on which it was recorded."

    /// Queues that serve more than one unit, as far as the program's text tells.
    private static func sharedQueues(_ code: CompiledProgram, _ machine: Machine) -> [Bool] {
        var first = Array(repeating: -1, count: machine.memories.count + code.semaphoreNames.count)
        var isShared = Array(repeating: false, count: first.count)
        func note(_ unit: Int, _ queue: Int) {
            if first[queue] < 0 { first[queue] = unit } else if first[queue] != unit { isShared[queue] = true }
        }
        for (index, stream) in code.streams.enumerated() {
            let end = index + 1 < code.streams.count ? code.streams[index + 1].first : code.instructions.count
            var isDMA = false
            if case .dma = machine.units[stream.unit].kind { isDMA = true }
            for instruction in code.instructions[stream.first..<end] {
                switch instruction.code {
                case .command:
                    for operand in code.commands[instruction.a].operands {
                        let memory = machine.memories[operand.memory]
                        // Arrays and vector units that use a memory off chip send it no requests.
                        if memory.isDRAM ? isDMA : memory.ports != Int.max { note(stream.unit, operand.memory) }
                    }
                default: break
                }
            }
        }
        for (unit, semaphores) in code.acquisitions {
            for semaphore in semaphores { note(unit, machine.memories.count + semaphore) }
        }
        return isShared
    }

    private mutating func take(_ order: ServiceOrder, _ program: Program, _ code: CompiledProgram, _ machine: Machine) throws(SimulationError) {
        let fingerprint = ServiceOrder.fingerprint(of: program)
        guard order.fingerprint == fingerprint else {
            throw .order("it was recorded with another program, \(order.program) \(order.fingerprintText), and this one is \(program.name) \(ServiceOrder.text(of: fingerprint)). The same workload is another program where the machine makes the mapping another.")
        }
        var semaphores: [String: Int] = [:]
        for (index, name) in code.semaphoreNames.enumerated() { semaphores[name] = index }
        for entry in order.queues {
            let queue: Int
            switch entry.kind {
            case .memory, .ports:
                guard let memory = machine.memoryIndex[entry.name], machine.memories[memory].isDRAM == (entry.kind == .memory) else {
                    throw .order("the machine has no memory \(entry.name) \(entry.kind == .memory ? "off" : "on") chip")
                }
                // With a port for every unit there is nothing to wait for, and no turn.
                if entry.kind == .ports, machine.memories[memory].ports == Int.max { continue }
                guard machine.memories[memory].ports >= entry.ports else {
                    throw .order("it was recorded with \(entry.ports) ports of \(entry.name), which has \(machine.memories[memory].ports) here: units might wait for each other for ever. Record the order on the machine with the fewest ports.")
                }
                queue = memory
            case .semaphore:
                guard let semaphore = semaphores[entry.name] else { throw .order("the program has no semaphore \(entry.name)") }
                queue = memories + semaphore
            }
            guard isShared[queue] else { throw .order("\(entry.name) serves one unit here, and needs no order") }
            guard !isEnforced[queue] else { throw .order("\(entry.name) has two orders") }
            var units: [Int] = []
            for name in entry.units {
                guard let unit = machine.unitIndex[name] else { throw .order("the machine has no unit \(name), which \(entry.name) is to serve") }
                guard !units.contains(unit) else { throw .order("\(entry.name) has unit \(name) twice") }
                units.append(unit)
            }
            guard entry.services.allSatisfy({ Int($0) < units.count }) else { throw .order("\(entry.name) serves more units than it names") }
            isEnforced[queue] = true
            services[queue] = entry.services
            users[queue] = units
        }
        for memory in machine.memories.indices where isShared[memory] && !isEnforced[memory] {
            let name = machine.memories[memory].name
            throw machine.memories[memory].isDRAM
                ? .order("it has no turns at memory \(name), which several engines ask")
                : .order("it has no turns at the \(machine.memories[memory].ports) ports of \(name), which it was recorded without: record it on the machine with the fewest ports")
        }
    }

    /// What was recorded. Semaphores that served one unit after all need no order.
    func order(_ program: Program, _ code: CompiledProgram, _ machine: Machine) -> ServiceOrder? {
        guard isRecording else { return nil }
        var queues: [ServiceOrder.Queue] = []
        for queue in recorded.indices where isShared[queue] {
            let units = recordedUsers[queue].map { machine.units[$0].name }
            if queue >= memories {
                guard units.count > 1 else { continue }
                queues.append(ServiceOrder.Queue(kind: .semaphore, name: code.semaphoreNames[queue - memories], units: units, services: recorded[queue]))
            } else {
                let memory = machine.memories[queue]
                queues.append(
                    ServiceOrder.Queue(
                        kind: memory.isDRAM ? .memory : .ports, name: memory.name, ports: memory.isDRAM ? 0 : memory.ports, units: units,
                        services: recorded[queue]))
            }
        }
        return ServiceOrder(program: program.name, fingerprint: ServiceOrder.fingerprint(of: program), queues: queues)
    }

    /// - Throws: `.order` when a run is over and has not used the whole order.
    func checkEnd(_ name: (Int) -> String) throws(SimulationError) {
        for queue in shared where isEnforced[queue] && position[queue] < services[queue].count {
            throw .order("the order of \(name(queue)) has \(services[queue].count) services, and the run used \(position[queue]). \(Self.hint)")
        }
    }

    /// Place and length of the order at a queue, for messages.
    func place(at queue: Int) -> (next: Int, count: Int) { (position[queue] + 1, services[queue].count) }
}
