/// An expression as a flat program for a stack machine: compiled once, evaluated for every point.
///
/// Truth is 1 and falsehood 0. Names are numbers that the scope gave them. Division by 0 gives infinity, as in IEEE 754.
package struct CompiledExpression: Sendable, Hashable {
    package enum Kind: String, Sendable { case number, truth, name }

    enum Operation: UInt8, Sendable {
        case constant, slot
        case add, subtract, multiply, divide, remainder, power, minimum, maximum
        case negate, floor, ceiling, round, magnitude, squareRoot, logarithm
        case less, lessOrEqual, greater, greaterOrEqual, equal, unequal
        case and, or, not

        /// Values taken from the stack.
        var operands: Int {
            switch self {
            case .constant, .slot: 0
            case .negate, .floor, .ceiling, .round, .magnitude, .squareRoot, .logarithm, .not: 1
            default: 2
            }
        }
    }

    struct Instruction: Sendable, Hashable {
        var operation: Operation
        /// Of a slot.
        var slot: Int32 = 0
        /// Of a constant.
        var value = 0.0
    }

    /// As in the file.
    package let text: String
    package let kind: Kind
    let instructions: [Instruction]
    /// Most values on the stack at a time.
    let depth: Int
    /// Slots that it reads, ascending.
    package let slots: [Int]

    init(text: String, kind: Kind, instructions: [Instruction]) {
        self.text = text
        self.kind = kind
        self.instructions = instructions
        slots = Set(instructions.filter { $0.operation == .slot }.map { Int($0.slot) }).sorted()
        var (height, most) = (0, 1)
        for instruction in instructions {
            height += 1 - instruction.operation.operands
            most = max(most, height)
        }
        depth = most
    }

    /// - Parameter slots: values of parameters and figures.
    package func evaluate(_ slots: [Double]) -> Double {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: depth) { stack in
            var top = -1
            for instruction in instructions {
                let operation = instruction.operation
                switch operation.operands {
                case 0:
                    top += 1
                    stack.initializeElement(at: top, to: operation == .constant ? instruction.value : slots[Int(instruction.slot)])
                case 1: stack[top] = Self.apply(operation, stack[top])
                default:
                    top -= 1
                    stack[top] = Self.apply(operation, stack[top], stack[top + 1])
                }
            }
            return stack[0]
        }
    }

    package func holds(_ slots: [Double]) -> Bool { evaluate(slots) == 1 }

    static func apply(_ operation: Operation, _ a: Double) -> Double {
        switch operation {
        case .negate: -a
        case .floor: a.rounded(.down)
        case .ceiling: a.rounded(.up)
        case .round: a.rounded()
        case .magnitude: abs(a)
        case .squareRoot: a.squareRoot()
        case .logarithm: binaryLogarithm(a)
        default: a == 0 ? 1 : 0
        }
    }

    static func apply(_ operation: Operation, _ a: Double, _ b: Double) -> Double {
        switch operation {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .remainder: a - b * (a / b).rounded(.down)
        case .power: power(a, b)
        case .minimum: a.isNaN || b.isNaN ? .nan : min(a, b)
        case .maximum: a.isNaN || b.isNaN ? .nan : max(a, b)
        case .less: a < b ? 1 : 0
        case .lessOrEqual: a <= b ? 1 : 0
        case .greater: a > b ? 1 : 0
        case .greaterOrEqual: a >= b ? 1 : 0
        case .equal: a == b ? 1 : 0
        case .unequal: a != b ? 1 : 0
        case .and: a == 1 && b == 1 ? 1 : 0
        default: a == 1 || b == 1 ? 1 : 0
        }
    }
}
