import GraphImport
import ONNXSchema
import OperatorGraph
import Testing

@Suite("Functions that an ONNX model defines")
struct ONNXFunctionTests {
    /// leaky(x) = LeakyRelu(x, alpha) + x
    private func leaky(_ body: [ONNXNodeProto]? = nil) -> ONNXFunctionProto {
        ONNXFunctionProto.with {
            $0.name = "Leaky"
            $0.domain = "local"
            $0.input = ["x", "unused"]
            $0.output = ["result"]
            $0.opsetImport = [Build.operatorSet("", 16), Build.operatorSet("local", 1)]
            $0.attributeProto = [Build.float("slope", 0.25)]
            $0.node = body ?? [
                Build.node("LeakyRelu", ["x"], ["inner"], name: "leak", [Build.reference("alpha", to: "slope", .float)]),
                Build.node("Add", ["inner", "x"], ["result"], name: "add"),
            ]
        }
    }

    private func model(_ function: ONNXFunctionProto, _ nodes: [ONNXNodeProto]) -> ONNXModelProto {
        Build.model(
            nodes: nodes, inputs: [Build.value("x", [4])], outputs: [Build.value("y", [4])], functions: [function],
            domains: ["local": 1])
    }

    @Test("calls are written out with their attributes, names and operator sets")
    func inlines() throws {
        let graph = try Build.load(model(leaky(), [
            Build.node("Leaky", ["x"], ["h"], name: "first", domain: "local", [Build.float("slope", 0.5)]),
            Build.node("Leaky", ["h", ""], ["y"], name: "second", domain: "local"),
        ]))
        #expect(graph.operations == ["LeakyRelu", "Add", "LeakyRelu", "Add"])
        #expect(graph.nodes.map(\.name) == ["first/leak", "first/add", "second/leak", "second/add"])
        #expect(graph.nodes[0].attributes["alpha"] == .float(0.5))
        #expect(graph.nodes[2].attributes["alpha"] == .float(0.25))
        #expect(graph.nodes.allSatisfy { $0.version == 16 })
        #expect(graph.value(named: "first/inner") != nil)
        #expect(graph.nodes[1].outputs == [graph.nodes[2].inputs[0]])
    }

    @Test("functions call functions")
    func inlinesNested() throws {
        var outer = leaky([Build.node("Leaky", ["x"], ["result"], name: "call", domain: "local")])
        outer.name = "Outer"
        var model = model(leaky(), [Build.node("Outer", ["x"], ["y"], name: "top", domain: "local")])
        model.functions.append(outer)
        #expect(try Build.load(model).nodes.map(\.name) == ["top/call/leak", "top/call/add"])
    }

    @Test("a function that calls itself is refused")
    func refusesRecursion() throws {
        let recursive = leaky([Build.node("Leaky", ["x"], ["result"], domain: "local")])
        let error = try Build.refusal(model(recursive, [Build.node("Leaky", ["x"], ["y"], domain: "local")]))
        #expect(error?.message.contains("deeper than 64") == true)
    }

    @Test("functions that double at each level are stopped")
    func refusesExplosion() throws {
        var functions: [ONNXFunctionProto] = []
        for level in 0..<40 {
            var function = leaky([
                Build.node(level == 0 ? "Relu" : "Level\(level - 1)", ["x"], ["h"], domain: level == 0 ? "" : "local"),
                Build.node(level == 0 ? "Relu" : "Level\(level - 1)", ["h"], ["result"], domain: level == 0 ? "" : "local"),
            ])
            function.name = "Level\(level)"
            functions.append(function)
        }
        var explosive = model(leaky(), [Build.node("Level39", ["x"], ["y"], domain: "local")])
        explosive.functions = functions
        var limits = ONNXLimits()
        limits.expandedNodes = 10_000
        let error = #expect(throws: ImportError.self) {
            try ONNXImport.graph(explosive, file: "test.onnx", limits: limits)
        }
        #expect(error?.message.contains("more than 10000 nodes") == true)
    }
}
