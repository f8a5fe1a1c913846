import Architecture
import Programs
import SMT

/// Proves that a program is right on an architecture.
public struct Verifier {
    let program: Program
    let architecture: Architecture
    let options: VerificationOptions
    let sections: ProgramSections
    let tensors: TensorTable
    let inner: Set<String>
    let capacities: [String: Int]
    /// Places of the semaphores by their names.
    let semaphorePlaces: [String: Int]
    let solver: ClaimSolver
    let reaches: ReachTable
    private let start = ProcessorTime.now
    var times = VerificationTimes()
    let bounds: BoundsProof
    let cuts: CutTable
    var obligations: [Obligation] = []
    /// Proofs by the operators' form, so that equal operators are proved once.
    var proved: Set<String> = []
    /// Loops of any number of tiles, by the operators' form, and by the operator's first index.
    var genericForms: [String: [GenericLoop]] = [:]
    var generic: [Int: [GenericLoop]] = [:]
    /// What one operator writes: the tensors, with the boxes of each operator.
    var written: [Int: [(operatorIndex: Int, distances: [Int], boxes: [(starts: [Int], extents: [Int])])]] = [:]

    public static func verify(_ program: Program, on architecture: Architecture, options: VerificationOptions = VerificationOptions()) -> Certificate {
        measured(program, on: architecture, options: options).certificate
    }

    /// The same, with how long each obligation took.
    public static func measured(
        _ program: Program, on architecture: Architecture, options: VerificationOptions = VerificationOptions()
    ) -> (certificate: Certificate, times: VerificationTimes) {
        var verifier = Verifier(program, architecture, options)
        verifier.run()
        verifier.times.total = ProcessorTime.now - verifier.start
        var certificate = Certificate(
            program: program.name, architecture: architecture.name, solverVersion: Context.version, obligations: verifier.obligations)
        if !certificate.refuted.isEmpty { certificate.locate(ProgramLines(program)) }
        return (certificate, verifier.times)
    }

    private init(_ original: Program, _ architecture: Architecture, _ options: VerificationOptions) {
        program = original.unfolded
        self.architecture = architecture
        self.options = options
        sections = ProgramSections(program)
        tensors = TensorTable(program, sections)
        reaches = ReachTable(tensors)
        solver = ClaimSolver(resources: options.resources)
        // Its first context makes what all others share; that belongs to no obligation.
        solver.start()
        bounds = BoundsProof(solver: solver)
        cuts = CutTable(solver)
        semaphorePlaces = Dictionary(program.semaphores.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        capacities = Dictionary(MachineInstances(of: architecture).memories.map { ($0.name, $0.description.capacity.count) }) { a, _ in a }
        var users: [String: Set<Int>] = [:]
        for (place, text) in sections.operators.enumerated() {
            for site in text.sites { if let name = site.semaphore?.name { users[name, default: []].insert(place) } }
        }
        // A semaphore that joins an operator with itself in the next layer is not its own.
        let (sections, initial) = (sections, Dictionary(program.semaphores.map { ($0.name, $0.initial) }) { a, _ in a })
        inner = Set(users.filter { name, texts in
            guard texts.count == 1, let place = texts.first else { return false }
            let text = sections.operators[place]
            // Taken before a unit's first command of the operator, given after its last one, with a token at the start: the order of
            // layers, for which a layer is one step.
            guard !text.layers.isEmpty, initial[name, default: 0] > 0 else { return true }
            let sites = text.sites.filter { $0.semaphore?.name == name }
            return !sites.allSatisfy { site in
                let own = text.commands.filter { $0.stream == site.stream }
                guard let first = own.map(\.position).min(), let last = own.map(\.position).max() else { return true }
                let isOutside = Set(site.loops.map(\.identity)).isDisjoint(with: own.flatMap { $0.loops.map(\.identity) })
                return isOutside && (site.position < first || site.position > last)
            }
        }.keys)
    }

    var mark: Spent { Spent(resources: solver.resources, queries: solver.queries, time: ProcessorTime.now - start) }

    mutating func add(
        _ kind: Obligation.Kind, _ text: OperatorText?, _ claim: String, _ method: Obligation.Method, _ verdict: Obligation.Verdict,
        since start: Spent, allSizes: Bool = false
    ) {
        add(kind, text, claim, method, verdict, mark - start, allSizes: allSizes)
    }

    mutating func add(
        _ kind: Obligation.Kind, _ text: OperatorText?, _ claim: String, _ method: Obligation.Method, _ verdict: Obligation.Verdict, _ spent: Spent,
        allSizes: Bool = false
    ) {
        obligations.append(
            Obligation(
                kind, operatorIndex: text?.first, repeats: text?.instances ?? 1, claim: claim, method: method, verdict: verdict,
                resources: spent.resources, queries: spent.queries, limit: spent.queries == 0 ? 0 : UInt64(options.resources),
                holdsForAllSizes: allSizes))
        times.obligations.append(spent.time)
    }

    func step(_ site: Site, _ values: [String: Int]) -> Counterexample.Step { Counterexample.Step(site, values) }

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
}
