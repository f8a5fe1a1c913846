import NumberFormats
import Quantities

/// One parameter of one component kind: everything that decoding, checking, documentation and editors know about it.
public struct ParameterSchema: Sendable {
    /// The key in the file.
    public var name: String
    public var type: ParameterType
    /// Values that are accepted, ends included.
    public var range: ParameterRange
    public var presence: ParameterPresence
    /// One sentence: what the parameter is and what it does to the machine.
    public var help: String

    package init(_ name: String, _ type: ParameterType, _ range: ParameterRange, _ presence: ParameterPresence, _ help: String) {
        self.name = name; self.type = type; self.range = range; self.presence = presence; self.help = help
    }

    /// The unit as documentation shows it: "MHz", "rows", "a memory's name".
    public var unit: String { type.unit }

    public var isRequired: Bool { if case .required = presence { true } else { false } }
}

/// How a parameter is written.
public enum ParameterType: Sendable {
    /// A whole number of what `unit` says: "rows", "cycles".
    case integer(unit: String)
    case frequency, bytes, bandwidth, time, length, voltage
    /// A part of a whole, without a unit: 0.8.
    case share
    /// Free text on one line.
    case text
    /// One of a fixed set of words; `noun` is what such a word is called: "a dataflow".
    case choice([String], noun: String)
    /// The name of a number format.
    case elementType
    /// The name of a memory.
    case memory
    /// Names of memories: a list, or a single name. The second operand of an array and the like need an order.
    case memories(ClosedRange<Int>)
    /// The name of a memory or an engine.
    case component
    /// A group of `operation: {interval, latency}`.
    case operationCosts

    /// The scale on which a quantity is written, `nil` for everything else.
    public var scale: UnitScale? {
        switch self {
        case .frequency: Frequency.scale
        case .bytes: Bytes.scale
        case .bandwidth: Bandwidth.scale
        case .time: Time.scale
        case .length: Length.scale
        case .voltage: Voltage.scale
        default: nil
        }
    }

    var unit: String {
        switch self {
        case .integer(let unit): unit
        case .frequency, .bytes, .bandwidth, .time, .length, .voltage: scale?.symbols ?? ""
        case .share: "part of 1"
        case .text: "text"
        case .choice: "word"
        case .elementType: "number format"
        case .memory: "name of a memory"
        case .memories: "names of memories"
        case .component: "name of a memory or an engine"
        case .operationCosts: "group of operations, in cycles"
        }
    }
}

/// Which values of a parameter are accepted.
public enum ParameterRange: Sendable {
    case integers(ClosedRange<Int>)
    /// Both ends as they would be written in a file.
    case quantities(from: String, to: String)
    /// The words, formats or names that the type itself lists; the text says so in the documentation.
    case named(String)

    public var description: String {
        switch self {
        case .integers(let range): "\(range.lowerBound) … \(range.upperBound)"
        case .quantities(let from, let to): "\(from) … \(to)"
        case .named(let text): text
        }
    }
}

/// What happens when a file does not give a parameter.
public enum ParameterPresence: Sendable {
    case required
    /// The value, as it would be written in a file.
    case value(String)
    /// Computed from the component's other parameters. The text says how; a result of `nil` makes the parameter required.
    case derived(String, @Sendable (ParameterValues) -> ParameterValue?)
    /// No value; the text says what then holds.
    case absent(String)

    public var description: String {
        switch self {
        case .required: "required"
        case .value(let text): text
        case .derived(let text, _), .absent(let text): text
        }
    }
}

/// One kind of component and its parameters, in the order of the documentation.
public struct ComponentSchema: Sendable {
    /// The word after `kind:`, or the name of the section for what has no kinds.
    public var kind: String
    /// "DRAM", for headings.
    public var title: String
    public var help: String
    public var parameters: [ParameterSchema]

    package init(kind: String, title: String, help: String, parameters: [ParameterSchema]) {
        self.kind = kind; self.title = title; self.help = help; self.parameters = parameters
    }

    public subscript(name: String) -> ParameterSchema? { parameters.first { $0.name == name } }
}
