import NumberFormats
import OperatorGraph
import Programs

/// Draws programs that use every part of the text format, valid or not.
struct RandomPrograms {
    var random: SeededGenerator
    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    static let names = [
        "k", "n", "x", "min", "max", "true", "where", "dma-in", "core0.mxu", "core*.lif", "a+b", "for", "read", "Conv+Relu", "inf",
        "nan", "", "two words", "quote\"d", "back\\slash", "new\nline", "tab\t", "naïve", "7th", "-", "bell\u{7}", "🚀", "_", "a.", "e5",
    ]
    static let integers = [0, 1, -1, 2, 3, -2, 7, 64, 4096, -576, 1 << 40, Int.max, Int.min, Int.min + 1]

    mutating func name() -> String { random.pick(Self.names) }
    mutating func integer() -> Int { random.flip() ? random.pick(Self.integers) : random.below(100) }

    /// Any tree, those that the operators would simplify included.
    mutating func tree(_ depth: Int) -> Expression {
        switch random.below(depth == 0 ? 3 : 9) {
        case 0: .constant(integer())
        case 1: .variable(name())
        case 2: .coordinate(random.below(4))
        case 3: .sum(tree(depth - 1), tree(depth - 1))
        case 4: .product(tree(depth - 1), integer())
        case 5: .quotient(tree(depth - 1), integer())
        case 6: .remainder(tree(depth - 1), integer())
        case 7: .minimum(tree(depth - 1), tree(depth - 1))
        default: .maximum(tree(depth - 1), tree(depth - 1))
        }
    }

    /// A tree that the operators build, from values small enough not to overflow.
    mutating func built(_ depth: Int) -> Expression {
        let small = [-3, -2, -1, 0, 1, 2, 3, 5, 8]
        switch random.below(depth == 0 ? 3 : 10) {
        case 0: return .constant(random.pick(small))
        case 1: return .variable(random.pick(["i", "j", "k"]))
        case 2: return .coordinate(random.below(3))
        case 3: return built(depth - 1) + built(depth - 1)
        case 4: return built(depth - 1) - built(depth - 1)
        case 5: return built(depth - 1) * random.pick(small)
        case 6: return built(depth - 1) / random.pick([1, 2, 3, 7])
        case 7: return built(depth - 1) % random.pick([1, 2, 3, 7])
        case 8: return .min(built(depth - 1), built(depth - 1))
        default: return .max(built(depth - 1), built(depth - 1))
        }
    }

    mutating func several<Element>(_ limit: Int, _ element: (inout RandomPrograms) -> Element) -> [Element] {
        (0..<random.below(limit + 1)).map { _ in element(&self) }
    }

    mutating func condition() -> Condition { Condition(tree(2), random.pick(Condition.Relation.allCases), tree(2)) }

    mutating func region() -> Region {
        let extents = several(3) { random in random.random.flip() ? .constant(random.random.below(9)) : random.tree(1) }
        let element = random.pick(ElementType.allCases)
        if random.flip(), let index = Region.rowMajorIndex(extents) {
            return Region(memory: name(), base: tree(2), element: element, extents: extents, index: index)
        }
        return Region(
            memory: name(), instance: random.below(4) == 0 ? tree(1) : nil, base: tree(2), element: element, extents: extents,
            index: tree(3), guards: several(2) { $0.condition() }, fill: random.flip() ? .zero : .lowest)
    }

    mutating func statement(_ depth: Int) -> Statement {
        switch random.below(depth == 0 ? 4 : 6) {
        case 0: .acquire(SemaphoreReference(name(), tree(1)), count: random.flip() ? 1 : integer())
        case 1: .release(SemaphoreReference(name()), count: 1, when: random.flip() ? .finished : .operandsRead)
        case 2: .read(symbol: name(), from: region())
        case 3:
            .command(Command(
                name(), operatorIndex: random.flip() ? .constant(random.below(3)) : tree(2), operands: several(3) { Command.Operand($0.name(), $0.region()) },
                attributes: several(2) { Command.Attribute($0.name(), $0.tree(2)) }))
        case 4: .loop(variable: name(), bound: tree(2), body: several(3) { $0.statement(depth - 1) })
        default: .when(several(2) { $0.condition() }, body: several(3) { $0.statement(depth - 1) })
        }
    }

