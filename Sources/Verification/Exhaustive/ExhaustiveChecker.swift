import Programs

/// Runs one operator on shapes, every step of every unit, and looks at every byte: the proofs' counterpart, written apart from them.
///
/// Vector clocks say what has ended when a command begins, whatever anything takes. A byte that two units touch, one of them writing, in
/// commands that no clock orders, is a race. A byte that is read is to come from the command of the same iteration.
struct ExhaustiveChecker {
    enum Finding {
        case right(steps: Int)
        case wrong(Obligation.Kind, Counterexample)
        case undecided(String)
    }

    let text: OperatorText
    let semaphores: [Program.Semaphore]
    let layers: [String: Int]
    /// Multiply-accumulates of the operator.
    let macs: Int
    let limit: Int
    /// Whether an address belongs to a tensor that the operator makes.
    let isResult: (String, Int) -> Bool

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

    /// A command that has been run.
    private struct Done {
        var unit: Int
        var step: Int32
        var site: Int
        var indices: Int
    }

    /// A region with its expressions ready to be evaluated.
    private struct Operand {
        var access: Access
        var base: SlotExpression
        var index: SlotExpression
        var extents: [SlotExpression]
        var guards: [(SlotExpression, Condition.Relation, SlotExpression)]
        /// Distances of the coordinates when the index is a sum over them and nothing guards it.
        var strides: [Int]?
        var memory: Int
        var bits: Int
    }

    func finding() -> Finding {
        let list = StepList(text, semaphores, layers: layers, limit: limit)
        if let problem = list.problem { return .undecided(problem) }
        let walk = TokenWalk(list: list)
        if !walk.sharedCounters().isEmpty { return .undecided("a semaphore that several units take from") }
        var steps = 0
        if let standstill = walk.walk({ _, _ in steps += 1; return true }) {
            let counter = list.counters[standstill.counter]
            return .wrong(
                .progress,
                Counterexample(
                    "waits for ever for \(counter.name)[\(counter.index)]",
                    steps: [self.step(list, standstill.unit, after: standstill.step)].compactMap { $0 }))
        }
        var run = Run(checker: self, list: list)
        if let problem = run.problem { return .undecided(problem) }
        _ = walk.walk { unit, number in run.visit(unit, number) }
        if let wrong = run.wrong { return .wrong(wrong.0, wrong.1) }
        if let problem = run.problem { return .undecided(problem) }
        return run.conclusion ?? .right(steps: steps)
    }

    /// The next command of a unit from a step on.
    private func step(_ list: StepList, _ unit: Int, after number: Int) -> Counterexample.Step? {
        for step in list.steps[unit][number...] {
            if case .work(let site, let indices) = step { return Self.step(text.sites[site], list, indices) }
        }
        return nil
    }

    private static func step(_ site: Site, _ list: StepList, _ indices: Int) -> Counterexample.Step {
        Counterexample.Step(
            unit: site.unit, text: StatementText.line(site.statement),
            indices: site.loops.enumerated().map { ($0.element.variable, Int(list.indices[indices + $0.offset])) })
    }

    /// One pass with clocks.
    private struct Run {
        let checker: ExhaustiveChecker
        let list: StepList
        let guarantees: TokenGuarantees
        var clocks: [Clock]
        /// By counter and giver: totals, and clocks at them.
        var gifts: [Int: [Int: [(total: Int, clock: Clock)]]] = [:]
        var commands: [Done] = []
        var operands: [Int: [Operand]] = [:]
        var accumulate: [Int: SlotExpression] = [:]
        var memories: [String: Int] = [:]
        var shadows: [ShadowMemory] = []
        var problem: String?
        var wrong: (Obligation.Kind, Counterexample)?
        /// Loops by which a reader finds its writer, by the two sites.
        var partners: [Int: [(Int, Int)]] = [:]
        var executed = 0
        var taken = 0
        var budget = 400_000_000
        var held: [Int: Set<String>] = [:]

