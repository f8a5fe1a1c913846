import MappingSearch
import Testing

@Suite("Tilings of fused attention")
struct AttentionEnumeratorTests {
    static func machine(rows: Int = 3, columns: Int = 2, bytes: Int = 4000, bandwidth: Int = 5) -> AttentionMachine {
        AttentionMachine(
            array: MatmulMachine(
                rows: rows, columns: columns, scratchpadBytes: bytes, bytesPerCycle: bandwidth, energyOfMultiply: 200, energyOfScratchpadByte: 1000,
                energyOfOffChipByte: 40_000),
            lanes: 4, energyOfVectorOperation: 300)
    }

    /// One head, walked tile by tile: what is held, what is brought and taken away.
    private struct Walk {
        var traffic = 0, compute = 0, operations = 0

        init(_ layer: AttentionLayer, _ machine: AttentionMachine, _ tiling: AttentionTiling) {
            func ceiling(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }
            let (rows, columns) = (machine.array.rows, machine.array.columns), fill = rows + columns - 2
            func product(_ m: Int, _ n: Int, _ k: Int, _ dataflow: MatmulDataflow) -> Int {
                switch dataflow {
                case .outputStationary: ceiling(m, rows) * ceiling(n, columns) * (k + fill)
                case .weightStationary: ceiling(k, rows) * ceiling(n, columns) * (m + fill)
                case .inputStationary: ceiling(k, rows) * ceiling(m, columns) * (n + fill)
                }
            }
            let queryTiles = ceiling(layer.queries, tiling.tileQueries), keyTiles = ceiling(layer.keys, tiling.tileKeys)
            var heldQuery = -1, heldKey = -1
            var begun: Set<Int> = []
            var unfinished = -1
            let outside = tiling.areQueriesOutside ? queryTiles : keyTiles, inside = tiling.areQueriesOutside ? keyTiles : queryTiles
            var finished: [Int: Int] = [:]
            for a in 0..<outside {
                for b in 0..<inside {
                    let (q, k) = tiling.areQueriesOutside ? (a, b) : (b, a)
                    let m = min(tiling.tileQueries, layer.queries - q * tiling.tileQueries), n = min(tiling.tileKeys, layer.keys - k * tiling.tileKeys)
                    if heldQuery != q { traffic += m * layer.depth * layer.elementBytes }
                    if heldKey != k { traffic += n * (layer.depth + layer.valueDepth) * layer.elementBytes }
                    (heldQuery, heldKey) = (q, k)
                    // Results that are not complete leave when another tile's take their place, and come back.
                    if unfinished != q, begun.contains(q) { traffic += m * (layer.valueDepth + 2) * layer.sumBytes }
                    begun.insert(q)
                    unfinished = q
                    compute += product(m, n, layer.depth, tiling.scoreDataflow) + product(m, layer.valueDepth, n, tiling.valueDataflow)
                    operations += m * n * 5 + (k > 0 ? m * layer.valueDepth : 0)
                    finished[q, default: 0] += 1
                    if finished[q] == keyTiles {
                        traffic += m * layer.valueDepth * layer.elementBytes
                    } else {
                        let next = b + 1 < inside ? (tiling.areQueriesOutside ? q : b + 1) : (tiling.areQueriesOutside ? a + 1 : 0)
                        if next != q { traffic += m * (layer.valueDepth + 2) * layer.sumBytes }
                    }
                }
            }
        }
    }

    @Test(arguments: 1...200) func costsAreThoseOfTheLoops(_ seed: UInt64) throws {
        var dice = Dice(seed)
        let layer = AttentionLayer(
            heads: 1 + dice.roll(3), queries: 1 + dice.roll(9), keys: 1 + dice.roll(9), depth: 1 + dice.roll(5), valueDepth: 1 + dice.roll(5), elementBytes: 2, sumBytes: 4)
        let machine = Self.machine()
        let enumerator = try #require(AttentionEnumerator(layer, on: machine))
        let tiling = AttentionTiling(
            tileQueries: 1 + dice.roll(layer.queries), tileKeys: 1 + dice.roll(layer.keys), areQueriesOutside: dice.roll(2) == 0,
            scoreDataflow: MatmulDataflow.allCases[dice.roll(3)], valueDataflow: MatmulDataflow.allCases[dice.roll(3)], isDoubleBuffered: dice.roll(2) == 0)
        let cost = enumerator.cost(of: tiling)
        let walk = Walk(layer, machine, tiling)
        #expect(cost.traffic == layer.heads * walk.traffic)
        let compute = layer.heads * (walk.compute + (walk.operations + 3) / 4), transfer = (cost.traffic + 4) / 5
        #expect(cost.cycles == (tiling.isDoubleBuffered ? max(compute, transfer) : compute + transfer))
    }

    /// Every tile from 1 to the extents, every order, dataflow and buffering.
    @Test(arguments: [(6, 7, 400), (5, 8, 250), (1, 9, 300), (8, 1, 300)]) func nothingIsBetter(_ queries: Int, _ keys: Int, _ bytes: Int) throws {
        let layer = AttentionLayer(heads: 2, queries: queries, keys: keys, depth: 3, elementBytes: 2, sumBytes: 4)
        let enumerator = try #require(AttentionEnumerator(layer, on: Self.machine(bytes: bytes)))
        var all: [MatmulCost] = []
        for q in 1...queries { for k in 1...keys { for isOutside in [true, false] { for isDouble in [true, false] {
            for first in MatmulDataflow.allCases { for second in MatmulDataflow.allCases {
                let cost = enumerator.cost(
                    of: AttentionTiling(
                        tileQueries: q, tileKeys: k, areQueriesOutside: isOutside, scoreDataflow: first, valueDataflow: second, isDoubleBuffered: isDouble))
                if cost.bufferBytes <= bytes { all.append(cost) }
            } }
        } } } }
        #expect(enumerator.best(.cycles)?.cost.cycles == all.map(\.cycles).min())
        #expect(enumerator.best(.energy)?.cost.energy == all.map(\.energy).min())
        #expect(enumerator.best(.traffic)?.cost.traffic == all.map(\.traffic).min())
        let front = enumerator.paretoFront()
        #expect(Set(front.map(\.cost)) == Set(all.filter { cost in !all.contains { $0.dominates(cost) } }))
    }

    /// Scores never leave: traffic is far below that of the scores alone, and least where all queries, keys, values and results move once.
    @Test func longSequences() throws {
        let layer = AttentionLayer(heads: 12, queries: 4096, keys: 4096, depth: 64)
        let enumerator = try #require(AttentionEnumerator(layer, on: Self.machine(rows: 128, columns: 128, bytes: 8 << 20, bandwidth: 64)))
        let best = try #require(enumerator.best(.traffic))
        let once = 12 * 4 * 4096 * 64 * 2
        #expect(best.cost.traffic == once)
        #expect(best.cost.traffic < 12 * 4096 * 4096 * 4)
        let small = try #require(enumerator.best(.traffic, within: 256 << 10))
        #expect(small.cost.traffic > once && small.cost.bufferBytes <= 256 << 10)
        #expect(AttentionEnumerator(AttentionLayer(heads: 0, queries: 1, keys: 1, depth: 1), on: Self.machine()) == nil)
        #expect(AttentionEnumerator(AttentionLayer(heads: 1 << 17, queries: 1 << 17, keys: 1 << 17, depth: 1), on: Self.machine()) == nil)
    }
}
