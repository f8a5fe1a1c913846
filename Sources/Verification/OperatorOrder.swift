import Programs

/// The order of operators: what one unit does for one operator is a step, and only the semaphores between operators count.
///
/// All steps are walked, layer by layer, with vector clocks. A semaphore of one operator orders nothing here, so what is found
/// ordered is so whatever the operators do inside.
struct OperatorOrder {
    struct Conflict {
        var memory: String
        var bytes: Range<Int>
        var first: (unit: Int, operatorIndex: Int, isWrite: Bool)
        var second: (unit: Int, operatorIndex: Int, isWrite: Bool)
    }

    enum Finding {
        case ordered(steps: Int, checks: Int)
        case conflict(Conflict)
        case stuck(unit: Int, semaphore: String, operatorIndex: Int)
        case unknown(String)
    }

    struct Touch {
        var memory: String
        var bytes: Range<Int>
        var isWrite: Bool
        /// The operator's own transfer has put it there: what came before the operator has to end before that, and not before this.
        var isFilled = false
    }

    private enum Event {
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

    private struct Streams {
        var events: [[Event]]
        var touches: [[Touch]] = []
        var known: [String: Int] = [:]
        var total = 0
    }

    /// For each operator's text the units that begin after another unit has begun: their first statement takes what the other
    /// gives.
    private func beginnings() -> [[(first: Int, second: Int)]] {
        let initial = Dictionary(program.semaphores.map { ($0.name, $0.initial) }) { a, _ in a }
        return sections.operators.map { text in
            var result: [(first: Int, second: Int)] = []
            var firstCommand: [Int: Int] = [:]
            for site in text.commands { firstCommand[site.stream] = min(firstCommand[site.stream] ?? Int.max, site.position) }
            let layers = Dictionary(text.layers.map { ($0.variable, 0) }) { a, _ in a }
            func ranges(_ site: Site) -> [String: ClosedRange<Int>] {
                var ranges = Dictionary(text.layers.map { ($0.variable, 0...max(0, ($0.bound.constantValue ?? 1) - 1)) }) { a, _ in a }
                for loop in site.loops { ranges[loop.variable] = 0...max(0, (loop.bound.interval(ranges)?.upperBound ?? 1) - 1) }
                return ranges
            }
            for site in text.sites {
                guard case .acquire(let reference, let count) = site.kind, inner.contains(reference.name), initial[reference.name] == 0,
                    let first = firstCommand[site.stream], site.position < first
                else { continue }
                let zero = layers.merging(Dictionary(site.loops.map { ($0.variable, 0) }) { a, _ in a }) { a, _ in a }
                guard site.guards.allSatisfy({ condition in
                    guard let a = condition.left.evaluate(zero), let b = condition.right.evaluate(zero) else { return false }
                    return condition.relation.holds(a, b)
                }), let counter = reference.index.evaluate(zero) else { continue }
                var given: [Int: Int] = [:]
                for other in text.sites {
                    guard case .release(let target, let number, _) = other.kind, target.name == reference.name,
                        target.index.interval(ranges(other))?.contains(counter) ?? true
                    else { continue }
                    given[other.stream] = number
                }
                guard given.count == 1 || given.values.reduce(0, +) == count else { continue }
                for stream in given.keys.sorted() where stream != site.stream { result.append((stream, site.stream)) }
            }
            return result
        }
    }

    func finding() -> Finding {
        var first: [String: Int] = [:]
        var initial: [Int] = []
        var names: [String] = []
        for semaphore in program.semaphores {
            first[semaphore.name] = initial.count
            initial += Array(repeating: semaphore.initial, count: semaphore.count)
            names += Array(repeating: semaphore.name, count: semaphore.count)
        }
        var streams = Streams(events: program.streams.map { _ in [] })
        // Texts by stream in the order of the program.
        for stream in program.streams.indices {
            var failure: String?
            collect(program.streams[stream].body, stream, [:], first, &streams, &failure)
            if let failure { return .unknown(failure) }
        }
        guard streams.total < 4_000_000 else { return .unknown("\(streams.total) steps of operators") }
        return walk(streams, initial, names)
    }

    /// The text of a command, by its operator and stream.
    private func collect(
        _ body: [Statement], _ stream: Int, _ layers: [String: Int], _ first: [String: Int], _ streams: inout Streams, _ failure: inout String?
    ) {
        for statement in body {
            switch statement {
            case .acquire(let reference, let count):
                guard !inner.contains(reference.name), let start = first[reference.name] else { continue }
                guard let index = reference.index.evaluate(layers) else { failure = "\(reference.name) inside of an operator"; return }
                streams.events[stream].append(.take(start + index, count))
            case .release(let reference, let count, let time):
                guard !inner.contains(reference.name), let start = first[reference.name] else { continue }
                guard let index = reference.index.evaluate(layers) else { failure = "\(reference.name) inside of an operator"; return }
                streams.events[stream].append(.give(start + index, count, isRead: time == .operandsRead))
            case .read: continue
            case .command(let command):
                work(command.operatorIndex, stream, layers, &streams, &failure)
            case .loop(let variable, let bound, let inner):
                let found = Self.operators(of: statement)
                if found.count == 1, !found[0].variables.contains(variable), !Self.usesOuter(statement, self.inner) {
                    work(found[0], stream, layers, &streams, &failure)
                    continue
                }
                guard let count = bound.evaluate(layers), count < 100_000 else { failure = "a loop over operators without a bound"; return }
                for index in 0..<max(0, count) {
                    var values = layers
                    values[variable] = index
                    collect(inner, stream, values, first, &streams, &failure)
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
                    if holds { collect(inner, stream, layers, first, &streams, &failure) }
                } else if found.count == 1, !Self.usesOuter(statement, self.inner) {
                    work(found[0], stream, layers, &streams, &failure)
                } else {
                    failure = "a condition over operators"
                }
            }
            if failure != nil { return }
        }
    }

