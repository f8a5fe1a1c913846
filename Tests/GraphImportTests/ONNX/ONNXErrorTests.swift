import Foundation
import GraphImport
import ONNXSchema
import OperatorGraph
import Testing

@Suite("ONNX models that are refused")
struct ONNXErrorTests {
    private func model(_ nodes: [ONNXNodeProto], opset: Int64 = 17, outputs: [String] = ["y"]) -> ONNXModelProto {
        Build.model(
            opset: opset, nodes: nodes, inputs: [Build.value("x", [2, 2])], outputs: outputs.map { Build.value($0, [2, 2]) })
    }

    @Test("an unsupported operator is named with node, operator and opset, and the others are counted")
    func namesUnsupportedOperators() throws {
        let model = model([
            Build.node("Relu", ["x"], ["a"]), Build.node("Frobnicate", ["a"], ["b"], name: "frob1"),
            Build.node("Frobnicate", ["b"], ["c"], name: "frob2"), Build.node("FusedThing", ["c"], ["y"], domain: "com.vendor"),
        ])
        var imported = model
        imported.opsetImport.append(Build.operatorSet("com.vendor", 1))
        let error = try #require(try Build.refusal(imported))
        #expect(error.description.hasPrefix("test.onnx: node \"frob1\" (Frobnicate, opset 17): operator Frobnicate is not supported"))
        #expect(error.suggestion?.contains("1 more operator is not supported") == true)
        #expect(error.exitCode == 65)

        let folder = try TemporaryFolder()
        let path = try folder.write("m.onnx", Build.bytes(imported))
        #expect(try ONNXImport.unsupportedOperators(path: path) == [
            UnsupportedOperator(operation: "Frobnicate", domain: "", version: 17, count: 2, firstNode: "frob1"),
            UnsupportedOperator(operation: "FusedThing", domain: "com.vendor", version: 1, count: 1, firstNode: "FusedThing_3"),
        ])
    }

    @Test("opsets outside of the known range", arguments: [(6, "older"), (1000, "newer")] as [(Int64, String)])
    func refusesOpsets(opset: Int64, word: String) throws {
        let error = try Build.refusal(model([Build.node("Relu", ["x"], ["y"])], opset: opset))
        #expect(error?.message.contains("opset \(opset) is \(word) than") == true)
        #expect(error?.place == "opset_import")
    }

    @Test("a cycle is reported with the nodes on it and no others")
    func namesCycles() throws {
        let error = try Build.refusal(model([
            Build.node("Relu", ["x"], ["before"], name: "before"), Build.node("Add", ["before", "c"], ["a"], name: "first"),
            Build.node("Relu", ["a"], ["b"], name: "second"), Build.node("Relu", ["b"], ["c"], name: "third"),
            Build.node("Relu", ["c"], ["y"], name: "after"),
        ]))
        let message = try #require(error?.message)
        #expect(message.hasPrefix("the graph has a cycle through the nodes"))
        for name in ["first", "second", "third"] { #expect(message.contains("\"\(name)\"")) }
        for name in ["before", "after"] { #expect(!message.contains("\"\(name)\"")) }
    }

    @Test("a node that feeds itself is a cycle")
    func namesSelfCycle() throws {
        let error = try Build.refusal(model([Build.node("Relu", ["y"], ["y"], name: "self")]))
        #expect(error?.message.contains("cycle through the nodes \"self\"") == true)
    }

    @Test("names that are defined twice or not at all", arguments: [
        ([Build.node("Relu", ["x"], ["y"]), Build.node("Exp", ["x"], ["y"])], ["y"], "\"y\" is already defined by node \"Relu_0\""),
        ([Build.node("Relu", ["x"], ["x"])], ["x"], "\"x\" is already defined by the graph's inputs"),
        ([Build.node("Relu", ["z"], ["y"])], ["y"], "nothing defines its input \"z\""),
        ([Build.node("Relu", ["x"], ["y"])], ["z"], "no node, input or initializer has this name"),
        ([Build.node("Relu", ["x"], ["y"])], [], "the graph has no outputs"),
        ([Build.node("", ["x"], ["y"])], ["y"], "names no operator"),
        ([Build.node("Relu", ["x"], ["y"], [Build.int("a", 1), Build.int("a", 2)])], ["y"], "attribute a is given twice"),
        ([Build.node("Relu", ["x"], ["y"], domain: "elsewhere")], ["y"], "imports no version of the operator set \"elsewhere\""),
    ] as [([ONNXNodeProto], [String], String)])
    func refusesNames(nodes: [ONNXNodeProto], outputs: [String], message: String) throws {
        let error = try Build.refusal(model(nodes, outputs: outputs))
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test("inputs and initializers that are defined twice")
    func refusesDuplicateInputs() throws {
        var twice = model([Build.node("Relu", ["x"], ["y"])])
        twice.graph.input.append(Build.value("x", [1]))
        #expect(try Build.refusal(twice)?.message == "the tensor \"x\" is defined twice")
        var initializers = model([Build.node("Relu", ["x"], ["y"])])
        initializers.graph.initializer = [Build.floats("w", [1], [1]), Build.floats("w", [1], [1])]
        #expect(try Build.refusal(initializers)?.message == "the tensor \"w\" is defined twice")
    }

    @Test("inputs that are no tensors of known rank")
    func refusesInputs() throws {
        var unknownRank = model([Build.node("Relu", ["x"], ["y"])])
        unknownRank.graph.input[0].type.tensorType.clearShape()
        #expect(try Build.refusal(unknownRank)?.message.contains("how many dimensions") == true)
        var sequence = model([Build.node("Relu", ["x"], ["y"])])
        sequence.graph.input[0].type.sequenceType.elemType.tensorType.elemType = 1
        #expect(try Build.refusal(sequence)?.message == "the input is not a tensor")
        var text = model([Build.node("Relu", ["x"], ["y"])])
        text.graph.input[0].type.tensorType.elemType = 8
        #expect(try Build.refusal(text)?.message == "the element type text is not supported")
    }

    @Test("a mistake in shapes names its node")
    func reportsShapeMistakes() throws {
        var mismatch = model([Build.node("Add", ["x", "w"], ["y"], name: "sum")])
        mismatch.graph.initializer = [Build.shapeOnly("w", [3])]
        let error = try Build.refusal(mismatch)
        #expect(error?.place == "node \"sum\" (Add, opset 17)")
    }

    @Test("an error is one line, whatever the names in the file hold")
    func printsOneLine() throws {
        let error = try #require(try Build.refusal(model([Build.node("Frob\nnicate", ["x"], ["y"], name: "a\r\nb\u{2028}c\u{1b}[31m")])))
        #expect(!error.description.contains { $0.isNewline || $0 == "\u{1b}" })
        let long = String(repeating: "name", count: 10_000)
        #expect(ImportError(file: "f", message: long).description.count <= 2001)
    }

    @Test("what is no file, and a file that is no model")
    func refusesFiles() throws {
        let folder = try TemporaryFolder()
        func refusal(_ path: String) -> ImportError? {
            #expect(throws: ImportError.self) { try ONNXImport.load(path: path) }
        }
        #expect(refusal("\(folder.path)/missing.onnx")?.category == .unreadable)
        #expect(refusal(folder.path)?.message == "not a file")
        #expect(refusal("/dev/zero")?.message == "not a file")
        #expect(refusal(try folder.write("empty.onnx", Data()))?.message == "the file is empty")
        #expect(refusal(try folder.write("text.onnx", Data("not a model at all\n".utf8)))?.place.hasPrefix("byte") == true)
        #expect(refusal(try folder.write("header.onnx", Data([8, 8])))?.message == "the file holds no graph")
    }
}
