import NumberFormats
import Programs

/// A program as flat arrays: what the event loop walks.
struct CompiledProgram {
    struct Instruction {
        enum Code: UInt8 { case loop, endLoop, when, acquire, release, read, command, end }
        var code: Code
        /// loop, endLoop: variable slot. acquire, release: index of the first semaphore of the array. command, read: index.
        var a: Int = 0
        /// loop: bound expression. acquire, release: index expression. when: first condition.
        var b: Int = 0
        /// loop, when: where to go on. endLoop: the loop. acquire, release: count.
        var c: Int = 0
        /// when: number of conditions. release: 1 when operands are read. acquire, release: size of the array.
        var d: Int = 0
        /// release: 1 to give as soon as operands are read.
        var e: Int = 0
    }

    struct Stream {
        var unit: Int
        var first: Int
        /// pc of the loop whose variable a slot is.
        var slots: Int
    }

    struct ConditionCode { var left: Int; var relation: Condition.Relation; var right: Int }

    struct CompiledRegion {
        var memory: Int
        var base: Int
        var element: ElementType
        var extents: [Int]
        var index: Int
        var guards: [ConditionCode]
        var fill: Region.Fill
        /// Elements per step along each dimension when the index is affine in the coordinates.
        var strides: [Int]?
        /// The part of the index without coordinates.
        var offset: Int
        /// Place in `implicitOperands` of an operand of a matmul whose index is not affine, −1 for others.
        var implicit = -1
        /// Place in `shapes` of the region of a copy whose extents are constant, −1 for others.
        var shape = -1
    }

    struct CompiledCommand {
        var opcode: Opcode
        /// Expression of the operator's index.
        var operatorIndex: Int
        var operandNames: [String]
        var operands: [CompiledRegion]
        var attributeNames: [String]
        var attributes: [Int]
        /// Memories of the operands that have few ports: a range of `portMemories`.
        var ports: Range<Int>
        /// Operands are left, right and out, of two dimensions each, as a matmul's are.
        var isMatrixProduct: Bool
        /// One of the first two is not affine and lies in banks.
        var hasImplicitOperands: Bool { isMatrixProduct && (operands[0].implicit >= 0 || operands[1].implicit >= 0) }
        /// Attributes of a matmul, −1 when it has none.
        var accumulate: Int
        var keep: Int

        func attribute(_ name: String) -> Int? { attributeNames.firstIndex(of: name).map { attributes[$0] } }
        func operand(_ name: String) -> Int? { operandNames.firstIndex(of: name) }
    }

    enum Opcode: String { case matmul, copy, gather, apply }

    var instructions: [Instruction] = []
    /// Slots of the loops around each instruction, innermost last, one instruction behind the other.
    private(set) var enclosingSlots: [Int] = []
    /// Where those of each instruction begin, and the end.
    private var enclosingFirst: [Int] = [0]
    /// How many loops around each instruction are within one operator: loops over layers do not count.
    private(set) var operatorLoops: [Int] = []
    var streams: [Stream] = []
    var conditions: [ConditionCode] = []
    var commands: [CompiledCommand] = []
    /// Memories with few ports, by operand, one command behind the other.
    private(set) var portMemories: [Int] = []
    /// Regions of copies as DMA engines walk them, at address 0.
    private(set) var shapes: [TransferShape] = []
    var implicitOperands: [ImplicitOperand] = []
    var reads: [CompiledRegion] = []
    var expressions = ExpressionTable()
    var semaphoreFirst: [String: Int] = [:]
    private var semaphoreSize: [String: Int] = [:]
    var semaphoreNames: [String] = []
    var semaphoreInitial: [Int] = []
    var semaphoreMeaning: [Program.Semaphore.Meaning] = []

    /// Which unit may acquire which semaphores, one entry for each place in a stream; only on request.
    private(set) var acquisitions: [(unit: Int, semaphores: Range<Int>)] = []
    private let listsAcquisitions: Bool

