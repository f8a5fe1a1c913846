import Quantities

/// A value that a parameter of a space can take.
public enum ParameterValue: Sendable, Hashable, Codable, CustomStringConvertible {
    case integer(Int)
    case number(Double)
    /// Anything else: a name ("weight-stationary"), or a quantity with its unit ("24 MiB").
    case text(String)

    /// As in a file, and as a setting takes it.
    ///
    /// A whole number is an integer, whatever it is written as: "1e3" is 1000.
    public init(parsing text: String) {
        if let integer = Int(text) {
            self = .integer(integer)
        } else if let number = Double(text), number.isFinite {
            self = Int(exactly: number).map { .integer($0) } ?? .number(number)
        } else {
            self = .text(text)
        }
    }

    public var description: String {
        switch self {
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .text(let text): text
        }
    }

    /// What constraints and surrogate models reckon with: a quantity in its base unit (bytes, hertz, seconds, joules, watts,
    /// square millimetres, nanometres, volts, bytes per second); `nil` for a name.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .text(let text): Self.baseUnits(text)
        }
    }

    private static func baseUnits(_ text: String) -> Double? {
        if let value = try? Bytes(parsing: text) { return Double(value.count) }
        if let value = try? Frequency(parsing: text) { return value.hertz }
        if let value = try? Time(parsing: text) { return value.seconds }
        if let value = try? Energy(parsing: text) { return value.joules }
        if let value = try? Power(parsing: text) { return value.watts }
        if let value = try? Area(parsing: text) { return value.squareMillimetres }
        if let value = try? Length(parsing: text) { return value.nanometres }
        if let value = try? Voltage(parsing: text) { return value.volts }
        if let value = try? Bandwidth(parsing: text) { return value.bytesPerSecond }
        return nil
    }
}