        init(checker: ExhaustiveChecker, list: StepList) {
            self.checker = checker
            self.list = list
            guarantees = TokenGuarantees(list)
            let none = Clock(finished: Array(repeating: 0, count: list.steps.count), read: Array(repeating: 0, count: list.steps.count))
            clocks = Array(repeating: none, count: list.steps.count)
            for (number, site) in checker.text.sites.enumerated() {
                guard let command = site.command else { continue }
                var places: [String: Int] = [:]
                for (place, loop) in site.loops.enumerated() { places[loop.variable] = place }
                func slots(_ expression: Expression) -> SlotExpression? {
                    SlotExpression(expression.substituting { name in places[name] == nil ? checker.layers[name].map { .constant($0) } : nil }, places)
                }
                for access in Access.all(of: command, site: number) {
                    let region = access.region
                    let memory = memories[region.memory] ?? memories.count
                    if memory == memories.count {
                        memories[region.memory] = memory
                        shadows.append(ShadowMemory(units: list.steps.count))
                    }
                    let guards = region.guards.compactMap { condition in
                        slots(condition.left).flatMap { left in slots(condition.right).map { (left, condition.relation, $0) } }
                    }
                    let extents = region.extents.compactMap(slots)
                    guard let base = slots(region.base), let index = slots(region.index), extents.count == region.extents.count, guards.count == region.guards.count
                    else { problem = "an address has no value"; return }
                    let form = AffineForm(region.index)
                    let strides = region.guards.isEmpty && form.isLinearInCoordinates ? region.extents.indices.map { form.stride(of: $0) } : nil
                    operands[number, default: []].append(
                        Operand(access: access, base: base, index: index, extents: extents, guards: guards, strides: strides, memory: memory, bits: region.element.bits))
                }
                if let attribute = command[attribute: "accumulate"], let value = slots(attribute) { accumulate[number] = value }
            }
        }

        mutating func visit(_ unit: Int, _ number: Int) -> Bool {
            switch list.steps[unit][number] {
            case .take(let counter, _):
                for sure in guarantees.least[unit]?[number] ?? [] {
                    if let clock = gifts[counter]?[sure.giver].flatMap({ Self.first($0, atLeast: sure.count) }) { clocks[unit].join(clock) }
                }
            case .give(let counter, let count, let isRead):
                var clock = clocks[unit]
                clock.read[unit] = Int32(number)
                if !isRead { clock.finished[unit] = Int32(number) }
                let total = (gifts[counter]?[unit]?.last?.total ?? 0) + count
                gifts[counter, default: [:]][unit, default: []].append((total, clock))
            case .work(let site, let indices):
                commands.append(Done(unit: unit, step: Int32(number), site: site, indices: indices))
                execute(site, indices, unit)
            }
            return wrong == nil && problem == nil
        }

        private static func first(_ list: [(total: Int, clock: Clock)], atLeast count: Int) -> Clock? {
            var (low, high) = (0, list.count)
            while low < high {
                let middle = (low + high) / 2
                if list[middle].total >= count { high = middle } else { low = middle + 1 }
            }
            return low < list.count ? list[low].clock : nil
        }

        // MARK: Commands

        private mutating func execute(_ site: Int, _ indices: Int, _ unit: Int) {
            let loops = checker.text.sites[site].loops.count
            let values = (0..<loops).map { Int(list.indices[indices + $0]) }
            let own = Int32(commands.count - 1)
            let isProduct = checker.text.sites[site].command?.opcode == "matmul"
            var depth = 0
            if isProduct, let right = operands[site]?.first(where: { $0.access.operand == "right" }), let left = operands[site]?.first(where: { $0.access.operand == "left" }) {
                depth = right.extents[0].value(values)
                let (m, n) = (left.extents[0].value(values), right.extents.count > 1 ? right.extents[1].value(values) : 0)
                executed += m * depth * n
                if m <= 0 || depth <= 0 || n <= 0 { wrong = (.iterations, Counterexample("the tile is empty: \(m) x \(depth) x \(n)", steps: [here(own)])); return }
            }
            for operand in operands[site] ?? [] where !operand.access.isWrite {
                for run in runs(operand, values) {
                    read(run, operand, own, unit, isSum: false)
                    if wrong != nil || problem != nil { return }
                }
            }
            for operand in operands[site] ?? [] where operand.access.isWrite {
                let adds = isProduct && (accumulate[site]?.value(values) ?? 0) != 0
                for run in runs(operand, values) {
                    write(run, operand, own, unit, depth: isProduct ? depth : 0, adds: adds)
                    if wrong != nil || problem != nil { return }
                }
            }
        }

        private func here(_ command: Int32) -> Counterexample.Step {
            let done = commands[Int(command)]
            return ExhaustiveChecker.step(checker.text.sites[done.site], list, done.indices)
        }

