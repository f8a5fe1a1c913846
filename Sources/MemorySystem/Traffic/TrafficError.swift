/// Why traffic cannot be made or read.
public enum TrafficError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A pattern's arguments make no sense.
    case pattern(String)
    /// The system does not give the file.
    case unreadable(path: String, reason: String)
    /// A line of a trace, counted from 1, is not what it should be.
    case line(path: String, number: Int, text: String, reason: String)

    public var description: String {
        switch self {
        case .pattern(let reason): reason
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .line(let path, let number, let text, let reason): "\(path):\(number): \"\(text)\": \(reason)"
        }
    }
}
