import Architecture
import Lowering
import Mapping
import MappingSearch
import OperatorGraph
import Reporting
import Simulation
import Synchronization

/// One product of a mapping that was found.
struct FoundProduct {
    var product: MappedProduct
    /// Predicted, by itself; `nil` where nothing is known about the machine's speed.
    var cost: ProductCost?
    var verdict: SearchVerdict
    /// Bytes that the simulation counted for the operator; `nil` when it was not run.
    var counted: (read: Int, written: Int)?
}

/// A mapping, and all that is known about it.
struct FoundMapping {
    var mapping: WorkloadMapping
    var products: [FoundProduct]
    /// Of the whole workload, simulated; `nil` when the search was interrupted.
    var cycles: Int?
    /// What the simulation of other mappings gave.
    var alternatives: [(name: String, cycles: Int, bytes: Int)]
    var isInterrupted: Bool
    /// Why times or bytes can differ from the model's.
    var caveats: [String]
    /// How results that stay on chip were chosen, and how good that is; `nil` where nothing can stay.
    var residency: String?
    /// Of a workload that is one product: what kept the array waiting longest, and how long.
    var longestWait: (cause: String, cycles: Int)?
}

/// Searches for a workload's mapping: each product by itself, then the whole by simulation.
struct MapSearch {
    private let objective: ProductObjective
    private let graph: Graph
    private let architecture: Architecture
    private let limits: WorkloadMapping
    private let goesOn: @Sendable () -> Bool
    private let composing: ComposeMode
    private let mappers: [(name: String, mapper: MachineMapper)]

    init(
        _ objective: ProductObjective, effort: SearchEffort, _ graph: Graph, _ architecture: Architecture, _ limits: WorkloadMapping,
        composing: ComposeMode = .greedy, progress: @escaping @Sendable (String) -> Void, goesOn: @escaping @Sendable () -> Bool
    ) {
        self.objective = objective
        self.graph = graph
        self.architecture = architecture
        self.limits = limits
        self.goesOn = goesOn
        self.composing = composing
        let report: @Sendable (MachineMapper.Step) -> Void = { step in
            progress("\(step.products) products, \(step.operatorName) \(MapText.figure(step.incumbent)), bound \(MapText.figure(step.bound))")
        }
        func mapper(_ usesAllMemory: Bool) -> MachineMapper {
            MachineMapper(objective, effort: effort, constraints: limits.constraints, usesAllMemory: usesAllMemory, progress: report, goesOn: goesOn)
        }
        mappers =
            objective == .traffic || objective == .energy
            ? [("all of the memory for each operator", mapper(true))]
            : [("room for the next operator", mapper(false)), ("all of the memory for each operator", mapper(true))]
    }

    /// Why a product has no mapping that keeps to the constraints.
    var conflict: String? { mappers.lazy.compactMap(\.mapper.conflict).first }

    func run() throws(LoweringError) -> FoundMapping {
        var best: Attempt?
        var tried: [(name: String, cycles: Int, bytes: Int)] = []
        func attempt(_ name: String, _ mapper: MachineMapper?, _ limits: WorkloadMapping, _ composed: ComposedWorkload? = nil) throws(LoweringError) {
            let options = mapper.map { LoweringOptions(mapper: $0, mapping: limits) } ?? LoweringOptions(mapping: limits)
            let lowered = try Lowering.lower(graph, to: architecture, options: options)
            let record = goesOn() ? try? Simulation.run(lowered.program, on: architecture).record : nil
            if let record { tried.append((name, record.cycles, bytes(record))) }
            let attempt = Attempt(lowered: lowered, results: mapper?.results ?? [], record: record, composed: composed)
            if best.map({ isBetter(attempt, than: $0) }) ?? true { best = attempt }
        }
        for (name, mapper) in mappers where best == nil || goesOn() { try attempt(name, mapper, limits) }
        // Operators one by one come first, so that there is something to show for an interruption at any time. Where all results stay
        // and one kind of unit runs each operator there is nothing left to choose.
        let isOpen = best.map { !$0.lowered.units.isEmpty || $0.lowered.tensors.contains { $0.place == .offChip } } ?? true
        let joint = composing == .joint && isOpen && goesOn() ? try? JointComposition(graph, on: architecture, limits) : nil
        for (name, mapper) in mappers where goesOn() {
            guard let (places, composed) = joint?.composed(for: objective, leavesRoom: !mapper.takesAllMemory, goesOn: goesOn) else { continue }
            // Blocks of vector work may not fit between what stays: then there is no such mapping.
            try? attempt("results placed together, " + name, mapper, places, composed)
        }
        // The rule of thumb is right now and then where operators overlap.
        if objective == .cycles, limits.constraints.operators.isEmpty, goesOn() {
            try attempt("the rule of thumb", nil, limits)
        }
        guard let best else { throw LoweringError("", "nothing was searched") }
        var found = found(best.lowered, best.results, best.record, tried)
        found.residency = residency(best)
        if best.composed != nil, let text = found.residency { found.mapping.reached += "; results on chip " + text }
        return found
    }

