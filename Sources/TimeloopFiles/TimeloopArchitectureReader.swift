import Architecture
import Cost
import MappingSearch

/// The sections "architecture", "ERT" and "ART" as a hierarchy.
struct TimeloopArchitectureReader {
    private struct Component {
        var name: String
        var instances: Int
        var kind: String
        var attributes: DocumentNode?
        var node: DocumentNode
        var path: String
    }

    private static let computeKinds = ["intmac", "fpmac", "mac", "compute", "IntMAC", "FPMAC"]
    private static let dummyKinds = ["dummy_storage", "dummy-storage"]

    static func read(_ document: TimeloopDocument) throws(ArchitectureError) -> MemoryHierarchy {
        let section = try document.required("architecture", "the levels of storage")
        let values = DocumentReader(file: section.file)
        if let version = section.node["version"] {
            let text = try values.text(version, "architecture.version")
            guard text == "0.4" else {
                throw values.failure(version, "architecture.version", "\"\(text.prefix(20))\" is not read; have Timeloop's front end write the file as 0.4")
            }
        }
        guard let tree = section.node["subtree"] else {
            throw values.failure(section.node, "architecture", "has no \"subtree\", which holds the components")
        }
        var components: [Component] = []
        try collect(tree, "architecture.subtree", values, &components, depth: 0)
        guard let last = components.last, computeKinds.contains(last.kind) else {
            throw values.failure(
                section.node, "architecture",
                "has no component that computes as its last one; its class is one of \(wordList(["intmac", "fpmac", "mac", "compute"]))")
        }
        if let misplaced = components.dropLast().first(where: { computeKinds.contains($0.kind) }) {
            throw values.failure(misplaced.node, misplaced.path, "\(misplaced.name) computes and is not the last component; there can be one, innermost")
        }
        let energies = try energies(document, components)
        let areas = try areas(document)
        var levels: [MemoryHierarchy.Level] = []
        for component in components.dropLast() {
            var level = try level(component, values)
            if level.holdsData, let actions = energies[component.name] {
                guard let read = actions["read"], let write = actions["write"] else {
                    throw ArchitectureError(file: document.firstFile, path: "ERT", message: "the table of \(component.name) has no energy of \(actions["read"] == nil ? "read" : "write")")
                }
                level.energy = .init(read: read, write: write, update: actions["update"], leak: actions["leak"] ?? 0)
            }
            level.area = level.holdsData ? areas[component.name] ?? 0 : 0
            levels.append(level)
        }
        var compute = MemoryHierarchy.Compute(last.name)
        (compute.instances, compute.meshX, compute.meshY) = try mesh(last, values)
        compute.energy = energies[last.name]?["compute"] ?? 0
        compute.area = areas[last.name] ?? 0
        do throws(LoopNestError) {
            return try MemoryHierarchy(levels: levels, compute: compute)
        } catch {
            throw values.failure(section.node, "architecture", error.description)
        }
    }

    private static func collect(
        _ node: DocumentNode, _ path: String, _ values: DocumentReader, _ components: inout [Component], depth: Int
    ) throws(ArchitectureError) {
        let items = try values.list(node, path)
        guard items.count <= 1 else { throw values.failure(items[1], path, "has \(items.count) branches; Timeloop's hierarchies are one chain") }
        for (index, item) in items.enumerated() {
            let path = "\(path)[\(index)]"
            if let local = item["local"] {
                for (index, entry) in try values.list(local, "\(path).local").enumerated() {
                    let path = "\(path).local[\(index)]"
                    guard let nameNode = entry["name"] else { throw values.failure(entry, path, "has no name") }
                    let (name, instances) = try name(nameNode, "\(path).name", values)
                    guard let kind = entry["class"] else { throw values.failure(entry, path, "\(name) has no class") }
                    guard components.count < MemoryHierarchy.maximumLevels else {
                        throw values.failure(entry, path, "there are more than \(MemoryHierarchy.maximumLevels) components")
                    }
                    components.append(
                        Component(
                            name: name, instances: instances, kind: try values.text(kind, "\(path).class"), attributes: entry["attributes"], node: entry, path: path))
                }
            }
            if let inner = item["subtree"] { try collect(inner, "\(path).subtree", values, &components, depth: depth + 1) }
        }
    }

    /// "mac[1..168]" is 168 instances.
    private static func name(_ node: DocumentNode, _ path: String, _ values: DocumentReader) throws(ArchitectureError) -> (String, Int) {
        let text = try values.text(node, path)
        guard let name = AccelergyName(text), name.path.count == 1, name.instances <= MemoryHierarchy.maximumInstances else {
            let bare = text.prefix { $0 != "[" }
            throw values.failure(node, path, "\"\(text.prefix(60))\" does not say how many there are; write \(bare)[1..16] for 16")
        }
        return (name.component, name.instances)
    }

