import Architecture
import Programs
import SMT

/// Options of a verification.
public struct VerificationOptions: Sendable {
    /// Resources of one query, in the solver's units.
    public var resources: UInt32
    /// Whether to try to prove dimensions for every size.
    public var symbolicSizes: Bool
    /// Operators to verify; all when empty. The order between operators is then left out.
    public var operators: [Int]
    /// Steps that the exhaustive checker may take for one operator.
    public var exhaustiveSteps: Int
    /// Whether the exhaustive checker decides everything within operators that it can, and the solver nothing of it: to hold the two
    /// against each other.
    public var isExhaustiveOnly: Bool
    public init(
        resources: UInt32 = 3_000_000, symbolicSizes: Bool = false, operators: [Int] = [], exhaustiveSteps: Int = 1_000_000,
        isExhaustiveOnly: Bool = false
    ) {
        self.resources = resources; self.symbolicSizes = symbolicSizes; self.operators = operators; self.exhaustiveSteps = exhaustiveSteps
        self.isExhaustiveOnly = isExhaustiveOnly
    }
}

/// Proves that a program is right on an architecture.
public struct Verifier {
    let program: Program
    let architecture: Architecture
    let options: VerificationOptions
    let sections: ProgramSections
    let tensors: TensorTable
    let inner: Set<String>
    private let capacities: [String: Int]
    private let solver: ClaimSolver
    private let reaches = ReachTable()
    private var bounds: BoundsProof
    private var obligations: [Obligation] = []
    /// Proofs by the operators' form, so that equal operators are proved once.
    private var proved: Set<String> = []
    /// What one operator writes: the tensors, with the boxes of each operator.
    private var written: [Int: [(operatorIndex: Int, distances: [Int], boxes: [(starts: [Int], extents: [Int])])]] = [:]

    public static func verify(_ program: Program, on architecture: Architecture, options: VerificationOptions = VerificationOptions()) -> Certificate {
        var verifier = Verifier(program, architecture, options)
        verifier.run()
        return Certificate(
            program: program.name, architecture: architecture.name, solverVersion: Context.version, obligations: verifier.obligations)
    }

    private init(_ original: Program, _ architecture: Architecture, _ options: VerificationOptions) {
        program = original.unfolded
        self.architecture = architecture
        self.options = options
        sections = ProgramSections(program)
        tensors = TensorTable(program, sections)
        solver = ClaimSolver(resources: options.resources)
        bounds = BoundsProof(solver)
        capacities = Dictionary(MachineInstances(of: architecture).memories.map { ($0.name, $0.description.capacity.count) }) { a, _ in a }
        var users: [String: Set<Int>] = [:]
        for (place, text) in sections.operators.enumerated() {
            for site in text.sites {
                switch site.kind {
                case .acquire(let reference, _), .release(let reference, _, _): users[reference.name, default: []].insert(place)
                default: break
                }
            }
        }
        // A semaphore that joins an operator with itself in the next layer is not its own.
        let (sections, initial) = (sections, Dictionary(program.semaphores.map { ($0.name, $0.initial) }) { a, _ in a })
        inner = Set(users.filter { name, texts in
            guard texts.count == 1, let place = texts.first else { return false }
            let text = sections.operators[place]
            let sites = text.sites.filter { site in
                switch site.kind {
                case .acquire(let reference, _), .release(let reference, _, _): reference.name == name
                default: false
                }
            }
            // Taken before a unit's first command of the operator, given after its last one, with a token at the start: the order of
            // layers, for which a layer is one step.
            guard !text.layers.isEmpty, initial[name, default: 0] > 0 else { return true }
            return !sites.allSatisfy { site in
                let own = text.commands.filter { $0.stream == site.stream }
                guard let first = own.map(\.position).min(), let last = own.map(\.position).max() else { return true }
                let isOutside = Set(site.loops.map(\.identity)).isDisjoint(with: own.flatMap { $0.loops.map(\.identity) })
                return isOutside && (site.position < first || site.position > last)
            }
        }.keys)
    }

    private var mark: (UInt64, Int) { (solver.resources, solver.queries) }

