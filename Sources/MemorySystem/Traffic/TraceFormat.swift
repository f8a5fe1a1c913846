/// The line formats of memory traces that are read. The first record of a file decides for all of it.
///
/// Empty lines and lines that begin with `#` are skipped in each of them.
public enum TraceFormat: String, CaseIterable, Sendable {
    /// Ramulator 2's load-store traces: `LD 0x12345680`, `ST 0x4cbd56c0`. A number without `0x` is decimal.
    case loadStore
    /// Ramulator's memory traces: `0x12345680 R`, `0x4cbd56c0 W`. Addresses are hexadecimal with `0x` and without.
    case readWrite
    /// DRAMsim3's traces: `0x12345680 READ 10`, where 10 is the cycle in which the access is made. Addresses are hexadecimal.
    case timed

    /// A line of the format.
    public var example: String {
        switch self {
        case .loadStore: "LD 0x12345680"
        case .readWrite: "0x12345680 R"
        case .timed: "0x12345680 READ 10"
        }
    }

    /// What may be written, for messages.
    static var accepted: String {
        allCases.map { "\"\($0.example)\"" }.joined(separator: ", ") + " (ST, W and WRITE write)"
    }
}