    private static func operators(of statement: Statement) -> [Expression] {
        switch statement {
        case .loop(_, _, let body), .when(_, let body):
            body.reduce(into: []) { found, inner in for index in operators(of: inner) where !found.contains(index) { found.append(index) } }
        case .command(let command): [command.operatorIndex]
        default: []
        }
    }

    private static func usesOuter(_ statement: Statement, _ inner: Set<String>) -> Bool {
        switch statement {
        case .loop(_, _, let body), .when(_, let body): body.contains { usesOuter($0, inner) }
        case .acquire(let reference, _), .release(let reference, _, _): !inner.contains(reference.name)
        default: false
        }
    }

    private func work(_ index: Expression, _ stream: Int, _ layers: [String: Int], _ streams: inout Streams, _ failure: inout String?) {
        guard let operatorIndex = index.evaluate(layers) else { failure = "an operator that depends on an inner loop"; return }
        if case .work(_, operatorIndex, _)? = streams.events[stream].last { return }
        guard let text = sections.operators.firstIndex(where: { $0.index == index && $0.statements[stream] != nil && $0.layers.allSatisfy { layers[$0.variable] != nil } }) else {
            failure = "an operator without a text"
            return
        }
        guard let touched = touches(text, stream, layers, operatorIndex) else { failure = "a region whose reach is not known"; return }
        streams.events[stream].append(.work(text: text, operatorIndex: operatorIndex, touches: streams.touches.count))
        streams.touches.append(touched)
        streams.total += 1 + touched.count
    }

    /// What a unit touches for an operator. A buffer that the operator fills belongs to it as a whole.
    private func touches(_ place: Int, _ stream: Int, _ layers: [String: Int], _ operatorIndex: Int) -> [Touch]? {
        let text = sections.operators[place]
        let own = Dictionary(uniqueKeysWithValues: text.layers.map { ($0.variable, layers[$0.variable] ?? 0) })
        guard let buffers = text.buffers(own, reaches) else { return nil }
        var result: [Touch] = []
        for buffer in buffers {
            let uses = (buffer.writers + buffer.readers).filter { text.sites[$0.site].stream == stream }
            guard !uses.isEmpty else { continue }
            result.append(Touch(memory: buffer.memory, bytes: buffer.range, isWrite: uses.contains { $0.isWrite }, isFilled: !uses.contains { $0.isWrite }))
        }
        for (index, site) in text.sites.enumerated() where site.stream == stream {
            guard let command = site.command else { continue }
            for access in Access.all(of: command, site: index) where !access.isWrite {
                let region = access.region
                if buffers.contains(where: { buffer in buffer.memory == region.memory && buffer.readers.contains { $0.site == index && $0.operand == access.operand } }) { continue }
                if region.guards.contains(where: { condition in
                    guard let a = condition.left.constantValue, let b = condition.right.constantValue else { return false }
                    return !condition.relation.holds(a, b)
                }) { continue }
                let zero = own.merging(Dictionary(site.loops.map { ($0.variable, 0) }) { a, _ in a }) { a, _ in a }
                let placement = region.base.evaluate(zero).flatMap { tensors.placement(region.memory, $0, isWrite: false, by: operatorIndex) }
                let tensor = placement.map { program.tensors[$0].address..<(program.tensors[$0].address + max(1, program.tensors[$0].bytes)) }
                guard var range = text.hull(of: access, own, reaches) ?? tensor else { return nil }
                guard !range.isEmpty else { continue }
                // What is read lies in its tensor, as the bounds say.
                if let tensor { range = range.clamped(to: tensor) }
                result.append(Touch(memory: region.memory, bytes: range, isWrite: false))
            }
        }
        return result
    }

    // MARK: Walking

    /// What a unit knows to have ended of each unit: steps that have finished, and steps that have read.
    private struct Clock {
        var finished: [Int32]
        var read: [Int32]
        mutating func join(_ other: Clock) {
            for unit in finished.indices {
                finished[unit] = max(finished[unit], other.finished[unit])
                read[unit] = max(read[unit], other.read[unit])
            }
        }
    }

    private struct Past {
        var bytes: Range<Int>
        var unit: Int
        var position: Int32
        var operatorIndex: Int
        var isWrite: Bool
    }

