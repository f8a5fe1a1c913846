import Foundation
import GraphImport
import ONNXSchema
import OperatorGraph
import Testing

@Suite("External data of ONNX models")
struct ONNXExternalDataTests {
    private func model(_ entries: [String: String]) -> ONNXModelProto {
        var weight = Build.shapeOnly("weight", [2, 2])
        weight.dataLocation = .external
        weight.externalData = entries.sorted { $0.key < $1.key }.map { entry in
            ONNXStringStringEntryProto.with { $0.key = entry.key; $0.value = entry.value }
        }
        return Build.model(
            nodes: [Build.node("MatMul", ["x", "weight"], ["y"])], inputs: [Build.value("x", [1, 2])],
            outputs: [Build.value("y", [1, 2])], initializers: [weight])
    }

    private let content: Data = [9, 1, 2, 3, 4].map { (value: Float) in value }.withUnsafeBytes { Data($0) }

    @Test("values are read at their offset, from a folder below the model's too")
    func reads() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: "\(folder.path)/data", withIntermediateDirectories: true)
        _ = try folder.write("data/weights.bin", content)
        let path = try folder.write(
            "m.onnx", Build.bytes(model(["location": "data/weights.bin", "offset": "4", "length": "16"])))
        let graph = try ONNXImport.load(path: path)
        #expect(graph.value(named: "weight")?.data == Tensor(.fp32, [2, 2], .float([1, 2, 3, 4])))
    }

    @Test("what does not fit the file, or lies outside of the model's folder, is refused", arguments: [
        (["location": "weights.bin", "offset": "8"], "the file has 20"),
        (["location": "weights.bin", "offset": "9223372036854775807"], "the file has 20"),
        (["location": "weights.bin", "offset": "-4"], "is not a count of bytes"),
        (["location": "weights.bin", "offset": "four"], "is not a count of bytes"),
        (["location": "weights.bin", "length": "12"], "ask for 16"),
        (["location": "missing.bin"], "no such file"),
        (["location": "../weights.bin"], "outside of the model's folder"),
        (["location": "sub/../../weights.bin"], "outside of the model's folder"),
        (["location": "/etc/passwd"], "outside of the model's folder"),
        (["location": "link.bin"], "outside of the model's folder"),
        (["location": "."], "outside of the model's folder"),
        ([:], "no location"),
    ] as [([String: String], String)])
    func refuses(entries: [String: String], message: String) throws {
        let outer = try TemporaryFolder()
        _ = try outer.write("weights.bin", content)
        try FileManager.default.createDirectory(atPath: "\(outer.path)/model", withIntermediateDirectories: true)
        _ = try outer.write("model/weights.bin", content)
        try FileManager.default.createSymbolicLink(
            atPath: "\(outer.path)/model/link.bin", withDestinationPath: "\(outer.path)/weights.bin")
        let path = try outer.write("model/m.onnx", Build.bytes(model(entries)))
        let error = #expect(throws: ImportError.self) { try ONNXImport.load(path: path) }
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
        #expect(error?.place == "initializer \"weight\"")
    }
}
