import Programs

/// Commands of two units, and iterations of them in which both touch the same byte: the solver says which, however far they are.
struct MeetingSearch {
    enum Finding {
        case found(Counterexample.Step, Counterexample.Step)
        /// They touch no byte together.
        case none
        case undecided(String)
    }

    let sections: ProgramSections
    let solver: ClaimSolver

    private struct Candidate {
        var site: Site
        var access: Access
        var layers: [String: Int]
    }

    /// The first two commands, in the order of the program, that meet in a memory, in small iterations.
    func meeting(_ first: OperatorOrder.Side, _ second: OperatorOrder.Side, _ memory: String) -> Finding {
        let (ones, others) = (candidates(first, memory), candidates(second, memory))
        var open: String?
        // What the two are said to do comes first.
        let pairs = ones.flatMap { one in others.map { (one, $0) } }.filter { $0.access.isWrite || $1.access.isWrite }
        func isMeant(_ pair: (Candidate, Candidate)) -> Bool { pair.0.access.isWrite == first.isWrite && pair.1.access.isWrite == second.isWrite }
        for (one, other) in pairs.filter(isMeant) + pairs.filter({ !isMeant($0) }) {
            let scope = SymbolicScope()
            let (i, inI) = scope.iteration(of: one.site, layers: one.layers.mapValues { scope.constant($0) }, named: "i.")
            let (j, inJ) = scope.iteration(of: other.site, layers: other.layers.mapValues { scope.constant($0) }, named: "j.")
            let (p, inP) = scope.point(of: one.access.region, i, named: "i.")
            let (q, inQ) = scope.point(of: other.access.region, j, named: "j.")
            let (a, b) = (scope.bitAddress(one.access.region, i, p), scope.bitAddress(other.access.region, j, q))
            let meet = [a < b + other.access.region.element.bits, b < a + one.access.region.element.bits]
            switch solver.search(scope, inI + inJ + inP + inQ + meet).outcome {
            case .impossible: continue
            case .undecided(let reason): open = open ?? reason
            case .possible(let model):
                return .found(step(one, model, "i."), step(other, model, "j."))
            }
        }
        return open.map { .undecided($0) } ?? .none
    }

    private func step(_ candidate: Candidate, _ model: [String: Int], _ prefix: String) -> Counterexample.Step {
        var values = candidate.layers
        for loop in candidate.site.loops { values[loop.variable] = model[prefix + loop.variable] ?? 0 }
        return Counterexample.Step(candidate.site, values)
    }

    /// What commands of a unit do to a memory for an operator. A unit that has written a part of a buffer and read another is taken for its
    /// writer: both are looked at, and one of two that meet has to write.
    private func candidates(_ side: OperatorOrder.Side, _ memory: String) -> [Candidate] {
        var found: [Candidate] = []
        for text in sections.operators {
            for layers in TensorTable.assignments(text.layers) where text.index.evaluate(layers) == side.operatorIndex {
                for site in text.commands where site.stream == side.unit {
                    guard let command = site.command else { continue }
                    for access in Access.all(of: command, site: 0) where access.region.memory == memory && (side.isWrite || !access.isWrite) {
                        found.append(Candidate(site: site, access: access, layers: layers))
                    }
                }
            }
        }
        return found
    }
}
