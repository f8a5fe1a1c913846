import Quantities

/// Builds an architecture from a document: decodes every component, then checks them against each other.
struct ArchitectureDecoder {
    var parameters: ParameterDecoder
    let root: DocumentNode

    static func decode(_ root: DocumentNode, file: String) throws(ArchitectureError) -> Architecture {
        var decoder = ArchitectureDecoder(parameters: ParameterDecoder(file: file), root: root)
        let architecture = decoder.architecture()
        try decoder.parameters.diagnostics.throwIfAny()
        guard let architecture else { preconditionFailure("an architecture that fails to decode has a problem") }
        return architecture
    }

    private mutating func architecture() -> Architecture? {
        guard root.entries != nil else {
            parameters.diagnostics.report(root.origin, "", "is \(root.kindDescription); an architecture begins with \"architecture: NAME\"")
            return nil
        }
        // References may point forward: all names first.
        let cacheNames = root["memories"]?.entries?.filter { $0.value["kind"]?.scalar == MemoryCache.schema.kind }.map(\.key) ?? []
        parameters.memoryNames = names(in: "memories").filter { !cacheNames.contains($0) }
        parameters.cacheNames = cacheNames
        parameters.engineNames = names(in: "engines")

        let source = parameters.source(of: root, path: "")
        let values = parameters.read(
            ArchitectureSchema.root, from: root, path: "", otherKeys: ["source"] + ArchitectureSchema.sections, inheritedSource: nil)
        let technology = technology(source: source)
        let (memories, caches) = memories(source: source)
        let engines = engines(source: source)
        let links = links(source: source)
        let networks = networks(source: source)

        guard let values, parameters.diagnostics.count == 0 else { return nil }
        var architecture = Architecture(
            name: values.text("architecture"), source: source ?? "", technology: technology, clock: values.frequency("clock"),
            cores: values.integer("cores"), memories: memories, engines: engines, links: links, parameters: parameters.resolved)
        architecture.caches = caches
        architecture.networks = networks
        ArchitectureChecks.check(architecture, origins: parameters.origins, diagnostics: &parameters.diagnostics)
        return architecture
    }

    /// The names of a section that may be referred to; others are reported where they are read.
    private func names(in section: String) -> [String] { root[section]?.entries?.map(\.key).filter(\.isComponentName) ?? [] }

    private mutating func technology(source: String?) -> Technology {
        guard let node = root["technology"],
            let values = parameters.read(
                ArchitectureSchema.technology, from: node, path: "technology", otherKeys: ["source"], inheritedSource: source)
        else { return Technology() }
        var technology = Technology()
        if case .length(let node)? = values["node"] { technology.nodeNanometres = node.nanometres }
        if case .voltage(let voltage)? = values["voltage"] { technology.voltage = voltage.volts }
        technology.transistors = values.choice("transistors", of: Technology.Transistors.self)
        return technology
    }

    private mutating func memories(source: String?) -> ([Memory], [MemoryCache]) {
        var memories: [Memory] = []
        var caches: [MemoryCache] = []
        for (name, node) in components(in: "memories", noun: "memory") {
            let path = "memories.\(name)"
            guard let schema = kind(of: node, path: path, noun: "a memory kind", among: ArchitectureSchema.memoryKinds),
                let values = parameters.read(schema, from: node, path: path, otherKeys: ["kind", "source"], inheritedSource: source)
            else { continue }
            if schema.kind == MemoryCache.schema.kind {
                caches.append(MemoryCache(values, name: name))
                continue
            }
            let kind: Memory.Kind =
                switch schema.kind {
                case DRAM.schema.kind: .dram(DRAM(values))
                case Flash.schema.kind: .flash(Flash(values))
                default: .sram(SRAM(values))
                }
            memories.append(
                Memory(name: name, scope: values.choice("scope", of: Scope.self), capacity: values.bytes("capacity"), kind: kind))
        }
        return (memories, caches)
    }

