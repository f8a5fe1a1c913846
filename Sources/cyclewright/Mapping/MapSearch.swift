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
}

/// A mapping, and all that is known about it.
struct FoundMapping {
    var mapping: WorkloadMapping
    var architecture: Architecture
    var products: [FoundProduct]
    /// Of the whole workload, simulated; `nil` when the search was interrupted.
    var cycles: Int?
    /// What the simulation of other mappings gave.
    var alternatives: [(name: String, cycles: Int)]
    var isInterrupted: Bool
    /// Why times or bytes can differ from the model's.
    var caveats: [String]
    /// Predictions beside what the simulation counted; `nil` when it was not run.
    var check: PredictionCheck?
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
        let memorySpeed = Simulation.memorySpeed(of: architecture)
        var candidates: [Candidate] = []
        for (name, mapper) in mappers where candidates.isEmpty || goesOn() {
            candidates.append(Candidate(name: name, mapper: mapper, lowered: try lower(mapper, memorySpeed)))
        }
        // What `simulate` takes without a file is right now and then where operators overlap.
        if objective == .cycles, limits.constraints.operators.isEmpty, goesOn() {
            let mapper = MachineMapper.quick()
            candidates.append(Candidate(name: "the short search of simulate", mapper: mapper, lowered: try lower(mapper, memorySpeed)))
        }
        // The best prediction first. One that is predicted to be much worse is not worth a run.
        candidates.sort { $0.mapper.predicted < $1.mapper.predicted }
        guard let first = candidates.first else { throw LoweringError("", "nothing was searched") }
        var best = (candidate: first, record: ExecutionRecord?.none)
        var tried: [(name: String, cycles: Int)] = []
        for candidate in candidates where goesOn() && candidate.mapper.predicted <= first.mapper.predicted * Self.worthARun {
            guard let record = try? Simulation.run(candidate.lowered.program, on: architecture).record else { continue }
            tried.append((candidate.name, record.cycles))
            if best.record.map({ record.cycles < $0.cycles }) ?? true { best = (candidate, record) }
        }
        return found(best.candidate.lowered, best.candidate.mapper, best.record, tried)
    }

    private struct Candidate {
        var name: String
        var mapper: MachineMapper
        var lowered: LoweredWorkload
    }

    private static let worthARun = 1.1

    private func lower(_ mapper: MachineMapper, _ memorySpeed: DRAMSpeed?) throws(LoweringError) -> LoweredWorkload {
        try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapper: mapper, mapping: limits, memorySpeed: memorySpeed))
    }

    private func found(
        _ lowered: LoweredWorkload, _ mapper: MachineMapper, _ record: ExecutionRecord?, _ tried: [(name: String, cycles: Int)]
    ) -> FoundMapping {
        var mapping = lowered.mapping(of: graph, on: architecture)
        mapping.constraints = limits.constraints
        mapping.objective = objective.rawValue
        let known = Dictionary(mapper.results.map { ($0.operatorName, $0) }) { $1 }
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
