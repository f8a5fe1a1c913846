import Programs

/// A number for the form of statements: equal for texts that differ only in constants and in their operators' semaphores.
struct StatementSignature {
    /// What a semaphore is called within its operator.
    let shortName: (String) -> String
    private var hasher = Hasher()

    init(shortName: @escaping (String) -> String) { self.shortName = shortName }

    var value: Int { hasher.finalize() }

    mutating func add(_ text: String) { hasher.combine(text) }

    mutating func add(_ body: [Statement]) {
        hasher.combine(body.count)
        for statement in body { add(statement) }
    }

    private mutating func add(_ statement: Statement) {
        switch statement {
        case .loop(let variable, let bound, let body):
            hasher.combine(0)
            hasher.combine(variable)
            hasher.combine(bound.constantValue ?? 0)
            add(bound)
            add(body)
        case .when(let conditions, let body):
            hasher.combine(1)
            for condition in conditions { add(condition.left); hasher.combine(condition.relation); add(condition.right) }
            add(body)
        case .acquire(let reference, let count):
            hasher.combine(2)
            hasher.combine(shortName(reference.name))
            hasher.combine(count)
        case .release(let reference, let count, let time):
            hasher.combine(3)
            hasher.combine(shortName(reference.name))
            hasher.combine(count)
            hasher.combine(time)
        case .read(let symbol, let region):
            hasher.combine(4)
            hasher.combine(symbol)
            add(region)
        case .command(let command):
            hasher.combine(5)
            hasher.combine(command.opcode)
            for operand in command.operands { hasher.combine(operand.name); add(operand.region) }
            for attribute in command.attributes { hasher.combine(attribute.name) }
        }
    }

    private mutating func add(_ region: Region) {
        hasher.combine(region.memory)
        hasher.combine(region.element)
        hasher.combine(region.fill)
        // Sizes are part of what an operator does; where its operands lie is not.
        for extent in region.extents { hasher.combine(extent.constantValue ?? -1) }
        add(region.index)
        hasher.combine(region.guards.count)
    }

    private mutating func add(_ expression: Expression) {
        switch expression {
        case .constant: break
        case .variable(let name): hasher.combine(name)
        case .coordinate(let index): hasher.combine(index)
        case .product(let a, let factor): hasher.combine(factor); add(a)
        case .quotient(let a, let divisor): hasher.combine(~divisor); add(a)
        case .remainder(let a, let divisor): hasher.combine(-divisor); add(a)
        case .sum(let a, .constant): add(a)
        case .sum(let a, let b), .minimum(let a, let b), .maximum(let a, let b): add(a); add(b)
        }
    }
}
