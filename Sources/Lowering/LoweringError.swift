/// Why a workload cannot be lowered to a program for an architecture.
public struct LoweringError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The operator concerned, "" when it is the whole workload.
    public var operatorName: String
    public var message: String
    /// What to do about it.
    public var suggestion: String
    /// The operator's name is a place in a mapping file.
    public var isAboutMapping = false

    public init(_ operatorName: String, _ message: String, suggestion: String = "") {
        self.operatorName = operatorName; self.message = message; self.suggestion = suggestion
    }

    init(mappingPlace: String, _ message: String, suggestion: String) {
        self.init(mappingPlace, message, suggestion: suggestion)
        isAboutMapping = true
    }

    public var description: String {
        (operatorName.isEmpty ? "" : "\(operatorName): ") + message + (suggestion.isEmpty ? "" : "; \(suggestion)")
    }
}
