import Foundation
import OperatorGraph

/// Reads a workload from any file format that is known.
public enum WorkloadImport {
    /// The formats, told apart by the file's extension.
    public enum Format: String, Sendable, CaseIterable {
        /// An ONNX model.
        case onnx
        /// A language model's `config.json`.
        case languageModel
        /// A SCALE-Sim topology.
        case scaleSim

        /// Extensions, without the dot, in lower case.
        public var extensions: [String] {
            switch self {
            case .onnx: ["onnx"]
            case .languageModel: ["json"]
            case .scaleSim: ["csv"]
            }
        }
    }

    /// The format of the file at `path`, by its extension or else by its first bytes; an error names the
    /// formats that are known.
    public static func format(path: String) throws(ImportError) -> Format {
        let suffix = (path as NSString).pathExtension.lowercased()
        if let format = Format.allCases.first(where: { $0.extensions.contains(suffix) }) { return format }
        switch try firstBytes(path: path).first(where: { !" \t\r\n".utf8.contains($0) }) {
        case UInt8(ascii: "{"): return .languageModel
        // Field 1, a number: every ONNX file that is known starts with its IR version.
        case 0x08: return .onnx
        default:
            throw ImportError(
                file: path,
                message: suffix.isEmpty ? "the file has no extension and no known content" : "\".\(suffix)\" is not a workload format",
                suggestion: "workloads are .onnx models, .json language model configurations and .csv SCALE-Sim topologies",
                category: .usage)
        }
    }

    private static func firstBytes(path: String) throws(ImportError) -> Data {
        _ = try WorkloadFile.size(path: path)
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ImportError(file: path, message: "cannot be read", suggestion: "check its permissions", category: .unreadable)
        }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: 64)) ?? Data()
    }

    /// The graph in the file, with every shape known.
    public static func load(path: String, options: ImportOptions = ImportOptions()) throws(ImportError) -> Graph {
        switch try format(path: path) {
        case .onnx: return try ONNXImport.load(path: path, options: options)
        case .languageModel: return try LanguageModelImport.load(path: path, options: options)
        case .scaleSim: return try SCALESimImport.load(path: path, options: options)
        }
    }

    /// Every operator of the file that Cyclewright does not know, most frequent first. Empty for formats
    /// that bring no operators of their own.
    public static func unsupportedOperators(path: String) throws(ImportError) -> [UnsupportedOperator] {
        guard try format(path: path) == .onnx else { return [] }
        return try ONNXImport.unsupportedOperators(path: path)
    }

    /// Names of the symbolic dimensions that `ImportOptions.dimensions` must bind, in the order of the inputs.
    public static func symbolicDimensions(path: String) throws(ImportError) -> [String] {
        guard try format(path: path) == .onnx else { return [] }
        return try ONNXImport.symbolicDimensions(path: path)
    }
}
