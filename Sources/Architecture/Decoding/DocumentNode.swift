/// A node of a configuration document, with the place it came from.
///
/// The tree is our own, and not the YAML library's, so that overrides and SCALE-Sim files lead to the same nodes and the
/// decoder knows where each came from.
struct DocumentNode: Sendable {
    /// Where a node was written, for messages.
    enum Origin: Sendable, Equatable {
        case line(Int)
        /// On the command line, by `--set`.
        case override
    }

    struct Entry: Sendable {
        var key: String
        var origin: Origin
        var value: DocumentNode
    }

    enum Content: Sendable {
        case scalar(String)
        case sequence([DocumentNode])
        case mapping([Entry])
    }

    var content: Content
    var origin: Origin

    var scalar: String? {
        if case .scalar(let text) = content { text } else { nil }
    }

    var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    subscript(key: String) -> DocumentNode? {
        entries?.first { $0.key == key }?.value
    }

    /// What the node is, for messages: "a list".
    var kindDescription: String {
        switch content {
        case .scalar(let text): text.isEmpty ? "empty" : "a single value"
        case .sequence: "a list"
        case .mapping: "a group of parameters"
        }
    }
}
