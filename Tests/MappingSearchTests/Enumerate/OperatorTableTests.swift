import MappingSearch
import Testing

@Suite("Tables of ways to run an operator")
struct OperatorTableTests {
    static func hierarchy(buffer: Int, units: Int = 4) throws -> MemoryHierarchy { try MapspaceSearchTests.machine(inner: 16, outer: buffer, units: units) }

    static func operators() throws -> [LoopNestProblem] {
        var grouped = LoopNestProblem.Convolution(inputChannels: 8, outputChannels: 16, outputHeight: 6, outputWidth: 6, kernelHeight: 3, kernelWidth: 3)
        grouped.groups = 2
        var depthwise = LoopNestProblem.Convolution(inputChannels: 8, outputChannels: 8, outputHeight: 6, outputWidth: 6, kernelHeight: 3, kernelWidth: 3)
        depthwise.groups = 8
        depthwise.strideWidth = 2
        var dilated = LoopNestProblem.Convolution(inputChannels: 4, outputChannels: 4, outputHeight: 6, outputWidth: 6, kernelHeight: 3, kernelWidth: 3)
        dilated.dilationWidth = 2
        dilated.dilationHeight = 2
        return [
            try .matrixProduct(m: 12, n: 8, k: 16), try .matrixProduct(m: 16, n: 32, k: 16, batch: 2), try .convolution(grouped), try .convolution(depthwise),
            try .convolution(dilated),
        ]
    }

    @Test(arguments: try operators()) func rowsAreWhatTheySayAndNoneIsBeaten(_ problem: LoopNestProblem) throws {
        let hierarchy = try Self.hierarchy(buffer: 600)
        var constraints = MapspaceConstraints(problem, on: hierarchy)
        for level in 1..<3 { for space in 0..<3 { constraints.levels[level].keeps[space] = true } }
        let table = try OperatorTable(problem, on: hierarchy, buffer: 1, constraints: constraints, steps: 4)
        #expect(table.isProved && !table.rows.isEmpty)
        for row in table.rows {
            let report = try LoopNestAnalysis(problem, on: hierarchy).report(row.mapping)
            #expect(report.cycles == row.cycles && report.energy == row.energy)
            #expect(row.bufferWords <= 600 && row.bufferWords > 0)
            // Everything is brought at least once.
            #expect(row.traffic >= problem.dataSpaces.indices.reduce(0) { $0 + (problem.dataSpaces[$1].isResult ? problem.size($1) : 0) })
            for other in table.rows where other != row {
                #expect(!(other.cycles <= row.cycles && other.energy <= row.energy && other.traffic <= row.traffic && other.bufferWords <= row.bufferWords))
            }
        }
    }

    /// Sizes of tensors are those of the formulas: grouped weights, an input with strides and dilations.
    @Test func shapesOfConvolutions() throws {
        var layer = LoopNestProblem.Convolution(inputChannels: 8, outputChannels: 16, outputHeight: 5, outputWidth: 7, kernelHeight: 3, kernelWidth: 2)
        (layer.groups, layer.strideHeight, layer.strideWidth, layer.dilationHeight, layer.dilationWidth, layer.batch) = (4, 2, 3, 2, 1, 3)
        let problem = try LoopNestProblem.convolution(layer)
        #expect(problem.computes == 3 * 16 * (8 / 4) * 5 * 7 * 3 * 2)
        #expect(problem.size(0) == 16 * 2 * 3 * 2)
        #expect(problem.size(1) == 3 * 8 * (4 * 2 + 2 * 2 + 1) * (6 * 3 + 1 + 1))
        #expect(problem.size(2) == 3 * 16 * 5 * 7)
        layer.groups = 3
        #expect(throws: LoopNestError.self) { try LoopNestProblem.convolution(layer) }
    }

    /// The four-dimensional front against all tilings.
    @Test(arguments: [(5, 6, 7, 60), (7, 7, 7, 200)]) func frontOfAProduct(_ m: Int, _ n: Int, _ k: Int, _ bytes: Int) throws {
        let machine = MatmulMachine(
            rows: 3, columns: 2, scratchpadBytes: bytes, bytesPerCycle: 4, energyOfMultiply: 200, energyOfScratchpadByte: 1000, energyOfOffChipByte: 40_000)
        let enumerator = try #require(MatmulEnumerator(MatmulLayer(m: m, n: n, k: k, leftBytes: 1, rightBytes: 2, sumBytes: 4), on: machine))
        var all: Set<MatmulCost> = []
        for tileM in 1...m { for tileN in 1...n { for tileK in 1...k {
            for innermost in MatmulInnermost.allCases { for dataflow in MatmulDataflow.allCases { for bypass in 0..<8 { for isDouble in [true, false] {
                let cost = enumerator.cost(
                    of: MatmulTiling(
                        tileM: tileM, tileN: tileN, tileK: tileK, innermost: innermost, dataflow: dataflow, bypassing: MatmulTensors(rawValue: UInt8(bypass)),
                        isDoubleBuffered: isDouble))
                if cost.bufferBytes <= bytes { all.insert(cost) }
            } } } }
        } } }
        #expect(Set(enumerator.paretoFront().map(\.cost)) == all.filter { cost in !all.contains { $0.dominates(cost) } })
        var constraints = MatmulConstraints()
        (constraints.dataflows, constraints.bypasses, constraints.bufferings) = ([.weightStationary], [[]], [true])
        let constrained = enumerator.paretoFront(constraints: constraints)
        #expect(constrained.allSatisfy { $0.tiling.dataflow == .weightStationary && $0.tiling.bypassing.isEmpty && $0.tiling.isDoubleBuffered })
        #expect(constrained.count > 1 && constrained.allSatisfy { all.contains($0.cost) })
    }
}