    init(_ program: Program, machine: Machine, listsAcquisitions: Bool = false) throws(SimulationError) {
        self.listsAcquisitions = listsAcquisitions
        for semaphore in program.semaphores {
            guard semaphoreFirst[semaphore.name] == nil else { throw .invalidProgram("semaphore \(semaphore.name) is declared twice") }
            semaphoreFirst[semaphore.name] = semaphoreInitial.count
            semaphoreSize[semaphore.name] = semaphore.count
            for index in 0..<semaphore.count {
                semaphoreNames.append(semaphore.count == 1 ? semaphore.name : "\(semaphore.name)[\(index)]")
                semaphoreInitial.append(semaphore.initial)
                semaphoreMeaning.append(semaphore.meaning)
            }
        }
        for stream in program.unfolded.streams {
            guard let unit = machine.unitIndex[stream.unit] else {
                throw .unsupported("\(program.name) has commands for \(stream.unit), which \(program.architecture) does not have")
            }
            guard !streams.contains(where: { $0.unit == unit }) else {
                throw .invalidProgram("two streams for unit \(stream.unit)")
            }
            var builder = StreamBuilder(first: instructions.count, unit: unit, machine: machine)
            try builder.add(stream.body, to: &self, program: program)
            builder.emit(Instruction(code: .end), to: &self)
            countOperatorLoops(from: builder.first)
            streams.append(Stream(unit: unit, first: builder.first, slots: max(1, builder.mostSlots)))
        }
    }

    /// A loop whose commands serve another operator in each iteration goes over layers.
    private mutating func countOperatorLoops(from first: Int) {
        var depth = 0
        var counts: [Bool] = []
        for pc in first..<instructions.count {
            switch instructions[pc].code {
            case .loop:
                operatorLoops.append(depth)
                let body = (pc + 1)..<(instructions[pc].c - 1)
                let slot = instructions[pc].a
                let isOverLayers = body.contains {
                    instructions[$0].code == .command && expressions.mentions(commands[instructions[$0].a].operatorIndex, slot: slot)
                }
                counts.append(!isOverLayers)
                if !isOverLayers { depth += 1 }
            case .endLoop:
                operatorLoops.append(depth)
                if counts.popLast() == true { depth -= 1 }
            default: operatorLoops.append(depth)
            }
        }
    }

    /// Places in `enclosingSlots` of the loops around an instruction.
    @inline(__always)
    func enclosing(_ pc: Int) -> Range<Int> { enclosingFirst[pc]..<enclosingFirst[pc + 1] }

    /// Walks the statements of one stream.
    private struct StreamBuilder {
        var first: Int
        var unit: Int
        var machine: Machine
        var scope: ExpressionTable.Scope = [:]
        var active: [Int] = []
        /// Values that a loop's index takes at most, by slot; `nil` where nothing is known.
        var ranges: [ClosedRange<Int>?] = []
        var nextSlot = 0
        var mostSlots = 0

        init(first: Int, unit: Int, machine: Machine) { self.first = first; self.unit = unit; self.machine = machine }

        mutating func emit(_ instruction: Instruction, to code: inout CompiledProgram) {
            code.instructions.append(instruction)
            code.enclosingSlots += active
            code.enclosingFirst.append(code.enclosingSlots.count)
        }

