/// What lies behind a cache.
public protocol CacheMemory: Sendable {
    /// Reads `bytes` from `address` on; the request arrives at `time`. Returns when the last byte is there.
    mutating func read(address: Int, bytes: Int, at time: Int) -> Int
    /// Writes; returns when the data has been taken.
    mutating func write(address: Int, bytes: Int, at time: Int) -> Int
}

/// A memory that answers after a fixed time, any number of requests at once.
public struct FixedLatencyMemory: CacheMemory, Hashable {
    public var latency: Int

    public init(latency: Int) { self.latency = latency }

    public mutating func read(address: Int, bytes: Int, at time: Int) -> Int { time + latency }
    public mutating func write(address: Int, bytes: Int, at time: Int) -> Int { time + latency }
}

/// A set-associative, non-blocking cache in front of a memory, at the level of accesses.
///
/// Modelled: one access enters each cycle, in order; hits take `hitLatency`; a miss takes a miss register and asks memory; further
/// accesses to a line on its way wait for it in the register (secondary misses). Accesses behind are held up while no register, or no
/// place in the register, is free, or while the line to make room is itself on its way. Evicted dirty lines are handed to memory behind
/// the request for the new line and delay nobody here. Not modelled: banks, coherence, prefetching, data.
///
/// A line takes its place when it misses, not when it arrives. What hits and what misses therefore depends on the order of the
/// accesses alone, not on the memory's timing; a secondary miss counts as a hit of the directory.
public struct Cache<Memory: CacheMemory>: Sendable {
    public let parameters: CacheParameters
    public private(set) var directory: CacheDirectory
    public var memory: Memory
    public private(set) var statistics = CacheStatistics()
    private let lineShift: Int

    /// Lines on their way.
    private struct Miss: Sendable {
        var line: Int
        var slot: Int
        var readyAt: Int
        var targets: Int
    }
    private var misses: [Miss] = []
    /// When the next access may enter.
    private var nextEntry = 0

    /// - Throws: `CacheError` when the parameters break a rule.
    public init(_ parameters: CacheParameters, memory: Memory) throws(CacheError) {
        try parameters.validate()
        self.parameters = parameters
        self.memory = memory
        directory = CacheDirectory(parameters)
        lineShift = parameters.lineBytes.trailingZeroBitCount
    }

    /// Reads or writes some bytes, line by line; accesses come in the order of their times.
    ///
    /// - Returns: when the last byte has been read, or the write has been taken.
    public mutating func access(address: Int, bytes: Int, isWrite: Bool, at time: Int) -> Int {
        precondition(bytes > 0 && address >= 0, "an access has at least one byte, at no negative address")
        var last = time
        for line in (address >> lineShift)...((address + bytes - 1) >> lineShift) {
            let from = max(address, line << lineShift)
            let to = min(address + bytes, (line + 1) << lineShift)
            last = max(last, accessLine(line, address: from, bytes: to - from, isWrite: isWrite, at: time))
        }
        return last
    }

