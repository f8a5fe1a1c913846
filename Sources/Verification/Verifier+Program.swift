import Programs

/// The whole program.
extension Verifier {
    mutating func verifyBalance() {
        let start = mark
        let proof = SemaphoreProof(program: program, sections: sections)
        let (wrong, uncounted) = proof.imbalance()
        var verdict = Obligation.Verdict.proved
        if let uncounted {
            verdict = .open("\(uncounted) is used too often to be counted")
        } else if let first = wrong.first {
            let users = sections.operators.flatMap(\.sites).filter { $0.semaphore?.name == first.name }
            let isGiving: (Site) -> Bool = { if case .release = $0.kind { true } else { false } }
            verdict = .refuted(
                Counterexample(
                    "semaphore \(first.name)[\(first.counter)] is given \(first.given) times and taken \(first.taken) times",
                    steps: [users.first(where: isGiving), users.first { !isGiving($0) }].compactMap { $0.map { step($0, [:]) } }))
        }
        add(.balance, nil, "\(program.semaphores.count) semaphores are given as often as they are taken", .counting, verdict, since: start)
    }

    mutating func verifyOperatorOrder() {
        let start = mark
        let order = OperatorOrder(program: program, sections: sections, tensors: tensors, inner: inner, reaches: reaches)
        let claim = "operators that touch the same memory wait for each other"
        switch order.finding() {
        case .ordered: add(.operatorOrder, nil, claim, .exhaustive, .proved, since: start)
        case .unknown(let reason): add(.operatorOrder, nil, claim, .exhaustive, .open(reason), since: start)
        case .stuck(let unit, let semaphore, let operatorIndex):
            add(
                .operatorOrder, nil, claim, .exhaustive,
                .refuted(Counterexample("\(program.streams[unit].unit) waits for ever for \(semaphore) before operator \(operatorIndex)")), since: start)
        case .conflict(let conflict):
            func name(_ side: OperatorOrder.Side) -> String {
                "operator \(side.operatorIndex) \(side.isWrite ? "writes" : "reads") it in \(program.streams[side.unit].unit)"
            }
            add(
                .operatorOrder, nil, claim, .exhaustive,
                .refuted(
                    Counterexample(
                        "nothing orders two accesses to \(conflict.memory)@\(conflict.bytes.lowerBound) to \(conflict.bytes.upperBound - 1): \(name(conflict.first)), \(name(conflict.second))",
                        steps: [conflict.first, conflict.second].compactMap { example($0, conflict.memory, conflict.bytes) })),
                since: start)
        }
    }

    /// A command of a unit for an operator, in an iteration in which it touches some of the bytes.
    private func example(_ side: OperatorOrder.Side, _ memory: String, _ bytes: Range<Int>) -> Counterexample.Step? {
        for text in sections.operators {
            for layers in TensorTable.assignments(text.layers) where text.index.evaluate(layers) == side.operatorIndex {
                for site in text.commands where site.stream == side.unit {
                    guard let command = site.command else { continue }
                    for access in Access.all(of: command, site: 0) where access.isWrite == side.isWrite && access.region.memory == memory {
                        var found: [String: Int]?
                        var budget = 100_000
                        _ = Enumeration.walk(site.loops, guards: site.guards, layers, budget: &budget) { values in
                            guard let own = access.region.bytes(values), own.lowerBound < bytes.upperBound, bytes.lowerBound <= own.upperBound else { return true }
                            found = values
                            return false
                        }
                        if let found { return step(site, found) }
                    }
                }
            }
        }
        return nil
    }
}
