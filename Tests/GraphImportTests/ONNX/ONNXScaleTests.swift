import Foundation
import GraphImport
import ONNXSchema
import OperatorGraph
import Testing

@Suite("Large and deep ONNX models")
struct ONNXScaleTests {
    private func chain(_ count: Int, reversed: Bool = false) -> ONNXModelProto {
        var nodes = (0..<count).map { Build.node("Relu", ["t\($0)"], ["t\($0 + 1)"]) }
        if reversed { nodes.reverse() }
        return Build.model(
            nodes: nodes, inputs: [Build.value("t0", [1])], outputs: [Build.value("t\(count)", [1])])
    }

    @Test("a long chain of nodes takes no stack, in either order", arguments: [false, true])
    func importsLongChains(reversed: Bool) throws {
        #if DEBUG
            let count = 20_000
        #else
            let count = reversed ? 100_000 : 1_000_000
        #endif
        #expect(try Build.load(chain(count, reversed: reversed)).nodes.count == count)
    }

    @Test("a long cycle is named in few words")
    func refusesLongCycle() throws {
        var model = chain(20_000)
        model.graph.node[0].input = ["t20000"]
        let error = try #require(try Build.refusal(model))
        #expect(error.message.hasSuffix("and 19995 more"))
    }

    /// A field of a message: its key, its length, its content.
    private func field(_ number: Int, _ content: Data) -> Data {
        var bytes = Data([UInt8(number << 3 | 2)])
        var length = content.count
        while length >= 0x80 {
            bytes.append(UInt8(length & 0x7f | 0x80))
            length >>= 7
        }
        bytes.append(UInt8(length))
        return bytes + content
    }

    @Test("messages nested without end are refused")
    func refusesDeepNesting() throws {
        var graph = Data()
        for _ in 0..<5_000 {
            let attribute = field(6, graph)
            graph = field(1, field(5, attribute))
        }
        let bytes = field(7, graph)
        let error = #expect(throws: ImportError.self) { try Build.load(bytes) }
        #expect(error?.message.contains("nest deeper than") == true)
    }

    @Test("more nodes than the limit are refused before they are decoded")
    func refusesTooManyNodes() throws {
        var limits = ONNXLimits()
        limits.nodes = 1000
        let file = WorkloadFile(path: "test.onnx", bytes: field(7, Data(repeating: 0, count: 0) + (0..<1001).reduce(into: Data()) { data, _ in data += field(1, Data()) }))
        let error = #expect(throws: ImportError.self) { try ONNXFile.model(file, limits: limits) }
        #expect(error?.message == "more than 1000 nodes")
    }

    @Test("a structure that would take too much memory is refused before it is decoded")
    func refusesLargeStructures() throws {
        var limits = ONNXLimits()
        limits.structureBytes = 1 << 20
        // Two bytes of file for each empty attribute of a node.
        let attributes = Data((0..<50_000).flatMap { _ in [UInt8(5 << 3 | 2), 0] })
        let file = WorkloadFile(path: "test.onnx", bytes: field(7, field(1, attributes)))
        let error = #expect(throws: ImportError.self) { try ONNXFile.model(file, limits: limits) }
        #expect(error?.message.contains("bytes of memory") == true)
    }

    @Test("a few bytes that ask for huge tensors take no memory", arguments: [
        Build.node("ConstantOfShape", ["shape"], ["y"]), Build.node("Expand", ["x", "shape"], ["y"]),
        Build.node("Tile", ["x", "shape"], ["y"]),
    ])
    func refusesHugeTensors(node: ONNXNodeProto) throws {
        for shape in [[1 << 40, 1], [1 << 62, 4], [1 << 30, 1 << 30]] as [[Int64]] {
            let model = Build.model(
                nodes: [node], outputs: [Build.value("y", ["a", "b"])],
                initializers: [Build.floats("x", [1, 1], [1]), Build.integers("shape", [2], shape)])
            #expect(try Build.refusal(model) != nil)
        }
    }

    @Test("constants beyond the folding limit stay operators")
    func keepsLargeConstants() throws {
        let model = Build.model(
            nodes: [Build.node("ConstantOfShape", ["shape"], ["a"]), Build.node("Relu", ["a"], ["y"])],
            outputs: [Build.value("y", ["a"])], initializers: [Build.integers("shape", [1], [1 << 28])])
        let graph = try Build.load(model)
        #expect(graph.operations == ["ConstantOfShape", "Relu"])
        #expect(graph.values[graph.outputs[0]].type.shape == [1 << 28])
    }
}
