import Programs

/// Changes to programs, for tests: what a statement becomes.
extension Program {
    /// The program with statements replaced, innermost first, in streams whose unit `isMeant` accepts.
    func rewriting(_ isMeant: (String) -> Bool = { _ in true }, _ change: (Statement) -> [Statement]) -> Program {
        var result = self
        for index in result.streams.indices where isMeant(result.streams[index].unit) {
            result.streams[index].body = result.streams[index].body.flatMap { Self.rewritten($0, change) }
        }
        return result
    }

    /// The same, for the first statement only that the change makes something else of.
    func rewritingFirst(_ isMeant: (String) -> Bool = { _ in true }, _ change: (Statement) -> [Statement]?) -> Program {
        var isDone = false
        return rewriting(isMeant) { statement in
            guard !isDone, let changed = change(statement), changed != [statement] else { return [statement] }
            isDone = true
            return changed
        }
    }

    private static func rewritten(_ statement: Statement, _ change: (Statement) -> [Statement]) -> [Statement] {
        switch statement {
        case .loop(let variable, let bound, let body): change(.loop(variable: variable, bound: bound, body: body.flatMap { rewritten($0, change) }))
        case .when(let conditions, let body): change(.when(conditions, body: body.flatMap { rewritten($0, change) }))
        default: change(statement)
        }
    }
}

extension Statement {
    /// The command with an operand's region changed; `nil` for other statements.
    func changingOperand(_ name: String, of opcode: String, where isMeant: (Command) -> Bool = { _ in true }, _ change: (inout Region) -> Void) -> [Statement]? {
        guard case .command(var command) = self, command.opcode == opcode, isMeant(command), let place = command.operands.firstIndex(where: { $0.name == name })
        else { return nil }
        change(&command.operands[place].region)
        return [.command(command)]
    }

    func changingAttribute(_ name: String, of opcode: String, to value: Expression) -> [Statement]? {
        guard case .command(var command) = self, command.opcode == opcode, let place = command.attributes.firstIndex(where: { $0.name == name }) else { return nil }
        command.attributes[place].value = value
        return [.command(command)]
    }
}

extension Expression {
    /// The expression with constants replaced.
    func mapConstants(_ change: (Int) -> Int) -> Expression {
        switch self {
        case .constant(let value): .constant(change(value))
        case .variable, .coordinate: self
        case .sum(let a, let b): a.mapConstants(change) + b.mapConstants(change)
        case .product(let a, let factor): a.mapConstants(change) * factor
        case .quotient(let a, let divisor): a.mapConstants(change) / divisor
        case .remainder(let a, let divisor): a.mapConstants(change) % divisor
        case .minimum(let a, let b): .min(a.mapConstants(change), b.mapConstants(change))
        case .maximum(let a, let b): .max(a.mapConstants(change), b.mapConstants(change))
        }
    }

    /// The expression with factors replaced.
    func mapFactors(_ change: (Expression, Int) -> Int) -> Expression {
        switch self {
        case .constant, .variable, .coordinate: self
        case .sum(let a, let b): a.mapFactors(change) + b.mapFactors(change)
        case .product(let a, let factor): a.mapFactors(change) * change(a, factor)
        case .quotient(let a, let divisor): a.mapFactors(change) / divisor
        case .remainder(let a, let divisor): a.mapFactors(change) % divisor
        case .minimum(let a, let b): .min(a.mapFactors(change), b.mapFactors(change))
        case .maximum(let a, let b): .max(a.mapFactors(change), b.mapFactors(change))
        }
    }

    /// What a minimum, or a maximum, bounds: the side that is no constant.
    func withoutClamp(_ clamp: Clamp) -> Expression {
        switch self {
        case .constant, .variable, .coordinate: self
        case .sum(let a, let b): a.withoutClamp(clamp) + b.withoutClamp(clamp)
        case .product(let a, let factor): a.withoutClamp(clamp) * factor
        case .quotient(let a, let divisor): a.withoutClamp(clamp) / divisor
        case .remainder(let a, let divisor): a.withoutClamp(clamp) % divisor
        case .minimum(let a, let b):
            clamp == .minimum ? (a.constantValue == nil ? b : a) : .min(a.withoutClamp(clamp), b.withoutClamp(clamp))
        case .maximum(let a, let b):
            clamp == .maximum ? (a.constantValue == nil ? a : b) : .max(a.withoutClamp(clamp), b.withoutClamp(clamp))
        }
    }

    enum Clamp { case minimum, maximum }

    var isVariable: Bool { if case .variable = self { true } else { false } }
    func isVariable(_ name: String) -> Bool { self == .variable(name) }
}
