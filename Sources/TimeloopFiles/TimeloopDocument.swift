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

/// Reads values of one section, with the section's file in messages.
struct TimeloopValues {
    let file: String

    func failure(_ node: DocumentNode, _ path: String, _ message: String, suggestion: String? = nil) -> ArchitectureError {
        ArchitectureError(file: file, line: line(node.origin), path: path, message: message, suggestion: suggestion)
    }

    func list(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> [DocumentNode] {
        switch node.content {
        case .sequence(let items): return items
        case .scalar(""): return []
        default: throw failure(node, path, "is \(node.kindDescription) and has to be a list")
        }
    }

    func text(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> String {
        guard let text = node.scalar, !text.isEmpty else { throw failure(node, path, "is \(node.kindDescription) and has to be a text") }
        guard text.utf8.count <= 200 else { throw failure(node, path, "is longer than 200 characters") }
        return text
    }

    func number(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> Double {
        let text = try text(node, path)
        guard let value = Double(text), value.isFinite else { throw failure(node, path, "\"\(text.prefix(40))\" is not a number") }
        return value
    }

    func integer(_ node: DocumentNode, _ path: String, _ range: ClosedRange<Int>) throws(ArchitectureError) -> Int {
        let text = try text(node, path)
        // "1e3" and "16.0" are whole numbers too.
        let value = Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
        guard let value else { throw failure(node, path, "\"\(text.prefix(40))\" is not a whole number that 64 bits can hold") }
        guard range.contains(value) else { throw failure(node, path, "is \(value); give from \(range.lowerBound) to \(range.upperBound)") }
        return value
    }
}
