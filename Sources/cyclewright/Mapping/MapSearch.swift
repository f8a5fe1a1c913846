import Architecture
import Lowering
import Mapping
import MappingSearch
import OperatorGraph
import Programs
import Reporting
import Simulation
import Synchronization

/// One product of a mapping that was found.
struct FoundProduct {
    var product: MappedProduct
    /// Predicted, by itself; `nil` where nothing is known about the machine's speed.
    var cost: ProductCost?
    var verdict: SearchVerdict
}

/// A mapping, and all that is known about it.
struct FoundMapping {
    var mapping: WorkloadMapping
    var architecture: Architecture
    var products: [FoundProduct]
    /// Of the whole workload, simulated; `nil` when the search was interrupted.
    var cycles: Int?
    /// What the simulation of other mappings gave.
    var alternatives: [(name: String, cycles: Int, bytes: Int)]
    var isInterrupted: Bool
    /// Why times or bytes can differ from the model's.
    var caveats: [String]
    /// Predictions beside what the simulation counted; `nil` when it was not run.
    var check: PredictionCheck?
    /// How results that stay on chip were chosen, and how good that is; `nil` where nothing can stay.
    var residency: String?
    /// Operators that run by blocks.
    var fused: [FusionSummary] = []
    /// Where operators run, and how good that is; `nil` where that was not asked.
    var cores: String?
}

/// Searches for a workload's mapping: each product by itself, then the whole by simulation.
struct MapSearch {
    private let objective: MappingObjective
    let graph: Graph
    let architecture: Architecture
    let limits: WorkloadMapping
    let goesOn: @Sendable () -> Bool
    private let composing: ComposeMode
    private let mappers: [(name: String, mapper: MachineMapper)]

    init(
        _ objective: MappingObjective, effort: SearchEffort, _ graph: Graph, _ architecture: Architecture, _ limits: WorkloadMapping,
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
        let memorySpeed = Simulation.memorySpeed(of: architecture)
        var attempts: [Attempt] = []
        func attempt(_ name: String, _ mapper: MachineMapper, _ limits: WorkloadMapping, _ composed: ComposedWorkload? = nil) throws(LoweringError) {
            let before = mapper.results.count
            let lowered = try Lowering.lower(
                graph, to: architecture, options: LoweringOptions(mapper: mapper, mapping: limits, memorySpeed: memorySpeed))
            attempts.append(Attempt(name: name, lowered: lowered, results: Array(mapper.results[before...]), objective, composed, mapper))
        }
        for (name, mapper) in mappers where attempts.isEmpty || goesOn() { try attempt(name, mapper, limits) }
        // Operators one by one come first, so that there is something to show for an interruption at any time. Where all results stay
        // and one kind of unit runs each operator there is nothing left to choose.
        let isOpen = attempts.first.map { !$0.lowered.units.isEmpty || $0.lowered.tensors.contains { $0.place == .offChip } } ?? true
        let joint = composing == .joint && isOpen && goesOn() ? try? JointComposition(graph, on: architecture, limits, memorySpeed) : nil
        for (name, mapper) in mappers where goesOn() {
            guard let (places, composed) = joint?.composed(for: objective, leavesRoom: !mapper.takesAllMemory, goesOn: goesOn) else { continue }
            // Blocks of vector work may not fit between what stays: then there is no such mapping.
            try? attempt("results placed together, " + name, mapper, places, composed)
        }
        for (name, mapper) in mappers where goesOn() {
            guard let (places, composed) = joint?.composed(for: objective, leavesRoom: !mapper.takesAllMemory, fuses: true, goesOn: goesOn) else { continue }
            try? attempt("operators fused, " + name, mapper, places, composed)
        }
        // What `simulate` takes without a file is right now and then where operators overlap.
        if objective == .cycles, limits.constraints.operators.isEmpty, goesOn() {
            try attempt("the short search of simulate", MachineMapper.quick(), limits)
        }
        // The best prediction first. One that is predicted to be much worse is not worth a run.
        attempts.sort { $0.predicted < $1.predicted }
        guard var best = attempts.first else { throw LoweringError("", "nothing was searched") }
        let least = best.predicted
        var tried: [(name: String, cycles: Int, bytes: Int)] = []
        // Several ways may come to the same program, which is run once.
        var runs: [(program: Program, record: ExecutionRecord)] = []
        for var attempt in attempts where goesOn() && attempt.predicted <= least * Self.worthARun {
            let program = attempt.lowered.program
            let known = runs.first { $0.program == program }?.record
            guard let record = try? known ?? Simulation.run(program, on: architecture).record else { continue }
            if known == nil { runs.append((program, record)) }
            tried.append((attempt.name, record.cycles, bytes(record)))
            attempt.record = record
            if isBetter(attempt, than: best) { best = attempt }
        }
        var cores: String?
        if composing == .joint, objective == .cycles, goesOn(), let moved = try? onCores(best, memorySpeed) {
            cores = moved.text
            for attempt in moved.attempts {
                if let record = attempt.record { tried.append((attempt.name, record.cycles, bytes(record))) }
                if isBetter(attempt, than: best) { best = attempt }
            }
        }
        var found = found(best.lowered, best.results, best.record, tried)
        found.cores = cores
        found.residency = residency(best)
        found.fused = best.lowered.fusion
        for index in found.mapping.fusion.indices { found.mapping.fusion[index].comment = FusionText.comment(best.lowered.fusion[index]) }
        if best.composed != nil, let text = found.residency { found.mapping.reached += "; results on chip " + text }
        if !best.lowered.cores.isEmpty { found.mapping.reached += "; \(best.lowered.cores.count) operators on cores of their own or divided otherwise, decided together" }
        return found
    }

