import NumberFormats

/// Which operand stays in the processing elements.
public enum Dataflow: String, Sendable, CaseIterable {
    case weightStationary = "weight-stationary"
    case outputStationary = "output-stationary"
    case inputStationary = "input-stationary"
}

/// Whether the next stationary operand is loaded after the array has drained or behind the running stream.
public enum Preload: String, Sendable, CaseIterable { case exposed, overlapped }

/// How an output-stationary array hands over its results: over a result bus in each column, as they are finished,
/// or shifted down the columns after the last one.
public enum Drain: String, Sendable, CaseIterable { case bus, shift }

/// A grid of multiply-accumulate elements through which operands move one step a cycle.
public struct SystolicArray: Sendable, Equatable {
    public var rows: Int
    public var columns: Int
    public var dataflow: Dataflow
    public var preload: Preload
    public var drain: Drain
    /// Formats of the left operand (activations), the right operand (weights) and the sums.
    public var input: ElementType
    public var weight: ElementType
    public var accumulator: ElementType
    public init(
        rows: Int, columns: Int, dataflow: Dataflow = .weightStationary, preload: Preload = .overlapped, drain: Drain = .bus,
        input: ElementType = .int8, weight: ElementType = .int8, accumulator: ElementType = .int32
    ) {
        self.rows = rows; self.columns = columns; self.dataflow = dataflow; self.preload = preload; self.drain = drain
        self.input = input; self.weight = weight; self.accumulator = accumulator
    }
}

extension SystolicArray {
    /// Elements of the largest array that is accepted: register fidelity keeps the registers of each in memory.
    static let maximumElements = 1 << 24

    static let schema = ComponentSchema(
        kind: "systolic-array", title: "Systolic array (`kind: systolic-array`)",
        help: "A grid of multiply-accumulate elements through which operands move one step a cycle.",
        parameters: ArchitectureSchema.engineParameters(
            reads: ParameterSchema(
                "reads", .memories(1...2), .named("1 or 2 memories of this file"), .required,
                "Memory of the activations (left operand), then memory of the weights (right operand); one name serves both."),
            writesHelp: "Memory that takes the sums; where partial sums are added up, it is read as well.") + [
                ParameterSchema(
                    "rows", .integer(unit: "rows"), .integers(1...65_536), .required,
                    "Rows of processing elements. rows × columns must not exceed 16777216."),
                ParameterSchema(
                    "columns", .integer(unit: "columns"), .integers(1...65_536), .required, "Columns of processing elements."),
                ParameterSchema(
                    "dataflow", .choice(Dataflow.allCases.map(\.rawValue), noun: "a dataflow"),
                    .named(Dataflow.allCases.map(\.rawValue).joined(separator: ", ")), .value(Dataflow.weightStationary.rawValue),
                    "Which operand stays in the elements while the others move."),
                ParameterSchema(
                    "preload", .choice(Preload.allCases.map(\.rawValue), noun: "a preload mode"), .named("exposed, overlapped"),
                    .value(Preload.overlapped.rawValue),
                    "exposed: the next stationary operand is loaded after the array has drained; overlapped: it is loaded behind the running stream."
                ),
                ParameterSchema(
                    "drain", .choice(Drain.allCases.map(\.rawValue), noun: "a drain"), .named("bus, shift"), .value(Drain.bus.rawValue),
                    "How an output-stationary array hands over its results: over a bus in each column as they are finished, or shifted down the columns after the last one."
                ),
                ParameterSchema(
                    "input", .elementType, .named("every format but bool"), .value(ElementType.int8.rawValue),
                    "Format of the left operand (activations)."),
                ParameterSchema(
                    "weight", .elementType, .named("every format but bool"),
                    .derived("the format of `input`") { $0["input"] },
                    "Format of the right operand (weights)."),
                ParameterSchema(
                    "accumulator", .elementType, .named("every format but bool"),
                    .derived("int32 for integer operands, fp32 for floating-point ones") { values in
                        guard case .elementType(let input)? = values["input"] else { return nil }
                        return .elementType(input.isFloatingPoint ? .fp32 : .int32)
                    },
                    "Format of the sums: an integer at least as wide as a product, or a floating-point format at least as wide as the operands."
                ),
            ])

    init(_ values: ParameterValues) {
        self.init(
            rows: values.integer("rows"), columns: values.integer("columns"),
            dataflow: values.choice("dataflow", of: Dataflow.self), preload: values.choice("preload", of: Preload.self),
            drain: values.choice("drain", of: Drain.self), input: values.elementType("input"), weight: values.elementType("weight"),
            accumulator: values.elementType("accumulator"))
    }

    /// Why no datapath multiplies these formats into this accumulator, with the parameter at fault; `nil` when one does.
    static func unsupported(input: ElementType, weight: ElementType, accumulator: ElementType) -> (parameter: String, reason: String)? {
        guard input.isFloatingPoint == weight.isFloatingPoint else {
            return ("weight", "\(weight.rawValue) weights cannot be multiplied with \(input.rawValue) inputs: both must be integers or both floating point")
        }
        if input.isFloatingPoint {
            let widest = max(input.bits, weight.bits)
            guard accumulator.isFloatingPoint, accumulator.bits >= widest else {
                return (
                    "accumulator",
                    "\(input.rawValue) × \(weight.rawValue) needs a floating-point accumulator of at least \(widest) bits, such as fp32, and not \(accumulator.rawValue)"
                )
            }
            return nil
        }
        let product = input.bits + weight.bits
        guard accumulator.isInteger, accumulator.bits >= product else {
            return (
                "accumulator",
                "\(input.rawValue) × \(weight.rawValue) needs an integer accumulator of at least \(product) bits, such as \(product <= 32 ? "int32" : "int64"), and not \(accumulator.rawValue)"
            )
        }
        guard accumulator.isSigned || !(input.isSigned || weight.isSigned) else {
            return ("accumulator", "\(accumulator.rawValue) cannot hold the negative sums of \(input.rawValue) × \(weight.rawValue); use a signed integer such as int32")
        }
        return nil
    }
}
