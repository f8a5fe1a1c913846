import NumberFormats
import OperatorGraph

/// What a machine is to do: for each execution unit one stream of structured loops over commands.
///
/// Units run decoupled and meet only at semaphores. The same text is stepped by the simulator, executed on values,
/// priced, and handed to a prover with the loop indices symbolic.
public struct Program: Sendable, Equatable {
    public var name: String
    public var architecture: String
    /// The workload's operators, in program order; commands name theirs by index.
    public var operators: [Operator]
    /// Where each tensor of the workload lies.
    public var tensors: [Placement]
    /// What vector commands compute, element by element or row by row.
    public var functions: [Function]
    public var semaphores: [Semaphore]
    public var streams: [Stream]

    public init(
        name: String, architecture: String, operators: [Operator] = [], tensors: [Placement] = [], functions: [Function] = [],
        semaphores: [Semaphore] = [], streams: [Stream] = []
    ) {
        self.name = name; self.architecture = architecture; self.operators = operators; self.tensors = tensors
        self.functions = functions; self.semaphores = semaphores; self.streams = streams
    }

    /// One operator of the workload, or several fused into one.
    public struct Operator: Sendable, Equatable {
        public var name: String
        /// Operator names joined by "+" when fused.
        public var type: String
        /// The unit that does the main work, whose time is reported for the operator; empty when it costs nothing.
        public var unit: String
        /// Multiply-accumulates that the operator's definition needs.
        public var macs: Int
        /// What a user should know: fallbacks, assumptions.
        public var notes: [String]
        public init(name: String, type: String, unit: String, macs: Int, notes: [String] = []) {
            self.name = name; self.type = type; self.unit = unit; self.macs = macs; self.notes = notes
        }
    }

    /// A tensor of the workload in a memory.
    public struct Placement: Sendable, Equatable {
        public enum Role: String, Sendable { case input, parameter, constant, output, intermediate }
        /// Index into the graph's values.
        public var value: Int
        public var name: String
        public var role: Role
        public var memory: String
        /// Byte address of the first element.
        public var address: Int
        public var element: ElementType
        public var shape: [Int]
        /// Elements from one index to the next, by dimension.
        public var strides: [Int]
        /// How the elements that `strides` puts into an order are grouped in memory; `nil` when they lie in that order.
        public var tiling: Tiling?
        /// Bytes that the placement occupies.
        public var bytes: Int
        public init(
            value: Int, name: String, role: Role, memory: String, address: Int, element: ElementType, shape: [Int],
            strides: [Int], tiling: Tiling? = nil, bytes: Int
        ) {
            self.value = value; self.name = name; self.role = role; self.memory = memory; self.address = address
            self.element = element; self.shape = shape; self.strides = strides; self.tiling = tiling; self.bytes = bytes
        }
    }

    /// A counter that streams wait on. An array of `count` of them; each starts at `initial`.
    public struct Semaphore: Sendable, Equatable {
        /// What a stream that waits for it lacks, for stall attribution.
        public enum Meaning: String, Sendable, CaseIterable {
            /// Data that a DMA engine brings.
            case loaded
            /// A buffer that somebody still uses.
            case free
            /// A result that another unit computes.
            case computed
        }
        public var name: String
        public var count: Int
        public var initial: Int
        public var meaning: Meaning
        public init(name: String, count: Int, initial: Int, meaning: Meaning) {
            self.name = name; self.count = count; self.initial = initial; self.meaning = meaning
        }
    }

    /// The commands of one unit, or of each unit of a family of equal ones.
    public struct Stream: Sendable, Equatable {
        /// The unit's name. In a family it holds `*` where the member's number belongs: `core*.mxu`.
        public var unit: String
        public var body: [Statement]
        /// `nil` for a single unit.
        public var family: Family?

        /// Units that run the same text, each with its own number: cores of a neuromorphic chip, channels of a PIM.
        public struct Family: Sendable, Hashable {
            /// What the body calls the member's number, 0 ..< count.
            public var variable: String
            public var count: Int
            public init(variable: String, count: Int) { self.variable = variable; self.count = count }
        }

        public init(unit: String, body: [Statement], family: Family? = nil) {
            self.unit = unit; self.body = body; self.family = family
        }
    }
}

extension Program {
    /// Statements of a text, those inside of loops and conditions included.
    public static func statementCount(of body: [Statement]) -> Int {
        body.reduce(0) { sum, statement in
            switch statement {
            case .loop(_, _, let inner), .when(_, let inner): sum + 1 + statementCount(of: inner)
            default: sum + 1
            }
        }
    }
}

/// One step of a stream.
public indirect enum Statement: Sendable, Equatable {
    /// Runs the body with `variable` = 0, 1, … below `bound`; not at all when the bound is zero or less.
    case loop(variable: String, bound: Expression, body: [Statement])
    /// Runs the body when every condition holds.
    case when([Condition], body: [Statement])
    /// Waits until the semaphore has `count` and takes it.
    case acquire(SemaphoreReference, count: Int)
    /// Gives `count` once the commands before it have finished, or as soon as they have read their operands.
    case release(SemaphoreReference, count: Int, when: ReleaseTime)
    /// Binds `symbol` to a value in memory, for extents and bounds that depend on data.
    case read(symbol: String, from: Region)
    case command(Command)
}

public enum ReleaseTime: String, Sendable { case finished, operandsRead }

