import Architecture
import Programs

/// An operand of a product whose addresses are not affine in its coordinates, such as the windows of an implicit im2col, taken
/// apart for the counting of its bank conflicts.
///
/// The index of element ($0, $1) of such an operand is a part that depends on $0, one that depends on $1, and a rest; so is
/// each guard. Which elements of a vector share a bank then depends on few things: where in a line the vector begins, and
/// which of its elements the guards leave.
struct ImplicitOperand {
    /// What of an expression depends on which coordinate: places in the table of expressions.
    struct Parts {
        var along: (first: Int, second: Int)
        var rest: Int

        @inline(__always)
        subscript(dimension: Int) -> Int { dimension == 0 ? along.first : along.second }
    }

    struct Guard {
        var parts: Parts
        var relation: Condition.Relation
        /// Both sides, for points that are looked at one by one.
        var left: Int
        var right: Int
    }

    var index: Parts
    var wholeIndex: Int
    var base: Int
    var elementBits: Int
    var guards: [Guard]
    /// False when something depends on both coordinates together: every vector is then counted by itself.
    var isSeparable: Bool
    /// The dimension in which the array takes vectors one after the other.
    var vectorDimension: Int
    /// The dimension along which the memory is read: across the vectors, or along them when only elements there are
    /// neighbours in memory. A loader then reads those and turns the block.
    var readDimension: Int
    /// Variables that the index, the guards or the base mention, by slot.
    var slots: [Int]
    /// Figures of the memory.
    var banks: Int
    var lineBits: Int

    /// True when the block is turned between memory and array.
    var isTurned: Bool { readDimension == vectorDimension }

    /// The most cycles that elements within `span` of each other take: their lines are neighbours at worst.
    func mostCycles(span: Int) -> Int {
        guard span >= 0, span < Int.max >> 8 else { return Int.max }
        return ceilingDivide(((span + 1) * elementBits - 2 + lineBits) / lineBits + 1, banks)
    }
}

extension CompiledProgram {
    /// Takes the operands of a matmul apart that are not affine, lie in banks, and may meet in one.
    mutating func separateImplicitOperands(
        of command: Command, compiled: inout CompiledCommand, dataflow: Dataflow, scope: ExpressionTable.Scope,
        ranges: [ClosedRange<Int>?], machine: Machine
    ) throws(SimulationError) {
        guard compiled.isMatrixProduct else { return }
        for position in 0..<2 where compiled.operands[position].strides == nil {
            guard !machine.memories[compiled.operands[position].memory].isDRAM else { continue }
            // Vectors follow each other along k in an output-stationary array, and where they load what stays.
            let vectorDimension: Int =
                switch (dataflow, position) {
                case (.weightStationary, _): 0
                case (.inputStationary, _), (.outputStationary, 0): 1
                case (.outputStationary, _): 0
                }
            let operand = try implicitOperand(
                command.operands[position].region, compiled.operands[position], vectorDimension: vectorDimension, scope: scope,
                memory: machine.memories[compiled.operands[position].memory])
            if operand.isConflictFree(compiled.operands[position].extents, ranges, expressions) { continue }
            compiled.operands[position].implicit = implicitOperands.count
            implicitOperands.append(operand)
        }
    }

    private mutating func implicitOperand(
        _ region: Region, _ compiled: CompiledRegion, vectorDimension: Int, scope: ExpressionTable.Scope,
        memory: Machine.MemoryPart
    ) throws(SimulationError) -> ImplicitOperand {
        var isSeparable = true
        let index = try separate(region.index, scope, &isSeparable)
        var guards: [ImplicitOperand.Guard] = []
        for (condition, code) in zip(region.guards, compiled.guards) {
            guards.append(
                .init(
                    parts: try separate(condition.left - condition.right, scope, &isSeparable), relation: condition.relation, left: code.left,
                    right: code.right))
        }
        var slots: Set<Int> = []
        for expression in [compiled.index, compiled.base] + compiled.guards.flatMap({ [$0.left, $0.right] }) {
            expressions.forEachSlot(expression) { slots.insert($0) }
        }
        // Asked of the first block, where every variable is 0.
        var zeros = [Int](repeating: 0, count: (slots.max() ?? 0) + 1)
        func areNeighbours(along dimension: Int) -> Bool {
            zeros.withUnsafeMutableBufferPointer { variables in
                guard let variables = variables.baseAddress else { return false }
                let next = expressions.evaluate(compiled.index, variables, at: dimension == 0 ? [1, 0] : [0, 1])
                return next &- expressions.evaluate(compiled.index, variables, at: [0, 0]) == 1
            }
        }
        let across = 1 - vectorDimension
        let isTurned = !areNeighbours(along: across) && areNeighbours(along: vectorDimension)
        return ImplicitOperand(
            index: index, wholeIndex: compiled.index, base: compiled.base, elementBits: compiled.element.bits, guards: guards,
            isSeparable: isSeparable, vectorDimension: vectorDimension, readDimension: isTurned ? vectorDimension : across,
            slots: slots.sorted(), banks: max(1, memory.banks), lineBits: 8 * max(1, memory.bankWidth))
    }

