import NumberFormats

/// An order relation of two numbers of the same type.
protocol Relation: Sendable {
    static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool
}

enum EqualRelation: Relation { @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a == b } }
enum GreaterRelation: Relation { @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a > b } }
enum LessRelation: Relation { @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a < b } }
enum NotLessRelation: Relation { @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a >= b } }
enum NotGreaterRelation: Relation {
    @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a <= b }
}

/// Equal (numbers, truth values, text), Greater, Less, GreaterOrEqual, LessOrEqual with broadcasting; the result is bool.
struct ComparisonOperator<R: Relation>: OperatorDefinition {
    let name: String
    let since: Int

    init(_ name: String, since: Int, _: R.Type) {
        self.name = name
        self.since = since
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let a = try context.type(0), b = try context.type(1)
        guard a.element == b.element else {
            throw context.error("inputs are \(a.element.rawValue) and \(b.element.rawValue)", suggestion: "cast one of them")
        }
        return [TensorType(.bool, try context.broadcastShape([a.shape, b.shape]))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let a = try context.tensor(0), b = try context.tensor(1)
        let shape = try context.broadcastShape([a.shape, b.shape])
        let values: [Bool]
        switch (a.storage, b.storage) {
        case (.float(let x), .float(let y)): values = compare(x, a.shape, y, b.shape, shape)
        case (.double(let x), .double(let y)): values = compare(x, a.shape, y, b.shape, shape)
        case (.uint64(let x), .uint64(let y)): values = compare(x, a.shape, y, b.shape, shape)
        case (.string(let x), .string(let y)): values = compare(x, a.shape, y, b.shape, shape)
        default: values = compare(a.intValues, a.shape, b.intValues, b.shape, shape)
        }
        return [Tensor(.bool, shape, .bool(values))]
    }

    private func compare<T: Comparable>(_ a: [T], _ aShape: [Int], _ b: [T], _ bShape: [Int], _ shape: [Int]) -> [Bool] {
        broadcastMap(a, aShape, b, bShape, shape) { R.holds($0, $1) }
    }
}

/// And, Or, Xor of truth values with broadcasting.
struct LogicOperator: OperatorDefinition {
    let name: String
    let since = 7
    let function: @Sendable (Bool, Bool) -> Bool

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let a = try context.type(0), b = try context.type(1)
        guard a.element == .bool, b.element == .bool else { throw context.error("takes bool, not \(a.text) and \(b.text)") }
        return [TensorType(.bool, try context.broadcastShape([a.shape, b.shape]))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let a = try context.tensor(0), b = try context.tensor(1)
        let shape = try context.broadcastShape([a.shape, b.shape])
        return [Tensor(.bool, shape, .bool(broadcastMap(a.boolValues, a.shape, b.boolValues, b.shape, shape, function)))]
    }
}

/// Not, IsNaN, IsInf: a truth value for every element.
struct PredicateOperator: OperatorDefinition {
    let name: String
    let since: Int
    let element: @Sendable (ElementType) -> Bool
    let function: @Sendable (OperatorContext) throws(GraphError) -> @Sendable (Double) -> Bool

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        guard element(type.element) else { throw context.error("does not take \(type.element.rawValue)") }
        return [TensorType(.bool, type.shape)]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0)
        let holds = try function(context)
        return [Tensor(.bool, input.shape, .bool(input.doubleValues.map(holds)))]
    }

    static let isInfinite = PredicateOperator(name: "IsInf", since: 10, element: { $0.isFloatingPoint }) {
        (context: OperatorContext) throws(GraphError) -> @Sendable (Double) -> Bool in
        let positive = try context.flag("detect_positive", true), negative = try context.flag("detect_negative", true)
        return { (positive && $0 == .infinity) || (negative && $0 == -.infinity) }
    }
}

extension OperatorRegistry {
    static let comparisons: [any OperatorDefinition] = [
        ComparisonOperator("Equal", since: 7, EqualRelation.self),
        ComparisonOperator("Greater", since: 7, GreaterRelation.self),
        ComparisonOperator("Less", since: 7, LessRelation.self),
        ComparisonOperator("GreaterOrEqual", since: 12, NotLessRelation.self),
        ComparisonOperator("LessOrEqual", since: 12, NotGreaterRelation.self),
        LogicOperator(name: "And") { $0 && $1 },
        LogicOperator(name: "Or") { $0 || $1 },
        LogicOperator(name: "Xor") { $0 != $1 },
        PredicateOperator(name: "Not", since: 1, element: { $0 == .bool }) { _ in { $0 == 0 } },
        PredicateOperator(name: "IsNaN", since: 9, element: { $0.isFloatingPoint }) { _ in { $0.isNaN } },
        PredicateOperator.isInfinite,
    ]
}
