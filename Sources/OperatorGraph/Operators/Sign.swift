import NumberFormats

/// A function of one number of any arithmetic type.
protocol UnaryFunction: Sendable {
    static func real<T: BinaryFloatingPoint>(_ x: T) -> T
    static func integer<T: FixedWidthInteger>(_ x: T) -> T
}

enum AbsoluteFunction: UnaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ x: T) -> T { x.magnitude }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ x: T) -> T { x < 0 ? 0 &- x : x }
}

enum NegateFunction: UnaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ x: T) -> T { -x }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ x: T) -> T { 0 &- x }
}

enum SignFunction: UnaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ x: T) -> T { x > 0 ? 1 : x < 0 ? -1 : x }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ x: T) -> T { x.signum() }
}

enum RectifyFunction: UnaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ x: T) -> T { x < 0 ? 0 : x }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ x: T) -> T { max(x, 0) }
}

enum BitwiseNotFunction: UnaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ x: T) -> T { x }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ x: T) -> T { ~x }
}

/// Abs, Neg, Sign, Relu (all formats) and BitwiseNot (integers): element by element in the tensor's own format.
struct UnaryOperator<Function: UnaryFunction>: OperatorDefinition {
    let name: String
    let since: Int
    let takesReals: Bool

    init(_ name: String, since: Int, takesReals: Bool = true, _: Function.Type) {
        self.name = name
        self.since = since
        self.takesReals = takesReals
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        guard type.element.isInteger || (takesReals && type.element.isFloatingPoint) else {
            throw context.error("does not take \(type.element.rawValue)")
        }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let storage: Tensor.Storage = switch input.storage {
        case .float(let values): .float(values.map { Function.real($0) })
        case .double(let values): .double(values.map { Function.real($0) })
        case .int8(let values): .int8(values.map { Function.integer($0) })
        case .uint8(let values): .uint8(values.map { Function.integer($0) })
        case .int16(let values): .int16(values.map { Function.integer($0) })
        case .uint16(let values): .uint16(values.map { Function.integer($0) })
        case .int32(let values): .int32(values.map { Function.integer($0) })
        case .uint32(let values): .uint32(values.map { Function.integer($0) })
        case .int64(let values): .int64(values.map { Function.integer($0) })
        case .uint64(let values): .uint64(values.map { Function.integer($0) })
        case .bool, .string: throw context.error("does not take \(input.element.rawValue)")
        }
        return [Tensor(settling: input.element, input.shape, storage)]
    }
}

extension OperatorRegistry {
    static let signs: [any OperatorDefinition] = [
        UnaryOperator("Abs", since: 6, AbsoluteFunction.self),
        UnaryOperator("Neg", since: 6, NegateFunction.self),
        UnaryOperator("Sign", since: 9, SignFunction.self),
        UnaryOperator("Relu", since: 6, RectifyFunction.self),
        UnaryOperator("BitwiseNot", since: 18, takesReals: false, BitwiseNotFunction.self),
    ]
}
