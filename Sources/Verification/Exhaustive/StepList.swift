import Programs

/// Everything that the units do for one operator, step by step, in the order of each unit.
struct StepList {
    enum Step {
        case take(counter: Int, count: Int)
        case give(counter: Int, count: Int, isRead: Bool)
        /// A command: its site, and where its loop indices begin in `indices`.
        case work(site: Int, indices: Int)
    }

    /// By unit.
    private(set) var steps: [[Step]] = []
    private(set) var streams: [Int] = []
    /// Loop indices of all commands, by site as many as it has loops.
    private(set) var indices: [Int32] = []
    /// Name and index of each counter, and what it starts with.
    private(set) var counters: [(name: String, index: Int)] = []
    private(set) var initial: [Int] = []
    /// Why there is no list.
    private(set) var problem: String?
    private var count = 0
    private let limit: Int
    private var firstCounter: [String: (first: Int, count: Int)] = [:]

    /// - Parameter semaphores: those of the operator alone; others are left out.
    init(_ text: OperatorText, _ semaphores: [Program.Semaphore], layers: [String: Int], limit: Int) {
        self.limit = limit
        for semaphore in semaphores {
            firstCounter[semaphore.name] = (initial.count, semaphore.count)
            initial += Array(repeating: semaphore.initial, count: semaphore.count)
            for index in 0..<semaphore.count { counters.append((semaphore.name, index)) }
        }
        for stream in text.statements.keys.sorted() {
            streams.append(stream)
            steps.append([])
            var sites = text.sites.indices.filter { text.sites[$0].stream == stream }
            sites.sort { text.sites[$0].position < text.sites[$1].position }
            var values = layers
            var place = 0
            for statement in text.statements[stream] ?? [] { run(statement, sites, &place, &values, [], executes: true) }
            if problem != nil { return }
        }
    }

    /// - Parameter place: the number of the next site, which grows whether or not the statement is executed.
    private mutating func run(
        _ statement: Statement, _ sites: [Int], _ place: inout Int, _ values: inout [String: Int], _ path: [Int], executes: Bool
    ) {
        guard problem == nil else { return }
        func fail(_ message: String) -> String { message }
        switch statement {
        case .loop(let variable, let bound, let body):
            let start = place
            var end = place
            for inner in body { end += Self.siteCount(inner) }
            place = end
            guard executes, end > start else { return }
            guard let count = bound.evaluate(values) else { problem = "a loop's bound has no value"; return }
            for index in 0..<max(0, count) {
                values[variable] = index
                var inside = start
                for inner in body { run(inner, sites, &inside, &values, path + [index], executes: true) }
                if problem != nil { return }
            }
            values[variable] = nil
        case .when(let conditions, let body):
            var holds = executes
            for condition in conditions where holds {
                guard let a = condition.left.evaluate(values), let b = condition.right.evaluate(values) else { problem = "a condition has no value"; return }
                holds = condition.relation.holds(a, b)
            }
            for inner in body { run(inner, sites, &place, &values, path, executes: holds) }
        case .acquire(let reference, let count):
            place += 1
            guard executes, let counter = counter(reference, values) else { return }
            append(.take(counter: counter, count: count))
        case .release(let reference, let count, let time):
            place += 1
            guard executes, let counter = counter(reference, values) else { return }
            append(.give(counter: counter, count: count, isRead: time == .operandsRead))
        case .command:
            place += 1
            guard executes else { return }
            append(.work(site: sites[place - 1], indices: indices.count))
            indices += path.map { Int32(truncatingIfNeeded: $0) }
        case .read:
            place += 1
            if executes { problem = "the program takes decisions from data" }
        }
    }

    private mutating func append(_ step: Step) {
        steps[steps.count - 1].append(step)
        count += 1
        if count > limit { problem = "it has more than \(limit) steps" }
    }

    private mutating func counter(_ reference: SemaphoreReference, _ values: [String: Int]) -> Int? {
        guard let semaphore = firstCounter[reference.name] else { return nil }
        guard let index = reference.index.evaluate(values), index >= 0, index < semaphore.count else {
            problem = "\(reference.name)[\(reference.index)] does not exist"
            return nil
        }
        return semaphore.first + index
    }

    private static func siteCount(_ statement: Statement) -> Int {
        switch statement {
        case .loop(_, _, let body), .when(_, let body): body.reduce(0) { $0 + siteCount($1) }
        default: 1
        }
    }
}
