/// A JSON document (RFC 8259) whose members remember their line, for error messages.
///
/// Stricter than most readers, because a configuration that says two things is a mistake: a key that occurs twice
/// in an object is an error. Nesting and size are bounded before they are followed.
package indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// A number without fraction and exponent that fits an `Int`.
    case integer(Int)
    /// Every other number, infinite where its exponent is out of range.
    case real(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Sendable {
        package var key: String
        package var value: JSONValue
        /// One-based line of the key.
        package var line: Int
    }

    /// What the value is, for messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .real(let value): "\(value)"
        case .string(let value): "\"\(value.prefix(40))\""
        case .array: "an array"
        case .object: "an object"
        }
    }
}
