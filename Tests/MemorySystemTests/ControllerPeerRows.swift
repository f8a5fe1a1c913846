import Testing

/// Cycles that Ramulator 2.1 (commit c5b1c3a) took for the workloads of the study, closed loop, queues of 32, watermarks 0.8 and 0.2.
///
/// Measured for this project with the peer's own presets. HBM3 figures are halved: the peer's clock is twice the command clock there.
struct PeerRow: Sendable, CustomTestStringConvertible {
    var standard: String
    var mapping: String
    var pattern: String
    /// Addresses stay below, in bytes.
    var capacity: Int
    var requests: Int
    var cycles: Int
    var rowHitRate: Double
    /// Average of reads, in cycles.
    var latency: Double

    init(
        _ standard: String, _ mapping: String, _ pattern: String, capacity: Int, requests: Int, cycles: Int, rowHitRate: Double, latency: Double
    ) {
        self.standard = standard
        self.mapping = mapping
        self.pattern = pattern
        self.capacity = capacity
        self.requests = requests
        self.cycles = cycles
        self.rowHitRate = rowHitRate
        self.latency = latency
    }

    var testDescription: String { "\(standard) \(mapping) \(pattern)" }

    static let all: [PeerRow] = [
        .init("DDR4-3200", "RoBaRaCoCh", "seq", capacity: 8589934592, requests: 1000000, cycles: 6504029, rowHitRate: 0.9916, latency: 233.3),
        .init("DDR4-3200", "RoBaRaCoCh", "rand", capacity: 8589934592, requests: 1000000, cycles: 9221417, rowHitRate: 0.0000, latency: 342.1),
        .init("DDR4-3200", "RoBaRaCoCh", "seqmix", capacity: 8589934592, requests: 1000000, cycles: 9750115, rowHitRate: 0.9525, latency: 493.9),
        .init("DDR4-3200", "RoBaRaCoCh", "randmix", capacity: 8589934592, requests: 1000000, cycles: 9238655, rowHitRate: 0.0000, latency: 491.6),
        .init("DDR4-3200", "RoBaRaCoCh", "stride512", capacity: 8589934592, requests: 200000, cycles: 842976, rowHitRate: 0.9364, latency: 161.4),
        .init("DDR4-3200", "RoBaRaCoCh", "stride131072", capacity: 8589934592, requests: 200000, cycles: 15515943, rowHitRate: 0.0000, latency: 2529.4),
        .init("DDR4-3200", "MOP4CLXOR", "seq", capacity: 8589934592, requests: 1000000, cycles: 4262745, rowHitRate: 0.9031, latency: 163.8),
        .init("DDR4-3200", "MOP4CLXOR", "rand", capacity: 8589934592, requests: 1000000, cycles: 9220371, rowHitRate: 0.0000, latency: 342.0),
        .init("DDR4-3200", "MOP4CLXOR", "seqmix", capacity: 8589934592, requests: 1000000, cycles: 5732629, rowHitRate: 0.4856, latency: 312.3),
        .init("DDR4-3200", "MOP4CLXOR", "randmix", capacity: 8589934592, requests: 1000000, cycles: 9243702, rowHitRate: 0.0000, latency: 491.9),
        .init("DDR4-3200", "MOP4CLXOR", "stride512", capacity: 8589934592, requests: 200000, cycles: 975434, rowHitRate: 0.5578, latency: 191.8),
        .init("DDR4-3200", "MOP4CLXOR", "stride131072", capacity: 8589934592, requests: 200000, cycles: 15508275, rowHitRate: 0.0000, latency: 2528.1),
        .init("HBM2-2000-ramulator", "MOP4CLXOR", "seq", capacity: 2147483648, requests: 200000, cycles: 229618, rowHitRate: 0.9567, latency: 52.4),
        .init("HBM2-2000-ramulator", "MOP4CLXOR", "rand", capacity: 2147483648, requests: 200000, cycles: 664878, rowHitRate: 0.0000, latency: 136.3),
        .init("HBM2-2000-ramulator", "MOP4CLXOR", "seqmix", capacity: 2147483648, requests: 200000, cycles: 505048, rowHitRate: 0.5619, latency: 142.3),
        .init("HBM2-2000-ramulator", "MOP4CLXOR", "randmix", capacity: 2147483648, requests: 200000, cycles: 708836, rowHitRate: 0.0000, latency: 200.3),
        .init("HBM2-2000-ramulator", "MOP4CLXOR", "stride512", capacity: 2147483648, requests: 40000, cycles: 98882, rowHitRate: 0.7321, latency: 98.3),
        .init("HBM2-2000-ramulator", "MOP4CLXOR", "stride65536", capacity: 2147483648, requests: 40000, cycles: 2107453, rowHitRate: 0.0000, latency: 1715.3),
        .init("HBM2-2000-ramulator", "RoBaRaCoCh", "seq", capacity: 2147483648, requests: 200000, cycles: 396127, rowHitRate: 0.9677, latency: 78.9),
        .init("HBM2-2000-ramulator", "RoBaRaCoCh", "rand", capacity: 2147483648, requests: 200000, cycles: 664881, rowHitRate: 0.0000, latency: 136.4),
        .init("GDDR6-14000", "MOP4CLXOR", "seq", capacity: 1073741824, requests: 200000, cycles: 473211, rowHitRate: 0.9193, latency: 102.9),
        .init("GDDR6-14000", "MOP4CLXOR", "rand", capacity: 1073741824, requests: 200000, cycles: 1748410, rowHitRate: 0.0001, latency: 331.7),
        .init("GDDR6-14000", "MOP4CLXOR", "seqmix", capacity: 1073741824, requests: 200000, cycles: 924888, rowHitRate: 0.6028, latency: 256.9),
        .init("GDDR6-14000", "MOP4CLXOR", "randmix", capacity: 1073741824, requests: 200000, cycles: 1841647, rowHitRate: 0.0001, latency: 493.9),
        .init("GDDR6-14000", "MOP4CLXOR", "stride65536", capacity: 1073741824, requests: 40000, cycles: 3410570, rowHitRate: 0.0000, latency: 2779.3),
        .init("GDDR6-14000", "RoBaRaCoCh", "seq", capacity: 1073741824, requests: 200000, cycles: 548412, rowHitRate: 0.9835, latency: 113.2),
        .init("GDDR6-14000", "RoBaRaCoCh", "rand", capacity: 1073741824, requests: 200000, cycles: 1748274, rowHitRate: 0.0001, latency: 331.7),
        .init("LPDDR5-6400", "MOP4CLXOR", "seq", capacity: 2147483648, requests: 200000, cycles: 443490, rowHitRate: 0.9127, latency: 90.3),
        .init("LPDDR5-6400", "MOP4CLXOR", "rand", capacity: 2147483648, requests: 200000, cycles: 916455, rowHitRate: 0.0000, latency: 179.6),
        .init("LPDDR5-6400", "MOP4CLXOR", "seqmix", capacity: 2147483648, requests: 200000, cycles: 729048, rowHitRate: 0.5265, latency: 200.1),
        .init("LPDDR5-6400", "MOP4CLXOR", "randmix", capacity: 2147483648, requests: 200000, cycles: 1117331, rowHitRate: 0.0000, latency: 301.9),
        .init("LPDDR5-6400", "MOP4CLXOR", "stride65536", capacity: 2147483648, requests: 40000, cycles: 2109403, rowHitRate: 0.0000, latency: 1720.9),
        .init("LPDDR5-6400", "RoBaRaCoCh", "seq", capacity: 2147483648, requests: 200000, cycles: 505076, rowHitRate: 0.9830, latency: 99.0),
        .init("LPDDR5-6400", "RoBaRaCoCh", "rand", capacity: 2147483648, requests: 200000, cycles: 916632, rowHitRate: 0.0000, latency: 179.6),
        .init("HBM3-6400-ramulator", "MOP4CLXOR", "seq", capacity: 2147483648, requests: 200000, cycles: 244280, rowHitRate: 0.9583, latency: 62.0),
        .init("HBM3-6400-ramulator", "MOP4CLXOR", "rand", capacity: 2147483648, requests: 200000, cycles: 693902, rowHitRate: 0.0000, latency: 164.5),
        .init("HBM3-6400-ramulator", "MOP4CLXOR", "seqmix", capacity: 2147483648, requests: 200000, cycles: 797494, rowHitRate: 0.5420, latency: 228.0),
        .init("HBM3-6400-ramulator", "MOP4CLXOR", "randmix", capacity: 2147483648, requests: 200000, cycles: 753752, rowHitRate: 0.0000, latency: 234.4),
        .init("DDR5-4800-ramulator", "MOP4CLXOR", "seq", capacity: 8589934592, requests: 200000, cycles: 1754427, rowHitRate: 0.9394, latency: 326.2),
        .init("DDR5-4800-ramulator", "MOP4CLXOR", "rand", capacity: 8589934592, requests: 200000, cycles: 2626066, rowHitRate: 0.0000, latency: 499.0),
        .init("DDR5-4800-ramulator", "MOP4CLXOR", "seqmix", capacity: 8589934592, requests: 200000, cycles: 2251203, rowHitRate: 0.3748, latency: 609.4),
        .init("DDR5-4800-ramulator", "MOP4CLXOR", "randmix", capacity: 8589934592, requests: 200000, cycles: 2684513, rowHitRate: 0.0000, latency: 732.0),
        .init("DDR5-4800-ramulator", "RoBaRaCoCh", "seq", capacity: 8589934592, requests: 200000, cycles: 1843603, rowHitRate: 0.9825, latency: 338.7),
        .init("DDR5-4800-ramulator", "RoBaRaCoCh", "rand", capacity: 8589934592, requests: 200000, cycles: 2626010, rowHitRate: 0.0000, latency: 499.0),
    ]
}
