import Foundation

/// Writing to the process's output and error streams.
enum Console {
    /// Writes `text` to the standard output.
    ///
    /// - Throws: `.brokenPipe` when nobody reads any more, `.inputOutput` for everything else, such as a full disk.
    static func write(_ text: String) throws(CommandFailure) {
        guard let code = put(text, STDOUT_FILENO) else { return }
        if code == EPIPE { throw CommandFailure(.brokenPipe, "") }
        throw CommandFailure(.inputOutput, "cannot write to the standard output: \(String(cString: strerror(code)))")
    }

    /// Writes a line to the error stream. Where even that fails nobody can be told.
    static func note(_ line: String) { _ = put(line + "\n", STDERR_FILENO) }

    /// Writes to the error stream as it is.
    static func noteRaw(_ text: String) { _ = put(text, STDERR_FILENO) }

    /// - Returns: the error's number, `nil` when all was written.
    private static func put(_ text: String, _ descriptor: Int32) -> Int32? {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                return errno
            }
            bytes = bytes.dropFirst(written)
        }
        return nil
    }
}
