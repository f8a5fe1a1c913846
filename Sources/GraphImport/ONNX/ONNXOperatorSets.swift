import ONNXSchema
import OperatorGraph

/// Which version of each operator set a model or function asks for.
struct ONNXOperatorSets {
    /// By domain, the default one as "".
    private(set) var versions: [String: Int] = [:]

    /// Reads the imports and refuses default operator sets outside of the known range.
    init(_ imports: [ONNXOperatorSetIdProto], file: String, place: String) throws(ImportError) {
        for entry in imports {
            let domain = Self.normalized(entry.domain)
            let version = Int(entry.version)
            if let other = versions[domain], other != version {
                throw ImportError(
                    file: file, place: place,
                    message: "operator set \"\(domain)\" is imported in versions \(other) and \(version)")
            }
            versions[domain] = version
            guard domain.isEmpty else { continue }
            let oldest = OperatorRegistry.oldestVersion, newest = OperatorRegistry.newestVersion
            if version < oldest || version > newest {
                throw ImportError(
                    file: file, place: place,
                    message: "opset \(version) is \(version < oldest ? "older" : "newer") than the supported \(oldest) to \(newest)",
                    suggestion: "convert it with onnx.version_converter, or export it again with opset_version=\(version < oldest ? 17 : newest)")
            }
        }
    }

    /// The default domain has two spellings.
    static func normalized(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }
}
