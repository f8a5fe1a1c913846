/// A physical quantity that is written with its unit: "700 MHz", "24 MiB", "34 GB/s".
///
/// `description` prints the shortest text that parses back to the same value, so that a quantity can go through a
/// file and come back unchanged.
public protocol Quantity: Sendable, Hashable, CustomStringConvertible {
    /// Reads a number and a unit, with or without a space between them.
    ///
    /// - Throws: `QuantityError` when the text is no number, has no unit or an unknown one, is negative, not finite,
    ///   too large, or finer than the type can hold.
    init(parsing text: String) throws(QuantityError)

    /// What the type measures and which units it is written in.
    static var scale: UnitScale { get }
}

/// Why a text is not a quantity, and what would be accepted.
public struct QuantityError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text as given, shortened to what is readable in one line.
    public var text: String
    /// What is wrong with it.
    public var problem: String
    /// What to write instead.
    public var accepted: String

    public init(text: String, problem: String, accepted: String) {
        self.text = text.excerpt
        self.problem = problem
        self.accepted = accepted
    }

    public var description: String { "\"\(text)\" \(problem); \(accepted)" }
}

package extension String {
    /// The text on one line of at most 48 characters, control characters made visible, for error messages.
    var excerpt: String {
        var shown = ""
        var count = 0
        for scalar in unicodeScalars {
            if count == 48 { return shown + "…" }
            switch scalar {
            case "\n": shown += "\\n"
            case "\t": shown += "\\t"
            case "\"": shown += "'"
            // Control, format and line-separator characters would garble or reorder the line.
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || [.format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory):
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: shown.unicodeScalars.append(scalar)
            }
            count += 1
        }
        return shown
    }
}