    /// A mapping of the whole that was tried.
    private struct Attempt {
        var lowered: LoweredWorkload
        /// Of its products' searches, the last ones of each name.
        var results: [MachineMapper.Result]
        /// `nil` where there was no time to simulate it.
        var record: ExecutionRecord?
        /// Where results that stay were chosen for all operators together.
        var composed: ComposedWorkload?
    }

    private func residency(_ attempt: Attempt) -> String? {
        let all = attempt.lowered.tensors
        guard !all.isEmpty, attempt.lowered.residentCapacity != nil else { return nil }
        let count = "\(all.filter { $0.place == .onChip }.count) of \(all.count), "
        guard let composed = attempt.composed else {
            return count + (all.contains { $0.place == .offChip } ? "as they come while there is room" : "all that may")
        }
        if composed.isOptimal { return count + "chosen together: proved the best of their tables" }
        let gap = composed.gap.isFinite ? "at most \(QuantityText.fixed(100 * composed.gap, decimals: 1)) % above the bound" : "no bound"
        return count + "chosen together: " + gap
    }

    private func bytes(_ record: ExecutionRecord) -> Int {
        guard let dram = record.memories.firstIndex(where: { $0.kind == .dram }) else { return 0 }
        return record.operators.reduce(0) { $0 + $1.readBytes[dram] + $1.writeBytes[dram] }
    }

    /// By what the simulation counted: cycles, bytes, or both; what was not simulated is never better.
    private func isBetter(_ attempt: Attempt, than other: Attempt) -> Bool {
        guard let record = attempt.record else { return false }
        guard let before = other.record else { return true }
        let (cycles, least) = (Double(record.cycles), Double(before.cycles))
        let (moved, fewest) = (Double(bytes(record)), Double(bytes(before)))
        return switch objective {
        case .cycles: (cycles, moved) < (least, fewest)
        // On-chip energy differs little between them, and is not counted by the simulation.
        case .traffic, .energy: (moved, cycles) < (fewest, least)
        case .edp: cycles * moved < least * fewest
        }
    }

    private func found(
        _ lowered: LoweredWorkload, _ results: [MachineMapper.Result], _ record: ExecutionRecord?, _ tried: [(name: String, cycles: Int, bytes: Int)]
    ) -> FoundMapping {
        var mapping = lowered.mapping(of: graph, on: architecture)
        mapping.constraints = limits.constraints
        mapping.objective = objective.rawValue
        let known = Dictionary(results.map { ($0.operatorName, $0) }) { $1 }
        let dram = record?.memories.firstIndex { $0.kind == .dram }
        var products: [FoundProduct] = []
        var caveats: [String] = []
        var seen: Set<Int> = []
        for product in lowered.products where seen.insert(product.operatorIndex).inserted {
            let result = known[product.request.operatorName]
            var cost = result?.cost
            if cost == nil {
                cost = ProductSearch.cost(of: product.mapping, for: product.request, objective)
            }
            for caveat in product.request.problem.timing?.caveats ?? [] where !caveats.contains(caveat) { caveats.append(caveat) }
            var counted: (read: Int, written: Int)?
            if let record, let dram {
                let step = record.operators[product.operatorIndex]
                counted = (step.readBytes[dram], step.writeBytes[dram])
            }
            // All cores' parts are counted together.
            let parts = lowered.products.filter { $0.operatorIndex == product.operatorIndex }.compactMap(\.traffic)
            if var sum = cost?.traffic, parts.count > 1 {
                sum = parts.dropFirst().reduce(parts[0]) { $0 + $1 }
                cost?.traffic = sum
            }
            products.append(FoundProduct(product: product, cost: cost, verdict: result?.verdict ?? .bounded(0), counted: counted))
        }
        for index in mapping.operators.indices {
            guard let product = products.first(where: { $0.product.request.operatorName == mapping.operators[index].name }), let cost = product.cost else { continue }
            mapping.operators[index].comment =
                "predicted: \(QuantityText.integer(Int(cost.cycles.rounded()))) cycles by itself, \(QuantityText.integer(cost.traffic.read)) bytes read, "
                + "\(QuantityText.integer(cost.traffic.written)) written"
        }
        let isInterrupted = !goesOn()
        var found = FoundMapping(
            mapping: mapping, products: products, cycles: record?.cycles, alternatives: tried, isInterrupted: isInterrupted, caveats: caveats)
        if products.count == 1, let step = record?.operators.first {
            let causes = StallCause.allCases.filter { $0 != .nothingToDo }
            found.longestWait = causes.map { ($0.label, step.activity[$0]) }.max { $0.1 < $1.1 }
        }
        found.mapping.reached = MapText.reached(found)
        return found
    }
}
