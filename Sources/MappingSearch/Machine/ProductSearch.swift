import Architecture
import Mapping

/// Looks at every mapping of one product: all tile sizes that differ × orders × stays × splits that fit the memories to the byte, from the
/// most promising bound on until no bound is below what was found.
public struct ProductSearch {
    let problem: MatmulProblem
    let resources: MatmulResources
    let objective: MappingObjective
    let requirements: [MappingRequirement]
    let model: PipelineModel
    /// Bytes that no mapping changes.
    private let fixedBytes: LeastBytes
    let macs: Int

    /// - Returns: `nil` without layout or timing of the product.
    package init?(_ problem: MatmulProblem, on resources: MatmulResources, _ objective: MappingObjective, requirements: [MappingRequirement] = []) {
        guard problem.layout != nil, let model = PipelineModel(problem, resources) else { return nil }
        self.problem = problem
        self.resources = resources
        self.objective = objective
        self.requirements = requirements
        self.model = model
        macs = problem.batch * problem.m * problem.k * problem.n
        // What no mapping changes: results and operands of the epilogue.
        var fixed = LeastBytes()
        let results = Double(problem.batch * problem.m) * Double(problem.n)
        if !problem.outIsResident { fixed.out = results * Double(problem.outBits) / 8 }
        // Of the epilogue's operands only those that are as large as the result count; others may come more or less often.
        for stream in problem.streams where stream.rowUnits.count == 1 && stream.columnDimensions == 1 && stream.rowUnits[0] == max(1, stream.constant) {
            fixed.epilogue += results * Double(stream.bits) / 8
        }
        fixed.epilogue += Double(problem.layout.map(MatmulTraffic.wholes) ?? 0)
        fixedBytes = fixed
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

    // MARK: Costs

    /// What a mapping that was found elsewhere is predicted to cost.
    public static func cost(of mapping: MatmulMapping, for request: MatmulRequest, _ objective: MappingObjective) -> ProductCost? {
        ProductSearch(request.problem, on: request.most, objective)?.cost(of: mapping)
    }

    /// - Parameter ceiling: of no interest are mappings whose value is more.
    /// - Returns: `nil` when it is known to be more before all is worked out, and without a layout.
    package func cost(of mapping: MatmulMapping, below ceiling: Double = .infinity) -> ProductCost? {
        guard let traffic = MatmulTraffic(mapping, problem) else { return nil }
        let energy = EnergyTable.eyeriss.energy(
            macs: macs, onChipBits: mapping.onChipBits(problem, resources), offChipBytes: traffic.total + traffic.elsewhere)
        var limit = Double.infinity
        switch objective {
        case .cycles: limit = ceiling
        case .edp: limit = energy > 0 ? ceiling / energy * (1 + 1e-12) : .infinity
        case .energy: if energy > ceiling { return nil }
        case .traffic: if Double(traffic.total + traffic.elsewhere) > ceiling { return nil }
        }
        guard let cycles = model.cycles(mapping, traffic, below: limit) else { return nil }
        return ProductCost(cycles: cycles, traffic: traffic, energy: energy)
    }

    // MARK: Bounds

    /// Bytes that a mapping moves at least: every needed byte as often as it is fetched, partial accesses and overlaps left out.
    func leastBytes(tilesM: Int, tilesN: Int, _ left: MatmulMapping.Stay, _ right: MatmulMapping.Stay) -> LeastBytes {
        var bytes = fixedBytes
        if !problem.leftIsResident {
            var elements = Double(problem.m) * Double(problem.k)
            if case .image(let rows) = problem.leftShape {
                // One block is the least: more of them overlap, or skip as many rows.
                let block = rows.rows(from: 0, count: problem.m / problem.rowUnit).count
                let skipped = max(0, -rows.halo) * max(0, problem.m / problem.rowUnit - 1)
                elements = Double(max(0, block - skipped)) * Double(rows.width * rows.channels)
            }
            bytes.left = Double(problem.batch) * elements * Double(problem.leftBits) / 8 * Double(left == .streamed ? tilesN : 1)
        }
        if !problem.rightIsResident {
            bytes.right = Double(problem.batch) * Double(problem.k) * Double(problem.n) * Double(problem.rightBits) / 8 * Double(right == .streamed ? tilesM : 1)
        }
        return bytes
    }

    /// What no mapping of whatever tiles undercuts: every byte once, and the array's folds with all dimensions whole.
    package var leastOfAll: ObjectiveValue {
        let bytes = leastBytes(tilesM: 1, tilesN: 1, .held, .held)
        let arrayTime = MatmulMapping.Split.allCases.reduce(Double.infinity) { least, split in
            let whole = MatmulMapping(
                tileM: problem.m, tileN: problem.n, tileK: problem.k, order: .rowsOuter, left: .held, right: .held, split: split)
            return min(least, model.arrayTime(whole))
        }
        let cycles = model.lowerBound(arrayTime: arrayTime, bytes)
        let energy = EnergyTable.eyeriss.energy(macs: macs, onChipBits: 0, offChipBytes: Int(bytes.total))
        return switch objective {
        case .cycles: ObjectiveValue(first: cycles, second: bytes.total)
        case .traffic: ObjectiveValue(first: bytes.total, second: cycles)
        case .energy: ObjectiveValue(first: energy, second: cycles)
        case .edp: ObjectiveValue(first: energy * cycles, second: cycles)
        }
    }

    /// What a mapping's bytes and the arrays' time leave at the least.
    func bound(_ mapping: MatmulMapping, _ bytes: LeastBytes, arrayTime: Double) -> ObjectiveValue {
        let cycles = model.lowerBound(arrayTime: arrayTime, bytes)
        switch objective {
        case .traffic: return ObjectiveValue(first: bytes.total, second: cycles)
        case .cycles: return ObjectiveValue(first: cycles, second: bytes.total)
        case .energy, .edp:
            let energy = EnergyTable.eyeriss.energy(macs: macs, onChipBits: mapping.onChipBits(problem, resources), offChipBytes: Int(bytes.total))
            return ObjectiveValue(first: objective == .energy ? energy : energy * cycles, second: cycles)
        }
    }
}
