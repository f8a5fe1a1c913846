import Architecture
import Mapping
import Synchronization

/// Maps the products of a workload by search, equal ones once.
public final class MachineMapper: MatmulMapper {
    /// What is known about one product after its search.
    public struct Result: Sendable {
        public var operatorName: String
        public var cost: ProductCost
        public var verdict: SearchVerdict
        public var candidates: Int
        public var evaluations: Int

        /// What an objective makes of its cost.
        public func value(of objective: MappingObjective) -> Double { cost.value(objective).first }
    }

    /// What an objective makes of a cost.
    public static func value(_ cost: ProductCost, _ objective: MappingObjective) -> Double { cost.value(objective).first }

    /// A step on the way, for progress.
    public struct Step: Sendable {
        public var operatorName: String
        /// Products that differ, so far.
        public var products: Int
        /// The value that was found, and the part of it below which nothing is.
        public var incumbent: Double
        public var bound: Double
    }

    private struct Key: Hashable {
        var problem: MatmulProblem
        var preferred: MatmulResources
        var most: MatmulResources
        var requirements: [MappingRequirement.Content]
    }

    private struct State {
        var known: [Key: ProductSearch.Outcome?] = [:]
        var results: [Result] = []
        var conflict: String?
    }

    private let objective: MappingObjective
    private let effort: SearchEffort
    private let constraints: MappingConstraints
    private let usesAllMemory: Bool
    private let caution: Double?
    private let state = Mutex(State())
    private let progress: @Sendable (Step) -> Void
    private let goesOn: @Sendable () -> Bool

    /// - Parameters:
    ///   - usesAllMemory: whether one operator may take all of the memory, or leaves the next one room to begin; `nil` for what suits the
    ///     objective.
    ///   - caution: the part by which a mapping has to be predicted better than that of the rule of thumb to be taken instead, and one that
    ///     takes all of the memory better than one that does not; `nil` for none. The model sees one product by itself: small
    ///     differences are worth less than what operators gain that overlap.
    ///   - goesOn: asked now and then; once it is false every product gets the best that is known.
    public init(
        _ objective: MappingObjective, effort: SearchEffort = .full, constraints: MappingConstraints = MappingConstraints(), usesAllMemory: Bool? = nil,
        caution: Double? = nil, progress: @escaping @Sendable (Step) -> Void = { _ in }, goesOn: @escaping @Sendable () -> Bool = { true }
    ) {
        self.objective = objective
        self.effort = effort
        self.constraints = constraints
        self.usesAllMemory = usesAllMemory ?? (objective == .traffic || objective == .energy)
        self.caution = caution
        self.progress = progress
        self.goesOn = goesOn
    }

    /// Whether one operator may take all of the memory.
    public var takesAllMemory: Bool { usesAllMemory }

    /// The fast path: for every run. It begins with the rule of thumb
    /// (`HeuristicMatmulMapper`), and where a product's bound shows that little is to be gained it ends with it.
    public static func quick() -> MachineMapper { MachineMapper(.cycles, effort: .fast, caution: 0.25) }

    /// How far all products together are above their bounds at most, 0 for not at all.
    public var gap: Double {
        var (sum, bound) = (0.0, 0.0)
        for result in results {
            let value = result.cost.value(objective).first
            sum += value
            bound += value * result.verdict.share
        }
        return bound > 0 ? sum / bound - 1 : 0
    }

    /// Results by operator, those of equal products included, in the order in which they were asked for.
    public var results: [Result] { state.withLock { $0.results } }

    /// Why a product has no mapping that keeps to the constraints.
    public var conflict: String? { state.withLock { $0.conflict } }

    public func map(_ problem: MatmulProblem, on resources: MatmulResources) -> MatmulMapping? {
        map(MatmulRequest(operatorName: "", problem: problem, preferred: resources, most: resources))
    }

