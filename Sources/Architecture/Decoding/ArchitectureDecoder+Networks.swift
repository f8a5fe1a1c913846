import Foundation
import Quantities

extension ArchitectureDecoder {
    /// The entries of the section `networks`. Values of topology and routers are read here, so that mistakes are found and reports know
    /// them; lists, and whether the network can work at all, are looked at where it is built.
    mutating func networks(source: String?) -> [OnChipNetwork] {
        guard let section = root["networks"] else { return [] }
        if case .scalar("") = section.content { return [] }
        guard let entries = section.entries else {
            parameters.diagnostics.report(
                section.origin, "networks", "is \(section.kindDescription) where a group belongs: networks: {NAME: {topology: {kind: mesh, …}}}")
            return []
        }
        var networks: [OnChipNetwork] = []
        for entry in entries {
            guard entry.key.isComponentName else {
                parameters.diagnostics.report(
                    entry.origin, "networks",
                    "\"\(entry.key.excerpt)\" is not a name; names are 1 to 64 letters, digits, \"_\" and \"-\", and begin with a letter")
                continue
            }
            let node = DocumentNode(content: entry.value.content, origin: entry.origin)
            if let network = network(entry.key, node, source: source) { networks.append(network) }
        }
        return networks
    }

    private mutating func network(_ name: String, _ node: DocumentNode, source: String?) -> OnChipNetwork? {
        let path = "networks.\(name)"
        let before = parameters.diagnostics.count
        let parts = ["topology", "router"]
        let values = parameters.read(
            OnChipNetwork.schema, from: node, path: path, otherKeys: parts + ["nodes", "source"], inheritedSource: source)
        let placements = placements(node["nodes"], path: "\(path).nodes")
        guard let values else { return nil }
        var description = node
        if case .text(let file)? = values["file"] {
            if let extra = parts.first(where: { node[$0] != nil }) {
                parameters.diagnostics.report(node[extra]?.origin, "\(path).\(extra)", "stands beside `file`, which describes it already; leave one of them out")
                return nil
            }
            guard let document = document(ofFile: file, path: "\(path).file", origin: node["file"]?.origin ?? node.origin) else { return nil }
            description = document
        } else {
            guard node["topology"] != nil else {
                parameters.diagnostics.report(
                    node.origin, "\(path).topology", "is missing; write topology: {kind: mesh, columns: 4, rows: 4}, or file: and the name of a network file")
                return nil
            }
            let ownSource = parameters.source(of: node, path: path) ?? source
            if let topology = node["topology"], topology.entries != nil,
                let schema = kind(of: topology, path: "\(path).topology", noun: "a kind of topology", among: NetworkSchema.topologies)
            {
                let lists = schema.kind == "custom" ? ["terminals", "links", "channels"] : []
                _ = parameters.read(schema, from: topology, path: "\(path).topology", otherKeys: ["kind", "source"] + lists, inheritedSource: ownSource)
            }
            let router = node["router"] ?? DocumentNode(content: .mapping([]), origin: node.origin)
            if router.entries != nil {
                _ = parameters.read(NetworkSchema.router, from: router, path: "\(path).router", otherKeys: ["table", "source"], inheritedSource: ownSource)
            }
        }
        guard parameters.diagnostics.count == before else { return nil }

        // What is written here goes before what the file says.
        var document: [DocumentNode.Entry] = [.init(key: "network", origin: node.origin, value: DocumentNode(content: .scalar(name), origin: node.origin))]
        for key in ["clock", "flit"] + parts {
            if let value = node[key] ?? description[key] { document.append(.init(key: key, origin: value.origin, value: value)) }
        }
        var clock: Frequency?
        if case .frequency(let own)? = values["clock"] { clock = own }
        return OnChipNetwork(
            name: name, model: values.choice("model", of: OnChipNetwork.Model.self), clock: clock, nodes: placements,
            document: DocumentNode(content: .mapping(document), origin: node.origin), file: parameters.diagnostics.file)
    }

    private mutating func document(ofFile file: String, path: String, origin: DocumentNode.Origin) -> DocumentNode? {
        let folder = parameters.diagnostics.file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let beside = folder.isEmpty ? "" : folder + "/"
        let candidates =
            file.hasPrefix("/") ? [file] : [beside + file, beside + file + ".yaml", beside + "../Networks/" + file, beside + "../Networks/" + file + ".yaml"]
        guard let found = candidates.first(where: isFile) else {
            parameters.diagnostics.report(
                origin, path, "there is no network file \"\(file.excerpt)\" beside this file or in a folder Networks beside its folder; `cyclewright list networks` prints those that are shipped")
            return nil
        }
        do throws(ArchitectureError) {
            let text = try ArchitectureFile.read(path: found, kind: "network")
            return try YAMLDocument.parse(text, file: found, kind: "network", beginning: "network: NAME").within(found)
        } catch {
            for problem in error.problems {
                parameters.diagnostics.report(problem.line.map { .other(file: found, line: $0) } ?? origin, problem.path, problem.message)
            }
            return nil
        }
    }

    private func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }

    /// Names with the terminals where they sit.
    private mutating func placements(_ node: DocumentNode?, path: String) -> [OnChipNetwork.Placement]? {
        guard let node else { return nil }
        guard let entries = node.entries, !entries.isEmpty else {
            parameters.diagnostics.report(
                node.origin, path, "is \(node.entries != nil ? "empty" : node.kindDescription) where engines and memories with their terminals belong: {load: 0, hbm: [1, 2]}; leave it out for places of the network's own choice")
            return []
        }
        return entries.compactMap { entry in
            let items: [DocumentNode]
            if case .sequence(let list) = entry.value.content { items = list } else { items = [entry.value] }
            let numbers = items.map { $0.scalar.flatMap(Int.init) ?? -1 }
            guard !items.isEmpty, items.count <= 65_536, numbers.allSatisfy({ (0...65_535).contains($0) }) else {
                parameters.diagnostics.report(
                    entry.origin, "\(path).\(entry.key.excerpt)", "is not a terminal or a list of terminals, which are whole numbers from 0: {load: 0, hbm: [1, 2]}")
                return nil
            }
            return .init(name: entry.key, terminals: numbers, origin: entry.origin)
        }
    }
}
