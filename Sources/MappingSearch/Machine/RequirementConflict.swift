import Architecture
import Mapping
import SMT

/// Why no mapping of a product keeps to all requirements: a smallest set of them that cannot hold together, found by Z3 and checked by
/// enumeration.
struct RequirementConflict {
    /// In the user's terms.
    private(set) var message: String

    /// What has to hold: what the user wrote, and what the machine gives.
    private enum Condition {
        case requirement(MappingRequirement)
        case leftRoom, rightRoom, sumRoom
    }

    init(_ request: MatmulRequest, _ requirements: [MappingRequirement], _ objective: MappingObjective) {
        let problem = request.problem, resources = request.most
        let memories: [Condition] = [.leftRoom, .rightRoom, .sumRoom]
        let conditions = requirements.map(Condition.requirement) + memories
        message = ""
        // Sizes that tell the requirements apart: those that are allowed at all, few where there are many, and what the user named.
        func sizes(_ dimension: MatmulDimension) -> [Int] {
            var all = TileSizes.candidates(
                extent: problem.extent(of: dimension), unit: problem.unit(of: dimension), dividing: dimension == .k && problem.dividesK, most: 12)
            all.append(contentsOf: TileSizes.candidates(extent: problem.extent(of: dimension), unit: problem.unit(of: dimension), dividing: dimension == .k && problem.dividesK).prefix(2))
            for case .requirement(let requirement) in conditions {
                guard case .tile(dimension, let bounds) = requirement.content else { continue }
                all += TileSizes.candidates(
                    extent: problem.extent(of: dimension), unit: problem.unit(of: dimension), dividing: dimension == .k && problem.dividesK, bounds: [bounds], most: 3)
            }
            return Set(all).sorted()
        }
        let tiles: [MatmulDimension: [Int]] = [.m: sizes(.m), .n: sizes(.n), .k: sizes(.k)]
        guard let core = try? Self.core(conditions, tiles, problem, resources), !core.isEmpty else {
            message = "no mapping keeps to the constraints of \(request.operatorName)"
            return
        }
        let isOne = core.count == 1
        let numbers = ["", "this requirement", "these two requirements", "these three requirements", "these four requirements", "these five requirements"]
        message = "\(core.count < numbers.count ? numbers[core.count] : "these \(core.count) requirements") cannot hold\(isOne ? "" : " together") for \(request.operatorName) (\(problem.m) × \(problem.k) × \(problem.n)):"
        for index in core { message += "\n  " + Self.text(conditions[index], problem, resources) }
    }

    private static func text(_ condition: Condition, _ problem: MatmulProblem, _ resources: MatmulResources) -> String {
        switch condition {
        case .requirement(let requirement):
            var text = requirement.text
            if case .tile(let dimension, let bounds) = requirement.content {
                let unit = problem.unit(of: dimension), extent = problem.extent(of: dimension)
                let dividing = dimension == .k && problem.dividesK
                if TileSizes.candidates(extent: extent, unit: unit, dividing: dividing, bounds: [bounds]).isEmpty {
                    text += " (tiles of \(dimension.rawValue) are multiples of \(unit)\(dividing ? " that divide \(extent)" : " up to \(extent)"))"
                }
            }
            return text + (requirement.line.map { " (line \($0))" } ?? "")
        case .leftRoom:
            return "left tiles, operands and results\(resources.rightSharesLeft ? ", right tiles" : "")\(resources.sumsShareLeft ? ", sums" : "") fit in \(resources.leftBudget) bytes"
        case .rightRoom: return "right tiles fit in \(resources.rightBudget) bytes"
        case .sumRoom: return "sums fit in \(resources.sumBudget) bytes"
        }
    }

    /// One Boolean for each size and choice, one assumption for each condition.
    private static func core(
        _ conditions: [Condition], _ tiles: [MatmulDimension: [Int]], _ problem: MatmulProblem, _ resources: MatmulResources
    ) throws(SMTError) -> [Int] {
        let context = Context()
        let solver = try Solver(context)
        var isTile: [MatmulDimension: [(size: Int, formula: Formula)]] = [:]
        for dimension in MatmulDimension.allCases {
            let list = (tiles[dimension] ?? []).map { (size: $0, formula: context.boolean("\(dimension.rawValue)=\($0)")) }
            try solver.assert(context.exactlyOne(of: list.map(\.formula)))
            isTile[dimension] = list
        }
        let rowsOuter = context.boolean("rowsOuter"), leftHeld = context.boolean("leftHeld"), rightHeld = context.boolean("rightHeld")
        let byColumns = context.boolean("byColumns")
        let names = conditions.indices.map { context.boolean("condition\($0)") }
        for (index, condition) in conditions.enumerated() {
            guard case .requirement(let requirement) = condition else { continue }
            let meaning: Formula
            switch requirement.content {
            case .tile(let dimension, let bounds): meaning = context.any((isTile[dimension] ?? []).filter { bounds.contains($0.size) }.map(\.formula))
            case .order(let order): meaning = order == .rowsOuter ? rowsOuter : !rowsOuter
            case .left(let stay): meaning = stay == .held ? leftHeld : !leftHeld
            case .right(let stay): meaning = stay == .held ? rightHeld : !rightHeld
            case .split(let split): meaning = split == .columns ? byColumns : !byColumns
            }
            try solver.assert(names[index].implies(meaning))
        }
        // Rooms: combinations that do not fit are forbidden while their memory counts.
        let rooms = conditions.count - 3
        for order in MatmulMapping.Order.allCases {
            for left in MatmulMapping.Stay.allCases {
                for right in MatmulMapping.Stay.allCases {
                    let choice = context.all([
                        order == .rowsOuter ? rowsOuter : !rowsOuter, left == .held ? leftHeld : !leftHeld, right == .held ? rightHeld : !rightHeld,
                    ])
                    for m in isTile[.m] ?? [] {
                        for n in isTile[.n] ?? [] {
                            var allowed: [[Formula]] = [[], [], []]
                            for k in isTile[.k] ?? [] {
                                let mapping = MatmulMapping(tileM: m.size, tileN: n.size, tileK: k.size, order: order, left: left, right: right, split: .rows)
                                let needs = MatmulAllocation(mapping, problem).needs(resources)
                                if needs.left <= resources.leftBudget { allowed[0].append(k.formula) }
                                if needs.right <= resources.rightBudget { allowed[1].append(k.formula) }
                                if needs.sums <= resources.sumBudget { allowed[2].append(k.formula) }
                            }
                            for room in 0..<3 where allowed[room].count < (isTile[.k]?.count ?? 0) {
                                try solver.assert(context.all([names[rooms + room], choice, m.formula, n.formula]).implies(context.any(allowed[room])))
                            }
                        }
                    }
                }
            }
        }
        return try solver.minimalCore(of: names)?.positions ?? []
    }
}