    private mutating func add(
        _ kind: Obligation.Kind, _ text: OperatorText?, _ claim: String, _ method: Obligation.Method, _ verdict: Obligation.Verdict,
        since start: (UInt64, Int), allSizes: Bool = false
    ) {
        obligations.append(
            Obligation(
                kind, operatorIndex: text?.first, repeats: text?.instances ?? 1, claim: claim, method: method, verdict: verdict,
                resources: solver.resources - start.0, queries: solver.queries - start.1,
                limit: solver.queries == start.1 ? 0 : UInt64(options.resources), holdsForAllSizes: allSizes))
    }

    private mutating func run() {
        for text in sections.operators where options.operators.isEmpty || options.operators.contains(where: { index in
            TensorTable.assignments(text.layers).contains { text.index.evaluate($0) == index }
        }) {
            verify(text)
        }
        verifySizes()
        guard options.operators.isEmpty else { return }
        verifyBalance()
        verifyOperatorOrder()
        verifyTensors()
    }

    // MARK: One operator

    private mutating func verify(_ text: OperatorText) {
        verifyBounds(text)
        let layers = Dictionary(text.layers.map { ($0.variable, 0) }) { a, _ in a }
        let own = program.semaphores.filter { semaphore in
            inner.contains(semaphore.name)
                && text.sites.contains { site in
                    switch site.kind {
                    case .acquire(let reference, _), .release(let reference, _, _): reference.name == semaphore.name
                    default: false
                    }
                }
        }
        verifyCoverage(text)
        var findings = ProofFindings()
        noteUnwrittenReads(text, layers, &findings)
        // Cores that have nothing to do with each other within the operator are proved one by one, and equal ones once.
        for part in text.parts(joinedBy: own) {
            let form = part.buffers(layers, reaches).map { OperatorForm.key(part, own, layers, buffers: $0) }
            if let form, proved.contains(form) { continue }
            var own = ProofFindings()
            prove(part, semaphores(of: part, own: inner), layers, &own)
            if own.isComplete, let form { proved.insert(form) }
            findings.join(own)
        }
        if text.commands.contains(where: { $0.command?.opcode == "matmul" }) {
            proveIterations(text, own, layers, &findings)
            proveOperands(text, layers, &findings)
        } else if let macs = text.index.evaluate(layers).flatMap({ program.operators.indices.contains($0) ? program.operators[$0].macs : nil }), macs > 0 {
            findings.refute(.iterations, Counterexample("no multiply-accumulate is executed, the operator has \(macs)"))
        }
        settle(text, own, layers, findings)
    }