    /// How much worse than the best prediction another one may be to be run all the same.
    private static let worthARun = 1.1

    /// A mapping of the whole that was tried.
    struct Attempt {
        var name: String
        var lowered: LoweredWorkload
        /// Of its products' searches, the last ones of each name.
        var results: [MachineMapper.Result]
        /// The objective's value of all products, where each runs by itself.
        var predicted = 0.0
        /// `nil` where there was no time to simulate it, or no point.
        var record: ExecutionRecord?
        /// Where results that stay were chosen for all operators together.
        var composed: ComposedWorkload?
        var mapper: MachineMapper

        init(
            name: String, lowered: LoweredWorkload, results: [MachineMapper.Result], _ objective: MappingObjective, _ composed: ComposedWorkload?,
            _ mapper: MachineMapper
        ) {
            self.mapper = mapper
            self.name = name
            self.lowered = lowered
            self.results = results
            self.composed = composed
            var seen: Set<String> = []
            for result in results.reversed() where seen.insert(result.operatorName).inserted { predicted += result.value(of: objective) }
            // Blocks take the tiles of the first one.
            for product in lowered.products where seen.insert(product.request.operatorName).inserted && !lowered.fusion.isEmpty {
                predicted += ProductSearch.cost(of: product.mapping, for: product.request, objective).map { MachineMapper.value($0, objective) } ?? 0
            }
            // What the vector unit runs in their stead, where time counts.
            guard objective == .cycles else { return }
            let onVector = Set(lowered.units.filter { $0.kind == .vector }.map(\.name))
            for step in lowered.steps { if let name = step.node, onVector.contains(name) { predicted += step.vectorCycles } }
        }
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
        var products: [FoundProduct] = []
        var caveats: [String] = []
        var seen: Set<Int> = []
        // All cores' parts are counted together.
        var traffics: [Int: MatmulTraffic] = [:]
        for product in lowered.products {
            guard let traffic = product.traffic else { continue }
            traffics[product.operatorIndex] = traffics[product.operatorIndex].map { $0 + traffic } ?? traffic
        }
        for product in lowered.products where seen.insert(product.operatorIndex).inserted {
            let result = known[product.request.operatorName]
            var cost = result?.cost
            if cost == nil {
                cost = ProductSearch.cost(of: product.mapping, for: product.request, objective)
            }
            for caveat in product.request.problem.timing?.caveats ?? [] where !caveats.contains(caveat) { caveats.append(caveat) }
            if let traffic = traffics[product.operatorIndex] { cost?.traffic = traffic }
            products.append(FoundProduct(product: product, cost: cost, verdict: result?.verdict ?? .bounded(0)))
        }
        let costs = Dictionary(products.map { ($0.product.request.operatorName, $0.cost) }) { first, _ in first }
        for index in mapping.operators.indices {
            guard let cost = costs[mapping.operators[index].name] ?? nil else { continue }
            mapping.operators[index].comment =
                "predicted: \(QuantityText.integer(Int(cost.cycles.rounded()))) cycles by itself, \(QuantityText.integer(cost.traffic.read)) bytes read, "
                + "\(QuantityText.integer(cost.traffic.written)) written"
        }
        let isInterrupted = !goesOn()
        var found = FoundMapping(
            mapping: mapping, architecture: architecture, products: products, cycles: record?.cycles, alternatives: tried, isInterrupted: isInterrupted, caveats: caveats)
        found.check = record.map { PredictionCheck(lowered.products, $0, architecture) }
        found.mapping.reached = MapText.reached(found)
        return found
    }
}