        /// Bytes of a region in runs.
        private mutating func runs(_ operand: Operand, _ values: [Int]) -> [Range<Int>] {
            let extents = operand.extents.map { max(0, $0.value(values)) }
            let count = extents.reduce(1, *)
            budget -= count
            guard budget > 0 else { problem = "it touches too many elements"; return [] }
            guard count > 0 else { return [] }
            let start = operand.base.value(values) * 8
            var result: [Range<Int>] = []
            func add(_ bit: Int, _ bits: Int) {
                let bytes = floorDivide(bit, 8)..<floorDivide(bit + bits + 7, 8)
                if let last = result.last, last.upperBound == bytes.lowerBound || last.upperBound - 1 == bytes.lowerBound {
                    result[result.count - 1] = last.lowerBound..<bytes.upperBound
                } else {
                    result.append(bytes)
                }
            }
            var point = extents.map { _ in 0 }
            // The innermost dimension at once where its elements lie next to each other.
            if let strides = operand.strides {
                let order = extents.indices.sorted { strides[$0] > strides[$1] }
                let origin = start + operand.index.value(values, at: point) * operand.bits
                let inner = order.last
                let isRun = inner.map { strides[$0] == 1 } ?? false
                let length = isRun ? extents[inner ?? 0] : 1
                let walked = isRun ? Array(order.dropLast()) : order
                while true {
                    var bit = origin
                    for dimension in walked { bit += point[dimension] * strides[dimension] * operand.bits }
                    add(bit, length * operand.bits)
                    var place = walked.count - 1
                    while place >= 0 {
                        point[walked[place]] += 1
                        if point[walked[place]] < extents[walked[place]] { break }
                        point[walked[place]] = 0
                        place -= 1
                    }
                    if place < 0 { break }
                }
                return result
            }
            while true {
                let isInside = operand.guards.allSatisfy { $0.1.holds($0.0.value(values, at: point), $0.2.value(values, at: point)) }
                if isInside { add(start + operand.index.value(values, at: point) * operand.bits, operand.bits) }
                var dimension = extents.count - 1
                while dimension >= 0 {
                    point[dimension] += 1
                    if point[dimension] < extents[dimension] { break }
                    point[dimension] = 0
                    dimension -= 1
                }
                if dimension < 0 { break }
            }
            return result
        }

        // MARK: Bytes

        private mutating func read(_ bytes: Range<Int>, _ operand: Operand, _ own: Int32, _ unit: Int, isSum: Bool) {
            var checked: Int32 = -1
            var found: (Obligation.Kind, String, Int32)?
            var shadow = shadows[operand.memory]
            shadows[operand.memory] = ShadowMemory(units: 0)
            let takesSums = operand.access.operand == "in0"
            var depths: Set<Int32> = []
            var missing: Int?
            _ = shadow.update(bytes) { cell, address in
                if takesSums, cell.depth > 0 { depths.insert(cell.depth) }
                if cell.writer < 0 { missing = missing ?? address }
                guard cell.writer >= 0, cell.writer != checked else { return true }
                checked = cell.writer
                let writer = commands[Int(checked)]
                if writer.unit != unit {
                    if clocks[unit].finished[writer.unit] < writer.step { found = (.order, "nothing orders the two: the bytes may change while they are read", checked); return false }
                    if let message = mismatch(writer, commands[Int(own)], operand) { found = (.loaded, message, checked); return false }
                }
                return true
            }
            shadow.noteRead(bytes, by: unit, own)
            shadows[operand.memory] = shadow
            if let found {
                wrong = (found.0, Counterexample("\(operand.access.operand) at \(operand.access.region.memory)@\(bytes.lowerBound): \(found.1)", steps: [here(found.2), here(own)]))
                return
            }
            if takesSums, !depths.isEmpty { sums.formUnion(depths); if sums.count > 1 {
                wrong = (.accumulators, Counterexample("sums of \(sums.sorted().map(String.init).joined(separator: " and ")) steps of depth are taken", steps: [here(own)]))
            } else { taken += bytes.count * 8 / max(1, operand.bits) } }
            if let missing, wrong == nil, checker.isBuffer(operand.access) {
                wrong = (.loaded, Counterexample("\(operand.access.operand) reads \(operand.access.region.memory)@\(missing), where nothing was put", steps: [here(own)]))
            }
        }

        private var sums: Set<Int32> = []

