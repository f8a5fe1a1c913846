import Architecture
import Mapping

/// What is minimised; the second figure decides between equals.
public enum ProductObjective: String, Sendable, Hashable, CaseIterable { case cycles, energy, edp, traffic }

/// What a mapping of one product is predicted to cost.
public struct ProductCost: Sendable, Hashable {
    /// By itself, from its first command to its last byte.
    public var cycles: Double
    /// Over the pins of off-chip memory.
    public var traffic: MatmulTraffic
    /// In multiply-accumulates of 16 bits, by `EnergyTable.eyeriss`.
    public var energy: Double

    package func value(_ objective: ProductObjective) -> ObjectiveValue {
        let bytes = Double(traffic.total + traffic.elsewhere)
        return switch objective {
        case .cycles: ObjectiveValue(first: cycles, second: bytes)
        case .energy: ObjectiveValue(first: energy, second: cycles)
        case .edp: ObjectiveValue(first: energy * cycles, second: cycles)
        case .traffic: ObjectiveValue(first: bytes, second: cycles)
        }
    }
}

/// A figure and the one that decides between equals.
package struct ObjectiveValue: Sendable, Hashable, Comparable {
    package var first: Double
    package var second: Double
    package static func < (a: ObjectiveValue, b: ObjectiveValue) -> Bool { (a.first, a.second) < (b.first, b.second) }
}

/// How far a search got.
public enum SearchVerdict: Sendable, Hashable {
    /// No mapping of the space is better under the model.
    case optimal
    /// Nothing is below this part of the value that was found, 0…1.
    case bounded(Double)
    case interrupted(Double)
}

/// How hard a search tries.
public struct SearchEffort: Sendable, Hashable {
    /// Sizes along each dimension; `nil` for all that differ.
    public var sizes: Int?
    /// Mappings whose exact cost is worked out.
    public var evaluations: Int
    public init(sizes: Int?, evaluations: Int) { self.sizes = sizes; self.evaluations = evaluations }

    public static let full = SearchEffort(sizes: nil, evaluations: 5000)
    /// For every run of `simulate`: a fraction of a millisecond for each product.
    public static let fast = SearchEffort(sizes: 6, evaluations: 4)
}

/// Looks at every mapping of one product: all tile sizes that differ × orders × stays × splits that fit the memories to the byte, from the
/// most promising bound on until no bound is below what was found.
public struct ProductSearch {
    let problem: MatmulProblem
    let resources: MatmulResources
    let objective: ProductObjective
    let requirements: [MappingRequirement]
    private let model: PipelineModel
    private let fixedBytes: Double

    /// - Returns: `nil` without layout or timing of the product.
    package init?(_ problem: MatmulProblem, on resources: MatmulResources, _ objective: ProductObjective, requirements: [MappingRequirement] = []) {
        guard problem.layout != nil, let model = PipelineModel(problem, resources) else { return nil }
        self.problem = problem
        self.resources = resources
        self.objective = objective
        self.requirements = requirements
        self.model = model
        // What no mapping changes: results and operands of the epilogue.
        var bits = problem.outIsResident ? 0.0 : Double(problem.batch * problem.m) * Double(problem.n * problem.outBits)
        // Of the epilogue's operands only those that are as large as the result count; others may come more or less often.
        for stream in problem.streams where stream.rowUnits.count == 1 && stream.columnDimensions == 1 && stream.rowUnits[0] == max(1, stream.constant) {
            bits += Double(problem.batch * problem.m) * Double(problem.n * stream.bits)
        }
        fixedBytes = bits / 8 + Double(problem.layout.map(MatmulTraffic.wholes) ?? 0)
    }

    /// What was found, and how sure it is.
    package struct Outcome: Sendable, Hashable {
        package var mapping: MatmulMapping
        package var cost: ProductCost
        package var verdict: SearchVerdict
        /// Mappings that fit, and those whose cost was worked out.
        package var candidates: Int
        package var evaluations: Int
    }

