import Foundation

/// Keeps a second process from working on the same sweep.
///
/// The lock is the kernel's (`flock`), on a file beside the database that also names its owner: it goes away with the process, however
/// that ends, so that a lock never has to be removed by hand.
final class DatabaseLock {
    private let descriptor: Int32
    private let path: String

    /// - Parameter database: the path of the database.
    /// - Throws: `.inUse` while another process has the lock; the message says which.
    init(database: String) throws(SweepDatabaseError) {
        path = database + ".lock"
        // Again when the file was removed by its owner between opening and locking it.
        for _ in 0..<100 {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                if errno == ENOENT { throw SweepDatabaseError(.inaccessible, path: database, "cannot be made: its folder does not exist; make it first") }
                throw SweepDatabaseError(.inaccessible, path: database, "cannot be locked: \(String(cString: strerror(errno))); check the permissions of its folder")
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let reason = errno
                let owner = Self.owner(descriptor)
                close(descriptor)
                if reason == EINTR { continue }
                guard reason == EWOULDBLOCK else {
                    throw SweepDatabaseError(.inaccessible, path: database, "cannot be locked: \(String(cString: strerror(reason)))")
                }
                throw SweepDatabaseError(
                    .inUse, path: database, "is in use by \(owner); wait until that sweep has ended, stop it, or write to another file with --output")
            }
            guard Self.isSameFile(descriptor, path) else {
                close(descriptor)
                continue
            }
            ftruncate(descriptor, 0)
            let text = "\(getpid()) \(Self.host)\n"
            _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
            self.descriptor = descriptor
            return
        }
        throw SweepDatabaseError(.inUse, path: database, "is locked and unlocked by other processes all the time; stop them")
    }

    deinit {
        // While the lock is held, so that nobody can have locked the file that goes.
        unlink(path)
        close(descriptor)
    }

    private static var host: String { ProcessInfo.processInfo.hostName }

    private static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
        var opened = stat(), named = stat()
        return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    /// "process 4711", with its machine when that is another one.
    private static func owner(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 300)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard let process = words.first, Int(process) != nil else { return "another process" }
        guard words.count > 1, words[1] != host else { return "process \(process)" }
        return "process \(process) on \(words[1])"
    }
}
