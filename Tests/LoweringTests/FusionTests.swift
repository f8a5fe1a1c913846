import Architecture
import Lowering
import Mapping
import NumberFormats
import OperatorGraph
import Simulation
import Testing

/// Operators that run block by block compute what they computed one after the other.
@Suite struct FusionTests {
    /// A workload and a chain of its operators.
    struct Chain: Sendable, CustomTestStringConvertible {
        var name: String
        var graph: Graph
        var operators: [String]
        var dimension: FusedOperators.Dimension
        var blocks: Int
        var isPipelined = false
        /// Largest difference from the reference that the order of additions explains; 0 for sums of small integers, which are exact.
        var tolerance = 0.0
        var testDescription: String { "\(name), \(blocks) blocks of \(dimension.rawValue)\(isPipelined ? ", pipelined" : "")" }

        func mapping(buffers: BufferRoom = .apart) -> WorkloadMapping {
            var mapping = WorkloadMapping(architecture: "", workload: "")
            mapping.fusion = [FusedOperators(operators: operators, dimension: dimension, blocks: blocks, isPipelined: isPipelined, line: 7)]
            return mapping
        }
    }

    /// The workload's results on a machine, beside the reference executor's of the graph as it was before fusion.
    static func check(_ chain: Chain, seed: Int, options: LoweringOptions) throws {
        var objection: LoweringError?
        for machine in RandomMachine.draws(seed: seed, input: .fp32) {
            let lowered: LoweredWorkload
            do throws(LoweringError) {
                lowered = try Lowering.lower(chain.graph, to: machine, options: options)
            } catch {
                guard !error.isAboutMapping else { throw error }
                objection = error
                continue
            }
            #expect(lowered.fusion.count == 1)
            #expect(lowered.program.operators.count { $0.name.hasSuffix("[\(chain.blocks - 1)]") } >= 2)
            let tensors = tensors(of: lowered.graph, reals: chain.tolerance > 0)
            let reference = try ReferenceExecutor.run(chain.graph, inputs: tensors.filter { $0.key < chain.graph.values.count }, keep: .all)
            let outcome = try Simulation.run(
                lowered.program, on: machine, options: SimulationOptions(values: ValueSource(graph: lowered.graph, tensors: tensors)))
            for output in chain.graph.outputs {
                let computed = try #require(outcome.tensors[output]), expected = try #require(reference[output])
                #expect(computed.type == expected.type)
                let worst = zip(computed.doubleValues, expected.doubleValues).map { abs($0 - $1) }.max() ?? 0
                #expect(worst <= chain.tolerance, "\(chain.testDescription), machine \(seed): \(worst)")
            }
            // What arrays read straight from DRAM is no part of a prediction.
            guard !machine.engines.contains(where: { if case .systolicArray = $0.kind { $0.reads.contains("dram") } else { false } }) else { return }
            // Neither is every access of a memory that is slower than its engines' requests are long.
            guard let apart = try? Lowering.lower(chain.graph, to: machine, options: LoweringOptions(mapper: options.mapper)) else { return }
            guard try wrongTraffic(apart, Simulation.run(apart.program, on: machine).record).isEmpty else { return }
            let wrong = try wrongTraffic(lowered, outcome.record)
            #expect(wrong.isEmpty, "\(chain.testDescription), machine \(seed): \(wrong)")
            return
        }
        throw objection ?? LoweringError("", "there is no machine")
    }

    private static func tensors(of graph: Graph, reals: Bool) -> [Graph.ValueID: Tensor] {
        var tensors: [Graph.ValueID: Tensor] = [:]
        for (id, value) in graph.values.enumerated() where value.kind != .intermediate {
            var random = RandomStream(id)
            tensors[id] =
                value.data
                ?? Tensor(value.type.element, value.type.shape, doubles: (0..<value.type.count).map { _ in reals ? Double(random.int(-1000...1000)) / 500 : Double(random.int(-2...2)) })
        }
        return tensors
    }

