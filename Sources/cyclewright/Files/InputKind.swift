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
