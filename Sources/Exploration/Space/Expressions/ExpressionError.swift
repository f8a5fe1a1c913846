/// What is wrong with an expression of a space file, and where in it.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Characters before the place, from 0.
    public var column: Int
    public var message: String
    /// What was probably meant by a name that does not exist.
    public var suggestion: String?

    init(_ column: Int, _ message: String, suggestion: String? = nil) {
        self.column = column; self.message = message; self.suggestion = suggestion
    }

    public var description: String { message + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "") }
}
