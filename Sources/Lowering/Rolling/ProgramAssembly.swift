import Programs

/// Writes the streams of a program from what its units do for each operator: loops over operators that repeat, and the semaphores
/// that keep operators in order which touch the same memory.
///
/// An operator that ends once has a semaphore `endN` with one counter for each unit that waits for it. Within a loop over
/// layers the counters are used again in every iteration: there each pair of units has its own, so that what a unit takes is what
/// its partner gave in the iteration meant and never in a later one. A wait for the layer before finds a token from the
/// start, as if a layer had ended before the first one.
struct ProgramAssembly {
    let operators: [Program.Operator]
    let functions: [Program.Function]
    let semaphores: [OperatorSemaphore]
    let units: [String]
    /// By unit, by operator.
    private var sections: [String: [Int: OperatorSection]] = [:]
    private var order: [String: [Int]] = [:]
    private var regions: [RolledRegion] = []
    /// Units with commands for an operator.
    private var participants: [[String]]
    /// Units that wait for the end of an operator that ends once.
    private var waiters: [Int: [String]] = [:]
    /// Waits within a loop: by unit, by place in the period of the first operator, by distance in iterations.
    private var inner: [InnerWait: Int] = [:]
    private var innerOrder: [InnerWait] = []
    /// Counters of an operator's inner semaphore.
    private var innerCounters: [InnerKey: Int] = [:]

    struct InnerKey: Hashable {
        /// The operator that is waited for, in the first iteration.
        var operatorIndex: Int
        /// How many iterations before.
        var distance: Int
    }

    struct InnerWait: Hashable {
        var key: InnerKey
        /// The operator that waits, in the first iteration.
        var waiting: Int
        var unit: String
    }

    init(
        operators: [Program.Operator], functions: [Program.Function], semaphores: [OperatorSemaphore], units: [String],
        sections: [String: [OperatorSection]], rolls: Bool
    ) {
        self.operators = operators
        self.functions = functions
        self.semaphores = semaphores
        self.units = units
        participants = Array(repeating: [], count: operators.count)
        for unit in units {
            var byOperator: [Int: OperatorSection] = [:]
            for section in sections[unit] ?? [] {
                byOperator[section.operatorIndex] = section
                order[unit, default: []].append(section.operatorIndex)
                if !section.body.isEmpty { participants[section.operatorIndex].append(unit) }
            }
            self.sections[unit] = byOperator
        }
        if rolls {
            var search = RegionSearch(operators: operators.count, units: units, sections: self.sections, semaphores: semaphores)
            regions = search.find()
        }
        collectWaits()
    }

    private func region(of operatorIndex: Int) -> RolledRegion? { regions.first { $0.contains(operatorIndex) } }

    private mutating func collectWaits() {
        for unit in units {
            for index in order[unit] ?? [] {
                for wait in sections[unit]?[index]?.waits ?? [] {
                    if let region = region(of: index), region.contains(wait) {
                        addInner(unit, waiting: index, on: wait, region)
                    } else if !participants[wait].isEmpty, !(waiters[wait]?.contains(unit) ?? false) {
                        waiters[wait, default: []].append(unit)
                    }
                }
            }
        }
        for region in regions { orderSharedSemaphores(region) }
    }

    private mutating func addInner(_ unit: String, waiting: Int, on wait: Int, _ region: RolledRegion) {
        let first = region.repetition.start
        let key = InnerKey(operatorIndex: first + region.place(wait), distance: region.iteration(waiting) - region.iteration(wait))
        let entry = InnerWait(key: key, waiting: first + region.place(waiting), unit: unit)
        guard inner[entry] == nil else { return }
        let counter = innerCounters[key, default: 0]
        inner[entry] = counter
        innerOrder.append(entry)
        innerCounters[key] = counter + participants[key.operatorIndex].count
    }

    /// A semaphore that several units give to, or take from, could mix up the tokens of two iterations: its units wait until all of them
    /// have ended the iteration before.
    private mutating func orderSharedSemaphores(_ region: RolledRegion) {
        for place in region.bodies.indices {
            var users: [String: (takers: Set<String>, givers: Set<String>)] = [:]
            for (unit, body) in region.bodies[place] {
                Self.semaphores(of: body) { name, takes in
                    if takes { users[name, default: ([], [])].takers.insert(unit) } else { users[name, default: ([], [])].givers.insert(unit) }
                }
            }
            let shared = users.values.filter { $0.takers.count > 1 || $0.givers.count > 1 }
            let affected = shared.reduce(into: Set<String>()) { $0.formUnion($1.takers); $0.formUnion($1.givers) }
            let index = region.repetition.start + place
            for unit in units where affected.contains(unit) {
                addInner(unit, waiting: index + region.repetition.period, on: index, region)
            }
        }
    }

