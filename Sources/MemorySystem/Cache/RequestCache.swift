import HeapModule

/// A set-associative, write-back, non-blocking cache in front of a memory that answers later, at the level of lines.
///
/// The rules are those of ``Cache``: accesses enter in order, one in each cycle; hits take `hitLatency`; a miss takes a miss register and
/// asks memory; further accesses to a line on its way wait for it in the register. Accesses behind are held up while no register, or no
/// place in the register, is free, or while the line to make room is itself on its way. One thing is added: a write of a whole line
/// that misses takes its place without asking memory for what it replaces.
///
/// Times are femtoseconds. The owner calls ``step(at:)`` at ``nextEvent``, hands the transfers to the memory and tells when lines arrive.
public struct RequestCache: Sendable {
    public let parameters: CacheParameters
    /// Of a cycle.
    let period: Int
    private(set) var directory: CacheDirectory
    private let lineShift: Int
    public private(set) var statistics = RequestCacheStatistics()

    /// A request that is cut into accesses to lines.
    private struct Incoming {
        var request: DRAMRequest
        var owner: Int
        var arrival: Int
        /// Next run, and byte in it.
        var run = 0
        var byte = 0
    }
    private var incoming: [Incoming] = []
    private var head = 0
    /// A line on its way.
    private struct Register {
        var line = -1
        var slot = -1
        var startedAt = 0
        var owners: [(owner: Int, readyAt: Int)] = []
    }
    private var registers: [Register]
    private var freeRegisters: [Int]
    private var used = 0
    private var usedSince = 0
    /// When the next access may begin.
    private var nextEntry = 0
    /// Since when the access at the head has been held up, and why; `nil` when it is not.
    private var heldSince: Int?
    private var cause = Hold.register
    /// Its miss when it waits for its victim's line.
    private var waitingMiss: (access: Access, outcome: CacheDirectory.Outcome)?
    private var events = Heap<Event>()
    private var order = 0

    private enum Hold { case register, target(Int), victim(Int) }

    private struct Access {
        var line: Int
        var isWrite: Bool
        var isWhole: Bool
        var owner: Int
    }

    private struct Event: Comparable {
        var time: Int
        var order: Int
        /// -1: an access is complete; otherwise the transfer.
        var register: Int
        var owner: Int
        var line: Int

        static func < (a: Event, b: Event) -> Bool { (a.time, a.order) < (b.time, b.order) }
        static func == (a: Event, b: Event) -> Bool { a.order == b.order }
    }

    /// What an event asks of the owner.
    public enum Effect: Hashable, Sendable {
        /// An access of a request is complete.
        case complete(owner: Int)
        /// A line is to be read; ``arrive(register:at:)`` tells when it is there.
        case fetch(address: Int, register: Int, owner: Int)
        /// A line is to be written; nobody waits for it.
        case writeBack(address: Int, owner: Int)
    }

    /// - Parameter period: of the cache's clock, in femtoseconds.
    /// - Throws: `CacheError` when the parameters break a rule.
    public init(_ parameters: CacheParameters, period: Int) throws(CacheError) {
        try parameters.validate()
        self.parameters = parameters
        self.period = period
        directory = CacheDirectory(parameters)
        lineShift = parameters.lineBytes.trailingZeroBitCount
        registers = Array(repeating: Register(), count: parameters.missRegisters)
        freeRegisters = Array((0..<parameters.missRegisters).reversed())
    }

    /// No access waits to begin.
    public var hasRoom: Bool { head == incoming.count }

    /// Takes a request that arrives at `time`; times never go back.
    ///
    /// - Returns: accesses that it consists of, each of which ends in an effect `complete`.
    public mutating func take(_ request: DRAMRequest, owner: Int, at time: Int) -> Int {
        if head == incoming.count {
            incoming.removeAll(keepingCapacity: true)
            head = 0
        }
        incoming.append(Incoming(request: request, owner: owner, arrival: (time + period - 1) / period * period))
        var accesses = 0
        for run in 0..<request.runs {
            let first = request.address + run * request.stride
            accesses += (first + request.runBytes - 1) >> lineShift - first >> lineShift + 1
        }
        return accesses
    }

    /// When something happens next; `nil` while nothing is to do, or everything waits for lines.
    public var nextEvent: Int? {
        let event = events.min?.time
        guard head < incoming.count, heldSince == nil else { return event }
        let start = max(incoming[head].arrival, nextEntry)
        return min(start, event ?? start)
    }

    /// What happens at `time`, which ``nextEvent`` gave: one effect at the most, and `nil` when it has none to be told of.
    public mutating func step(at time: Int) -> Effect? {
        if let event = events.min, event.time <= time {
            _ = events.popMin()
            if event.register == Self.completion { return .complete(owner: event.owner) }
            if event.register == Self.eviction { return .writeBack(address: event.line << lineShift, owner: event.owner) }
            return .fetch(address: event.line << lineShift, register: event.register, owner: event.owner)
        }
        begin(at: time)
        return nil
    }

    /// The line of a register is there.
    public mutating func arrive(register: Int, at time: Int) {
        let entry = registers[register]
        for waiting in entry.owners { schedule(max(waiting.readyAt, time), Self.completion, owner: waiting.owner, line: 0) }
        statistics.missTime += time - entry.startedAt
        countRegisters(at: time)
        used -= 1
        registers[register] = Register()
        freeRegisters.append(register)
        guard let since = heldSince else { return }
        switch cause {
        case .register: break
        case .target(let other), .victim(let other): guard other == register else { return }
        }
        let start = max(nextEntry, (time + period - 1) / period * period)
        switch cause {
        case .register: statistics.registerStalls += start - since
        case .target: statistics.targetStalls += start - since
        case .victim: statistics.victimStalls += start - since
        }
        heldSince = nil
        nextEntry = start
    }

