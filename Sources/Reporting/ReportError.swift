/// Why a report could not be written. Files that were there before are then as they were.
public enum ReportError: Error, Equatable, CustomStringConvertible {
    /// The system refused to make, write or rename a file or folder.
    case cannotWrite(path: String, reason: String)
    /// A template of the HTML report does not parse: a fault of this build, not of the input.
    case template(name: String, reason: String)

    public var description: String {
        switch self {
        case .cannotWrite(let path, let reason):
            "cannot write \(path): \(reason); choose another folder with --output or make room there"
        case .template(let name, let reason):
            "the report template \(name) is broken: \(reason)"
        }
    }
}
