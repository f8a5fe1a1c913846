import Programs

/// A loop around a statement.
struct LoopFrame: Equatable {
    var variable: String
    var bound: Expression
    /// Tells loops of a stream apart.
    var identity: Int
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
    /// Position in the stream's text.
    var position: Int
    var statement: Statement

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

    /// Guards that fix no variable.
    var openGuards: [Condition] {
        guards.filter { condition in
            guard condition.relation == .equal, case .variable(let name) = condition.left, condition.right.constantValue != nil else { return true }
            return !loops.contains { $0.variable == name }
        }
    }

    /// Loops whose variable no guard fixes.
    var freeLoops: [LoopFrame] {
        let pins = pins
        return loops.filter { pins[$0.variable] == nil }
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

    var instances: Int { layers.reduce(1) { $0 * max(1, $1.bound.constantValue ?? 1) } }
    /// The first operator that it stands for.
    var first: Int { index.evaluate(Dictionary(layers.map { ($0.variable, 0) }) { a, _ in a }) ?? 0 }

    var commands: [Site] { sites.filter { $0.command != nil } }
}

/// A program cut into operators.
struct ProgramSections {
    let program: Program
    private(set) var operators: [OperatorText] = []
    private var places: [String: Int] = [:]
    private var loopCount = 0
    private var position = 0

    /// - Parameter program: without families.
    init(_ program: Program) {
        self.program = program
        for (stream, description) in program.streams.enumerated() {
            position = 0
            cut(description.body, stream, [])
        }
        operators.sort { $0.first < $1.first }
    }

    private static func key(_ index: Expression, _ layers: [LoopFrame]) -> String {
        "\(index)|\(layers.map { "\($0.variable)<\($0.bound)" }.joined(separator: ","))"
    }

    private static func indices(of statement: Statement, into result: inout [Expression]) {
        switch statement {
        case .loop(_, _, let body), .when(_, let body): for inner in body { indices(of: inner, into: &result) }
        case .command(let command): if !result.contains(command.operatorIndex) { result.append(command.operatorIndex) }
        case .acquire, .release, .read: break
        }
    }

    /// Whether a statement without commands waits for something.
    private static func isWaiting(_ statement: Statement) -> Bool {
        switch statement {
        case .loop(_, _, let body), .when(_, let body): body.contains { isWaiting($0) }
        case .acquire: true
        case .release, .read, .command: false
        }
    }

    private mutating func cut(_ body: [Statement], _ stream: Int, _ layers: [LoopFrame]) {
        var waiting: [Statement] = []
        var current: (index: Expression, layers: [LoopFrame])?
        for statement in body {
            var found: [Expression] = []
            Self.indices(of: statement, into: &found)
            if found.isEmpty {
                if Self.isWaiting(statement) { waiting.append(statement) } else if let current, waiting.isEmpty { add([statement], current.index, stream, current.layers) } else { waiting.append(statement) }
                continue
            }
            if case .loop(let variable, let bound, let inner) = statement, found.count > 1 || found[0].variables.contains(variable) {
                loopCount += 1
                if let current { add(waiting, current.index, stream, current.layers) }
                waiting = []
                cut(inner, stream, layers + [LoopFrame(variable: variable, bound: bound, identity: loopCount)])
                current = nil
                continue
            }
            add(waiting + [statement], found[0], stream, layers)
            waiting = []
            current = (found[0], layers)
        }
        if let current { add(waiting, current.index, stream, current.layers) }
    }

    private mutating func add(_ statements: [Statement], _ index: Expression, _ stream: Int, _ layers: [LoopFrame]) {
        guard !statements.isEmpty else { return }
        let key = Self.key(index, layers)
        let place: Int
        if let known = places[key] {
            place = known
        } else {
            place = operators.count
            places[key] = place
            operators.append(OperatorText(index: index, layers: layers))
        }
        operators[place].statements[stream, default: []] += statements
        for statement in statements { collect(statement, stream, [], [], place) }
    }

    private mutating func collect(_ statement: Statement, _ stream: Int, _ loops: [LoopFrame], _ guards: [Condition], _ place: Int) {
        switch statement {
        case .loop(let variable, let bound, let body):
            loopCount += 1
            let frame = LoopFrame(variable: variable, bound: bound, identity: loopCount)
            for inner in body { collect(inner, stream, loops + [frame], guards, place) }
        case .when(let conditions, let body):
            for inner in body { collect(inner, stream, loops, guards + conditions, place) }
        case .acquire(let reference, let count): append(.acquire(reference, count: count), statement, stream, loops, guards, place)
        case .release(let reference, let count, let time): append(.release(reference, count: count, time: time), statement, stream, loops, guards, place)
        case .command(let command): append(.command(command), statement, stream, loops, guards, place)
        case .read(let symbol, let region): append(.read(symbol, region), statement, stream, loops, guards, place)
        }
    }

    private mutating func append(_ kind: Site.Kind, _ statement: Statement, _ stream: Int, _ loops: [LoopFrame], _ guards: [Condition], _ place: Int) {
        position += 1
        operators[place].sites.append(
            Site(stream: stream, unit: program.streams[stream].unit, loops: loops, guards: guards, kind: kind, position: position, statement: statement))
    }
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