        mutating func add(_ body: [Statement], to code: inout CompiledProgram, program: Program) throws(SimulationError) {
            for statement in body {
                switch statement {
                case .loop(let variable, let bound, let inner):
                    let boundIndex = try code.expressions.add(bound, scope: scope)
                    let slot = nextSlot
                    nextSlot += 1
                    mostSlots = max(mostSlots, nextSlot)
                    ranges.append(code.expressions.indexRange(ofLoopTo: boundIndex, ranges))
                    let begin = code.instructions.count
                    emit(Instruction(code: .loop, a: slot, b: boundIndex), to: &code)
                    let shadowed = scope.updateValue(slot, forKey: variable)
                    active.append(slot)
                    try add(inner, to: &code, program: program)
                    emit(Instruction(code: .endLoop, a: slot, c: begin), to: &code)
                    active.removeLast()
                    ranges.removeSubrange(slot...)
                    scope[variable] = shadowed
                    nextSlot -= 1
                    code.instructions[begin].c = code.instructions.count
                case .when(let conditions, let inner):
                    let firstCondition = code.conditions.count
                    for condition in conditions { code.conditions.append(try code.compile(condition, scope: scope)) }
                    let begin = code.instructions.count
                    emit(Instruction(code: .when, b: firstCondition, d: conditions.count), to: &code)
                    try add(inner, to: &code, program: program)
                    code.instructions[begin].c = code.instructions.count
                case .acquire(let reference, let count):
                    let instruction = try code.semaphoreInstruction(.acquire, reference, count, scope, program)
                    if code.listsAcquisitions { code.acquisitions.append((unit, code.semaphores(of: instruction, ranges))) }
                    emit(instruction, to: &code)
                case .release(let reference, let count, let when):
                    var instruction = try code.semaphoreInstruction(.release, reference, count, scope, program)
                    instruction.e = when == .operandsRead ? 1 : 0
                    emit(instruction, to: &code)
                case .read(let symbol, let region):
                    let compiled = try code.compile(region, scope: scope, machine: machine)
                    code.reads.append(compiled)
                    let slot = nextSlot
                    nextSlot += 1
                    mostSlots = max(mostSlots, nextSlot)
                    ranges.append(nil)
                    scope[symbol] = slot
                    emit(Instruction(code: .read, a: slot, b: code.reads.count - 1), to: &code)
                case .command(let command):
                    var compiled = try code.compile(command, scope: scope, machine: machine, program: program)
                    if let foreign = compiled.operands.first(where: { !machine.units[unit].isConnected[$0.memory] }) {
                        throw .unsupported("\(machine.units[unit].name) neither reads nor writes \(machine.memories[foreign.memory].name)")
                    }
                    if compiled.opcode == .matmul, case .systolicArray(let array) = machine.units[unit].kind {
                        try code.separateImplicitOperands(
                            of: command, compiled: &compiled, dataflow: array.dataflow, scope: scope, ranges: ranges, machine: machine)
                    }
                    code.commands.append(compiled)
                    emit(Instruction(code: .command, a: code.commands.count - 1), to: &code)
                }
            }
        }
    }

    private mutating func semaphoreInstruction(
        _ code: Instruction.Code, _ reference: SemaphoreReference, _ count: Int, _ scope: ExpressionTable.Scope,
        _ program: Program
    ) throws(SimulationError) -> Instruction {
        guard let first = semaphoreFirst[reference.name] else {
            throw .invalidProgram("semaphore \(reference.name) is not declared")
        }
        let size = semaphoreSize[reference.name] ?? 1
        return Instruction(
            code: code, a: first, b: try expressions.add(reference.index, scope: scope), c: count, d: size)
    }

    /// Semaphores of an array that an instruction may mean while loop indices stay in their ranges.
    private func semaphores(of instruction: Instruction, _ ranges: [ClosedRange<Int>?]) -> Range<Int> {
        let index = expressions.value(instruction.b, under: IndexShift(ranges))
        guard index.isBounded, index.low <= index.high else { return instruction.a..<(instruction.a + instruction.d) }
        let low = min(max(0, index.low), instruction.d), high = min(max(low, index.high + 1), instruction.d)
        return (instruction.a + low)..<(instruction.a + high)
    }

    private mutating func compile(_ condition: Condition, scope: ExpressionTable.Scope) throws(SimulationError) -> ConditionCode {
        ConditionCode(
            left: try expressions.add(condition.left, scope: scope), relation: condition.relation,
            right: try expressions.add(condition.right, scope: scope))
    }

