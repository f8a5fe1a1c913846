import Programs

/// The order of operators: what one unit does for one operator is a step, and only the semaphores between operators count.
///
/// All steps are walked, layer by layer, with vector clocks. A semaphore of one operator orders nothing here, so what is found
/// ordered is so whatever the operators do inside. Memories remember the steps that have touched them piece by piece, so that a step costs what
/// it touches, however long the program is.
struct OperatorOrder {
    struct Conflict {
        /// Of the touched memories.
        var memory: Int
        var bytes: Range<Int>
        var first: Side
        var second: Side
    }

    /// What one unit does for one operator.
    struct Side {
        var unit: Int
        var operatorIndex: Int
        var isWrite: Bool
    }

    /// A unit that waits for ever.
    struct Standstill {
        var unit: Int
        var semaphore: String
        /// The next that it would do.
        var operatorIndex: Int
    }

    struct Finding {
        /// By text: the first access that nothing orders after an earlier operator's.
        var conflicts: [Int: Conflict] = [:]
        var standstill: Standstill?
        /// By text: steps that were walked.
        var reached: [Int] = []
        /// By text: what its steps have cost.
        var spent: [Duration] = []
        /// Why nothing was walked.
        var failure: String?
    }

    struct Touch {
        /// By number.
        var memory: Int
        var bytes: Range<Int>
        var isWrite: Bool
        /// The operator's own transfer has put it there: what came before the operator has to end before that, and not before this.
        var isFilled = false
    }

    enum Event {
        case take(Int, Int)
        case give(Int, Int, isRead: Bool)
        case work(text: Int, operatorIndex: Int, touches: Int)
    }

    let program: Program
    let sections: ProgramSections
    let tensors: TensorTable
    /// Semaphores that only one operator uses.
    let inner: Set<String>
    let reaches: ReachTable
    let initialTokens: [String: Int]
    /// The first counter of each semaphore that operators share.
    private let firstCounters: [String: Int]
    private let textsByIndex: [Expression: [Int]]
    let touched: OperatorTouches

    init(program: Program, sections: ProgramSections, tensors: TensorTable, inner: Set<String>, reaches: ReachTable) {
        self.program = program
        self.sections = sections
        self.tensors = tensors
        self.inner = inner
        self.reaches = reaches
        initialTokens = Dictionary(program.semaphores.map { ($0.name, $0.initial) }) { a, _ in a }
        var counters: [String: Int] = [:]
        var count = 0
        for semaphore in program.semaphores {
            if !inner.contains(semaphore.name) { counters[semaphore.name] = count }
            count += semaphore.count
        }
        firstCounters = counters
        textsByIndex = Dictionary(grouping: sections.operators.indices) { sections.operators[$0].index }
        touched = OperatorTouches(program, sections, tensors, reaches)
    }

    struct Streams {
        var events: [[Event]]
        var touches: [[Touch]] = []
        /// By text: what finding out about its steps has cost, what each waits for included.
        var spent: [Duration]
        var mark = ProcessorTime.now
        var total = 0
    }

    func finding() -> Finding {
        var initial: [Int] = []
        var names: [String] = []
        for semaphore in program.semaphores {
            initial += Array(repeating: semaphore.initial, count: semaphore.count)
            names += Array(repeating: semaphore.name, count: semaphore.count)
        }
        var streams = Streams(events: program.streams.map { _ in [] }, spent: sections.operators.map { _ in .zero })
        // Texts by stream in the order of the program.
        for stream in program.streams.indices {
            var failure: String?
            collect(program.streams[stream].body, stream, [:], &streams, &failure)
            if let failure { return Finding(failure: failure) }
        }
        guard streams.total < 4_000_000 else { return Finding(failure: "\(streams.total) steps of operators") }
        var finding = walk(streams, initial, names)
        for text in streams.spent.indices { finding.spent[text] += streams.spent[text] }
        return finding
    }

