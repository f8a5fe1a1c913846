import Architecture
import Quantities

extension AccelergyEnergyTable {
    /// Reads a file with a section "ERT"; other sections (Timeloop's inputs have them in one file) are skipped.
    ///
    /// - Throws: `ArchitectureError` with file, line and path.
    public init(text: String, file: String) throws(ArchitectureError) {
        self = try Self.read(section: AccelergySection.find("ERT", text: text, file: file), file: file)
    }

    public static func load(path: String) throws(ArchitectureError) -> AccelergyEnergyTable {
        try AccelergyEnergyTable(text: ArchitectureFile.read(path: path, kind: "energy reference table"), file: path)
    }

    /// Reads what is under "ERT:".
    package static func read(section: DocumentNode, file: String) throws(ArchitectureError) -> AccelergyEnergyTable {
        let document = DocumentReader(file: file)
        var components: [Component] = []
        var seen: [String: Int] = [:]
        for (index, item) in try AccelergySection.tables(section, "ERT", document).enumerated() {
            let path = "ERT.tables[\(index)]"
            try document.checkKeys(item, path, ["name", "actions"])
            let name = try AccelergySection.name(item, path, document, &seen)
            var actions: [Action] = []
            let list = try document.required("actions", item, path, "give a list of actions with their energies")
            for (index, action) in try document.list(list, "\(path).actions").enumerated() {
                actions.append(try Self.action(action, "\(path).actions[\(index)]", document))
                if actions.dropLast().contains(where: { $0.name == actions[index].name && $0.arguments == actions[index].arguments }) {
                    throw document.failure(action, "\(path).actions[\(index)]", "\(actions[index].name) with the same arguments is given twice")
                }
            }
            components.append(Component(name: name, actions: actions))
        }
        return AccelergyEnergyTable(components: components)
    }

    private static func action(_ node: DocumentNode, _ path: String, _ document: DocumentReader) throws(ArchitectureError) -> Action {
        try document.checkKeys(node, path, ["name", "arguments", "energy"])
        let name = try document.text(document.required("name", node, path, "name the action"), "\(path).name")
        var arguments: [Argument] = []
        if let group = node["arguments"], group.scalar != "" {
            guard let entries = group.entries else { throw document.failure(group, "\(path).arguments", "is \(group.kindDescription) and has to be a group of names and values") }
            for entry in entries {
                guard let value = entry.value.scalar else {
                    throw document.failure(entry.value, "\(path).arguments.\(entry.key)", "is \(entry.value.kindDescription) and has to be a single value")
                }
                arguments.append(Argument(name: entry.key, value: value))
            }
        }
        let energy = try document.required("energy", node, path, "give picojoules")
        return Action(name: name, arguments: arguments, picojoules: try document.number(energy, "\(path).energy", 0...1e15))
    }
}

extension AccelergyAreaTable {
    /// Reads a file with a section "ART"; other sections are skipped.
    ///
    /// - Throws: `ArchitectureError` with file, line and path.
    public init(text: String, file: String) throws(ArchitectureError) {
        self = try Self.read(section: AccelergySection.find("ART", text: text, file: file), file: file)
    }

    public static func load(path: String) throws(ArchitectureError) -> AccelergyAreaTable {
        try AccelergyAreaTable(text: ArchitectureFile.read(path: path, kind: "area reference table"), file: path)
    }

    /// Reads what is under "ART:".
    package static func read(section: DocumentNode, file: String) throws(ArchitectureError) -> AccelergyAreaTable {
        let document = DocumentReader(file: file)
        var components: [Component] = []
        var seen: [String: Int] = [:]
        for (index, item) in try AccelergySection.tables(section, "ART", document).enumerated() {
            let path = "ART.tables[\(index)]"
            try document.checkKeys(item, path, ["name", "area"])
            let name = try AccelergySection.name(item, path, document, &seen)
            let area = try document.required("area", item, path, "give square micrometres")
            components.append(Component(name: name, squareMicrometres: try document.number(area, "\(path).area", 0...1e15)))
        }
        return AccelergyAreaTable(components: components)
    }
}

/// What both tables have.
enum AccelergySection {
    static func find(_ key: String, text: String, file: String) throws(ArchitectureError) -> DocumentNode {
        let root = try YAMLDocument.parse(text, file: file, kind: "Accelergy table", beginning: "\(key):")
        guard let section = root[key] else {
            let keys = root.entries?.map(\.key) ?? []
            throw ArchitectureError(
                file: file, line: 1, path: key, message: "is missing; the file has \(keys.isEmpty ? "no sections" : quotedList(keys.prefix(8).map(\.excerpt), conjunction: "and"))")
        }
        return section
    }

    static func tables(_ section: DocumentNode, _ path: String, _ document: DocumentReader) throws(ArchitectureError) -> [DocumentNode] {
        try document.checkKeys(section, path, ["version", "tables"])
        if let version = section["version"] {
            let text = try document.text(version, "\(path).version")
            guard text == "0.4" else { throw document.failure(version, "\(path).version", "\"\(text.excerpt)\" is not read; have Accelergy write version 0.4") }
        }
        return try document.list(document.required("tables", section, path, "give a list of components"), "\(path).tables")
    }

    static func name(_ item: DocumentNode, _ path: String, _ document: DocumentReader, _ seen: inout [String: Int]) throws(ArchitectureError) -> AccelergyName {
        let node = try document.required("name", item, path, "name the component, such as system.glb[1..1]")
        let text = try document.text(node, "\(path).name")
        guard let name = AccelergyName(text) else {
            throw document.failure(node, "\(path).name", "\"\(text.excerpt)\" is no component; write names with dots between them and a range for many, such as system.mac[1..16]")
        }
        if case .line(let line) = node.origin, let first = seen.updateValue(line, forKey: name.description) {
            throw document.failure(node, "\(path).name", "\(name) is given twice; the first is on line \(first)")
        }
        return name
    }
}
