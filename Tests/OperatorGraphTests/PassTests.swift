import NumberFormats
import OperatorGraph
import Testing

@Suite struct PassTests {
    /// Shape → Gather → Concat → Reshape, as exporters write a flattening of unknown batch.
    @Test func shapeChainsFold() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", .fp32, [2, 3, 4])
        let shape = try builder.node("Shape", [x])
        let batch = try builder.node("Gather", [shape, builder.parameter("zero", Tensor(.int64, [1], integers: [0]))], ["axis": .int(0)])
        let rest = builder.parameter("rest", Tensor(.int64, [1], integers: [-1]))
        let target = try builder.node("Concat", [batch, rest], ["axis": .int(0)])
        let flat = try builder.node("Reshape", [x, target], type: TensorType(.fp32, [2, 12]))
        let same = try builder.node("Identity", [flat])
        let output = try builder.node("Relu", [same])
        builder.graph.outputs = [output]
        let input = OperatorTests.random(.fp32, [2, 3, 4], seed: 9)
        let before = try ReferenceExecutor.run(builder.graph, inputs: [x: input])
        let graph = try builder.graph.applying([ConstantFolding(), IdentityElimination(), DeadNodeElimination()])
        try graph.validate()
        #expect(graph.nodes.map(\.operation) == ["Reshape", "Relu"])
        let after = try ReferenceExecutor.run(graph, inputs: [graph.inputs[0]: input])
        #expect(after[graph.outputs[0]] == before[output])
    }

    @Test func largeConstantsAreNotFolded() throws {
        var builder = GraphBuilder()
        let w = builder.parameter("w", OperatorTests.random(.fp32, [10, 10], seed: 1))
        let y = try builder.node("Transpose", [w])
        builder.graph.outputs = [y]
        #expect(try builder.graph.applying([ConstantFolding(maximumElements: 99)]).nodes.count == 1)
        #expect(try builder.graph.applying([ConstantFolding(maximumElements: 100)]).nodes.isEmpty)
    }

    @Test func identitiesAtTheOutputsKeepTheirNames() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", .fp32, [2])
        let a = try builder.node("Relu", [x]), b = try builder.node("Identity", [a]), c = try builder.node("Identity", [x])
        let d = try builder.node("Exp", [a])
        builder.graph.outputs = [b, c, d]
        let graph = try builder.graph.applying([IdentityElimination()])
        try graph.validate()
        #expect(graph.nodes.map(\.operation) == ["Relu", "Identity", "Exp"])
        #expect(graph.nodes[0].outputs == [b] && graph.nodes[2].inputs == [b])
        let input = Tensor(.fp32, [2], floats: [-1, 2])
        let before = try ReferenceExecutor.run(builder.graph, inputs: [x: input])
        #expect(try ReferenceExecutor.run(graph, inputs: [x: input]) == before)
    }

    @Test func deadNodesGoAndStatesStay() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", .fp32, [2])
        let cache = builder.input("cache", .fp32, [2])
        let unused = builder.parameter("unused", .fp32, [1000])
        _ = try builder.node("Relu", [unused])
        let next = try builder.node("Add", [x, cache]), y = try builder.node("Exp", [x])
        builder.graph.outputs = [y]
        builder.graph.states = [.init(input: cache, output: next)]
        let graph = try builder.graph.applying([DeadNodeElimination()])
        try graph.validate()
        #expect(graph.nodes.map(\.operation) == ["Add", "Exp"])
        #expect(!graph.values.contains { $0.name == "unused" })
    }

    /// A quantised layer in Q/DQ form and what follows it; returns the value that is quantised again.
    private func quantizedGraph(_ seed: UInt64, exactScales: Bool) throws -> Graph {
        var random = SplitMix64(state: seed)
        func pick(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next(below: UInt64(range.count))) }
        func scale() -> Float { exactScales ? [0x1p-6, 0x1p-7, 0x1p-5][pick(0...2)] : Float(0.004 + 0.03 * random.nextUnit()) }
        func integers(_ element: ElementType, _ shape: [Int]) -> Tensor {
            Tensor(element, shape, integers: (0..<shape.reduce(1, *)).map { _ in pick(element == .uint8 ? 0...255 : -127...127) })
        }
        var builder = GraphBuilder()
        func scalar(_ name: String, _ value: Float) -> Graph.ValueID { builder.parameter(name, Tensor(.fp32, [], floats: [value])) }
        let element: ElementType = pick(0...1) == 0 ? .uint8 : .int8
        let zero = builder.parameter("zx", Tensor(element, [], integers: [pick(element == .uint8 ? 100...140 : -5...5)]))
        let kind = pick(0...3)
        let channels = pick(1...4), filters = pick(1...4)
        let perChannel = kind != 3 && pick(0...1) == 1
        let xShape = kind == 0 ? [1, channels, 6, 5] : [3, 4 * channels]
        let transposes = kind == 1
        let wShape = kind == 0 ? [filters, channels, 3, 2] : transposes ? [filters, 4 * channels] : [4 * channels, filters]
        let x = builder.input("x", element, xShape)
        let sx = scale()
        let dx = try builder.node("DequantizeLinear", [x, scalar("sx", sx), zero])
        let sw = (0..<(perChannel ? filters : 1)).map { _ in scale() }
        let scaleTensor = Tensor(.fp32, perChannel ? [filters] : [], floats: sw)
        let w = kind == 3 ? builder.input("w", .int8, wShape) : builder.parameter("w", integers(.int8, wShape))
        let axis = kind == 0 || transposes ? 0 : 1
        let dw = try builder.node("DequantizeLinear", [w, builder.parameter("sw", scaleTensor)], ["axis": .int(axis)])
        var bias: Graph.ValueID?
        if kind < 2 && pick(0...2) > 0 {
            let integersOfBias = builder.parameter("b", Tensor(.int32, [filters], integers: (0..<filters).map { _ in pick(-2000...2000) }))
            let products = Tensor(.fp32, scaleTensor.shape, floats: sw.map { sx * $0 })
            bias = try builder.node("DequantizeLinear", [integersOfBias, builder.parameter("sb", products)], ["axis": .int(0)])
        }
        let y: Graph.ValueID
        switch kind {
        case 0: y = try builder.node("Conv", [dx, dw] + (bias.map { [$0] } ?? []), ["pads": .ints([1, 0, 1, 1])])
        case 1: y = try builder.node("Gemm", [dx, dw] + (bias.map { [$0] } ?? []), ["transB": .int(1)])
        default: y = try builder.node("MatMul", [dx, dw])
        }
        let relu = try builder.node("Relu", [y])
        let quantum = scalar("sy", exactScales ? 0x1p-4 : 0.05)
        let q = try builder.node("QuantizeLinear", [relu, quantum, builder.parameter("zy", Tensor(.int8, [], integers: [0]))])
        builder.graph.outputs = [y, q]
        return builder.graph
    }

    @Test func integerQuantisationAgreesWithTheOriginal() throws {
        for seed in 0..<60 {
            let exact = seed % 2 == 0
            let original = try quantizedGraph(UInt64(seed), exactScales: exact)
            let rewritten = try original.applying([IntegerQuantization(), DeadNodeElimination()])
            try rewritten.validate()
            let operations = rewritten.nodes.map(\.operation)
            #expect(operations.contains("ConvInteger") || operations.contains("MatMulInteger"), "\(operations)")
            #expect(!operations.contains("Conv") && !operations.contains("MatMul") && !operations.contains("Gemm"))
            let before = try ReferenceExecutor.run(original, seed: UInt64(seed))
            let after = try ReferenceExecutor.run(rewritten, seed: UInt64(seed))
            let expected = try #require(before[original.outputs[1]]), result = try #require(after[rewritten.outputs[1]])
            let difference = zip(result.intValues, expected.intValues).map { abs($0 - $1) }.max() ?? 0
            #expect(difference <= (exact ? 0 : 1), "seed \(seed)")
            if exact {
                #expect(after[rewritten.outputs[0]] == before[original.outputs[0]], "seed \(seed)")
            }
        }
    }

    @Test func attentionScoresOfTransposedKeysBecomeIntegers() throws {
        var builder = GraphBuilder()
        let q = builder.input("q", .int8, [2, 3, 5, 4]), k = builder.input("k", .int8, [2, 3, 6, 4])
        let sq = builder.parameter("sq", Tensor(.fp32, [], floats: [0x1p-5])), sk = builder.parameter("sk", Tensor(.fp32, [], floats: [0x1p-6]))
        let keys = try builder.node("Transpose", [try builder.node("DequantizeLinear", [k, sk])], ["perm": .ints([0, 1, 3, 2])])
        let scores = try builder.node("MatMul", [try builder.node("DequantizeLinear", [q, sq]), keys])
        builder.graph.outputs = [scores]
        let rewritten = try builder.graph.applying([IntegerQuantization(), DeadNodeElimination()])
        try rewritten.validate()
        #expect(rewritten.nodes.map(\.operation) == ["Transpose", "MatMulInteger", "DequantizeLinear"])
        let before = try ReferenceExecutor.run(builder.graph), after = try ReferenceExecutor.run(rewritten)
        #expect(after[rewritten.outputs[0]] == before[scores])
    }

    /// Without data for scales and weights, values generated before the pass are those of the original graph.
    @Test func weightlessGraphsKeepTheirValues() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", .int8, [1, 3, 6, 6])
        let dx = try builder.node("DequantizeLinear", [x, builder.parameter("sx", .fp32, []), builder.parameter("zx", .int8, [])])
        let dw = try builder.node("DequantizeLinear", [builder.parameter("w", .int8, [4, 3, 3, 3]), builder.parameter("sw", .fp32, [4])], ["axis": .int(0)])
        let db = try builder.node("DequantizeLinear", [builder.parameter("b", .int32, [4]), builder.parameter("sb", .fp32, [4])], ["axis": .int(0)])
        let y = try builder.node("Conv", [dx, dw, db])
        builder.graph.outputs = [y]
        let filled = try builder.graph.applying([ParameterMaterialization(generator: ValueGenerator(seed: 4), maximumElements: 16)])
        let rewritten = try filled.applying([IntegerQuantization(), DeadNodeElimination()])
        let before = try #require(try ReferenceExecutor.run(builder.graph, seed: 4)[y])
        let after = try #require(try ReferenceExecutor.run(rewritten, seed: 4)[rewritten.outputs[0]])
        #expect(rewritten.nodes.contains { $0.operation == "ConvInteger" })
        #expect(after.isClose(to: before, relative: 1e-5, absolute: 1e-5))
    }

    /// Positions that count up are a slice of the tables, others are gathered; each table is looked up once.
    @Test(arguments: [([2, 3, 4, 2, 3, 4], ["Slice", "Unsqueeze", "Expand"]), ([2, 3, 4, 0, 1, 2], ["Gather"]), ([5, 5, 0, 1, 2, 3], ["Gather"])])
    func rotaryLookUpsAreTakenOut(positions: [Int], lookup: [String]) throws {
        var builder = GraphBuilder()
        let x = builder.input("x", .fp32, [2, 2, 3, 4]), y = builder.input("y", .fp32, [2, 1, 3, 4])
        let cosines = builder.parameter("cosines", OperatorTests.random(.fp32, [6, 2], seed: 1))
        let sines = builder.parameter("sines", OperatorTests.random(.fp32, [6, 2], seed: 2))
        let rows = builder.parameter("positions", Tensor(.int64, [2, 3], integers: positions))
        let a = try builder.node("RotaryEmbedding", [x, cosines, sines, rows], version: 23)
        let b = try builder.node("RotaryEmbedding", [y, cosines, sines, rows], version: 23)
        builder.graph.outputs = [a, b]
        let inputs = [x: OperatorTests.random(.fp32, [2, 2, 3, 4], seed: 3), y: OperatorTests.random(.fp32, [2, 1, 3, 4], seed: 4)]
        let graph = try builder.graph.applying([RotaryLookup()])
        try graph.validate()
        #expect(graph.nodes.map(\.operation) == lookup + lookup + ["RotaryEmbedding", "RotaryEmbedding"])
        let before = try ReferenceExecutor.run(builder.graph, inputs: inputs), after = try ReferenceExecutor.run(graph, inputs: inputs)
        #expect(after[a] == before[a] && after[b] == before[b])
    }
}
