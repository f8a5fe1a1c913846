/// The two kinds of files that users name, and the folders of a checkout that hold shipped ones.
package enum InputKind: String, Sendable, CaseIterable {
    case architecture, workload

    package var folder: String { self == .architecture ? "Architectures" : "Workloads" }

    /// In lower case, without the dot.
    package var extensions: [String] { self == .architecture ? ["yaml", "yml", "cfg", "ini"] : ["onnx", "json", "csv"] }

    package var article: String { self == .architecture ? "an architecture" : "a workload" }
    package var plural: String { self == .architecture ? "architectures" : "workloads" }

    /// The kind that a file name's extension tells; `nil` for any other extension and for none.
    package init?(path: String) {
        let suffix = FilePath.suffix(path)
        guard let kind = InputKind.allCases.first(where: { $0.extensions.contains(suffix) }) else { return nil }
        self = kind
    }
}

/// Parts of paths.
package enum FilePath {
    /// What follows the last slash.
    package static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The name without its extension.
    package static func stem(_ path: String) -> String {
        let name = name(path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// The extension in lower case, without the dot; "" for none.
    package static func suffix(_ path: String) -> String {
        let name = name(path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// `text` as part of a file name: letters, digits, dots, hyphens and underscores stay, everything else becomes a hyphen.
    package static func safe(_ text: String) -> String {
        let parts = text.prefix(80).map { character in
            character.isLetter || character.isNumber || character == "." || character == "-" || character == "_" ? character : "-"
        }
        let trimmed = String(parts).drop { $0 == "." || $0 == "-" }
        return trimmed.isEmpty ? "unnamed" : String(trimmed)
    }
}
