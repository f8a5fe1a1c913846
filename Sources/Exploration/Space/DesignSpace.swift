/// The designs that a sweep chooses from, what it wants of them, and how it searches.
///
/// Everything is checked when the file is read: names, expressions, sizes, and that the constraints leave at least one point, as far as that
/// can be decided.
public struct DesignSpace: Sendable {
    /// Parameters of one space.
    public static let maximumParameters = 64
    /// Values of one parameter.
    public static let maximumValues = 100_000
    /// Of the file format; a file with a larger number is refused.
    public static let formatVersion = 1

    public let name: String
    public let subject: SpaceSubject
    /// The architecture, or the memory's standard; of accelerators side by side all of them, with plus signs between.
    public let architecture: String
    /// At least one.
    public let workloads: [SpaceWorkload]
    /// Of every point, before what its parameters set.
    public let fixedSettings: [SpaceSetting]
    public let parameters: [SpaceParameter]
    public let objectives: [SweepObjective]
    public let limits: [SweepLimit]
    /// What the command line says instead goes here.
    public var strategy: StrategyDescription

    /// What one parameter sets.
    struct Assignment: Sendable {
        enum Source: Sendable {
            /// The parameter's value.
            case value
            /// A value for each of the parameter's.
            case table([ParameterValue])
            /// A number reckoned from parameters, with a unit behind it unless that is empty.
            case expression(CompiledExpression, unit: String)
        }
        var target: String
        var parameter: Int
        var source: Source
    }

    let assignments: [Assignment]
    let constraintExpressions: [CompiledExpression]
    let objectiveExpressions: [CompiledExpression]
    let limitExpressions: [CompiledExpression]
    /// Of every value of every parameter, as expressions see it.
    let numbers: [[Double]]
    /// What objectives and limits mention beside parameters, in the order of the file: what an evaluator has to deliver.
    public let figureNames: [String]

    init(
        name: String, subject: SpaceSubject, architecture: String, workloads: [SpaceWorkload], fixedSettings: [SpaceSetting], parameters: [SpaceParameter],
        assignments: [Assignment], constraints: [CompiledExpression], objectives: [SweepObjective], objectiveExpressions: [CompiledExpression],
        limits: [CompiledExpression], scope: ExpressionScope, strategy: StrategyDescription
    ) {
        self.name = name
        self.subject = subject
        self.architecture = architecture
        self.workloads = workloads
        self.fixedSettings = fixedSettings
        self.parameters = parameters
        self.assignments = assignments
        constraintExpressions = constraints
        self.objectives = objectives
        self.objectiveExpressions = objectiveExpressions
        self.limits = limits.map { SweepLimit(text: $0.text) }
        limitExpressions = limits
        figureNames = scope.figures
        numbers = parameters.indices.map { scope.numbers(of: parameters[$0], $0) }
        self.strategy = strategy
    }

    /// Between parameters, as in the file.
    public var constraints: [String] { constraintExpressions.map(\.text) }

    /// Points, those that constraints forbid included; the largest finite number where there are more.
    public var cardinality: Double {
        parameters.reduce(1) { min($0 * Double($1.values.count), .greatestFiniteMagnitude) }
    }

    /// Whether the point is one of the space and keeps to all constraints.
    public func isAllowed(_ point: DesignPoint) -> Bool {
        isInside(point) && (constraintExpressions.isEmpty || keepsConstraints(slots(of: point)))
    }

    /// Whether there is a value for every choice.
    public func isInside(_ point: DesignPoint) -> Bool {
        point.choices.count == parameters.count && point.choices.indices.allSatisfy { parameters[$0].values.indices.contains(point.choices[$0]) }
    }

    func keepsConstraints(_ slots: [Double]) -> Bool {
        for constraint in constraintExpressions where !constraint.holds(slots) { return false }
        return true
    }

    func slots(of point: DesignPoint) -> [Double] {
        var slots = [Double](repeating: .nan, count: parameters.count + figureNames.count)
        for (index, choice) in point.choices.enumerated() { slots[index] = numbers[index][choice] }
        return slots
    }

    /// Every setting of a point in the order of the file: those of all points, then those of its parameters.
    ///
    /// - Parameter point: of this space.
    public func settings(of point: DesignPoint) -> [(target: String, value: ParameterValue)] {
        precondition(isInside(point), "a point of another space")
        let slots = slots(of: point)
        var settings = fixedSettings.map { (target: $0.target, value: $0.value) }
        for assignment in assignments {
            let choice = point.choices[assignment.parameter]
            let value: ParameterValue =
                switch assignment.source {
                case .value: parameters[assignment.parameter].values[choice]
                case .table(let values): values[choice]
                case .expression(let expression, let unit): Self.value(expression.evaluate(slots), unit)
                }
            settings.append((assignment.target, value))
        }
        return settings
    }

    private static func value(_ number: Double, _ unit: String) -> ParameterValue {
        let plain = Int(exactly: number).map { ParameterValue.integer($0) } ?? .number(number)
        return unit.isEmpty ? plain : .text("\(plain) \(unit)")
    }

    /// The value of a parameter at a point.
    public func value(_ parameter: Int, at point: DesignPoint) -> ParameterValue { parameters[parameter].values[point.choices[parameter]] }

    /// "rows = 32, dataflow = weight-stationary".
    public func describe(_ point: DesignPoint) -> String {
        parameters.indices.map { "\(parameters[$0].name) = \(value($0, at: point))" }.joined(separator: ", ")
    }
}
