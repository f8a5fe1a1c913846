/// A connection that a machine needs to run networks and does not have.
public struct MissingPath: Sendable, Equatable, CustomStringConvertible {
    /// The array that cannot be used without it; empty when there is no array at all.
    public var engine: String
    /// What is missing and what to add.
    public var message: String

    public init(engine: String, message: String) { self.engine = engine; self.message = message }

    public var description: String { engine.isEmpty ? message : "engines.\(engine): \(message)" }
}

extension Architecture {
    /// What this machine lacks to run networks; empty when a network can be lowered to it.
    ///
    /// Around each systolic array, with A the memory of its activations, W that of its weights and C the one it writes:
    /// a DMA engine from a DRAM to A, one from a DRAM to W, one from A to a DRAM, and a vector unit that reads C and A and
    /// writes A. A memory that is itself a DRAM needs no transfer, and one memory may play several parts. One array with all
    /// of them is enough.
    public func missingNetworkPaths() -> [MissingPath] {
        let arrays = engines.filter { if case .systolicArray = $0.kind { true } else { false } }
        guard !arrays.isEmpty else {
            return [MissingPath(engine: "", message: "there is no engine of kind systolic-array, which matrix products need")]
        }
        let missing = arrays.map(missingPaths(around:))
        return missing.contains(where: \.isEmpty) ? [] : missing.flatMap { $0 }
    }

    /// - Throws: `ArchitectureError` with one problem for each missing path.
    public func validateRunnable(file: String) throws(ArchitectureError) {
        let missing = missingNetworkPaths()
        guard !missing.isEmpty else { return }
        throw ArchitectureError(
            problems: missing.prefix(ArchitectureError.limit).map {
                .init(file: file, line: nil, path: $0.engine.isEmpty ? "engines" : "engines.\($0.engine)", message: $0.message)
            }, omitted: max(0, missing.count - ArchitectureError.limit))
    }

    private func missingPaths(around array: Engine) -> [MissingPath] {
        guard let activations = array.reads.first else { return [] }
        let weights = array.reads.count > 1 ? array.reads[1] : activations
        let sums = array.writes
        var missing: [MissingPath] = []
        func require(_ isThere: Bool, _ message: String) {
            if !isThere { missing.append(MissingPath(engine: array.name, message: message)) }
        }
        let offChip = memories.filter { if case .dram = $0.kind { true } else { false } }.map(\.name)
        let weightsFrom = memories.filter(\.holdsWeights).map(\.name) + offChip
        require(!offChip.isEmpty, "there is no memory of kind dram, where networks, inputs and results live")
        guard !offChip.isEmpty else { return missing }
        let from = offChip.joined(separator: " or ")
        func moves(from sources: [String], to targets: [String]) -> Bool {
            engines.contains { engine in
                guard case .dma = engine.kind, let source = engine.reads.first else { return false }
                return sources.contains(source) && targets.contains(engine.writes)
            }
        }
        require(
            offChip.contains(activations) || moves(from: offChip, to: [activations]),
            "nothing brings activations from \(from) to \"\(activations)\"; add an engine {kind: dma, reads: \(offChip[0]), writes: \(activations)}")
        if weights != activations {
            require(
                weightsFrom.contains(weights) || moves(from: weightsFrom, to: [weights]),
                "nothing brings weights from \(weightsFrom.joined(separator: " or ")) to \"\(weights)\"; add an engine {kind: dma, reads: \(offChip[0]), writes: \(weights)}")
        }
        require(
            offChip.contains(activations) || moves(from: [activations], to: offChip),
            "nothing takes results from \"\(activations)\" to \(from); add an engine {kind: dma, reads: \(activations), writes: \(offChip[0])}")
        let operands = sums == activations ? [activations] : [sums, activations]
        require(
            engines.contains { engine in
                guard case .vector = engine.kind else { return false }
                return operands.allSatisfy(engine.reads.contains) && engine.writes == activations
            },
            "no vector unit reads \(quotedList(operands, conjunction: "and")) and writes \"\(activations)\"; add an engine {kind: vector, reads: [\(operands.joined(separator: ", "))], writes: \(activations)}"
        )
        return missing
    }
}

extension Memory {
    /// True for off-chip memory.
    public var isDRAM: Bool { if case .sram = kind { false } else { true } }

    /// True for flash in which workloads keep their weights.
    public var holdsWeights: Bool { if case .flash(let flash) = kind { flash.holds == .weights } else { false } }
}
