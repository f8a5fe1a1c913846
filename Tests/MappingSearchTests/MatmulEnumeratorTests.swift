import MappingSearch
import SearchInstances
import Testing

@Suite("Tilings of matrix products")
struct MatmulEnumeratorTests {
    private static func machine(rows: Int, columns: Int, bytes: Int, bandwidth: Int = 16) -> MatmulMachine {
        MatmulMachine(
            rows: rows, columns: columns, scratchpadBytes: bytes, bytesPerCycle: bandwidth, energyOfMultiply: 200, energyOfScratchpadByte: 1000,
            energyOfOffChipByte: 40_000)
    }

    /// The nest of loops itself, run tile by tile: what is in the scratchpad, what has to be brought, what goes into the array.
    private struct Nest {
        var traffic = 0, local = 0, compute = 0

        /// - Parameter order: of the loops over tiles of m, n and k (0, 1, 2), the outermost first.
        init(_ layer: MatmulLayer, _ machine: MatmulMachine, _ tiling: MatmulTiling, order: [Int]) {
            let extents = [layer.m, layer.n, layer.k], tiles = [tiling.tileM, tiling.tileN, tiling.tileK]
            func ceiling(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }
            let rounds = zip(extents, tiles).map { ceiling($0, $1) }
            let bypasses = [MatmulTensors.left, .right, .result].map { tiling.bypassing.contains($0) }
            var held: [[Int]] = [[], [], []]
            var written: Set<[Int]> = []
            let fill = machine.rows + machine.columns - 2
            for a in 0..<rounds[order[0]] {
                for b in 0..<rounds[order[1]] {
                    for c in 0..<rounds[order[2]] {
                        var index = [0, 0, 0]
                        (index[order[0]], index[order[1]], index[order[2]]) = (a, b, c)
                        let size = (0..<3).map { min(tiles[$0], extents[$0] - index[$0] * tiles[$0]) }
                        let (m, n, k) = (size[0], size[1], size[2])
                        let keys = [[index[0], index[2]], [index[2], index[1]], [index[0], index[1]]]
                        let bytes = [m * k * layer.leftBytes, k * n * layer.rightBytes, m * n * layer.sumBytes]
                        for tensor in 0..<2 where !bypasses[tensor] && held[tensor] != keys[tensor] {
                            held[tensor] = keys[tensor]
                            traffic += bytes[tensor]
                            local += bytes[tensor]
                        }
                        // A result tile is written when another takes its place, and was read if it had been there before.
                        if !bypasses[2] && held[2] != keys[2] {
                            held[2] = keys[2]
                            let times = written.insert(keys[2]).inserted ? 1 : 2
                            traffic += times * bytes[2]
                            local += times * bytes[2]
                        }
                        var (left, right, result) = (0, 0, 0)
                        switch tiling.dataflow {
                        case .outputStationary:
                            (left, right, result) = (ceiling(n, machine.columns), ceiling(m, machine.rows), 2)
                            compute += ceiling(m, machine.rows) * ceiling(n, machine.columns) * (k + fill)
                        case .weightStationary:
                            (left, right, result) = (ceiling(n, machine.columns), 1, 2 * ceiling(k, machine.rows))
                            compute += ceiling(k, machine.rows) * ceiling(n, machine.columns) * (m + fill)
                        case .inputStationary:
                            (left, right, result) = (1, ceiling(m, machine.columns), 2 * ceiling(k, machine.rows))
                            compute += ceiling(k, machine.rows) * ceiling(m, machine.columns) * (n + fill)
                        }
                        // The first partial sum of all has nothing to read.
                        if index[2] == 0 { result -= 1 }
                        for (tensor, passes) in [left, right, result].enumerated() {
                            if bypasses[tensor] { traffic += passes * bytes[tensor] } else { local += passes * bytes[tensor] }
                        }
                    }
                }
            }
        }
    }

