import Architecture
import Quantities

/// Builds a network from a document, and collects what is wrong with it.
struct NetworkDecoder {
    var parameters: ParameterDecoder
    let root: DocumentNode

    static func decode(_ root: DocumentNode, file: String) throws(ArchitectureError) -> NetworkDescription {
        var decoder = NetworkDecoder(parameters: ParameterDecoder(file: file), root: root)
        let description = decoder.description()
        try decoder.parameters.diagnostics.throwIfAny()
        guard let description else { preconditionFailure("a network that fails to decode has a problem") }
        return description
    }

    private mutating func description() -> NetworkDescription? {
        guard root.entries != nil else {
            parameters.diagnostics.report(root.origin, "", "is \(root.kindDescription); a network begins with \"network: NAME\"")
            return nil
        }
        let source = parameters.source(of: root, path: "")
        let values = parameters.read(
            NetworkSchema.root, from: root, path: "", otherKeys: ["source"] + NetworkSchema.sections, inheritedSource: nil)
        let topology = topology(source: source)
        let router = router(source: source, topology)
        let traffic = section(NetworkSchema.traffic, otherKeys: ["hotspot", "destinations"], source: source)
        let pattern = decodePattern(traffic)
        let measurement = section(NetworkSchema.measurement, source: source)
        guard let values, let topology, var router, let traffic, let pattern, let measurement, parameters.diagnostics.count == 0 else { return nil }
        router.flitBytes = values.bytes("flit").count

        let experiment = NetworkExperiment(
            topology: topology, parameters: router, pattern: pattern, packetFlits: traffic.integer("packet"),
            warmUpCycles: measurement.integer("warm-up"), measuredCycles: measurement.integer("cycles"),
            latencyLimit: Double(measurement.integer("latency-limit")), seed: UInt64(traffic.integer("seed")))
        check(experiment)
        guard parameters.diagnostics.count == 0 else { return nil }
        return NetworkDescription(
            name: values.text("network"), source: source ?? "", clock: values.frequency("clock"), experiment: experiment,
            patternName: traffic.text("pattern"), parameters: parameters.resolved)
    }

    /// Builds the network once: what no single value shows is found here.
    private mutating func check(_ experiment: NetworkExperiment) {
        do throws(NetworkError) {
            _ = try FlitNetwork(experiment.topology, experiment.parameters)
        } catch {
            report(Self.path(of: error), error.description)
        }
        do throws(NetworkError) {
            _ = try experiment.pattern.destinations(in: experiment.topology)
        } catch {
            report("traffic.pattern", error.description)
        }
    }

    // MARK: Sections

    /// The values of a group that may be left out.
    mutating func section(_ schema: ComponentSchema, otherKeys: [String] = [], source: String?) -> ParameterValues? {
        let node = root[schema.kind].map { node in
            if case .scalar("") = node.content { DocumentNode(content: .mapping([]), origin: node.origin) } else { node }
        }
        return parameters.read(
            schema, from: node ?? DocumentNode(content: .mapping([]), origin: root.origin), path: schema.kind,
            otherKeys: otherKeys + ["source"], inheritedSource: source)
    }

    private mutating func router(source: String?, _ topology: NetworkTopology?) -> NetworkParameters? {
        guard let values = section(NetworkSchema.router, otherKeys: ["table"], source: source) else { return nil }
        let table = root["router"]?["table"]
        let word = values.text("routing")
        if let table, word != "table" {
            parameters.diagnostics.report(table.origin, "router.table", "is for routing: table, and routing is \"\(word)\"")
            return nil
        }
        var routing = NetworkRouting(word: word)
        if word == "table" {
            guard let table else {
                parameters.diagnostics.report(
                    root["router"]?.origin, "router.table", "is missing; write, for each router, the router to go to next for each terminal: [[0, 1], [0, 1]]")
                return nil
            }
            guard let rows = integerLists(table, path: "router.table") else { return nil }
            routing = .table(rows)
        }
        return NetworkParameters(
            routing: routing, virtualChannels: values.integer("virtual-channels"), bufferDepth: values.integer("buffer"),
            virtualNetworks: values.integer("virtual-networks"),
            timing: RouterTiming(
                routing: values.integer("route-cycles"), virtualChannelAllocation: values.integer("channel-cycles"),
                switchAllocation: values.integer("switch-cycles"), switchTraversal: values.integer("crossing-cycles"),
                creditDelay: values.integer("credit-cycles")),
            inputSpeedup: values.integer("input-speedup"),
            allocator: values.text("allocator") == "islip" ? .iSLIP(iterations: values.integer("iterations")) : .separableInputFirst,
            reuse: values.text("reuse") == "when-empty" ? .whenEmpty : .whenTailSent,
            allowsCyclicDependencies: values.text("cycles-of-channels") == "allow")
    }

