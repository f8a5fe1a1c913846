import NumberFormats
import Quantities

/// The value of a parameter after decoding.
public enum ParameterValue: Sendable, Equatable, CustomStringConvertible {
    case integer(Int)
    case share(Double)
    case frequency(Frequency)
    case bytes(Bytes)
    case bandwidth(Bandwidth)
    case time(Time)
    case length(Length)
    case voltage(Voltage)
    case text(String)
    case names([String])
    case elementType(ElementType)
    case costs([VectorUnit.Operation: VectorUnit.Cost])

    /// As it would be written in a file.
    public var description: String {
        switch self {
        case .integer(let value): String(value)
        case .share(let value): "\(value)"
        case .frequency(let value): value.description
        case .bytes(let value): value.description
        case .bandwidth(let value): value.description
        case .time(let value): value.description
        case .length(let value): value.description
        case .voltage(let value): value.description
        case .text(let value): value
        case .names(let values): values.count == 1 ? values[0] : "[" + values.joined(separator: ", ") + "]"
        case .elementType(let value): value.rawValue
        case .costs(let costs):
            "{"
                + VectorUnit.Operation.allCases.compactMap { operation in
                    costs[operation].map { "\(operation.rawValue): \($0.interval)/\($0.latency)" }
                }.joined(separator: ", ") + "}"
        }
    }

    /// In the base unit, to compare with a range.
    var magnitude: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .share(let value): value
        case .frequency(let value): value.hertz
        case .bytes(let value): Double(value.count)
        case .bandwidth(let value): value.bytesPerSecond
        case .time(let value): Double(value.femtoseconds)
        case .length(let value): value.nanometres
        case .voltage(let value): value.volts
        case .text, .names, .elementType, .costs: nil
        }
    }
}

/// The decoded parameters of one component. The typed accessors stop the program when the schema declares another type:
/// schema and use are both ours.
public struct ParameterValues: Sendable {
    private var values: [String: ParameterValue] = [:]
    /// For messages of our own mistakes.
    let kind: String

    init(kind: String) { self.kind = kind }

    public subscript(name: String) -> ParameterValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    private func mismatch(_ name: String) -> Never {
        preconditionFailure("the schema of \(kind) does not declare \(name) with the type that is asked for")
    }

    package func integer(_ name: String) -> Int {
        guard case .integer(let value)? = values[name] else { mismatch(name) }
        return value
    }
    package func bytes(_ name: String) -> Bytes {
        guard case .bytes(let value)? = values[name] else { mismatch(name) }
        return value
    }
    package func bandwidth(_ name: String) -> Bandwidth {
        guard case .bandwidth(let value)? = values[name] else { mismatch(name) }
        return value
    }
    package func time(_ name: String) -> Time {
        guard case .time(let value)? = values[name] else { mismatch(name) }
        return value
    }
    package func frequency(_ name: String) -> Frequency {
        guard case .frequency(let value)? = values[name] else { mismatch(name) }
        return value
    }
    package func text(_ name: String) -> String {
        guard case .text(let value)? = values[name] else { mismatch(name) }
        return value
    }
    package func names(_ name: String) -> [String] {
        guard case .names(let value)? = values[name] else { mismatch(name) }
        return value
    }
    package func elementType(_ name: String) -> ElementType {
        guard case .elementType(let value)? = values[name] else { mismatch(name) }
        return value
    }
    func costs(_ name: String) -> [VectorUnit.Operation: VectorUnit.Cost] {
        guard case .costs(let value)? = values[name] else { mismatch(name) }
        return value
    }
    package func choice<Word: RawRepresentable>(_ name: String, of type: Word.Type) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: text(name)) else { mismatch(name) }
        return word
    }
}
