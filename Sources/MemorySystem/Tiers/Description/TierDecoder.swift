import Architecture
import Quantities

/// Builds tiers from a document, and collects what is wrong with it.
struct TierDecoder {
    private var parameters: ParameterDecoder
    private let root: DocumentNode

    static func decode(
        _ root: DocumentNode, file: String, accesses: (text: String, file: String)?
    ) throws(ArchitectureError) -> TierDescription {
        var decoder = TierDecoder(parameters: ParameterDecoder(file: file), root: root)
        let found = decoder.description()
        try decoder.parameters.diagnostics.throwIfAny()
        guard var description = found else { preconditionFailure("tiers that fail to decode have a problem") }
        description.accesses = try decoder.accesses(accesses, description, file: file)
        return description
    }

    private mutating func description() -> TierDescription? {
        guard root.entries != nil else {
            parameters.diagnostics.report(root.origin, "", "is \(root.kindDescription); memory tiers begin with \"tiers: NAME\"")
            return nil
        }
        let source = parameters.source(of: root, path: "")
        let values = parameters.read(TierSchema.root, from: root, path: "", otherKeys: ["source"] + TierSchema.sections, inheritedSource: nil)
        let tiers = memories(source: source)
        let tensors = tensors(source: source, tiers: group("memories", "a tier").map(\.key))
        guard let values, parameters.diagnostics.count == 0 else { return nil }
        do throws(TierError) {
            var memory = try TieredMemory(tiers)
            for tensor in tensors {
                do throws(TierError) {
                    for index in 0..<tensor.count { try memory.place(tensor.element(index), bytes: tensor.bytes, in: tensor.tier) }
                } catch {
                    report("tensors.\(tensor.name)", error.description)
                    return nil
                }
            }
            return TierDescription(
                name: values.text("tiers"), source: source ?? "", memory: memory, tensors: tensors, accesses: TierAccessStream(),
                parameters: parameters.resolved)
        } catch {
            report("memories", error.description)
            return nil
        }
    }

    /// The stream of the file, or that in its place.
    private func accesses(
        _ given: (text: String, file: String)?, _ description: TierDescription, file: String
    ) throws(ArchitectureError) -> TierAccessStream {
        let tiers = description.memory.tiers.map(\.name)
        if let given { return try TierAccessStream(parsing: given.text, file: given.file, firstLine: 1, tensors: description.tensors, tiers: tiers) }
        guard let node = root["accesses"] else {
            throw ArchitectureError(file: file, path: "accesses", message: "is missing; write accesses: | and below it lines such as \"read NAME\", or name a file of them")
        }
        var line: Int?
        if case .line(let number) = node.origin { line = number }
        guard let text = node.scalar else {
            throw ArchitectureError(file: file, line: line, path: "accesses", message: "is \(node.kindDescription) where lines of text belong; write accesses: | and below it lines such as \"read NAME\"")
        }
        // A block of text begins on the line below its key.
        return try TierAccessStream(
            parsing: text, file: file, firstLine: (line ?? 0) + (text.contains("\n") ? 1 : 0), tensors: description.tensors, tiers: tiers)
    }

    // MARK: Sections

