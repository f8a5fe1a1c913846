import Architecture
import Quantities

extension NetworkDecoder {
    private static let path = "topology"

    mutating func topology(source: String?) -> NetworkTopology? {
        let path = Self.path
        let kinds = NetworkSchema.topologies.map(\.kind)
        guard let node = root[path] else {
            parameters.diagnostics.report(root.origin, path, "is missing; write topology: {kind: mesh, columns: 8, rows: 8}")
            return nil
        }
        guard node.entries != nil else {
            parameters.diagnostics.report(node.origin, path, "is \(node.kindDescription) where a group of parameters belongs: {kind: mesh, columns: 8, rows: 8}")
            return nil
        }
        guard let kindNode = node["kind"] else {
            parameters.diagnostics.report(node.origin, "\(path).kind", "is missing; write \(quotedList(kinds))")
            return nil
        }
        guard let word = kindNode.scalar, let schema = NetworkSchema.topologies.first(where: { $0.kind == word }) else {
            parameters.reportUnknown(kindNode.scalar ?? kindNode.kindDescription, "a kind of topology", kinds, kindNode.origin, "\(path).kind")
            return nil
        }
        let lists = schema.kind == "custom" ? ["terminals", "links", "channels"] : []
        guard let values = parameters.read(
            schema, from: node, path: path, otherKeys: ["kind", "source"] + lists, inheritedSource: source)
        else { return nil }
        do throws(NetworkError) {
            var topology: NetworkTopology
            if schema.kind == "custom" {
                guard let custom = custom(node, routers: values.integer("routers")) else { return nil }
                topology = custom
            } else {
                topology = try Self.topology(schema.kind, values)
            }
            topology.terminalLatency = values.integer("terminal-latency")
            try topology.validate()
            return topology
        } catch {
            report(path, error.description)
            return nil
        }
    }

    private static func topology(_ kind: String, _ values: ParameterValues) throws(NetworkError) -> NetworkTopology {
        switch kind {
        case "mesh", "torus":
            var dimensions = ["columns", "rows", "layers"].map { values.integer($0) }
            // A dimension of one router is none.
            while dimensions.count > 1, dimensions.last == 1 { dimensions.removeLast() }
            let terminals = values.integer("terminals-per-router"), latency = values.integer("latency")
            return kind == "mesh"
                ? try .mesh(dimensions, terminalsPerRouter: terminals, latency: latency)
                : try .torus(dimensions, terminalsPerRouter: terminals, latency: latency)
        case "ring":
            return try .ring(
                values.integer("routers"), terminalsPerRouter: values.integer("terminals-per-router"), latency: values.integer("latency"))
        case "bus": return try .bus(terminals: values.integer("terminals"), latency: values.integer("latency"))
        case "crossbar": return try .crossbar(terminals: values.integer("terminals"))
        case "h-tree":
            return try .hTree(
                arity: values.integer("arity"), levels: values.integer("levels"), latency: values.integer("latency"),
                wiresDouble: values.text("wires") == "doubling")
        default: return try .fatTree(arity: values.integer("arity"), levels: values.integer("levels"), latency: values.integer("latency"))
        }
    }

    // MARK: Custom networks

    private mutating func custom(_ node: DocumentNode, routers: Int) -> NetworkTopology? {
        let path = Self.path
        guard let terminalsNode = node["terminals"] else {
            parameters.diagnostics.report(node.origin, "\(path).terminals", "is missing; write the router of each terminal: [0, 1, 2]")
            return nil
        }
        guard let terminals = integers(terminalsNode, path: "\(path).terminals", in: 0...(routers - 1)) else { return nil }
        var channels: [NetworkTopology.Channel] = []
        let before = parameters.diagnostics.count
        for (item, itemPath) in items(node["links"], path: "\(path).links") {
            guard let link = channel(item, ["between"], itemPath, routers) else { continue }
            channels.append(link)
            channels.append(.init(from: link.to, to: link.from, latency: link.latency))
        }
        for (item, itemPath) in items(node["channels"], path: "\(path).channels") {
            if let channel = channel(item, ["from", "to"], itemPath, routers) { channels.append(channel) }
        }
        guard parameters.diagnostics.count == before else { return nil }
        return NetworkTopology(routers: routers, channels: channels, injectionRouters: terminals)
    }

    private mutating func channel(
        _ item: DocumentNode, _ ends: [String], _ path: String, _ routers: Int
    ) -> NetworkTopology.Channel? {
        let example = ends.count == 1 ? "{between: [0, 1], latency: 1}" : "{from: 0, to: 1, latency: 1}"
        guard let entries = item.entries else {
            parameters.diagnostics.report(item.origin, path, "is \(item.kindDescription) where \(example) belongs")
            return nil
        }
        reportUnknown(entries, known: ends + ["latency"], path: path)
        let range = 0...(routers - 1)
        var pair: [Int] = []
        if ends.count == 1 {
            guard let node = item[ends[0]] else {
                parameters.diagnostics.report(item.origin, "\(path).\(ends[0])", "is missing; write \(example)")
                return nil
            }
            guard let both = integers(node, path: "\(path).\(ends[0])", in: range) else { return nil }
            guard both.count == 2 else {
                parameters.diagnostics.report(node.origin, "\(path).\(ends[0])", "names \(both.count) router\(both.count == 1 ? "" : "s"); a link joins two")
                return nil
            }
            pair = both
        } else {
            for end in ends {
                guard let router = integer(item, end, path: path, in: range) else { return nil }
                pair.append(router)
            }
        }
        guard pair[0] != pair[1] else {
            parameters.diagnostics.report(item.origin, path, "leads from router \(pair[0]) to itself; a channel leads to another router")
            return nil
        }
        var latency = 1
        if item["latency"] != nil {
            guard let given = integer(item, "latency", path: path, in: 1...NetworkTopology.latencyLimit) else { return nil }
            latency = given
        }
        return .init(from: pair[0], to: pair[1], latency: latency)
    }
}
