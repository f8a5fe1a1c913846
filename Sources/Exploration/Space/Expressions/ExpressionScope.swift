/// What names mean in the expressions of one space, and where their values lie: parameters first, then figures in the order in which the file
/// mentions them.
package struct ExpressionScope: Sendable {
    struct Parameter: Sendable {
        var name: String
        var kind: CompiledExpression.Kind
        /// Names that it can be; empty for a number.
        var names: Set<String>
    }

    let parameters: [Parameter]
    private let slotOfParameter: [String: Int]
    /// Prefixes of the figures of one workload.
    let workloads: [String]
    /// Mentioned so far.
    private(set) var figures: [String] = []
    private var slotOfFigure: [String: Int] = [:]
    /// Numbers of names, so that comparing names is comparing numbers.
    private var numberOfName: [String: Int] = [:]
    private let nameValues: Set<String>
    /// At most so many figures are mentioned by one file.
    static let maximumFigures = 1_000

    package init(parameters: [SpaceParameter], workloads: [String] = []) {
        self.workloads = workloads
        var described: [Parameter] = []
        var slots: [String: Int] = [:]
        var numbers: [String: Int] = [:]
        for (index, parameter) in parameters.enumerated() {
            slots[parameter.name] = index
            let isNumber = parameter.values.allSatisfy { $0.number != nil }
            var names: Set<String> = []
            if !isNumber {
                for value in parameter.values {
                    names.insert(value.description)
                    if numbers[value.description] == nil { numbers[value.description] = numbers.count }
                }
            }
            described.append(Parameter(name: parameter.name, kind: isNumber ? .number : .name, names: names))
        }
        self.parameters = described
        slotOfParameter = slots
        numberOfName = numbers
        nameValues = Set(numbers.keys)
    }

    /// Numbers of the values of a parameter, as expressions see them.
    func numbers(of parameter: SpaceParameter, _ index: Int) -> [Double] {
        parameters[index].kind == .number
            ? parameter.values.map { $0.number ?? 0 } : parameter.values.map { Double(numberOfName[$0.description] ?? 0) }
    }

    func slot(ofParameter name: String) -> Int? { slotOfParameter[name] }
    func isValue(_ name: String) -> Bool { nameValues.contains(name) }

    /// Whether a text with hyphens is one name.
    func isKnown(_ name: String) -> Bool {
        slotOfParameter[name] != nil || nameValues.contains(name) || workloads.contains { name.hasPrefix($0 + ".") }
    }

    /// The number of a name, a new one where it is new.
    mutating func number(ofName name: String) -> Double {
        if let known = numberOfName[name] { return Double(known) }
        numberOfName[name] = numberOfName.count
        return Double(numberOfName.count - 1)
    }

    /// The slot of a figure, a new one where it is new; `nil` where there are too many.
    mutating func slot(ofFigure name: String) -> Int? {
        if let known = slotOfFigure[name] { return known }
        guard figures.count < Self.maximumFigures else { return nil }
        figures.append(name)
        slotOfFigure[name] = parameters.count + figures.count - 1
        return parameters.count + figures.count - 1
    }
}
