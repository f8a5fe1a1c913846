/// What was found for the obligations of one operator: nothing for what is proved.
struct ProofFindings {
    private var reasons: [Obligation.Kind: String] = [:]
    private var examples: [Obligation.Kind: Counterexample] = [:]
    /// What each has cost.
    private(set) var spent: [Obligation.Kind: Spent] = [:]

    /// Whether everything is proved.
    var isComplete: Bool { reasons.isEmpty && examples.isEmpty }

    func isOpen(_ kind: Obligation.Kind) -> Bool { reasons[kind] != nil && examples[kind] == nil }

    mutating func note(_ kind: Obligation.Kind, _ reason: String?) {
        if let reason, reasons[kind] == nil { reasons[kind] = reason }
    }

    mutating func refute(_ kind: Obligation.Kind, _ example: Counterexample) {
        if examples[kind] == nil { examples[kind] = example }
    }

    mutating func spend(_ kind: Obligation.Kind, _ more: Spent) { spent[kind, default: Spent()] += more }

    mutating func join(_ other: ProofFindings) {
        for (kind, reason) in other.reasons { note(kind, reason) }
        for (kind, example) in other.examples { refute(kind, example) }
        for (kind, more) in other.spent { spend(kind, more) }
    }

    func verdict(_ kind: Obligation.Kind) -> Obligation.Verdict {
        examples[kind].map { .refuted($0) } ?? reasons[kind].map { .open($0) } ?? .proved
    }
}
