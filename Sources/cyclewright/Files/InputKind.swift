/// The kinds of files that users name, and the folders of a checkout that hold shipped ones.
package enum InputKind: String, Sendable, CaseIterable {
    case architecture, workload, network

    package var folder: String {
        switch self {
        case .architecture: "Architectures"
        case .workload: "Workloads"
        case .network: "Networks"
        }
    }

    /// In lower case, without the dot.
    package var extensions: [String] {
        switch self {
        case .architecture: ["yaml", "yml", "cfg", "ini"]
        case .workload: ["onnx", "json", "csv"]
        case .network: ["yaml", "yml"]
        }
    }

    package var article: String { self == .architecture ? "an architecture" : "a \(rawValue)" }
    package var plural: String { rawValue + "s" }

    /// The kind that a file name's extension tells; `nil` for any other extension and for none. A network ends as an architecture does,
    /// and only its first key tells them apart.
    package init?(path: String) {
        let suffix = FilePath.suffix(path)
        guard let kind = InputKind.allCases.first(where: { $0.extensions.contains(suffix) }) else { return nil }
        self = kind
    }
}
