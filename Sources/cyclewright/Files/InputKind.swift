import Architecture

/// The kinds of files that users name, and the folders of a checkout that hold shipped ones.
package enum InputKind: String, Sendable, CaseIterable {
    case architecture, workload, network, tiers

    package var folder: String {
        switch self {
        case .architecture: "Architectures"
        case .workload: "Workloads"
        case .network: "Networks"
        case .tiers: "Tiers"
        }
    }

    /// In lower case, without the dot.
    package var extensions: [String] {
        switch self {
        case .architecture: ["yaml", "yml", "cfg", "ini"]
        case .workload: ["onnx", "json", "csv"]
        case .network, .tiers: ["yaml", "yml"]
        }
    }

    /// What a file of the kind is.
    package var article: String {
        switch self {
        case .architecture: "an architecture"
        case .workload: "a workload"
        case .network: "a network"
        case .tiers: "a description of memory tiers"
        }
    }
    /// As messages and `cyclewright list` call several.
    package var plural: String { self == .tiers ? "tiers" : rawValue + "s" }
    /// The command that takes it.
    package var advice: String {
        switch self {
        case .architecture, .workload: "`cyclewright simulate` takes an architecture and a workload"
        case .network: "`cyclewright network` takes a network"
        case .tiers: "`cyclewright tiers` runs one"
        }
    }

    /// The kind that a YAML file declares by the key at its top that names it; `nil` for another file.
    package static func declared(inFile path: String) -> InputKind? {
        guard ["yaml", "yml"].contains(FilePath.suffix(path)), let text = try? ArchitectureFile.read(path: path) else { return nil }
        let keys = text.split(whereSeparator: \.isNewline).compactMap { line in line.firstIndex(of: ":").map { String(line[..<$0]) } }
        return [.architecture, .network, .tiers].first { kind in keys.contains { $0 == kind.rawValue } }
    }

    /// The kind that a file name's extension tells; `nil` for any other extension and for none. Networks and tiers end as architectures do,
    /// and only a key tells them apart.
    package init?(path: String) {
        let suffix = FilePath.suffix(path)
        guard let kind = InputKind.allCases.first(where: { $0.extensions.contains(suffix) }) else { return nil }
        self = kind
    }
}
