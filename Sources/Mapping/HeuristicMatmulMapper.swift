import Architecture

/// Tries power-of-two fractions of each dimension with all orders and stays, and takes the one that its cost model
/// likes best: the longer of array time and off-chip time, plus the time to fill the first tiles.
///
/// Not an optimum: tile sizes in between are not tried, and operators are mapped one by one. It is where the short search of `simulate`
/// begins and, for the many products whose bound it nearly reaches, where it ends; without a layout and times of units, it is all there is.
/// `simulate --mapper rule` is this alone.
public struct HeuristicMatmulMapper: MatmulMapper {
    public init() {}

    public func map(_ problem: MatmulProblem, on resources: MatmulResources) -> MatmulMapping? {
        var best: (mapping: MatmulMapping, cost: Double)?
        let columnUnit = resources.dataflow == .inputStationary ? 1 : resources.columns
        let depthUnit = resources.dataflow == .outputStationary ? 1 : resources.rows
        let tilesOfM = sizes(problem.m, unit: problem.rowUnit)
        let tilesOfN = sizes(problem.n, unit: columnUnit)
        var tilesOfK = sizes(problem.k, unit: problem.kUnit > 1 ? problem.kUnit : depthUnit)
        if problem.kUnit > 1 { tilesOfK = tilesOfK.filter { problem.k % $0 == 0 } }
        for tileM in tilesOfM {
            for tileN in tilesOfN {
                for tileK in tilesOfK {
                    for order in MatmulMapping.Order.allCases {
                        for left in problem.leftIsResident ? [MatmulMapping.Stay.streamed] : MatmulMapping.Stay.allCases {
                            for right in problem.rightIsResident ? [MatmulMapping.Stay.streamed] : MatmulMapping.Stay.allCases {
                                let mapping = MatmulMapping(
                                    tileM: tileM, tileN: tileN, tileK: tileK, order: order, left: left, right: right,
                                    split: split(tileN: tileN, resources))
                                guard fits(mapping, problem, resources) else { continue }
                                let cost = self.cost(of: mapping, problem, resources)
                                if best.map({ cost < $0.cost }) ?? true { best = (mapping, cost) }
                            }
                        }
                    }
                }
            }
        }
        return best?.mapping
    }

    /// The whole, and halves of halves of it, rounded up to the unit.
    private func sizes(_ extent: Int, unit: Int) -> [Int] {
        var sizes = [extent]
        var size = extent
        while size > unit {
            size = (size + 1) / 2
            let rounded = min(extent, (size + unit - 1) / unit * unit)
            if rounded != sizes.last { sizes.append(rounded) }
            if rounded <= unit { break }
        }
        if let last = sizes.last, last > unit, unit >= 1 { sizes.append(min(extent, unit)) }
        return sizes
    }

    private func split(tileN: Int, _ resources: MatmulResources) -> MatmulMapping.Split {
        let folds = (tileN + resources.columns - 1) / resources.columns
        return resources.dataflow != .inputStationary && folds >= resources.arrays ? .columns : .rows
    }

    private func fits(_ mapping: MatmulMapping, _ problem: MatmulProblem, _ resources: MatmulResources) -> Bool {
        let usage = MatmulFootprint(mapping, problem)
        var left = usage.left + usage.epilogue + usage.out
        if resources.rightSharesLeft { left += usage.right } else if usage.right > resources.rightBudget { return false }
        if resources.sumsShareLeft { left += usage.sums } else if usage.sums > resources.sumBudget { return false }
        return left <= resources.leftBudget
    }

    private func cost(of mapping: MatmulMapping, _ problem: MatmulProblem, _ resources: MatmulResources) -> Double {
        let tilesM = mapping.tilesM(of: problem)
        let tilesN = mapping.tilesN(of: problem)
        let tilesK = mapping.tilesK(of: problem)
        let share = mapping.split == .rows ? (mapping.tileM + resources.arrays - 1) / resources.arrays : mapping.tileM
        let columns = mapping.split == .columns ? (mapping.tileN + resources.arrays - 1) / resources.arrays : mapping.tileN
        func folds(_ extent: Int, _ size: Int) -> Int { (extent + size - 1) / size }
        let (r, c) = (resources.rows, resources.columns)
        let commands: Int
        let stream: Int
        switch resources.dataflow {
        case .weightStationary: commands = folds(mapping.tileK, r) * folds(columns, c); stream = share
        case .inputStationary: commands = folds(mapping.tileK, r) * folds(share, c); stream = mapping.tileN
        case .outputStationary: commands = folds(share, r) * folds(columns, c); stream = mapping.tileK
        }
        let fill = resources.dataflow == .outputStationary ? 0 : r
        let each = resources.preload == .overlapped ? max(stream, max(fill, 1)) : stream + fill + r + c - 2
        let compute = Double(problem.batch * tilesM * tilesN * tilesK) * Double(commands * each)

        let reloadsLeft = mapping.left == .held || mapping.order == .rowsOuter && tilesK == 1 && mapping.left == .held ? 1 : tilesN
        let reloadsRight = mapping.right == .held ? 1 : tilesM
        var traffic = 0.0
        if !problem.leftIsResident {
            traffic += Double(problem.leftBytes(rows: mapping.tileM, depth: problem.k) * tilesM) * Double(reloadsLeft)
        }
        if !problem.rightIsResident { traffic += Double(problem.rightBytes(columns: problem.n, depth: problem.k)) * Double(reloadsRight) }
        if !problem.outIsResident { traffic += Double(problem.outBytes(rows: problem.m, columns: problem.n)) }
        traffic = traffic * Double(problem.batch) / max(1e-9, resources.bytesPerCycle)

        var first = 0.0
        if !problem.leftIsResident { first += Double(problem.leftBytes(rows: mapping.tileM, depth: mapping.tileK)) }
        if !problem.rightIsResident { first += Double(problem.rightBytes(columns: mapping.tileN, depth: mapping.tileK)) }
        first /= max(1e-9, resources.bytesPerCycle)
        // A held operand of one buffer cannot be refilled behind the computation.
        return max(compute, traffic) + first + Double(r + c) + min(compute, traffic) * 1e-3
    }
}

/// Bytes that a mapping takes in each memory.
public struct MatmulFootprint: Sendable {
    public var left: Int
    public var right: Int
    public var sums: Int
    public var epilogue: Int
    public var out: Int

    public init(_ mapping: MatmulMapping, _ problem: MatmulProblem) {
        func aligned(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }
        left = problem.leftIsResident ? 0 : mapping.leftSlots(problem) * aligned(problem.leftBytes(rows: mapping.tileM, depth: mapping.tileK))
        right = problem.rightIsResident ? 0 : mapping.rightSlots(problem) * aligned(problem.rightBytes(columns: mapping.tileN, depth: mapping.tileK))
        sums = 2 * aligned(problem.sumBytes(rows: mapping.tileM, columns: mapping.tileN))
        epilogue = 2 * aligned(problem.epilogueBytes(rows: mapping.tileM, columns: mapping.tileN))
        out = problem.outIsResident ? 0 : 2 * aligned(problem.outBytes(rows: mapping.tileM, columns: mapping.tileN))
    }
}
