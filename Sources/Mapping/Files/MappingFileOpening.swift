import Architecture

/// What files that say how a workload runs begin with: what they are, and their version.
struct MappingFileOpening {
    var kind: String
    /// The one that this program reads.
    var version: Int

    /// The first line.
    var text: String { "\(kind): \(version)" }

    /// Says what is wrong with a file's beginning. Of a file of another version nothing else is said.
    ///
    /// - Returns: whether the rest can be read.
    func check(_ root: DocumentNode, _ diagnostics: inout Diagnostics) -> Bool {
        guard root.entries != nil else {
            diagnostics.report(root.origin, "", "is \(root.kindDescription); a \(kind) begins with \"\(text)\"")
            return false
        }
        guard let found = root[kind] else {
            diagnostics.report(root.origin, kind, "is missing; a \(kind) begins with \"\(text)\"")
            return true
        }
        guard found.scalar != "\(version)" else { return true }
        let description = found.scalar.map { "version \"\($0.excerpt)\"" } ?? found.kindDescription
        diagnostics.report(found.origin, kind, "is \(description); this program reads version \(version)")
        return false
    }

    /// Of a node in its file.
    static func line(_ origin: DocumentNode.Origin) -> Int? { if case .line(let line) = origin { line } else { nil } }
}