    /// What products are predicted to move is what the simulation counts, block by block.
    private static func wrongTraffic(_ lowered: LoweredWorkload, _ record: ExecutionRecord) throws -> [String] {
        let dram = try #require(record.memories.firstIndex { $0.kind == .dram })
        var predicted: [Int: (read: Int, written: Int)] = [:]
        for product in lowered.products {
            guard let traffic = product.traffic else { return [] }
            predicted[product.operatorIndex, default: (0, 0)].read += traffic.read
            predicted[product.operatorIndex, default: (0, 0)].written += traffic.written
        }
        return predicted.sorted { $0.key < $1.key }.compactMap { index, traffic in
            let operation = record.operators[index]
            let counted = (operation.readBytes[dram], operation.writeBytes[dram])
            return counted == (traffic.read, traffic.written) ? nil : "\(operation.name): \(traffic) predicted, \(counted) counted"
        }
    }

    // MARK: Chains

    static func attention(batch: Int, heads: Int, tokens: Int, depth: Int, keysFirst: Bool = true) throws -> (Graph, [String]) {
        var writer = GraphWriter("attention")
        let q = writer.input(.fp32, [batch, heads, tokens, depth]), k = writer.input(.fp32, [batch, heads, depth, tokens]), v = writer.input(.fp32, [batch, heads, tokens, depth])
        let scores = try writer.node("MatMul", [q, k])
        let scaled = try writer.node("Mul", [scores, writer.scalar(.fp32, 0.25)])
        let masked = try writer.node("Add", [scaled, writer.input(.fp32, [1, 1, tokens, tokens])])
        let weights = try writer.node("Softmax", [masked], ["axis": .int(-1)])
        _ = try writer.node("MatMul", [weights, v])
        let graph = try writer.finished()
        return (graph, graph.nodes.map(\.name))
    }

    static func perceptron(rows: [Int], width: Int, hidden: Int) throws -> (Graph, [String]) {
        var writer = GraphWriter("perceptron")
        let x = writer.input(.fp32, rows + [width])
        let first = try writer.node("Add", [writer.node("MatMul", [x, writer.parameter(.fp32, [width, hidden])]), writer.parameter(.fp32, [hidden])])
        let active = try writer.node("Relu", [first])
        let second = try writer.node("MatMul", [active, writer.parameter(.fp32, [hidden, width])])
        _ = try writer.node("Add", [writer.node("Add", [second, writer.parameter(.fp32, [width])]), x])
        let graph = try writer.finished()
        return (graph, [graph.nodes[0].name, graph.nodes[graph.nodes.count - 1].name])
    }

    /// Expansion, depthwise convolution, projection, and the block's input added.
    static func invertedResidual(batch: Int, channels: Int, height: Int, width: Int, stride: Int, kernel: Int) throws -> (Graph, [String]) {
        var writer = GraphWriter("residual")
        let x = writer.input(.fp32, [batch, channels, height, width])
        let wide = 3 * channels, pad = kernel / 2
        let a = try writer.node("Relu", [writer.node("Conv", [x, writer.parameter(.fp32, [wide, channels, 1, 1])])])
        let b = try writer.node(
            "Conv", [a, writer.parameter(.fp32, [wide, 1, kernel, kernel])],
            ["group": .int(wide), "pads": .ints([pad, pad, pad, pad]), "strides": .ints([stride, stride])])
        let c = try writer.node("Conv", [b, writer.parameter(.fp32, [channels, wide, 1, 1]), writer.parameter(.fp32, [channels])])
        if stride == 1, kernel % 2 == 1 { _ = try writer.node("Add", [c, x]) }
        let graph = try writer.finished()
        return (graph, graph.nodes.filter { $0.operation == "Conv" }.map(\.name))
    }

