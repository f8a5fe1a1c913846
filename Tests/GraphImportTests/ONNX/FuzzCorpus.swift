import Foundation
import GraphImport
import ONNXSchema

/// Model files to damage, beyond the small ones of the test suite.
enum FuzzCorpus {
    /// The shipped networks that are small enough to be tried often.
    static func workloads() throws -> [Data] {
        try WorkloadImportTests.files(".onnx")
            .map { try Data(contentsOf: WorkloadImportTests.root.appendingPathComponent($0)) }
            .filter { $0.count < 120_000 }
    }

    /// The conformance cases where `make conformance` has written them. Their small integer inputs become
    /// initializers, so that shapes which depend on these can be inferred.
    static func conformanceCases() throws -> [Data] {
        let root = WorkloadImportTests.root.deletingLastPathComponent().appendingPathComponent(".conformance")
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
        var corpus: [Data] = []
        for name in names {
            let folder = root.appendingPathComponent(name)
            let file = folder.appendingPathComponent("model.onnx").path
            guard FileManager.default.fileExists(atPath: file) else { continue }
            var model = try ONNXFile.model(path: file)
            for (index, input) in model.graph.input.enumerated() {
                let path = folder.appendingPathComponent("input_0_\(index).pb").path
                guard FileManager.default.fileExists(atPath: path) else { continue }
                var tensor = try ONNXFile.tensor(path: path)
                let isReal = tensor.dataType == 1 || tensor.dataType >= 10
                guard tensor.dims.isEmpty || (tensor.dims.count == 1 && !isReal) else { continue }
                tensor.name = input.name
                model.graph.initializer.append(tensor)
            }
            corpus.append(try Build.bytes(model))
        }
        return corpus
    }
}