    private static func semaphores(of body: [Statement], _ visit: (_ name: String, _ takes: Bool) -> Void) {
        for statement in body {
            switch statement {
            case .loop(_, _, let inner), .when(_, let inner): semaphores(of: inner, visit)
            case .acquire(let reference, _): visit(reference.name, true)
            case .release(let reference, _, _): visit(reference.name, false)
            case .read, .command: break
            }
        }
    }

    // MARK: Writing

    func program(name: String, architecture: String, tensors: [Program.Placement]) -> Program {
        let streams = units.map { unit in Program.Stream(unit: unit, body: stream(unit)) }
        return Program(
            name: name, architecture: architecture, operators: operators, tensors: tensors, functions: functions,
            semaphores: ownSemaphores + endSemaphores + innerSemaphores, streams: streams)
    }

    /// Those of operators in a loop are declared once, under the name of the first iteration's.
    private var ownSemaphores: [Program.Semaphore] {
        semaphores.filter { entry in region(of: entry.operatorIndex).map { $0.iteration(entry.operatorIndex) == 0 } ?? true }.map(\.semaphore)
    }

    private var endSemaphores: [Program.Semaphore] {
        operators.indices.compactMap { index in
            waiters[index].map { Program.Semaphore(name: "end\(index)", count: $0.count, initial: 0, meaning: .computed) }
        }
    }

    private static func innerName(_ key: InnerKey) -> String {
        key.distance == 0 ? "layerEnd\(key.operatorIndex)" : "layerEnd\(key.operatorIndex).before\(key.distance)"
    }

    private var innerSemaphores: [Program.Semaphore] {
        innerCounters.keys.sorted { ($0.operatorIndex, $0.distance) < ($1.operatorIndex, $1.distance) }.map { key in
            Program.Semaphore(
                name: Self.innerName(key), count: innerCounters[key] ?? 1, initial: key.distance, meaning: .computed)
        }
    }

    private func stream(_ unit: String) -> [Statement] {
        var result: [Statement] = []
        var done: Set<String> = []
        for index in order[unit] ?? [] {
            guard let region = region(of: index) else {
                for wait in sections[unit]?[index]?.waits ?? [] { result += acquireEnd(wait, unit) }
                result += sections[unit]?[index]?.body ?? []
                result += releaseEnd(index, unit)
                continue
            }
            guard done.insert(region.variable).inserted else { continue }
            result.append(
                .loop(variable: region.variable, bound: .constant(region.repetition.count), body: iteration(of: region, unit)))
        }
        return result
    }

    private func iteration(of region: RolledRegion, _ unit: String) -> [Statement] {
        var result: [Statement] = []
        let first = region.repetition.start
        for place in 0..<region.repetition.period {
            let index = first + place
            result += only(region) { iteration in
                (sections[unit]?[index + iteration * region.repetition.period]?.waits ?? []).filter { !region.contains($0) }
                    .flatMap { acquireEnd($0, unit) }
            }
            for entry in innerOrder where entry.unit == unit && entry.waiting == index {
                guard let counter = inner[entry] else { continue }
                for offset in participants[entry.key.operatorIndex].indices {
                    result.append(.acquire(SemaphoreReference(Self.innerName(entry.key), .constant(counter + offset)), count: 1))
                }
            }
            guard let body = region.bodies[place][unit] else { continue }
            result += body
            guard let own = participants[index].firstIndex(of: unit) else { continue }
            for entry in innerOrder where entry.key.operatorIndex == index {
                guard let counter = inner[entry] else { continue }
                result.append(
                    .release(SemaphoreReference(Self.innerName(entry.key), .constant(counter + own)), count: 1, when: .finished))
            }
            result += only(region) { releaseEnd(index + $0 * region.repetition.period, unit) }
        }
        return result
    }

    /// Statements of single iterations.
    private func only(_ region: RolledRegion, _ statements: (Int) -> [Statement]) -> [Statement] {
        (0..<region.repetition.count).compactMap { iteration in
            let body = statements(iteration)
            return body.isEmpty ? nil : .when([Condition(.variable(region.variable), .equal, .constant(iteration))], body: body)
        }
    }

    private func acquireEnd(_ wait: Int, _ unit: String) -> [Statement] {
        guard !participants[wait].isEmpty, let place = waiters[wait]?.firstIndex(of: unit) else { return [] }
        return [.acquire(SemaphoreReference("end\(wait)", .constant(place)), count: participants[wait].count)]
    }

    private func releaseEnd(_ index: Int, _ unit: String) -> [Statement] {
        guard participants[index].contains(unit), let waiting = waiters[index] else { return [] }
        return waiting.indices.map { .release(SemaphoreReference("end\(index)", .constant($0)), count: 1, when: .finished) }
    }
}
