import NumberFormats

enum BitwiseAndFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T { a & b }
}

enum BitwiseOrFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T { a | b }
}

enum BitwiseXorFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T { a ^ b }
}

/// Beyond the width, or by a negative number of places, all bits are lost.
enum ShiftLeftFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T { b < 0 ? 0 : a << b }
}

/// Beyond the width, or by a negative number of places, only copies of the sign remain.
enum ShiftRightFunction: BinaryFunction {
    @inline(__always) static func real<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { a }
    @inline(__always) static func integer<T: FixedWidthInteger>(_ a: T, _ b: T) -> T {
        b < 0 ? a >> T(T.bitWidth - 1) : a >> b
    }
}

/// BitwiseAnd, BitwiseOr, BitwiseXor of integers with broadcasting.
struct BitwiseOperator<Function: BinaryFunction>: OperatorDefinition {
    let name: String
    let since = 18

    init(_ name: String, _: Function.Type) { self.name = name }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] { try integerTypes(context) }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let a = try context.tensor(0), b = try context.tensor(1)
        return [combined(Function.self, a, b, try context.broadcastShape([a.shape, b.shape]))]
    }
}

/// BitShift: logical for unsigned integers, arithmetic for signed ones (since opset 28).
struct BitShiftOperator: OperatorDefinition {
    let name = "BitShift"
    let since = 11

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        _ = try isLeft(context)
        return try integerTypes(context)
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let a = try context.tensor(0), b = try context.tensor(1)
        let shape = try context.broadcastShape([a.shape, b.shape])
        return try isLeft(context)
            ? [combined(ShiftLeftFunction.self, a, b, shape)] : [combined(ShiftRightFunction.self, a, b, shape)]
    }

    private func isLeft(_ context: OperatorContext) throws(GraphError) -> Bool {
        switch try context.string("direction", "") {
        case "LEFT": return true
        case "RIGHT": return false
        case let other: throw context.error("direction \"\(other)\" is not known", suggestion: "use LEFT or RIGHT")
        }
    }
}

private func integerTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
    let a = try context.type(0), b = try context.type(1)
    guard a.element == b.element, a.element.isInteger else {
        throw context.error("takes integers of one format, not \(a.text) and \(b.text)")
    }
    return [TensorType(a.element, try context.broadcastShape([a.shape, b.shape]))]
}

extension OperatorRegistry {
    static let bitwise: [any OperatorDefinition] = [
        BitwiseOperator("BitwiseAnd", BitwiseAndFunction.self),
        BitwiseOperator("BitwiseOr", BitwiseOrFunction.self),
        BitwiseOperator("BitwiseXor", BitwiseXorFunction.self),
        BitShiftOperator(),
    ]
}
