import Foundation

/// Reads a trace access by access; a trace of any length takes the memory of one buffer.
///
/// The format is that of the first record (``TraceFormat``). Cycles of timed traces must not decrease.
public final class TraceReader {
    /// Bytes of the longest line.
    public static let maximumLineBytes = 4096
    /// The latest cycle of a timed trace: some minutes of a memory's time, all of whose refreshes are simulated.
    public static let maximumCycle = 1 << 40
    private static let chunkBytes = 1 << 16

    public let path: String
    /// `nil` before the first record.
    public private(set) var format: TraceFormat?
    /// Number of the line that was read last, from 1.
    public private(set) var line = 0

    private let descriptor: Int32
    private var buffer: [UInt8]
    /// The bytes of `buffer` that are not read yet.
    private var pending = 0..<0
    private var isAtEnd = false
    private var lastCycle = 0
    private let capacity: Int?
    private let wrapsAddresses: Bool

    /// Opens the file at `path`; "-" is the standard input.
    ///
    /// - Parameters:
    ///   - capacity: bytes of the memory; `nil` when any address will do.
    ///   - wrapsAddresses: takes addresses modulo the capacity instead of refusing those beyond it.
    /// - Throws: `.unreadable` with the system's reason.
    public init(path: String, capacity: Int? = nil, wrapsAddresses: Bool = false) throws(TrafficError) {
        self.path = path
        self.capacity = capacity
        self.wrapsAddresses = wrapsAddresses
        let opened = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        descriptor = opened
        buffer = Array(repeating: 0, count: TraceReader.chunkBytes)
    }

    deinit { close(descriptor) }

    /// The next access; `nil` after the last.
    ///
    /// - Throws: `.line` with the line's number and text, `.unreadable` when the system fails.
    public func next() throws(TrafficError) -> MemoryAccess? {
        while let range = try nextLine() {
            line += 1
            switch TraceLine.parse(buffer[range], format: format) {
            case .nothing: continue
            case .malformed(let reason): throw failure(range, reason)
            case .access(var access, let found):
                format = found
                guard access.cycle >= lastCycle else {
                    throw failure(range, "comes before cycle \(lastCycle) of the line before; sort the trace by cycle")
                }
                guard access.cycle <= TraceReader.maximumCycle else {
                    throw failure(range, "the cycle is beyond \(TraceReader.maximumCycle); count from the trace's first access")
                }
                lastCycle = access.cycle
                if let capacity, access.address >= capacity {
                    guard wrapsAddresses else {
                        let last = "0x" + String(capacity - 1, radix: 16)
                        throw failure(range, "the address lies beyond the memory, whose last is \(last); add channels, or wrap addresses")
                    }
                    access.address %= capacity
                }
                return access
            }
        }
        return nil
    }

    /// Place of the next line in the buffer, without its line feed; `nil` at the end.
    private func nextLine() throws(TrafficError) -> Range<Int>? {
        var searched = pending.lowerBound
        while true {
            if let end = lineFeed(from: searched) {
                let range = pending.lowerBound..<end
                pending = end + 1..<pending.upperBound
                guard range.count <= TraceReader.maximumLineBytes else { throw tooLong(range) }
                return range
            }
            guard pending.count <= TraceReader.maximumLineBytes else { throw tooLong(pending) }
            if isAtEnd {
                guard !pending.isEmpty else { return nil }
                defer { pending = pending.upperBound..<pending.upperBound }
                return pending
            }
            searched = pending.count
            try fill()
        }
    }

    private func lineFeed(from start: Int) -> Int? {
        var position = start
        while position < pending.upperBound {
            if buffer[position] == UInt8(ascii: "\n") { return position }
            position += 1
        }
        return nil
    }

    /// Moves what is pending to the front and reads behind it.
    private func fill() throws(TrafficError) {
        let kept = pending.count
        if pending.lowerBound > 0 { for offset in 0..<kept { buffer[offset] = buffer[pending.lowerBound + offset] } }
        var received = 0
        repeat {
            received = buffer.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress.map { $0 + kept }, bytes.count - kept)
            }
        } while received < 0 && errno == EINTR
        guard received >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        isAtEnd = received == 0
        pending = 0..<kept + received
    }

    private func tooLong(_ range: Range<Int>) -> TrafficError {
        line += 1
        return failure(range, "is longer than \(TraceReader.maximumLineBytes) bytes; write lines like \(TraceFormat.accepted)")
    }

    private func failure(_ range: Range<Int>, _ reason: String) -> TrafficError {
        let shown = range.prefix(60)
        var text = String(decoding: buffer[shown], as: UTF8.self)
        if shown.count < range.count { text += "…" }
        return .line(path: path, number: line, text: text.trimmingCharacters(in: .whitespacesAndNewlines), reason: reason)
    }
}
