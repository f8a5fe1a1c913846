import Architecture
import Quantities

/// The document of a standard, with that of the standard it is based on beneath it.
enum StandardDocument {
    /// Top-level keys whose entries are merged one by one with those of the base; others are replaced.
    static let groups = ["organization", "timing", "refresh-management", "currents"]
    static let keys = [
        "standard", "based-on", "source", "clock", "transfers-per-clock", "rounding", "organization", "timing", "constraints",
        "refresh-management", "currents", "path-energies",
    ]
    /// Standards that build on one another.
    private static let maximumBases = 4

    static func read(text: String, file: String) throws(ArchitectureError) -> DocumentNode {
        try read(text: text, file: file, bases: 0)
    }

    private static func read(text: String, file: String, bases: Int) throws(ArchitectureError) -> DocumentNode {
        var root = try YAMLDocument.parse(text, file: file, kind: "memory standard", beginning: "standard: NAME")
        guard let entries = root.entries else {
            throw ArchitectureError(
                file: file, message: "is \(root.kindDescription); a memory standard begins with \"standard: NAME\"")
        }
        spreadTimingSource(in: &root)
        guard let base = entries.first(where: { $0.key == "based-on" }) else { return root }
        let line: Int? = if case .line(let line) = base.origin { line } else { nil }
        guard let name = base.value.scalar, !name.isEmpty else {
            throw ArchitectureError(file: file, line: line, path: "based-on", message: "is \(base.value.kindDescription) where the name of a standard belongs")
        }
        guard let baseFile = ShippedStandards.standard(named: name) else {
            throw DRAMStandard.unknown(name, file: file, line: line, path: "based-on")
        }
        guard bases < maximumBases else {
            throw ArchitectureError(
                file: file, line: line, path: "based-on", message: "more than \(maximumBases) standards build on one another")
        }
        let below = try read(text: baseFile.text, file: baseFile.fileName, bases: bases + 1)
        return merge(root, over: below.moved(to: baseFile.fileName))
    }

    /// Writes the source of the timing group beside each of its parameters that has none of its own, so that it stays with them
    /// when they are merged with another file's.
    private static func spreadTimingSource(in root: inout DocumentNode) {
        guard case .mapping(var entries) = root.content, let index = entries.firstIndex(where: { $0.key == "timing" }),
            let parameters = entries[index].value.entries, let source = parameters.first(where: { $0.key == "source" })
        else { return }
        let spread = parameters.compactMap { entry -> DocumentNode.Entry? in
            if entry.key == "source" { return nil }
            var entry = entry
            switch entry.value.content {
            case .scalar:
                let value = DocumentNode.Entry(key: "value", origin: entry.origin, value: entry.value)
                entry.value = DocumentNode(content: .mapping([value, source]), origin: entry.value.origin)
            case .mapping(let fields) where !fields.contains { $0.key == "source" }:
                entry.value.content = .mapping(fields + [source])
            default: break
            }
            return entry
        }
        entries[index].value.content = .mapping(spread)
        root.content = .mapping(entries)
    }

    private static func merge(_ above: DocumentNode, over below: DocumentNode) -> DocumentNode {
        var result = above
        var entries = above.entries ?? []
        for entry in below.entries ?? [] where entry.key != "based-on" {
            guard let index = entries.firstIndex(where: { $0.key == entry.key }) else {
                entries.append(entry)
                continue
            }
            guard groups.contains(entry.key), let own = entries[index].value.entries, let theirs = entry.value.entries else { continue }
            let inherited = theirs.filter { candidate in !own.contains { $0.key == candidate.key } }
            entries[index].value.content = .mapping(own + inherited)
        }
        result.content = .mapping(entries)
        return result
    }

    /// Applies `--set` values, before decoding, so that they go through the same checks as the file.
    static func apply(_ overrides: [String: String], to root: inout DocumentNode) throws(ArchitectureError) {
        func check(names: [String], path: String, root: DocumentNode) throws(ArchitectureError) {
            guard keys.contains(names[0]) else {
                let parameters = groups.flatMap { group in (root[group]?.entries ?? []).map { "\(group).\($0.key)" } }
                let settings = DRAMControllerConfiguration.settings.map { "controller.\($0.name)" }
                throw Overrides.unknown(names, path, keys: keys, parameters: parameters.filter { !$0.hasSuffix(".source") } + settings)
            }
            guard names[0] != "based-on", names[0] != "standard" else {
                throw ArchitectureError(file: "--set", path: path, message: "is what the file is; name another standard instead")
            }
            if groups.contains(names[0]) {
                guard names.count >= 2 else {
                    throw ArchitectureError(file: "--set", path: path, message: "names a group; name one of its values: \(path).NAME=…")
                }
            }
        }
        try Overrides.apply(overrides, to: &root, example: "timing.tFAW=49", check: check)
    }
}

extension DocumentNode {
    /// The same node, with the name of its file kept: it becomes part of another document.
    func moved(to file: String) -> DocumentNode {
        func moved(_ origin: Origin) -> Origin {
            if case .line(let line) = origin { .other(file: file, line: line) } else { origin }
        }
        let content: Content =
            switch self.content {
            case .scalar(let text): .scalar(text)
            case .sequence(let items): .sequence(items.map { $0.moved(to: file) })
            case .mapping(let entries):
                .mapping(entries.map { Entry(key: $0.key, origin: moved($0.origin), value: $0.value.moved(to: file)) })
            }
        return DocumentNode(content: content, origin: moved(origin))
    }
}
