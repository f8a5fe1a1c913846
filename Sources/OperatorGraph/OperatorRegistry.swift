/// Every operator that Cyclewright knows, listed explicitly.
public enum OperatorRegistry {
    /// Newest version of the default operator set whose operators were compared with these definitions.
    public static let newestVersion = 28
    /// Oldest version that is accepted.
    public static let oldestVersion = 7

    /// All definitions, in the order of the families below.
    static let definitions: [any OperatorDefinition] = families.flatMap { $0 }

    private struct Key: Hashable {
        var domain: String
        var name: String
    }

    private static let byName: [Key: [any OperatorDefinition]] = {
        Dictionary(grouping: definitions) { Key(domain: normalized($0.domain), name: $0.name) }
            .mapValues { $0.sorted { $0.since < $1.since } }
    }()

    /// Name, domain and first version of every supported operator, sorted by domain and name.
    public static let supported: [(name: String, domain: String, since: Int)] =
        definitions
        .map { (name: $0.name, domain: $0.domain, since: $0.since) }
        .sorted { ($0.domain, $0.name, $0.since) < ($1.domain, $1.name, $1.since) }

    /// The definition of a node's operator at the node's operator set version, or an error that names the
    /// node, the operator and the version.
    public static func definition(for node: Graph.Node) throws(GraphError) -> any OperatorDefinition {
        let domain = normalized(node.domain)
        guard let candidates = byName[Key(domain: domain, name: node.operation)] else {
            throw GraphError(
                node, "operator \(node.operation) is not supported", suggestion: suggestion(for: node.operation))
        }
        if domain.isEmpty && node.version > newestVersion {
            throw GraphError(
                node, "opset \(node.version) is newer than the newest known one, \(newestVersion)",
                suggestion: "export the model with an opset up to \(newestVersion)")
        }
        if domain.isEmpty && node.version < oldestVersion {
            throw GraphError(
                node, "opset \(node.version) is older than \(oldestVersion)",
                suggestion: "convert the model to opset \(oldestVersion) or newer")
        }
        for candidate in candidates where candidate.since <= node.version {
            if let until = candidate.until, node.version >= until { continue }
            return candidate
        }
        let ranges = candidates.map { candidate in
            candidate.until.map { "\(candidate.since) to \($0 - 1)" } ?? "\(candidate.since) and newer"
        }
        throw GraphError(
            node, "operator \(node.operation) is not supported in opset \(node.version)",
            suggestion: "supported are opsets \(ranges.joined(separator: ", "))")
    }

    /// The default domain has two spellings.
    private static func normalized(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }

    /// A known operator that differs only in case, or in one of the two spellings of a family.
    private static func suggestion(for name: String) -> String {
        let lowered = name.lowercased()
        if let match = definitions.first(where: { $0.name.lowercased() == lowered }) {
            return "did you mean \(match.name)?"
        }
        return "`cyclewright list operators` prints the supported ones"
    }
}
