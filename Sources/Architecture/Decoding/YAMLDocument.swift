import Quantities
import Yams

/// Reads YAML text into document nodes.
///
/// What an architecture file has no use for is refused before the library sees it, because it is what hostile files are
/// made of: text beyond a size, and aliases, which expand exponentially. The library's own limit on nesting (1,000) keeps
/// its recursion within a thread's stack; ours, far below, keeps everything after it small.
package enum YAMLDocument {
    /// Bytes of the longest file that is read. The shipped architectures have 3 to 10 KiB.
    package static let maximumBytes = 1 << 20
    /// Mappings and sequences within one another. The format needs six.
    static let maximumDepth = 32
    /// Scalars, sequences and mappings in one file.
    static let maximumNodes = 100_000

    /// - Parameters:
    ///   - kind: what the file describes, for messages: "architecture".
    ///   - beginning: what such a file begins with.
    package static func parse(
        _ text: String, file: String, kind: String = "architecture", beginning: String = "architecture: NAME"
    ) throws(ArchitectureError) -> DocumentNode {
        guard text.utf8.count <= maximumBytes else {
            throw ArchitectureError(
                file: file, message: "is larger than \(Bytes(maximumBytes)), which no \(kind) file needs to be")
        }
        try refuseAliases(in: text, file: file)
        let root: Node?
        do {
            // Nothing is resolved to numbers or dates: the schema knows better what a value is.
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw describe(error, file: file)
        } catch {
            throw ArchitectureError(file: file, message: "is not YAML: \("\(error)".excerpt)")
        }
        guard let root else { throw ArchitectureError(file: file, message: "is empty; \(kind.withArticle) begins with \"\(beginning)\"") }
        var conversion = Conversion(file: file)
        return try conversion.convert(root, depth: 0, line: 1)
    }

    private struct Conversion {
        let file: String
        var nodes = 0

        mutating func convert(_ node: Node, depth: Int, line: Int) throws(ArchitectureError) -> DocumentNode {
            let line = node.mark?.line ?? line
            nodes += 1
            guard nodes <= maximumNodes else {
                throw ArchitectureError(file: file, line: line, message: "has more than \(maximumNodes) values")
            }
            guard depth <= maximumDepth else {
                throw ArchitectureError(file: file, line: line, message: "is nested more than \(maximumDepth) deep")
            }
            let content: DocumentNode.Content
            switch node {
            case .scalar(let scalar):
                try refuseTag(scalar.tag, line: line)
                let isNull = scalar.style == .plain && ["~", "null", "Null", "NULL"].contains(scalar.string)
                content = .scalar(isNull ? "" : scalar.string)
            case .sequence(let sequence):
                try refuseTag(sequence.tag, line: line)
                var items: [DocumentNode] = []
                items.reserveCapacity(sequence.count)
                for item in sequence { items.append(try convert(item, depth: depth + 1, line: line)) }
                content = .sequence(items)
            case .mapping(let mapping):
                try refuseTag(mapping.tag, line: line)
                var entries: [DocumentNode.Entry] = []
                var seen: [String: Int] = [:]
                for (key, value) in mapping {
                    let keyLine = key.mark?.line ?? line
                    guard case .scalar(let name) = key else {
                        throw ArchitectureError(file: file, line: keyLine, message: "a key is a list or a group; keys are names")
                    }
                    try refuseTag(name.tag, line: keyLine)
                    // "a" and 'a' are different nodes to the library and the same name to us.
                    if let first = seen.updateValue(keyLine, forKey: name.string) {
                        throw ArchitectureError(
                            file: file, line: keyLine, message: "\"\(name.string.excerpt)\" is given twice; the first is on line \(first)")
                    }
                    entries.append(
                        .init(
                            key: name.string, origin: .line(keyLine),
                            value: try convert(value, depth: depth + 1, line: keyLine)))
                }
                content = .mapping(entries)
            case .alias:
                throw ArchitectureError(file: file, line: line, message: "aliases are not part of the format; write the value out")
            }
            return DocumentNode(content: content, origin: .line(line))
        }

        /// `!!binary`, `!!python/object` and the like: a plain or quoted text, a list or a mapping is all there is.
        private func refuseTag(_ tag: Tag, line: Int) throws(ArchitectureError) {
            let accepted = ["", "!", "?", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"]
            guard accepted.contains(tag.description) else {
                throw ArchitectureError(
                    file: file, line: line, message: "tag \"\(tag.description.excerpt)\" is not part of the format; remove it")
            }
        }
    }

    /// Refuses text in which an alias repeats an anchor.
    ///
    /// This looks at characters only, and not at quotes or comments, so that nothing can hide from it.
    private static func refuseAliases(in text: String, file: String) throws(ArchitectureError) {
        func isNameByte(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
                || byte == 0x2D
        }
        var anchors: Set<[UInt8]> = []
        var aliases: [(name: [UInt8], line: Int)] = []
        var line = 1
        var mark: UInt8 = 0
        var name: [UInt8] = []
        func finish(_ anchors: inout Set<[UInt8]>, _ aliases: inout [(name: [UInt8], line: Int)]) {
            guard !name.isEmpty else { return }
            if mark == 0x26 { anchors.insert(name) } else { aliases.append((name, line)) }
            name.removeAll(keepingCapacity: true)
        }
        for byte in text.utf8 {
            if mark != 0 {
                if isNameByte(byte) { name.append(byte); continue }
                finish(&anchors, &aliases)
                mark = 0
            }
            if byte == 0x26 || byte == 0x2A { mark = byte }  // & and *
            if byte == 0x0A { line += 1 }
        }
        if mark != 0 { finish(&anchors, &aliases) }
        if let first = aliases.first(where: { anchors.contains($0.name) }) {
            throw ArchitectureError(
                file: file, line: first.line,
                message: "anchors and aliases (&name, *name) are not part of the format; write the value out")
        }
    }

    private static func describe(_ error: YamlError, file: String) -> ArchitectureError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            if problem.contains("nesting") {
                return ArchitectureError(file: file, line: mark.line, message: "is nested more than \(maximumDepth) deep")
            }
            return ArchitectureError(file: file, line: mark.line, message: "is not YAML: \(problem) (column \(mark.column))")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return ArchitectureError(
                file: file, line: context.mark.line,
                message: "\(quotedList(duplicates.map(\.excerpt), conjunction: "and")) is given twice; the first is on this line")
        case .reader(let problem, _, _, _):
            return ArchitectureError(file: file, message: "is not YAML: \(problem)")
        case .memory:
            return ArchitectureError(file: file, message: "needs more memory than there is")
        default:
            return ArchitectureError(file: file, message: "is not YAML: \("\(error)".excerpt)")
        }
    }
}
