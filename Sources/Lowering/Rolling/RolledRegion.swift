import Programs

/// Consecutive operators that do the same again and again, as one loop: what each unit does for each operator of one period.
struct RolledRegion {
    let repetition: Repetition
    /// Name of the loop's variable.
    let variable: String
    /// Folded bodies by place in the period, by unit.
    var bodies: [[String: [Statement]]]

    func contains(_ operatorIndex: Int) -> Bool { repetition.range.contains(operatorIndex) }
    /// Where in the period an operator stands.
    func place(_ operatorIndex: Int) -> Int { (operatorIndex - repetition.start) % repetition.period }
    /// In which period.
    func iteration(_ operatorIndex: Int) -> Int { (operatorIndex - repetition.start) / repetition.period }
}

/// Finds the operators of a program that repeat, and folds them.
struct RegionSearch {
    let operators: Int
    let units: [String]
    /// By unit, by operator.
    let sections: [String: [Int: OperatorSection]]
    let semaphores: [String: OperatorSemaphore]
    private var regions: [RolledRegion] = []

    init(operators: Int, units: [String], sections: [String: [Int: OperatorSection]], semaphores: [OperatorSemaphore]) {
        self.operators = operators
        self.units = units
        self.sections = sections
        self.semaphores = Dictionary(semaphores.map { ($0.semaphore.name, $0) }) { first, _ in first }
    }

    /// Attempts on one stretch: a repetition whose addresses do not go up evenly may do so from its second period on.
    private static let attempts = 12

    mutating func find() -> [RolledRegion] {
        let signatures = (0..<operators).map(signature)
        var open = [0..<operators]
        while let range = open.popLast() {
            var tried = 0
            search: for candidate in Repetition.candidates(in: signatures, range: range) {
                for late in 0...1 {
                    for early in 0...1 {
                        let count = candidate.count - late - early
                        guard count >= 3, tried < Self.attempts else { continue }
                        tried += 1
                        let repetition = Repetition(start: candidate.start + late * candidate.period, period: candidate.period, count: count)
                        guard let region = fold(repetition) else { continue }
                        regions.append(region)
                        open.append(range.lowerBound..<repetition.start)
                        open.append(repetition.range.upperBound..<range.upperBound)
                        break search
                    }
                }
            }
        }
        return regions.sorted { $0.repetition.start < $1.repetition.start }
    }

    private func signature(_ index: Int) -> Int {
        var signature = StatementSignature { semaphores[$0]?.shortName ?? $0 }
        for unit in units {
            guard let section = sections[unit]?[index] else { continue }
            signature.add(unit)
            signature.add(section.body)
        }
        return signature.value
    }

    private func fold(_ repetition: Repetition) -> RolledRegion? {
        let variable = regions.isEmpty ? "layer" : "layer\(regions.count)"
        var folding = StatementFolding(variable: .variable(variable))
        folding.semaphore = { references in
            // Each operator has its own: they become one, which every iteration uses again.
            guard let first = semaphores[references[0].name] else { return nil }
            for (iteration, reference) in references.enumerated() {
                guard let own = semaphores[reference.name], own.shortName == first.shortName,
                    own.operatorIndex == first.operatorIndex + iteration * repetition.period, own.semaphore.count == first.semaphore.count,
                    own.semaphore.initial == first.semaphore.initial, own.semaphore.meaning == first.semaphore.meaning
                else { return nil }
            }
            return (first.semaphore.name, 0)
        }
        var region = RolledRegion(repetition: repetition, variable: variable, bodies: [])
        for place in 0..<repetition.period {
            var bodies: [String: [Statement]] = [:]
            for unit in units {
                let texts = (0..<repetition.count).map { sections[unit]?[repetition.start + place + $0 * repetition.period]?.body }
                let present = texts.compactMap { $0 }
                guard !present.isEmpty else { continue }
                guard present.count == texts.count, let body = folding.fold(present) else { return nil }
                bodies[unit] = body
            }
            region.bodies.append(bodies)
        }
        return region
    }
}
