import Programs

/// A loop around a statement.
package struct LoopFrame: Equatable {
    package var variable: String
    package var bound: Expression
    /// Tells loops of a stream apart.
    package var identity: Int

    package init(variable: String, bound: Expression, identity: Int) {
        self.variable = variable
        self.bound = bound
        self.identity = identity
    }
}

/// A statement of a stream with what stands around it.
struct Site {
    enum Kind {
        case acquire(SemaphoreReference, count: Int)
        case release(SemaphoreReference, count: Int, time: ReleaseTime)
        case command(Command)
        case read(String, Region)
    }
    /// Index of the unit's stream.
    var stream: Int
    var unit: String
    /// Outermost first; loops over layers are none of them.
    var loops: [LoopFrame]
    var guards: [Condition]
    var kind: Kind
    /// Number among the stream's statements that hold no others, in the order of the text, from 1.
    var position: Int
    var statement: Statement

    /// The semaphore that is taken or given.
    var semaphore: SemaphoreReference? {
        switch kind {
        case .acquire(let reference, _), .release(let reference, _, _): reference
        case .command, .read: nil
        }
    }

    var command: Command? { if case .command(let command) = kind { command } else { nil } }

    /// Loop variables that the guards fix.
    var pins: [String: Int] {
        var result: [String: Int] = [:]
        for condition in guards {
            guard condition.relation == .equal, case .variable(let name) = condition.left, let value = condition.right.constantValue,
                loops.contains(where: { $0.variable == name })
            else { continue }
            result[name] = value
        }
        return result
    }

    /// The same with what is fixed to the last of any number of tiles.
    var fixedIndices: [String: Expression] {
        var result: [String: Expression] = [:]
        for condition in guards { if let (name, value) = fixed(condition) { result[name] = value } }
        return result
    }

    private func fixed(_ condition: Condition) -> (String, Expression)? {
        guard condition.relation == .equal, case .variable(let name) = condition.left, loops.contains(where: { $0.variable == name }),
            condition.right.variables.allSatisfy({ $0.hasPrefix(SymbolicSizes.countPrefix) })
        else { return nil }
        return (name, condition.right)
    }

    /// Guards that fix no variable.
    var openGuards: [Condition] { guards.filter { fixed($0) == nil } }

    /// Loops whose variable no guard fixes.
    var freeLoops: [LoopFrame] {
        let fixed = fixedIndices
        return loops.filter { fixed[$0.variable] == nil }
    }
}

/// What all units do for one operator, or for one of each layer.
struct OperatorText {
    /// Over the layers' variables.
    var index: Expression
    /// Loops over layers around it; their indices are numbers that the whole operator shares.
    var layers: [LoopFrame]
    var sites: [Site] = []
    /// The statements, by stream.
    var statements: [Int: [Statement]] = [:]
    /// Sizes that stand for any; `nil` for a program's own text.
    var sizes: SymbolicSizes?

    var instances: Int { layers.reduce(1) { $0 * max(1, $1.bound.constantValue ?? 1) } }
    /// The first operator that it stands for.
    var first: Int { index.evaluate(Dictionary(layers.map { ($0.variable, 0) }) { a, _ in a }) ?? 0 }

    var commands: [Site] { sites.filter { $0.command != nil } }
}

/// An operand of a command, and what the command does to it.
struct Access {
    var site: Int
    var operand: String
    var region: Region
    var isWrite: Bool

    /// Operands of a command: what `out…` and `to` name is written, everything else is read.
    static func all(of command: Command, site: Int) -> [Access] {
        command.operands.map { Access(site: site, operand: $0.name, region: $0.region, isWrite: $0.name == "to" || $0.name.hasPrefix("out")) }
    }
}
