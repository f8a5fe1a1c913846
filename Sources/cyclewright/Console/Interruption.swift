import Foundation
import Synchronization

/// Ends the process when it is asked to, and leaves no half-written file behind.
///
/// Files appear by renaming temporary ones (`StagedFiles`). A signal waits for files that are being written for a moment;
/// then the temporary ones of this process are removed and the process exits with 128 + the signal's number.
final class Interruption: Sendable {
    static let shared = Interruption()

    /// Control-C on a terminal, `kill`, and the end of the terminal.
    private static let signals = [SIGINT, SIGTERM, SIGHUP]
    /// Hundredths of a second for which writing is waited for.
    private static let patience = 300

    private let writing = Mutex(())
    private let folders = Mutex<[String]>([])
    /// A search that can hand out the best so far, and whether it was asked to.
    private let search = Mutex((isRunning: false, isStopped: false))

    private init() {}

    /// Has a thread of its own wait for the signals. Those that the caller has the process ignore, as `nohup` does, stay ignored.
    ///
    /// To be called before any other thread is started, since they must not take the signals.
    func install() {
        var set = sigset_t()
        sigemptyset(&set)
        for number in Interruption.signals { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        Thread.detachNewThread { [self] in
            var set = sigset_t()
            sigemptyset(&set)
            for number in Interruption.signals { sigaddset(&set, number) }
            var number: Int32 = 0
            repeat {
                while sigwait(&set, &number) != 0 {}
            } while number == SIGINT && isSearchToldToStop()
            leave(number)
        }
    }

    /// Runs a search that hands out the best it has when it is interrupted. A second interruption ends the process.
    ///
    /// - Parameter body: asks its argument now and then whether it has to stop.
    func stoppable<Result, Failure: Error>(_ body: (_ isStopped: () -> Bool) throws(Failure) -> Result) throws(Failure) -> Result {
        search.withLock { $0 = (true, false) }
        defer { search.withLock { $0.isRunning = false } }
        return try body { search.withLock { $0.isStopped } }
    }

    private func isSearchToldToStop() -> Bool {
        search.withLock {
            guard $0.isRunning, !$0.isStopped else { return false }
            $0.isStopped = true
            return true
        }
    }

    /// Runs `body`, which writes files into `folder`, without being cut short where that can be avoided.
    func protect<Result: Sendable, Failure: Error>(
        _ folder: String, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        folders.withLock { $0.append(folder) }
        return try writing.withLock { (_) throws(Failure) in try body() }
    }

    private func leave(_ number: Int32) -> Never {
        // Within the lock no new file is begun.
        for _ in 0..<Interruption.patience {
            writing.withLockIfAvailable { _ in end(number) }
            usleep(10_000)
        }
        end(number)
    }

    private func end(_ number: Int32) -> Never {
        let suffix = ".\(getpid()).partial"
        for folder in folders.withLock({ $0 }) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names where name.hasPrefix(".") && name.hasSuffix(suffix) { unlink(folder + "/" + name) }
        }
        if Terminal.errors.isInteractive { Console.noteRaw("\r\u{1B}[K") }
        _exit(128 + number)
    }
}
