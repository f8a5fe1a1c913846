/// A value that a cache or queue cannot have.
public struct CacheError: Error, Hashable, Sendable, CustomStringConvertible {
    public var parameter: String
    public var value: Int
    /// What it must be.
    public var rule: String

    public var description: String { "\(parameter) is \(value); \(rule)" }

    static func require(_ value: Int, _ parameter: String, in range: ClosedRange<Int>) throws(CacheError) {
        guard range.contains(value) else {
            throw CacheError(parameter: parameter, value: value, rule: "it must lie in \(range.lowerBound)…\(range.upperBound)")
        }
    }

    static func requirePowerOfTwo(_ value: Int, _ parameter: String) throws(CacheError) {
        guard value > 0, value & (value - 1) == 0 else {
            throw CacheError(parameter: parameter, value: value, rule: "it must be a power of two")
        }
    }
}

/// What a set-associative cache is made of and how fast it is.
public struct CacheParameters: Hashable, Sendable {
    /// Which line of a full set makes room.
    public enum Replacement: Hashable, Sendable {
        /// The one unused for longest.
        case leastRecentlyUsed
        /// The one that a binary tree of bits points to, which always points away from the line used last. For 2 ways it is exact LRU.
        case treePseudoLRU
        case random(seed: UInt64)
    }

    public var capacityBytes: Int
    public var lineBytes: Int
    public var ways: Int
    public var replacement: Replacement
    /// Dirty lines are written when they are evicted; otherwise every write goes on to memory at once.
    public var isWriteBack: Bool
    /// A write that misses brings its line in; otherwise it goes to memory alone.
    public var allocatesOnWrite: Bool
    /// Cycles from the start of an access to its data on a hit, and to the request to memory on a miss.
    public var hitLatency: Int
    /// Lines that can be on their way at once (miss status holding registers; Kroft 1981).
    public var missRegisters: Int
    /// Accesses that can wait for one line, the first included.
    public var targetsPerMiss: Int

    public init(
        capacityBytes: Int, lineBytes: Int = 64, ways: Int, replacement: Replacement = .leastRecentlyUsed, isWriteBack: Bool = true,
        allocatesOnWrite: Bool = true, hitLatency: Int = 1, missRegisters: Int = 8, targetsPerMiss: Int = 8
    ) {
        self.capacityBytes = capacityBytes
        self.lineBytes = lineBytes
        self.ways = ways
        self.replacement = replacement
        self.isWriteBack = isWriteBack
        self.allocatesOnWrite = allocatesOnWrite
        self.hitLatency = hitLatency
        self.missRegisters = missRegisters
        self.targetsPerMiss = targetsPerMiss
    }

    public var sets: Int { capacityBytes / (lineBytes * ways) }

    /// - Throws: `CacheError` naming the first value that breaks a rule.
    public func validate() throws(CacheError) {
        try CacheError.require(capacityBytes, "capacityBytes", in: 1...(1 << 36))
        try CacheError.require(lineBytes, "lineBytes", in: 1...(1 << 20))
        try CacheError.requirePowerOfTwo(lineBytes, "lineBytes")
        try CacheError.require(ways, "ways", in: 1...1024)
        guard capacityBytes % (lineBytes * ways) == 0 else {
            throw CacheError(
                parameter: "capacityBytes", value: capacityBytes, rule: "it must be a multiple of lineBytes × ways, \(lineBytes * ways)")
        }
        try CacheError.requirePowerOfTwo(sets, "number of sets")
        try CacheError.require(capacityBytes / lineBytes, "number of lines", in: 1...(1 << 26))
        if case .treePseudoLRU = replacement {
            try CacheError.requirePowerOfTwo(ways, "ways with treePseudoLRU")
            try CacheError.require(ways, "ways with treePseudoLRU", in: 1...64)
        }
        try CacheError.require(hitLatency, "hitLatency", in: 0...(1 << 20))
        try CacheError.require(missRegisters, "missRegisters", in: 1...4096)
        try CacheError.require(targetsPerMiss, "targetsPerMiss", in: 1...(1 << 20))
    }
}
