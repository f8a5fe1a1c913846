import CZ3
import Synchronization

/// Checks that are under way in the process, so that another thread can end them: a person who waits presses Control-C.
///
/// Whoever calls ``interrupt()`` knows that answers depend on when: what was interrupted is undecided, and says so.
public enum RunningChecks {
    private static let contexts = Mutex<Set<UInt>>([])

    /// Asks them to end as undecided. One that is about to begin may miss it.
    ///
    /// - Parameter identity: of the only context that is meant; `nil` for all of the process.
    public static func interrupt(_ identity: UInt? = nil) {
        contexts.withLock { running in
            // Within the lock none of them goes away. Of Z3's functions this one may be called from any thread.
            for address in running where identity == nil || identity == address { Z3_interrupt(Z3_context(bitPattern: address)) }
        }
    }

    /// Runs a check that may be ended.
    static func add<Result>(_ context: Context, _ check: () throws(SMTError) -> Result) throws(SMTError) -> Result {
        let address = context.identity
        contexts.withLock { _ = $0.insert(address) }
        defer { contexts.withLock { _ = $0.remove(address) } }
        return try check()
    }
}