    private mutating func compile(
        _ region: Region, scope: ExpressionTable.Scope, machine: Machine
    ) throws(SimulationError) -> CompiledRegion {
        guard let memory = machine.memoryIndex[region.memory] else {
            throw .unsupported("the program uses memory \(region.memory), which the machine does not have")
        }
        var extents: [Int] = []
        for extent in region.extents { extents.append(try expressions.add(extent, scope: scope)) }
        var guards: [ConditionCode] = []
        for condition in region.guards { guards.append(try compile(condition, scope: scope)) }
        let (strides, offset) = region.index.affineCoordinates(rank: region.extents.count)
        return CompiledRegion(
            memory: memory, base: try expressions.add(region.base, scope: scope), element: region.element, extents: extents,
            index: try expressions.add(region.index, scope: scope), guards: guards, fill: region.fill, strides: strides,
            offset: try expressions.add(offset, scope: scope))
    }

    private mutating func constantShape(of region: CompiledRegion) -> Int {
        guard let strides = region.strides, region.guards.isEmpty else { return -1 }
        let extents = region.extents.compactMap { expressions.constantValue($0) }
        guard extents.count == region.extents.count else { return -1 }
        shapes.append(TransferShape(address: 0, extents: extents, strides: strides, bits: region.element.bits))
        return shapes.count - 1
    }

    private mutating func compile(
        _ command: Command, scope: ExpressionTable.Scope, machine: Machine, program: Program
    ) throws(SimulationError) -> CompiledCommand {
        guard let opcode = Opcode(rawValue: command.opcode) else {
            throw .unsupported("no unit of this simulator executes \"\(command.opcode)\" commands")
        }
        if let index = command.operatorIndex.constantValue, !program.operators.indices.contains(index) {
            throw .invalidProgram("a \(command.opcode) command names operator \(index), which is not declared")
        }
        var operands: [CompiledRegion] = []
        for operand in command.operands {
            var region = try compile(operand.region, scope: scope, machine: machine)
            if opcode == .copy { region.shape = constantShape(of: region) }
            operands.append(region)
        }
        var attributes: [Int] = []
        for attribute in command.attributes { attributes.append(try expressions.add(attribute.value, scope: scope)) }
        let firstPort = portMemories.count
        for operand in operands where machine.memories[operand.memory].ports != Int.max { portMemories.append(operand.memory) }
        let names = command.operands.map(\.name)
        let attributeNames = command.attributes.map(\.name)
        func attribute(_ name: String) -> Int { attributeNames.firstIndex(of: name).map { attributes[$0] } ?? -1 }
        return CompiledCommand(
            opcode: opcode, operatorIndex: try expressions.add(command.operatorIndex, scope: scope), operandNames: names, operands: operands,
            attributeNames: attributeNames, attributes: attributes, ports: firstPort..<portMemories.count,
            isMatrixProduct: names == ["left", "right", "out"] && operands.allSatisfy { $0.extents.count == 2 },
            accumulate: attribute("accumulate"), keep: attribute("keep"))
    }
}

extension Expression {
    /// Coordinate strides and the rest of the expression, when it is affine in the coordinates: `nil` strides otherwise.
    func affineCoordinates(rank: Int) -> (strides: [Int]?, offset: Expression) {
        var strides = [Int](repeating: 0, count: rank)
        var rest: Expression = 0
        func walk(_ expression: Expression, _ factor: Int) -> Bool {
            switch expression {
            case .coordinate(let index):
                guard index < rank else { return false }
                strides[index] += factor
                return true
            case .sum(let a, let b): return walk(a, factor) && walk(b, factor)
            case .product(let a, let multiplier): return walk(a, factor * multiplier)
            default:
                guard !expression.mentionsCoordinates else { return false }
                rest = rest + expression * factor
                return true
            }
        }
        return walk(self, 1) ? (strides, rest) : (nil, .constant(0))
    }

    var mentionsCoordinates: Bool {
        switch self {
        case .constant, .variable: false
        case .coordinate: true
        case .product(let a, _), .quotient(let a, _), .remainder(let a, _): a.mentionsCoordinates
        case .sum(let a, let b), .minimum(let a, let b), .maximum(let a, let b): a.mentionsCoordinates || b.mentionsCoordinates
        }
    }
}
