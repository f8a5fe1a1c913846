/// Where a figure comes from: its publication, then each step that was taken from there.
public struct Provenance: Sendable, Hashable, CustomStringConvertible {
    /// The source first, then what was done with its figure: "scaled from 45 nm, 0.9 V to 7 nm, 0.7 V: × 0.11".
    public var steps: [String]
    /// The figure, or a step on its way, has no publication behind it.
    public var isEstimate: Bool

    public init(_ source: String, isEstimate: Bool = false) {
        steps = [source]
        self.isEstimate = isEstimate
    }

    public func adding(_ step: String, isEstimate: Bool = false) -> Provenance {
        var provenance = self
        provenance.steps.append(step)
        provenance.isEstimate = self.isEstimate || isEstimate
        return provenance
    }

    /// The provenance of a figure that two others went into.
    public static func + (a: Provenance, b: Provenance) -> Provenance {
        var sum = a
        for step in b.steps where !sum.steps.contains(step) { sum.steps.append(step) }
        sum.isEstimate = a.isEstimate || b.isEstimate
        return sum
    }

    public var description: String { steps.joined(separator: "; ") + (isEstimate ? " (estimate)" : "") }
}

/// A figure with its source.
public struct Sourced<Value: Sendable & Hashable>: Sendable, Hashable {
    public var value: Value
    public var provenance: Provenance

    public init(_ value: Value, _ provenance: Provenance) {
        self.value = value
        self.provenance = provenance
    }
}
