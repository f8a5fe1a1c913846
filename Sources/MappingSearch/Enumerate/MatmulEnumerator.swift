/// Looks at every tiling of a matrix product, imperfect factors and all, and keeps the best: exact for the model of
/// `MatmulCostModel`, by enumeration with bounds.
///
/// For two tiles, a dataflow and a bypass the figures depend on the third tile only through its number of tiles and folds, both
/// of which have a least value: going down from the largest tile that fits, all is said once the folds are at their least.
public struct MatmulEnumerator {
    private let model: MatmulCostModel
    private let cutsOfM: [MatmulCostModel.Cut]
    private let cutsOfN: [MatmulCostModel.Cut]
    private let cutsOfK: [MatmulCostModel.Cut]

    /// A way of running the layer and what it costs.
    public struct Point: Sendable, Hashable {
        public var tiling: MatmulTiling
        public var cost: MatmulCost
    }

    /// Extents beyond this could make products overflow.
    public static let maximumExtent = 1 << 17

    /// - Returns: `nil` for extents and parameters out of range: from 1 to 2^17 for extents, from 1 to 4096 for the array's
    ///   sides, from 1 to 16 bytes an element, energies up to 2^20 fJ, and a total energy within 64 bits.
    public init?(_ layer: MatmulLayer, on machine: MatmulMachine) {
        let extents = 1...Self.maximumExtent
        guard extents.contains(layer.m), extents.contains(layer.n), extents.contains(layer.k), layer.m * layer.n * layer.k <= 1 << 42 else { return nil }
        let bytes = 1...16
        guard bytes.contains(layer.leftBytes), bytes.contains(layer.rightBytes), bytes.contains(layer.sumBytes) else { return nil }
        let sides = 1...4096
        guard sides.contains(machine.rows), sides.contains(machine.columns), machine.scratchpadBytes >= 1, machine.bytesPerCycle >= 1 else { return nil }
        let energies = [machine.energyOfMultiply, machine.energyOfScratchpadByte, machine.energyOfOffChipByte]
        guard let most = energies.max(), energies.allSatisfy({ (0...(1 << 20)).contains($0) }) else { return nil }
        // All passes of all tensors together are at most 13 elements for every multiplication.
        let passes = layer.m * layer.n * layer.k * max(layer.leftBytes, layer.rightBytes, layer.sumBytes) * 16
        guard !passes.multipliedReportingOverflow(by: max(1, most)).overflow else { return nil }
        model = MatmulCostModel(layer: layer, machine: machine)
        cutsOfM = model.cuts(layer.m)
        cutsOfN = model.cuts(layer.n)
        cutsOfK = model.cuts(layer.k)
    }

    /// What a tiling costs; its tiles from 1 to the extents.
    public func cost(of tiling: MatmulTiling) -> MatmulCost {
        model.cost(
            model.cut(model.layer.m, tiling.tileM), model.cut(model.layer.n, tiling.tileN), model.cut(model.layer.k, tiling.tileK),
            tiling.innermost, tiling.dataflow, tiling.bypassing, tiling.isDoubleBuffered)
    }

    /// The best tiling of all.
    ///
    /// - Parameter bytes: of the scratchpad that may be used; `nil` for all of it.
    /// - Returns: `nil` when not even single elements fit.
    public func best(_ objective: MatmulObjective, within bytes: Int? = nil, constraints: MatmulConstraints = MatmulConstraints()) -> Point? {
        let capacity = min(bytes ?? .max, model.machine.scratchpadBytes)
        let leastRowFolds = MatmulCostModel.ceiling(model.layer.k, model.machine.rows)
        var best: Point?
        var bestValue = (Double.infinity, Int.max)
        var variants: [(MatmulDataflow, MatmulInnermost)] = []
        for bypassing in constraints.bypasses {
            for isDoubleBuffered in constraints.bufferings {
                for m in cutsOfM {
                    // Everything grows with each tile.
                    if model.bufferBytes(m.tile, 1, 1, bypassing, isDoubleBuffered) > capacity { break }
                    for n in cutsOfN {
                        if model.bufferBytes(m.tile, n.tile, 1, bypassing, isDoubleBuffered) > capacity { break }
                        var index = largest(m, n, bypassing, isDoubleBuffered, capacity)
                        // No k is better than as few tiles as fit and as few folds as there can be.
                        let ideal = MatmulCostModel.Cut(
                            tile: cutsOfK[index].tile, tiles: cutsOfK[index].tiles, rowFolds: leastRowFolds, columnFolds: cutsOfK[index].columnFolds)
                        variants.removeAll(keepingCapacity: true)
                        for dataflow in constraints.dataflows {
                            for innermost in MatmulInnermost.allCases {
                                let cost = model.cost(m, n, ideal, innermost, dataflow, bypassing, isDoubleBuffered)
                                if Self.value(cost, objective) < bestValue { variants.append((dataflow, innermost)) }
                            }
                        }
                        if variants.isEmpty { continue }
                        while index >= 0 {
                            let k = cutsOfK[index]
                            index -= 1
                            for (dataflow, innermost) in variants {
                                let cost = model.cost(m, n, k, innermost, dataflow, bypassing, isDoubleBuffered)
                                let value = Self.value(cost, objective)
                                if value < bestValue {
                                    bestValue = value
                                    best = Point(
                                        tiling: MatmulTiling(
                                            tileM: m.tile, tileN: n.tile, tileK: k.tile, innermost: innermost, dataflow: dataflow,
                                            bypassing: bypassing, isDoubleBuffered: isDoubleBuffered), cost: cost)
                                }
                            }
                            // Smaller tiles make as many or more, and folds cannot get fewer.
                            if k.rowFolds == leastRowFolds { break }
                        }
                    }
                }
            }
        }
        return best
    }