    mutating func float() -> Float {
        switch random.below(6) {
        case 0: random.pick([0, -0.0, .infinity, -.infinity, 1, -1.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1])
        default:
            {
                let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
                return value.isNaN ? 3.25 : value
            }()
        }
    }

    mutating func tensor() -> Tensor {
        let shape = [random.below(3), random.below(4)]
        let count = shape[0] * shape[1]
        func values<Value>(_ value: (UInt64) -> Value) -> [Value] { (0..<count).map { _ in value(random.next()) } }
        let storage: Tensor.Storage =
            switch random.below(12) {
            case 0: .bool(values { $0 & 1 == 0 })
            case 1: .int8(values { Int8(truncatingIfNeeded: $0) })
            case 2: .uint8(values { UInt8(truncatingIfNeeded: $0) })
            case 3: .int16(values { Int16(truncatingIfNeeded: $0) })
            case 4: .uint16(values { UInt16(truncatingIfNeeded: $0) })
            case 5: .int32(values { Int32(truncatingIfNeeded: $0) })
            case 6: .uint32(values { UInt32(truncatingIfNeeded: $0) })
            case 7: .int64(values { Int64(truncatingIfNeeded: $0) })
            case 8: .uint64(values { $0 })
            case 9: .float((0..<count).map { _ in float() })
            case 10: .double((0..<count).map { _ in Double(float()) / 3 })
            default: .string((0..<count).map { _ in name() })
            }
        return Tensor(random.pick(ElementType.allCases), shape, storage)
    }

    mutating func attribute() -> Attribute {
        switch random.below(7) {
        case 0: .int(integer())
        case 1: .float(float())
        case 2: .string(name())
        case 3: .ints(several(3) { $0.integer() })
        case 4: .floats(several(3) { $0.float() })
        case 5: .strings(several(3) { $0.name() })
        default: .tensor(tensor())
        }
    }

    mutating func node() -> Graph.Node {
        var node = Graph.Node(
            name: name(), operation: name(), domain: random.flip() ? "" : name(), version: random.below(30),
            inputs: several(3) { $0.random.flip() ? nil : $0.integer() }, outputs: several(2) { $0.random.flip() ? nil : $0.integer() })
        for _ in 0..<random.below(4) { node.attributes[name()] = attribute() }
        return node
    }

    mutating func program() -> Program {
        Program(
            name: name(), architecture: name(),
            operators: several(2) { random in
                Program.Operator(
                    name: random.name(), type: random.name(), unit: random.random.flip() ? "" : random.name(),
                    macs: random.integer(), notes: random.several(2) { $0.name() })
            },
            tensors: several(3) { random in
                let shape = random.several(3) { $0.random.below(9) }
                return Program.Placement(
                    value: random.integer(), name: random.name(),
                    role: random.random.pick([.input, .parameter, .constant, .output, .intermediate]), memory: random.name(),
                    address: random.integer(), element: random.random.pick(ElementType.allCases), shape: shape,
                    strides: random.random.flip() ? random.several(3) { $0.integer() } : rowMajorStrides(shape) ?? [],
                    tiling: random.random.flip() ? nil : Tiling(random.several(3) { $0.integer() }, by: random.several(3) { $0.several(3) { $0.integer() } }),
                    bytes: random.integer())
            },
            functions: several(2) { random in
                Program.Function(
                    name: random.name(), nodes: random.several(2) { $0.node() }, inputs: random.several(2) { $0.integer() },
                    outputs: random.several(2) { $0.integer() },
                    steps: random.several(2) { Program.Function.Step($0.name(), repeats: $0.integer()) })
            },
            semaphores: several(2) { random in
                Program.Semaphore(
                    name: random.name(), count: random.integer(), initial: random.integer(),
                    meaning: random.random.pick(Program.Semaphore.Meaning.allCases))
            },
            streams: several(2) { random in
                Program.Stream(
                    unit: random.name(), body: random.several(4) { $0.statement(3) },
                    family: random.random.flip() ? nil : Program.Stream.Family(variable: random.name(), count: random.integer()))
            })
    }
}
