import Programs

/// Makes one text of several that differ only in numbers which go up evenly: the k-th text is the result with `variable` = k.
///
/// Numbers stand for addresses, operators, functions and semaphore indices. Everything else must be equal. Products, divisors,
/// counts and element formats are part of the form.
struct StatementFolding {
    let variable: Expression
    /// Joins references to semaphores of different names; equal names are joined here.
    var semaphore: ([SemaphoreReference]) -> (name: String, offset: Expression)? = { _ in nil }
    /// Joins memories of different names.
    var memory: ([Region]) -> (name: String, instance: Expression)? = { _ in nil }

    func fold(_ texts: [[Statement]]) -> [Statement]? {
        guard let first = texts.first, texts.allSatisfy({ $0.count == first.count }) else { return nil }
        var result: [Statement] = []
        result.reserveCapacity(first.count)
        for position in first.indices {
            guard let statement = fold(texts.map { $0[position] }) else { return nil }
            result.append(statement)
        }
        return result
    }

    func fold(_ statements: [Statement]) -> Statement? {
        switch statements[0] {
        case .loop(let variable, _, _):
            var bounds: [Expression] = []
            var bodies: [[Statement]] = []
            for case .loop(variable, let bound, let body) in statements { bounds.append(bound); bodies.append(body) }
            guard bodies.count == statements.count, let bound = fold(bounds), let body = fold(bodies) else { return nil }
            return .loop(variable: variable, bound: bound, body: body)
        case .when(let conditions, _):
            var all: [[Condition]] = []
            var bodies: [[Statement]] = []
            for case .when(let other, let body) in statements where other.count == conditions.count { all.append(other); bodies.append(body) }
            guard bodies.count == statements.count, let folded = fold(all), let body = fold(bodies) else { return nil }
            return .when(folded, body: body)
        case .acquire(_, let count):
            var references: [SemaphoreReference] = []
            for case .acquire(let reference, count) in statements { references.append(reference) }
            guard references.count == statements.count, let reference = fold(references) else { return nil }
            return .acquire(reference, count: count)
        case .release(_, let count, let time):
            var references: [SemaphoreReference] = []
            for case .release(let reference, count, time) in statements { references.append(reference) }
            guard references.count == statements.count, let reference = fold(references) else { return nil }
            return .release(reference, count: count, when: time)
        case .read(let symbol, _):
            var regions: [Region] = []
            for case .read(symbol, let region) in statements { regions.append(region) }
            guard regions.count == statements.count, let region = fold(regions) else { return nil }
            return .read(symbol: symbol, from: region)
        case .command:
            var commands: [Command] = []
            for case .command(let command) in statements { commands.append(command) }
            guard commands.count == statements.count, let command = fold(commands) else { return nil }
            return .command(command)
        }
    }

    private func fold(_ commands: [Command]) -> Command? {
        var result = commands[0]
        let operands = result.operands.map(\.name)
        let attributes = result.attributes.map(\.name)
        guard
            commands.allSatisfy({ $0.opcode == result.opcode && $0.operands.map(\.name) == operands && $0.attributes.map(\.name) == attributes }),
            let served = fold(commands.map(\.operatorIndex))
        else { return nil }
        result.operatorIndex = served
        for position in result.operands.indices {
            guard let region = fold(commands.map { $0.operands[position].region }) else { return nil }
            result.operands[position].region = region
        }
        for position in result.attributes.indices {
            guard let value = fold(commands.map { $0.attributes[position].value }) else { return nil }
            result.attributes[position].value = value
        }
        return result
    }

    private func fold(_ references: [SemaphoreReference]) -> SemaphoreReference? {
        guard let index = fold(references.map(\.index)) else { return nil }
        let name = references[0].name
        if references.allSatisfy({ $0.name == name }) { return SemaphoreReference(name, index) }
        guard let joined = semaphore(references) else { return nil }
        return SemaphoreReference(joined.name, index + joined.offset)
    }