    /// What a command reads lies in a tensor, or in a buffer that the operator fills.
    private func noteUnwrittenReads(_ text: OperatorText, _ layers: [String: Int], _ findings: inout ProofFindings) {
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

    private func semaphores(of text: OperatorText, own: Set<String>) -> [Program.Semaphore] {
        var used: Set<String> = []
        for site in text.sites {
            switch site.kind {
            case .acquire(let reference, _), .release(let reference, _, _): used.insert(reference.name)
            default: break
            }
        }
        return program.semaphores.filter { used.contains($0.name) && own.contains($0.name) }
    }

    private func prove(_ text: OperatorText, _ semaphores: [Program.Semaphore], _ layers: [String: Int], _ findings: inout ProofFindings) {
        if options.isExhaustiveOnly {
            for kind in [Obligation.Kind.order, .loaded, .progress, .accumulators] { findings.note(kind, "left to the exhaustive checker") }
            return
        }
        var before = mark
        func spend(_ kind: Obligation.Kind) {
            findings.spend(kind, resources: solver.resources - before.0, queries: solver.queries - before.1)
            before = mark
        }
        let channels = ChannelTable(text, semaphores, solver)
        findings.note(.order, channels.failure)
        if let buffers = text.buffers(layers, reaches) {
            let order = OrderProof(text: text, channels: channels, solver: solver)
            for buffer in buffers where !findings.isOpen(.order) {
                findings.note(.order, order.failure(buffer, layers, isResult: isResult(buffer, text, layers)))
            }
            spend(.order)
            let loaded = LoadedProof(text: text, channels: channels, solver: solver)
            for buffer in buffers {
                // Sums are what all of a tile's products have added.
                if buffer.writers.contains(where: { text.sites[$0.site].command?.opcode == "matmul" }) {
                    for reader in buffer.readers where !findings.isOpen(.loaded) { findings.note(.loaded, loaded.sumsFailure(reader, buffer.writers)) }
                    continue
                }
                for reader in buffer.readers where !findings.isOpen(.loaded) { findings.note(.loaded, loaded.failure(reader, buffer.writers)) }
            }
        } else {
            findings.note(.order, "a region's reach is not known")
            findings.note(.loaded, "a region's reach is not known")
        }
        spend(.loaded)
        findings.note(.progress, SemaphoreProof.progressFailure(text, channels, solver))
        spend(.progress)
        let loops = tileLoops(text, channels)
        if let loops {
            switch ProductProof(text: text, solver: solver, layers: layers).initialisation(tileLoops: loops.tiles) {
            case .proved: break
            case .unknown(let reason): findings.note(.accumulators, reason)
            case .wrong(let site, let values, let message): findings.refute(.accumulators, Counterexample(message, steps: [step(site, values)]))
            }
        } else if text.commands.contains(where: { $0.command?.opcode == "matmul" }) {
            findings.note(.accumulators, "nothing takes the sums")
        }
        spend(.accumulators)
    }

    /// Loops over tiles of the result, and those over tiles of depth, around products.
    private func tileLoops(_ text: OperatorText, _ channels: ChannelTable) -> (tiles: Set<String>, depth: Set<String>)? {
        let products = text.commands.filter { $0.command?.opcode == "matmul" }
        let takers = text.commands.filter { $0.command?.opcode == "apply" }
        var tiles: Set<String>?
        for product in products {
            for taker in takers {
                guard let forward = channels.forward(from: product, to: taker) else { continue }
                tiles = (tiles ?? []).union(forward.channel.active.map(\.variable))
            }
        }
        guard let tiles else { return nil }
        // Tiles of depth are the rest of the loops with semaphores.
        let streams = Set(products.map(\.stream))
        let loops = Set(text.sites.filter { $0.command == nil && streams.contains($0.stream) }.flatMap { $0.loops.map(\.variable) })
        return (tiles, loops.subtracting(tiles))
    }

    private func proveIterations(_ text: OperatorText, _ own: [Program.Semaphore], _ layers: [String: Int], _ findings: inout ProofFindings) {
        let channels = ChannelTable(text.partOfProducts, own, solver)
        guard let loops = tileLoops(text.partOfProducts, channels) else { findings.note(.iterations, "nothing takes the sums"); return }
        let expected = program.operators.indices.contains(text.first) ? program.operators[text.first].macs : 0
        switch ProductProof(text: text, solver: solver, layers: layers).folds(tileLoops: loops.tiles, depthLoops: loops.depth, expected: expected) {
        case .proved: break
        case .unknown(let reason): findings.note(.iterations, reason)
        case .wrong(let site, let values, let message): findings.refute(.iterations, Counterexample(message, steps: [step(site, values)]))
        }
    }

    /// What transfers bring of a product's operands is each operand once, whatever is brought again for other tiles.
    private func proveOperands(_ text: OperatorText, _ layers: [String: Int], _ findings: inout ProofFindings) {
        guard let buffers = text.buffers(layers, reaches), let served = text.index.evaluate(layers) else { return }
        var brought: [Int: (volume: Int, streams: Set<Int>, gap: Counterexample?)] = [:]
        for buffer in buffers {
            guard buffer.readers.contains(where: { ["left", "right"].contains($0.operand) }) else { continue }
            for writer in buffer.writers {
                let site = text.sites[writer.site]
                guard let command = site.command, command.opcode == "copy", let from = command[operand: "from"], let distances = BoxCover.distances(of: from)
                else { continue }
                // Rows of an image are brought again for the windows that begin in other tiles.
                if from.extents.contains(where: { $0.hasMaximum }) { continue }
                let zero = layers.merging(Dictionary(site.loops.map { ($0.variable, site.pins[$0.variable] ?? 0) }) { a, _ in a }) { a, _ in a }
                guard let base = from.base.evaluate(zero), let place = tensors.placement(from.memory, base, isWrite: false, by: served) else { continue }
                var own = brought[place] ?? (0, [], nil)
                own.streams.insert(site.stream)
                switch BoxCover(distances: distances).finding(from, site, origin: program.tensors[place].address, layers: layers, repeats: true) {
                case .box(_, let extents): own.volume += extents.reduce(1, *)
                case .unknown: own.volume = Int.min / 2
                case .gap(let message, let values): own.gap = own.gap ?? Counterexample("from: \(message)", steps: [step(site, values)])
                case .wrong(let message, let values): findings.refute(.operands, Counterexample("from: \(message)", steps: [step(site, values)]))
                }
                brought[place] = own
            }
        }
        for (place, own) in brought.sorted(by: { $0.key < $1.key }) {
            // Tiles of cores that read together may take turns in memory.
            if let gap = own.gap {
                if own.streams.count == 1 { findings.refute(.operands, gap) }
                continue
            }
            let count = program.tensors[place].shape.reduce(1, *)
            guard program.tensors[place].role == .parameter, count > 0, own.volume >= 0, own.volume % count != 0 else { continue }
            findings.refute(.operands, Counterexample("\(own.volume) elements of \(program.tensors[place].name) are brought, which has \(count)"))
        }
    }

    /// What is not proved with indices symbolic is decided step by step, where there are not too many steps.
    private mutating func settle(
        _ text: OperatorText, _ own: [Program.Semaphore], _ layers: [String: Int], _ findings: ProofFindings
    ) {
        var kinds: [(Obligation.Kind, String, Obligation.Method)] = [
            (.order, Claims.order, .solver), (.loaded, Claims.loaded, .solver), (.progress, Claims.progress, .solver),
        ]
        if text.commands.contains(where: { $0.command?.opcode == "matmul" }) || findings.verdict(.iterations) != .proved {
            kinds += [
                (.accumulators, Claims.accumulators, .solver), (.iterations, Claims.iterations, .dimensions),
                (.operands, Claims.operands, .dimensions),
            ]
        }
        var exhaustive: ExhaustiveChecker.Finding?
        if kinds.contains(where: { findings.isOpen($0.0) }) {
            exhaustive = self.exhaustive(text, own, layers)
        }
        var isShown = false
        for (kind, claim, method) in kinds {
            var verdict = findings.verdict(kind)
            var used = method
            switch (verdict, exhaustive) {
            case (.open, .right?): (verdict, used) = (.proved, .exhaustive)
            case (_, .wrong(kind, let example)?): (verdict, used, isShown) = (.refuted(example), .exhaustive, true)
            case (.open(let reason), .undecided(let other)?): verdict = .open("\(reason); step by step: \(other)")
            default: break
            }
            add(kind, text, claim, used, verdict, since: mark)
            let last = obligations.count - 1
            obligations[last].resources = findings.resources[kind] ?? 0
            obligations[last].queries = findings.queries[kind] ?? 0
            obligations[last].limit = obligations[last].queries > 0 ? UInt64(options.resources) : 0
        }
        if case .wrong(let kind, let example)? = exhaustive, !isShown { add(kind, text, "holds in every step", .exhaustive, .refuted(example), since: mark) }
    }

    private func exhaustive(_ text: OperatorText, _ own: [Program.Semaphore], _ layers: [String: Int]) -> ExhaustiveChecker.Finding {
        let served = text.index.evaluate(layers) ?? 0
        return ExhaustiveChecker(
            text: text, semaphores: own, layers: layers, macs: program.operators.indices.contains(served) ? program.operators[served].macs : 0,
            limit: options.exhaustiveSteps, isResult: { tensors.placement($0, $1, isWrite: true, by: served) != nil }
        ).finding()
    }

    private func isResult(_ buffer: Buffer, _ text: OperatorText, _ layers: [String: Int]) -> Bool {
        guard let served = text.index.evaluate(layers) else { return false }
        return tensors.placement(buffer.memory, buffer.range.lowerBound, isWrite: true, by: served) != nil
    }

    /// Which operators' dimensions are cut in a way that is right for every size.
    private mutating func verifySizes() {
        guard options.symbolicSizes else { return }
        var known: [DimensionCut: Bool] = [:]
        for text in sections.operators {
            let start = mark
            let (cuts, concrete) = DimensionCut.all(of: text)
            var failure: String?
            for cut in cuts where failure == nil {
                let holds = known[cut] ?? SizeProof(solver: solver).holds(cut)
                known[cut] = holds
                if !holds { failure = "\(cut) is not right for every size" }
            }
            guard !cuts.isEmpty else { continue }
            let sizes = cuts.map(\.description).joined(separator: "; ")
            add(
                .sizes, text, "\(Claims.sizes): \(sizes)\(concrete > 0 ? "; \(concrete) others for these sizes only" : "")", .solver,
                failure.map { .open($0) } ?? .proved, since: start, allSizes: failure == nil)
        }
    }

    private mutating func verifyBounds(_ text: OperatorText) {
        let start = mark
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
        add(.bounds, text, "\(count) regions lie in their tensors and memories", methods == [.intervals] ? .intervals : .solver, verdict, since: start)
    }

    // MARK: Results

    private mutating func verifyCoverage(_ text: OperatorText) {
        let start = mark
        var verdict = Obligation.Verdict.proved
        var count = 0
        search: for layers in TensorTable.assignments(text.layers) {
            guard let served = text.index.evaluate(layers) else { continue }
            var byTensor: [Int: [(Access, Site)]] = [:]
            for (index, site) in text.sites.enumerated() {
                guard let command = site.command else { continue }
                for access in Access.all(of: command, site: index) where access.isWrite {
                    let zero = layers.merging(Dictionary(site.loops.map { ($0.variable, site.pins[$0.variable] ?? 0) }) { a, _ in a }) { a, _ in a }
                    guard let base = access.region.base.evaluate(zero), let place = tensors.placement(access.region.memory, base, isWrite: true, by: served)
                    else { continue }
                    byTensor[place, default: []].append((access, site))
                }
            }
            for (place, writes) in byTensor.sorted(by: { $0.key < $1.key }) {
                count += 1
                let tensor = program.tensors[place]
                guard let own = writes.compactMap({ BoxCover.distances(of: $0.0.region) }).max(by: { $0.count < $1.count }) else {
                    verdict = .open("\(tensor.name) is written in a form that is not known")
                    continue
                }
                // Slices leave gaps along a dimension that the tensor has and the region has not.
                var distances = own
                var boxes: [(starts: [Int], extents: [Int])] = []
                var problem: Obligation.Verdict?
                for candidate in [own, BoxCover.merged(own, tensor)].compactMap({ $0 }) {
                    let cover = BoxCover(distances: candidate)
                    distances = candidate
                    boxes = []
                    problem = nil
                    for (access, site) in writes where problem == nil {
                        switch cover.finding(access.region, site, origin: tensor.address, layers: layers) {
                        case .box(let starts, let extents): boxes.append((starts, extents))
                        case .unknown(let reason): problem = .open("\(tensor.name): \(reason)")
                        case .wrong(let message, let values), .gap(let message, let values):
                            problem = .refuted(Counterexample("\(tensor.name): \(message)", steps: [step(site, values)]))
                        }
                    }
                    if problem == nil { break }
                }
                if let problem {
                    verdict = problem
                    if case .refuted = problem { break search }
                }
                guard boxes.count == writes.count else { continue }
                if let (a, b) = BoxUnion.overlap(boxes) {
                    verdict = .refuted(
                        Counterexample("two units write the same elements of \(tensor.name)", steps: [step(writes[a].1, layers), step(writes[b].1, layers)]))
                    break search
                }
                written[place, default: []].append((served, distances, boxes))
            }
            if text.layers.isEmpty { break }
        }
        if count > 0 { add(.coverage, text, Claims.coverage, .dimensions, verdict, since: start) }
    }

    /// Every tensor that an operator makes is made as a whole.
    private mutating func verifyTensors() {
        let start = mark
        var verdict = Obligation.Verdict.proved
        for (place, tensor) in program.tensors.enumerated() where tensor.role == .intermediate || tensor.role == .output {
            let count = tensor.shape.reduce(1, *)
            guard count > 0 else { continue }
            let parts = written[place] ?? []
            // A view of what another tensor's operator has written, or a cache that is there from the start.
            if parts.isEmpty { continue }
            if parts.contains(where: { BoxUnion.volume($0.boxes) == count }) { continue }
            let volume = parts.reduce(0) { $0 + BoxUnion.volume($1.boxes) }
            let inherited = program.tensors.contains { other in
                other.role == .input && other.memory == tensor.memory && other.address >= tensor.address && other.address < tensor.address + tensor.bytes
            }
            if inherited { continue }
            if volume != count {
                verdict = .refuted(
                    Counterexample("\(volume) elements of tensor \(tensor.value) \"\(tensor.name)\" are written, which has \(count)"))
                break
            }
        }
        add(.coverage, nil, "every tensor that an operator makes is made as a whole", .counting, verdict, since: start)
    }

    // MARK: The whole program

    private mutating func verifyBalance() {
        let start = mark
        let proof = SemaphoreProof(program: program, sections: sections)
        let (wrong, uncounted) = proof.imbalance()
        var verdict = Obligation.Verdict.proved
        if let uncounted {
            verdict = .open("\(uncounted) is used too often to be counted")
        } else if let first = wrong.first {
            verdict = .refuted(Counterexample("semaphore \(first.name)[\(first.counter)] is given \(first.given) times and taken \(first.taken) times"))
        }
        add(.balance, nil, "\(program.semaphores.count) semaphores are given as often as they are taken", .counting, verdict, since: start)
    }

    private mutating func verifyOperatorOrder() {
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
            func name(_ side: (unit: Int, operatorIndex: Int, isWrite: Bool)) -> String {
                "operator \(side.operatorIndex) \(side.isWrite ? "writes" : "reads") it in \(program.streams[side.unit].unit)"
            }
            add(
                .operatorOrder, nil, claim, .exhaustive,
                .refuted(
                    Counterexample(
                        "nothing orders two accesses to \(conflict.memory)@\(conflict.bytes.lowerBound) to \(conflict.bytes.upperBound - 1): \(name(conflict.first)), \(name(conflict.second))")),
                since: start)
        }
    }

