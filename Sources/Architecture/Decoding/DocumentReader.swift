import Quantities

/// Reads values of a data file that is no architecture (component tables, sweep spaces), with file, line and path in messages.
package struct DocumentReader: Sendable {
    package let file: String

    package init(file: String) { self.file = file }

    /// - Parameter keys: what the group may hold; anything else is a mistake that would go unnoticed.
    package func checkKeys(_ node: DocumentNode, _ path: String, _ keys: [String]) throws(ArchitectureError) {
        guard let entries = node.entries else { throw failure(node, path, "is \(node.kindDescription) and has to be a group of \(wordList(keys))") }
        for entry in entries where !keys.contains(entry.key) {
            throw failure(
                DocumentNode(content: .scalar(""), origin: entry.origin), path.isEmpty ? entry.key : "\(path).\(entry.key)",
                "is not known here; there are \(wordList(keys, conjunction: "and"))", suggestion: Suggestion.closest(to: entry.key, among: keys))
        }
    }

    package func failure(_ node: DocumentNode, _ path: String, _ message: String, suggestion: String? = nil) -> ArchitectureError {
        switch node.origin {
        case .line(let line): ArchitectureError(file: file, line: line, path: path, message: message, suggestion: suggestion)
        case .other(let other, let line): ArchitectureError(file: other, line: line, path: path, message: message, suggestion: suggestion)
        case .override: ArchitectureError(file: "--set", path: path, message: message, suggestion: suggestion)
        }
    }

    package func required(_ key: String, _ node: DocumentNode, _ path: String, _ what: String) throws(ArchitectureError) -> DocumentNode {
        guard let value = node[key] else { throw failure(node, join(path, key), "is missing; \(what)") }
        return value
    }

    package func list(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> [DocumentNode] {
        switch node.content {
        case .sequence(let items): return items
        case .scalar(""): return []
        default: throw failure(node, path, "is \(node.kindDescription) and has to be a list")
        }
    }

    package func text(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> String {
        guard let text = node.scalar, !text.isEmpty else { throw failure(node, path, "is \(node.kindDescription) and has to be a text") }
        guard text.utf8.count <= 1_000 else { throw failure(node, path, "is longer than 1,000 bytes") }
        return text
    }

    package func number(_ node: DocumentNode, _ path: String, _ range: ClosedRange<Double> = -1e15...1e15) throws(ArchitectureError) -> Double {
        let text = try text(node, path)
        guard let value = Double(text), value.isFinite else { throw failure(node, path, "\"\(text.excerpt)\" is not a number") }
        guard range.contains(value) else { throw failure(node, path, "is \(text.excerpt); give a number from \(range.lowerBound) to \(range.upperBound)") }
        return value
    }

    /// A whole number; "1e3" and "16.0" are some too.
    package func integer(_ node: DocumentNode, _ path: String, _ range: ClosedRange<Int>) throws(ArchitectureError) -> Int {
        let text = try text(node, path)
        guard let value = Int(text) ?? Double(text).flatMap({ Int(exactly: $0) }) else {
            throw failure(node, path, "\"\(text.excerpt)\" is not a whole number that 64 bits can hold")
        }
        guard range.contains(value) else { throw failure(node, path, "is \(value); give from \(range.lowerBound) to \(range.upperBound)") }
        return value
    }

    package func numbers(_ node: DocumentNode, _ path: String, count: Int) throws(ArchitectureError) -> [Double] {
        let items = try list(node, path)
        guard items.count == count else { throw failure(node, path, "has \(items.count) numbers and needs \(count)") }
        var values: [Double] = []
        for (index, item) in items.enumerated() { values.append(try number(item, "\(path)[\(index)]")) }
        return values
    }

    package func quantity<Q: Quantity>(_ node: DocumentNode, _ path: String, as type: Q.Type = Q.self) throws(ArchitectureError) -> Q {
        let text = try text(node, path)
        do throws(QuantityError) { return try Q(parsing: text) } catch { throw failure(node, path, error.description) }
    }

    package func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
