import Quantities

/// Applies `--set path=value` to a document before it is decoded, so that an override goes through the same checks as the
/// file.
package enum Overrides {
    /// - Throws: `ArchitectureError` for a path that leads to no component; unknown parameters are found in decoding.
    static func apply(_ overrides: [String: String], to root: inout DocumentNode) throws(ArchitectureError) {
        try apply(overrides, to: &root, example: "engines.mxu.rows=64", check: check)
    }

    /// The same for a document of another format.
    ///
    /// - Parameters:
    ///   - example: an override, for messages.
    ///   - check: refuses paths that lead nowhere, where the names that exist are known.
    package static func apply(
        _ overrides: [String: String], to root: inout DocumentNode, example: String,
        check: ([String], String, DocumentNode) throws(ArchitectureError) -> Void
    ) throws(ArchitectureError) {
        // The order of a dictionary is not one; two overrides of different parameters do not depend on each other.
        for (path, text) in overrides.sorted(by: { $0.key < $1.key }) {
            let value = try node(for: text, path: path)
            let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard names.count <= 8, !names.contains("") else {
                throw error(path, "is not a path; write something like \(example)")
            }
            try check(names, path, root)
            root = try setting(names[...], to: value, in: root, path: path)
        }
    }

    /// The node for a value: plain text, or a YAML list or group.
    private static func node(for text: String, path: String) throws(ArchitectureError) -> DocumentNode {
        guard text.hasPrefix("[") || text.hasPrefix("{") else { return DocumentNode(content: .scalar(text), origin: .override) }
        do {
            return try YAMLDocument.parse(text, file: "--set").overridden
        } catch {
            throw self.error(path, "\"\(text.excerpt)\" \(error.message)")
        }
    }

    /// The error of a path whose first name is none of the top level's.
    ///
    /// - Parameters:
    ///   - keys: those of the top level.
    ///   - parameters: paths of parameters below them, of which one may have been meant.
    package static func unknown(_ names: [String], _ path: String, keys: [String], parameters: [String]) -> ArchitectureError {
        let inside = names.count == 1 ? Suggestion.closestPath(to: names[0], among: parameters) : nil
        let key = Suggestion.closest(to: names[0], among: keys)
        // A parameter of just that name is meant rather than a group of a similar one.
        let isExact = inside.map { $0.hasSuffix("." + names[0]) } ?? false
        let suggestion = isExact ? inside : key ?? inside
        return ArchitectureError(
            file: "--set", path: path.excerpt,
            message: "there is no \"\(names[0].excerpt)\" at the top level"
                + (suggestion == nil ? "; there are \(quotedList(keys, conjunction: "and"))" : ""), suggestion: suggestion)
    }

    /// Finds components that do not exist, where a helpful message needs the names of those that do.
    private static func check(_ names: [String], _ path: String, _ root: DocumentNode) throws(ArchitectureError) {
        let section = names[0]
        let rootNames = ArchitectureSchema.root.parameters.map(\.name) + ["source"]
        if rootNames.contains(section) {
            guard names.count == 1 else { throw error(path, "\(section) is a single value; write \(section)=…") }
            return
        }
        guard ArchitectureSchema.sections.contains(section) else {
            throw unknown(names, path, keys: rootNames + ArchitectureSchema.sections, parameters: [])
        }
        if section == "technology" {
            guard names.count == 2 else { throw error(path, "write technology.node=…, technology.voltage=… or technology.transistors=…") }
            return
        }
        guard names.count >= 2 else { throw error(path, "names a section; write \(section).NAME.PARAMETER=…") }
        let noun = ["memories": "memory", "engines": "engine", "networks": "network"][section] ?? "link"
        let existing: [String] =
            switch root[section]?.content {
            case .mapping(let entries)?: entries.map(\.key).filter(\.isComponentName)
            case .sequence(let items)?: items.indices.map(String.init)
            default: []
            }
        guard existing.contains(names[1]) else {
            throw error(
                path, "there is no \(noun) \"\(names[1].excerpt)\"", suggestion: Suggestion.closest(to: names[1], among: existing),
                otherwise: existing.isEmpty ? "; the file has none" : "; there are \(quotedList(existing.prefix(24), conjunction: "and"))")
        }
        guard names.count >= 3 else { throw error(path, "names a component; name one of its parameters: \(path).PARAMETER=…") }
    }

    private static func setting(
        _ names: ArraySlice<String>, to value: DocumentNode, in node: DocumentNode, path: String
    ) throws(ArchitectureError) -> DocumentNode {
        guard let name = names.first else { return value }
        var node = node
        switch node.content {
        case .mapping(var entries):
            if let index = entries.firstIndex(where: { $0.key == name }) {
                entries[index].value = try setting(names.dropFirst(), to: value, in: entries[index].value, path: path)
                entries[index].origin = .override
            } else {
                let empty = DocumentNode(content: .mapping([]), origin: .override)
                entries.append(
                    .init(key: name, origin: .override, value: try setting(names.dropFirst(), to: value, in: empty, path: path)))
            }
            node.content = .mapping(entries)
        case .sequence(var items):
            guard let index = Int(name), items.indices.contains(index) else {
                throw error(path, "there is no entry \"\(name.excerpt)\"; entries are counted from 0")
            }
            items[index] = try setting(names.dropFirst(), to: value, in: items[index], path: path)
            node.content = .sequence(items)
        case .scalar:
            throw error(path, "\"\(name.excerpt)\" is looked for in a single value")
        }
        return node
    }

    private static func error(
        _ path: String, _ message: String, suggestion: String? = nil, otherwise: String = ""
    ) -> ArchitectureError {
        ArchitectureError(file: "--set", path: path.excerpt, message: message + (suggestion == nil ? otherwise : ""), suggestion: suggestion)
    }
}

extension DocumentNode {
    /// The same node as if it had been written on the command line.
    fileprivate var overridden: DocumentNode {
        switch content {
        case .scalar: DocumentNode(content: content, origin: .override)
        case .sequence(let items): DocumentNode(content: .sequence(items.map(\.overridden)), origin: .override)
        case .mapping(let entries):
            DocumentNode(
                content: .mapping(entries.map { Entry(key: $0.key, origin: .override, value: $0.value.overridden) }),
                origin: .override)
        }
    }
}
