import Architecture
import Quantities

/// Memory in tiers, what is stored in it, and a stream of accesses, as a file describes them.
public struct TierDescription: Sendable {
    /// Tensors of one name.
    public struct Tensor: Sendable, Hashable {
        public var name: String
        public var bytes: Int
        /// More than one are called NAME.0, NAME.1, …
        public var count: Int
        /// Where they are at the start.
        public var tier: String

        func element(_ index: Int) -> String { count == 1 ? name : "\(name).\(index)" }
    }

    public var name: String
    /// Where the parameters come from; empty when the file does not say.
    public var source: String
    /// With everything placed where it is at the start.
    public var memory: TieredMemory
    public var tensors: [Tensor]
    public var accesses: TierAccessStream
    /// Every parameter as it was resolved, in file order, for reports.
    public var parameters: [ResolvedParameter]

    /// Reads tiers from a YAML file; Documentation/Cyclewright.docc/Networks.md describes the format.
    ///
    /// - Parameters:
    ///   - overrides: values by path, `["memories.hbm.bandwidth": "1.2 TB/s"]`, as `--set` gives them.
    ///   - accesses: a text and its file's name in place of the file's own stream.
    /// - Throws: `ArchitectureError` with up to 20 problems.
    public static func load(
        path: String, overrides: [String: String] = [:], accesses: (text: String, file: String)? = nil
    ) throws(ArchitectureError) -> TierDescription {
        try decode(text: try ArchitectureFile.read(path: path, kind: "memory tiers"), file: path, overrides: overrides, accesses: accesses)
    }

    /// Reads tiers from text; `file` is used in messages.
    public static func decode(
        text: String, file: String, overrides: [String: String] = [:], accesses: (text: String, file: String)? = nil
    ) throws(ArchitectureError) -> TierDescription {
        var root = try YAMLDocument.parse(text, file: file, kind: "memory tiers", beginning: "tiers: NAME")
        try Overrides.apply(overrides, to: &root, example: "memories.hbm.bandwidth=1.2TB/s", check: checkPath)
        return try TierDecoder.decode(root, file: file, accesses: accesses)
    }

    /// Paths of all parameters that components of a file have.
    private static func paths(_ root: DocumentNode) -> [String] {
        let schemas = [("memories", TierSchema.memory), ("memories", TierSchema.flash), ("tensors", TierSchema.tensor)]
        return schemas.flatMap { section, schema in
            (root[section]?.entries ?? []).flatMap { component -> [String] in
                let kind = component.value["kind"]?.scalar ?? schema.kind
                return kind == schema.kind ? schema.parameters.map { "\(section).\(component.key).\($0.name)" } : []
            }
        }
    }

    private static func checkPath(_ names: [String], _ path: String, _ root: DocumentNode) throws(ArchitectureError) {
        let keys = ["tiers", "source"] + TierSchema.sections
        guard keys.contains(names[0]) else {
            throw Overrides.unknown(names, path, keys: keys, parameters: paths(root))
        }
        guard ["memories", "tensors"].contains(names[0]) else { return }
        let existing = root[names[0]]?.entries?.map(\.key) ?? []
        guard names.count == 3, existing.contains(names[1]) else {
            let suggestion = names.count > 1 ? Suggestion.closest(to: names[1], among: existing) : nil
            throw ArchitectureError(
                file: "--set", path: path.excerpt,
                message: "is not \(names[0]).NAME.PARAMETER" + (suggestion == nil ? "; there are \(quotedList(existing, conjunction: "and"))" : ""),
                suggestion: suggestion)
        }
    }
}
