import GraphImport
import NumberFormats
import ONNXSchema
import OperatorGraph
import Testing

@Suite("ONNX models become graphs")
struct ONNXImportTests {
    /// A convolution with its activation and a classifier, as small as they get.
    private func network(opset: Int64 = 17) -> ONNXModelProto {
        Build.model(
            opset: opset,
            nodes: [
                Build.node("Conv", ["image", "weight", "bias"], ["features"], name: "conv1", [Build.ints("pads", [1, 1, 1, 1])]),
                Build.node("Relu", ["features"], ["active"], name: "relu1"),
                Build.node("Shape", ["active"], ["extents"], name: "shape"),
                Build.node("Gather", ["extents", "zero"], ["batch"], name: "gather"),
                Build.node("Unsqueeze", ["batch", "axes"], ["batch1"], name: "unsqueeze"),
                Build.node("Concat", ["batch1", "rest"], ["target"], name: "concat", [Build.int("axis", 0)]),
                Build.node("Reshape", ["active", "target"], ["flat"], name: "reshape"),
                Build.node("MatMul", ["flat", "classes"], ["logits"], name: "classifier"),
            ],
            inputs: [Build.value("image", ["batch", 3, 8, 8])], outputs: [Build.value("logits", ["batch", 10])],
            initializers: [
                Build.shapeOnly("weight", [4, 3, 3, 3]), Build.floats("bias", [4], [0, 1, 2, 3]),
                Build.integers("zero", [], [0]), Build.integers("axes", [1], [0]), Build.integers("rest", [1], [-1]),
                Build.shapeOnly("classes", [256, 10]),
            ])
    }

    @Test("types are inferred through shape arithmetic, which is folded away")
    func infersTypes() throws {
        let graph = try Build.load(network(), ["batch": 2])
        #expect(graph.operations == ["Conv", "Relu", "Reshape", "MatMul"])
        #expect(graph.value(named: "features")?.type == TensorType(.fp32, [2, 4, 8, 8]))
        #expect(graph.value(named: "flat")?.type == TensorType(.fp32, [2, 256]))
        #expect(graph.value(named: "logits")?.type == TensorType(.fp32, [2, 10]))
        #expect(graph.value(named: "target")?.kind == .constant)
        #expect(graph.value(named: "target")?.data == Tensor(.int64, [2], .int64([2, -1])))
        #expect(graph.value(named: "extents") == nil)
        #expect(graph.inputs.map { graph.values[$0].name } == ["image"])
        #expect(graph.outputs.map { graph.values[$0].name } == ["logits"])
        #expect(graph.origin == "ONNX opset 17")
        #expect(graph.name == "test")
    }

    @Test("initializers without data are parameters without data")
    func keepsParametersWithoutData() throws {
        let graph = try Build.load(network(), ["batch": 1])
        let weight = try #require(graph.value(named: "weight"))
        #expect(weight.kind == .parameter)
        #expect(weight.data == nil)
        let bias = try #require(graph.value(named: "bias"))
        #expect(bias.kind == .parameter)
        #expect(bias.data == Tensor(.fp32, [4], .float([0, 1, 2, 3])))
    }

    @Test("before IR version 4 initializers were graph inputs as well")
    func acceptsInitializersAmongInputs() throws {
        var model = network()
        model.irVersion = 3
        model.graph.input.append(Build.value("weight", [4, 3, 3, 3]))
        model.graph.input.append(Build.value("bias", [4]))
        let graph = try Build.load(model, ["batch": 1])
        #expect(graph.inputs.map { graph.values[$0].name } == ["image"])
        #expect(graph.value(named: "weight")?.kind == .parameter)
    }

    @Test("nodes in any order are sorted; the file's order stays where it is one")
    func sortsNodes() throws {
        var model = network()
        model.graph.node.reverse()
        let graph = try Build.load(model, ["batch": 2])
        #expect(graph.operations == ["Conv", "Relu", "Reshape", "MatMul"])
        var produced = Set(graph.inputs)
        for (index, value) in graph.values.enumerated() where value.kind != .intermediate { produced.insert(index) }
        for node in graph.nodes {
            #expect(node.inputs.allSatisfy { $0.map { produced.contains($0) } ?? true })
            produced.formUnion(node.outputs.compactMap { $0 })
        }
    }