    private mutating func accessLine(_ line: Int, address: Int, bytes: Int, isWrite: Bool, at time: Int) -> Int {
        var start = max(time, nextEntry)
        retire(until: start)
        statistics.accesses += 1
        if isWrite { statistics.writes += 1 }
        let staysHere = isWrite && parameters.isWriteBack

        if let index = misses.firstIndex(where: { $0.line == line }) {
            if misses[index].targets == parameters.targetsPerMiss {
                // Held up until the line is there; then it is a hit.
                statistics.targetStalls += misses[index].readyAt - start
                start = misses[index].readyAt
                retire(until: start)
            } else {
                misses[index].targets += 1
                statistics.secondaryMisses += 1
                _ = directory.access(line, marksDirty: staysHere, allocates: false)
                nextEntry = start + 1
                let done = max(start + parameters.hitLatency, misses[index].readyAt)
                if isWrite && !parameters.isWriteBack { writeThrough(address, bytes, at: start) }
                return finish(isWrite && !parameters.isWriteBack ? start + parameters.hitLatency : done, since: time)
            }
        }
        let isResident = directory.find(line) != nil
        let allocates = !isWrite || parameters.allocatesOnWrite
        if !isResident && allocates && misses.count == parameters.missRegisters {
            let free = misses.map(\.readyAt).min() ?? start
            statistics.registerStalls += free - start
            start = free
            retire(until: start)
        }
        let outcome = directory.access(line, marksDirty: staysHere, allocates: allocates)
        if isWrite && !parameters.isWriteBack { writeThrough(address, bytes, at: start) }
        guard !outcome.isHit else {
            statistics.hits += 1
            nextEntry = start + 1
            return finish(start + parameters.hitLatency, since: time)
        }
        statistics.primaryMisses += 1
        guard allocates else {
            nextEntry = start + 1
            // Write-back caches that do not allocate send the write on as well.
            if parameters.isWriteBack { writeThrough(address, bytes, at: start) }
            return finish(start + parameters.hitLatency, since: time)
        }
        if let pending = misses.first(where: { $0.slot == outcome.slot }) {
            // The line that makes room has not arrived yet.
            statistics.victimStalls += pending.readyAt - start
            start = pending.readyAt
            retire(until: start)
        }
        nextEntry = start + 1
        let request = start + parameters.hitLatency
        let ready = max(request, memory.read(address: line << lineShift, bytes: parameters.lineBytes, at: request))
        statistics.bytesRead += parameters.lineBytes
        if let evicted = outcome.evicted {
            statistics.evictions += 1
            if outcome.evictedIsDirty { writeBack(evicted, at: request) }
        }
        misses.append(Miss(line: line, slot: outcome.slot, readyAt: ready, targets: 1))
        statistics.missTime += ready - start
        statistics.largestOutstanding = max(statistics.largestOutstanding, misses.count)
        return finish(isWrite && !parameters.isWriteBack ? request : ready, since: time)
    }

    /// Writes all dirty lines to memory and empties the cache. Returns when the last one has been taken.
    public mutating func flush(at time: Int) -> Int {
        let start = max(time, nextEntry, misses.map(\.readyAt).max() ?? 0)
        retire(until: start)
        var last = start
        for line in directory.flush() { last = max(last, writeBack(line, at: start)) }
        nextEntry = max(nextEntry, start)
        return last
    }

    @discardableResult
    private mutating func writeBack(_ line: Int, at time: Int) -> Int {
        statistics.writeBacks += 1
        statistics.bytesWritten += parameters.lineBytes
        return memory.write(address: line << lineShift, bytes: parameters.lineBytes, at: time)
    }

    private mutating func writeThrough(_ address: Int, _ bytes: Int, at time: Int) {
        statistics.bytesWritten += bytes
        _ = memory.write(address: address, bytes: bytes, at: time + parameters.hitLatency)
    }

    private mutating func retire(until time: Int) { misses.removeAll { $0.readyAt <= time } }

    private mutating func finish(_ done: Int, since time: Int) -> Int {
        statistics.totalLatency += done - time
        return done
    }

    /// Appends all that shapes the future but the memory's state, times relative to `time`.
    public func writeState(relativeTo time: Int, into state: inout [Int]) {
        directory.writeState(into: &state)
        state.append(max(0, nextEntry - time))
        for miss in misses where miss.readyAt > time { state += [miss.line, miss.slot, miss.readyAt - time, miss.targets] }
    }

    /// Moves all times by `delta`.
    public mutating func shift(by delta: Int) {
        nextEntry += delta
        for index in misses.indices { misses[index].readyAt += delta }
    }
}

/// What a cache did.
public struct CacheStatistics: Hashable, Sendable {
    public var accesses = 0
    public var writes = 0
    public var hits = 0
    /// Lines asked for, or writes passed on for want of one.
    public var primaryMisses = 0
    /// Accesses to lines that were on their way.
    public var secondaryMisses = 0
    public var evictions = 0
    public var writeBacks = 0
    public var bytesRead = 0
    public var bytesWritten = 0
    /// Sum over accesses of the time from the request to its end.
    public var totalLatency = 0
    /// Sum over lines of the time that their registers were held.
    public var missTime = 0
    public var largestOutstanding = 0
    /// Time in which accesses were held up because all miss registers, a register's places, or the line to make room were taken.
    public var registerStalls = 0
    public var targetStalls = 0
    public var victimStalls = 0

    public init() {}

    /// Accesses that found their line there or on its way, over all.
    public var hitRate: Double { accesses == 0 ? 0 : Double(hits + secondaryMisses) / Double(accesses) }
}
