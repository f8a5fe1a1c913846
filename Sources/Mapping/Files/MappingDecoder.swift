import Architecture

extension WorkloadMapping {
    /// What a mapping file begins with.
    static let opening = MappingFileOpening(kind: "mapping", version: version)

    /// Reads a mapping file, one of constraints, or a schedule that `cyclewright schedule` wrote.
    ///
    /// - Throws: all mistakes of the file with line and path.
    public static func load(path: String) throws(ArchitectureError) -> WorkloadMapping {
        let text = try ArchitectureFile.read(path: path, kind: "mapping")
        return try ScheduleDecoder.mayRead(text) ? ScheduleDecoder.mapping(text, file: path) : WorkloadMapping(text: text, file: path)
    }

    /// - Parameter file: for messages.
    public init(text: String, file: String) throws(ArchitectureError) {
        let root = try YAMLDocument.parse(text, file: file, kind: Self.opening.kind, beginning: Self.opening.text)
        var decoder = MappingDecoder(file: file)
        self = decoder.mapping(root)
        try decoder.diagnostics.throwIfAny()
    }
}

/// Turns the nodes of a document into a mapping, and collects what is wrong with them.
struct MappingDecoder {
    let file: String
    var diagnostics: Diagnostics

    init(file: String) {
        self.file = file
        diagnostics = Diagnostics(file: file)
    }

    mutating func mapping(_ root: DocumentNode) -> WorkloadMapping {
        var result = WorkloadMapping(file: file, architecture: "", workload: "")
        guard WorkloadMapping.opening.check(root, &diagnostics) else { return result }
        checkKeys(root, "", ["mapping", "architecture", "workload", "checks", "objective", "reached", "order", "buffers", "fusion", "operators", "units", "cores", "tensors", "constraints"])
        let isOnlyConstraints = root["operators"] == nil && root["tensors"] == nil && root["order"] == nil && root["units"] == nil && root["fusion"] == nil && root["cores"] == nil
        result.architecture = text(root, "architecture", isRequired: !isOnlyConstraints)
        result.workload = text(root, "workload", isRequired: !isOnlyConstraints)
        result.objective = text(root, "objective", isRequired: false)
        result.reached = text(root, "reached", isRequired: false)
        if let node = root["checks"] {
            checkKeys(node, "checks", ["architecture", "workload"])
            let (machine, workload) = (scalar(node["architecture"], "checks.architecture"), scalar(node["workload"], "checks.workload"))
            if node.entries != nil { result.checks = MappingChecks(architecture: machine ?? "", workload: workload ?? "") }
        }
        result.order = order(root["order"])
        result.buffers = choice(root["buffers"], "buffers", "room for buffers") ?? .apart
        result.fusion = fusion(root["fusion"])
        for entry in group(root["operators"], "operators") {
            if let mapped = mapped(entry) { result.operators.append(mapped) }
        }
        for entry in group(root["units"], "units") {
            let kind: ChosenUnit.Kind? = choice(entry.value, "units.\(entry.key.excerpt)", "a kind of unit")
            if let kind { result.units.append(ChosenUnit(name: entry.key, line: MappingFileOpening.line(entry.origin), kind: kind)) }
        }
        for entry in group(root["cores"], "cores") {
            guard let text = scalar(entry.value, "cores.\(entry.key.excerpt)") else { continue }
            guard let (cores, division) = AssignedCores.parse(text) else {
                diagnostics.report(entry.value.origin, "cores.\(entry.key.excerpt)", "\"\(text.excerpt)\" names no cores; \(AssignedCores.forms)")
                continue
            }
            result.cores.append(AssignedCores(name: entry.key, line: MappingFileOpening.line(entry.origin), cores: cores, division: division))
        }
        result.tensors = tensors(root["tensors"], "tensors")
        if let node = root["constraints"] {
            checkKeys(node, "constraints", ["operators", "tensors", "fusion"])
            result.constraints.fusion = choice(node["fusion"], "constraints.fusion", "a choice about fusion")
            for entry in group(node["operators"], "constraints.operators") { result.constraints.operators.append(constraint(entry)) }
            result.constraints.tensors = tensors(node["tensors"], "constraints.tensors")
        }
        if isOnlyConstraints, root["constraints"] == nil, diagnostics.count == 0 {
            diagnostics.report(root.origin, "operators", "is missing; name operators and their tiles, or constraints for the search")
        }
        return result
    }

    // MARK: Operators

