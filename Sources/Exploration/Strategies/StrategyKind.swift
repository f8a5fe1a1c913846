import Architecture
import Quantities

/// A strategy as the registry knows it: its name, its options, and how it is made.
public struct StrategyKind: Sendable {
    /// An option with its default and its meaning.
    public struct Option: Sendable, Hashable {
        public enum Form: Sendable, Hashable {
            case whole(ClosedRange<Int>)
            case number(ClosedRange<Double>)
            /// A text or a list of texts.
            case words
        }
        public var name: String
        public var form: Form
        /// As in a file; empty where the strategy derives it.
        public var standard: String
        public var help: String
    }

    public let name: String
    /// One line.
    public let summary: String
    public let options: [Option]
    /// What options need together, such as a command; `nil` for nothing.
    let validate: (@Sendable (StrategyOptionValues) throws(StrategyError) -> Void)?
    let make: @Sendable (DesignSpace, StrategyOptionValues, UInt64) throws(StrategyError) -> any SearchStrategy

    init(
        name: String, summary: String, options: [Option], validate: (@Sendable (StrategyOptionValues) throws(StrategyError) -> Void)? = nil,
        make: @escaping @Sendable (DesignSpace, StrategyOptionValues, UInt64) throws(StrategyError) -> any SearchStrategy
    ) {
        self.name = name; self.summary = summary; self.options = options; self.validate = validate; self.make = make
    }
}

/// Options of one strategy, checked against what it knows.
struct StrategyOptionValues: Sendable {
    private var numbers: [String: Double] = [:]
    private var lists: [String: [String]] = [:]

    init(_ given: [StrategyOption], of kind: StrategyKind) throws(StrategyError) {
        for option in given {
            guard let known = kind.options.first(where: { $0.name == option.name }) else {
                let names = kind.options.map(\.name)
                let has = names.isEmpty ? "has no options" : "has the options \(wordList(names, conjunction: "and"))"
                throw StrategyError(
                    "\"\(option.name.excerpt)\" is no option of \(kind.name), which \(has)", option: option.name,
                    suggestion: Suggestion.closest(to: option.name, among: names))
            }
            if lists[option.name] != nil || numbers[option.name] != nil { throw StrategyError("is given twice", option: option.name) }
            if case .words = known.form { lists[option.name] = option.values; continue }
            guard option.values.count == 1, let text = option.values.first, let value = ParameterValue(parsing: text).number else {
                throw StrategyError("\"\(option.values.joined(separator: ", ").excerpt)\" is not a number", option: option.name)
            }
            switch known.form {
            case .whole(let range):
                guard value == value.rounded(), Double(range.lowerBound) <= value, value <= Double(range.upperBound) else {
                    throw StrategyError("is \(option.values[0].excerpt); give a whole number from \(range.lowerBound) to \(range.upperBound)", option: option.name)
                }
            case .number(let range):
                guard range.contains(value) else {
                    throw StrategyError("is \(option.values[0].excerpt); give a number from \(range.lowerBound) to \(range.upperBound)", option: option.name)
                }
            case .words: break
            }
            numbers[option.name] = value
        }
    }

    func whole(_ name: String, _ standard: Int) -> Int { numbers[name].map { Int($0) } ?? standard }
    func number(_ name: String, _ standard: Double) -> Double { numbers[name] ?? standard }
    func words(_ name: String) -> [String] { lists[name] ?? [] }
}