    func step(_ site: Site, _ values: [String: Int]) -> Counterexample.Step {
        Counterexample.Step(
            unit: site.unit, text: StatementText.line(site.statement),
            indices: site.loops.map { ($0.variable, values[$0.variable] ?? site.pins[$0.variable] ?? 0) })
    }
}

/// What obligations say.
enum Claims {
    static let order = "units that share a buffer take turns by semaphores alone, for every latency"
    static let loaded = "what is read from a buffer is what the transfer for the same iteration brought"
    static let progress = "no unit waits for ever within the operator"
    static let accumulators = "sums start once, in the first step of their tile"
    static let iterations = "every multiply-accumulate is executed exactly once, no tile is empty"
    static let operands = "transfers bring every element of the product's operands, without gaps"
    static let sizes = "for every size, tiles lie inside, cover each index once, and none is empty"
    static let coverage = "every element of the result is written exactly once, no tile is empty"
}

/// A statement in one line, as the program's text has it.
enum StatementText {
    static func line(_ statement: Statement) -> String {
        let text = Program(name: "", architecture: "", streams: [.init(unit: "u", body: [statement])]).text
        let lines = text.split(separator: "\n").drop { !$0.hasPrefix("stream") }.dropFirst()
        return lines.map { line in
            var line = line
            while line.first == " " { line.removeFirst() }
            return String(line)
        }.joined(separator: " ")
    }
}
