import Architecture

/// The sections of all files of a specification, by name.
struct TimeloopDocument {
    struct Section {
        var file: String
        var node: DocumentNode
        var origin: DocumentNode.Origin
    }

    private var sections: [String: Section] = [:]
    /// For messages about what is missing.
    let firstFile: String

    static let known = [
        "architecture", "problem", "mapping", "ERT", "ART", "architecture_constraints", "mapspace_constraints", "constraints", "mapspace", "mapper",
        "globals", "variables", "components", "sparse_optimizations", "version",
    ]

    init(_ files: [(name: String, text: String)]) throws(ArchitectureError) {
        firstFile = files.first?.name ?? "input"
        for (name, text) in files {
            let root = try YAMLDocument.parse(text, file: name, kind: "Timeloop", beginning: "architecture:")
            guard let entries = root.entries else {
                throw ArchitectureError(file: name, line: 1, message: "holds \(root.kindDescription); a Timeloop file has sections: architecture, problem, mapping …")
            }
            for entry in entries {
                guard Self.known.contains(entry.key) else {
                    throw ArchitectureError(
                        file: name, line: line(entry.origin), message: "\"\(entry.key.prefix(40))\" is not a section of a Timeloop file",
                        suggestion: Suggestion.closest(to: entry.key, among: Self.known))
                }
                guard sections.updateValue(Section(file: name, node: entry.value, origin: entry.origin), forKey: entry.key) == nil else {
                    throw ArchitectureError(file: name, line: line(entry.origin), path: entry.key, message: "is given twice, here and before")
                }
            }
        }
        if let sparse = sections["sparse_optimizations"], sparse.node.entries?.isEmpty == false {
            throw ArchitectureError(
                file: sparse.file, line: line(sparse.origin), path: "sparse_optimizations", message: "sparse tensors are not modelled here; remove the section")
        }
    }

    func section(_ name: String) -> Section? { sections[name] }

    func required(_ name: String, _ purpose: String) throws(ArchitectureError) -> Section {
        guard let section = sections[name] else {
            throw ArchitectureError(file: firstFile, path: name, message: "is missing: \(purpose); put it into the file, or name the file that has it too")
        }
        return section
    }
}

func line(_ origin: DocumentNode.Origin) -> Int? {
    if case .line(let line) = origin { line } else { nil }
}