    private static let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]

    /// The formulas against the loops, in all six orders.
    @Test func costsAreThoseOfTheLoops() throws {
        var random = Numbers(seed: 6)
        for _ in 0..<2000 {
            let layer = MatmulLayer(m: 1 + random.below(9), n: 1 + random.below(9), k: 1 + random.below(9), leftBytes: 2, rightBytes: 1, sumBytes: 4)
            let machine = Self.machine(rows: 1 + random.below(4), columns: 1 + random.below(4), bytes: 1000, bandwidth: 3)
            let enumerator = try #require(MatmulEnumerator(layer, on: machine))
            let order = Self.orders[random.below(6)]
            var tiling = MatmulTiling(
                tileM: 1 + random.below(layer.m), tileN: 1 + random.below(layer.n), tileK: 1 + random.below(layer.k), innermost: .k,
                dataflow: MatmulDataflow.allCases[random.below(3)], bypassing: MatmulTensors(rawValue: UInt8(random.below(8))),
                isDoubleBuffered: random.below(2) == 0)
            let rounds = [(layer.m - 1) / tiling.tileM, (layer.n - 1) / tiling.tileN, (layer.k - 1) / tiling.tileK]
            tiling.innermost = MatmulInnermost.allCases[order.last { rounds[$0] > 0 } ?? 0]
            let nest = Nest(layer, machine, tiling, order: order)
            let cost = enumerator.cost(of: tiling)
            #expect(cost.traffic == nest.traffic, "\(layer) \(tiling) \(order)")
            #expect(cost.energy == layer.m * layer.n * layer.k * 200 + nest.local * 1000 + nest.traffic * 40_000)
            let transfer = (nest.traffic + 2) / 3
            #expect(cost.cycles == (tiling.isDoubleBuffered ? max(nest.compute, transfer) : nest.compute + transfer))
        }
    }

    /// The best of every tile from 1 to the extent, every order, dataflow, bypass and buffering.
    @Test(arguments: [(5, 6, 7, 60), (8, 3, 8, 120), (7, 7, 7, 200), (1, 9, 4, 40), (9, 1, 1, 1000), (6, 8, 5, 9)])
    func nothingIsBetter(m: Int, n: Int, k: Int, bytes: Int) throws {
        let layer = MatmulLayer(m: m, n: n, k: k, leftBytes: 1, rightBytes: 2, sumBytes: 4)
        let machine = Self.machine(rows: 3, columns: 2, bytes: bytes, bandwidth: 4)
        let enumerator = try #require(MatmulEnumerator(layer, on: machine))
        var all: [MatmulCost] = []
        for tileM in 1...m { for tileN in 1...n { for tileK in 1...k {
            for innermost in MatmulInnermost.allCases { for dataflow in MatmulDataflow.allCases { for bypass in 0..<8 { for isDouble in [true, false] {
                let cost = enumerator.cost(
                    of: MatmulTiling(
                        tileM: tileM, tileN: tileN, tileK: tileK, innermost: innermost, dataflow: dataflow,
                        bypassing: MatmulTensors(rawValue: UInt8(bypass)), isDoubleBuffered: isDouble))
                if cost.bufferBytes <= bytes { all.append(cost) }
            } } } }
        } } }
        #expect(enumerator.best(.cycles)?.cost.cycles == all.map(\.cycles).min())
        #expect(enumerator.best(.energy)?.cost.energy == all.map(\.energy).min())
        #expect(enumerator.best(.traffic)?.cost.traffic == all.map(\.traffic).min())
        #expect(enumerator.best(.edp).map { $0.cost.cycles * $0.cost.energy } == all.map { $0.cycles * $0.energy }.min())
        // What is in the table is what it says, and nothing in it is dominated by anything else in it.
        let table = enumerator.paretoTable()
        for point in table {
            #expect(enumerator.cost(of: point.tiling) == point.cost && point.cost.bufferBytes <= bytes)
            #expect(!table.contains { $0.cost.dominates(point.cost) })
        }
        #expect(table.contains { $0.cost.cycles == all.map(\.cycles).min() } && table.contains { $0.cost.traffic == all.map(\.traffic).min() })
    }

    /// Least traffic with everything double-buffered, as a program in C that enumerates all factors found it for the same model
    /// (one byte an element, four a partial sum).
    @Test(arguments: [
        (512, 512, 512, 64 << 10, 3_670_016), (4096, 4096, 4096, 256 << 10, 838_860_800), (50257, 2048, 8192, 1 << 20, 5_096_529_920),
    ])
    func trafficOfLargeProducts(m: Int, n: Int, k: Int, bytes: Int, traffic: Int) throws {
        let enumerator = try #require(MatmulEnumerator(MatmulLayer(m: m, n: n, k: k), on: Self.machine(rows: 128, columns: 128, bytes: bytes)))
        var constraints = MatmulConstraints()
        constraints.bypasses = [[]]
        constraints.bufferings = [true]
        #expect(enumerator.best(.traffic, constraints: constraints)?.cost.traffic == traffic)
        // More to choose from is never worse.
        #expect(try #require(enumerator.best(.traffic)).cost.traffic <= traffic)
    }

    @Test func wholeSearchOfALargeProduct() throws {
        let enumerator = try #require(
            MatmulEnumerator(MatmulLayer(m: 4096, n: 4096, k: 4096), on: Self.machine(rows: 128, columns: 128, bytes: 256 << 10, bandwidth: 64)))
        let fastest = try #require(enumerator.best(.cycles)?.cost)
        let leanest = try #require(enumerator.best(.energy)?.cost)
        // No machine of 128 × 128 is faster than this.
        #expect(fastest.cycles >= 4096 * 4096 * 4096 / (128 * 128))
        let byHand = enumerator.cost(of: MatmulTiling(tileM: 128, tileN: 128, tileK: 128, innermost: .k, dataflow: .weightStationary))
        #expect(byHand.bufferBytes <= 256 << 10 && fastest.cycles < byHand.cycles && leanest.energy < byHand.energy)
        #expect(leanest.energy <= fastest.energy && leanest.cycles >= fastest.cycles)
    }

    @Test func rangesAreChecked() {
        let machine = Self.machine(rows: 4, columns: 4, bytes: 100)
        #expect(MatmulEnumerator(MatmulLayer(m: 0, n: 1, k: 1), on: machine) == nil)
        #expect(MatmulEnumerator(MatmulLayer(m: 1 << 18, n: 1, k: 1), on: machine) == nil)
        #expect(MatmulEnumerator(MatmulLayer(m: 1 << 17, n: 1 << 17, k: 1 << 17), on: machine) == nil)
        #expect(MatmulEnumerator(MatmulLayer(m: 1 << 17, n: 1 << 17, k: 1 << 8), on: machine) == nil)
        #expect(MatmulEnumerator(MatmulLayer(m: 1, n: 1, k: 1, leftBytes: 0), on: machine) == nil)
        #expect(MatmulEnumerator(MatmulLayer(m: 1, n: 1, k: 1), on: Self.machine(rows: 0, columns: 4, bytes: 100)) == nil)
        #expect(MatmulEnumerator(MatmulLayer(m: 1, n: 1, k: 1), on: Self.machine(rows: 1, columns: 1, bytes: 100, bandwidth: 0)) == nil)
    }
}
