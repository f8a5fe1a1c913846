import Architecture
import Quantities

/// Reads `workload:` or `workloads:` of a space.
struct WorkloadListDecoder {
    let reader: DocumentReader
    private static let extensions = ["onnx", "csv", "json", "yaml", "yml", "nir", "txt"]

    func workloads(_ root: DocumentNode) throws(ArchitectureError) -> [SpaceWorkload] {
        switch (root["workload"], root["workloads"]) {
        case (let one?, nil): return [try workload(one, "workload")]
        case (nil, let several?):
            let items = try reader.list(several, "workloads")
            guard !items.isEmpty, items.count <= 256 else { throw reader.failure(several, "workloads", "has \(items.count) entries; give 1 to 256") }
            var found: [SpaceWorkload] = []
            for (index, item) in items.enumerated() {
                let read = try workload(item, "workloads[\(index)]")
                if found.contains(where: { $0.name == read.name }) {
                    throw reader.failure(item, "workloads[\(index)]", "has the name of another, \"\(read.name)\"; give each its own with \"name\"")
                }
                found.append(read)
            }
            return found
        case (nil, nil): throw reader.failure(root, "workload", "is missing; what the points run, such as resnet18-int8")
        case (_?, let several?): throw reader.failure(several, "workloads", "does not go with \"workload\"; give one of them")
        }
    }

    /// `resnet18-int8`, or `{ workload: bert-base, name: bert, weight: 2, set: { context: 128 } }`.
    private func workload(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> SpaceWorkload {
        if node.scalar != nil {
            let text = try reader.text(node, path)
            return SpaceWorkload(workload: text, name: try name(Self.stem(text), node, path))
        }
        try reader.checkKeys(node, path, ["workload", "name", "weight", "set"])
        let text = try reader.text(try reader.required("workload", node, path, "a shipped workload or a file"), "\(path).workload")
        var name = Self.stem(text)
        if let nameNode = node["name"] { name = try reader.text(nameNode, "\(path).name") }
        var weight = 1.0
        if let weightNode = node["weight"] {
            weight = try reader.number(weightNode, "\(path).weight", 0...1e9)
            guard weight > 0 else { throw reader.failure(weightNode, "\(path).weight", "has to be above 0; leave the workload out") }
        }
        return SpaceWorkload(
            workload: text, name: try self.name(name, node["name"] ?? node, path), weight: weight,
            settings: try DesignSpaceDecoder(file: reader.file).settings(node["set"], "\(path).set"))
    }

    private func name(_ name: String, _ node: DocumentNode, _ path: String) throws(ArchitectureError) -> String {
        let isPlain = name.first?.isLetter == true && name.utf8.count <= 64 && name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-.".unicodeScalars.contains($0))
        }
        guard isPlain else {
            throw reader.failure(node, path, "\"\(name.excerpt)\" is no name for its figures: give one of at most 64 letters, digits, _, - and . with \"name\"")
        }
        return name
    }

    /// "alexnet" of "nets/alexnet.onnx".
    private static func stem(_ text: String) -> String {
        let last = text.split(separator: "/").last.map(String.init) ?? text
        guard let dot = last.lastIndex(of: "."), extensions.contains(last[last.index(after: dot)...].lowercased()) else { return last }
        return String(last[..<dot])
    }
}