        /// A reader finds the writer of its own iteration: the same values of all loops that both have, except for those that a condition on
        /// the writer's semaphore fixes.
        private mutating func mismatch(_ writer: Done, _ reader: Done, _ operand: Operand) -> String? {
            let key = writer.site * checker.text.sites.count + reader.site
            let (p, c) = (checker.text.sites[writer.site], checker.text.sites[reader.site])
            if partners[key] == nil {
                // The semaphore that the writer's unit gives next to the reader's.
                let next = checker.text.sites.filter { site in
                    guard site.stream == p.stream, site.position > p.position, case .release(let reference, _, _) = site.kind else { return false }
                    return checker.text.sites.contains { other in
                        if case .acquire(let taken, _) = other.kind { other.stream == c.stream && taken.name == reference.name } else { false }
                    }
                }.min { $0.position < $1.position }
                let pins = next?.pins ?? [:]
                var pairs: [(Int, Int)] = []
                for (place, loop) in p.loops.enumerated() where pins[loop.variable] == nil && (next.map { $0.loops.contains { $0.variable == loop.variable } } ?? true) {
                    if let other = c.loops.firstIndex(where: { $0.variable == loop.variable }) { pairs.append((place, other)) }
                }
                partners[key] = pairs
            }
            for (a, b) in partners[key] ?? [] where list.indices[writer.indices + a] != list.indices[reader.indices + b] {
                return "the bytes are those of \(p.loops[a].variable) = \(list.indices[writer.indices + a]), where \(c.loops[b].variable) = \(list.indices[reader.indices + b]) reads them"
            }
            return nil
        }

        private mutating func write(_ bytes: Range<Int>, _ operand: Operand, _ own: Int32, _ unit: Int, depth: Int, adds: Bool) {
            var found: (Obligation.Kind, String, Int32)?
            var shadow = shadows[operand.memory]
            shadows[operand.memory] = ShadowMemory(units: 0)
            for other in list.steps.indices where other != unit && found == nil {
                _ = shadow.lastReads(bytes, by: other) { command, _ in
                    if clocks[unit].read[other] < commands[Int(command)].step { found = (.order, "nothing makes the second wait until the first has read: the bytes may change before", command); return false }
                    return true
                }
            }
            let isResult = depth == 0 && checker.isResult(operand.access.region.memory, bytes.lowerBound)
            var checked: Int32 = -1
            _ = shadow.update(bytes) { cell, _ in
                if cell.writer >= 0, cell.writer != checked, found == nil {
                    checked = cell.writer
                    let writer = commands[Int(checked)]
                    if writer.unit != unit, clocks[unit].finished[writer.unit] < writer.step { found = (.order, "nothing orders two writers of the same bytes", checked) }
                    if isResult, found == nil { found = (.coverage, "an element of the result is written twice", checked) }
                }
                if adds, cell.writer < 0, found == nil { found = (.accumulators, "sums are added to what was there before", own) }
                cell.writer = own
                cell.depth = Int32(depth) + (adds ? cell.depth : 0)
                return found == nil
            }
            shadows[operand.memory] = shadow
            if let found {
                wrong = (found.0, Counterexample("\(operand.access.operand) at \(operand.access.region.memory)@\(bytes.lowerBound): \(found.1)", steps: found.2 == own ? [here(own)] : [here(found.2), here(own)]))
            }
        }

        /// What only the whole run shows.
        var conclusion: Finding? {
            guard executed > 0, checker.macs > 0 else { return nil }
            if executed != checker.macs {
                return .wrong(.iterations, Counterexample("\(executed) multiply-accumulates are executed, the operator has \(checker.macs)"))
            }
            if let depth = sums.first, taken > 0, Int(depth) * taken != checker.macs {
                return .wrong(.accumulators, Counterexample("\(taken) sums of \(depth) steps of depth are taken, for \(checker.macs) multiply-accumulates"))
            }
            return nil
        }
    }

    /// Whether what an operand reads is put there by the operator itself.
    private func isBuffer(_ access: Access) -> Bool {
        let base = AffineForm(access.region.base.substituting { layers[$0].map { .constant($0) } })
        return text.commands.contains { site in
            guard let command = site.command, site.stream != text.sites[access.site].stream || command.opcode == "copy" else { return false }
            return Access.all(of: command, site: 0).contains { other in
                other.isWrite && other.region.memory == access.region.memory
                    && AffineForm(other.region.base.substituting { layers[$0].map { .constant($0) } }).constant == base.constant
            }
        }
    }
}