    /// Lines that differ from memory.
    public var dirtyLines: Int { directory.isDirty.reduce(0) { $0 + ($1 ? 1 : 0) } }

    // MARK: One access

    private static let completion = -1
    private static let eviction = -2

    private mutating func schedule(_ time: Int, _ register: Int, owner: Int, line: Int) {
        order += 1
        events.insert(Event(time: time, order: order, register: register, owner: owner, line: line))
    }

    /// Lets the access at the head begin, or holds it up.
    private mutating func begin(at start: Int) {
        if let (access, outcome) = waitingMiss {
            waitingMiss = nil
            advance()
            miss(access, outcome, at: start)
            return
        }
        let access = access()
        if let register = registers.firstIndex(where: { $0.line == access.line }) {
            guard registers[register].owners.count < parameters.targetsPerMiss else { return hold(.target(register), at: start) }
            count(access)
            registers[register].owners.append((access.owner, start + parameters.hitLatency * period))
            statistics.secondaryMisses += 1
            _ = directory.access(access.line, marksDirty: access.isWrite, allocates: false)
            advance()
            nextEntry = start + period
            return
        }
        let asks = !(access.isWrite && access.isWhole)
        if asks, freeRegisters.isEmpty, directory.find(access.line) == nil { return hold(.register, at: start) }
        count(access)
        let outcome = directory.access(access.line, marksDirty: access.isWrite, allocates: true)
        if outcome.isHit {
            statistics.hits += 1
            schedule(start + parameters.hitLatency * period, Self.completion, owner: access.owner, line: 0)
            advance()
            nextEntry = start + period
            return
        }
        if let register = registers.firstIndex(where: { $0.line >= 0 && $0.slot == outcome.slot }) {
            waitingMiss = (access, outcome)
            return hold(.victim(register), at: start)
        }
        advance()
        miss(access, outcome, at: start)
    }

    private mutating func miss(_ access: Access, _ outcome: CacheDirectory.Outcome, at start: Int) {
        nextEntry = start + period
        let ready = start + parameters.hitLatency * period
        if access.isWrite && access.isWhole {
            statistics.installs += 1
            // Before the access is complete and its owner forgotten.
            writeBack(outcome, owner: access.owner, at: ready)
            schedule(ready, Self.completion, owner: access.owner, line: 0)
        } else if let register = freeRegisters.popLast() {
            statistics.fetches += 1
            countRegisters(at: start)
            used += 1
            statistics.largestOutstanding = max(statistics.largestOutstanding, used)
            registers[register].line = access.line
            registers[register].slot = outcome.slot
            registers[register].startedAt = start
            registers[register].owners.append((access.owner, ready))
            schedule(ready, register, owner: access.owner, line: access.line)
            writeBack(outcome, owner: access.owner, at: ready)
        }
    }

    private mutating func writeBack(_ outcome: CacheDirectory.Outcome, owner: Int, at time: Int) {
        guard let evicted = outcome.evicted else { return }
        statistics.evictions += 1
        guard outcome.evictedIsDirty else { return }
        statistics.writeBacks += 1
        schedule(time, Self.eviction, owner: owner, line: evicted)
    }

    private mutating func hold(_ cause: Hold, at time: Int) {
        heldSince = time
        self.cause = cause
    }

    private mutating func count(_ access: Access) {
        statistics.accesses += 1
        if access.isWrite { statistics.writes += 1 }
    }

    private mutating func countRegisters(at time: Int) {
        statistics.registerTime += used * (time - usedSince)
        usedSince = time
    }

    private func access() -> Access {
        let entry = incoming[head]
        let begin = entry.request.address + entry.run * entry.request.stride
        let address = begin + entry.byte
        let line = address >> lineShift
        let end = min(begin + entry.request.runBytes, (line + 1) << lineShift)
        return Access(line: line, isWrite: entry.request.isWrite, isWhole: end - address == parameters.lineBytes, owner: entry.owner)
    }

    private mutating func advance() {
        let request = incoming[head].request
        let begin = request.address + incoming[head].run * request.stride
        incoming[head].byte = ((begin + incoming[head].byte) >> lineShift + 1) << lineShift - begin
        guard incoming[head].byte >= request.runBytes else { return }
        incoming[head].byte = 0
        incoming[head].run += 1
        guard incoming[head].run == request.runs else { return }
        head += 1
        if head == incoming.count {
            incoming.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024, head * 2 >= incoming.count {
            incoming.removeFirst(head)
            head = 0
        }
    }
}

/// What a ``RequestCache`` did. Times are in femtoseconds.
public struct RequestCacheStatistics: Hashable, Sendable {
    /// To lines.
    public var accesses = 0
    public var writes = 0
    public var hits = 0
    /// Lines asked for.
    public var fetches = 0
    /// Lines that were written whole and not asked for.
    public var installs = 0
    /// Accesses to lines that were on their way.
    public var secondaryMisses = 0
    public var evictions = 0
    /// Evicted lines that had to be written.
    public var writeBacks = 0
    /// Sum over lines of the time that their registers were held, and the same as the integral of the registers in use.
    public var missTime = 0
    public var registerTime = 0
    public var largestOutstanding = 0
    /// Time in which accesses were held up because all miss registers, a register's places, or the line to make room were taken.
    public var registerStalls = 0
    public var targetStalls = 0
    public var victimStalls = 0

    public init() {}

    /// Accesses whose lines were not there.
    public var misses: Int { fetches + installs }
    /// Accesses that found their line there or on its way, over all.
    public var hitRate: Double { accesses == 0 ? 0 : Double(hits + secondaryMisses) / Double(accesses) }
}