    private mutating func order(_ node: DocumentNode?) -> [OrderedOperator] {
        guard let node else { return [] }
        guard case .sequence(let items) = node.content else {
            diagnostics.report(node.origin, "order", "is \(node.kindDescription) where a list of operators belongs: [conv1, conv2]")
            return []
        }
        var order: [OrderedOperator] = []
        var names: Set<String> = []
        for item in items {
            guard let name = scalar(item, "order") else { continue }
            guard names.insert(name).inserted else {
                diagnostics.report(item.origin, "order", "\"\(name.excerpt)\" is listed twice")
                continue
            }
            order.append(OrderedOperator(name: name, line: MappingFileOpening.line(item.origin)))
        }
        return order
    }

    private mutating func mapped(_ entry: DocumentNode.Entry) -> MappedOperator? {
        let path = "operators.\(entry.key.excerpt)"
        checkKeys(entry.value, path, ["product", "tile", "order", "left", "right", "split"])
        guard entry.value.entries != nil else { return nil }
        var product: ProductExtents?
        if let node = entry.value["product"] {
            checkKeys(node, path + ".product", ["batch", "m", "k", "n"])
            if let batch = number(node, "batch", path + ".product"), let m = number(node, "m", path + ".product"), let k = number(node, "k", path + ".product"),
                let n = number(node, "n", path + ".product")
            {
                product = ProductExtents(batch: batch, m: m, k: k, n: n)
            }
        }
        guard let tile = entry.value["tile"] else {
            diagnostics.report(entry.value.origin, path + ".tile", "is missing; write tile: { m: 64, k: 64, n: 64 }")
            return nil
        }
        checkKeys(tile, path + ".tile", MatmulDimension.allCases.map(\.rawValue))
        let m = number(tile, "m", path + ".tile"), k = number(tile, "k", path + ".tile"), n = number(tile, "n", path + ".tile")
        let order: MatmulMapping.Order? = order(entry.value["order"], path)
        let left: MatmulMapping.Stay? = choice(entry.value["left"], path + ".left", "how long an operand stays")
        let right: MatmulMapping.Stay? = choice(entry.value["right"], path + ".right", "how long an operand stays")
        let split: MatmulMapping.Split? = choice(entry.value["split"], path + ".split", "how arrays share a tile")
        guard let m, let k, let n else { return nil }
        return MappedOperator(
            name: entry.key, line: MappingFileOpening.line(entry.origin), product: product,
            mapping: MatmulMapping(
                tileM: m, tileN: n, tileK: k, order: order ?? .columnsOuter, left: left ?? .streamed, right: right ?? .streamed, split: split ?? .rows))
    }

    private mutating func tensors(_ node: DocumentNode?, _ path: String) -> [PlacedTensor] {
        var tensors: [PlacedTensor] = []
        for entry in group(node, path) {
            let place = "\(path).\(entry.key.excerpt)"
            var node = entry.value
            var address: Int?
            let words = node.scalar?.split(separator: " ") ?? []
            if words.count == 3, words[0] == PlacedTensor.Place.onChip.rawValue, words[1] == "at" {
                guard let bytes = Int(words[2]), (0...(1 << 40)).contains(bytes), bytes % MatmulAllocation.alignment == 0 else {
                    diagnostics.report(node.origin, place, "\"\(String(words[2]).excerpt)\" is no address; write a multiple of \(MatmulAllocation.alignment) bytes, from 0 on")
                    continue
                }
                address = bytes
                node.content = .scalar(String(words[0]))
            }
            let choice: PlacedTensor.Place? = choice(node, place, "a place for a tensor")
            if let choice { tensors.append(PlacedTensor(name: entry.key, line: MappingFileOpening.line(entry.origin), place: choice, address: address)) }
        }
        return tensors
    }

    // MARK: Constraints