    private mutating func group(_ section: String, _ noun: String) -> [DocumentNode.Entry] {
        guard let node = root[section] else {
            parameters.diagnostics.report(root.origin, section, "is missing; there must be at least \(noun)")
            return []
        }
        guard let entries = node.entries, !entries.isEmpty else {
            parameters.diagnostics.report(node.origin, section, "is \(node.entries != nil ? "empty" : node.kindDescription) where a group belongs: \(section): {NAME: {…}}")
            return []
        }
        return entries.filter { entry in
            // Names stand in lines of accesses, where a dot and a blank mean something.
            let isName = !entry.key.isEmpty && entry.key.utf8.count <= 64 && entry.key.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F || $0 == 0x2D
            }
            if !isName {
                parameters.diagnostics.report(
                    entry.origin, section, "\"\(entry.key.excerpt)\" is not a name; names are 1 to 64 letters, digits, \"_\" and \"-\"")
            }
            return isName
        }
    }

    private mutating func memories(source: String?) -> [MemoryTier] {
        var tiers: [MemoryTier] = []
        for entry in group("memories", "a tier") {
            let path = "memories.\(entry.key)"
            let node = DocumentNode(content: entry.value.content, origin: entry.origin)
            let kinds = TierSchema.memoryKinds.map(\.kind)
            guard let word = node["kind"]?.scalar else {
                parameters.diagnostics.report(node.origin, "\(path).kind", "is missing; write \(quotedList(kinds))")
                continue
            }
            guard let schema = TierSchema.memoryKinds.first(where: { $0.kind == word }) else {
                parameters.reportUnknown(word, "a kind of tier", kinds, node["kind"]?.origin ?? node.origin, "\(path).kind")
                continue
            }
            guard let values = parameters.read(schema, from: node, path: path, otherKeys: ["kind", "source"], inheritedSource: source) else { continue }
            do throws(TierError) {
                tiers.append(try Self.tier(entry.key, schema.kind, values))
            } catch {
                report(path, error.description)
            }
        }
        return tiers
    }

    private static func tier(_ name: String, _ kind: String, _ values: ParameterValues) throws(TierError) -> MemoryTier {
        if kind == "memory" {
            let memory = LinearMemory(
                channels: values.integer("channels"), bytesPerSecond: values.bandwidth("bandwidth").bytesPerSecond,
                latency: values.time("latency").femtoseconds, interleave: values.bytes("interleave").count, granularity: values.bytes("access").count)
            try memory.validate()
            return MemoryTier(name: name, capacityBytes: values.bytes("capacity").count, model: .linear(memory))
        }
        var flash = values.text("cells") == "multi-level" ? FlashParameters.multiLevel : .tripleLevel
        flash.channels = values.integer("channels")
        flash.diesPerChannel = values.integer("dies")
        flash.planesPerDie = values.integer("planes")
        flash.blocksPerPlane = values.integer("blocks")
        flash.pageBytes = values.bytes("page").count
        flash.spareBytes = values.bytes("spare").count
        flash.channelBytesPerSecond = values.bandwidth("bus").bytesPerSecond
        flash.commandTime = values.time("command").femtoseconds
        flash.hasCacheRegister = values.text("cache-register") == "yes"
        flash.hasIndependentPlanes = values.text("independent-planes") == "yes"
        let array = try FlashArray(flash)
        var capacity = flash.capacityBytes
        if case .bytes(let used)? = values["capacity"] { capacity = used.count }
        return MemoryTier(name: name, capacityBytes: capacity, model: .flash(array))
    }

    private mutating func tensors(source: String?, tiers: [String]) -> [TierDescription.Tensor] {
        var tensors: [TierDescription.Tensor] = []
        for entry in group("tensors", "a tensor") {
            let path = "tensors.\(entry.key)"
            let node = DocumentNode(content: entry.value.content, origin: entry.origin)
            guard let values = parameters.read(TierSchema.tensor, from: node, path: path, otherKeys: ["in", "source"], inheritedSource: source) else { continue }
            guard let place = node["in"], let tier = place.scalar else {
                parameters.diagnostics.report(node.origin, "\(path).in", "is missing; write the tier that holds it at the start: \(quotedList(tiers))")
                continue
            }
            guard tiers.contains(tier) else {
                parameters.reportUnknown(tier, "a tier", tiers, place.origin, "\(path).in")
                continue
            }
            tensors.append(.init(name: entry.key, bytes: values.bytes("size").count, count: values.integer("count"), tier: tier))
        }
        return tensors
    }

    private mutating func report(_ path: String, _ message: String) {
        parameters.diagnostics.report(parameters.origins[path] ?? root[path]?.origin ?? root.origin, path, message)
    }
}