    /// What a mapping that was found elsewhere is predicted to cost.
    public static func cost(of mapping: MatmulMapping, for request: MatmulRequest, _ objective: ProductObjective) -> ProductCost? {
        ProductSearch(request.problem, on: request.most, objective)?.cost(of: mapping)
    }

    package func cost(of mapping: MatmulMapping) -> ProductCost? {
        guard let traffic = MatmulTraffic(mapping, problem) else { return nil }
        let energy = EnergyTable.eyeriss.energy(
            macs: problem.batch * problem.m * problem.k * problem.n, onChipBits: mapping.onChipBits(problem, resources),
            offChipBytes: traffic.total + traffic.elsewhere)
        return ProductCost(cycles: model.cycles(mapping, traffic), traffic: traffic, energy: energy)
    }

    /// Bytes that a mapping moves at least: every needed byte as often as it is fetched, partial accesses and overlaps left out.
    private func leastBytes(tilesM: Int, tilesN: Int, _ left: MatmulMapping.Stay, _ right: MatmulMapping.Stay) -> Double {
        var bytes = fixedBytes
        if !problem.leftIsResident {
            var elements = Double(problem.m) * Double(problem.k)
            if case .image(let rows) = problem.leftShape {
                // One block is the least: more of them overlap, or skip as many rows.
                let block = rows.rows(from: 0, count: problem.m / problem.rowUnit).count
                let skipped = max(0, -rows.halo) * max(0, problem.m / problem.rowUnit - 1)
                elements = Double(max(0, block - skipped)) * Double(rows.width * rows.channels)
            }
            bytes += Double(problem.batch) * elements * Double(problem.leftBits) / 8 * Double(left == .streamed ? tilesN : 1)
        }
        if !problem.rightIsResident {
            bytes += Double(problem.batch) * Double(problem.k) * Double(problem.n) * Double(problem.rightBits) / 8 * Double(right == .streamed ? tilesM : 1)
        }
        return bytes
    }

    /// What no mapping of whatever tiles undercuts: every byte once, every element of the array busy in every cycle.
    package var leastOfAll: ObjectiveValue {
        let bytes = leastBytes(tilesM: 1, tilesN: 1, .held, .held)
        let macs = problem.batch * problem.m * problem.k * problem.n
        let cycles = max(
            Double(macs) / Double(resources.rows * resources.columns * max(1, resources.arrays)) * (problem.timing?.arrayPeriod ?? 1),
            bytes / max(1e-9, resources.bytesPerCycle))
        let energy = EnergyTable.eyeriss.energy(macs: macs, onChipBits: 0, offChipBytes: Int(bytes))
        return switch objective {
        case .cycles: ObjectiveValue(first: cycles, second: bytes)
        case .traffic: ObjectiveValue(first: bytes, second: cycles)
        case .energy: ObjectiveValue(first: energy, second: cycles)
        case .edp: ObjectiveValue(first: energy * cycles, second: cycles)
        }
    }

    private struct Candidate {
        var mapping: MatmulMapping
        var bound: ObjectiveValue
    }

    private func bound(_ mapping: MatmulMapping, _ bytes: Double) -> ObjectiveValue {
        switch objective {
        case .traffic: return ObjectiveValue(first: bytes, second: model.lowerBound(mapping, traffic: bytes))
        case .cycles: return ObjectiveValue(first: model.lowerBound(mapping, traffic: bytes), second: bytes)
        case .energy, .edp:
            let energy = EnergyTable.eyeriss.energy(
                macs: problem.batch * problem.m * problem.k * problem.n, onChipBits: mapping.onChipBits(problem, resources), offChipBytes: Int(bytes))
            let cycles = model.lowerBound(mapping, traffic: bytes)
            return ObjectiveValue(first: objective == .energy ? energy : energy * cycles, second: cycles)
        }
    }

