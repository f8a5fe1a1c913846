/// Lanes that apply the same scalar operation to many elements.
public struct VectorUnit: Sendable, Equatable {
    /// Price of one scalar operation class.
    public struct Cost: Sendable, Equatable {
        /// Cycles between two elements of one lane: 1 is full rate.
        public var interval: Int
        /// Cycles from operand to result.
        public var latency: Int
        public init(interval: Int, latency: Int) { self.interval = interval; self.latency = latency }
    }
    /// Operation classes that are priced apart.
    public enum Operation: String, Sendable, CaseIterable {
        /// Add, subtract, compare, select, minimum, maximum, negate, absolute value, logic.
        case add
        case multiply
        case divide
        case exponential
        case logarithm
        /// Square root and reciprocal square root.
        case rsqrt
        /// tanh, sigmoid, erf.
        case tanh
        /// Conversion between formats, quantisation, dequantisation.
        case convert
        /// Copy, permute, gather.
        case move
    }
    public var lanes: Int
    /// Scalar operations that one pass over the data applies, one after the other, without writing back in between.
    public var chain: Int
    /// Every class has an entry.
    public var costs: [Operation: Cost]
    public init(lanes: Int, chain: Int = 1, costs: [Operation: Cost] = VectorUnit.defaultCosts) {
        self.lanes = lanes; self.chain = chain; self.costs = costs
    }
}

extension VectorUnit {
    /// Costs of the classes that a file does not name.
    ///
    /// Estimates in the manner of pipelined units: simple arithmetic at full rate, a divider and table-based functions at a
    /// quarter of it.
    public static let defaultCosts: [Operation: Cost] = [
        .add: Cost(interval: 1, latency: 1),
        .multiply: Cost(interval: 1, latency: 2),
        .divide: Cost(interval: 4, latency: 16),
        .exponential: Cost(interval: 4, latency: 8),
        .logarithm: Cost(interval: 4, latency: 8),
        .rsqrt: Cost(interval: 4, latency: 8),
        .tanh: Cost(interval: 4, latency: 8),
        .convert: Cost(interval: 1, latency: 2),
        .move: Cost(interval: 1, latency: 1),
    ]

    static let schema = ComponentSchema(
        kind: "vector", title: "Vector unit (`kind: vector`)",
        help: "Lanes that apply the same scalar operation to many elements: activations, normalisation, pooling, softmax.",
        parameters: ArchitectureSchema.engineParameters(
            reads: ParameterSchema(
                "reads", .memories(1...8), .named("1 to 8 memories of this file"), .required, "Memories that operands may come from."),
            writesHelp: "Memory that takes the results.") + [
                ParameterSchema(
                    "lanes", .integer(unit: "lanes"), .integers(1...1_048_576), .required, "Elements that are processed at the same time."),
                ParameterSchema(
                    "chain", .integer(unit: "operations"), .integers(1...64), .value("1"),
                    "Scalar operations that one pass over the data applies one after the other, without writing back in between."),
                ParameterSchema(
                    "operations", .operationCosts, .named(Operation.allCases.map(\.rawValue).joined(separator: ", ")),
                    .derived("the costs listed below") { _ in .costs(VectorUnit.defaultCosts) },
                    "Cost of each class of scalar operation; classes that are not named keep their default."),
            ])

    static let costSchema = ComponentSchema(
        kind: "operations", title: "Operation cost (entries of `operations`)",
        help: "What one class of scalar operation costs a vector unit.",
        parameters: [
            ParameterSchema(
                "interval", .integer(unit: "cycles"), .integers(1...1_000_000), .derived("the class's default") { _ in nil },
                "Cycles between two elements of one lane; 1 is full rate."),
            ParameterSchema(
                "latency", .integer(unit: "cycles"), .integers(1...1_000_000), .derived("the class's default") { _ in nil },
                "Cycles from operand to result."),
        ])

    init(_ values: ParameterValues) {
        self.init(lanes: values.integer("lanes"), chain: values.integer("chain"), costs: values.costs("operations"))
    }
}

extension VectorUnit.Operation {
    /// What belongs to the class, for the documentation.
    public var help: String {
        switch self {
        case .add: "add, subtract, compare, select, minimum, maximum, negate, absolute value, logic"
        case .multiply: "multiply, multiply-add"
        case .divide: "divide, reciprocal, remainder"
        case .exponential: "powers of e and of two"
        case .logarithm: "logarithms"
        case .rsqrt: "square root and reciprocal square root"
        case .tanh: "tanh, sigmoid, erf and the activations built on them"
        case .convert: "conversion between formats, rounding, quantisation, dequantisation"
        case .move: "copy, permute, gather"
        }
    }
}
