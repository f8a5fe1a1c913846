import Foundation
import SMT
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
    private let request = Mutex<Request>(.ends)

    /// What Control-C does: end the process, or first ask what is running to come to an end.
    private enum Request { case ends, asks, asked }

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
            repeat { while sigwait(&set, &number) != 0 {} } while number == SIGINT && hasAsked()
            leave(number)
        }
    }

    /// Runs `body`, which writes files into `folder`, without being cut short where that can be avoided.
    func protect<Result: Sendable, Failure: Error>(
        _ folder: String, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        folders.withLock { $0.append(folder) }
        return try writing.withLock { (_) throws(Failure) in try body() }
    }

    /// Runs `body`, which has something to show for itself when it is cut short: the first Control-C asks it to end, the second ends
    /// the process.
    ///
    /// - Parameter body: given whether it has been asked.
    func asking<Result, Failure: Error>(_ body: (_ isAsked: () -> Bool) throws(Failure) -> Result) throws(Failure) -> Result {
        request.withLock { $0 = .asks }
        defer { request.withLock { $0 = .ends } }
        return try body { isAsked }
    }

    /// Whether what is running was asked to end.
    var isAsked: Bool { request.withLock { $0 == .asked } }

    private func hasAsked() -> Bool {
        let isFirst = request.withLock {
            guard $0 == .asks else { return false }
            $0 = .asked
            return true
        }
        guard isFirst else { return false }
        // Z3 asks nobody. Again and again, since a search may begin its next check before it looks whether it was asked.
        Thread.detachNewThread { [self] in
            while isAsked {
                RunningChecks.interrupt()
                usleep(20_000)
            }
        }
        return true
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
