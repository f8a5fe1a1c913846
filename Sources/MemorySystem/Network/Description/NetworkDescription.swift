import Architecture
import Quantities

/// A network as a file describes it: topology, routers, traffic, and how to measure.
public struct NetworkDescription: Sendable {
    /// As reports print it.
    public var name: String
    /// Where the parameters come from; empty when the file does not say.
    public var source: String
    public var clock: Frequency
    /// Topology, parameters of the routers, traffic and measurement.
    public var experiment: NetworkExperiment
    /// Name of the traffic pattern, as users write it.
    public var patternName: String
    /// Every parameter as it was resolved, in file order, for reports.
    public var parameters: [ResolvedParameter]

    public var topology: NetworkTopology { experiment.topology }

    /// Bytes a second of one channel.
    public var channelBytesPerSecond: Double { Double(experiment.parameters.flitBytes) * clock.hertz }
}

extension NetworkDescription {
    /// Reads a network from a YAML file; Documentation/Cyclewright.docc/Networks.md describes the format.
    ///
    /// - Parameter overrides: values by path, `["topology.columns": "16"]`, as `--set` gives them.
    /// - Throws: `ArchitectureError` with up to 20 problems when the file cannot be read, is not a network, or describes one that
    ///   cannot be: disconnected, too large, or with routing that can deadlock.
    public static func load(path: String, overrides: [String: String] = [:]) throws(ArchitectureError) -> NetworkDescription {
        try decode(text: try ArchitectureFile.read(path: path, kind: "network"), file: path, overrides: overrides)
    }

    /// Reads a network from text; `file` is used in messages.
    public static func decode(
        text: String, file: String, overrides: [String: String] = [:]
    ) throws(ArchitectureError) -> NetworkDescription {
        var root = try YAMLDocument.parse(text, file: file, kind: "network", beginning: "network: NAME")
        try Overrides.apply(overrides, to: &root, example: "topology.columns=16", check: checkPath)
        return try NetworkDecoder.decode(root, file: file)
    }

    /// A network of a kind of topology with default sizes, for `--set` to change.
    public static func ofKind(_ kind: String, overrides: [String: String] = [:]) throws(ArchitectureError) -> NetworkDescription {
        guard let sizes = defaultSizes.first(where: { $0.kind == kind })?.sizes else {
            let kinds = kindNames
            let suggestion = Suggestion.closest(to: kind, among: kinds)
            throw ArchitectureError(
                file: "networks", message: "\"\(kind.excerpt)\" is not a kind of network" + (suggestion == nil ? "; there are \(quotedList(kinds, conjunction: "and"))" : ""),
                suggestion: suggestion)
        }
        return try decode(text: "network: \(kind)\ntopology: { kind: \(kind), \(sizes) }\n", file: kind, overrides: overrides)
    }

    /// Kinds that `ofKind` knows.
    public static var kindNames: [String] { defaultSizes.map(\.kind) }

    private static let defaultSizes: [(kind: String, sizes: String)] = [
        ("mesh", "columns: 8, rows: 8"), ("torus", "columns: 8, rows: 8"), ("ring", "routers: 16"), ("crossbar", "terminals: 16"),
        ("bus", "terminals: 8"), ("h-tree", "arity: 4, levels: 3"), ("fat-tree", "arity: 4, levels: 3"),
    ]

    /// Refuses paths of `--set` that lead nowhere.
    private static func checkPath(_ names: [String], _ path: String, _ root: DocumentNode) throws(ArchitectureError) {
        let keys = NetworkSchema.root.parameters.map(\.name) + ["source"] + NetworkSchema.sections
        guard keys.contains(names[0]) else {
            throw Overrides.unknown(names, path, keys: keys, parameters: NetworkSchema.paths(ofTopology: root["topology"]?["kind"]?.scalar))
        }
        if NetworkSchema.sections.contains(names[0]) {
            guard names.count >= 2 else {
                throw ArchitectureError(file: "--set", path: path, message: "names a group; name one of its values: \(path).NAME=…")
            }
        } else if names.count > 1 {
            throw ArchitectureError(file: "--set", path: path.excerpt, message: "\(names[0]) is a single value; write \(names[0])=…")
        }
    }
}