    private static func mesh(_ component: Component, _ values: DocumentReader) throws(ArchitectureError) -> (Int, Int, Int) {
        let path = "\(component.path).attributes"
        let range = 1...MemoryHierarchy.maximumInstances
        let given = (x: component.attributes?["meshX"], y: component.attributes?["meshY"])
        let x = try given.x.map { (node) throws(ArchitectureError) in try values.integer(node, "\(path).meshX", range) }
        let y = try given.y.map { (node) throws(ArchitectureError) in try values.integer(node, "\(path).meshY", range) }
        switch (x, y) {
        case (nil, nil): return (component.instances, component.instances, 1)
        case (let x?, nil): return (component.instances, x, max(1, component.instances / x))
        case (nil, let y?): return (component.instances, max(1, component.instances / y), y)
        case (let x?, let y?): return (component.instances, x, y)
        }
    }

    private static func level(_ component: Component, _ values: DocumentReader) throws(ArchitectureError) -> MemoryHierarchy.Level {
        let path = "\(component.path).attributes"
        func integer(_ key: String) throws(ArchitectureError) -> Int? {
            guard let node = component.attributes?[key], node.scalar != "" else { return nil }
            return try values.integer(node, "\(path).\(key)", 1...(1 << 40))
        }
        func bandwidth(_ key: String) throws(ArchitectureError) -> Double? {
            guard let node = component.attributes?[key], node.scalar != "" else { return nil }
            let value = try values.number(node, "\(path).\(key)")
            guard value >= 0 else { throw values.failure(node, "\(path).\(key)", "is negative") }
            return value == 0 ? nil : value
        }
        var level = MemoryHierarchy.Level(component.name)
        (level.instances, level.meshX, level.meshY) = try mesh(component, values)
        if dummyKinds.contains(component.kind) {
            level.holdsData = false
            return level
        }
        level.wordBits = try integer("datawidth") ?? 8
        level.clusterSize = try integer("cluster_size") ?? 1
        let width = try integer("width") ?? level.wordBits * level.clusterSize
        let (wordBitsOfAll, isOver) = level.wordBits.multipliedReportingOverflow(by: level.clusterSize)
        guard !isOver, width % wordBitsOfAll == 0, width > 0 else {
            let cluster = level.clusterSize == 1 ? "" : " for each of the \(level.clusterSize) that share it"
            throw values.failure(
                component.node, "\(path).width", "\(component.name): an access of \(width) bits is not a whole number of words of \(level.wordBits) bits\(cluster)")
        }
        level.blockSize = width / wordBitsOfAll
        if let depth = try integer("depth"), component.kind != "DRAM" {
            let (capacity, isOver) = depth.multipliedReportingOverflow(by: level.blockSize)
            guard !isOver, capacity <= 1 << 50 else { throw values.failure(component.node, "\(path).depth", "\(component.name) has more than 2^50 words") }
            level.capacity = capacity
        }
        if let node = component.attributes?["multiple_buffering"], node.scalar != "" { level.multipleBuffering = try values.number(node, "\(path).multiple_buffering") }
        level.readBandwidth = try bandwidth("read_bandwidth")
        level.writeBandwidth = try bandwidth("write_bandwidth")
        level.sharedBandwidth = try bandwidth("shared_bandwidth")
        return level
    }

    /// Picojoules by component and action.
    private static func energies(_ document: TimeloopDocument, _ components: [Component]) throws(ArchitectureError) -> [String: [String: Double]] {
        let section = try document.required("ERT", "Accelergy's table of energies, without which nothing has a price")
        var energies: [String: [String: Double]] = [:]
        for table in try AccelergyEnergyTable.read(section: section.node, file: section.file).components {
            for action in table.actions { energies[table.name.component, default: [:]][action.name] = action.picojoules }
        }
        for component in components where energies[component.name] == nil && !dummyKinds.contains(component.kind) {
            throw ArchitectureError(
                file: section.file, line: line(section.origin), path: "ERT.tables", message: "has no table for \(component.name)",
                suggestion: Suggestion.closest(to: component.name, among: energies.keys.sorted()))
        }
        return energies
    }

    /// Square micrometres by component; empty without the section, since only the figure of the area needs it.
    private static func areas(_ document: TimeloopDocument) throws(ArchitectureError) -> [String: Double] {
        guard let section = document.section("ART") else { return [:] }
        let table = try AccelergyAreaTable.read(section: section.node, file: section.file)
        return Dictionary(table.components.map { ($0.name.component, $0.squareMicrometres) }) { _, last in last }
    }
}
