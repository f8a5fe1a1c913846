import Programs

/// Expressions of a program, flattened for evaluation in the event loop.
///
/// Nearly all expressions are affine: a constant and a few variable × coefficient terms. The rest run as a short
/// postfix program. An expression is named by its index.
struct ExpressionTable {
    /// Where a stream's variables live: slot by name.
    typealias Scope = [String: Int]

    private struct Entry {
        var constant: Int
        var firstTerm: Int
        var termCount: Int
        /// −1 when the expression is affine.
        var firstStep: Int
        var stepCount: Int
    }
    private struct Term { var slot: Int; var coefficient: Int }
    enum Operation: UInt8 { case constant, slot, coordinate, add, multiply, quotient, remainder, minimum, maximum }
    private struct Step { var operation: Operation; var operand: Int }

    private var entries: [Entry] = []
    private var terms: [Term] = []
    private var steps: [Step] = []

    /// Adds an expression; its variables must be in `scope`. Coordinates compile to lookups behind the variables.
    mutating func add(_ expression: Expression, scope: Scope) throws(SimulationError) -> Int {
        var constant = 0
        var collected: [Int: Int] = [:]
        if try Self.collectAffine(expression, 1, scope, &constant, &collected) {
            let first = terms.count
            for slot in collected.keys.sorted() where collected[slot] != 0 {
                terms.append(Term(slot: slot, coefficient: collected[slot] ?? 0))
            }
            entries.append(
                Entry(constant: constant, firstTerm: first, termCount: terms.count - first, firstStep: -1, stepCount: 0))
        } else {
            let first = steps.count
            try emit(expression, scope)
            entries.append(Entry(constant: 0, firstTerm: 0, termCount: 0, firstStep: first, stepCount: steps.count - first))
        }
        return entries.count - 1
    }

    @inline(__always)
    func evaluate(_ index: Int, _ variables: UnsafeMutablePointer<Int>) -> Int {
        let entry = entries[index]
        if entry.firstStep < 0 {
            var value = entry.constant
            for term in entry.firstTerm..<(entry.firstTerm + entry.termCount) {
                value &+= variables[terms[term].slot] &* terms[term].coefficient
            }
            return value
        }
        return run(entry.firstStep, entry.stepCount, variables, nil)
    }

    /// Value at a point: coordinates are read from `coordinates`.
    func evaluate(_ index: Int, _ variables: UnsafeMutablePointer<Int>, at coordinates: UnsafePointer<Int>) -> Int {
        let entry = entries[index]
        if entry.firstStep < 0 { return evaluate(index, variables) }
        return run(entry.firstStep, entry.stepCount, variables, coordinates)
    }

    // MARK: What the analyses of fast-forward look at

    /// Whether the value depends on a variable.
    func mentions(_ index: Int, slot: Int) -> Bool {
        var found = false
        if isAffine(index) {
            forEachTerm(index) { term, coefficient in if term == slot, coefficient != 0 { found = true } }
        } else {
            forEachStep(index) { operation, operand in if operation == .slot, operand == slot { found = true } }
        }
        return found
    }

    func isAffine(_ index: Int) -> Bool { entries[index].firstStep < 0 }
    func constantTerm(_ index: Int) -> Int { entries[index].constant }
    func stepCount(_ index: Int) -> Int { entries[index].stepCount }

    /// Coefficient of a variable in an affine expression.
    func coefficient(_ index: Int, ofSlot slot: Int) -> Int {
        let entry = entries[index]
        for term in entry.firstTerm..<(entry.firstTerm + entry.termCount) where terms[term].slot == slot { return terms[term].coefficient }
        return 0
    }

    @inline(__always)
    func forEachTerm(_ index: Int, _ body: (_ slot: Int, _ coefficient: Int) -> Void) {
        let entry = entries[index]
        for term in entry.firstTerm..<(entry.firstTerm + entry.termCount) { body(terms[term].slot, terms[term].coefficient) }
    }

    @inline(__always)
    func forEachStep(_ index: Int, _ body: (_ operation: Operation, _ operand: Int) -> Void) {
        let entry = entries[index]
        for step in entry.firstStep..<(entry.firstStep + entry.stepCount) { body(steps[step].operation, steps[step].operand) }
    }

    func constantValue(_ index: Int) -> Int? {
        let entry = entries[index]
        return entry.firstStep < 0 && entry.termCount == 0 ? entry.constant : nil
    }

    private func run(
        _ first: Int, _ count: Int, _ variables: UnsafeMutablePointer<Int>, _ coordinates: UnsafePointer<Int>?
    ) -> Int {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { stack in
            var top = 0
            for position in first..<(first + count) {
                let step = steps[position]
                switch step.operation {
                case .constant: stack[top] = step.operand; top += 1
                case .slot: stack[top] = variables[step.operand]; top += 1
                case .coordinate: stack[top] = coordinates?[step.operand] ?? 0; top += 1
                case .add: top -= 1; stack[top - 1] &+= stack[top]
                case .multiply: stack[top - 1] &*= step.operand
                case .quotient: stack[top - 1] = floorDivide(stack[top - 1], step.operand)
                case .remainder: stack[top - 1] -= floorDivide(stack[top - 1], step.operand) * step.operand
                case .minimum: top -= 1; stack[top - 1] = min(stack[top - 1], stack[top])
                case .maximum: top -= 1; stack[top - 1] = max(stack[top - 1], stack[top])
                }
            }
            return stack[0]
        }
    }

    private static func collectAffine(
        _ expression: Expression, _ factor: Int, _ scope: Scope, _ constant: inout Int, _ terms: inout [Int: Int]
    ) throws(SimulationError) -> Bool {
        switch expression {
        case .constant(let value):
            constant &+= value &* factor
            return true
        case .variable(let name):
            guard let slot = scope[name] else { throw .invalidProgram("\(name) is used outside of the loop that defines it") }
            terms[slot, default: 0] += factor
            return true
        case .sum(let a, let b):
            guard try collectAffine(a, factor, scope, &constant, &terms) else { return false }
            return try collectAffine(b, factor, scope, &constant, &terms)
        case .product(let a, let multiplier):
            return try collectAffine(a, factor &* multiplier, scope, &constant, &terms)
        default: return false
        }
    }

    private mutating func emit(_ expression: Expression, _ scope: Scope) throws(SimulationError) {
        switch expression {
        case .constant(let value): steps.append(Step(operation: .constant, operand: value))
        case .coordinate(let index): steps.append(Step(operation: .coordinate, operand: index))
        case .variable(let name):
            guard let slot = scope[name] else { throw .invalidProgram("\(name) is used outside of the loop that defines it") }
            steps.append(Step(operation: .slot, operand: slot))
        case .sum(let a, let b): try emit(a, scope); try emit(b, scope); steps.append(Step(operation: .add, operand: 0))
        case .product(let a, let factor): try emit(a, scope); steps.append(Step(operation: .multiply, operand: factor))
        case .quotient(let a, let divisor): try emit(a, scope); steps.append(Step(operation: .quotient, operand: divisor))
        case .remainder(let a, let divisor): try emit(a, scope); steps.append(Step(operation: .remainder, operand: divisor))
        case .minimum(let a, let b): try emit(a, scope); try emit(b, scope); steps.append(Step(operation: .minimum, operand: 0))
        case .maximum(let a, let b): try emit(a, scope); try emit(b, scope); steps.append(Step(operation: .maximum, operand: 0))
        }
    }
}