    private mutating func engines(source: String?) -> [Engine] {
        var engines: [Engine] = []
        for (name, node) in components(in: "engines", noun: "engine") {
            let path = "engines.\(name)"
            guard let schema = kind(of: node, path: path, noun: "an engine kind", among: ArchitectureSchema.engineKinds),
                let values = parameters.read(schema, from: node, path: path, otherKeys: ["kind", "source"], inheritedSource: source)
            else { continue }
            let kind: Engine.Kind =
                switch schema.kind {
                case SystolicArray.schema.kind: .systolicArray(SystolicArray(values))
                case VectorUnit.schema.kind: .vector(VectorUnit(values))
                default: .dma(DMAEngine(values))
                }
            var clock: Frequency?
            if case .frequency(let own)? = values["clock"] { clock = own }
            engines.append(
                Engine(
                    name: name, scope: values.choice("scope", of: Scope.self), count: values.integer("count"), clock: clock, kind: kind,
                    reads: values.names("reads"), writes: values.names("writes")[0]))
        }
        return engines
    }

    private mutating func links(source: String?) -> [Link] {
        guard let node = root["links"] else { return [] }
        guard case .sequence(let items) = node.content else {
            if case .scalar("") = node.content { return [] }
            parameters.diagnostics.report(
                node.origin, "links", "is \(node.kindDescription) where a list belongs: links: [{from: …, to: …, width: …}]")
            return []
        }
        var links: [Link] = []
        for (index, item) in items.enumerated() {
            let values = parameters.read(
                ArchitectureSchema.link, from: item, path: "links.\(index)", otherKeys: ["source"], inheritedSource: source)
            if let values { links.append(Link(values)) }
        }
        return links
    }

    /// The named components of a section; problems with the section or a name are reported.
    private mutating func components(in section: String, noun: String) -> [(name: String, node: DocumentNode)] {
        guard let node = root[section] else {
            parameters.diagnostics.report(root.origin, section, "is missing; a machine needs at least one \(noun)")
            return []
        }
        guard let entries = node.entries, !entries.isEmpty else {
            parameters.diagnostics.report(
                node.origin, section, "is \(node.entries != nil ? "empty" : node.kindDescription) where a group belongs: \(section): {NAME: {kind: …}}")
            return []
        }
        var components: [(String, DocumentNode)] = []
        for entry in entries {
            guard entry.key.isComponentName else {
                parameters.diagnostics.report(
                    entry.origin, section,
                    "\"\(entry.key.excerpt)\" is not a name; names are 1 to 64 letters, digits, \"_\" and \"-\", and begin with a letter")
                continue
            }
            // The line of the name: where a group begins depends on how it is written.
            components.append((entry.key, DocumentNode(content: entry.value.content, origin: entry.origin)))
        }
        return components
    }

    mutating func kind(
        of node: DocumentNode, path: String, noun: String, among schemas: [ComponentSchema]
    ) -> ComponentSchema? {
        guard node.entries != nil else {
            parameters.diagnostics.report(node.origin, path, "is \(node.kindDescription) where a group of parameters belongs")
            return nil
        }
        let kinds = schemas.map(\.kind)
        guard let kindNode = node["kind"] else {
            parameters.diagnostics.report(node.origin, "\(path).kind", "is missing; write \(quotedList(kinds))")
            return nil
        }
        guard let word = kindNode.scalar else {
            parameters.diagnostics.report(kindNode.origin, "\(path).kind", "is \(kindNode.kindDescription); write \(quotedList(kinds))")
            return nil
        }
        guard let schema = schemas.first(where: { $0.kind == word }) else {
            parameters.reportUnknown(word, noun, kinds, kindNode.origin, "\(path).kind")
            return nil
        }
        return schema
    }
}

extension String {
    /// Names become parts of paths and of file names.
    var isComponentName: Bool {
        func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
        guard let first = utf8.first, isLetter(first), utf8.count <= 64 else { return false }
        return utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D }
    }
}
