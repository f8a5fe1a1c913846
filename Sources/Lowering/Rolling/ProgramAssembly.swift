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
    /// Units of the same kind one behind the other, by core: what is numbered in this order goes up evenly from core to core.
    let units: [String]
    let cores: Int
    let rolls: Bool
    /// By unit, by operator.
    private var sections: [String: [Int: OperatorSection]] = [:]
    private var order: [String: [Int]] = [:]
    private var regions: [RolledRegion] = []
    /// Units with commands for an operator.
    private var participants: [[String]]
    /// Units that wait for the end of an operator that ends once.
    private var waiters: [Int: [String]] = [:]
    /// Waits within a loop, and the first counter of each.
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
        sections: [String: [OperatorSection]], cores: Int, rolls: Bool
    ) {
        self.operators = operators
        self.functions = functions
        self.semaphores = semaphores
        self.cores = cores
        self.rolls = rolls
        let units = Self.ordered(units, cores: cores)
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

    /// Operators that a loop stands for.
    var rolledOperators: Int { regions.reduce(0) { $0 + $1.repetition.range.count } }

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
        for entry in innerOrder {
            inner[entry] = innerCounters[entry.key, default: 0]
            innerCounters[entry.key, default: 0] += participants[entry.key.operatorIndex].count
        }
    }

    private mutating func addInner(_ unit: String, waiting: Int, on wait: Int, _ region: RolledRegion) {
        let first = region.repetition.start
        let key = InnerKey(operatorIndex: first + region.place(wait), distance: region.iteration(waiting) - region.iteration(wait))
        let entry = InnerWait(key: key, waiting: first + region.place(waiting), unit: unit)
        if inner.updateValue(0, forKey: entry) == nil { innerOrder.append(entry) }
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

    /// The core a unit belongs to, and its name there; `nil` for units that all cores share.
    private static func home(_ unit: String, cores: Int) -> (core: Int, name: String)? {
        guard cores > 1, unit.hasPrefix("core"), let dot = unit.firstIndex(of: "."), let core = Int(unit[..<dot].dropFirst(4)) else { return nil }
        return (core, String(unit[unit.index(after: dot)...]))
    }

    private static func ordered(_ units: [String], cores: Int) -> [String] {
        var names: [String] = []
        for unit in units {
            if let name = home(unit, cores: cores)?.name, !names.contains(name) { names.append(name) }
        }
        let own = names.flatMap { name in (0..<cores).map { "core\($0).\(name)" } }.filter { units.contains($0) }
        return own + units.filter { home($0, cores: cores) == nil }
    }

    // MARK: Writing

    func program(name: String, architecture: String, tensors: [Program.Placement]) -> Program {
        let declared = semaphores.filter { entry in
            // Those of operators in a loop are declared once, under the name of the first iteration's.
            region(of: entry.operatorIndex).map { $0.iteration(entry.operatorIndex) == 0 } ?? true
        }
        let joined = rolls ? CoreFolding.joined(declared, cores: cores) : (semaphores: declared.map(\.semaphore), places: [:])
        var streams: [Program.Stream] = []
        var written: Set<String> = []
        let chunks = Dictionary(uniqueKeysWithValues: units.map { ($0, stream($0, joined.places)) })
        for unit in units where !written.contains(unit) {
            if rolls, let home = Self.home(unit, cores: cores) {
                let members = (0..<cores).map { "core\($0).\(home.name)" }
                let texts = members.compactMap { chunks[$0] }
                if texts.count == cores, let body = CoreFolding(cores: cores).fold(texts) {
                    written.formUnion(members)
                    streams.append(
                        Program.Stream(unit: "core*.\(home.name)", body: body, family: .init(variable: CoreFolding.variable, count: cores)))
                    continue
                }
            }
            streams.append(Program.Stream(unit: unit, body: (chunks[unit] ?? []).flatMap(\.statements)))
        }
        return Program(
            name: name, architecture: architecture, operators: operators, tensors: tensors, functions: functions,
            semaphores: joined.semaphores + endSemaphores + innerSemaphores, streams: streams)
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
        innerKeys.map { Program.Semaphore(name: Self.innerName($0), count: innerCounters[$0] ?? 1, initial: $0.distance, meaning: .computed) }
    }

    private var innerKeys: [InnerKey] {
        innerCounters.keys.sorted { ($0.operatorIndex, $0.distance) < ($1.operatorIndex, $1.distance) }
    }

    private func stream(_ unit: String, _ places: [String: (name: String, offset: Int)]) -> [StreamChunk] {
        func renamed(_ body: [Statement]) -> [Statement] {
            guard !places.isEmpty else { return body }
            return body.map { statement in
                statement.replacingSemaphores { reference in
                    places[reference.name].map { SemaphoreReference($0.name, reference.index + .constant($0.offset)) } ?? reference
                }
            }
        }
        var result: [StreamChunk] = []
        var done: Set<String> = []
        for index in order[unit] ?? [] {
            guard let region = region(of: index) else {
                for wait in sections[unit]?[index]?.waits ?? [] { result.append(.statements(key: "\(index) after \(wait)", acquireEnd(wait, unit))) }
                result.append(.statements(key: "\(index)", renamed(sections[unit]?[index]?.body ?? [])))
                result.append(.statements(key: "\(index) ends", releaseEnd(index, unit)))
                continue
            }
            guard done.insert(region.variable).inserted else { continue }
            result.append(
                .loop(variable: region.variable, bound: region.repetition.count, iteration(of: region, unit, renamed)))
        }
        return result
    }

    private func iteration(of region: RolledRegion, _ unit: String, _ renamed: ([Statement]) -> [Statement]) -> [StreamChunk] {
        var result: [StreamChunk] = []
        let first = region.repetition.start
        for place in 0..<region.repetition.period {
            let index = first + place
            for (iteration, body) in only(region, { iteration in
                (sections[unit]?[index + iteration * region.repetition.period]?.waits ?? []).filter { !region.contains($0) }
                    .flatMap { acquireEnd($0, unit) }
            }) { result.append(.statements(key: "\(index) waits in \(iteration)", [body])) }
            for entry in innerOrder where entry.unit == unit && entry.waiting == index {
                guard let counter = inner[entry] else { continue }
                let name = Self.innerName(entry.key)
                result.append(
                    .statements(
                        key: "\(index) after \(name)",
                        Self.each(participants[entry.key.operatorIndex].count, "p") { .acquire(SemaphoreReference(name, $0 + .constant(counter)), count: 1) }))
            }
            guard let body = region.bodies[place][unit] else { continue }
            result.append(.statements(key: "\(index)", renamed(body)))
            guard let own = participants[index].firstIndex(of: unit) else { continue }
            for key in innerKeys where key.operatorIndex == index {
                // One counter for each participant and each waiting unit, the participants' next to each other.
                let name = Self.innerName(key)
                let participants = participants[index].count
                result.append(
                    .statements(
                        key: "\(index) ends for \(name)",
                        Self.each((innerCounters[key] ?? 0) / participants, "w") {
                            .release(SemaphoreReference(name, $0 * participants + .constant(own)), count: 1, when: .finished)
                        }))
            }
            for (iteration, body) in only(region, { releaseEnd(index + $0 * region.repetition.period, unit) }) {
                result.append(.statements(key: "\(index) ends in \(iteration)", [body]))
            }
        }
        return result
    }

    /// Statements of single iterations.
    private func only(_ region: RolledRegion, _ statements: (Int) -> [Statement]) -> [(iteration: Int, statement: Statement)] {
        (0..<region.repetition.count).compactMap { iteration in
            let body = statements(iteration)
            guard !body.isEmpty else { return nil }
            return (iteration, .when([Condition(.variable(region.variable), .equal, .constant(iteration))], body: body))
        }
    }

    /// A statement for each number below `count`, as a loop when there are many.
    private static func each(_ count: Int, _ variable: String, _ statement: (Expression) -> Statement) -> [Statement] {
        guard count > 2 else { return (0..<count).map { statement(.constant($0)) } }
        return [.loop(variable: variable, bound: .constant(count), body: [statement(.variable(variable))])]
    }

    private func acquireEnd(_ wait: Int, _ unit: String) -> [Statement] {
        guard !participants[wait].isEmpty, let place = waiters[wait]?.firstIndex(of: unit) else { return [] }
        return [.acquire(SemaphoreReference("end\(wait)", .constant(place)), count: participants[wait].count)]
    }

    private func releaseEnd(_ index: Int, _ unit: String) -> [Statement] {
        guard participants[index].contains(unit), let waiting = waiters[index] else { return [] }
        return Self.each(waiting.count, "w") { .release(SemaphoreReference("end\(index)", $0), count: 1, when: .finished) }
    }
}