    @Test("what no output needs is left out, unused inputs stay")
    func removesDeadNodes() throws {
        var model = network()
        model.graph.node.append(Build.node("Exp", ["features"], ["unused"], name: "exp"))
        model.graph.input.append(Build.value("spare", [1]))
        let graph = try Build.load(model, ["batch": 2])
        #expect(!graph.operations.contains("Exp"))
        #expect(graph.inputs.map { graph.values[$0].name } == ["image", "spare"])
    }

    @Test("constants in each of their attributes")
    func readsConstants() throws {
        let model = Build.model(
            nodes: [
                Build.node("Constant", [], ["a"], [Build.tensor("value", Build.floats("", [2], [1, 2]))]),
                Build.node("Constant", [], ["b"], [Build.float("value_float", 3)]),
                Build.node("Add", ["a", "b"], ["c"]),
                Build.node("Add", ["x", "c"], ["y"]),
                Build.node("Constant", [], ["axes"], [Build.ints("value_ints", [0])]),
                Build.node("Unsqueeze", ["y", "axes"], ["z"]),
            ], inputs: [Build.value("x", [2])], outputs: [Build.value("z", [1, 2])])
        let graph = try Build.load(model)
        #expect(graph.operations == ["Add", "Unsqueeze"])
        #expect(graph.value(named: "c")?.data == Tensor(.fp32, [2], .float([4, 5])))
        #expect(graph.value(named: "z")?.type == TensorType(.fp32, [1, 2]))
    }

    @Test("an output that comes to a constant is one")
    func foldsOutputs() throws {
        let model = Build.model(
            nodes: [Build.node("Shape", ["x"], ["extents"])], inputs: [Build.value("x", [2, 5])],
            outputs: [Build.value("extents", [2], .int64)])
        let graph = try Build.load(model)
        #expect(graph.nodes.isEmpty)
        #expect(graph.values[graph.outputs[0]].data == Tensor(.int64, [2], .int64([2, 5])))
    }

    @Test("operators on weights stay, whatever is known of the weights")
    func keepsOperatorsOnParameters() throws {
        let model = Build.model(
            nodes: [
                Build.node("Transpose", ["weight"], ["turned"]), Build.node("MatMul", ["x", "turned"], ["y"]),
            ], inputs: [Build.value("x", [1, 2])], outputs: [Build.value("y", [1, 2])],
            initializers: [Build.floats("weight", [2, 2], [1, 2, 3, 4])])
        #expect(try Build.load(model).operations == ["Transpose", "MatMul"])
    }

    @Test("values of large weights are left out on request, small ones are kept")
    func leavesOutWeights() throws {
        let model = Build.model(
            nodes: [Build.node("MatMul", ["x", "large"], ["y"]), Build.node("Add", ["y", "small"], ["z"])],
            inputs: [Build.value("x", [1, 80])], outputs: [Build.value("z", [1, 80])],
            initializers: [
                Build.floats("large", [80, 80], Array(repeating: 1, count: 6400)),
                Build.floats("small", [80], Array(repeating: 1, count: 80)),
            ])
        let graph = try Build.load(Build.bytes(model), options: ImportOptions(readsWeights: false))
        #expect(graph.value(named: "large")?.data == nil)
        #expect(graph.value(named: "small")?.data != nil)
        #expect(try Build.load(model).value(named: "large")?.data?.count == 6400)
    }

    @Test("left-out inputs and outputs stay left out; nodes without a name get one")
    func keepsOptionalPositions() throws {
        let model = Build.model(
            nodes: [
                Build.node("Clip", ["x", "", "limit"], ["y"]),
                Build.node("MaxPool", ["y"], ["z", ""], [Build.ints("kernel_shape", [2, 2])]),
            ], inputs: [Build.value("x", [1, 1, 4, 4])], outputs: [Build.value("z", [1, 1, 3, 3])],
            initializers: [Build.floats("limit", [], [6])])
        let graph = try Build.load(model)
        #expect(graph.nodes[0].inputs.map { $0 == nil } == [false, true, false])
        #expect(graph.nodes.map(\.name) == ["Clip_0", "MaxPool_1"])
    }
}