    private func walk(_ streams: Streams, _ initial: [Int], _ names: [String]) -> Finding {
        let units = streams.events.count
        var counts = initial
        var totals: [Int: [Int: Int]] = [:]
        for unit in 0..<units {
            for event in streams.events[unit] { if case .give(let counter, let count, _) = event { totals[counter, default: [:]][unit, default: 0] += count } }
        }
        let none = Clock(finished: Array(repeating: 0, count: units), read: Array(repeating: 0, count: units))
        var clocks = Array(repeating: none, count: units)
        // By counter and unit: the clock after each gift.
        var gifts: [Int: [Int: [(total: Int, clock: Clock)]]] = [:]
        var takenOf: [Int: Int] = [:]
        var place = Array(repeating: 0, count: units)
        var past: [String: [Past]] = [:]
        let beginnings = beginnings()
        // When each unit began each operator, as it knew.
        var began: [Int: [Int: Clock]] = [:]
        var (steps, checks) = (0, 0)
        var moved = true
        while moved {
            moved = false
            for unit in 0..<units {
                while place[unit] < streams.events[unit].count {
                    let event = streams.events[unit][place[unit]]
                    if case .take(let counter, let count) = event, counts[counter] < count { break }
                    if case .work(let text, let operatorIndex, _) = event {
                        let needed = beginnings[text].filter { $0.second == unit }
                        guard needed.allSatisfy({ began[operatorIndex]?[$0.first] != nil }) else { break }
                        for pair in needed { if let clock = began[operatorIndex]?[pair.first] { clocks[unit].join(clock) } }
                        began[operatorIndex, default: [:]][unit] = clocks[unit]
                    }
                    moved = true
                    place[unit] += 1
                    let position = Int32(place[unit])
                    switch event {
                    case .take(let counter, let count):
                        counts[counter] -= count
                        takenOf[counter, default: 0] += count
                        let needed = (takenOf[counter] ?? 0) - initial[counter]
                        let all = totals[counter] ?? [:]
                        for (giver, own) in all {
                            let others = all.reduce(0) { $0 + ($1.key == giver ? 0 : $1.value) }
                            let least = needed - others
                            guard least > 0, least <= own, let list = gifts[counter]?[giver], let gift = list.first(where: { $0.total >= least }) else { continue }
                            clocks[unit].join(gift.clock)
                        }
                    case .give(let counter, let count, let isRead):
                        counts[counter] += count
                        var clock = clocks[unit]
                        clock.read[unit] = position
                        if !isRead { clock.finished[unit] = position }
                        let total = (gifts[counter]?[unit]?.last?.total ?? 0) + count
                        gifts[counter, default: [:]][unit, default: []].append((total, clock))
                    case .work(_, let operatorIndex, let index):
                        steps += 1
                        for touch in streams.touches[index] {
                            var list = past.removeValue(forKey: touch.memory) ?? []
                            var kept: [Past] = []
                            kept.reserveCapacity(list.count + 1)
                            for entry in list {
                                guard entry.bytes.overlaps(touch.bytes), entry.operatorIndex != operatorIndex, entry.isWrite || touch.isWrite, entry.unit != unit else {
                                    // The same unit's later step stands for its earlier one.
                                    let isCovered = entry.unit == unit && entry.isWrite == touch.isWrite && touch.bytes.lowerBound <= entry.bytes.lowerBound
                                        && touch.bytes.upperBound >= entry.bytes.upperBound
                                    if !isCovered { kept.append(entry) }
                                    continue
                                }
                                if touch.isFilled, entry.operatorIndex < operatorIndex { kept.append(entry); continue }
                                checks += 1
                                let isOrdered = entry.isWrite ? clocks[unit].finished[entry.unit] >= entry.position : clocks[unit].read[entry.unit] >= entry.position
                                guard isOrdered else {
                                    return .conflict(
                                        Conflict(
                                            memory: touch.memory, bytes: entry.bytes.clamped(to: touch.bytes),
                                            first: (entry.unit, entry.operatorIndex, entry.isWrite), second: (unit, operatorIndex, touch.isWrite)))
                                }
                                // What comes after a write that covers it entirely comes after it.
                                let isCovered = touch.isWrite && touch.bytes.lowerBound <= entry.bytes.lowerBound && touch.bytes.upperBound >= entry.bytes.upperBound
                                if !isCovered { kept.append(entry) }
                            }
                            kept.append(Past(bytes: touch.bytes, unit: unit, position: position, operatorIndex: operatorIndex, isWrite: touch.isWrite))
                            list = kept
                            past[touch.memory] = list
                        }
                    }
                }
            }
        }
        for unit in 0..<units where place[unit] < streams.events[unit].count {
            if case .work(_, let operatorIndex, _) = streams.events[unit][place[unit]] {
                return .stuck(unit: unit, semaphore: "its partner", operatorIndex: operatorIndex)
            }
            if case .take(let counter, _) = streams.events[unit][place[unit]] {
                var operatorIndex = 0
                for event in streams.events[unit][place[unit]...] { if case .work(_, let index, _) = event { operatorIndex = index; break } }
                return .stuck(unit: unit, semaphore: names[counter], operatorIndex: operatorIndex)
            }
        }
        return .ordered(steps: steps, checks: checks)
    }
}
