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

    /// A command that has been run.
    struct Done {
        var unit: Int
        var step: Int32
        var site: Int
        var indices: Int
    }

    /// A region with its expressions ready to be evaluated.
    struct Operand {
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
        var run = ExhaustiveRun(checker: self, list: list)
        if let problem = run.problem { return .undecided(problem) }
        _ = walk.walk { unit, number in run.visit(unit, number) }
        if let wrong = run.wrong { return .wrong(wrong.0, wrong.1) }
        if let problem = run.problem { return .undecided(problem) }
        return run.conclusion ?? .right(steps: steps)
    }

    /// The next command of a unit from a step on.
    private func step(_ list: StepList, _ unit: Int, after number: Int) -> Counterexample.Step? {
        for step in list.steps[unit][number...] {
            if case .work(let site, let indices) = step { return Self.step(text.sites[site], list, indices, layers) }
        }
        return nil
    }

    static func step(_ site: Site, _ list: StepList, _ indices: Int, _ layers: [String: Int]) -> Counterexample.Step {
        let own = site.loops.enumerated().map { ($0.element.variable, Int(list.indices[indices + $0.offset])) }
        return Counterexample.Step(site, layers.merging(own) { _, own in own })
    }

    /// Whether what an operand reads is put there by the operator itself.
    func isBuffer(_ access: Access) -> Bool {
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
