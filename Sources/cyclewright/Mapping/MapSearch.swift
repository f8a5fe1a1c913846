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
    var alternatives: [(name: String, cycles: Int)]
    var isInterrupted: Bool
    /// Why times or bytes can differ from the model's.
    var caveats: [String]
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
    private let mappers: [(name: String, mapper: MachineMapper)]

    init(
        _ objective: ProductObjective, effort: SearchEffort, _ graph: Graph, _ architecture: Architecture, _ limits: WorkloadMapping,
        progress: @escaping @Sendable (String) -> Void, goesOn: @escaping @Sendable () -> Bool
    ) {
        self.objective = objective
        self.graph = graph
        self.architecture = architecture
        self.limits = limits
        self.goesOn = goesOn
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
        var best: (lowered: LoweredWorkload, mapper: MachineMapper?, cycles: Int?, record: ExecutionRecord?)?
        var tried: [(name: String, cycles: Int)] = []
        for (name, mapper) in mappers where best == nil || goesOn() {
            let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapper: mapper, mapping: limits))
            let record = goesOn() ? try? Simulation.run(lowered.program, on: architecture).record : nil
            if let record { tried.append((name, record.cycles)) }
            if isBetter(record?.cycles, than: best?.cycles) || best == nil { best = (lowered, mapper, record?.cycles, record) }
        }
        // The rule of thumb is right now and then where operators overlap.
        if objective == .cycles, limits.constraints.operators.isEmpty, goesOn() {
            let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: limits))
            let record = try? Simulation.run(lowered.program, on: architecture).record
            if let record { tried.append(("the rule of thumb", record.cycles)) }
            if isBetter(record?.cycles, than: best?.cycles) { best = (lowered, nil, record?.cycles, record) }
        }
        guard let best else { throw LoweringError("", "nothing was searched") }
        return found(best.lowered, best.mapper, best.record, tried)
    }

    private func isBetter(_ cycles: Int?, than other: Int?) -> Bool {
        guard let cycles else { return false }
        return other.map { cycles < $0 } ?? true
    }

    private func found(
        _ lowered: LoweredWorkload, _ mapper: MachineMapper?, _ record: ExecutionRecord?, _ tried: [(name: String, cycles: Int)]
    ) -> FoundMapping {
        var mapping = lowered.mapping(of: graph, on: architecture)
        mapping.constraints = limits.constraints
        mapping.objective = objective.rawValue
        let known = Dictionary((mapper?.results ?? []).map { ($0.operatorName, $0) }) { $1 }
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
