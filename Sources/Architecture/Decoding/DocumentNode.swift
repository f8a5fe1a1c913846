/// A node of a configuration document, with the place it came from.
///
/// The tree is our own, and not the YAML library's, so that overrides and SCALE-Sim files lead to the same nodes and the
/// decoder knows where each came from.
package struct DocumentNode: Sendable, Equatable {
    /// Where a node was written, for messages.
    package enum Origin: Sendable, Equatable {
        case line(Int)
        /// On the command line, by `--set`.
        case override
        /// In another file, on which the document builds.
        case other(file: String, line: Int)
    }

    package struct Entry: Sendable, Equatable {
        package var key: String
        package var origin: Origin
        package var value: DocumentNode

        package init(key: String, origin: Origin, value: DocumentNode) {
            self.key = key
            self.origin = origin
            self.value = value
        }
    }

    package enum Content: Sendable, Equatable {
        case scalar(String)
        case sequence([DocumentNode])
        case mapping([Entry])
    }

    package var content: Content
    package var origin: Origin

    package init(content: Content, origin: Origin) {
        self.content = content
        self.origin = origin
    }

    package var scalar: String? {
        if case .scalar(let text) = content { text } else { nil }
    }

    package var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    package subscript(key: String) -> DocumentNode? {
        entries?.first { $0.key == key }?.value
    }

    /// What the node is, for messages: "a list".
    package var kindDescription: String {
        switch content {
        case .scalar(let text): text.isEmpty ? "empty" : "a single value"
        case .sequence: "a list"
        case .mapping: "a group of parameters"
        }
    }
}
