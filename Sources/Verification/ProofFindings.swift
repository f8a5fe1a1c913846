/// What was found for the obligations of one operator: nothing for what is proved.
struct ProofFindings {
    private var reasons: [Obligation.Kind: String] = [:]
    private var examples: [Obligation.Kind: Counterexample] = [:]
    /// What the solver has used for each.
    private(set) var resources: [Obligation.Kind: UInt64] = [:]
    private(set) var queries: [Obligation.Kind: Int] = [:]

    /// Whether everything is proved.
    var isComplete: Bool { reasons.isEmpty && examples.isEmpty }

    func isOpen(_ kind: Obligation.Kind) -> Bool { reasons[kind] != nil && examples[kind] == nil }

    mutating func note(_ kind: Obligation.Kind, _ reason: String?) {
        if let reason, reasons[kind] == nil { reasons[kind] = reason }
    }

    mutating func refute(_ kind: Obligation.Kind, _ example: Counterexample) {
        if examples[kind] == nil { examples[kind] = example }
    }

    mutating func spend(_ kind: Obligation.Kind, resources more: UInt64, queries number: Int) {
        resources[kind, default: 0] += more
        queries[kind, default: 0] += number
    }

    mutating func join(_ other: ProofFindings) {
        for (kind, reason) in other.reasons { note(kind, reason) }
        for (kind, example) in other.examples { refute(kind, example) }
        for (kind, more) in other.resources { spend(kind, resources: more, queries: other.queries[kind] ?? 0) }
    }

    func verdict(_ kind: Obligation.Kind) -> Obligation.Verdict {
        examples[kind].map { .refuted($0) } ?? reasons[kind].map { .open($0) } ?? .proved
    }
}
