import Programs

/// The whole program.
extension Verifier {
    /// Semaphores are given as often as they are taken: one obligation for those of each operator, and one for those between operators.
    mutating func verifyBalance() {
        let start = mark
        let (own, between) = SemaphoreProof(program: program, sections: sections).balance(inner)
        var rest = mark - start
        for (text, balance) in zip(sections.operators, own) where balance.semaphores > 0 {
            var spent = Spent()
            spent.time = balance.spent
            rest.time -= balance.spent
            add(.balance, text, Claims.balance(balance.semaphores), .counting, verdict(balance, text.sites), spent)
        }
        add(.balance, nil, Claims.balance(between.semaphores), .counting, verdict(between, sections.operators.lazy.flatMap(\.sites)), rest)
    }

    private func verdict(_ balance: SemaphoreProof.Balance, _ sites: some Sequence<Site>) -> Obligation.Verdict {
        if let name = balance.uncounted { return .open("\(name) is used too often to be counted") }
        guard let first = balance.wrong.first else { return .proved }
        let users = sites.filter { $0.semaphore?.name == first.name }
        let isGiving: (Site) -> Bool = { if case .release = $0.kind { true } else { false } }
        return .refuted(
            Counterexample(
                "semaphore \(first.name)[\(first.counter)] is given \(first.given) times and taken \(first.taken) times",
                steps: [users.first(where: isGiving), users.first { !isGiving($0) }].compactMap { $0.map { step($0, [:]) } }))
    }

    /// Operators wait for those before them: one obligation for each, and one for nothing standing still between them.
    mutating func verifyOperatorOrder() {
        let start = mark
        let order = OperatorOrder(program: program, sections: sections, tensors: tensors, inner: inner, reaches: reaches)
        let finding = order.finding()
        var rest = mark - start
        for (place, text) in sections.operators.enumerated() {
            var verdict = Obligation.Verdict.proved
            let before = mark
            if let failure = finding.failure {
                verdict = .open(failure)
            } else if let conflict = finding.conflicts[place] {
                verdict = self.verdict(conflict, order)
            } else if finding.reached[place] == 0 {
                verdict = .open("units stand still before it")
            }
            var spent = mark - before
            if finding.failure == nil {
                spent.time += finding.spent[place]
                rest.time -= finding.spent[place]
            }
            add(.operatorOrder, text, Claims.operatorOrder, .exhaustive, verdict, spent)
        }
        var verdict = finding.failure.map { Obligation.Verdict.open($0) } ?? .proved
        if let standstill = finding.standstill {
            verdict = .refuted(
                Counterexample(
                    "\(program.streams[standstill.unit].unit) waits for ever for \(standstill.semaphore) before operator \(standstill.operatorIndex)"))
        }
        add(.operatorOrder, nil, Claims.operatorProgress, .exhaustive, verdict, rest)
    }

    private func verdict(_ conflict: OperatorOrder.Conflict, _ order: OperatorOrder) -> Obligation.Verdict {
        let memory = order.touched.memories[conflict.memory]
        func name(_ side: OperatorOrder.Side) -> String {
            "operator \(side.operatorIndex) \(side.isWrite ? "writes" : "reads") it in \(program.streams[side.unit].unit)"
        }
        let place = "\(memory)@\(conflict.bytes.lowerBound) to \(conflict.bytes.upperBound - 1)"
        switch MeetingSearch(sections: sections, solver: solver).meeting(conflict.first, conflict.second, memory) {
        case .found(let first, let second):
            return .refuted(Counterexample("nothing orders two accesses to \(place): \(name(conflict.first)), \(name(conflict.second))", steps: [first, second]))
        case .none: return .open("nothing orders \(name(conflict.first)) and \(name(conflict.second)): \(place) as a whole, of which they share no byte")
        case .undecided(let reason): return .open("nothing orders \(name(conflict.first)) and \(name(conflict.second)): \(place); which commands meet: \(reason)")
        }
    }
}
