import NumberFormats
import OperatorGraph
import Testing

@Suite struct RegistryTests {
    @Test func definitionsOfOneOperatorDoNotOverlap() {
        let supported = OperatorRegistry.supported
        #expect(supported.count > 150)
        let keys = supported.map { "\($0.domain).\($0.name) \($0.since)" }
        #expect(Set(keys).count == keys.count)
    }

    @Test func anUnknownOperatorNamesNodeOperatorAndOpset() {
        let node = Graph.Node(name: "n7", operation: "conv", version: 17, inputs: [], outputs: [])
        let error = #expect(throws: GraphError.self) { try OperatorRegistry.definition(for: node) }
        #expect(error?.description == "node \"n7\" (conv, opset 17): operator conv is not supported; did you mean Conv?")
    }

    @Test(arguments: [("Relu", 6), ("Relu", 29), ("Gelu", 19), ("Scatter", 11), ("Upsample", 10)])
    func aVersionOutsideTheRangeIsRefused(_ operation: String, _ version: Int) {
        let node = Graph.Node(name: "n", operation: operation, version: version, inputs: [], outputs: [])
        #expect(throws: GraphError.self) { try OperatorRegistry.definition(for: node) }
    }

    @Test(arguments: [("Relu", 7), ("Relu", 28), ("Gelu", 20), ("Scatter", 10), ("Upsample", 9)])
    func aVersionInTheRangeIsFound(_ operation: String, _ version: Int) throws {
        let node = Graph.Node(name: "n", operation: operation, domain: "ai.onnx", version: version, inputs: [], outputs: [])
        #expect(try OperatorRegistry.definition(for: node).name == operation)
    }

    /// Every operator refuses a node without inputs and attributes, or has something to say; none traps.
    @Test func noOperatorTrapsOnAnEmptyNode() {
        for entry in OperatorRegistry.supported {
            let node = Graph.Node(
                name: "n", operation: entry.name, domain: entry.domain, version: max(entry.since, 7), inputs: [], outputs: [0])
            let types = try? Operators.inferTypes(of: node, inputs: [])
            #expect(types == nil, "\(entry.name) accepts no input at all")
        }
    }
}