    private mutating func decodePattern(_ values: ParameterValues?) -> NetworkTraffic? {
        guard let values else { return nil }
        let word = values.text("pattern")
        let node = root["traffic"]
        for (key, owner) in [("hotspot", "hotspot"), ("destinations", "permutation")] where word != owner {
            guard let extra = node?[key] else { continue }
            parameters.diagnostics.report(extra.origin, "traffic.\(key)", "is for pattern: \(owner), and pattern is \"\(word)\"")
            return nil
        }
        switch word {
        case "hotspot":
            let path = "traffic.hotspot"
            guard let hotspot = node?["hotspot"] else {
                parameters.diagnostics.report(node?.origin ?? root.origin, path, "is missing; write {terminal: 0, share: 0.1}")
                return nil
            }
            guard let entries = hotspot.entries else {
                parameters.diagnostics.report(hotspot.origin, path, "is \(hotspot.kindDescription) where {terminal: …, share: …} belongs")
                return nil
            }
            reportUnknown(entries, known: ["terminal", "share"], path: path)
            guard let terminal = integer(hotspot, "terminal", path: path), let share = share(hotspot, path: path) else { return nil }
            return .hotspot(terminal: terminal, share: share)
        case "permutation":
            guard let list = node?["destinations"] else {
                parameters.diagnostics.report(
                    node?.origin ?? root.origin, "traffic.destinations", "is missing; write the destination of each terminal: [1, 2, 0]")
                return nil
            }
            return integers(list, path: "traffic.destinations").map(NetworkTraffic.permutation)
        default: return NetworkTraffic.named.first { $0.name == word }?.pattern
        }
    }

    // MARK: Problems

    mutating func report(_ path: String, _ message: String) {
        var place = path
        while parameters.origins[place] == nil, let dot = place.lastIndex(of: ".") { place = String(place[..<dot]) }
        parameters.diagnostics.report(parameters.origins[place] ?? root.origin, path, message)
    }

    mutating func reportUnknown(_ entries: [DocumentNode.Entry], known: [String], path: String) {
        for entry in entries where !known.contains(entry.key) {
            let suggestion = Suggestion.closest(to: entry.key, among: known)
            parameters.diagnostics.report(
                entry.origin, "\(path).\(entry.key.excerpt)",
                "is not known here" + (suggestion == nil ? "; write \(quotedList(known, conjunction: "and"))" : ""), suggestion: suggestion)
        }
    }

    /// The parameter that a mistake is about.
    private static func path(of error: NetworkError) -> String {
        switch error {
        case .invalid(let parameter, _, _):
            switch parameter {
            case "virtualChannels": "router.virtual-channels"
            case "virtualNetworks": "router.virtual-networks"
            case "inputSpeedup": "router.input-speedup"
            case "flits of all buffers together": "router.buffer"
            case _ where parameter.hasPrefix("next[") || parameter.hasSuffix("routing table"): "router.table"
            default: "topology"
            }
        case .disconnected, .packet: "topology"
        // Ports alone were counted with the topology; here they are multiplied by the speedup.
        case .radix: "router.input-speedup"
        case .cyclicDependency: "router.routing"
        case .unsupported(_, _, let remedy): remedy.contains("reuse") ? "router.reuse" : "router.routing"
        case .virtualChannels: "router.virtual-channels"
        }
    }
}

extension NetworkRouting {
    /// Words of `NetworkSchema.routings`; `table` needs its entries and is set where they are read.
    init(word: String) {
        switch word {
        case "dimension-order": self = .dimensionOrder
        case "minimal-adaptive": self = .minimalAdaptive
        case "spanning-tree": self = .spanningTree
        default: self = .standard
        }
    }
}