    static let chains: [Chain] = {
        var chains: [Chain] = []
        func add(_ name: String, _ make: () throws -> (Graph, [String]), _ dimension: FusedOperators.Dimension, _ blocks: [Int], tolerance: Double = 0) {
            guard let (graph, operators) = try? make() else { return }
            for count in blocks {
                for isPipelined in [false, true] {
                    chains.append(Chain(name: name, graph: graph, operators: operators, dimension: dimension, blocks: count, isPipelined: isPipelined, tolerance: tolerance))
                }
            }
        }
        add("attention", { try attention(batch: 1, heads: 4, tokens: 7, depth: 6) }, .heads, [2, 4], tolerance: 2e-4)
        add("attention by rows", { try attention(batch: 2, heads: 3, tokens: 8, depth: 5) }, .rows, [3, 8], tolerance: 2e-4)
        add("attention by batch", { try attention(batch: 3, heads: 2, tokens: 5, depth: 4) }, .batch, [3], tolerance: 2e-4)
        add("perceptron", { try perceptron(rows: [9], width: 6, hidden: 20) }, .rows, [2, 9])
        add("perceptron of a batch", { try perceptron(rows: [2, 7], width: 5, hidden: 12) }, .rows, [3])
        add("residual", { try invertedResidual(batch: 1, channels: 4, height: 9, width: 7, stride: 1, kernel: 3) }, .rows, [3, 9])
        add("residual of stride 2", { try invertedResidual(batch: 2, channels: 3, height: 11, width: 6, stride: 2, kernel: 5) }, .rows, [2, 3])
        return chains
    }()

    @Test(arguments: chains) func valuesEqualTheReference(_ chain: Chain) throws {
        #expect(Self.chains.count == 24)
        for seed in [1, 2, 5, 11] { try Self.check(chain, seed: seed, options: LoweringOptions(mapping: chain.mapping())) }
    }

    /// Chains of convolutions and poolings with any kernel, stride, padding and dilation, some with a branch that is added again.
    @Test func randomConvolutionChains() throws {
        var fused = 0
        for seed in 0..<60 {
            var random = RandomStream(seed &* 101 &+ 3)
            var writer = GraphWriter("chain \(seed)")
            var shape = [random.int(1...2), random.int(1...5), random.int(7...13), random.int(5...9)]
            var value = writer.input(.fp32, shape)
            for _ in 0..<random.int(2...4) {
                let before = value
                let kernel = [random.int(1...3), random.int(1...3)]
                let attributes: [String: Attribute] = [
                    "kernel_shape": .ints(kernel), "strides": .ints([random.pick([1, 1, 2]), random.pick([1, 1, 2])]),
                    "pads": .ints((0..<4).map { random.int(0...(kernel[$0 % 2] - 1)) }),
                ]
                switch random.int(0...4) {
                case 0 where kernel != [1, 1]: value = try writer.node("MaxPool", [value], attributes)
                case 1:
                    var depthwise = attributes
                    depthwise["group"] = .int(shape[1])
                    value = try writer.node("Conv", [value, writer.parameter(.fp32, [shape[1], 1] + kernel)], depthwise)
                case 2 where shape[2] > 5 && shape[3] > 5:
                    var dilated = attributes
                    dilated["dilations"] = .ints([2, 2])
                    value = try writer.node("Conv", [value, writer.parameter(.fp32, [random.int(1...5), shape[1]] + kernel)], dilated)
                default: value = try writer.node("Conv", [value, writer.parameter(.fp32, [random.int(1...5), shape[1]] + kernel)], attributes)
                }
                if random.oneIn(2) { value = try writer.node("Relu", [value]) }
                if writer.shape(value) == writer.shape(before), random.oneIn(2) { value = try writer.node("Add", [value, before]) }
                shape = writer.shape(value)
                guard shape[2] > 3, shape[3] > 2 else { break }
            }
            let graph = try writer.finished()
            guard let first = graph.nodes.first, let last = graph.nodes.last, graph.nodes.count(where: { ["Conv", "MaxPool"].contains($0.operation) }) > 1 else { continue }
            let chain = Chain(
                name: "chain \(seed)", graph: graph, operators: [first.name, last.name], dimension: .rows, blocks: random.int(2...min(4, shape[2])), isPipelined: random.oneIn(2))
            do throws(LoweringError) {
                let mapping = chain.mapping()
                _ = try Lowering.lower(graph, to: RandomMachine.draws(seed: seed, input: .fp32)[0], options: LoweringOptions(mapping: mapping))
            } catch {
                // Blocks that would see nothing but padding are refused.
                if error.isAboutMapping {
                    #expect(error.message.contains("nothing but padding") || error.message.contains("run as one anyway"), "\(seed): \(error)")
                    continue
                }
            }
            try Self.check(chain, seed: seed, options: LoweringOptions(mapping: chain.mapping()))
            fused += 1
        }
        #expect(fused > 40)
    }

