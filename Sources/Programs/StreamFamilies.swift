/// Families of equal units: one text for all of them, resolved to one stream for each.
extension Program {
    /// The program with every family of streams written out: one stream for each member, its number put in.
    ///
    /// Regions whose instance is then a constant name their memory directly; one that depends on loop indices or on
    /// data keeps its `instance`. An operator whose main work a family does is reported for its first member.
    /// Written out, 64 cores are 64 streams: `validate()` limits the size.
    public var unfolded: Program {
        guard streams.contains(where: { $0.family != nil }) else { return self }
        var result = self
        for stream in streams where stream.family != nil {
            for index in operators.indices where operators[index].unit == stream.unit {
                result.operators[index].unit = Self.memberName(stream.unit, 0)
            }
        }
        result.streams = streams.flatMap { stream in
            guard let family = stream.family else { return [stream] }
            return (0..<Swift.max(0, family.count)).map { member in
                let replacement: (String) -> Expression? = { $0 == family.variable ? .constant(member) : nil }
                return Stream(
                    unit: Self.memberName(stream.unit, member), body: stream.body.flatMap { $0.substituting(replacement).withoutSettledConditions })
            }
        }
        return result
    }

    /// Name of a family's member: the number in the place of the first `*`.
    public static func memberName(_ pattern: String, _ number: Int) -> String {
        guard let star = pattern.firstIndex(of: "*") else { return pattern }
        return pattern[..<star] + String(number) + pattern[pattern.index(after: star)...]
    }

    /// The number of the family's member that the name belongs to; `nil` when the name does not fit the pattern.
    static func memberNumber(_ name: String, pattern: String) -> Int? {
        guard let star = pattern.firstIndex(of: "*") else { return nil }
        let suffix = pattern[pattern.index(after: star)...]
        guard name.hasPrefix(pattern[..<star]), name.hasSuffix(suffix) else { return nil }
        let digits = name.dropFirst(pattern[..<star].count).dropLast(suffix.count)
        guard let number = Int(digits), number >= 0, String(number) == digits else { return nil }
        return number
    }
}

extension Statement {
    /// The statement without conditions on constants: what never runs is left out.
    fileprivate var withoutSettledConditions: [Statement] {
        switch self {
        case .loop(let variable, let bound, let body):
            return [.loop(variable: variable, bound: bound, body: body.flatMap(\.withoutSettledConditions))]
        case .when(let conditions, let body):
            var open: [Condition] = []
            for condition in conditions {
                guard let left = condition.left.constantValue, let right = condition.right.constantValue else { open.append(condition); continue }
                if !condition.relation.holds(left, right) { return [] }
            }
            let inner = body.flatMap(\.withoutSettledConditions)
            return open.isEmpty ? inner : [.when(open, body: inner)]
        case .acquire, .release, .read, .command: return [self]
        }
    }

    /// The statement with every variable that `replacement` knows replaced.
    public func substituting(_ replacement: (String) -> Expression?) -> Statement {
        switch self {
        case .loop(let variable, let bound, let body):
            .loop(variable: variable, bound: bound.substituting(replacement), body: body.map { $0.substituting(replacement) })
        case .when(let conditions, let body):
            .when(conditions.map { $0.substituting(replacement) }, body: body.map { $0.substituting(replacement) })
        case .acquire(let semaphore, let count):
            .acquire(SemaphoreReference(semaphore.name, semaphore.index.substituting(replacement)), count: count)
        case .release(let semaphore, let count, let time):
            .release(SemaphoreReference(semaphore.name, semaphore.index.substituting(replacement)), count: count, when: time)
        case .read(let symbol, let region): .read(symbol: symbol, from: region.substituting(replacement))
        case .command(let command): .command(command.substituting(replacement))
        }
    }
}

extension Condition {
    func substituting(_ replacement: (String) -> Expression?) -> Condition {
        Condition(left.substituting(replacement), relation, right.substituting(replacement))
    }
}

extension Command {
    func substituting(_ replacement: (String) -> Expression?) -> Command {
        var result = self
        result.operatorIndex = operatorIndex.substituting(replacement)
        result.operands = operands.map { Operand($0.name, $0.region.substituting(replacement)) }
        result.attributes = attributes.map { Attribute($0.name, $0.value.substituting(replacement)) }
        return result
    }
}

extension Region {
    func substituting(_ replacement: (String) -> Expression?) -> Region {
        var result = self
        result.instance = instance?.substituting(replacement)
        if let number = result.instance?.constantValue {
            result.memory = Program.memberName(memory, number)
            result.instance = nil
        }
        result.base = base.substituting(replacement)
        result.extents = extents.map { $0.substituting(replacement) }
        result.index = index.substituting(replacement)
        result.guards = guards.map { $0.substituting(replacement) }
        return result
    }
}
