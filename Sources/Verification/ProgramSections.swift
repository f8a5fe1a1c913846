import Programs

/// A program cut into operators.
struct ProgramSections {
    let program: Program
    private(set) var operators: [OperatorText] = []
    private var places: [String: Int] = [:]
    private var loopCount = 0

    /// - Parameter program: without families.
    init(_ program: Program) {
        self.program = program
        for (stream, description) in program.streams.enumerated() {
            cut(description.body, stream, [], from: 1)
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

    /// Statements of a text that hold no others.
    private static func count(_ statement: Statement) -> Int {
        switch statement {
        case .loop(_, _, let body), .when(_, let body): body.reduce(0) { $0 + count($1) }
        default: 1
        }
    }

    /// - Parameter position: of the body's first statement.
    private mutating func cut(_ body: [Statement], _ stream: Int, _ layers: [LoopFrame], from first: Int) {
        var waiting: [Placed] = []
        var current: (index: Expression, layers: [LoopFrame])?
        var next = first
        for statement in body {
            let placed = Placed(statement: statement, position: next)
            next += Self.count(statement)
            var found: [Expression] = []
            Self.indices(of: statement, into: &found)
            if found.isEmpty {
                if !Self.isWaiting(statement), let current, waiting.isEmpty { add([placed], current.index, stream, current.layers) } else { waiting.append(placed) }
                continue
            }
            if case .loop(let variable, let bound, let inner) = statement, found.count > 1 || found[0].variables.contains(variable) {
                loopCount += 1
                if let current { add(waiting, current.index, stream, current.layers) }
                waiting = []
                cut(inner, stream, layers + [LoopFrame(variable: variable, bound: bound, identity: loopCount)], from: placed.position)
                current = nil
                continue
            }
            add(waiting + [placed], found[0], stream, layers)
            waiting = []
            current = (found[0], layers)
        }
        if let current { add(waiting, current.index, stream, current.layers) }
    }

    /// A statement, and the position of the first one in it that holds no others.
    private struct Placed {
        var statement: Statement
        var position: Int
    }

    private mutating func add(_ statements: [Placed], _ index: Expression, _ stream: Int, _ layers: [LoopFrame]) {
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
        for placed in statements {
            operators[place].statements[stream, default: []].append(placed.statement)
            var position = placed.position
            collect(placed.statement, stream, [], [], place, &position)
        }
    }

    private mutating func collect(_ statement: Statement, _ stream: Int, _ loops: [LoopFrame], _ guards: [Condition], _ place: Int, _ position: inout Int) {
        switch statement {
        case .loop(let variable, let bound, let body):
            loopCount += 1
            let frame = LoopFrame(variable: variable, bound: bound, identity: loopCount)
            for inner in body { collect(inner, stream, loops + [frame], guards, place, &position) }
        case .when(let conditions, let body):
            for inner in body { collect(inner, stream, loops, guards + conditions, place, &position) }
        case .acquire(let reference, let count): append(.acquire(reference, count: count), statement, stream, loops, guards, place, &position)
        case .release(let reference, let count, let time): append(.release(reference, count: count, time: time), statement, stream, loops, guards, place, &position)
        case .command(let command): append(.command(command), statement, stream, loops, guards, place, &position)
        case .read(let symbol, let region): append(.read(symbol, region), statement, stream, loops, guards, place, &position)
        }
    }

    private mutating func append(
        _ kind: Site.Kind, _ statement: Statement, _ stream: Int, _ loops: [LoopFrame], _ guards: [Condition], _ place: Int, _ position: inout Int
    ) {
        operators[place].sites.append(
            Site(stream: stream, unit: program.streams[stream].unit, loops: loops, guards: guards, kind: kind, position: position, statement: statement))
        position += 1
    }
}
