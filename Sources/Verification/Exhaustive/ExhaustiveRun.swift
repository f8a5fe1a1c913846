import Programs

/// One pass with clocks.
struct ExhaustiveRun {
    let checker: ExhaustiveChecker
    let list: StepList
    let guarantees: TokenGuarantees
    var clocks: [UnitClock]
    /// By counter and giver: totals, and clocks at them.
    var gifts: [Int: [Int: [(total: Int, clock: UnitClock)]]] = [:]
    var commands: [ExhaustiveChecker.Done] = []
    var operands: [Int: [ExhaustiveChecker.Operand]] = [:]
    var accumulate: [Int: SlotExpression] = [:]
    var memories: [String: Int] = [:]
    var shadows: [ShadowMemory] = []
    var problem: String?
    var wrong: (Obligation.Kind, Counterexample)?
    /// Loops by which a reader finds its writer, by the two sites.
    var partners: [Int: [(Int, Int)]] = [:]
    var executed = 0
    /// Steps of depth of the sums that were taken.
    var sums: Set<Int32> = []
    var taken = 0
    var budget = 400_000_000
    var held: [Int: Set<String>] = [:]

    init(checker: ExhaustiveChecker, list: StepList) {
        self.checker = checker
        self.list = list
        guarantees = TokenGuarantees(list)
        let none = UnitClock(units: list.steps.count)
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
                    ExhaustiveChecker.Operand(access: access, base: base, index: index, extents: extents, guards: guards, strides: strides, memory: memory, bits: region.element.bits))
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
            commands.append(ExhaustiveChecker.Done(unit: unit, step: Int32(number), site: site, indices: indices))
            execute(site, indices, unit)
        }
        return wrong == nil && problem == nil
    }

    private static func first(_ list: [(total: Int, clock: UnitClock)], atLeast count: Int) -> UnitClock? {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle].total >= count { high = middle } else { low = middle + 1 }
        }
        return low < list.count ? list[low].clock : nil
    }

    mutating func execute(_ site: Int, _ indices: Int, _ unit: Int) {
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

    func here(_ command: Int32) -> Counterexample.Step {
        let done = commands[Int(command)]
        return ExhaustiveChecker.step(checker.text.sites[done.site], list, done.indices, checker.layers)
    }
}
