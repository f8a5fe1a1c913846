import Architecture
import Synchronization

/// Standards that come with Cyclewright, read once: a sweep builds thousands of machines on the same few, and reading a file of timing rules
/// takes longer than a small run on it.
enum KnownStandards {
    private struct Key: Hashable {
        var name: String
        var overrides: [String: String]
    }

    /// Kept at once; all are forgotten when there are more.
    private static let capacity = 64
    private static let known = Mutex<[Key: DRAMStandard]>([:])

    /// The standard of a name and overrides, made where it is not known. Failures are not kept: they are rare.
    static func standard(
        named name: String, overrides: [String: String], make: () throws(ArchitectureError) -> DRAMStandard
    ) throws(ArchitectureError) -> DRAMStandard {
        let key = Key(name: name, overrides: overrides)
        if let standard = known.withLock({ $0[key] }) { return standard }
        let standard = try make()
        known.withLock { known in
            if known.count >= capacity { known = [:] }
            known[key] = standard
        }
        return standard
    }
}
