import Foundation
import GraphImport
import OperatorGraph
import Testing

/// A graph of a shipped configuration.
func languageModel(_ name: String, _ settings: [String: String]) throws -> Graph {
    try LanguageModelImport.load(
        path: workload("language-models/\(name).json"), options: ImportOptions(settings: settings))
}

@Suite struct LanguageModelStructureTests {
    static let models = LanguageModelParameterTests.published.map(\.0)

    /// Checks every node by the operator's rule for shapes, independently of the code that built the graph.
    private func check(_ graph: Graph) throws {
        var known = Set(graph.inputs)
        for (index, value) in graph.values.enumerated() where value.kind == .parameter || value.kind == .constant {
            known.insert(index)
            if value.kind == .constant { #expect(value.data?.type == value.type) }
        }
        var names: Set<String> = []
        for node in graph.nodes {
            let inputs = try node.inputs.map { try #require($0) }
            let outputs = try node.outputs.map { try #require($0) }
            #expect(names.insert(node.name).inserted, "\(node.name) occurs twice")
            #expect(inputs.allSatisfy { known.contains($0) }, "\(node.name) reads what is computed later")
            known.formUnion(outputs)
            let read = inputs.map { graph.values[$0] }
            let shapes = read.map(\.type.shape)
            let expected = try outputShapes(node, shapes, integers: read.map(integers))
            #expect(outputs.map { graph.values[$0].type.shape } == expected, "\(node.name) (\(node.operation))")
        }
        #expect(graph.outputs.allSatisfy { known.contains($0) })
        #expect(Set(graph.values.map(\.name)).count == graph.values.count)
    }

    private func integers(_ value: Graph.Value) -> [Int]? {
        guard case .int64(let numbers)? = value.data?.storage else { return nil }
        return numbers.map(Int.init)
    }

    private func outputShapes(_ node: Graph.Node, _ inputs: [[Int]], integers: [[Int]?]) throws -> [[Int]] {
        func axis(_ rank: Int) throws -> Int {
            guard case .int(let axis)? = node.attributes["axis"] else {
                Issue.record("\(node.name) has no axis")
                return 0
            }
            return axis < 0 ? axis + rank : axis
        }
        let first = inputs[0]
        switch node.operation {
        case "MatMul":
            let (left, right) = (first, inputs[1])
            #expect(left[left.count - 1] == right[right.count - 2], "\(node.name)")
            if right.count > 2 { #expect(left.dropLast(2) == right.dropLast(2), "\(node.name)") }
            return [left.dropLast() + [right[right.count - 1]]]
        case "Gemm":
            #expect(first[1] == inputs[1][1])
            return [[first[0], inputs[1][0]]]
        case "Add", "Mul", "Sub", "Div", "Greater", "Or", "Where":
            return [try inputs.reduce([]) { try broadcast($0, $1) }]
        case "Relu", "Gelu", "Sigmoid", "Tanh", "Softmax": return [first]
        case "RMSNormalization", "LayerNormalization":
            #expect(inputs.dropFirst().allSatisfy { $0 == [first[first.count - 1]] })
            return [first]
        case "RotaryEmbedding":
            var rotated = first[3]
            if case .int(let dimensions)? = node.attributes["rotary_embedding_dim"] { rotated = dimensions }
            #expect(inputs[1] == inputs[2] && inputs[1][1] == rotated / 2 && inputs[3] == [first[0], first[2]])
            return [first]
        case "Gather":
            let axis = try axis(first.count)
            let indices = integers[1] ?? []
            #expect(indices.allSatisfy { (0..<first[axis]).contains($0) }, "\(node.name)")
            return [Array(first[..<axis]) + inputs[1] + Array(first[(axis + 1)...])]
        case "Reshape":
            let target = try #require(integers[1])
            #expect(target.reduce(1, *) == first.reduce(1, *), "\(node.name)")
            return [target]
        case "Transpose":
            guard case .ints(let order)? = node.attributes["perm"] else { return [] }
            #expect(order.sorted() == Array(0..<first.count))
            return [order.map { first[$0] }]
        case "Concat":
            let axis = try axis(first.count)
            var result = first
            result[axis] = inputs.reduce(0) { $0 + $1[axis] }
            return [result]
        case "Split":
            let sizes = try #require(integers[1])
            #expect(sizes.reduce(0, +) == first[first.count - 1])
            return sizes.map { first.dropLast() + [$0] }
        case "Slice":
            let (starts, ends, axes) = (try #require(integers[1]), try #require(integers[2]), try #require(integers[3]))
            var result = first
            result[axes[0]] = ends[0] - starts[0]
            return [result]
        case "TopK":
            let count = try #require(integers[1])
            return Array(repeating: first.dropLast() + count, count: 2)
        case "ReduceSum":
            let axes = try #require(integers[1])
            var result = first
            if node.attributes["keepdims"] == .int(1) { result[axes[0]] = 1 } else { result.remove(at: axes[0]) }
            return [result]
        default:
            Issue.record("\(node.operation) is not expected")
            return []
        }
    }

    private func broadcast(_ left: [Int], _ right: [Int]) throws -> [Int] {
        let rank = max(left.count, right.count)
        let (a, b) = (Array(repeating: 1, count: rank - left.count) + left, Array(repeating: 1, count: rank - right.count) + right)
        #expect(zip(a, b).allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 }, "\(left) and \(right)")
        return zip(a, b).map { max($0, $1) }
    }

    private func multiplications(_ graph: Graph) throws -> Int {
        try graph.nodes.reduce(0) { sum, node in
            guard node.operation == "MatMul" || node.operation == "Gemm" else { return sum }
            let left = graph.values[try #require(node.inputs[0])].type.shape
            let result = graph.values[try #require(node.outputs[0])].type.shape
            return sum + result.reduce(1, *) * left[left.count - 1]
        }
    }

    @Test(arguments: models) func everyNodeFitsItsInputs(model: String) throws {
        for settings in [
            ["phase": "prefill", "prompt": "7", "batch": "2", "layers": "2"], ["phase": "prefill", "prompt": "1", "layers": "1"],
            ["phase": "decode", "context": "9", "batch": "3", "layers": "2"], ["phase": "decode", "context": "2", "layers": "2"],
        ] {
            try check(try languageModel(model, settings))
        }
    }

    @Test func aDecodeStepReadsEveryWeightOnce() throws {
        // Multiplications of one token = weights of all matrix products + scores and mixing over the context.
        let graph = try languageModel("llama-3.1-8b", ["phase": "decode", "context": "4096"])
        let table = 128_256 * 4096
        let norms = 65 * 4096
        let attention = 32 * 2 * 32 * 128 * 4096
        #expect(try multiplications(graph) == 8_030_261_248 - table - norms + attention)
    }

    @Test func aDecodeStepKeepsItsCacheAsState() throws {
        let graph = try languageModel("llama-3.1-8b", ["phase": "decode", "context": "100", "batch": "4"])
        #expect(graph.states.count == 2 * 32)
        for state in graph.states {
            #expect(graph.values[state.input].type.shape == [4, 8, 99, 128])
            #expect(graph.values[state.output].type.shape == [4, 8, 100, 128])
            #expect(graph.inputs.contains(state.input) && graph.outputs.contains(state.output))
        }
        #expect(graph.values[graph.outputs[0]].type.shape == [4, 128_256])
        #expect(graph.values[graph.outputs[0]].name == "logits")
    }

    @Test func aPrefillLeavesItsCache() throws {
        let graph = try languageModel("gpt2", ["prompt": "5"])
        #expect(graph.states.isEmpty)
        #expect(graph.outputs.count == 1 + 2 * 12)
        #expect(graph.values[graph.outputs[1]].type.shape == [1, 12, 5, 64])
    }

    @Test func groupedQueriesShareOneProduct() throws {
        let graph = try languageModel("llama-3.1-8b", ["phase": "decode", "context": "64", "layers": "1"])
        let scores = try #require(graph.nodes.first { $0.name == "layers.0.attention.scores" })
        let shapes = scores.inputs.compactMap { $0 }.map { graph.values[$0].type.shape }
        #expect(shapes == [[1, 8, 4, 128], [1, 8, 128, 64]])
    }

    @Test func aWindowBoundsTheCache() throws {
        let mistral = try languageModel("mistral-7b-v0.1", ["phase": "decode", "context": "10000", "layers": "1"])
        #expect(mistral.values[mistral.states[0].output].type.shape[2] == 4096)
        let gemma = try languageModel("gemma-2-2b", ["phase": "decode", "context": "8192", "layers": "2"])
        #expect(gemma.states.map { gemma.values[$0.output].type.shape[2] } == [4096, 4096, 8192, 8192])
    }

    @Test func masksHideWhatComesLaterAndWhatIsTooOld() throws {
        let text = #"""
            {"model_type": "mistral", "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
             "vocab_size": 16, "max_position_embeddings": 4096, "sliding_window": 2}
            """#
        let short = try LanguageModelImport.graph(Array(text.utf8), file: "m.json", settings: ["prompt": "3"])
        let mask = try #require(short.values.first { $0.name == "causal_mask.window_2" }?.data)
        let never = -Float.infinity
        #expect(mask.storage == .float([0, never, never, 0, 0, never, never, 0, 0]))
        // A long prompt computes the mask instead of storing it.
        let long = try LanguageModelImport.graph(Array(text.utf8), file: "m.json", settings: ["prompt": "3000"])
        try check(long)
        #expect(long.nodes.contains { $0.name == "causal_mask.window_2" && $0.operation == "Where" })
        #expect(long.values.allSatisfy { ($0.data?.count ?? 0) <= 3000 * 4 })
    }

    @Test func rotaryTablesStartAtTheStepsPosition() throws {
        let graph = try languageModel("phi-2", ["phase": "decode", "context": "11", "layers": "1", "element": "fp32"])
        let cosines = try #require(graph.values.first { $0.name == "rotary.cosines" }?.data)
        // 40 % of a head of 80 is rotated; the token is the eleventh, at position 10.
        #expect(cosines.shape == [1, 16])
        guard case .float(let numbers) = cosines.storage else { return }
        for (pair, number) in numbers.enumerated() {
            #expect(abs(Double(number) - cos(10 * pow(10_000, -Double(pair) / 16))) < 1e-7)
        }
    }

    @Test func llamaScalesLowFrequenciesOnly() throws {
        func sines(_ model: String) throws -> [Float] {
            let graph = try languageModel(model, ["phase": "decode", "context": "101", "layers": "1", "element": "fp32"])
            guard case .float(let numbers)? = graph.values.first(where: { $0.name == "rotary.sines" })?.data?.storage else {
                return []
            }
            return numbers
        }
        let numbers = try sines("llama-3.1-8b")
        #expect(numbers.count == 64)
        // Pair 0 turns one radian a position and is kept; pair 63's wavelength is far over 8,192 and is divided by 8.
        #expect(abs(Double(numbers[0]) - sin(100)) < 1e-6)
        #expect(abs(Double(numbers[63]) - sin(100 * pow(500_000, -126.0 / 128) / 8)) < 1e-9)
    }

    @Test func constantsAreNumbersOfTheFormat() throws {
        for (format, bits) in [("bf16", 7), ("fp16", 10)] {
            let graph = try languageModel("gemma-2b", ["prompt": "5", "layers": "1", "element": format])
            for value in graph.values where value.kind == .constant && value.type.element.rawValue == format {
                guard case .float(let numbers)? = value.data?.storage else { continue }
                for number in numbers where number.isFinite && abs(number) > 1e-4 {
                    #expect(number.significandBitPattern & ((1 << UInt32(23 - bits)) - 1) == 0)
                }
            }
        }
    }

    @Test func uniformRoutingIsEven() throws {
        for (tokens, experts, active) in [(1, 8, 2), (3, 8, 2), (16, 8, 2), (5, 128, 8), (7, 3, 3)] {
            let routing = ExpertRouting(.uniform, tokens: tokens, experts: experts, active: active, layer: 0)
            let counts = routing.slots.map(\.count)
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
            try checkRouting(routing, tokens: tokens, active: active)
        }
    }

    @Test func seededRoutingIsRepeatable() throws {
        let one = ExpertRouting(.seeded(7), tokens: 40, experts: 8, active: 2, layer: 3)
        try checkRouting(one, tokens: 40, active: 2)
        #expect(one.slots == ExpertRouting(.seeded(7), tokens: 40, experts: 8, active: 2, layer: 3).slots)
        #expect(one.slots != ExpertRouting(.seeded(7), tokens: 40, experts: 8, active: 2, layer: 4).slots)
    }

    /// Every slot once, a token's experts all different, and `positions` the inverse of the slots' order.
    private func checkRouting(_ routing: ExpertRouting, tokens: Int, active: Int) throws {
        let order = Array(routing.slots.joined())
        #expect(order.sorted() == Array(0..<tokens * active))
        #expect(order.enumerated().allSatisfy { routing.positions[$0.element] == $0.offset })
        for slots in routing.slots { #expect(Set(slots.map { $0 / active }).count == slots.count) }
    }

    @Test func oneTokenUsesTwoExpertsOfMixtral() throws {
        let graph = try languageModel("mixtral-8x7b", ["phase": "decode", "context": "16", "layers": "1"])
        let read = Set(graph.nodes.flatMap(\.inputs).compactMap { $0 })
        let used = graph.values.indices.filter {
            graph.values[$0].name.contains(".experts.") && graph.values[$0].kind == .parameter && read.contains($0)
        }
        #expect(used.count == 2 * 3)
        #expect(graph.origin == "config.json (mixtral), decode, routing uniform")
    }
}
