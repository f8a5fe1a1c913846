/// Why a strategy cannot be made, or cannot go on.
public struct StrategyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The option that is wrong; `nil` for the strategy itself.
    public var option: String?
    public var message: String
    /// What was probably meant.
    public var suggestion: String?

    public init(_ message: String, option: String? = nil, suggestion: String? = nil) {
        self.message = message; self.option = option; self.suggestion = suggestion
    }

    public var description: String {
        (option.map { "strategy option \($0): " } ?? "strategy: ") + message + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    }
}
