import GraphImport
import NumberFormats
import OperatorGraph
import Testing

/// Runs the graphs of tiny models on values and compares with the transformers library: every family, as one
/// prefill of eight tokens and as a prefill of seven with a decode step behind it.
@Suite struct LanguageModelReferenceTests {
    /// The formula of Scripts/workloads/reference_logits.py.
    private func parameter(_ name: String, _ shape: [Int]) -> Tensor {
        var hash: UInt32 = 2_166_136_261
        for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let offset: Float = name.contains("norm.weight") ? 1 : 0
        let numbers = (0..<shape.reduce(1, *)).map { index in
            var mixed = hash &+ UInt32(truncatingIfNeeded: index) &* 2_654_435_761
            mixed ^= mixed >> 15
            mixed = mixed &* 2_246_822_519
            mixed ^= mixed >> 13
            return Float(mixed >> 16) / 65536 - 0.5 + offset
        }
        return Tensor(.fp32, shape, .float(numbers))
    }

    private func graph(_ configuration: String, _ settings: [String: String]) throws -> Graph {
        try LanguageModelImport.graph(
            Array(configuration.utf8), file: "tiny.json", settings: settings.merging(["element": "fp32"]) { $1 })
    }

    /// Values of the graph's outputs; `given` are those of its inputs, in order. The operators' own rules have to
    /// infer the types that the graph states.
    private func run(_ graph: Graph, _ given: [Tensor]) throws -> [Tensor] {
        var values = graph.values.map { $0.kind == .parameter ? parameter($0.name, $0.type.shape) : $0.data }
        for (input, tensor) in zip(graph.inputs, given) {
            #expect(graph.values[input].type == tensor.type)
            values[input] = tensor
        }
        for node in graph.nodes {
            let inputs = node.inputs.map { $0.flatMap { values[$0] } }
            let types = try Operators.inferTypes(of: node, inputs: inputs.map { $0?.type }, constants: inputs)
            #expect(types == node.outputs.map { $0.map { graph.values[$0].type } }, "\(node.name)")
            for (output, tensor) in zip(node.outputs, try Operators.evaluate(node, inputs: inputs)) {
                if let output { values[output] = tensor }
            }
        }
        return try graph.outputs.map { try #require(values[$0]) }
    }

    private func ids(_ range: Range<Int>) -> Tensor {
        Tensor(.int64, [1, range.count], .int64(Array(referenceTokens[range])))
    }

    private func difference(_ tensor: Tensor, _ expected: [Float]) throws -> Float {
        guard case .float(let numbers) = tensor.storage, numbers.count == expected.count else {
            Issue.record("\(tensor.type) instead of \(expected.count) logits")
            return .infinity
        }
        return zip(numbers, expected).map { abs($0 - $1) }.max() ?? 0
    }

    @Test(arguments: referenceModels.indices) func prefillComputesTheModelsLogits(index: Int) throws {
        let model = referenceModels[index]
        let outputs = try run(try graph(model.configuration, ["prompt": "8"]), [ids(0..<8)])
        #expect(try difference(outputs[0], model.logits) < 2e-5, "\(model.configuration)")
    }

    @Test(arguments: referenceModels.indices) func aDecodeStepContinuesThePrefill(index: Int) throws {
        let model = referenceModels[index]
        let caches = try run(try graph(model.configuration, ["prompt": "7"]), [ids(0..<7)]).dropFirst()
        let step = try graph(model.configuration, ["phase": "decode", "context": "8"])
        #expect(step.states.count == caches.count)
        // A layer with a window keeps its newest tokens only.
        let kept = try zip(step.states, caches).map { state, cache in
            try newest(cache, count: step.values[state.input].type.shape[2])
        }
        let outputs = try run(step, [ids(7..<8)] + kept)
        #expect(try difference(outputs[0], model.logits) < 2e-5, "\(model.configuration)")
    }

    /// The last `count` tokens of a cache `[1, heads, tokens, extents]`.
    private func newest(_ cache: Tensor, count: Int) throws -> Tensor {
        let (heads, tokens, extents) = (cache.shape[1], cache.shape[2], cache.shape[3])
        guard case .float(let numbers) = cache.storage else { return cache }
        var rows: [Float] = []
        for head in 1...heads {
            let end = head * tokens * extents
            rows += numbers[(end - count * extents)..<end]
        }
        return Tensor(cache.element, [1, heads, count, extents], .float(rows))
    }

    @Test func everyFamilyIsRun() {
        for modelType in LanguageModelImport.modelTypes {
            #expect(referenceModels.contains { $0.configuration.contains("\"model_type\": \"\(modelType)\"") })
        }
    }
}