    public func map(_ request: MatmulRequest) -> MatmulMapping? {
        let requirements = constraints.constraints(of: request.operatorName).flatMap(\.requirements)
        let key = Key(problem: request.problem.withPlainAddresses, preferred: request.preferred, most: request.most, requirements: requirements.map(\.content))
        let known = state.withLock { $0.known[key] }
        let outcome: ProductSearch.Outcome?
        if let known {
            outcome = known
        } else {
            outcome = search(request, requirements)
            state.withLock { $0.known[key] = .some(outcome) }
        }
        guard let outcome else {
            guard requirements.isEmpty else {
                let conflict = RequirementConflict(request, requirements, objective).message
                state.withLock { $0.conflict = $0.conflict ?? conflict }
                return nil
            }
            return HeuristicMatmulMapper().map(request)
        }
        state.withLock {
            $0.results.append(
                Result(
                    operatorName: request.operatorName, cost: outcome.cost, verdict: outcome.verdict, candidates: outcome.candidates,
                    evaluations: outcome.evaluations))
        }
        if known == nil {
            let value = outcome.cost.value(objective).first
            progress(
                Step(operatorName: request.operatorName, products: state.withLock { $0.known.count }, incumbent: value, bound: value * outcome.verdict.share))
        }
        return outcome.mapping
    }

    /// The rule of thumb's mapping, or one that is predicted to be clearly better.
    private func cautious(_ request: MatmulRequest, _ caution: Double) -> ProductSearch.Outcome? {
        guard let mapping = HeuristicMatmulMapper().map(request), let all = ProductSearch(request.problem, on: request.most, objective),
            let cost = all.cost(of: mapping)
        else { return nil }
        var chosen = ProductSearch.Outcome(mapping: mapping, cost: cost, verdict: .bounded(0), candidates: 1, evaluations: 1)
        var bound = cost.value(objective).first
        // Where nothing can be that much better nothing is looked for.
        let least = all.leastOfAll.first
        if least >= bound * (1 - caution) {
            chosen.verdict = .bounded(bound > 0 ? min(1, least / bound) : 1)
            return chosen
        }
        // A closer look where the first one leaves as much to be gained.
        for effort in [effort, .closer] where least < chosen.cost.value(objective).first * (1 - caution) {
            for room in [request.preferred, request.most] {
                let ceiling = chosen.cost.value(objective).first * (1 - caution)
                guard let outcome = ProductSearch(request.problem, on: room, objective)?.best(effort, below: ceiling, goesOn: goesOn) else { continue }
                if outcome.cost.value(objective).first < ceiling { chosen = outcome }
            }
        }
        bound = chosen.cost.value(objective).first
        chosen.verdict = .bounded(bound > 0 ? min(1, least / bound) : 1)
        return chosen
    }

    private func search(_ request: MatmulRequest, _ requirements: [MappingRequirement]) -> ProductSearch.Outcome? {
        if let caution, requirements.isEmpty { return cautious(request, caution) }
        let rooms = usesAllMemory ? [request.most] : [request.preferred, request.most]
        for room in rooms {
            guard let search = ProductSearch(request.problem, on: room, objective, requirements: requirements) else { return nil }
            let start = effort == .fast ? nil : HeuristicMatmulMapper().map(request.problem, on: room)
            if let outcome = search.best(effort, startingFrom: start, goesOn: goesOn) { return outcome }
        }
        return nil
    }
}

extension MatmulProblem {
    /// The same with every address moved to the first place in an access that it shares: for equal products in other places.
    var withPlainAddresses: MatmulProblem {
        guard var layout else { return self }
        func plain(_ address: Int, _ request: Int) -> Int {
            address % (request % layout.granularity == 0 ? layout.granularity : layout.granularity * max(1, request))
        }
        func plain(_ block: ProductLayout.Block) -> ProductLayout.Block {
            var block = block
            block.address = plain(block.address, block.request)
            return block
        }
        switch layout.left {
        case .block(let block): layout.left = .block(plain(block))
        case .image(let block, let rows): layout.left = .image(plain(block), rows)
        case nil: break
        }
        if var right = layout.right {
            right.block = plain(right.block)
            right.cutByChannels = right.cutByChannels.map(plain)
            if var tiles = right.tiles {
                tiles.address = plain(tiles.address, right.block.request)
                right.tiles = tiles
            }
            layout.right = right
        }
        layout.streams = layout.streams.map(plain)
        layout.wholes = layout.wholes.map(plain)
        layout.out = layout.out.map(plain)
        var problem = self
        problem.layout = layout
        return problem
    }
}
