import Architecture
import Lowering
import Mapping
import MappingSearch
import Reporting
import Simulation

extension MapSearch {
    /// Puts the operators of a mapping on cores of their own, all of them together, and simulates what comes out.
    ///
    /// Four are tried: each core with its part of the bandwidth; with what others leave of theirs; the same with the bandwidth that the
    /// simulation of all cores shows, operator by operator; and each region as it took least.
    ///
    /// - Parameter plain: with every operator on all cores.
    /// - Returns: `nil` where there is nothing to choose.
    func onCores(_ plain: Attempt, _ memorySpeed: DRAMSpeed?) throws(LoweringError) -> (attempts: [Attempt], text: String)? {
        guard let before = plain.record, let composition = try CoreComposition(graph, on: architecture, limits, plain.mapper, memorySpeed) else { return nil }
        var attempts: [Attempt] = []
        func attempt(_ name: String, _ cores: [AssignedCores]) throws(LoweringError) {
            guard !cores.isEmpty, goesOn(), !attempts.contains(where: { $0.lowered.cores == cores }) else { return }
            var limits = limits
            limits.cores = cores
            let first = plain.mapper.results.count
            let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapper: plain.mapper, mapping: limits, memorySpeed: memorySpeed))
            var attempt = Attempt(name: name, lowered: lowered, results: Array(plain.mapper.results[first...]), .cycles, nil, plain.mapper)
            attempt.record = try? Simulation.run(lowered.program, on: architecture).record
            attempts.append(attempt)
        }
        let predicted = composition.composed(goesOn: goesOn)
        try attempt("operators on cores of their own", predicted.cores)
        let shared = composition.composed(spare: Self.spareBandwidth, goesOn: goesOn)
        try attempt("operators on cores of their own, with the bandwidth that others leave", shared.cores)
        let corrected = composition.composed(composition.bandwidths(before), spare: Self.spareBandwidth, goesOn: goesOn)
        try attempt("operators on cores of their own, with the bandwidth that was simulated", corrected.cores)
        let runs = attempts.compactMap { attempt in attempt.record.map { (record: $0, cores: attempt.lowered.cores) } }
        if !runs.isEmpty { try attempt("each region of them as it took least", composition.best(of: runs, plain: before, predicted.outcome.regions)) }
        return (attempts, text(predicted, shared, attempts, before, composition.count))
    }

    /// Cores wait, compute and fill their arrays while others use the memory: an operator gets about so many times its cores' part of it.
    private static let spareBandwidth = 2.0

    /// What was predicted and proved, beside what was simulated.
    private func text(
        _ predicted: CoreComposition.Result, _ shared: CoreComposition.Result, _ attempts: [Attempt], _ before: ExecutionRecord, _ count: Int
    ) -> String {
        func part(_ result: CoreComposition.Result) -> String {
            "\(QuantityText.integer(result.cycles)) cycles where all cores take \(QuantityText.integer(result.cyclesByRule)), "
                + (result.outcome.isOptimal ? "proved the best" : "at most \(QuantityText.fixed(100 * result.outcome.gap, decimals: 1)) % above the bound")
        }
        var text = "\(predicted.cores.count) of \(count) operators on some of them or divided otherwise: predicted " + part(predicted)
        text += "; with the bandwidth that others leave " + part(shared)
        if let best = attempts.compactMap({ $0.record?.cycles }).min() {
            text += "; simulated \(QuantityText.integer(best)) where all cores take \(QuantityText.integer(before.cycles))"
            if best >= before.cycles { text += ", so that all cores run everything" }
        }
        return text
    }
}
