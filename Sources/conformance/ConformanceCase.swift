import Foundation
import GraphImport
import ONNXSchema
import OperatorGraph

/// One test case of the ONNX project on disk: a model, input tensors and the outputs that they must give.
struct ConformanceCase {
    /// What became of a case.
    enum Outcome: Equatable {
        case passed
        case failed(String)
        case skipped(String)
    }

    /// Tolerances and the tensors of each data set, from `case.json`.
    private struct Description: Decodable {
        var relativeTolerance: Double
        var absoluteTolerance: Double
        var dataSets: [DataSet]

        struct DataSet: Decodable {
            /// File names; `null` for what is not a tensor (a sequence, an absent optional value).
            var inputs: [String?]
            var outputs: [String?]
        }
    }

    let name: String
    let folder: String

    func run() -> Outcome {
        do {
            return try attempt()
        } catch let error as ImportError {
            return .failed("\(error)")
        } catch let error as GraphError {
            return .failed("\(error)")
        } catch {
            return .failed("cannot read the case: \(error)")
        }
    }

    private func attempt() throws -> Outcome {
        let content = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/case.json"))
        let description = try JSONDecoder().decode(Description.self, from: content)
        let path = "\(folder)/model.onnx"
        let model = try ONNXFile.model(path: path)
        if let reason = SkipReason.of(model) { return .skipped(reason) }
        let graph = try ONNXModelReader.graph(model, file: path)
        if !graph.unsupported.isEmpty {
            let names = graph.unsupported.map { SkipReason.name($0.summary) }
            return .skipped("operators not supported: \(names.sorted().joined(separator: ", "))")
        }
        for dataSet in description.dataSets {
            if dataSet.inputs.contains(nil) || dataSet.outputs.contains(nil) {
                return .skipped("sequence, optional or map values")
            }
            let protos = try dataSet.inputs.compactMap { $0 }.map { try ONNXFile.tensor(path: "\(folder)/\($0)") }
            let inputs = try protos.map { try decoded($0) }
            let expected = try dataSet.outputs.compactMap { $0 }.map {
                try decoded(ONNXFile.tensor(path: "\(folder)/\($0)"))
            }
            let results = try NodeByNode.run(graph, inputs: inputs)
            if let difference = compare(results, expected, description) { return .failed(difference) }
            let imported = try WholeImport.run(model, file: path, inputs: protos, decoded: inputs)
            if let difference = compare(imported, expected, description) {
                return .failed("after import of the whole graph \(difference)")
            }
        }
        return .passed
    }

    /// What differs first, `nil` when nothing does.
    private func compare(_ results: [Tensor], _ expected: [Tensor], _ description: Description) -> String? {
        if results.count != expected.count { return "has \(results.count) outputs, expected \(expected.count)" }
        for (index, (result, expected)) in zip(results, expected).enumerated() {
            let isReal = expected.element.isFloatingPoint
            var relative = isReal ? description.relativeTolerance : 0
            // Two units in the last place, as onnx.backend.test.runner compares this format.
            if expected.element == .bf16 { relative = max(relative, 0x1p-6) }
            let absolute = isReal ? description.absoluteTolerance : 0
            if let difference = result.difference(from: expected, relative: relative, absolute: absolute) {
                return "output \(index) \(difference.description)"
            }
        }
        return nil
    }

    private func decoded(_ tensor: ONNXTensorProto) throws -> Tensor {
        var decoder = ONNXTensorDecoder(file: name)
        return try decoder.tensor(tensor, place: "tensor \"\(tensor.name)\"")
    }
}
