import Foundation
import ONNXSchema
import OperatorGraph

/// Reads ONNX models: opsets 7 to the newest, external data, the model's own functions, symbolic dimensions.
///
/// Not read: control flow (If, Loop, Scan), sequences, maps, optional values, text inputs, training information.
public enum ONNXImport {
    /// The graph with every shape known and constants folded.
    public static func load(path: String, options: ImportOptions = ImportOptions()) throws(ImportError) -> Graph {
        try graph(ONNXFile.model(path: path), file: path, options: options)
    }

    /// Every operator of the model that Cyclewright does not know, most frequent first.
    public static func unsupportedOperators(path: String) throws(ImportError) -> [UnsupportedOperator] {
        try ONNXModelReader.graph(ONNXFile.model(path: path), file: path, readsWeights: false).unsupported.map(\.summary)
    }

    /// Names of the symbolic dimensions that must be bound, in the order of the inputs.
    public static func symbolicDimensions(path: String) throws(ImportError) -> [String] {
        ONNXDimensions.names(try ONNXModelReader.graph(ONNXFile.model(path: path), file: path, readsWeights: false))
    }

    /// The graph of a decoded model.
    ///
    /// - Parameter file: the model's path, for messages and for finding external data.
    package static func graph(
        _ model: ONNXModelProto, file: String, options: ImportOptions = ImportOptions(), limits: ONNXLimits = .standard
    ) throws(ImportError) -> Graph {
        let model = try ONNXModelReader.graph(model, file: file, readsWeights: options.readsWeights, limits: limits)
        if let (_, first) = model.unsupported.first {
            let others = model.unsupported.count - 1
            var error = error(first, node: nil, file: file)
            if others > 0 {
                let more = "\(others) more operator\(others == 1 ? " is" : "s are") not supported, `cyclewright describe` lists them"
                error.suggestion = error.suggestion.map { "\($0); \(more)" } ?? more
            }
            throw error
        }
        let dimensions = try ONNXDimensions(file: file, options: options, graph: model)
        var values = model.values
        for input in model.inputs { values[input].type = try dimensions.type(of: values[input]) }
        var inference = ONNXTypeInference(file: file, values: values)
        try inference.run(model.nodes)
        let origin = "ONNX opset \(model.operatorSets[""].map(String.init) ?? "none")"
        let name = model.name.isEmpty ? ((file as NSString).lastPathComponent as NSString).deletingPathExtension : model.name
        return try ONNXGraphAssembly.graph(
            name: name, origin: origin, values: inference.values, nodes: inference.nodes, inputs: model.inputs,
            outputs: model.outputs, file: file)
    }

    /// A mistake at a node, in the terms of the file.
    static func error(_ error: GraphError, node: Graph.Node?, file: String) -> ImportError {
        let subject = Graph.Node(
            name: error.node, operation: error.operation, domain: error.domain, version: error.version, inputs: [],
            outputs: [])
        let place = error.operation.isEmpty ? node.map { ONNXFlattener.place(of: $0) } ?? "" : ONNXFlattener.place(of: subject)
        return ImportError(file: file, place: place, message: error.message, suggestion: error.suggestion)
    }
}
