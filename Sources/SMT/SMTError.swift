import CZ3

/// What Z3, or this module in front of it, refuses.
public enum SMTError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Terms of sorts that do not go together.
    case sort(String)
    /// An argument out of range, such as bits beyond a vector's width.
    case argument(String)
    /// A setting that this version of Z3 does not know, or text that it cannot read.
    case setting(String)
    case outOfMemory
    /// A model, core or bound was asked for when the last check has none.
    case unavailable(String)
    /// A value that does not fit into the Swift type that was asked for.
    case value(String)
    /// Anything else, in Z3's words.
    case refused(String)

    init(_ code: Z3_error_code, _ message: String) {
        switch code {
        case Z3_SORT_ERROR: self = .sort(message)
        case Z3_IOB, Z3_INVALID_ARG: self = .argument(message)
        case Z3_PARSER_ERROR, Z3_INVALID_PATTERN: self = .setting(message)
        case Z3_MEMOUT_FAIL: self = .outOfMemory
        case Z3_NO_PARSER, Z3_INVALID_USAGE: self = .unavailable(message)
        default: self = .refused(message)
        }
    }

    public var description: String {
        switch self {
        case .sort(let text): "Z3: sorts do not match: \(text)"
        case .argument(let text): "Z3: invalid argument: \(text)"
        case .setting(let text): "Z3: \(text)"
        case .outOfMemory: "Z3 is out of memory"
        case .unavailable(let text): "Z3: not available: \(text)"
        case .value(let text): "Z3: \(text)"
        case .refused(let text): "Z3: \(text)"
        }
    }
}