    /// The text of a command, by its operator and stream.
    func collect(
        _ body: [Statement], _ stream: Int, _ layers: [String: Int], _ streams: inout Streams, _ failure: inout String?
    ) {
        for statement in body {
            switch statement {
            case .acquire(let reference, let count):
                guard let start = firstCounters[reference.name] else { continue }
                guard let index = reference.index.evaluate(layers) else { failure = "\(reference.name) inside of an operator"; return }
                streams.events[stream].append(.take(start + index, count))
            case .release(let reference, let count, let time):
                guard let start = firstCounters[reference.name] else { continue }
                guard let index = reference.index.evaluate(layers) else { failure = "\(reference.name) inside of an operator"; return }
                streams.events[stream].append(.give(start + index, count, isRead: time == .operandsRead))
            case .read: continue
            case .command(let command):
                work(command.operatorIndex, stream, layers, &streams, &failure)
            case .loop(let variable, let bound, let inner):
                if inner.count == 1, case .release(let reference, let number, let time) = inner[0] {
                    // The end of an operator, told to every unit of every core.
                    guard let start = firstCounters[reference.name] else { continue }
                    let form = AffineForm(reference.index.substituting { $0 == variable ? nil : layers[$0].map { .constant($0) } })
                    if form.terms.allSatisfy({ $0.atom == .variable(variable) }) {
                        guard let count = bound.evaluate(layers), count < 100_000 else { failure = "a loop over operators without a bound"; return }
                        let step = form.terms.first?.factor ?? 0
                        for index in 0..<max(0, count) {
                            streams.events[stream].append(.give(start + form.constant + step * index, number, isRead: time == .operandsRead))
                        }
                        continue
                    }
                }
                let found = Self.operators(of: statement)
                if found.count == 1, !found[0].variables.contains(variable), !Self.usesOuter(statement, self.inner) {
                    work(found[0], stream, layers, &streams, &failure)
                    continue
                }
                guard let count = bound.evaluate(layers), count < 100_000 else { failure = "a loop over operators without a bound"; return }
                var values = layers
                for index in 0..<max(0, count) {
                    values[variable] = index
                    collect(inner, stream, values, &streams, &failure)
                    if failure != nil { return }
                }
            case .when(let conditions, let inner):
                let found = Self.operators(of: statement)
                var isKnown = true
                var holds = true
                for condition in conditions {
                    guard let a = condition.left.evaluate(layers), let b = condition.right.evaluate(layers) else { isKnown = false; break }
                    if !condition.relation.holds(a, b) { holds = false }
                }
                if isKnown {
                    if holds { collect(inner, stream, layers, &streams, &failure) }
                } else if found.count == 1, !Self.usesOuter(statement, self.inner) {
                    work(found[0], stream, layers, &streams, &failure)
                } else {
                    failure = "a condition over operators"
                }
            }
            if failure != nil { return }
        }
    }

    static func operators(of statement: Statement) -> [Expression] {
        switch statement {
        case .loop(_, _, let body), .when(_, let body):
            body.reduce(into: []) { found, inner in for index in operators(of: inner) where !found.contains(index) { found.append(index) } }
        case .command(let command): [command.operatorIndex]
        default: []
        }
    }

    static func usesOuter(_ statement: Statement, _ inner: Set<String>) -> Bool {
        switch statement {
        case .loop(_, _, let body), .when(_, let body): body.contains { usesOuter($0, inner) }
        case .acquire(let reference, _), .release(let reference, _, _): !inner.contains(reference.name)
        default: false
        }
    }

    func work(_ index: Expression, _ stream: Int, _ layers: [String: Int], _ streams: inout Streams, _ failure: inout String?) {
        guard let operatorIndex = index.evaluate(layers) else { failure = "an operator that depends on an inner loop"; return }
        if case .work(_, operatorIndex, _)? = streams.events[stream].last { return }
        guard let text = textsByIndex[index]?.first(where: { place in
            sections.operators[place].statements[stream] != nil && sections.operators[place].layers.allSatisfy { layers[$0.variable] != nil }
        }) else {
            failure = "an operator without a text"
            return
        }
        guard let found = touched.touches(text, stream, layers, operatorIndex) else { failure = "a region whose reach is not known"; return }
        streams.events[stream].append(.work(text: text, operatorIndex: operatorIndex, touches: streams.touches.count))
        streams.touches.append(found)
        streams.total += 1 + found.count
        let now = ProcessorTime.now
        streams.spent[text] += now - streams.mark
        streams.mark = now
    }
}