    private func fold(_ regions: [Region]) -> Region? {
        var result = regions[0]
        guard
            regions.allSatisfy({
                $0.element == result.element && $0.fill == result.fill && $0.extents.count == result.extents.count
                    && $0.guards.count == result.guards.count && $0.instance == result.instance
            })
        else { return nil }
        if !regions.allSatisfy({ $0.memory == result.memory }) {
            guard result.instance == nil, let joined = memory(regions) else { return nil }
            result.memory = joined.name
            result.instance = joined.instance
        }
        guard let base = fold(regions.map(\.base)), let index = fold(regions.map(\.index)), let guards = fold(regions.map(\.guards))
        else { return nil }
        result.base = base
        result.index = index
        result.guards = guards
        for dimension in result.extents.indices {
            guard let extent = fold(regions.map { $0.extents[dimension] }) else { return nil }
            result.extents[dimension] = extent
        }
        return result
    }

    private func fold(_ conditions: [[Condition]]) -> [Condition]? {
        var result: [Condition] = []
        for position in conditions[0].indices {
            let alternatives = conditions.map { $0[position] }
            guard alternatives.allSatisfy({ $0.relation == alternatives[0].relation }),
                let left = fold(alternatives.map(\.left)), let right = fold(alternatives.map(\.right))
            else { return nil }
            result.append(Condition(left, alternatives[0].relation, right))
        }
        return result
    }

    /// One expression of several that differ in constants which go up evenly.
    func fold(_ expressions: [Expression]) -> Expression? {
        let first = expressions[0]
        if expressions.allSatisfy({ $0 == first }) { return first }
        let parts = expressions.map(\.constantSplit)
        let constants = parts.map(\.constant)
        let step = constants[1] - constants[0]
        for (position, constant) in constants.enumerated() where constant != constants[0] + position * step { return nil }
        let shift = variable * step
        if parts.allSatisfy({ $0.rest == nil }) { return shift + .constant(constants[0]) }
        let rests = parts.compactMap(\.rest)
        guard rests.count == parts.count, let rest = foldForm(rests) else { return nil }
        return rest + shift + .constant(constants[0])
    }

    /// The same for expressions without a constant of their own.
    private func foldForm(_ expressions: [Expression]) -> Expression? {
        let first = expressions[0]
        if expressions.allSatisfy({ $0 == first }) { return first }
        func operands(_ extract: (Expression) -> (Expression, Expression)?) -> (Expression, Expression)? {
            let pairs = expressions.compactMap(extract)
            guard pairs.count == expressions.count, let a = fold(pairs.map(\.0)), let b = fold(pairs.map(\.1)) else { return nil }
            return (a, b)
        }
        func operand(_ extract: (Expression) -> Expression?) -> Expression? {
            let all = expressions.compactMap(extract)
            return all.count == expressions.count ? fold(all) : nil
        }
        switch first {
        case .constant, .variable, .coordinate: return nil
        case .sum: return operands { if case .sum(let a, let b) = $0 { (a, b) } else { nil } }.map { $0 + $1 }
        case .minimum: return operands { if case .minimum(let a, let b) = $0 { (a, b) } else { nil } }.map { .min($0, $1) }
        case .maximum: return operands { if case .maximum(let a, let b) = $0 { (a, b) } else { nil } }.map { .max($0, $1) }
        case .product(_, let factor):
            return operand { if case .product(let a, factor) = $0 { a } else { nil } }.map { $0 * factor }
        case .quotient(_, let divisor):
            return operand { if case .quotient(let a, divisor) = $0 { a } else { nil } }.map { $0 / divisor }
        case .remainder(_, let divisor):
            return operand { if case .remainder(let a, divisor) = $0 { a } else { nil } }.map { $0 % divisor }
        }
    }
}

extension Expression {
    /// The expression without its constant term, `nil` when nothing is left, and the constant.
    fileprivate var constantSplit: (rest: Expression?, constant: Int) {
        switch self {
        case .constant(let value): (nil, value)
        case .sum(let rest, .constant(let value)): (rest, value)
        default: (self, 0)
        }
    }
}
