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

    /// - Returns: `nil` for extents and parameters out of range: from 1 to 2^17 for extents and batch, from 1 to 4096 for the array's
    ///   sides, from 1 to 16 bytes an element, energies up to 2^20 fJ, and a total energy within 64 bits.
    public init?(_ layer: MatmulLayer, on machine: MatmulMachine) {
        let extents = 1...Self.maximumExtent
        guard [layer.m, layer.n, layer.k, layer.batch].allSatisfy(extents.contains) else { return nil }
        guard Double(layer.m) * Double(layer.n) * Double(layer.k) * Double(layer.batch) <= 0x1p42 else { return nil }
        let bytes = 1...16
        guard bytes.contains(layer.leftBytes), bytes.contains(layer.rightBytes), bytes.contains(layer.sumBytes) else { return nil }
        guard Self.isWithin(machine) else { return nil }
        let most = max(machine.energyOfMultiply, machine.energyOfScratchpadByte, machine.energyOfOffChipByte)
        // All passes of all tensors together are at most 13 elements for every multiplication.
        let passes = layer.batch * layer.m * layer.n * layer.k * max(layer.leftBytes, layer.rightBytes, layer.sumBytes) * 16
        guard !passes.multipliedReportingOverflow(by: max(1, most)).overflow else { return nil }
        model = MatmulCostModel(layer: layer, machine: machine)
        cutsOfM = model.cuts(layer.m)
        cutsOfN = model.cuts(layer.n)
        cutsOfK = model.cuts(layer.k)
    }

    static func isWithin(_ machine: MatmulMachine) -> Bool {
        let sides = 1...4096, energies = [machine.energyOfMultiply, machine.energyOfScratchpadByte, machine.energyOfOffChipByte]
        guard sides.contains(machine.rows), sides.contains(machine.columns), machine.scratchpadBytes >= 1, machine.bytesPerCycle >= 1 else { return false }
        return energies.allSatisfy((0...(1 << 20)).contains)
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
    public func best(_ objective: MappingObjective, within bytes: Int? = nil, constraints: MatmulConstraints = MatmulConstraints()) -> Point? {
        var best = Incumbents<MatmulTiling>([objective])
        improve(&best, within: min(bytes ?? .max, model.machine.scratchpadBytes), constraints)
        return best.points[0].map { Point(tiling: $0.tiling, cost: $0.cost) }
    }

    /// Looks for better tilings by all that is selected at once.
    private func improve<Selection: TilingSelection>(_ best: inout Selection, within capacity: Int, _ constraints: MatmulConstraints)
    where Selection.Tiling == MatmulTiling {
        let leastRowFolds = MatmulCostModel.ceiling(model.layer.k, model.machine.rows)
        var variants: [(MatmulDataflow, MatmulInnermost)] = []
        for bypassing in constraints.bypasses {
            for isDoubleBuffered in constraints.bufferings {
                for m in cutsOfM {
                    // Everything grows with each tile.
                    if model.bufferBytes(m.tile, 1, 1, bypassing, isDoubleBuffered) > capacity { break }
                    for n in cutsOfN {
                        if model.bufferBytes(m.tile, n.tile, 1, bypassing, isDoubleBuffered) > capacity { break }
                        var index = largest(m, n, bypassing, isDoubleBuffered, capacity)
                        // No k is better than as few tiles as fit, as few folds as there can be, and as little room as the smallest takes.
                        let ideal = MatmulCostModel.Cut(
                            tile: 1, tiles: cutsOfK[index].tiles, rowFolds: leastRowFolds, columnFolds: cutsOfK[index].columnFolds)
                        variants.removeAll(keepingCapacity: true)
                        for dataflow in constraints.dataflows {
                            for innermost in MatmulInnermost.allCases {
                                if best.mayImprove(model.cost(m, n, ideal, innermost, dataflow, bypassing, isDoubleBuffered)) { variants.append((dataflow, innermost)) }
                            }
                        }
                        if variants.isEmpty { continue }
                        while index >= 0 {
                            let k = cutsOfK[index]
                            index -= 1
                            for (dataflow, innermost) in variants {
                                let cost = model.cost(m, n, k, innermost, dataflow, bypassing, isDoubleBuffered)
                                guard best.mayImprove(cost) else { continue }
                                best.improve(
                                    cost,
                                    MatmulTiling(
                                        tileM: m.tile, tileN: n.tile, tileK: k.tile, innermost: innermost, dataflow: dataflow, bypassing: bypassing,
                                        isDoubleBuffered: isDoubleBuffered))
                            }
                            // Smaller tiles make as many or more, and folds cannot get fewer; only room can.
                            if !Selection.countsRoom, k.rowFolds == leastRowFolds { break }
                        }
                    }
                }
            }
        }
    }

    /// The best tilings by each objective within ever smaller parts of the scratchpad, without those that another one
    /// dominates; by buffer bytes, ascending.
    ///
    /// - Parameter steps: sizes of the scratchpad that are looked at, each half of the one before.
    public func paretoTable(steps: Int = 8) -> [Point] {
        Incumbents<MatmulTiling>.table(model.machine.scratchpadBytes, steps) { improve(&$0, within: $1, MatmulConstraints()) }
            .map { Point(tiling: $0.tiling, cost: $0.cost) }.sorted { Self.order($0) < Self.order($1) }
    }

    /// All tilings that no other one beats in cycles, energy, traffic and buffer bytes; by buffer bytes, ascending. One tiling for each
    /// combination of the four figures.
    ///
    /// There are thousands of them where small tiles fit, and it takes accordingly long: `paretoTable` has the best of each size.
    public func paretoFront(constraints: MatmulConstraints = MatmulConstraints()) -> [Point] {
        let capacity = model.machine.scratchpadBytes
        var selection = TilingFront<MatmulTiling>()
        // The best of each size first: what these beat is seen at once.
        for point in Incumbents<MatmulTiling>.table(capacity, 16, { improve(&$0, within: $1, constraints) }) where selection.mayImprove(point.cost) {
            selection.improve(point.cost, point.tiling)
        }
        improve(&selection, within: capacity, constraints)
        return selection.front.payloads.map { Point(tiling: $0.tiling, cost: $0.cost) }.sorted { Self.order($0) < Self.order($1) }
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

    /// One order for all machines, so that tables are the same everywhere.
    private static func order(_ point: Point) -> (Int, Int, Int, Int, Int, Int) {
        (point.cost.bufferBytes, point.cost.cycles, point.cost.energy, point.tiling.tileM, point.tiling.tileN, point.tiling.tileK)
    }
}