    /// Sizes that the search tries along a dimension, ascending.
    package func sizes(_ dimension: MatmulDimension, most: Int? = nil) -> [Int] {
        let access = problem.layout.map { $0.granularity * 8 / max(1, problem.rightBits) } ?? 1
        let alignments: [Int] =
            switch (dimension, resources.dataflow) {
            case (.m, .weightStationary): []
            case (.m, .inputStationary): [resources.columns]
            case (.m, .outputStationary): [resources.rows]
            case (.k, .outputStationary): [access]
            case (.k, _): [resources.rows]
            case (.n, .inputStationary): [access]
            case (.n, _): [resources.columns, access]
            }
        return TileSizes.candidates(
            extent: problem.extent(of: dimension), unit: problem.unit(of: dimension), dividing: dimension == .k && problem.dividesK,
            alignments: alignments, bounds: bounds(of: dimension), most: most)
    }

    private func bounds(of dimension: MatmulDimension) -> [TileBounds] {
        requirements.compactMap { if case .tile(dimension, let bounds) = $0.content { bounds } else { nil } }
    }

    private func choices<Choice: CaseIterable & Equatable>(_ wanted: [Choice]) -> [Choice] {
        Choice.allCases.filter { choice in wanted.allSatisfy { $0 == choice } }
    }

    /// The orders, stays and splits that the requirements leave.
    private var orders: [MatmulMapping.Order] { choices(requirements.compactMap { if case .order(let order) = $0.content { order } else { nil } }) }
    private var splits: [MatmulMapping.Split] {
        let all = choices(requirements.compactMap { (requirement) -> MatmulMapping.Split? in if case .split(let split) = requirement.content { split } else { nil } })
        // One array has nothing to split; an input-stationary one holds rows.
        let sensible: [MatmulMapping.Split] = resources.arrays == 1 || resources.dataflow == .inputStationary ? [.rows] : [.columns, .rows]
        let both = all.filter { sensible.contains($0) }
        return both.isEmpty ? Array(all.prefix(1)) : both
    }
    private func stays(_ isResident: Bool, _ wanted: [MatmulMapping.Stay]) -> [MatmulMapping.Stay] {
        let all = choices(wanted)
        return isResident ? Array(all.prefix(1)) : all
    }
    private var leftStays: [MatmulMapping.Stay] {
        stays(problem.leftIsResident, requirements.compactMap { if case .left(let stay) = $0.content { stay } else { nil } })
    }
    private var rightStays: [MatmulMapping.Stay] {
        stays(problem.rightIsResident, requirements.compactMap { if case .right(let stay) = $0.content { stay } else { nil } })
    }

    /// Visits every mapping that fits and whose bytes alone do not rule it out.
    private func visit(_ effort: SearchEffort, _ limit: () -> ObjectiveValue?, _ body: (MatmulMapping, ObjectiveValue) -> Bool) -> Bool {
        let (sizesM, sizesN, sizesK) = (sizes(.m, most: effort.sizes), sizes(.n, most: effort.sizes), sizes(.k, most: effort.sizes))
        for left in leftStays {
            for right in rightStays {
                for tileM in sizesM.reversed() {
                    for tileN in sizesN.reversed() {
                        let tilesM = (problem.m + tileM - 1) / tileM, tilesN = (problem.n + tileN - 1) / tileN
                        let bytes = leastBytes(tilesM: tilesM, tilesN: tilesN, left, right)
                        if objective == .traffic, let limit = limit(), bytes > limit.first { continue }
                        if objective == .cycles, let limit = limit(), bytes / max(1e-9, resources.bytesPerCycle) > limit.first { continue }
                        for order in orders {
                            for tileK in sizesK.reversed() {
                                var mapping = MatmulMapping(
                                    tileM: tileM, tileN: tileN, tileK: tileK, order: order, left: left, right: right, split: .rows)
                                guard MatmulAllocation(mapping, problem).fits(resources) else { continue }
                                for split in splits {
                                    mapping.split = split
                                    let bound = bound(mapping, bytes)
                                    if let limit = limit(), !(bound < limit) { continue }
                                    if !body(mapping, bound) { return false }
                                }
                            }
                        }
                    }
                }
            }
        }
        return true
    }

