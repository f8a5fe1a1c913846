import GraphImport
import ONNXSchema
import OperatorGraph
import Testing

@Suite("Symbolic dimensions of ONNX models")
struct ONNXDimensionsTests {
    private func identity(_ dimensions: [Dimension]) -> ONNXModelProto {
        Build.model(
            nodes: [Build.node("Relu", ["x"], ["y"])], inputs: [Build.value("x", dimensions)],
            outputs: [Build.value("y", dimensions)])
    }

    @Test("named, anonymous and composed dimensions take the sizes that are given")
    func binds() throws {
        let graph = try Build.load(
            identity(["batch", .unknown, "past_length + sequence", "2*s0 - 1"]),
            ["batch": 2, "x.1": 3, "past_length": 7, "sequence": 1, "s0": 5])
        #expect(graph.values[graph.inputs[0]].type.shape == [2, 3, 8, 9])
    }

    @Test("an anonymous name also serves a named dimension, and zero is a size")
    func bindsByPosition() throws {
        let graph = try Build.load(identity(["batch", "past"]), ["x.0": 4, "past": 0])
        #expect(graph.values[graph.inputs[0]].type.shape == [4, 0])
    }

    @Test("settings that name a dimension count, others belong elsewhere")
    func readsSettings() throws {
        let bytes = try Build.bytes(identity(["batch", 3]))
        let options = ImportOptions(settings: ["batch": "4", "engines.mxu.rows": "64"])
        let graph = try Build.load(bytes, options: options)
        #expect(graph.values[graph.inputs[0]].type.shape == [4, 3])
        let error = #expect(throws: ImportError.self) {
            try Build.load(bytes, options: ImportOptions(settings: ["batch": "many"]))
        }
        #expect(error?.message == "the dimension \"batch\" cannot be \"many\"")
    }

    @Test("a dimension without a size is named, with the option that gives it", arguments: [
        (["batch", 3] as [Dimension], "batch", "--set batch=1"), ([1, .unknown] as [Dimension], "x.1", "--set x.1=1"),
        (["a + b"] as [Dimension], "a", "--set a=1"), (["floor(h/2)"] as [Dimension], "floor(h/2)", "--set \"floor(h/2)\"=1"),
    ])
    func reportsUnbound(dimensions: [Dimension], name: String, suggestion: String) throws {
        let error = try #require(try Build.refusal(identity(dimensions)))
        #expect(error.message.contains("\"\(name)\""))
        #expect(error.suggestion == "add \(suggestion)")
        #expect(error.place.hasPrefix("input \"x\", dimension"))
    }

    @Test("sizes for dimensions that do not exist are refused with those that do")
    func reportsUnknownNames() throws {
        let error = try #require(try Build.refusal(identity(["batch"]), ["batch": 1, "bach": 2]))
        #expect(error.message == "no input has a dimension \"bach\"")
        #expect(error.suggestion == "its dimensions are batch")
    }

    @Test("negative and overflowing sizes are refused", arguments: [
        ([-1] as [Dimension], [:]), (["n"] as [Dimension], ["n": -4]), (["n - 8"] as [Dimension], ["n": 4]),
        (["n * n"] as [Dimension], ["n": 1 << 40]), (["n", "n"] as [Dimension], ["n": 1 << 40]),
    ] as [([Dimension], [String: Int])])
    func refusesSizes(dimensions: [Dimension], sizes: [String: Int]) throws {
        #expect(try Build.refusal(identity(dimensions), sizes) != nil)
    }

    @Test("the names that must be bound are listed in order, each once")
    func listsNames() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("m.onnx", Build.bytes(identity(["batch", .unknown, "batch", "s + t", 4])))
        #expect(try ONNXImport.symbolicDimensions(path: path) == ["batch", "x.1", "s", "t"])
    }
}