    /// The best tilings by each objective within ever smaller parts of the scratchpad, without those that another one
    /// dominates; by buffer bytes, ascending.
    ///
    /// - Parameter steps: sizes of the scratchpad that are looked at, each half of the one before.
    public func paretoTable(steps: Int = 8) -> [Point] {
        var points: Set<Point> = []
        var capacity = model.machine.scratchpadBytes
        for _ in 0..<steps where capacity > 0 {
            for objective in MatmulObjective.allCases { if let point = best(objective, within: capacity) { points.insert(point) } }
            capacity /= 2
        }
        var costs: Set<MatmulCost> = []
        let kept = points.filter { point in !points.contains { $0.cost.dominates(point.cost) } }
        let sorted = kept.sorted { Self.order($0) < Self.order($1) }
        return sorted.filter { costs.insert($0.cost).inserted }
    }

    /// All tilings that no other one beats in cycles, energy, traffic and buffer bytes; by buffer bytes, ascending. One tiling for each
    /// combination of the four figures.
    ///
    /// Looks at every tiling, and takes accordingly long: for large products give `constraints`, or use `paretoTable`.
    public func paretoFront(constraints: MatmulConstraints = MatmulConstraints()) -> [Point] {
        var front = ParetoFront<Point>()
        for bypassing in constraints.bypasses {
            for isDoubleBuffered in constraints.bufferings {
                for m in cutsOfM {
                    if model.bufferBytes(m.tile, 1, 1, bypassing, isDoubleBuffered) > model.machine.scratchpadBytes { break }
                    for n in cutsOfN {
                        if model.bufferBytes(m.tile, n.tile, 1, bypassing, isDoubleBuffered) > model.machine.scratchpadBytes { break }
                        for k in cutsOfK {
                            if model.bufferBytes(m.tile, n.tile, k.tile, bypassing, isDoubleBuffered) > model.machine.scratchpadBytes { break }
                            for dataflow in constraints.dataflows {
                                for innermost in MatmulInnermost.allCases {
                                    let cost = model.cost(m, n, k, innermost, dataflow, bypassing, isDoubleBuffered)
                                    let figures = SIMD4(Double(cost.cycles), Double(cost.energy), Double(cost.traffic), Double(cost.bufferBytes))
                                    if front.covers(figures) { continue }
                                    front.insert(
                                        figures,
                                        Point(
                                            tiling: MatmulTiling(
                                                tileM: m.tile, tileN: n.tile, tileK: k.tile, innermost: innermost, dataflow: dataflow,
                                                bypassing: bypassing, isDoubleBuffered: isDoubleBuffered), cost: cost))
                                }
                            }
                        }
                    }
                }
            }
        }
        return front.payloads.sorted { Self.order($0) < Self.order($1) }
    }

    /// The last k that fits, by halving.
    private func largest(_ m: MatmulCostModel.Cut, _ n: MatmulCostModel.Cut, _ bypassing: MatmulTensors, _ isDoubleBuffered: Bool, _ capacity: Int) -> Int {
        var (low, high) = (0, cutsOfK.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if model.bufferBytes(m.tile, n.tile, cutsOfK[middle].tile, bypassing, isDoubleBuffered) <= capacity { low = middle } else { high = middle - 1 }
        }
        return low
    }

    @inline(__always)
    static func value(_ cost: MatmulCost, _ objective: MatmulObjective) -> (Double, Int) {
        switch objective {
        case .cycles: (Double(cost.cycles), cost.energy)
        case .energy: (Double(cost.energy), cost.cycles)
        case .traffic: (Double(cost.traffic), cost.cycles)
        case .energyDelay: (Double(cost.energy) * Double(cost.cycles), cost.traffic)
        }
    }

    /// One order for all machines, so that tables are the same everywhere.
    private static func order(_ point: Point) -> (Int, Int, Int, Int, Int, Int) {
        (point.cost.bufferBytes, point.cost.cycles, point.cost.energy, point.tiling.tileM, point.tiling.tileN, point.tiling.tileK)
    }
}