    private mutating func constraint(_ entry: DocumentNode.Entry) -> OperatorConstraint {
        let path = "constraints.operators.\(entry.key.excerpt)"
        var result = OperatorConstraint(name: entry.key, requirements: [])
        checkKeys(entry.value, path, ["tile", "order", "left", "right", "split"])
        for item in entry.value.entries ?? [] {
            let line = MappingFileOpening.line(item.origin)
            switch item.key {
            case "tile":
                checkKeys(item.value, path + ".tile", MatmulDimension.allCases.map(\.rawValue))
                for tile in item.value.entries ?? [] {
                    guard let dimension = MatmulDimension(rawValue: tile.key), let text = scalar(tile.value, "\(path).tile.\(tile.key)") else { continue }
                    guard let bounds = TileBounds(text: text) else {
                        diagnostics.report(
                            tile.value.origin, "\(path).tile.\(tile.key)", "\"\(text.excerpt)\" is no size; write 64, 16..64, 16.. or ..64, from 1 on")
                        continue
                    }
                    result.requirements.append(MappingRequirement(line: MappingFileOpening.line(tile.origin), .tile(dimension, bounds)))
                }
            case "order":
                if let order = order(item.value, path) { result.requirements.append(MappingRequirement(line: line, .order(order))) }
            case "left", "right":
                // "not held" forbids one of two.
                var node = item.value
                if let text = node.scalar, text.hasPrefix("not "), let other = MatmulMapping.Stay(rawValue: String(text.dropFirst(4))) {
                    node.content = .scalar((other == .held ? MatmulMapping.Stay.streamed : .held).rawValue)
                }
                let stay: MatmulMapping.Stay? = choice(node, "\(path).\(item.key)", "how long an operand stays")
                if let stay { result.requirements.append(MappingRequirement(line: line, item.key == "left" ? .left(stay) : .right(stay))) }
            case "split":
                let split: MatmulMapping.Split? = choice(item.value, path + ".split", "how arrays share a tile")
                if let split { result.requirements.append(MappingRequirement(line: line, .split(split))) }
            default: continue
            }
        }
        return result
    }

    // MARK: Values

    mutating func checkKeys(_ node: DocumentNode, _ path: String, _ known: [String]) {
        guard let entries = node.entries else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a group of \(wordList(known, conjunction: "and")) belongs")
            return
        }
        for entry in entries where !known.contains(entry.key) {
            let place = path.isEmpty ? entry.key.excerpt : path + "." + entry.key.excerpt
            let suggestion = Suggestion.closest(to: entry.key, among: known)
            diagnostics.report(
                entry.origin, place, "is not part of the format" + (suggestion == nil ? "; there are \(wordList(known, conjunction: "and"))" : ""),
                suggestion: suggestion)
        }
    }

    private mutating func group(_ node: DocumentNode?, _ path: String) -> [DocumentNode.Entry] {
        guard let node else { return [] }
        guard let entries = node.entries else {
            if node.scalar != "" { diagnostics.report(node.origin, path, "is \(node.kindDescription) where names and what they get belong") }
            return []
        }
        return entries
    }

    private mutating func text(_ root: DocumentNode, _ key: String, isRequired: Bool) -> String {
        guard let node = root[key] else {
            if isRequired { diagnostics.report(root.origin, key, "is missing; write the name of the \(key) that the mapping is for") }
            return ""
        }
        return scalar(node, key) ?? ""
    }

    mutating func scalar(_ node: DocumentNode?, _ path: String) -> String? {
        guard let node else { return nil }
        guard let text = node.scalar, !text.isEmpty else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a single value belongs")
            return nil
        }
        return text
    }

    mutating func number(_ node: DocumentNode, _ key: String, _ path: String) -> Int? {
        guard node.entries != nil else { return nil }
        guard let value = node[key] else {
            diagnostics.report(node.origin, "\(path).\(key)", "is missing")
            return nil
        }
        guard let text = scalar(value, "\(path).\(key)") else { return nil }
        guard let number = Int(text), (1...(1 << 40)).contains(number) else {
            diagnostics.report(value.origin, "\(path).\(key)", "\"\(text.excerpt)\" is not a whole number from 1 on")
            return nil
        }
        return number
    }

    private mutating func order(_ node: DocumentNode?, _ path: String) -> MatmulMapping.Order? {
        guard var node else { return nil }
        // Spaces are free.
        if let text = node.scalar { node.content = .scalar(text.split { $0 == "," || $0 == " " }.joined(separator: ", ")) }
        return choice(node, path + ".order", "an order of loops, outermost first")
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ node: DocumentNode?, _ path: String, _ noun: String) -> Choice?
    where Choice.RawValue == String {
        guard let text = scalar(node, path), let node else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        let suggestion = Suggestion.closest(to: text, among: known)
        diagnostics.report(
            node.origin, path, "\"\(text.excerpt)\" is not \(noun)" + (suggestion == nil ? "; there are \(quotedList(known, conjunction: "and"))" : ""),
            suggestion: suggestion)
        return nil
    }
}