    /// - Parameters:
    ///   - start: a mapping to begin from.
    ///   - ceiling: mappings whose bound is not below are of no interest.
    ///   - goesOn: asked now and then; false ends the search with the best so far.
    /// - Returns: `nil` when nothing that is allowed fits.
    package func best(
        _ effort: SearchEffort, startingFrom start: MatmulMapping? = nil, below ceiling: Double? = nil, goesOn: () -> Bool = { true }
    ) -> Outcome? {
        var best: (mapping: MatmulMapping, cost: ProductCost, value: ObjectiveValue)?
        var evaluations = 0
        func evaluate(_ mapping: MatmulMapping) {
            guard let cost = cost(of: mapping) else { return }
            evaluations += 1
            let value = cost.value(objective)
            if best.map({ value < $0.value }) ?? true { best = (mapping, cost, value) }
        }
        if let start, requirements.allSatisfy({ $0.allows(start) }), MatmulAllocation(start, problem).fits(resources) { evaluate(start) }
        // The most promising ones first give a value that rules most others out.
        var promising: [Candidate] = []
        var count = 0
        let top = ceiling.map { ObjectiveValue(first: $0, second: 0) }
        var isComplete = visit(effort, { promising.count == 4 ? promising[3].bound : top }) { mapping, bound in
            count += 1
            let place = promising.firstIndex { bound < $0.bound } ?? promising.count
            promising.insert(Candidate(mapping: mapping, bound: bound), at: place)
            if promising.count > 4 { promising.removeLast() }
            return count % 4096 != 0 || goesOn()
        }
        for candidate in promising { evaluate(candidate.mapping) }
        guard let first = promising.first, best != nil else { return best.map { finish($0.mapping, $0.cost, .optimal, count, evaluations) } }
        var remaining: [Candidate] = []
        var dropped: ObjectiveValue?
        if isComplete, effort.evaluations > promising.count {
            isComplete = visit(effort, { best?.value }) { mapping, bound in
                if remaining.count < 400_000 {
                    remaining.append(Candidate(mapping: mapping, bound: bound))
                } else {
                    dropped = min(dropped ?? bound, bound)
                }
                return remaining.count % 4096 != 0 || goesOn()
            }
            remaining.sort { $0.bound < $1.bound }
        }
        var open: ObjectiveValue? = isComplete ? dropped : first.bound
        for (index, candidate) in remaining.enumerated() {
            if let value = best?.value, !(candidate.bound < value) { break }
            if evaluations >= effort.evaluations || (index % 64 == 63 && !goesOn()) {
                open = min(open ?? candidate.bound, candidate.bound)
                if evaluations < effort.evaluations { isComplete = false }
                break
            }
            evaluate(candidate.mapping)
        }
        if effort.evaluations <= promising.count { open = first.bound }
        guard let best else { return nil }
        var verdict = SearchVerdict.optimal
        if !isComplete {
            verdict = .interrupted(Self.share(first.bound, best.value))
        } else if let open, open < best.value {
            verdict = .bounded(Self.share(open, best.value))
        }
        if effort.sizes != nil, verdict == .optimal { verdict = .bounded(Self.share(first.bound, best.value)) }
        return finish(best.mapping, best.cost, verdict, count, evaluations)
    }

    private static func share(_ bound: ObjectiveValue, _ value: ObjectiveValue) -> Double { value.first > 0 ? min(1, bound.first / value.first) : 1 }

    private func finish(_ mapping: MatmulMapping, _ cost: ProductCost, _ verdict: SearchVerdict, _ candidates: Int, _ evaluations: Int) -> Outcome {
        Outcome(mapping: mapping, cost: cost, verdict: verdict, candidates: candidates, evaluations: evaluations)
    }
}
