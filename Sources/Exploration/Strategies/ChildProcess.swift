import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program that is spoken to in lines: started, written to, read from with a time limit, and ended. Nothing here waits for ever.
///
/// The program is a process group of its own, so that what it started ends with it.
final class ChildProcess {
    enum Failure: Error, Hashable {
        case cannotStart(String)
        /// No line within the time.
        case timeOut
        /// It closed its output: with what status, where that is known by now.
        case ended(String)
        /// A line that is too long.
        case tooLong
        case system(String)
    }

    private static let maximumLine = 64 << 20
    private static let maximumErrors = 4_096

    private var process: pid_t = -1
    /// A socket, so that writing to a program that ended is an error and no signal.
    private var input: Int32 = -1
    private var output: Int32 = -1
    private var errors: Int32 = -1
    private var buffer: [UInt8] = []
    /// Looked through up to here for the end of a line.
    private var searched = 0
    private var errorTail: [UInt8] = []
    private var status: String?
    /// Written before the input is closed, if it can be.
    var farewell: [UInt8] = []
    /// Seconds in which it may end by itself.
    var grace = 5.0

    /// - Parameter words: a program, found on the path, and its arguments. No shell is involved.
    init(_ words: [String]) throws(Failure) {
        var inputs: [Int32] = [-1, -1]
        var outputs: [Int32] = [-1, -1]
        var complaints: [Int32] = [-1, -1]
        #if os(Linux)
        let stream = Int32(SOCK_STREAM.rawValue)
        #else
        let stream = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, stream, 0, &inputs) == 0, pipe(&outputs) == 0, pipe(&complaints) == 0 else {
            let failure = Failure.system(Self.systemError(errno))
            for descriptor in inputs + outputs + complaints where descriptor >= 0 { close(descriptor) }
            throw failure
        }
        for descriptor in inputs + outputs + complaints { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        #if !os(Linux)
        var yes: Int32 = 1
        setsockopt(inputs[0], SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
        (input, output, errors) = (inputs[0], outputs[0], complaints[0])
        for descriptor in [input, output, errors] { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }
        let code = Self.spawn(words, standard: [inputs[1], outputs[1], complaints[1]], &process)
        for descriptor in [inputs[1], outputs[1], complaints[1]] { close(descriptor) }
        if code != 0 {
            process = -1
            closeAll()
            throw .cannotStart(Self.systemError(code))
        }
    }

    deinit { end() }

    private static func spawn(_ words: [String], standard: [Int32], _ process: inout pid_t) -> Int32 {
        #if os(Linux)
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #else
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (number, descriptor) in standard.enumerated() { posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number)) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        // Of a copy: the C library's own list is shared by all threads.
        var environment: [UnsafeMutablePointer<CChar>?] = ProcessInfo.processInfo.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
        environment.append(nil)
        defer { for variable in environment { free(variable) } }
        return posix_spawnp(&process, words[0], &actions, &attributes, arguments, environment)
    }

    private static func systemError(_ code: Int32) -> String { String(cString: strerror(code)) }

    // MARK: Lines

    /// Writes a line, reading what the program writes meanwhile, so that two full pipes do not wait for each other.
    func write(_ line: [UInt8], seconds: Double) throws(Failure) {
        var data = line
        data.append(0x0A)
        var written = 0
        let deadline = Self.now() + seconds
        while written < data.count {
            #if os(Linux)
            let flags = Int32(MSG_NOSIGNAL)
            #else
            let flags: Int32 = 0
            #endif
            let count = data[written...].withUnsafeBytes { send(input, $0.baseAddress, $0.count, flags) }
            if count > 0 { written += count; continue }
            if errno == EINTR { continue }
            guard errno == EAGAIN || errno == EWOULDBLOCK else { throw .ended(statusText()) }
            try wait(until: deadline, forWriting: true)
        }
    }

    /// The next line, without its end.
    func readLine(seconds: Double) throws(Failure) -> [UInt8] {
        let deadline = Self.now() + seconds
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                searched = 0
                return line
            }
            searched = buffer.count
            guard buffer.count <= Self.maximumLine else { throw .tooLong }
            guard output >= 0 else { throw .ended(statusText()) }
            try wait(until: deadline, forWriting: false)
        }
    }

    /// What the program last wrote to its error stream, at most 4 KiB.
    var complaints: String {
        drain(&errors) { self.keepErrors($0) }
        return String(decoding: errorTail, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until something can be read or written, and reads what is there.
    private func wait(until deadline: Double, forWriting: Bool) throws(Failure) {
        let left = deadline - Self.now()
        guard left > 0 else { throw .timeOut }
        var polls: [pollfd] = []
        if output >= 0 { polls.append(pollfd(fd: output, events: Int16(POLLIN), revents: 0)) }
        if errors >= 0 { polls.append(pollfd(fd: errors, events: Int16(POLLIN), revents: 0)) }
        if forWriting { polls.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
        let ready = poll(&polls, numericCast(polls.count), Int32(min(left * 1_000 + 1, 1_000_000)))
        if ready < 0, errno != EINTR { throw .system(Self.systemError(errno)) }
        drainAll()
    }

    /// Reads what is there, and leaves in the pipe what is more than a line may be.
    private func drainAll() {
        if buffer.count <= Self.maximumLine { drain(&output) { self.buffer += $0 } }
        drain(&errors) { self.keepErrors($0) }
    }

    private func keepErrors(_ bytes: ArraySlice<UInt8>) {
        errorTail += bytes
        if errorTail.count > Self.maximumErrors { errorTail.removeFirst(errorTail.count - Self.maximumErrors) }
    }

    /// Reads what is there; closes the stream at its end.
    private func drain(_ descriptor: inout Int32, _ take: (ArraySlice<UInt8>) -> Void) {
        guard descriptor >= 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        // A program that writes faster than this reads must not keep it here.
        for _ in 0..<64 {
            let count = read(descriptor, &bytes, bytes.count)
            if count > 0 { take(bytes[..<count]); continue }
            if count < 0, errno == EINTR { continue }
            if count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK) {
                close(descriptor)
                descriptor = -1
            }
            return
        }
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    // MARK: The end

    /// Lets the program end by itself for a while, then asks it to, then ends it.
    func end() {
        guard process > 0 else { closeAll(); return }
        if !farewell.isEmpty, grace > 0 { try? write(farewell, seconds: 0.2) }
        if input >= 0 { close(input); input = -1 }
        if !reap(within: grace) {
            kill(-process, SIGTERM)
            if !reap(within: 0.5) { kill(-process, SIGKILL); _ = reap(within: 5) }
        } else {
            // What it left behind.
            kill(-process, SIGKILL)
        }
        process = -1
        closeAll()
    }

    private func closeAll() {
        for descriptor in [input, output, errors] where descriptor >= 0 { close(descriptor) }
        (input, output, errors) = (-1, -1, -1)
    }

    /// "exit status 3", "signal 9", or that it closed its output.
    private func statusText() -> String { reap(within: 0.2) ? status ?? "" : "it closed its output" }

    private func reap(within seconds: Double) -> Bool {
        if status != nil { return true }
        let deadline = Self.now() + seconds
        var code: Int32 = 0
        while true {
            let result = waitpid(process, &code, WNOHANG)
            if result == process {
                let signal = code & 0x7F
                status = signal == 0 ? "exit status \((code >> 8) & 0xFF)" : "signal \(signal)"
                return true
            }
            if result < 0, errno != EINTR { status = "it ended"; return true }
            guard Self.now() < deadline else { return false }
            drainAll()
            usleep(2_000)
        }
    }
}