    private mutating func separate(
        _ expression: Expression, _ scope: ExpressionTable.Scope, _ isSeparable: inout Bool
    ) throws(SimulationError) -> ImplicitOperand.Parts {
        var parts: [Expression] = [0, 0, 0]
        expression.forEachSummand { summand, factor in
            switch (summand.mentions(coordinate: 0), summand.mentions(coordinate: 1)) {
            case (true, true): isSeparable = false
            case (true, false): parts[0] = parts[0] + summand * factor
            case (false, true): parts[1] = parts[1] + summand * factor
            case (false, false): parts[2] = parts[2] + summand * factor
            }
        }
        return ImplicitOperand.Parts(
            along: (try expressions.add(parts[0], scope: scope), try expressions.add(parts[1], scope: scope)),
            rest: try expressions.add(parts[2], scope: scope))
    }
}

extension Expression {
    /// Visits the terms of a sum with their constant factors.
    func forEachSummand(_ factor: Int = 1, _ body: (_ summand: Expression, _ factor: Int) -> Void) {
        switch self {
        case .sum(let a, let b):
            a.forEachSummand(factor, body)
            b.forEachSummand(factor, body)
        case .product(let a, let multiplier): a.forEachSummand(factor &* multiplier, body)
        default: body(self, factor)
        }
    }

    func mentions(coordinate: Int) -> Bool {
        switch self {
        case .constant, .variable: false
        case .coordinate(let index): index == coordinate
        case .product(let a, _), .quotient(let a, _), .remainder(let a, _): a.mentions(coordinate: coordinate)
        case .sum(let a, let b), .minimum(let a, let b), .maximum(let a, let b):
            a.mentions(coordinate: coordinate) || b.mentions(coordinate: coordinate)
        }
    }
}

extension ExpressionTable {
    /// Values of the index of a loop that runs to a bound.
    func indexRange(ofLoopTo bound: Int, _ ranges: [ClosedRange<Int>?]) -> ClosedRange<Int>? {
        let value = value(bound, under: IndexShift(ranges))
        return value.isBounded && value.high < Int.max >> 1 ? 0...max(0, value.high - 1) : nil
    }

    func forEachSlot(_ index: Int, _ body: (Int) -> Void) {
        if isAffine(index) {
            forEachTerm(index) { slot, _ in body(slot) }
        } else {
            forEachStep(index) { operation, operand in if operation == .slot { body(operand) } }
        }
    }

    /// Smallest and largest value while both coordinates stay in a range: by interval arithmetic, never too narrow.
    func range(_ index: Int, _ variables: UnsafeMutablePointer<Int>, coordinates: ClosedRange<Int>) -> (low: Int, high: Int) {
        if isAffine(index) {
            let value = evaluate(index, variables)
            return (value, value)
        }
        return withUnsafeTemporaryAllocation(of: (low: Int, high: Int).self, capacity: stepCount(index)) { stack in
            var top = 0
            forEachStep(index) { operation, operand in
                switch operation {
                case .constant: stack[top] = (operand, operand); top += 1
                case .slot: stack[top] = (variables[operand], variables[operand]); top += 1
                case .coordinate: stack[top] = (coordinates.lowerBound, coordinates.upperBound); top += 1
                case .add: top -= 1; stack[top - 1] = (stack[top - 1].low &+ stack[top].low, stack[top - 1].high &+ stack[top].high)
                case .minimum: top -= 1; stack[top - 1] = (min(stack[top - 1].low, stack[top].low), min(stack[top - 1].high, stack[top].high))
                case .maximum: top -= 1; stack[top - 1] = (max(stack[top - 1].low, stack[top].low), max(stack[top - 1].high, stack[top].high))
                case .multiply:
                    let (a, b) = (stack[top - 1].low &* operand, stack[top - 1].high &* operand)
                    stack[top - 1] = (min(a, b), max(a, b))
                case .quotient: stack[top - 1] = (floorDivide(stack[top - 1].low, operand), floorDivide(stack[top - 1].high, operand))
                case .remainder:
                    let (a, b) = (floorDivide(stack[top - 1].low, operand), floorDivide(stack[top - 1].high, operand))
                    stack[top - 1] = a == b ? (stack[top - 1].low &- a &* operand, stack[top - 1].high &- a &* operand) : (0, operand - 1)
                }
            }
            return stack[0]
        }
    }
}
