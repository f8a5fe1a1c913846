import NumberFormats
import OperatorGraph
import Testing

/// Builds graphs for tests: values get their types from the operators.
struct GraphBuilder {
    var graph = Graph(name: "test", origin: "test")

    mutating func input(_ name: String, _ element: ElementType, _ shape: [Int]) -> Graph.ValueID {
        let id = graph.addValue(.init(name: name, type: TensorType(element, shape), kind: .input))
        graph.inputs.append(id)
        return id
    }

    mutating func parameter(_ name: String, _ tensor: Tensor) -> Graph.ValueID {
        graph.addValue(.init(name: name, type: tensor.type, kind: .parameter, data: tensor))
    }

    mutating func parameter(_ name: String, _ element: ElementType, _ shape: [Int]) -> Graph.ValueID {
        graph.addValue(.init(name: name, type: TensorType(element, shape), kind: .parameter))
    }

    mutating func node(
        _ operation: String, _ inputs: [Graph.ValueID?], _ attributes: [String: Attribute] = [:], type: TensorType? = nil, version: Int = 21
    ) throws -> Graph.ValueID {
        let name = "\(operation)\(graph.nodes.count)"
        let output = graph.values.count
        let node = Graph.Node(name: name, operation: operation, version: version, inputs: inputs, outputs: [output], attributes: attributes)
        let inferred = try type ?? Operators.inferTypes(
            of: node, inputs: inputs.map { $0.map { graph.values[$0].type } },
            constants: inputs.map { $0.flatMap { graph.values[$0].data } })[0]
        graph.addValue(.init(name: "\(name)/out", type: try #require(inferred), kind: .intermediate))
        graph.nodes.append(node)
        return output
    }
}

@Suite struct GraphTests {
    @Test func sortingOrdersAndNamesCycles() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", .fp32, [2])
        let a = try builder.node("Relu", [x]), b = try builder.node("Exp", [a])
        let c = try builder.node("Add", [a, b])
        builder.graph.outputs = [c]
        var graph = builder.graph
        graph.nodes.reverse()
        #expect(throws: GraphError.self) { try graph.validate() }
        try graph.sortTopologically()
        try graph.validate()
        #expect(graph.nodes.map(\.operation) == ["Relu", "Exp", "Add"])
        graph.nodes[0].inputs = [c]
        let error = #expect(throws: GraphError.self) { try graph.sortTopologically() }
        #expect(error?.message.contains("\"Add2\"") == true && error?.message.contains("cycle") == true)
    }

    @Test func validationFindsTwoOriginsAndWrongData() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", .fp32, [2])
        let y = try builder.node("Relu", [x])
        builder.graph.outputs = [y]
        try builder.graph.validate()
        var twice = builder.graph
        twice.nodes.append(twice.nodes[0])
        #expect(throws: GraphError.self) { try twice.validate() }
        var wrong = builder.graph
        wrong.values[x].data = Tensor(.fp32, [3], floats: [1, 2, 3])
        #expect(throws: GraphError.self) { try wrong.validate() }
        var missing = builder.graph
        missing.nodes = []
        #expect(throws: GraphError.self) { try missing.validate() }
        var outside = builder.graph
        outside.nodes[0].inputs = [99]
        #expect(throws: GraphError.self) { try outside.validate() }
    }

    @Test func theExecutorKeepsWhatIsAskedFor() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", .fp32, [3])
        let a = try builder.node("Neg", [x]), b = try builder.node("Abs", [a]), c = try builder.node("Add", [a, b])
        builder.graph.outputs = [c]
        let input = Tensor(.fp32, [3], floats: [1, -2, 3])
        let results = try ReferenceExecutor.run(builder.graph, inputs: [x: input])
        #expect(results.keys.sorted() == [c] && results[c]?.floatValues == [0, 4, 0])
        #expect(try ReferenceExecutor.run(builder.graph, inputs: [x: input], keep: .values([a])).keys.sorted() == [a, c])
        #expect(try ReferenceExecutor.run(builder.graph, inputs: [x: input], keep: .all).keys.sorted() == [x, a, b, c])
        #expect(throws: GraphError.self) { try ReferenceExecutor.run(builder.graph, inputs: [x: Tensor(.fp32, [2], floats: [1, 2])]) }
    }

    @Test func generatedValuesDependOnNameSeedAndRoleOnly() throws {
        let generator = ValueGenerator(seed: 5, indexBound: 10)
        let type = TensorType(.int8, [1000])
        let values = generator.tensor(named: "w", type).intValues
        #expect(values == generator.tensor(named: "w", type, role: .weight(fanIn: 9, gain: 1)).intValues)
        #expect(values != generator.tensor(named: "v", type).intValues)
        #expect(values != ValueGenerator(seed: 6).tensor(named: "w", type).intValues)
        #expect(values.min() == -127 && values.max() == 127)
        let tokens = generator.tensor(named: "ids", TensorType(.int64, [500])).intValues
        #expect(Set(tokens) == Set(0..<10))
        let weights = generator.tensor(named: "w", TensorType(.fp32, [4000]), role: .weight(fanIn: 100, gain: 1)).doubleValues
        let variance = weights.reduce(0) { $0 + $1 * $1 } / 4000
        #expect(abs(variance * 100 - 1) < 0.1)
    }

    @Test func aDeepNetworkOfGeneratedWeightsNeitherExplodesNorVanishes() throws {
        var builder = GraphBuilder()
        var x = builder.input("x", .fp32, [1, 16, 6, 6])
        for layer in 0..<20 {
            let w = builder.parameter("w\(layer)", .fp32, [16, 16, 3, 3])
            x = try builder.node("Relu", [try builder.node("Conv", [x, w], ["pads": .ints([1, 1, 1, 1])])])
        }
        builder.graph.outputs = [x]
        let result = try #require(try ReferenceExecutor.run(builder.graph)[x])
        let largest = result.doubleValues.reduce(0) { max($0, abs($1)) }
        #expect(largest > 1e-4 && largest < 1e4)
    }
}
