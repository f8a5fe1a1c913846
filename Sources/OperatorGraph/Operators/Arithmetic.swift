import NumberFormats

/// A function of two numbers of the same type.
protocol BinaryFunction: Sendable {
    static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T
    /// Wraps around as a register of the type's width does.
    static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T
}

enum AddFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a + b }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T { a &+ b }
}

enum SubtractFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a - b }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T { a &- b }
}

enum MultiplyFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a * b }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T { a &* b }
}

/// Integers truncate toward zero; a division by zero gives 0.
enum DivideFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a / b }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T {
        b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
    }
}

/// NaN where either operand is, as NumPy's maximum.
enum MaximumFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a > b || a.isNaN ? a : b }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T { max(a, b) }
}

/// NaN where either operand is, as NumPy's minimum.
enum MinimumFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a < b || a.isNaN ? a : b }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T { min(a, b) }
}

/// `Function` of two tensors of one format under broadcasting; `nil` for formats without arithmetic or a mismatch.
func combined<Function: BinaryFunction>(_: Function.Type, _ a: Tensor, _ b: Tensor, _ shape: [Int]) -> Tensor? {
    let storage: Tensor.Storage
    switch (a.storage, b.storage) {
    case (.float(let x), .float(let y)):
        storage = .float(broadcastMap(x, a.shape, y, b.shape, shape) { Function.real($0, $1) })
    case (.double(let x), .double(let y)):
        storage = .double(broadcastMap(x, a.shape, y, b.shape, shape) { Function.real($0, $1) })
    case (.int8(let x), .int8(let y)):
        storage = .int8(broadcastMap(x, a.shape, y, b.shape, shape) { Function.integer($0, $1) })
    case (.uint8(let x), .uint8(let y)):
        storage = .uint8(broadcastMap(x, a.shape, y, b.shape, shape) { Function.integer($0, $1) })
    case (.int16(let x), .int16(let y)):
        storage = .int16(broadcastMap(x, a.shape, y, b.shape, shape) { Function.integer($0, $1) })
    case (.uint16(let x), .uint16(let y)):
        storage = .uint16(broadcastMap(x, a.shape, y, b.shape, shape) { Function.integer($0, $1) })
    case (.int32(let x), .int32(let y)):
        storage = .int32(broadcastMap(x, a.shape, y, b.shape, shape) { Function.integer($0, $1) })
    case (.uint32(let x), .uint32(let y)):
        storage = .uint32(broadcastMap(x, a.shape, y, b.shape, shape) { Function.integer($0, $1) })
    case (.int64(let x), .int64(let y)):
        storage = .int64(broadcastMap(x, a.shape, y, b.shape, shape) { Function.integer($0, $1) })
    case (.uint64(let x), .uint64(let y)):
        storage = .uint64(broadcastMap(x, a.shape, y, b.shape, shape) { Function.integer($0, $1) })
    default: return nil
    }
    return Tensor(settling: a.element, shape, storage)
}

/// Add, Sub, Mul, Div (two inputs) and Max, Min, Sum (one or more): element by element with broadcasting.
struct ArithmeticOperator<Function: BinaryFunction>: OperatorDefinition {
    let name: String
    let since: Int
    let isVariadic: Bool

    init(_ name: String, since: Int, isVariadic: Bool = false, _: Function.Type) {
        self.name = name
        self.since = since
        self.isVariadic = isVariadic
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        var shapes = [try context.shape(0)]
        let element = try context.type(0).element
        if element == .bool { throw context.error("there is no arithmetic on bool") }
        if isVariadic ? context.types.isEmpty : context.types.count != 2 {
            throw context.error("has \(context.types.count) inputs, expected \(isVariadic ? "at least 1" : "2")")
        }
        for index in 1..<max(context.types.count, 1) {
            let type = try context.type(index)
            guard type.element == element else {
                throw context.error("inputs are \(element.rawValue) and \(type.element.rawValue)", suggestion: "cast one of them")
            }
            shapes.append(type.shape)
        }
        return [TensorType(element, try context.broadcastShape(shapes))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        var result = try context.tensor(0)
        for index in 1..<max(context.tensors.count, 1) {
            let next = try context.tensor(index)
            let shape = try context.broadcastShape([result.shape, next.shape])
            guard let combination = combined(Function.self, result, next, shape) else {
                throw context.error("does not take \(result.element.rawValue)")
            }
            result = combination
        }
        return [result]
    }
}

extension OperatorRegistry {
    static let arithmetic: [any OperatorDefinition] = [
        ArithmeticOperator("Add", since: 7, AddFunction.self),
        ArithmeticOperator("Sub", since: 7, SubtractFunction.self),
        ArithmeticOperator("Mul", since: 7, MultiplyFunction.self),
        ArithmeticOperator("Div", since: 7, DivideFunction.self),
        ArithmeticOperator("Max", since: 6, isVariadic: true, MaximumFunction.self),
        ArithmeticOperator("Min", since: 6, isVariadic: true, MinimumFunction.self),
        ArithmeticOperator("Sum", since: 6, isVariadic: true, AddFunction.self),
    ]
}
