/// Why there is no price for what was asked, and what would have one.
public struct CostError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// A parameter is outside of what can be priced.
        case outOfRange
        /// No table has the component or the figure.
        case unknown
        /// A sum does not fit.
        case overflow
    }

    public var kind: Kind
    /// What was asked for: "voltage at 7 nm".
    public var subject: String
    public var problem: String
    /// What would be accepted.
    public var accepted: String

    public init(_ kind: Kind, _ subject: String, _ problem: String, accepted: String) {
        self.kind = kind
        self.subject = subject
        self.problem = problem
        self.accepted = accepted
    }

    public var description: String { "\(subject) \(problem); \(accepted)" }
}
