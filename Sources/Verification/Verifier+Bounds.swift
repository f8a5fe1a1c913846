import Programs

/// Where regions lie.
extension Verifier {
    mutating func verifyBounds(_ text: OperatorText) {
        let start = mark
        let found = solver.together { bounds(of: text) }
        add(.bounds, text, "\(found.count) regions lie in their tensors and memories", found.isSolved ? .solver : .intervals, found.verdict, since: start)
    }

    private func bounds(of text: OperatorText) -> (verdict: Obligation.Verdict, count: Int, isSolved: Bool) {
        var methods: Set<Obligation.Method> = []
        var count = 0
        var verdict = Obligation.Verdict.proved
        let assignments = TensorTable.assignments(text.layers)
        search: for (index, site) in text.sites.enumerated() {
            var accesses: [Access] = []
            if let command = site.command { accesses = Access.all(of: command, site: index) }
            if case .read(let symbol, let region) = site.kind { accesses = [Access(site: index, operand: symbol, region: region, isWrite: false)] }
            for access in accesses {
                if access.region.guards.contains(where: { condition in
                    guard let a = condition.left.constantValue, let b = condition.right.constantValue else { return false }
                    return !condition.relation.holds(a, b)
                }) { continue }
                count += 1
                // The same place in every layer's own tensor is proved once.
                var seen: Set<String> = []
                for layers in assignments {
                    let zero = layers.merging(Dictionary(site.loops.map { ($0.variable, site.pins[$0.variable] ?? 0) }) { a, _ in a }) { a, _ in a }
                    guard let base = access.region.base.evaluate(zero), let served = text.index.evaluate(layers) else { continue }
                    guard let capacity = capacities[access.region.memory] else {
                        verdict = .refuted(Counterexample("\(architecture.name) has no memory \(access.region.memory)", steps: [step(site, zero)]))
                        break search
                    }
                    var limit = 0..<capacity
                    var what = access.region.memory
                    if let place = tensors.placement(access.region.memory, base, isWrite: access.isWrite, by: served) {
                        let tensor = program.tensors[place]
                        limit = tensor.address..<(tensor.address + tensor.bytes)
                        what = "tensor \(tensor.value) \"\(tensor.name)\""
                    }
                    var shown = access
                    shown.region.base = access.region.base.substituting { layers[$0].map { .constant($0) } }
                    shown.region.index = access.region.index.substituting { layers[$0].map { .constant($0) } }
                    let key = "\((AffineForm(shown.region.base) - AffineForm(.constant(limit.lowerBound))).expression)|\(limit.count)|\(shown.region.index)"
                    guard seen.insert(key).inserted else { continue }
                    switch bounds.finding(shown, site, [], limit: limit, what: what) {
                    case .proved(let method): methods.insert(method)
                    case .open(let reason): verdict = .open("\(access.operand) of \(site.unit): \(reason)")
                    case .outside(let values, let address, let limit, let what):
                        verdict = .refuted(
                            Counterexample(
                                "\(access.operand) touches byte \(address) of \(access.region.memory); \(what) is \(limit.lowerBound) to \(limit.upperBound - 1)",
                                steps: [step(site, values.merging(layers) { a, _ in a })]))
                        break search
                    }
                }
            }
        }
        return (verdict, count, methods != [.intervals])
    }

    /// What a command reads lies in a tensor, or in a buffer that the operator fills.
    func noteUnwrittenReads(_ text: OperatorText, _ layers: [String: Int], _ findings: inout ProofFindings) {
        guard let buffers = text.buffers(layers, reaches) else { return }
        let held = Set(buffers.flatMap(\.readers).map { "\($0.site).\($0.operand)" })
        for (index, site) in text.sites.enumerated() {
            guard let command = site.command else { continue }
            for access in Access.all(of: command, site: index) where !access.isWrite && !held.contains("\(index).\(access.operand)") {
                if let hull = text.hull(of: access, layers, reaches), hull.isEmpty { continue }
                for layers in TensorTable.assignments(text.layers) {
                    let first = layers.merging(Dictionary(site.loops.map { ($0.variable, site.pins[$0.variable] ?? 0) }) { a, _ in a }) { a, _ in a }
                    guard let base = access.region.base.evaluate(first), let served = text.index.evaluate(layers),
                        tensors.placement(access.region.memory, base, isWrite: false, by: served) == nil
                    else { continue }
                    findings.refute(
                        .loaded,
                        Counterexample(
                            "\(access.operand) reads \(access.region.memory)@\(base), where no tensor lies and the operator has put nothing",
                            steps: [step(site, first)]))
                    return
                }
            }
        }
    }
}