    /// Random tiles, which one block chooses and the others have to follow where they share tiled weights.
    @Test func randomTiles() throws {
        let (graph, operators) = try Self.perceptron(rows: [2, 11], width: 9, hidden: 24)
        for seed in 0..<12 {
            let chain = Chain(name: "tiles", graph: graph, operators: operators, dimension: .rows, blocks: 1 + seed % 5)
            guard chain.blocks > 1 else { continue }
            try Self.check(chain, seed: seed, options: LoweringOptions(mapper: RandomMapper(seed: seed), mapping: chain.mapping()))
        }
    }

    /// The intermediate is on chip by blocks where it does not fit as a whole, and its bytes are saved.
    @Test func intermediatesStayOnChip() throws {
        let architecture = try MappingTrafficTests.architecture("gemmini")
        let graph = try MappingTrafficTests.workload("mobilenet-v2.onnx")
        func bytes(_ fusion: [FusedOperators]) throws -> Int {
            var mapping = WorkloadMapping(architecture: "gemmini", workload: "mobilenet-v2")
            mapping.fusion = fusion
            mapping.units = ["node_Conv_817"].map { ChosenUnit(name: $0, kind: .vector) }
            let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: mapping))
            let record = try Simulation.run(lowered.program, on: architecture).record
            let dram = try #require(record.memories.firstIndex { $0.kind == .dram })
            return record.operators.filter { ["node_Conv_815", "node_Conv_817", "node_Conv_819"].contains(BlockName.base(of: $0.name) ?? $0.name) }
                .reduce(0) { $0 + $1.readBytes[dram] + $1.writeBytes[dram] }
        }
        let apart = try bytes([])
        let fused = try bytes([FusedOperators(operators: ["node_Conv_815", "node_Conv_817", "node_Conv_819"], dimension: .rows, blocks: 28)])
        // 96 × 112 × 112 elements of a byte are written once and read at least once, and 96 × 56 × 56 as well.
        #expect(apart - fused > 2 * 96 * (112 * 112 + 56 * 56))
        #expect(fused < 1 << 20)
    }

    @Test func aWrittenMappingGivesTheSameProgram() throws {
        let architecture = try MappingTrafficTests.architecture("gemmini")
        for (workload, group) in [
            ("bert-base", FusedOperators(operators: ["node_matmul", "node_softmax", "node_matmul_1"], dimension: .heads, blocks: 4)),
            ("mobilenet-v2", FusedOperators(operators: ["node_Conv_815", "node_Conv_817", "node_Conv_819"], dimension: .rows, blocks: 14, isPipelined: true)),
        ] {
            let graph = try MappingTrafficTests.workload("\(workload).onnx")
            var mapping = WorkloadMapping(architecture: "gemmini", workload: workload)
            mapping.fusion = [group]
            let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: mapping))
            let text = lowered.mapping(of: graph, on: architecture).text
            let read = try WorkloadMapping(text: text, file: "m.yaml")
            #expect(read.text == text && read.fusion == [group])
            // One entry for all blocks of an operator.
            #expect(read.operators.contains { $0.name == group.operators[0] })
            let again = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: read)).program.text
            #expect(again == lowered.program.text, "\(Self.firstDifference(again, lowered.program.text))")
        }
    }

    private static func firstDifference(_ a: String, _ b: String) -> String {
        zip(a.split(separator: "\n"), b.split(separator: "\n")).first { $0 != $1 }.map { "\($0.0) | \($0.1)" } ?? ""
    }

    // MARK: Bad groups

    private static let head = "mapping: 1\narchitecture: gemmini\nworkload: mobilenet-v2\nfusion:\n"

    private static let unreadable: [(String, String)] = [
        ("  a: b\n", "fusion: is a group"),
        ("  - { operators: [a, b], dimension: rows }\n", "m.yaml:5: fusion[0].blocks: is missing"),
        ("  - { operators: [a, b], blocks: 2 }\n", "m.yaml:5: fusion[0].dimension: is missing; write rows, heads or batch"),
        ("  - { operators: [a, b], dimension: row, blocks: 2 }\n", "\"row\" is not a dimension to cut along; did you mean \"rows\"?"),
        ("  - { operators: [a], dimension: rows, blocks: 2 }\n", "fusion[0].operators: has fewer than two operators"),
        ("  - { operators: [a, a], dimension: rows, blocks: 2 }\n", "\"a\" is listed twice"),
        ("  - { operators: [a, b], dimension: rows, blocks: 0 }\n", "\"0\" is not a whole number from 1 on"),
        ("  - { operators: [a, b], dimension: rows, blocks: 2, pipelined: maybe }\n", "there are \"yes\" and \"no\""),
        ("  - { operators: [a, b], dimension: rows, blocks: 2, block: 3 }\n", "fusion[0].block: is not part of the format; did you mean \"blocks\"?"),
        ("  - { dimension: rows, blocks: 2 }\n", "fusion[0].operators: is missing"),
    ]

    @Test(arguments: unreadable) func unreadableFiles(_ text: String, _ message: String) throws {
        let error = try #require(throws: ArchitectureError.self) { try WorkloadMapping(text: Self.head + text, file: "m.yaml") }
        #expect(error.description.contains(message), "\(error.description)")
    }

    private static let unsuited: [(String, String)] = [
        ("[node_Conv_815, node_Conv_8177], dimension: rows, blocks: 2", "m.yaml:5: fusion[0]: the workload has no operator \"node_Conv_8177\"; did you mean \"node_Conv_817\"?"),
        ("[node_Conv_819, node_Conv_815], dimension: rows, blocks: 2", "they are no chain"),
        ("[node_Conv_815, node_Conv_811, node_Conv_819], dimension: rows, blocks: 2", "they are no chain: \"node_Conv_811\" does not lie between"),
        ("[node_Conv_815, node_Conv_819], dimension: rows, blocks: 57", "56 rows make no 57 blocks; write a number from 1 to 56"),
        ("[node_Conv_815, node_Conv_819], dimension: heads, blocks: 2", "has no heads; an image has rows and a batch"),
        ("[node_Conv_819, node_Conv_823], dimension: rows, blocks: 2", "\"getitem_15\" would exist by blocks only, and \"node_Conv_825\" reads it as well"),
        ("[node_Conv_909, node_linear], dimension: rows, blocks: 1", "\"node_Conv_911\" cannot run by blocks of rows: each channel of it needs all channels; use another dimension"),
        ("[node_Conv_815, node_Conv_819], dimension: rows, blocks: 2 }\n  - { operators: [node_Conv_817, node_Conv_821], dimension: rows, blocks: 2", "m.yaml:6: fusion[1]: \"node_Conv_817\" is in another group as well"),
    ]

    @Test(arguments: unsuited) func unsuitedFiles(_ text: String, _ message: String) throws {
        let mapping = try WorkloadMapping(text: Self.head + "  - { operators: \(text) }\n", file: "m.yaml")
        let architecture = try MappingTrafficTests.architecture("gemmini")
        let graph = try MappingTrafficTests.workload("mobilenet-v2.onnx")
        let error = try #require(throws: LoweringError.self) { try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: mapping)) }
        #expect(error.description.contains(message) && error.isAboutMapping, "\(error.description)")
    }
}