public struct SemaphoreReference: Sendable, Hashable {
    public var name: String
    public var index: Expression
    public init(_ name: String, _ index: Expression = 0) { self.name = name; self.index = index }
}

/// A comparison of two expressions.
public struct Condition: Sendable, Hashable {
    public enum Relation: String, Sendable, CaseIterable {
        case less = "<", lessOrEqual = "<=", equal = "==", notEqual = "!=", greaterOrEqual = ">=", greater = ">"
        public func holds(_ a: Int, _ b: Int) -> Bool {
            switch self {
            case .less: a < b
            case .lessOrEqual: a <= b
            case .equal: a == b
            case .notEqual: a != b
            case .greaterOrEqual: a >= b
            case .greater: a > b
            }
        }
    }
    public var left: Expression
    public var relation: Relation
    public var right: Expression
    public init(_ left: Expression, _ relation: Relation, _ right: Expression) {
        self.left = left; self.relation = relation; self.right = right
    }
}

/// An operation of one unit on regions of memories. The unit's engine kind gives the opcode its meaning.
public struct Command: Sendable, Equatable {
    public var opcode: String
    /// Index into the program's operators, over loop indices: a loop over equal layers serves another operator each time.
    public var operatorIndex: Expression
    /// Regions by name, in the order in which the opcode documents them.
    public var operands: [Operand]
    /// Integer parameters, in order of their names.
    public var attributes: [Attribute]

    public struct Operand: Sendable, Equatable {
        public var name: String
        public var region: Region
        public init(_ name: String, _ region: Region) { self.name = name; self.region = region }
    }
    public struct Attribute: Sendable, Equatable {
        public var name: String
        public var value: Expression
        public init(_ name: String, _ value: Expression) { self.name = name; self.value = value }
    }

    public init(_ opcode: String, operatorIndex: Int, operands: [Operand], attributes: [Attribute] = []) {
        self.init(opcode, operatorIndex: .constant(operatorIndex), operands: operands, attributes: attributes)
    }

    public init(_ opcode: String, operatorIndex: Expression, operands: [Operand], attributes: [Attribute] = []) {
        self.opcode = opcode; self.operatorIndex = operatorIndex; self.operands = operands; self.attributes = attributes
    }

    public subscript(operand name: String) -> Region? { operands.first { $0.name == name }?.region }
    public subscript(attribute name: String) -> Expression? { attributes.first { $0.name == name }?.value }
}

/// Elements of a memory, addressed by a quasi-affine function of their coordinates.
///
/// The element at coordinates `$0, $1, …` lies `index` elements after the byte address `base`. Where a guard does not
/// hold there is no element, and reading gives `fill`: padding that occupies no memory.
public struct Region: Sendable, Hashable {
    /// The memory's name. With an `instance` it holds `*` where the number belongs: `core*.inbox`.
    public var memory: String
    /// Which memory of a family of equal ones is meant, over loop indices and symbols; `nil` for a single memory.
    public var instance: Expression?
    /// Byte address, over loop indices.
    public var base: Expression
    public var element: ElementType
    public var extents: [Expression]
    /// Elements from the base, over loop indices and coordinates.
    public var index: Expression
    public var guards: [Condition]
    public var fill: Fill

    /// What a point outside of the guards reads as.
    public enum Fill: String, Sendable { case zero = "0", lowest }

    public init(
        memory: String, instance: Expression? = nil, base: Expression, element: ElementType, extents: [Expression],
        index: Expression, guards: [Condition] = [], fill: Fill = .zero
    ) {
        self.memory = memory; self.instance = instance; self.base = base; self.element = element; self.extents = extents; self.index = index
        self.guards = guards; self.fill = fill
    }

    /// A strided region: `index` is the sum of coordinate × stride.
    public init(
        memory: String, base: Expression, element: ElementType, extents: [Expression], strides: [Int], offset: Expression = 0
    ) {
        var index = offset
        for (dimension, stride) in strides.enumerated() where extents[dimension] != .constant(1) {
            index = index + .coordinate(dimension) * stride
        }
        self.init(memory: memory, base: base, element: element, extents: extents, index: index)
    }

    /// The index of a region whose points lie one after the other, the last dimension fastest: what the text format
    /// leaves out. `nil` when a stride depends on an extent that is no constant, or exceeds 64 bits.
    public static func rowMajorIndex(_ extents: [Expression]) -> Expression? {
        var terms: [Expression] = []
        var stride: Int? = 1
        for (dimension, extent) in extents.enumerated().reversed() where extent != .constant(1) {
            guard let distance = stride else { return nil }
            terms.append(.coordinate(dimension) * distance)
            guard let size = extent.constantValue else { stride = nil; continue }
            let (product, overflow) = distance.multipliedReportingOverflow(by: size)
            stride = overflow ? nil : product
        }
        return terms.reversed().reduce(0, +)
    }
}

/// Elements from one index to the next of a dense tensor, by dimension; `nil` when they exceed 64 bits.
public func rowMajorStrides(_ shape: [Int]) -> [Int]? {
    var strides = shape
    var stride = 1
    for dimension in shape.indices.reversed() {
        strides[dimension] = stride
        if dimension == 0 { break }
        let (product, overflow) = stride.multipliedReportingOverflow(by: shape[dimension])
        if overflow { return nil }
        stride = product
    }
    return strides
}
