import OperatorGraph

/// Reads ONNX models: opsets 7 to the newest, external data, model-local functions, symbolic dimensions.
public enum ONNXImport {
    /// Every operator of the model that Cyclewright does not know, most frequent first.
    public static func unsupportedOperators(path: String) throws(ImportError) -> [UnsupportedOperator] {
        try ONNXModelReader.graph(ONNXFile.model(path: path), file: path, readsWeights: false).unsupported.map(\.summary)
    }
}
