/// Looks at every tiling of fused attention, imperfect factors and all: exact for the model below.
///
/// Modelled: both products' folds on the array, tile by tile; the vector unit's five operations for a score (scale, compare, subtract,
/// exponential, sum) and one for each element of a result that a new maximum scales, in turn with the array; every byte over the
/// chip's boundary and in and out of the scratchpad; room for query, key and value tiles, scores, unfinished results and two
/// numbers for each query; transfers hidden behind computation with double buffering. Not modelled: the time of the first load and
/// the last store, masks.
public struct AttentionEnumerator {
    private let layer: AttentionLayer
    private let machine: AttentionMachine
    private let scores: MatmulCostModel
    private let values: MatmulCostModel
    private let cutsOfQueries: [MatmulCostModel.Cut]
    /// As columns of the first product and as what the second one sums over.
    private let cutsOfKeys: [MatmulCostModel.Cut]

    public struct Point: Sendable, Hashable {
        public var tiling: AttentionTiling
        public var cost: MatmulCost
    }

    static let operationsOfScore = 5

    /// - Returns: `nil` for extents and parameters out of range: from 1 to 2^17 for extents and heads, from 1 to 4096 for the array's sides, up
    ///   to 2^42 multiplications, from 1 to 16 bytes an element, energies up to 2^20 fJ.
    public init?(_ layer: AttentionLayer, on machine: AttentionMachine) {
        let extents = 1...MatmulEnumerator.maximumExtent
        guard [layer.heads, layer.queries, layer.keys, layer.depth, layer.valueDepth].allSatisfy(extents.contains) else { return nil }
        let multiplications = Double(layer.heads) * Double(layer.queries) * Double(layer.keys) * Double(max(layer.depth, layer.valueDepth))
        guard multiplications <= 0x1p42, machine.lanes >= 1, machine.lanes <= 1 << 20 else { return nil }
        guard (1...16).contains(layer.elementBytes), (1...16).contains(layer.sumBytes) else { return nil }
        let array = machine.array
        guard (1...4096).contains(array.rows), (1...4096).contains(array.columns), array.scratchpadBytes >= 1, array.bytesPerCycle >= 1 else { return nil }
        let energies = [array.energyOfMultiply, array.energyOfScratchpadByte, array.energyOfOffChipByte, machine.energyOfVectorOperation]
        guard let most = energies.max(), energies.allSatisfy({ (0...(1 << 20)).contains($0) }) else { return nil }
        // Bytes of all passes together, times the dearest of them.
        guard multiplications * 16 * 32 * Double(max(1, most)) <= 0x1p62 else { return nil }
        self.layer = layer
        self.machine = machine
        scores = MatmulCostModel(
            layer: MatmulLayer(m: layer.queries, n: layer.keys, k: layer.depth, leftBytes: layer.elementBytes, rightBytes: layer.elementBytes, sumBytes: layer.sumBytes),
            machine: array)
        values = MatmulCostModel(
            layer: MatmulLayer(m: layer.queries, n: layer.valueDepth, k: layer.keys, leftBytes: layer.sumBytes, rightBytes: layer.elementBytes, sumBytes: layer.sumBytes),
            machine: array)
        cutsOfQueries = scores.cuts(layer.queries)
        cutsOfKeys = scores.cuts(layer.keys)
    }

    /// What a tiling costs; its tiles from 1 to the extents.
    public func cost(of tiling: AttentionTiling) -> MatmulCost {
        cost(scores.cut(layer.queries, tiling.tileQueries), scores.cut(layer.keys, tiling.tileKeys), tiling)
    }

    private func bufferBytes(_ queries: Int, _ keys: Int, _ areQueriesOutside: Bool, _ isDoubleBuffered: Bool) -> Int {
        let copies = isDoubleBuffered ? 2 : 1
        let keysAndValues = keys * (layer.depth + layer.valueDepth) * layer.elementBytes
        let tile = queries * layer.depth * layer.elementBytes
        let unfinished = queries * (layer.valueDepth + 2) * layer.sumBytes
        let score = queries * keys * layer.sumBytes
        return areQueriesOutside ? tile + unfinished + copies * keysAndValues + score : copies * (tile + unfinished) + keysAndValues + score
    }

