/// The accesses of a pattern, made one at a time: a stream of any length takes no memory.
///
/// The generator is the one of the published peer measurements: equal arguments give equal addresses.
public struct TrafficGenerator: Sequence, IteratorProtocol, Sendable {
    public let pattern: TrafficPattern
    /// Accesses in all.
    public let count: Int
    let accessBytes: Int
    let capacity: Int
    private var made = 0
    private var random: Xorshift64Star

    /// - Parameters:
    ///   - accessBytes: size of one access; addresses are multiples of it (a stride's are multiples of the stride).
    ///   - capacity: addresses are below it, in bytes.
    /// - Throws: `.pattern` when an argument is not positive, an access does not fit or an address would overflow.
    public init(
        _ pattern: TrafficPattern, count: Int, accessBytes: Int, capacity: Int, seed: UInt64 = Xorshift64Star.patternSeed
    ) throws(TrafficError) {
        guard accessBytes > 0, capacity >= accessBytes else {
            throw .pattern("a memory of \(capacity) bytes does not hold an access of \(accessBytes); choose a larger capacity")
        }
        guard count >= 0 else { throw .pattern("\(count) requests cannot be made; ask for 1 or more") }
        var step = accessBytes
        if case .stride(let bytes) = pattern { step = bytes }
        guard step > 0 else { throw .pattern("a stride of \(step) bytes leads nowhere; choose 1 or more") }
        guard !count.multipliedReportingOverflow(by: step).overflow else {
            throw .pattern("\(count) requests of \(step) bytes overflow an address; ask for fewer")
        }
        self.pattern = pattern
        self.count = count
        self.accessBytes = accessBytes
        self.capacity = capacity
        random = Xorshift64Star(seed: seed)
    }

    public var underestimatedCount: Int { count - made }

    public mutating func next() -> MemoryAccess? {
        guard made < count else { return nil }
        let i = made
        made += 1
        switch pattern {
        case .sequential: return MemoryAccess(address: i * accessBytes % capacity, isWrite: false)
        case .random: return MemoryAccess(address: drawn(), isWrite: false)
        case .randomMixed: return MemoryAccess(address: drawn(), isWrite: i % 3 == 2)
        case .streamAdd:
            let address = (i % 3 * (capacity / 4) + i / 3 * accessBytes) % capacity
            return MemoryAccess(address: address, isWrite: i % 3 == 2)
        case .stride(let bytes):
            let linear = i * bytes
            return MemoryAccess(address: (linear % capacity + linear / capacity * accessBytes) % capacity, isWrite: false)
        }
    }

    private mutating func drawn() -> Int { Int(random.next() >> 11) % (capacity / accessBytes) * accessBytes }
}