    private func cost(_ q: MatmulCostModel.Cut, _ k: MatmulCostModel.Cut, _ tiling: AttentionTiling) -> MatmulCost {
        let whole = { (extent: Int) in scores.cut(extent, extent) }
        let first = scores.arrayPasses(q, k, whole(layer.depth), tiling.scoreDataflow)
        let second = values.arrayPasses(q, whole(layer.valueDepth), k, tiling.valueDataflow)
        let queryBytes = layer.queries * layer.depth * layer.elementBytes
        let keyBytes = layer.keys * layer.depth * layer.elementBytes, valueBytes = layer.keys * layer.valueDepth * layer.elementBytes
        let resultBytes = layer.queries * layer.valueDepth * layer.elementBytes
        let scoreBytes = layer.queries * layer.keys * layer.sumBytes
        let sumBytes = layer.queries * layer.valueDepth * layer.sumBytes, unfinishedBytes = layer.queries * (layer.valueDepth + 2) * layer.sumBytes
        // What is outside is brought once; what passes by, once for each tile outside, unless all of it stays.
        var traffic = resultBytes
        if tiling.areQueriesOutside {
            traffic += queryBytes + (keyBytes + valueBytes) * (k.tiles == 1 ? 1 : q.tiles)
        } else {
            traffic += keyBytes + valueBytes
            traffic += q.tiles == 1 ? queryBytes : queryBytes * k.tiles + unfinishedBytes * 2 * (k.tiles - 1)
        }
        // Of one head. Scores are written by the array, read and written by the vector unit, and read again.
        var local = traffic + queryBytes * first.left + keyBytes * first.right + scoreBytes * first.result
        local += 2 * scoreBytes + scoreBytes * second.left + valueBytes * second.right + sumBytes * second.result
        // Unfinished results are scaled for each further tile of keys.
        local += 2 * sumBytes * (k.tiles - 1)
        let scaled = layer.queries * layer.valueDepth * (k.tiles - 1)
        let operations = layer.queries * layer.keys * Self.operationsOfScore + scaled
        let vector = MatmulCostModel.ceiling(operations, machine.lanes)
        let compute = layer.heads * (first.compute + second.compute + vector)
        let transfer = MatmulCostModel.ceiling(layer.heads * traffic, machine.array.bytesPerCycle)
        let multiplications = layer.queries * layer.keys * (layer.depth + layer.valueDepth)
        let energy =
            multiplications * machine.array.energyOfMultiply + operations * machine.energyOfVectorOperation + local * machine.array.energyOfScratchpadByte
            + traffic * machine.array.energyOfOffChipByte
        return MatmulCost(
            cycles: tiling.isDoubleBuffered ? max(compute, transfer) : compute + transfer, energy: layer.heads * energy, traffic: layer.heads * traffic,
            bufferBytes: bufferBytes(q.tile, k.tile, tiling.areQueriesOutside, tiling.isDoubleBuffered))
    }

    private func forEach(within bytes: Int, _ body: (AttentionTiling, MatmulCost) -> Void) {
        for areQueriesOutside in [true, false] {
            for isDoubleBuffered in [true, false] {
                for q in cutsOfQueries {
                    if bufferBytes(q.tile, 1, areQueriesOutside, isDoubleBuffered) > bytes { break }
                    for k in cutsOfKeys {
                        if bufferBytes(q.tile, k.tile, areQueriesOutside, isDoubleBuffered) > bytes { break }
                        for scoreDataflow in MatmulDataflow.allCases {
                            for valueDataflow in MatmulDataflow.allCases {
                                let tiling = AttentionTiling(
                                    tileQueries: q.tile, tileKeys: k.tile, areQueriesOutside: areQueriesOutside, scoreDataflow: scoreDataflow,
                                    valueDataflow: valueDataflow, isDoubleBuffered: isDoubleBuffered)
                                body(tiling, cost(q, k, tiling))
                            }
                        }
                    }
                }
            }
        }
    }

    /// The best tiling of all.
    ///
    /// - Parameter bytes: of the scratchpad that may be used; `nil` for all of it.
    /// - Returns: `nil` when not even one query and one key fit.
    public func best(_ objective: MappingObjective, within bytes: Int? = nil) -> Point? {
        var best: Point?
        var bestValue = (Double.infinity, Int.max)
        forEach(within: min(bytes ?? .max, machine.array.scratchpadBytes)) { tiling, cost in
            let value = objective.value(cost)
            if value < bestValue { (best, bestValue) = (Point(tiling: tiling, cost: cost), value) }
        }
        return best
    }

    /// All tilings that no other one beats in cycles, energy, traffic and buffer bytes; by buffer bytes, ascending.
    public func paretoFront() -> [Point] {
        var front = ParetoFront<Point>()
        forEach(within: machine.array.scratchpadBytes) { tiling, cost in
            let figures = SIMD4(Double(cost.cycles), Double(cost.energy), Double(cost.traffic), Double(cost.bufferBytes))
            if !front.covers(figures) { front.insert(figures, Point(tiling: tiling, cost: cost)) }
        }
        return front.payloads.sorted {
            ($0.cost.bufferBytes, $0.cost.cycles, $0.cost.energy, $0.tiling.tileQueries, $0.tiling.tileKeys)
                < ($1.cost.bufferBytes, $1.cost.cycles, $1.cost.energy, $1.tiling.tileQueries, $1.tiling.tileKeys)
        }
    }
}
